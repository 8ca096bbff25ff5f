"""The weights of matching: which version holds, and whether others could (docs/matching.md)."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actions import Incomplete
from referral.matching import DEFAULTS, LEAST, MOST, TERMS, wrong_weights
from referral.models import MatchingWeights

CENT = Decimal("0.01")


def current(actor) -> MatchingWeights | None:
    """Return the version that holds; None while nobody has changed the defaults. One query."""
    return MatchingWeights.objects.visible_to(actor).order_by("-version").first()


def weights_for(actor) -> dict[str, Decimal]:
    """Return the weights that hold for everybody in the network. One query."""
    found = current(actor)
    return found.weights if found else dict(DEFAULTS)


def checked(weights: Mapping[str, object]) -> dict[str, Decimal]:
    """Return the weights as numbers with two digits. Raises Incomplete with each term that is wrong."""
    words = {
        "not_a_number": _("Enter a number."),
        "out_of_bounds": _("Enter a number from %(least)s to %(most)s.") % {"least": LEAST, "most": MOST},
        "missing": _("Enter a number."),
        "unknown_term": _("There is no such term."),
        "all_zero": _("At least one weight must be above 0, or there is no order at all."),
    }
    wrong = {term: [words[code]] for term, code in wrong_weights(weights).items()}
    if wrong:
        raise Incomplete("wrong_weights", _("Some weights need another look."), fields=wrong)
    return {code: Decimal(str(weights[code])).quantize(CENT) for code in TERMS}
