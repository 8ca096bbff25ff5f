"""A question of the receiver (T5): only for lines that are not in the packet, answered by a next version of it."""

from referral import amending
from referral.models import Referral
from referral.sharing import AFTER, BAND, BY_CODE, FIELDS, NO, NOW, Field


def askable(referral: Referral) -> list[Field]:
    """Return the lines that the packet does not have, in their order. No query."""
    return [field for field in FIELDS if NO in field.options and referral.share.get(field.code, NO) == NO]


def still_asked(referral: Referral) -> list[str]:
    """Return the codes that the receiver asked for and does not have yet."""
    return [field.code for field in askable(referral) if field.code in referral.asked_fields]


def add(referral: Referral, codes: list[str], *, actor, at, why: str, consent=None) -> None:
    """Put lines that were asked for into the next version of the packet; a new class of data needs consent (G1).

    Of each line the least that helps to decide is added. Raises what `amending.put_beside` raises.
    """
    order = (BAND, NOW, AFTER)
    share = {code: next(choice for choice in order if choice in BY_CODE[code].options) for code in codes}
    amending.put_beside(referral, actor=actor, at=at, why=why, share=share, consent=consent)
