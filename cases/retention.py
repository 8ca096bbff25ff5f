"""How long what is kept, and until when one case is (DOMAIN 12, Retention). What happens then: `actions/erasing.py`."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from cases.ages import is_minor
from cases.models import LegalHold, Person, RetentionRule


@dataclass(frozen=True)
class Term:
    """A length of time; `after` counts it from a day, `before` back from one."""

    amount: int
    unit: str

    def after(self, day: date) -> date:
        """Return the day on which the time is over."""
        return self._moved(day, 1)

    def before(self, day: date) -> date:
        """Return the last day whose time is over on `day`."""
        return self._moved(day, -1)

    def _moved(self, day: date, sign: int) -> date:
        if self.unit == "hours":
            return day + sign * timedelta(days=-(-self.amount // 24))
        if self.unit == "days":
            return day + sign * timedelta(days=self.amount)
        months = day.year * 12 + day.month - 1 + sign * self.amount * (12 if self.unit == "years" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


DEFAULTS: dict[str, Term] = {
    "case": Term(5, "years"),
    "minor_age": Term(21, "years"),  # counted from birth; the later of the two
    "intake": Term(6, "months"),
    "declined_packet": Term(30, "days"),
    "identity_image": Term(12, "months"),
    "duplicate": Term(90, "days"),
    "notification": Term(12, "months"),
    "audit": Term(6, "years"),
    "export": Term(7, "days"),
}
# What an organisation may choose: not so short that a complaint finds nothing, not so long that it is kept for ever.
BOUNDS: dict[str, tuple[Term, Term]] = {
    "case": (Term(1, "years"), Term(10, "years")),
    "minor_age": (Term(18, "years"), Term(25, "years")),
    "intake": (Term(1, "months"), Term(12, "months")),
    "declined_packet": (Term(1, "days"), Term(90, "days")),
    "identity_image": (Term(1, "months"), Term(24, "months")),
    "duplicate": (Term(30, "days"), Term(180, "days")),
    "notification": (Term(1, "months"), Term(24, "months")),
    "audit": (Term(3, "years"), Term(10, "years")),
    "export": (Term(1, "days"), Term(30, "days")),
}


def terms(organisation_id: UUID, *, actor) -> dict[str, Term]:
    """Return the time of every kind for one organisation: its own rules over the defaults. One query."""
    own = RetentionRule.objects.visible_to(actor).filter(organisation_id=organisation_id)
    return DEFAULTS | {rule.kind: Term(rule.amount, rule.unit) for rule in own}


def case_until(person: Person, *, closed_on: date, times: dict[str, Term]) -> date:
    """Return until when a case is kept that is closed on a day: for a child the later of the time and the age.

    An inexact birth date counts as the latest it may be, as everywhere (`cases.ages`).
    """
    until = times["case"].after(closed_on)
    if is_minor(person, on=closed_on):
        until = max(until, times["minor_age"].after(_latest_birth(person)))
    return until


def _latest_birth(person: Person) -> date:
    born = person.birth_date
    if person.birth_precision == "month":
        return born.replace(day=monthrange(born.year, born.month)[1])
    return born.replace(month=12, day=31) if person.birth_precision in {"year", "estimated"} else born


def holds_on(person_ids, *, actor, at) -> list[LegalHold]:
    """Return the holds that keep these persons' records from erasure today. One query."""
    return list(
        LegalHold.objects.visible_to(actor)
        .filter(person_id__in=person_ids, lifted_at=None, until__gte=timezone.localdate(at))
        .order_by("-until", "id")
    )
