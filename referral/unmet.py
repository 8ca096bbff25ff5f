"""The register of needs that nobody meets (DOMAIN 4.3): what opens an entry, and what closes it."""

from django.utils.translation import gettext as _

from cases.models import Need
from cases.models.cases import FINAL_NEEDS
from core import events
from core.actions import Incomplete, NotNow, action
from core.codelists import codes
from referral.models import Referral, UnmetNeed
from referral.states import S

# What a person may record; the other reasons follow from what happened.
RECORDED = ("no_service", "no_capacity", "not_reachable")


@action("unmet.record", permission="referral.draft")
def record_unmet(need, *, actor, at, reason) -> UnmetNeed:
    """Record that no service meets a need now; planners count it. The need stays open.

    Raises Need.DoesNotExist, Incomplete (reason), NotNow (need_closed, unmet_recorded).
    """
    need = Need.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=need.pk)
    if reason not in RECORDED or reason not in codes("unmet_reason"):
        sentence = _("Choose a reason.")
        raise Incomplete("reason_wrong", sentence, fields={"reason": [sentence]})
    if need.status in FINAL_NEEDS:
        raise NotNow("need_closed", _("This need is settled already."))
    if UnmetNeed.objects.visible_to(actor).filter(need_id=need.pk, closed_at=None).exists():
        raise NotNow("unmet_recorded", _("This need is in the register already."))
    return open_entry(need, reason=reason, actor=actor, at=at)


def open_entry(need: Need, *, reason: str, actor, at) -> UnmetNeed:
    """Write an entry for a need, with its event. Called inside a transaction that holds the need's row."""
    need = Need.objects.visible_to(actor).select_related("case__person").get(pk=need.pk)
    entry = UnmetNeed(
        need_id=need.pk,
        organisation_id=need.organisation_id,
        category=need.category,
        field_class=need.field_class,
        area_id=need.case.person.area_id,
        reason=reason,
        declines=Referral.objects.visible_to(actor).filter(need=need, state=S.DECLINED).count(),
        at=at,
    )
    entry.save(force_insert=True)
    _record("unmet.recorded", entry, need, actor=actor, at=at, reason=reason)
    return entry


def follow_need(need: Need, status: str, *, actor, at) -> None:
    """Close the open entry of a need that was settled; one settled as unmet is counted, recorded before or not."""
    entry = UnmetNeed.objects.visible_to(actor).filter(need_id=need.pk, closed_at=None).first()
    if entry is None and status == "unmet":
        entry = open_entry(need, reason="closed_unmet", actor=actor, at=at)
    if entry is not None:
        entry.closed_at, entry.closed_as = at, status
        entry.save(update_fields=["closed_at", "closed_as"])
        _record("unmet.closed", entry, need, actor=actor, at=at, status=status)


def _record(kind: str, entry: UnmetNeed, need: Need, *, actor, at, **facts) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=entry.pk,
        case_id=need.case_id,
        organisations=[entry.organisation_id],
        field_class=entry.field_class,
        **facts,
    )
