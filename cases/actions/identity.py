"""Names, papers and status of a person: added, changed, and put out of use, never removed (DOMAIN 13, 14)."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.person_facts import read_countries, read_later, read_name, read_past
from cases.actions.persons import compare_again, locked
from cases.facts import Facts, checking
from cases.models import MigrationStatus, Person, PersonDocument, PersonName
from cases.models.persons import present
from cases.reminders import drop_reminders, plan_reminders
from core import events
from core.actions import NotNow, action
from core.edits import check_version
from core.fields import blind_index


@action("name.add", permission="person.write")
def add_name(person_id, *, actor, at, is_primary=False, **written) -> PersonName:
    """Add a name in one script. Args: `written` are `full_as_written` and what is known of `kind`, `script`,
    `language`, `source` and the parts. The first name of a caller without one becomes the main one.

    Returns the PersonName. Raises Person.DoesNotExist, Incomplete.
    """
    person = locked(person_id, actor=actor)
    name = PersonName(id=uuid4(), person=person, organisation_id=actor.organisation_id)
    with checking() as facts:
        read_name(facts, name, written)
    name.is_primary = bool(is_primary) or not _current(person, actor).exists()
    if name.is_primary:
        _current(person, actor).update(is_primary=False)
    name.save(force_insert=True)
    if person.unnamed:
        person.unnamed = False
        person.version += 1
        person.save(update_fields=["unnamed", "version", "updated_at"])
    compare_again(person, actor)
    events.record("person.name_added", actor=actor, at=at, about=person.pk, name_id=name.pk)
    return name


@action("name.change", permission="person.write")
def change_name(name_id, *, actor, at, version=None, is_primary=False, **written) -> PersonName:
    """Change how a name is written, or make it the main one. A main name stays so until another one is chosen.

    Returns the PersonName. Raises PersonName.DoesNotExist, NotNow (changed_since, name_retired), Incomplete.
    """
    name = _locked(PersonName, name_id, actor=actor, version=version)
    if name.retired_at:
        raise NotNow("name_retired", _("This name is not used any more. Add it anew if the person uses it again."))
    with checking() as facts:
        read_name(facts, name, written)
    if is_primary and not name.is_primary:
        _current(name.person, actor).update(is_primary=False)
        name.is_primary = True
    name.version += 1
    name.save()
    compare_again(name.person, actor)
    events.record("person.name_changed", actor=actor, at=at, about=name.person_id, name_id=name.pk)
    return name


@action("name.retire", permission="person.write")
def retire_name(name_id, *, actor, at) -> PersonName:
    """Put a name out of use: it is not shown or passed on any more, and still found by search.

    Returns the PersonName. Raises PersonName.DoesNotExist, NotNow (main_name, name_retired).
    """
    name = _locked(PersonName, name_id, actor=actor)
    if name.retired_at:
        raise NotNow("name_retired", _("This name is out of use already."))
    if name.is_primary:
        raise NotNow("main_name", _("This is the main name. Make another one the main name first."))
    name.retired_at = at
    name.version += 1
    name.save(update_fields=["retired_at", "version"])
    events.record("person.name_retired", actor=actor, at=at, about=name.person_id, name_id=name.pk)
    return name


@action("document.add", permission="person.write")
def add_paper(person_id, *, actor, at, type, issuer="", number="", valid_until=None, note="") -> PersonDocument:
    """Note a paper of a person; nothing but its type must be known. Raises Person.DoesNotExist, Incomplete."""
    person = Person.objects.visible_to(actor).get(pk=person_id)
    paper = PersonDocument(id=uuid4(), person=person, organisation_id=actor.organisation_id, recorded_at=at)
    with checking() as facts:
        _paper(facts, paper, type=type, issuer=issuer, number=number, valid_until=valid_until, note=note)
    paper.save(force_insert=True)
    compare_again(paper.person, actor)
    events.record("person.paper_added", actor=actor, at=at, about=person.pk, paper_id=paper.pk)
    return paper


@action("document.change", permission="person.write")
def change_paper(
    paper_id, *, actor, at, version=None, type, issuer="", number="", valid_until=None, note=""
) -> PersonDocument:
    """Change what is noted of a paper. Raises PersonDocument.DoesNotExist, NotNow (changed_since), Incomplete."""
    paper = _locked(PersonDocument, paper_id, actor=actor, version=version)
    with checking() as facts:
        _paper(facts, paper, type=type, issuer=issuer, number=number, valid_until=valid_until, note=note)
    paper.version += 1
    paper.save()
    compare_again(paper.person, actor)
    events.record("person.paper_changed", actor=actor, at=at, about=paper.person_id, paper_id=paper.pk)
    return paper


@action("document.retire", permission="person.write")
def retire_paper(paper_id, *, actor, at) -> PersonDocument:
    """Note that a paper is not in use any more. Raises PersonDocument.DoesNotExist, NotNow (paper_retired)."""
    paper = _locked(PersonDocument, paper_id, actor=actor)
    if paper.retired_at:
        raise NotNow("paper_retired", _("This paper is out of use already."))
    paper.retired_at = at
    paper.version += 1
    paper.save(update_fields=["retired_at", "version"])
    events.record("person.paper_retired", actor=actor, at=at, about=paper.person_id, paper_id=paper.pk)
    return paper


@action("status.record", permission="person.write")
def record_status(
    person_id, *, actor, at, status, since=None, until=None, basis="", document=None, replaces=None
) -> MigrationStatus:
    """Record a person's present status in the country; the former ones stay as history (DOMAIN 13).

    Reminders of its end are planned, and those of the status before it dropped. Args: `document` is a PersonDocument
    of the person; `replaces` the id of the status that stood there when the page was opened, so that two people do
    not record one change twice. Returns the MigrationStatus. Raises Person.DoesNotExist, NotNow (changed_since),
    Incomplete.
    """
    person = locked(person_id, actor=actor)
    history = list(MigrationStatus.objects.visible_to(actor).filter(person=person))
    former = present(history)
    if replaces is not None and (former is None or former.pk != replaces):
        raise NotNow("changed_since", _("Somebody else recorded a status meanwhile. Look at it first."))
    with checking() as facts:
        row = MigrationStatus(
            id=uuid4(),
            person=person,
            organisation_id=actor.organisation_id,
            status=facts.code("status", status, "migration_status"),
            since=read_past(facts, "since", since, timezone.localdate(at)),
            basis=facts.text("basis", basis, limit=2000, lines=True),
            document=document,
            recorded_by_id=actor.principal_id,
            recorded_at=at,
        )
        row.until = read_later(facts, "until", until, than=row.since)
        if document is not None and document.person_id != person.pk:
            facts.wrong("document", _("Choose a paper of this person."))
    row.save(force_insert=True)
    for earlier in history:
        drop_reminders("status_end", about=earlier.pk, at=at)
    plan_reminders("status_end", about=row.pk, person=person, on=row.until, at=at)
    events.record("person.status_recorded", actor=actor, at=at, about=person.pk, status_id=row.pk)
    return row


def _current(person, actor):
    return PersonName.objects.visible_to(actor).filter(person=person, retired_at=None)


def _locked(model, pk, *, actor, version=None):
    row = model.objects.visible_to(actor).select_for_update(of=("self",)).select_related("person").get(pk=pk)
    check_version(row, version)
    return row


def _paper(facts: Facts, paper: PersonDocument, *, type, issuer, number, valid_until, note) -> None:
    paper.type = facts.code("type", type, "document_type")
    paper.issuer = "".join(read_countries(facts, "issuer", [issuer] if issuer else []))
    paper.number = facts.text("number", number, limit=64)
    paper.number_index = blind_index(paper.number)
    paper.valid_until = read_later(facts, "valid_until", valid_until, than=None)
    paper.note = facts.text("note", note, limit=500, lines=True)
