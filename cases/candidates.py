"""Records that may be of one person, found among those of an organisation (DOMAIN 7, 14).

Keys are kept beside each person; telephones and document numbers among them only as keyed hashes. One function of the
database finds who shares a key and applies the rule of `Person` itself: whom the actor may not see is only counted.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import connection

from cases.duplicates import LIKELY, Name, Record, keys, likeness
from cases.models import ContactWay, Person, PersonDocument, PersonName
from cases.models.persons import sees_person
from cases.person_files import document_key, phone_key
from core.policies import condition, contribute

VERB = "person.search"
COMPARED = 100  # of those who share most keys
LONGEST_KEY = 80
BY_PHONE = frozenset({"phone_call", "sms", "messenger"})
CERTAIN = ("p:", "i:", "s:")  # keys that point at one person: telephone, document, whole birth date and two names


@dataclass(frozen=True)
class Possible:
    """A person that the actor sees and that may be the one who is meant."""

    person_id: UUID
    score: float
    reasons: tuple[str, ...]


@dataclass
class Found:
    """The possible persons, best first; `hidden` counts those of the own organisation that are not open to the actor.

    `elsewhere`: another organisation of an agreement that allows to say so holds a certain match. Never which one, nor
    how many: the name of a shelter would tell more of a person than that it is known (ADR 0011).
    """

    persons: list[Possible] = field(default_factory=list)
    hidden: int = 0
    elsewhere: bool = False

    def __bool__(self):
        return bool(self.persons or self.hidden or self.elsewhere)


def hidden_value(value: str) -> str:
    """Return the keyed hash of a telephone or document number (a blind index)."""
    own = hmac.digest(base64.b64decode(settings.FIELD_KEY), b"waymark match keys", "sha256")
    return hmac.new(own, value.encode(), hashlib.sha256).hexdigest()[:32]


def record_of(
    person: Person,
    names: Iterable[PersonName],
    *,
    ways: Iterable[ContactWay] = (),
    papers: Iterable[PersonDocument] = (),
) -> Record:
    """Return what is known of a person in the form that is compared.

    All numbers count, those that are not safe to use and papers that are out of use, too: they are still the person's.
    """
    numbers = [person.contact_value] if person.contact_channel in BY_PHONE else []
    numbers += [way.value for way in ways if way.channel in BY_PHONE]
    return Record(
        id=person.pk,
        names=tuple(_name(name) for name in names),
        born=person.birth_date,
        precision=person.birth_precision,
        sex=person.sex,
        citizenships=frozenset(person.citizenships),
        phones=frozenset(phone_key(number) for number in numbers) - {""},
        documents=frozenset(document_key(paper.number) for paper in papers) - {""},
    )


def records_of(persons: Iterable[Person], *, actor) -> dict[UUID, Record]:
    """Return what the actor may know of each of these persons, by id. Three queries, however many they are."""
    people = {person.pk: person for person in persons}
    parts: dict[type, dict[UUID, list]] = {}
    for model in (PersonName, ContactWay, PersonDocument):
        rows = parts.setdefault(model, {})
        for row in model.objects.visible_to(actor).filter(person__in=people):
            rows.setdefault(row.person_id, []).append(row)
    return {
        pk: record_of(
            person,
            parts[PersonName].get(pk, ()),
            ways=parts[ContactWay].get(pk, ()),
            papers=parts[PersonDocument].get(pk, ()),
        )
        for pk, person in people.items()
    }


def _name(name: PersonName) -> Name:
    if name.given and name.family:
        father = " ".join(filter(None, (name.patronymic, name.father, name.grandfather)))
        return Name(given=name.given, family=name.family, father=father)
    return Name(full=name.full_as_written)


def stored_keys(record: Record) -> list[str]:
    """Return what is kept beside a person to find it again, telephones and documents as keyed hashes."""
    return sorted(key for key in keys(record, hide=hidden_value) if len(key) <= LONGEST_KEY)


def possible(record: Record, *, actor, elsewhere: bool = False) -> Found:
    """Return who of the actor's organisation may be this person; with `elsewhere` also whether another may know it.

    A worker's actor finds no one here: it asks `among`.
    """
    probe = sorted(keys(record, probe=True, hide=hidden_value))
    certain = [key for key in probe if key.startswith(CERTAIN)]
    found = Found()
    if not actor.may(VERB):
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM waymark.match_candidates(%s, %s)", [probe, certain])
        ids = [row[0] for row in cursor.fetchall()]
        if elsewhere and certain:
            cursor.execute("SELECT waymark.match_elsewhere(%s)", [certain])
            found.elsewhere = cursor.fetchone()[0]
    found.hidden = ids.count(None)
    open_ids = {pk for pk in ids if pk is not None and pk != record.id}
    found.persons = _scored(record, Person.objects.visible_to(actor).filter(pk__in=open_ids), actor)
    return found


def among(record: Record, *, actor, organisation_id: UUID) -> list[Possible]:
    """Return who of an organisation may be this person, for the worker, which sees every row."""
    probe = sorted(keys(record, probe=True, hide=hidden_value))
    rows = Person.objects.visible_to(actor).filter(
        organisation_id=organisation_id, match_keys__overlap=probe, merged_into=None, erased_at=None
    )
    near = sorted(
        rows.exclude(pk=record.id).values_list("pk", "match_keys")[: COMPARED * 5],
        key=lambda row: -len(set(row[1]) & set(probe)),
    )
    ids = [pk for pk, _ in near[:COMPARED]]
    return _scored(record, Person.objects.visible_to(actor).filter(pk__in=ids), actor)


def _scored(record: Record, persons, actor) -> list[Possible]:
    rows = []
    for pk, other in records_of(persons, actor=actor).items():
        found = likeness(record, other)
        if found.score >= LIKELY:
            rows.append(Possible(pk, found.score, found.reasons))
    return sorted(rows, key=lambda row: (-row.score, str(row.person_id)))


def _function() -> str:
    # The rule is the one of `Person`, compiled. Hidden persons are told of only by a certain key, and only counted.
    open_to_actor = condition(Person, sees_person)
    return f"""
CREATE OR REPLACE FUNCTION waymark.match_candidates(probe text[], certain text[])
    RETURNS TABLE (person_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT CASE WHEN near.open THEN near.id END
        FROM (
            SELECT cases_person.id, ({open_to_actor}) AS open, cases_person.match_keys && certain AS sure,
                cases_person.sealed_at IS NOT NULL AS sealed,
                (SELECT count(*) FROM unnest(cases_person.match_keys) k WHERE k = ANY(probe)) AS shared
            FROM public.cases_person
            WHERE cases_person.match_keys && probe
                AND cases_person.organisation_id = (SELECT waymark.organisation_id())
                AND cases_person.merged_into_id IS NULL AND cases_person.erased_at IS NULL
                AND (SELECT waymark.may('{VERB}'))
            ORDER BY shared DESC, cases_person.id
            LIMIT {COMPARED}
        ) near
        WHERE near.open OR (near.sure AND NOT near.sealed)
        ORDER BY near.shared DESC, near.id
    $$;
REVOKE ALL ON FUNCTION waymark.match_candidates(text[], text[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.match_candidates(text[], text[]) TO waymark_app, waymark_worker;
"""  # noqa: S608


_ELSEWHERE = f"""
CREATE OR REPLACE FUNCTION waymark.match_elsewhere(certain text[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT (SELECT waymark.may('{VERB}')) AND EXISTS (
            SELECT FROM public.cases_person p
            WHERE p.match_keys && certain AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND p.sealed_at IS NULL
                AND p.organisation_id <> (SELECT waymark.organisation_id())
                AND EXISTS (
                    SELECT FROM public.partners_agreement a
                    WHERE a.duplicate_check AND a.status = 'active' AND current_date BETWEEN a.valid_from AND a.valid_to
                        AND a.organisation_ids @> ARRAY[(SELECT waymark.organisation_id()), p.organisation_id]
                )
        )
    $$;
REVOKE ALL ON FUNCTION waymark.match_elsewhere(text[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.match_elsewhere(text[]) TO waymark_app;
"""  # noqa: S608

contribute("match_candidates", _function)
contribute("match_elsewhere", lambda: _ELSEWHERE)
