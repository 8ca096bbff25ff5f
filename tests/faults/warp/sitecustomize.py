"""What is broken on purpose in a product of the fault tests, so that they are seen to notice (their power checks).

Python imports a module of this name at the start of each process; only `tests.faults.product.Product` puts this
folder on the path. WAYMARK_WARP names the breaks.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import time

BREAKS = {}


def breaks(name: str, module: str):
    """Register `f(module)`: it breaks something right after the module was loaded."""

    def register(function):
        BREAKS.setdefault(module, []).append((name, function))
        return function

    return register


@breaks("unlocked", "django.db.models.query")
def _no_lock(module):
    """No row is locked."""
    module.QuerySet.select_for_update = lambda self, **_options: self.all()


@breaks("early", "core.outbox")
def _no_outbox(module):
    """The pointer is deleted before the consumers have written: as if the queue were trusted with the event."""

    def batch(*, at, size):
        with module.acting(module.SYSTEM):
            rows = list(module.Outbox.objects.filter(next_try_at__lte=at).order_by("next_try_at", "id")[:size])
            module.Outbox.objects.filter(pk__in=[row.pk for row in rows]).delete()
        time.sleep(0.5 if rows else 0)
        with module.acting(module.SYSTEM):
            events = module.Event.objects.in_bulk([row.event_id for row in rows])
            handed = [row for row in rows if module._hand_over(row, events[row.event_id], at=at)]
            module._feed([events[row.event_id] for row in handed])
        return len(rows), len(handed)

    module._batch = batch


@breaks("unclaimed", "notifications.delivery")
def _no_claim(module):
    """What is due is sent, and nobody writes beforehand that it is being sent."""

    def claim(channel, *, at):
        rows = channel.due(module._rows(channel).filter(next_try_at__lte=at, status="waiting"), at=at)
        rows = list(rows.select_related("recipient__user", "recipient__organisation")[: module.BATCH])
        for row in rows:
            row.attempts = 1
        time.sleep(0.5 if rows else 0)
        return rows

    def settle(row, **facts):
        return bool(module.Delivery.objects.visible_to(module.SYSTEM).filter(pk=row.pk).update(**facts, attempts=1))

    module._claim, module._settle = claim, settle


@breaks("keyless", "core.api.idempotency")
def _no_key(module):
    """An Idempotency-Key says nothing."""
    module.claim = lambda *_args, **_options: None


@breaks("unescalated", "referral.escalation")
def _no_escalation(module):
    """The sweep sees nothing."""
    module.sweep = lambda **_options: 0


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name not in BREAKS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            for chosen, function in BREAKS[name]:
                if chosen in CHOSEN:
                    function(module)

        spec.loader.exec_module = exec_module
        return spec


CHOSEN = set(os.environ.get("WAYMARK_WARP", "").split(","))
sys.meta_path.insert(0, _Finder())
