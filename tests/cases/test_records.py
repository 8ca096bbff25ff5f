"""Notes and documents through their doors: who may, what is kept, what is gone."""

import io
from datetime import timedelta

import pytest
from django.db import connection

from cases.actions.cases import reassign_case
from cases.actions.records import (
    CHANGE_FOR,
    add_document,
    add_note,
    change_note,
    pin_note,
    replace_document,
    withdraw_document,
)
from cases.models import Case, Document, Note, NoteWording
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.files import FileRefused, vault
from core.models import Event
from tests.cases.browsing import need
from tests.core.corpus import pdf, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENTS = tmp_path / "documents"
    return settings.DOCUMENTS


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def written(network, case, *, by="worker", at=None, text="She called.", kind="call", **facts):
    with acting(network.actors[by]) as actor:
        return add_note(case, actor=actor, at=at or network.at, kind=kind, text=text, **facts)


def upload(content=None, name="Zahra Karimi passport.jpg"):
    file = io.BytesIO(picture(gps=True) if content is None else content)
    file.name = name
    return file


def added(network, case, *, by="worker", at=None, kind="other", file=None, **facts):
    with acting(network.actors[by]) as actor:
        return add_document(case, actor=actor, at=at or network.at, upload=file or upload(), kind=kind, **facts)


def seen(network, model, by) -> set:
    with acting(network.actors[by]) as actor:
        return set(model.objects.visible_to(actor).values_list("pk", flat=True))


def test_a_note_is_kept_unreadable_and_counts_as_contact(network):
    case = network.case()
    note = written(network, case, text="She is afraid of Oleg.", occurred_at=network.at - timedelta(hours=2))
    with acting(network.actors["worker"]) as actor:
        assert Note.objects.visible_to(actor).get(pk=note.pk).text == "She is afraid of Oleg."
        assert Case.objects.visible_to(actor).get(pk=case.pk).last_contact_at == note.occurred_at
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM cases_note")
            assert b"Oleg" not in bytes(cursor.fetchone()[0])
        event = Event.objects.visible_to(actor).get(kind="note.added")
    assert event.facts == {"field_class": 2, "kind_of_note": "call"}
    assert event.case_id == case.pk


def test_talk_among_colleagues_is_no_contact_with_the_person(network):
    case = network.case()
    written(network, case, kind="team")
    with acting(network.actors["worker"]) as actor:
        assert Case.objects.visible_to(actor).get(pk=case.pk).last_contact_at is None


def test_notes_and_documents_of_class_4_are_seen_by_named_people_only(network):
    case = network.case()
    plain, secret = written(network, case, field_class=3), written(network, case, field_class=4)
    paper = added(network, case, field_class=4)
    assert seen(network, Note, "worker") == seen(network, Note, "supervisor") == {plain.pk, secret.pk}
    assert seen(network, Note, "mate") == {plain.pk}
    assert seen(network, Document, "supervisor") == {paper.pk}
    assert seen(network, Document, "mate") == seen(network, Document, "other_team") == set()
    assert seen(network, Note, "other_team") == seen(network, Note, "stranger") == set()


def test_a_colleague_of_the_team_cannot_write_what_it_could_not_read(network):
    case = network.case()
    with pytest.raises(Incomplete) as refused:
        written(network, case, by="mate", field_class=4)
    assert "field_class" in refused.value.fields


def test_a_note_about_a_need_is_at_least_of_its_class(network):
    case = network.case()
    secret = need(network, case, "trafficking")
    assert written(network, case, need=secret).field_class == 4
    other = need(network, network.case(person=network.person(name="Other")), "shelter")
    with pytest.raises(Incomplete):
        written(network, case, need=other)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "a" * 10_001}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"kind": "dream"}, "kind"),
        ({"field_class": 1}, "field_class"),
        ({"occurred_at": "later"}, "occurred_at"),
    ],
)
def test_a_note_that_is_not_right_says_where(network, facts, field):
    if facts.get("occurred_at"):
        facts = {"occurred_at": network.at + timedelta(minutes=1)}
    with pytest.raises(Incomplete) as refused:
        written(network, network.case(), **facts)
    assert list(refused.value.fields) == [field]


def changed(network, note, *, by="worker", after=timedelta(hours=1), text="She wrote.", version=1):
    with acting(network.actors[by]) as actor:
        return change_note(note.pk, actor=actor, at=network.at + after, text=text, version=version)


def test_a_changed_note_keeps_both_wordings(network):
    note = written(network, network.case())
    assert changed(network, note).version == 2
    with acting(network.actors["mate"]) as actor:
        (before,) = NoteWording.objects.visible_to(actor)
        assert (before.text, before.version) == ("She called.", 1)
        assert Note.objects.visible_to(actor).get().text == "She wrote."


def test_a_note_is_changed_by_its_writer_for_a_day_and_by_nobody_later(network):
    note = written(network, network.case())
    with pytest.raises(NotPermitted, match="not_author"):
        changed(network, note, by="supervisor")
    with pytest.raises(NotNow, match="note_settled"):
        changed(network, note, after=CHANGE_FOR + timedelta(seconds=1))
    assert changed(network, note, after=CHANGE_FOR).text == "She wrote."


def test_of_two_who_change_a_note_at_once_the_second_is_told(network):
    note = written(network, network.case())
    changed(network, note, text="First")
    with pytest.raises(NotNow, match="note_changed"):
        changed(network, note, text="Second", version=1)


def test_a_note_can_be_held_on_top_and_let_go(network):
    note = written(network, network.case())
    for pinned in (True, False):
        with acting(network.actors["mate"]) as actor:
            assert pin_note(note.pk, actor=actor, at=network.at, pinned=pinned).pinned is pinned


def test_a_document_is_cleaned_sealed_and_named_by_nobody(network, folder):
    case = network.case()
    paper = added(network, case, title="Passport", kind="identity")
    (path,) = files(folder)
    assert paper.field_class == 3, "an identity document is sensitive at least"
    assert paper.original_name == "Zahra Karimi passport.jpg"
    content = vault.fetch(paper.stored_as, row=paper.pk)
    assert b"Exif" not in content
    assert len(content) == paper.size
    assert str(paper.pk) not in str(path)
    with acting(network.actors["worker"]), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(d)::text FROM cases_document d")
        assert b"Zahra".hex() not in cursor.fetchone()[0]


def test_a_refused_file_leaves_neither_row_nor_file(network, folder):
    case = network.case()
    with pytest.raises(FileRefused, match="file_kind_refused"):
        added(network, case, file=upload(b"MZ\x90\x00" + bytes(99)))
    with pytest.raises(Incomplete):
        added(network, case, kind="poem")
    assert seen(network, Document, "worker") == set()
    assert files(folder) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\a\\passwd", "/etc/passwd", "pass\u202ewd\x00\r\npasswd"])
def test_the_name_of_an_upload_goes_nowhere_but_into_its_column(network, folder, name):
    paper = added(network, network.case(), file=upload(pdf(), name))
    assert all(sign not in paper.original_name for sign in "/\\\x00\r\n\u202e")
    (path,) = files(folder)
    assert path.is_relative_to(folder)


def test_a_new_version_stands_in_the_place_of_the_old_one_which_stays(network, folder):
    paper = added(network, network.case(), title="Registration", kind="legal")
    with acting(network.actors["worker"]) as actor:
        newer = replace_document(paper.pk, actor=actor, at=network.at, upload=upload(pdf(), "new.pdf"))
        assert (newer.version, newer.title, newer.replaces_id) == (2, "Registration", paper.pk)
        assert Document.objects.visible_to(actor).get(pk=paper.pk).replaced_at == network.at
        with pytest.raises(NotNow, match="document_replaced"):
            replace_document(paper.pk, actor=actor, at=network.at, upload=upload())
    assert len(files(folder)) == 2


def test_a_document_taken_away_leaves_its_shell(network, folder, django_capture_on_commit_callbacks):
    paper = added(network, network.case(), title="Passport", kind="identity")
    with django_capture_on_commit_callbacks(execute=True), acting(network.actors["worker"]) as actor:
        withdraw_document(paper.pk, actor=actor, at=network.at, reason="person_asked")
    assert files(folder) == []
    with acting(network.actors["worker"]) as actor:
        shell = Document.objects.visible_to(actor).get()
        assert (shell.title, shell.original_name, shell.digest, shell.stored_as) == ("", "", "", None)
        assert (shell.kind, shell.gone_reason, shell.gone_at) == ("identity", "person_asked", network.at)
        with pytest.raises(NotNow, match="document_gone"):
            withdraw_document(paper.pk, actor=actor, at=network.at, reason="not_needed")
        with pytest.raises(NotNow, match="document_gone"):
            replace_document(paper.pk, actor=actor, at=network.at, upload=upload())


def test_a_document_is_not_destroyed_before_the_commit(network, folder):
    paper = added(network, network.case())
    with acting(network.actors["worker"]) as actor:
        withdraw_document(paper.pk, actor=actor, at=network.at, reason="wrong_file")
    assert len(files(folder)) == 1, "a rollback must find the file again"


def test_only_reasons_of_people_can_be_given_by_people(network):
    paper = added(network, network.case())
    with pytest.raises(Incomplete), acting(network.actors["worker"]) as actor:
        withdraw_document(paper.pk, actor=actor, at=network.at, reason="purged")


def test_a_closed_case_takes_neither_notes_nor_documents(network):
    case = network.case()
    with acting(network.actors["worker"]):
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=network.at, closure_reason="needs_met")
    for door in (written, added):
        with pytest.raises(NotNow, match="case_closed"):
            door(network, case)


def test_who_was_given_the_case_reads_its_class_4_and_who_gave_it_no_more(network):
    case = network.case()
    note = written(network, case, field_class=4)
    with acting(network.actors["supervisor"]) as actor:
        reassign_case(case.pk, actor=actor, at=network.at, caseworker=network.members["mate"])
    assert seen(network, Note, "mate") == {note.pk}
    assert seen(network, Note, "worker") == set()


@pytest.mark.parametrize("door", [written, added])
def test_a_role_without_the_verb_cannot_write(network, door):
    with pytest.raises(NotPermitted):
        door(network, network.case(), by="focal")
