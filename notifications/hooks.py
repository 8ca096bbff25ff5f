"""Doors of webhooks: an organisation's administrator says which of its systems is told of what."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core import egress
from core.actions import Incomplete, NotNow, action
from core.events import KINDS, record
from notifications.models import Delivery, WebhookEndpoint
from notifications.signing import new_secret

MOST = 10  # addresses of one organisation
OVERLAP = timedelta(hours=24)  # how long the secret before is valid beside the new one
_TOLD = ("referral.", "message.", "deadline.", "capacity.", "service.")
MANAGE = "webhook.manage"


def kinds() -> list[str]:
    """Return the kinds of events that a webhook can be told of."""
    return sorted(kind for kind in KINDS if kind.startswith(_TOLD))


def _check(url: str, chosen: list[str]) -> egress.Target:
    wrong = {}
    try:
        target = egress.target(url)
    except egress.Refused as refused:
        target = None
        texts = {
            "scheme": _("Begin the address with https://."),
            "port": _("Use the usual port: write the address without a number after the name."),
            "userinfo": _("Write the address without a name or password in front of the @."),
        }
        wrong["url"] = [texts.get(refused.code, _("Enter the address of a system that the internet can reach."))]
    if not chosen or set(chosen) - set(kinds()):
        wrong["kinds"] = [_("Choose at least one of the kinds.")]
    if wrong:
        raise Incomplete("wrong_fields", _("Some fields need another look."), fields=wrong)
    return target


def _own(endpoint_id: UUID, actor) -> WebhookEndpoint:
    """Lock an address of the organisation. Raises NotNow for one that is not there any more."""
    rows = WebhookEndpoint.objects.visible_to(actor).exclude(stopped_why="removed")
    row = rows.select_for_update(of=("self",)).filter(pk=endpoint_id).first()
    if row is None:
        raise NotNow("no_such_webhook", _("This webhook is not there any more."))
    return row


def _save(row: WebhookEndpoint, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def _note(kind: str, row: WebhookEndpoint, *, actor, at: datetime, **facts) -> None:
    record(kind, actor=actor, at=at, about=row.pk, organisations=[row.organisation_id], **facts)


@action("webhook.add", permission=MANAGE)
def add(*, actor, at: datetime, url: str, kinds: list[str]) -> tuple[WebhookEndpoint, str]:
    """Let a system of one's organisation be told; return the row and its secret. Raises Incomplete, NotNow."""
    target = _check(url, kinds)
    if WebhookEndpoint.objects.visible_to(actor).exclude(stopped_why="removed").count() >= MOST:
        raise NotNow("too_many", _("There are %(count)d webhooks. Remove one first.") % {"count": MOST})
    row = WebhookEndpoint(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        url=url,
        host=target.host,
        kinds=sorted(set(kinds)),
        secret=new_secret(),
        created_at=at,
    )
    row.save(force_insert=True)
    _note("webhook.added", row, actor=actor, at=at)
    return row, row.secret


@action("webhook.change", permission=MANAGE)
def change(endpoint_id: UUID, *, actor, at: datetime, url: str, kinds: list[str]) -> WebhookEndpoint:
    """Tell another address, or of other kinds. Raises Incomplete, NotNow."""
    target, row = _check(url, kinds), _own(endpoint_id, actor)
    row.url, row.host, row.kinds = url, target.host, sorted(set(kinds))
    row.failures, row.quiet_until = 0, None
    _save(row, "url", "host", "kinds", "failures", "quiet_until")
    _note("webhook.changed", row, actor=actor, at=at)
    return row


@action("webhook.rotate", permission=MANAGE)
def rotate(endpoint_id: UUID, *, actor, at: datetime) -> tuple[WebhookEndpoint, str]:
    """Make a new secret; for a day messages carry a signature of the old one, too. Returns the row and the secret."""
    row = _own(endpoint_id, actor)
    row.previous_secret, row.previous_until, row.secret = row.secret, at + OVERLAP, new_secret()
    _save(row, "previous_secret", "previous_until", "secret")
    _note("webhook.rotated", row, actor=actor, at=at)
    return row, row.secret


@action("webhook.ping", permission=MANAGE)
def ping(endpoint_id: UUID, *, actor, at: datetime) -> WebhookEndpoint:
    """Send a test message to this address. Raises NotNow when it is stopped."""
    row = _own(endpoint_id, actor)
    if not row.is_active:
        raise NotNow("stopped", _("This webhook is stopped. Start it first."))
    _note("webhook.pinged", row, actor=actor, at=at)
    return row


@action("webhook.stop", permission=MANAGE)
def stop(endpoint_id: UUID, *, actor, at: datetime, why: str = "paused") -> WebhookEndpoint:
    """Tell this address nothing more: `paused` by hand, `gone` or `failing` by its own answers, or `removed`."""
    row = _own(endpoint_id, actor)
    row.is_active, row.stopped_at, row.stopped_why = False, at, why
    if why == "removed":
        row.url = row.secret = row.previous_secret = ""
    _save(row, "is_active", "stopped_at", "stopped_why", "url", "secret", "previous_secret")
    _note("webhook.stopped", row, actor=actor, at=at, why=why)
    return row


@action("webhook.start", permission=MANAGE)
def start(endpoint_id: UUID, *, actor, at: datetime) -> WebhookEndpoint:
    """Tell this address again, from now on; what was missed can be sent again one by one, or polled."""
    row = _own(endpoint_id, actor)
    row.is_active, row.stopped_at, row.stopped_why = True, None, ""
    row.failures, row.quiet_until = 0, None
    _save(row, "is_active", "stopped_at", "stopped_why", "failures", "quiet_until")
    _note("webhook.started", row, actor=actor, at=at)
    return row


@action("webhook.resend", permission=MANAGE)
def resend(delivery_id: UUID, *, actor, at: datetime) -> Delivery:
    """Send a message again, with the same id: a receiver that has it already knows it. Raises NotNow."""
    rows = Delivery.objects.visible_to(actor).filter(channel="webhook", organisation_id=actor.organisation_id)
    row = rows.select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if row is None or row.status in {"waiting", "sending"}:
        raise NotNow("on_its_way", _("This message is on its way already."))
    endpoint = _own(row.target_id, actor)
    if not endpoint.is_active:
        raise NotNow("stopped", _("This webhook is stopped. Start it first."))
    row.status, row.attempts, row.next_try_at, row.error = "waiting", 0, at, ""
    row.save(update_fields=["status", "attempts", "next_try_at", "error"])
    _note("webhook.resent", endpoint, actor=actor, at=at, delivery=row.pk)
    return row


def deliveries(endpoint: WebhookEndpoint, actor):
    """Return the messages to an address, as far as the actor may see them."""
    return Delivery.objects.visible_to(actor).filter(channel="webhook", target_id=endpoint.pk)


def listed(actor):
    """Return the organisation's addresses, without those that were removed."""
    return WebhookEndpoint.objects.visible_to(actor).exclude(stopped_why="removed")
