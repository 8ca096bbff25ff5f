"""An import, step by step: the file, its mapping, the dry run, the answers, the order, letting go (issue: imports).

Only supervisors import: it writes case content in bulk, which an administrator of accounts may not see (DOMAIN 7).
Until the order is given nothing is created: the dry run calls the same doors and takes everything back.
"""

import base64
from datetime import date, timedelta
from itertools import islice
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from cases.actions.cases import add_need, colleagues_for, open_case
from cases.actions.persons import register_person
from cases.candidates import hidden_value, possible
from cases.duplicates import Name, Record
from cases.facts import checking
from cases.imports import mapping as mapped
from cases.imports import reading
from cases.imports.checking import Facts, Reader
from cases.imports.questions import questions
from cases.models import ImportJob, ImportMapping, ImportRow, Person
from cases.names import search_key
from cases.person_files import phone_key
from core import events
from core.actions import Incomplete, NotNow, Refusal, action
from core.actors import NOBODY
from partners.models import Member

KEPT = timedelta(days=7)  # the file, and what the lines would create
INLINE = 60  # lines that a request may wait for; longer files wait for the worker
PART = 100  # lines that one transaction of the worker takes: what a killed one loses, and seconds of its time
DATES = ("birth_date", "status_since")


@action("import.bring", permission="record.import")
def bring_import(*, actor, at, upload) -> ImportJob:
    """Take a file in, with a guess at how it is read. Raises FileRefused, Unreadable (both Incomplete)."""
    kind, content = reading.receive(upload)
    how = reading.guess(kind, content)
    reading.measure(kind, content, how)
    job = ImportJob(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        team_id=None if actor.team_id == NOBODY else actor.team_id,
        uploaded_by_id=actor.member_id,
        kind=kind,
        content=base64.b64encode(content).decode(),
        reading=how,
        created_at=at,
    )
    job.save(force_insert=True)
    recorded("import.uploaded", job, actor=actor, at=at)
    return job


def content_of(job: ImportJob) -> bytes:
    """Return the file. Raises NotNow (file_gone) when it was destroyed."""
    if job.content is None:
        raise NotNow("file_gone", _("The file of this import is destroyed already. Upload it again."))
    return base64.b64decode(job.content)


@action("import.map", permission="record.import")
def map_import(job_id, *, actor, at, how, mapping, save_as="") -> dict[str, list[str]]:
    """Say how the file is read and which column is what; return {field: words that no list of codes explains}.

    Args: `how` has encoding and delimiter, or sheet; `mapping` has columns {number: field}, words {field: {word:
    code}}, order of dates, opens_cases and, for the cases where the file says nothing, risk_level, entry_point,
    consent_basis, basis_note and caseworker; `save_as` keeps the mapping under a name for the organisation's next file.
    Raises ImportJob.DoesNotExist, NotNow (wrong_state, file_gone), Incomplete, Unreadable.
    """
    job = locked(job_id, actor, states=("uploaded", "checked"))
    heads, found = reading.table(job.kind, content_of(job), job.reading | how)
    cells, count = words_in(found, mapping["columns"])
    with checking() as facts:
        codes = list(mapping["columns"].values())
        known = mapped.BY_CODE.keys() | questions(actor).keys()
        if any(code not in known for code in codes) or len(set(codes)) < len(codes):
            facts.wrong("columns", _("Give each field to one column only."))
        if not {"full_name", "given", "family", "known"} & set(codes):
            facts.wrong("columns", _("Say which column holds the name."))
        if not count:
            facts.wrong("columns", _("The file has heads, but no line below them."))
        name = facts.text("save_as", save_as, limit=100)
    unknown = mapped.unknown_words(cells, mapping["columns"], mapping.get("words", {}))
    for code, words in unknown.items():
        if len(words) > mapped.MOST_WORDS:
            sentence = _("%(field)s: more than %(most)s words that we do not know. Is it the right column?")
            raise Incomplete(
                "too_many_words",
                sentence % {"field": mapped.BY_CODE[code].label, "most": mapped.MOST_WORDS},
            )
    job.reading = job.reading | how
    job.mapping = mapping | {"heads": [str(cell) for cell in heads.cells]}
    job.row_count, job.checked_count, job.status = count, 0, "uploaded"
    job.version += 1
    job.save(update_fields=["reading", "mapping", "row_count", "checked_count", "status", "version"])
    ImportRow.objects.visible_to(actor).filter(job=job).delete()
    if name:
        _save_mapping(job, name, actor=actor, at=at)
    recorded("import.uploaded", job, actor=actor, at=at)
    return unknown


def words_in(found, columns: dict[str, str]) -> tuple[dict[str, set], int]:
    """Return {column: the words of its coded cells} and how many lines there are."""
    cells: dict[str, set] = {}
    count = 0
    coded = {number: mapped.BY_CODE[code] for number, code in columns.items() if code in mapped.BY_CODE}
    coded = {number: target for number, target in coded.items() if target.kind == mapped.CODE}
    for line in found:
        count += 1
        for number, target in coded.items():
            if int(number) < len(line.cells) and len(cells.get(number, ())) < 10_000:
                cells.setdefault(number, set()).update(mapped.split(target, line.cells[int(number)]))
    return cells, count


def _save_mapping(job: ImportJob, name: str, *, actor, at) -> None:
    heads = job.mapping["heads"]
    columns = {mapped.plain(heads[int(number)]): code for number, code in job.mapping["columns"].items()}
    row = ImportMapping.objects.visible_to(actor).filter(name=name, organisation_id=actor.organisation_id).first()
    row = row or ImportMapping(organisation_id=actor.organisation_id, name=name)
    row.columns, row.words, row.saved_at = columns, job.mapping.get("words", {}), at
    row.save()


@action("import.check", permission="record.import")
def check_import(job_id, *, actor, at, inline: bool = True) -> ImportJob:
    """Check every line by doing it and taking it back; nothing is created (the dry run).

    A longer file is left to the worker: the job is `checking` then, and each call that is not `inline` takes the next
    part of it. Raises ImportJob.DoesNotExist, NotNow, Incomplete.
    """
    job = locked(job_id, actor, states=("uploaded",) if inline else ("uploaded", "checking"))
    if not job.mapping.get("columns"):
        raise NotNow("not_mapped", _("Say first which column holds what."))
    if inline and job.row_count > INLINE:
        job.status, job.ordered_at, job.ordered_by_id, job.tries = "checking", at, actor.member_id, 0
        job.save(update_fields=["status", "ordered_at", "ordered_by", "tries"])
        recorded("import.uploaded", job, actor=actor, at=at)
        return job
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    last = rows.aggregate(last=Max("number"))["last"] or 0  # the lines themselves say how far a killed worker came
    heads, found = reading.table(job.kind, content_of(job), job.reading)
    reader = Reader(
        [str(cell) for cell in heads.cells],
        job.mapping,
        colleagues=colleagues_for(actor).select_related("user"),
        own=questions(actor),
    )
    part = [reader.facts(line) for line in islice((line for line in found if line.number > last), PART)]
    twins = [_twin(job, facts) for facts in part]
    named = rows.filter(twin__in=set(twins) - {""}).values_list("twin").annotate(first=Min("number"))
    seen = dict(named)
    made = [_checked(job, reader, *pair, seen, actor=actor, at=at) for pair in zip(part, twins, strict=True)]
    ImportRow.objects.bulk_create(made)
    job.checked_count += len(made)
    if len(made) < PART:
        job.status, job.checked_count = "checked", job.row_count
    job.save(update_fields=["status", "checked_count"])
    recorded("import.checked" if len(made) < PART else "import.continued", job, actor=actor, at=at)
    return job


def _twin(job: ImportJob, facts: Facts) -> str:
    """Return what the lines of one person have in common within a file: a keyed hash, "" where no name stands."""
    if not facts.person["names"]:
        return ""
    name, born = search_key(facts.person["names"][0]["full_as_written"]), facts.person.get("birth_date", "")
    return hidden_value(f"{job.pk} {name} {born}")


def _checked(job, reader: Reader, facts: Facts, twin: str, seen: dict, *, actor, at) -> ImportRow:
    person = _known(facts, reader, actor)
    candidates = []
    if twin and person is None:
        if (first := seen.setdefault(twin, facts.number)) != facts.number:
            facts.wrong("", _("The same name and date of birth stand in line %(line)s.") % {"line": first}, stops=False)
            candidates.append({"line": first})
        candidates += _alike(facts, actor)
    if not facts.stops:
        _rehearse(facts, reader, person, actor=actor, at=at)
    return ImportRow(
        job=job,
        number=facts.number,
        twin=twin if person is None else "",
        facts={"person": facts.person, "case": facts.case, "needs": facts.needs},
        problems=facts.problems,
        candidates=candidates,
        state="wrong" if facts.stops else "twice" if candidates else "ready",
        choice="attach" if person is not None else "",
        person_id=person.pk if person is not None else None,
    )


def _known(facts: Facts, reader: Reader, actor) -> Person | None:
    """Return the person that the line names by number. One of others, and none at all, are the same answer."""
    if not facts.known:
        return None
    found = Person.objects.visible_to(actor).filter(
        reference=facts.known.upper(), organisation_id=actor.organisation_id
    )
    person = found.first()
    if person is None:
        facts.wrong(reader.column_of.get("known", ""), _("You have no person with this number."))
    return person


def _alike(facts: Facts, actor) -> list[dict]:
    """Return persons of ours who may be the one of the line, with the reasons (`cases.candidates`)."""
    name, person = facts.person["names"][0], facts.person
    born = person.get("birth_date")
    record = Record(
        id=uuid4(),
        names=(Name(full=name["full_as_written"]),),
        born=date.fromisoformat(born) if born else None,
        precision=person.get("birth_precision", "unknown"),
        sex=person.get("sex", "unknown"),
        citizenships=frozenset(person.get("citizenships", ())),
        phones=frozenset({phone_key(person["contact_value"])} - {""}) if person.get("contact_value") else frozenset(),
    )
    found = possible(record, actor=actor)
    if found.hidden:
        facts.wrong("", _("A colleague outside your team may have this person. Ask before you import."), stops=False)
    return [{"person": str(row.person_id), "why": list(row.reasons)} for row in found.persons]


class _TakenBack(Exception):
    """Ends a rehearsal."""


def _rehearse(facts: Facts, reader: Reader, person, *, actor, at) -> None:
    """Do what the line asks for, note what a door refuses, and take it back."""
    try:
        with transaction.atomic():
            create(
                {"person": facts.person, "case": facts.case, "needs": facts.needs}, person=person, actor=actor, at=at
            )
            raise _TakenBack
    except _TakenBack:
        return
    except Refusal as refusal:
        if not refusal.fields:
            facts.wrong("", refusal.sentence)
        for name, texts in refusal.fields.items():
            facts.wrong(reader.column_named(name), " ".join(texts))


def create(facts: dict, *, person: Person | None, actor, at, not_same=()) -> tuple:
    """Create what a line holds through the doors of everyday work; return (person, whether it is new, case or None).

    `not_same` are ids of persons of whom it was said that this is somebody else.

    Raises what the doors raise.
    """
    made = person is None
    if person is None:
        given = dict(facts["person"])
        for name in DATES:
            if name in given:
                given[name] = date.fromisoformat(given[name])
        person = register_person(actor=actor, at=at, not_same=not_same, **given)
    case = None
    if facts["case"] is not None:
        given = dict(facts["case"])
        worker = given.pop("caseworker", "")
        member = Member.objects.visible_to(actor).filter(pk=worker).first() if worker else None
        case = open_case(person, actor=actor, at=at, caseworker=member, **given)
        for need in facts["needs"]:
            add_need(case, actor=actor, at=at, **need)
    return person, made, case


@action("import.choose", permission="record.import")
def choose_rows(job_id, *, actor, at, choice, numbers=None, attach_to=None) -> int:
    """Answer possible duplicates: create anyway, skip, or attach the case to a person found; return how many.

    `numbers` are the lines meant, all unanswered ones when None. Raises ImportJob.DoesNotExist, NotNow, Incomplete.
    """
    job = locked(job_id, actor, states=("checked",))
    with checking() as facts:
        facts.choice("choice", choice, ("create", "skip", "attach"))
    rows = ImportRow.objects.visible_to(actor).filter(job=job, state="twice")
    rows = rows.filter(choice="") if numbers is None else rows.filter(number__in=numbers)
    person_id = None
    if choice == "attach":
        row = rows.get()
        if str(attach_to) not in {candidate.get("person") for candidate in row.candidates}:
            raise Incomplete("not_a_candidate", _("Choose one of the people found for this line."))
        person_id = attach_to
    count = rows.update(choice=choice, person_id=person_id)
    job.version += 1
    job.save(update_fields=["version"])
    recorded("import.checked", job, actor=actor, at=at)
    return count


@action("import.discard", permission="record.import")
def discard_import(job_id, *, actor, at) -> ImportJob:
    """Destroy the file and what was read of it, at once. Raises ImportJob.DoesNotExist, NotNow (wrong_state)."""
    job = locked(job_id, actor, states=("uploaded", "checking", "checked", "failed"))
    forget(job, actor=actor)
    job.status = "discarded"
    job.save(update_fields=["status"])
    recorded("import.discarded", job, actor=actor, at=at)
    return job


def forget(job: ImportJob, *, actor) -> None:
    """Destroy the file and the facts of its lines; which line became whom stays, so that it can be undone."""
    ImportJob.objects.filter(pk=job.pk).update(content=None, reading={}, mapping={})
    job.content, job.reading, job.mapping = None, {}, {}
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    rows.filter(person_id=None).delete()
    rows.update(facts={}, problems=[], candidates=[], twin="")


def locked(job_id, actor, *, states) -> ImportJob:
    """Return the import, locked, if it is in one of the states. Raises ImportJob.DoesNotExist, NotNow (wrong_state)."""
    job = ImportJob.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=job_id)
    if job.status not in states:
        raise NotNow("wrong_state", _("This step does not fit the import any more. Look at it again."))
    return job


def recorded(kind: str, job: ImportJob, *, actor, at, **more) -> None:
    """Record an event of an import."""
    events.record(
        kind,
        actor=actor,
        at=at,
        about=job.pk,
        organisations=[job.organisation_id],
        rows=job.row_count,
        kind_of_file=job.kind,
        **more,
    )
