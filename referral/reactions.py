"""What facts of other slices mean here, in the transaction of the fact."""

from referral.lifecycle import withdraw_all
from referral.models import Referral
from referral.states import OPEN, codes


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
