"""What the worker does about imports: one part of each that waits, again and again, until nothing is left to do.

A part is claimed before it is begun. A worker that is killed in it leaves nothing of it behind; the claim runs out, and
the next worker begins where the lines that are done end.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from cases.actions.imports import KEPT, check_import, forget, recorded
from cases.actions.imports_run import WAITING, fail_import, run_import, undo_import
from cases.models import ImportJob
from core.actions import Refusal
from core.actors import SYSTEM, acting, identity

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a task may take
AT_ONCE = 2  # parts of one call: other work waits for this one
TRIES = 3  # of a part that breaks; what is taken back must not be tried for ever


def sweep(*, at) -> int:
    """Check, run and undo parts of what waits; destroy the files whose week is over. Runs as the worker role.

    Returns how many parts were done. What was not finished is next in turn again after the others that wait.
    """
    with acting(SYSTEM):
        waiting = ImportJob.objects.visible_to(SYSTEM).filter(status__in=WAITING, ordered_at__lte=at)
        found = list(waiting.order_by("ordered_at", "pk").only("status", "ordered_at", "tries")[:AT_ONCE])
    done = 0
    for job in found:
        with acting(SYSTEM):
            mine = ImportJob.objects.visible_to(SYSTEM).filter(
                pk=job.pk, status=job.status, ordered_at=job.ordered_at, tries=job.tries
            )
            if not mine.update(ordered_at=at + LEASE, tries=F("tries") + 1):
                continue  # another worker has it
        if job.tries >= TRIES:
            undoing = job.status == "undoing"
            broken = _("Something went wrong. Undo the import again.") if undoing else _("Something went wrong.")
            _fail(job.pk, broken, at=at)
        elif _carry_out(job.pk, job.status, at=at):
            done += 1
            _release(job.pk, at=at, tries=0)
    _let_go(at=at)
    return done


def _release(pk: UUID, *, at, tries: int) -> None:
    with acting(SYSTEM):
        ImportJob.objects.visible_to(SYSTEM).filter(pk=pk, status__in=WAITING).update(ordered_at=at, tries=tries)


def _carry_out(pk: UUID, status: str, *, at) -> bool:
    """Do one part as whoever ordered it, with the rights that person has now; return whether it was done."""
    actor, language = _ordered_by(pk)
    if actor is None or not actor.may("record.import"):
        with translation.override(language):
            _fail(pk, _("The person who ordered it may not import any more."), at=at)
        return False
    try:
        with translation.override(language), acting(actor):
            if status == "checking":
                check_import(pk, actor=actor, at=at, inline=False)
            elif status == "ordered":
                run_import(pk, actor=actor, at=at, teller=SYSTEM)
            else:
                undo_import(pk, actor=actor, at=at, teller=SYSTEM)
    except Refusal as refusal:
        with translation.override(language):
            _fail(pk, refusal.sentence, at=at)
        return False
    except Exception as error:  # the time limit of a task too
        # The text of an error may quote values; its class does not.
        log.error("import %s stopped: %s", pk, type(error).__name__)
        with acting(SYSTEM):
            tried = ImportJob.objects.visible_to(SYSTEM).values_list("tries", flat=True).get(pk=pk)
        _release(pk, at=at, tries=tried)
        return False
    return True


def _ordered_by(pk: UUID) -> tuple:
    """Return who acts for an import and in which language; Waymark itself takes back one that could not go on."""
    with acting(SYSTEM):
        job = ImportJob.objects.visible_to(SYSTEM).select_related("ordered_by__user").get(pk=pk)
        user = job.ordered_by.user
        if job.status == "undoing" and job.failure:
            return SYSTEM, user.language
    with transaction.atomic():
        return identity().actor_of_user(user.pk), user.language


def _fail(pk: UUID, sentence: str, *, at) -> None:
    with acting(SYSTEM):
        fail_import(pk, None, sentence, actor=SYSTEM, at=at, teller=SYSTEM)


def _let_go(*, at) -> None:
    """Destroy the files whose week is over, unless the worker is in the middle of one."""
    with acting(SYSTEM):
        held = ImportJob.objects.visible_to(SYSTEM).filter(content__isnull=False, created_at__lte=at - KEPT)
        for job in held.exclude(status__in=WAITING)[:100]:
            forget(job, actor=SYSTEM)
            if job.status in {"uploaded", "checked"}:
                ImportJob.objects.filter(pk=job.pk).update(status="discarded")
            recorded("import.discarded", job, actor=SYSTEM, at=at)
