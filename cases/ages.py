"""How old a person is, as far as the birth date is exact."""

from calendar import monthrange
from datetime import date

ADULT, CONSENTS_ALONE = 18, 16  # DOMAIN 5.2: below 16 a representative consents to the handling of data


def age(birth_date: date | None, precision: str, *, on: date) -> int | None:
    """Return the completed years on a day, or None when the birth date is not known.

    With a birth date that is exact to the month or year only, the person counts as the youngest it may be: who may
    be a child is treated as one.
    """
    if birth_date is None:
        return None
    born = birth_date
    if precision == "month":
        born = birth_date.replace(day=monthrange(birth_date.year, birth_date.month)[1])
    elif precision in {"year", "estimated"}:
        born = birth_date.replace(month=12, day=31)
    return max(0, on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def age_of(person, *, on: date) -> int | None:
    """Return a person's completed years on a day, as `age` counts them."""
    return age(person.birth_date, person.birth_precision, on=on)


def is_minor(person, *, on: date) -> bool:
    """Return whether the person is, or may be, under 18."""
    years = age_of(person, on=on)
    return years is not None and years < ADULT
