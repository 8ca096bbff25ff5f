"""What becomes of notices: identifiers only, and they go by age (DOMAIN 12)."""

from core.actors import SYSTEM
from core.erasure import DELETE, KEEP, beginning_of, goes_by_age, table
from notifications.models import Delivery, Notice, Untold

_WHY = "identifiers and codes that lead to shells; goes after its own time"
BATCH = 5000

table("notifications.Notice", by={"case_id": "case"}, how=KEEP, why=_WHY)
table(
    "notifications.ClientMessage",
    by={"case_id": "case"},
    how=DELETE,
    why="that a person was written goes with the case",
)
table("notifications.Untold", by={"referral_id": "referral"}, how=KEEP, why=_WHY)


@goes_by_age("notification")
def forget_notices(*, organisation_id, before, at) -> int:
    """Delete the notices to an organisation's members that are older than its time, and what was sent out of them."""
    notices = Notice.objects.visible_to(SYSTEM).filter(recipient__organisation_id=organisation_id)
    old = list(notices.filter(at__lt=beginning_of(before)).values_list("pk", "event_id")[:BATCH])
    deliveries = Delivery.objects.visible_to(SYSTEM).filter(recipient__organisation_id=organisation_id)
    gone = deliveries.filter(event_id__in=[event for _pk, event in old]).delete()[0]
    letters = Untold.objects.visible_to(SYSTEM).filter(organisation_id=organisation_id, settled_at__isnull=False)
    gone += letters.filter(at__lt=beginning_of(before)).delete()[0]
    return gone + notices.filter(pk__in=[pk for pk, _event in old]).delete()[0]
