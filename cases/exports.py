"""Lists that can be taken out: their columns by field class, and the rows as the taker sees them (DOMAIN 2, 7).

A listing is data; another slice adds its own with `offer`. Nothing here writes: the doors are in
`cases/actions/exports.py`, the files are made by `core/tables.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import answers as further
from cases.codes import country_label, language_label
from cases.models import Case, MigrationStatus, Need, Person, PersonName
from cases.models.persons import present_status
from cases.states import OPEN
from core.codelists import label

AT_ONCE = 200  # rows read together
RESTRICTED = 4


@dataclass(frozen=True)
class Column:
    """One column: its code, words and field class; `value` takes what `gather` found for the row."""

    code: str
    label: object
    field_class: int
    value: Callable[[SimpleNamespace], object]
    usual: bool = True  # chosen unless taken away


@dataclass(frozen=True)
class Listing:
    """A list: `rows` gives the visible rows under the filters, `gather` what some of them hold, in their order.

    `person` is the path from a row to the person it is about: how many people a list is about is shown before it
    is released.
    """

    code: str
    label: object
    columns: Sequence[Column]
    rows: Callable[[object, dict], QuerySet]
    gather: Callable[[QuerySet, object], list[SimpleNamespace]]
    subject: str
    person: str

    of_persons: bool = False  # then what an organisation asks about persons besides is offered too

    def offered(self, actor) -> list[Column]:
        """Return the columns of the listing, and those that the actor's organisation added to persons."""
        return [*self.columns, *(_added(actor) if self.of_persons else [])]

    def chosen(self, codes, actor) -> list[Column]:
        """Return the columns of these codes, in the order of the listing."""
        return [column for column in self.offered(actor) if column.code in set(codes)]


LISTINGS: dict[str, Listing] = {}


def _added(actor) -> list[Column]:
    """Return a column for each question that the organisation or the network added to persons. One query."""
    found = further.columns(further.published("person", actor), up_to_class=RESTRICTED)
    return [Column(one.key, one.label, one.field_class, _answer(one.key), usual=False) for one in found]


def _answer(key: str) -> Callable[[SimpleNamespace], str]:
    return lambda about: about.answers.get(key, "")


def offer(listing: Listing) -> Listing:
    """Add a listing to those that can be taken out."""
    LISTINGS[listing.code] = listing
    return listing


def between(column: str, filters: dict) -> Q:
    """Return the condition that the column lies in the days from `since` to `until`, both counted."""
    condition = Q()
    if filters.get("since"):
        condition &= Q(**{f"{column}__date__gte": filters["since"]})
    if filters.get("until"):
        condition &= Q(**{f"{column}__date__lte": filters["until"]})
    return condition


def lines(job, *, actor, at) -> Iterator[list]:
    """Yield the lines of a released list: who takes it, when and what for; the heads; then one line a row.

    Only rows that were counted before the release and that the actor still sees: a list never grows after somebody
    agreed to it. Reads AT_ONCE rows at a time.
    """
    listing = LISTINGS[job.listing]
    columns = listing.chosen(job.columns, actor)
    yield [watermark(job, actor=actor, at=at)]
    yield [str(column.label) for column in columns]
    for start in range(0, len(job.row_ids), AT_ONCE):
        part = job.row_ids[start : start + AT_ONCE]
        rows = listing.rows(actor, {"state": "all"}).filter(pk__in=part)
        place = {pk: number for number, pk in enumerate(part)}
        for about in sorted(listing.gather(rows, actor), key=lambda about: place[about.row.pk]):
            yield [column.value(about) for column in columns]


def watermark(job, *, actor, at) -> str:
    """Return the first line of a list: a copy that turns up somewhere says whose it was."""
    return _("Confidential. Taken by %(name)s on %(day)s for: %(purpose)s. List %(code)s.") % {
        "name": actor.name,
        "day": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        "purpose": label("export_purpose", job.purpose),
        "code": str(job.pk)[:8],
    }


def _about(rows: list, persons: dict[UUID, Person], actor) -> list[SimpleNamespace]:
    """Join names, present status and further answers to rows; `persons` maps the row's id to its person."""
    ids = [person.pk for person in persons.values()]
    names: dict = {}
    found = PersonName.objects.visible_to(actor).filter(person_id__in=ids).order_by("-is_primary", "id")
    for name in found:
        names.setdefault(name.person_id, []).append(name.full_as_written)
    statuses: dict = {}
    for status in MigrationStatus.objects.visible_to(actor).filter(person_id__in=ids):
        statuses.setdefault(status.person_id, []).append(status)
    answers = further.values(ids, actor)
    return [
        SimpleNamespace(
            row=row,
            person=persons[row.pk],
            names=names.get(persons[row.pk].pk, []),
            answers=answers.get(persons[row.pk].pk, {}),
            status=present_status(statuses.get(persons[row.pk].pk, [])),
        )
        for row in rows
    ]


def _persons(rows: QuerySet, actor) -> list[SimpleNamespace]:
    found = list(rows.select_related("area"))
    return _about(found, {person.pk: person for person in found}, actor)


def _cases(rows: QuerySet, actor) -> list[SimpleNamespace]:
    found = list(rows.select_related("person__area", "caseworker", "team"))
    gathered = _about(found, {case.pk: case.person for case in found}, actor)
    needs: dict = {}
    for need in (
        Need.objects.visible_to(actor).filter(case_id__in=[case.pk for case in found]).order_by("identified_at")
    ):
        needs.setdefault(need.case_id, []).append(need)
    for about in gathered:
        about.case, about.needs = about.row, needs.get(about.row.pk, [])
    return gathered


def _person_rows(actor, filters: dict) -> QuerySet:
    return Person.objects.visible_to(actor).filter(
        between("created_at", filters), organisation_id=actor.organisation_id, restricted_at=None
    )


def _case_rows(actor, filters: dict) -> QuerySet:
    states = {"open": Q(status__in=OPEN), "ended": ~Q(status__in=OPEN)}
    rows = Case.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, person__restricted_at=None)
    return rows.filter(states.get(filters.get("state", "open"), Q()) & between("opened_at", filters))


def _needs(about, *, restricted: bool) -> str:
    return ", ".join(
        label("need_category", need.category) for need in about.needs if (need.field_class >= RESTRICTED) == restricted
    )


def _languages(about) -> str:
    return ", ".join(language_label(entry["code"]) for entry in about.person.languages)


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")


OF_PERSON = (
    Column("person", gettext_lazy("Person number"), 1, lambda about: about.person.reference),
    Column("name", gettext_lazy("Name"), 2, lambda about: about.names[0] if about.names else ""),
    Column("names", gettext_lazy("Other names"), 2, lambda about: "; ".join(about.names[1:]), usual=False),
    Column("sex", gettext_lazy("Sex"), 2, lambda about: label("sex", about.person.sex)),
    Column("born", gettext_lazy("Date of birth"), 2, lambda about: about.person.birth_date),
    Column("precision", gettext_lazy("How exact it is"), 2, lambda about: about.person.birth_precision, usual=False),
    Column(
        "citizenship",
        gettext_lazy("Citizenship"),
        2,
        lambda about: ", ".join(country_label(code) for code in about.person.citizenships),
    ),
    Column("languages", gettext_lazy("Languages"), 2, _languages),
    Column("area", gettext_lazy("Stays in"), 2, lambda about: about.person.area.label if about.person.area else ""),
    Column(
        "channel",
        gettext_lazy("Safe way to reach the person"),
        2,
        lambda about: label("contact_channel", about.person.contact_channel),
        usual=False,
    ),
    Column("contact", gettext_lazy("Contact"), 2, lambda about: about.person.contact_value, usual=False),
    Column(
        "warning", gettext_lazy("What must not be done"), 3, lambda about: about.person.contact_warning, usual=False
    ),
    Column("caregiver", gettext_lazy("Who cares for the child"), 3, lambda about: about.person.caregiver, usual=False),
    Column(
        "alone",
        gettext_lazy("Child without parents or guardian"),
        3,
        lambda about: _yes(about.person.unaccompanied),
        usual=False,
    ),
    Column(
        "status",
        gettext_lazy("Status in the country"),
        3,
        lambda about: label("migration_status", about.status),
        usual=False,
    ),
)

OF_CASE = (
    Column("case", gettext_lazy("Case number"), 1, lambda about: about.case.reference),
    Column("state", gettext_lazy("State of the case"), 1, lambda about: label("case_status", about.case.status)),
    Column("opened", gettext_lazy("Opened"), 1, lambda about: about.case.opened_at),
    Column("closed", gettext_lazy("Closed"), 1, lambda about: about.case.closed_at, usual=False),
    Column("review", gettext_lazy("Review by"), 1, lambda about: about.case.review_due_on, usual=False),
    Column(
        "worker",
        gettext_lazy("Caseworker"),
        1,
        lambda about: about.case.caseworker.name if about.case.caseworker else "",
    ),
    Column("team", gettext_lazy("Team"), 1, lambda about: about.case.team.name if about.case.team else "", usual=False),
    Column("needs_number", gettext_lazy("Number of needs"), 1, lambda about: len(about.needs), usual=False),
    Column(
        "closure",
        gettext_lazy("Why it was closed"),
        2,
        lambda about: label("case_closure_reason", about.case.closure_reason) if about.case.closure_reason else "",
        usual=False,
    ),
    Column("risk", gettext_lazy("Risk"), 3, lambda about: label("risk_level", about.case.risk_level), usual=False),
    Column("needs", gettext_lazy("Needs"), 3, lambda about: _needs(about, restricted=False), usual=False),
    Column(
        "needs_restricted",
        gettext_lazy("Highly restricted needs"),
        4,
        lambda about: _needs(about, restricted=True),
        usual=False,
    ),
    # A visit to a place of detention says where the person was: class 4.
    Column(
        "entry",
        gettext_lazy("How the person came to us"),
        4,
        lambda about: label("entry_point", about.case.entry_point),
        usual=False,
    ),
)

offer(
    Listing(
        code="cases",
        label=gettext_lazy("Cases"),
        columns=(*OF_CASE, *OF_PERSON),
        rows=_case_rows,
        gather=_cases,
        subject="case",
        person="person_id",
        of_persons=True,
    )
)
offer(
    Listing(
        code="persons",
        label=gettext_lazy("Persons"),
        columns=OF_PERSON,
        rows=_person_rows,
        gather=_persons,
        subject="person",
        person="id",
        of_persons=True,
    )
)
