"""What facts of other slices mean here, in the transaction of the fact."""

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Consent, Grant
from core.actions import NotNow
from referral import sharing
from referral.guards import PURPOSE
from referral.lifecycle import advance, withdraw_all
from referral.models import Referral
from referral.states import OPEN, RUNNING, codes


def withdraw_referrals(event, *, actor, at) -> None:
    """A withdrawn consent withdraws every open referral that rests on it (DOMAIN 5.4).

    Those that the actor may not see (class 4 of a colleague) follow through the worker; their grants are
    closed with the consent already, so nobody reads on meanwhile.
    """
    ids = (
        Referral.objects.visible_to(actor)
        .filter(consent_id=event.about, state__in=codes(OPEN))
        .values_list("pk", flat=True)
    )
    withdraw_all(list(ids), actor=actor, at=at)


def move_to_newer_consent(event, *, actor, at) -> None:
    """Open referrals rest on the newer consent as far as it covers them; the others are withdrawn (DOMAIN 5.5)."""
    fresh = Consent.objects.visible_to(actor).get(pk=event.facts["by"])
    rows = Referral.objects.visible_to(actor).filter(consent_id=event.about, state__in=codes(OPEN))
    uncovered = [row.pk for row in rows.select_related("case", "need") if not _covers(fresh, row)]
    rows.exclude(pk__in=uncovered).update(consent_id=fresh.pk)
    withdraw_all(uncovered, actor=actor, at=at)
    grants = Grant.objects.visible_to(actor).filter(referral_id__in=uncovered)
    grants.filter(Q(closed_at=None) | Q(closed_at=at, close_reason="withdrawn")).update(
        closed_at=at, close_reason="consent_narrowed"
    )


def _covers(consent: Consent, referral: Referral) -> bool:
    if PURPOSE not in consent.purposes or not consent.covers_receiver(referral.receiver_id):
        return False
    return not {code for code in sharing.disclosed_classes(referral) if code > 1} - set(consent.data_classes)


def refuse_with_open_referral(event, *, actor, at) -> None:
    """A case goes to follow-up or is closed only when none of its referrals is open (DOMAIN 3, INV-5).

    Raises NotNow (referral_open): the case door of the floor below is refused whole.
    """
    if Referral.objects.visible_to(actor).filter(case_id=event.case_id, state__in=codes(OPEN)).exists():
        raise NotNow("referral_open", _("A referral of this case is still open. Wait for its end, or cancel it."))


def refuse_with_running_referral(event, *, actor, at) -> None:
    """A case is offered to another organisation only when no partner works on it (reaction; INV-5).

    Raises NotNow (referral_open).
    """
    if Referral.objects.visible_to(actor).filter(case_id=event.case_id, state__in=codes(RUNNING)).exists():
        raise NotNow("referral_open", _("A partner works on a need of this case. Wait for the end, or cancel it."))


def cancel_with_transfer(event, *, actor, at) -> None:
    """Cancel what was referred and not accepted yet: the next organisation refers for itself. Partners are told.

    Raises NotNow (referral_open) when a partner has accepted since.
    """
    refuse_with_running_referral(event, actor=actor, at=at)
    rows = Referral.objects.visible_to(actor).filter(case_id=event.case_id, state__in=codes(OPEN))
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        advance(pk, "cancel", actor=actor, at=at, text=_("Another organisation goes on with this case."))
