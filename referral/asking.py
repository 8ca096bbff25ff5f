"""A question of the receiver (T5): only for lines that are not in the packet, answered by a next version of it."""

from referral.models import Referral
from referral.sharing import AFTER, BAND, BY_CODE, FIELDS, NO, NOW, Field


def askable(referral: Referral) -> list[Field]:
    """Return the lines that the packet does not have, in their order. No query."""
    return [field for field in FIELDS if NO in field.options and referral.share.get(field.code, NO) == NO]


def still_asked(referral: Referral) -> list[str]:
    """Return the codes that the receiver asked for and does not have yet."""
    return [field.code for field in askable(referral) if field.code in referral.asked_fields]


def choices_for(codes: list[str]) -> dict[str, str]:
    """Return the choices that answer a question: of each line the least that helps to decide."""
    order = (BAND, NOW, AFTER)
    return {code: next(choice for choice in order if choice in BY_CODE[code].options) for code in codes}
