"""A person's own data, in the sight of who hands it over: as JSON by table, as a paper in words (DOMAIN 12)."""

from datetime import date, datetime
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.codes import country_label, language_label
from cases.disclosures import Disclosure, disclosures
from cases.models import Case, Consent, MigrationStatus, Need, Person, PersonName
from cases.words import CLASS_WORDS, KIND_WORDS
from core import erasure
from core.codelists import label
from core.fields import EncryptedText
from core.policies import contribute
from partners.models import Member

# Tables whose rows are about the record, not about the person: keys and codes of the machinery.
MACHINERY = frozenset(
    {
        "cases.AnswerIndex",
        "cases.Approval",
        "cases.DuplicateCandidate",  # it names another person
        "cases.Grant",
        "cases.ImportRow",
        "cases.MergeRecord",
        "cases.Reminder",
        "cases.Retention",
        "referral.Deadline",
        "referral.Escalation",
    }
)
# Notes of class 4 that somebody else wrote are not handed over by whoever makes the file.
_WRITER = {"cases.Note": "author_id", "cases.NoteWording": "note__author_id"}
# What is not handed over, and why: `others` is about somebody else, `duty` would hinder what the law asks for.
WITHHELD = {
    "cases.Person.caregiver": "others",
    "cases.Consent.representative": "others",
    "cases.Appointment.with_whom": "others",
    "cases.LegalHold.note": "duty",
    "cases.LegalHold.reason": "duty",
    "referral.Message.author_name": "others",
    "cases.Document.digest": "duty",
    "cases.Document.stored_as": "duty",
    "cases.Note (class 4, written by somebody else)": "others",
}
LANGUAGE_OF = {"rus": "ru", "bel": "be", "eng": "en"}  # ISO 639-3 of the person -> of the paper
_SKIPPED = frozenset({"search_key", "version", "registered_by_id", "actor_name"})

_CASES_OF = """
-- How many cases a person has in one's own organisation, also those out of sight: only numbers, and only of one's own.
CREATE OR REPLACE FUNCTION waymark.cases_of(person uuid) RETURNS TABLE (open_ones bigint, unnamed bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT count(*) FILTER (WHERE c.status NOT IN ('closed', 'transferred', 'merged')),
            count(*) FILTER (WHERE NOT EXISTS (
                SELECT FROM public.cases_grant g WHERE g.case_id = c.id AND g.closed_at IS NULL AND g.level = 'full'
                    AND g.organisation_id = c.organisation_id AND g.member_id = waymark.principal_id()))
        FROM public.cases_case c
        WHERE c.person_id = person AND c.erased_at IS NULL AND c.organisation_id = waymark.organisation_id()
    $$;
REVOKE ALL ON FUNCTION waymark.cases_of(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.cases_of(uuid) TO waymark_app, waymark_worker;
"""
contribute("cases_of_person", lambda: _CASES_OF)


def cases_of(person_id: UUID) -> tuple[int, int]:
    """Return how many cases of a person are open, and how many do not name the actor, hidden ones included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT open_ones, unnamed FROM waymark.cases_of(%s)", [person_id])
        return cursor.fetchone()


def language_of(person: Person) -> str:
    """Return the language of the paper that the person is most likely to read: ru, be or en; else ru."""
    codes = [LANGUAGE_OF[entry["code"]] for entry in person.languages if entry["code"] in LANGUAGE_OF]
    return codes[0] if codes else "ru"


def gathered(person: Person, *, actor) -> dict[str, list[dict]]:
    """Return every row about a person by table: column -> value, but for keys of staff and what is withheld."""
    cases = set(Case.objects.visible_to(actor).filter(person=person).values_list("pk", flat=True))
    found = erasure.all_ids({"person": {person.pk}, "case": cases}, actor)
    tables = {}
    for one in erasure.TABLES.values():
        if one.how == erasure.KEEP or one.model in MACHINERY:
            continue
        rows = erasure.rows_of(one, found, actor)
        if one.model in _WRITER:
            rows = rows.filter(Q(field_class__lt=4) | Q(**{_WRITER[one.model]: actor.member_id}))
        if values := [_row(row) for row in rows.order_by("pk")]:
            tables[one.model] = values
    return tables


def _row(row: models.Model) -> dict:
    return {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in _SKIPPED
        and field.related_model is not Member
        and f"{row._meta.label}.{field.name}" not in WITHHELD
    }


def _plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def as_json(person: Person, *, actor, at: datetime, organisation) -> dict:
    """Return a person's own data with documented keys (docs/own-data.md)."""
    return {
        "format": "waymark-own-data-1",
        "made_at": at.isoformat(),
        "organisation": organisation.name,
        "tables": gathered(person, actor=actor),
        "received_by": [
            {
                "organisation": one.organisation,
                "at": one.at.isoformat(),
                "ended_at": _plain(one.ended_at),
                "consent": str(one.consent.pk) if one.consent else None,
                "referral": one.reference,
                "classes": one.classes,
                "fields": one.fields,
            }
            for one in disclosures(person.pk, actor=actor)
        ],
        "withheld": dict(WITHHELD),
    }


def as_paper(person: Person, *, actor, at: datetime, organisation, everything: bool) -> dict:
    """Return the data of the template `person` in the active language; `everything`, or only who received data."""
    sections = [received_section(disclosures(person.pk, actor=actor))]
    if everything:
        sections = [*_record(person, actor=actor), *sections, _words_written(person, actor=actor), _withheld()]
    mark = _("%(name)s, %(day)s") % {"name": actor.name, "day": moment(at)}
    lead = _("This is what %(organisation)s keeps about you. You may ask us to correct or to erase it.")
    if not everything:
        lead = _("These organisations received data about you from %(organisation)s, always with your agreement.")
    return {
        "title": _("Your data") if everything else _("Who received your data"),
        "lead": [lead % {"organisation": organisation.full_label}],
        "mark": mark,
        "page": _("Page"),
        "sections": sections,
    }


def section(title: str, *, lead: str = "", rows=(), heads=(), table=(), empty: str = "") -> dict:
    """Return one section of the paper: pairs, or a table; `empty` is said where there is nothing."""
    return {
        "title": title,
        "lead": lead,
        "rows": [[str(name), str(value)] for name, value in rows if value not in ("", None)],
        "table": {"heads": [str(head) for head in heads], "rows": [[str(cell) for cell in row] for row in table]},
        "empty": empty or _("Nothing."),
    }


def day(value) -> str:
    """Return a day in full, "" for none."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value) if isinstance(value, datetime) else value, "DATE_FORMAT")


def moment(value: datetime) -> str:
    """Return a moment in full."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def received_section(rows: list[Disclosure]) -> dict:
    """Return who received what, in words for the client."""
    return section(
        _("Who received your data"),
        lead=_("Each one saw only what is listed, and only for the help that you asked for."),
        heads=(_("Who"), _("When"), _("What"), _("You agreed on")),
        table=[(one.organisation, period(one), what(one), day(one.consent and one.consent.given_at)) for one in rows],
        empty=_("Nobody outside received your data from us."),
    )


def period(one: Disclosure) -> str:
    """Return since when, and until when where access has ended."""
    if one.ended_at is None:
        return _("since %(day)s") % {"day": day(one.at)}
    return _("%(day)s, access ended %(end)s") % {"day": day(one.at), "end": day(one.ended_at)}


def what(one: Disclosure) -> str:
    """Return what was shown: the fields, or their classes once the packet has gone."""
    if one.fields:
        return ", ".join(one.fields)
    return "; ".join(str(CLASS_WORDS[code]) for code in one.classes if code in CLASS_WORDS)


def _record(person: Person, *, actor) -> list[dict]:
    names = PersonName.objects.visible_to(actor).filter(person=person).order_by("-is_primary", "id")
    statuses = MigrationStatus.objects.visible_to(actor).filter(person=person).order_by("-recorded_at")
    cases = list(Case.objects.visible_to(actor).filter(person=person).order_by("-opened_at"))
    needs = Need.objects.visible_to(actor).filter(case__in=cases).order_by("identified_at", "id")
    consents = Consent.objects.visible_to(actor).filter(person=person).order_by("-given_at")
    return [
        section(
            _("Who you are"),
            rows=[
                *((KIND_WORDS[name.kind], name.full_as_written) for name in names),
                (_("Born"), day(person.birth_date)),
                (_("Sex"), label("sex", person.sex)),
                (_("Citizenship"), ", ".join(country_label(code) for code in person.citizenships)),
                (_("Languages"), ", ".join(language_label(entry["code"]) for entry in person.languages)),
                (_("Stays in"), person.area.label if person.area else ""),
                (_("How we may reach you"), label("contact_channel", person.contact_channel)),
                (_("Contact"), person.contact_value),
                (_("When it is safe"), person.contact_hours),
                (_("What must not be done"), person.contact_warning),
                (_("What to say if somebody else answers"), person.safe_phrase),
                (_("Number of your record"), person.reference),
            ],
        ),
        section(
            _("Your status in the country, as you told us"),
            heads=(_("Status"), _("From"), _("Until"), _("Basis")),
            table=[
                (label("migration_status", row.status), day(row.since), day(row.until), row.basis) for row in statuses
            ],
        ),
        section(
            _("Your cases with us"),
            heads=(_("Number"), _("Opened"), _("Closed"), _("Why it was closed")),
            table=[
                (
                    case.reference,
                    day(case.opened_at),
                    day(case.closed_at),
                    "; ".join(filter(None, [_reason(case), case.closure_note])),
                )
                for case in cases
            ],
        ),
        section(
            _("What you needed"),
            heads=(_("Need"), _("In words"), _("What became of it")),
            table=[
                (label("need_category", need.category), need.description, label("need_status", need.status))
                for need in needs
            ],
        ),
        section(
            _("What you agreed to"),
            heads=(_("What for"), _("Given"), _("Until"), _("State")),
            table=[
                (
                    ", ".join(label("consent_purpose", code) for code in row.purposes),
                    day(row.given_at),
                    day(row.expires_at),
                    label("consent_status", row.status),
                )
                for row in consents
            ],
        ),
    ]


def _reason(case: Case) -> str:
    return label("case_closure_reason", case.closure_reason) if case.closure_reason else ""


# Said above already, each in its own words.
_TOLD = frozenset(
    {"cases.Person", "cases.PersonName", "cases.MigrationStatus", "cases.Case", "cases.Need", "cases.Consent"}
)


def _words_written(person: Person, *, actor) -> dict:
    """Every further text about the person, of any table: what stands in the JSON stands on the paper as well."""
    rows = []
    for name, found in gathered(person, actor=actor).items():
        if name in _TOLD:
            continue
        encrypted = {
            field.name for field in apps.get_model(name)._meta.concrete_fields if isinstance(field, EncryptedText)
        }
        for row in found:
            when = next(
                (row[key] for key in ("at", "created_at", "held_on", "received_at", "held_at") if key in row), ""
            )
            rows += [(when[:10], text) for key in sorted(encrypted & set(row)) for text in _texts(row[key])]
    return section(
        _("What else was written about you"),
        heads=(_("When"), _("Text")),
        table=sorted(rows),
    )


def _texts(value) -> list[str]:
    """Return the texts in a value, however deep: what was sent in a referral is a tree."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) and value else []


def _withheld() -> dict:
    return section(
        _("What is not on this paper"),
        rows=[
            (_("About other people"), _("Who cares for you or speaks for you: their data is theirs.")),
            (_("Asked for by law"), _("The reason why a record must be kept for some time.")),
            (_("Notes of others"), _("Highly sensitive notes that somebody else of us wrote. Ask who wrote them.")),
            (_("Staff"), _("Who of us wrote or opened what. You may ask us about it.")),
        ],
    )
