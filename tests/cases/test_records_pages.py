"""The pages of notes and documents, as people use them."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import Document, Note
from core.actors import acting
from core.files import LIMIT
from tests.cases.browsing import asked, readings
from tests.cases.test_records import added, changed, folder, need, written
from tests.core.corpus import pdf, picture

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


def page_url(case):
    return reverse("cases:records", args=[case.pk])


def paper(content=None, name="photo.jpg", kind="image/jpeg"):
    return SimpleUploadedFile(name, picture() if content is None else content, content_type=kind)


def test_the_page_shows_notes_documents_and_ways_to_add_them(network, worker):
    case = network.case()
    text = worker.get(page_url(case)).text
    assert "No note yet" in text
    assert "No document yet" in text
    note = written(network, case, text="She called at noon.", pinned=True)
    changed(network, note)
    added(network, case, title="Work statement")
    text = worker.get(page_url(case)).text
    for words in ("She wrote.", "She called at noon.", "Earlier wording", "Work statement", "On top",
                  reverse("cases:note", args=[case.pk]), reverse("cases:upload", args=[case.pk])):  # fmt: skip
        assert words in text, words


def test_a_colleague_does_not_see_that_class_4_exists(network, sign_in):
    case = network.case()
    written(network, case, field_class=4, text="Secret shelter")
    document = added(network, case, field_class=4, title="Secret paper")
    mate = sign_in("mate")
    text = mate.get(page_url(case)).text
    assert "Secret" not in text
    assert "No note yet" in text
    for name in ("document", "file", "replace_document", "withdraw_document"):
        assert mate.get(reverse(f"cases:{name}", args=[document.pk])).status_code == 404
    assert "Secret shelter" in sign_in("supervisor").get(page_url(case)).text


@pytest.mark.parametrize(("role", "status"), [("worker", 200), ("mate", 200), ("other_team", 404), ("stranger", 404)])
def test_who_opens_the_page_and_the_file(network, sign_in, role, status):
    case = network.case()
    document = added(network, case)
    client = sign_in(role)
    assert client.get(page_url(case)).status_code == status
    assert client.get(reverse("cases:file", args=[document.pk])).status_code == status


def test_a_note_is_written_from_the_page_and_begins_with_questions(network, worker):
    case = network.case()
    url = reverse("cases:note", args=[case.pk])
    assert "Next step:" in worker.get(url, {"kind": "visit"}).text
    assert worker.get(url, {"kind": "nonsense"}).status_code == 200
    response = worker.post(url, {"kind": "visit", "text": "All is well", "field_class": "3"})
    assert response.status_code == 302
    assert "All is well" in worker.get(page_url(case)).text
    refused = worker.post(url, {"kind": "visit", "text": "", "field_class": "3"})
    assert refused.status_code == 422
    assert "Write what happened." in refused.text


def test_class_4_is_offered_to_named_people_only(network, sign_in):
    url = reverse("cases:note", args=[network.case().pk])
    assert "Only people whom the case names" in sign_in("worker").get(url).text
    assert "Only people whom the case names" not in sign_in("mate").get(url).text


def test_the_second_of_two_who_change_a_note_sees_both_wordings_and_loses_none(network, worker):
    note = written(network, network.case())
    url = reverse("cases:change_note", args=[note.pk])
    changed(network, note, text="First wording", after=-network.at.utcoffset())
    answer = worker.post(url, {"text": "Second wording", "version": "1"})
    assert answer.status_code == 409
    assert "First wording" in answer.text
    assert "Second wording" in answer.text
    assert worker.post(url, {"text": "Second wording", "version": "2"}).status_code == 302


def test_a_note_is_pinned_by_a_button(network, worker):
    note = written(network, network.case())
    worker.post(reverse("cases:pin_note", args=[note.pk]), {"pinned": "1"})
    with acting(network.actors["worker"]) as actor:
        assert Note.objects.visible_to(actor).get().pinned


def test_a_document_goes_in_and_comes_out_without_its_name(network, worker):
    case = network.case()
    url = reverse("cases:upload", args=[case.pk])
    assert 'capture="environment"' in worker.get(url, {"camera": "1"}).text
    facts = {"kind": "identity", "title": "Passport", "field_class": "2"}
    facts["upload"] = paper(picture(gps=True), "Zahra Karimi.jpg")
    assert worker.post(url, facts).status_code == 302
    with acting(network.actors["worker"]) as actor:
        row = Document.objects.visible_to(actor).get()
    shown = worker.get(reverse("cases:document", args=[row.pk])).text
    assert "Zahra Karimi.jpg" in shown
    answer = worker.get(reverse("cases:file", args=[row.pk]))
    assert answer["Content-Disposition"].startswith('attachment; filename="identity-')
    assert "Zahra" not in str(answer.headers)
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"Exif" not in answer.content
    assert readings(network).count((row.pk, 3, network.members["worker"].pk)) == 2, "the page and the file"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"a" * (LIMIT + 1), "too large"),
        (b"<svg onload='alert(1)'/>", "a program or a web page"),
        (None, "Choose a file."),
    ],
)
def test_a_refused_upload_says_why_beside_the_field_and_keeps_what_was_typed(network, worker, content, words):
    url = reverse("cases:upload", args=[network.case().pk])
    facts = {"kind": "legal", "title": "Court letter", "field_class": "3"}
    if content is not None:
        facts["upload"] = paper(content, "a.txt", "text/plain")
    answer = worker.post(url, facts)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Court letter" in answer.text


def test_a_document_is_replaced_and_taken_away_from_its_page(network, worker):
    row = added(network, network.case(), title="Registration")
    answer = worker.post(reverse("cases:replace_document", args=[row.pk]), {"upload": paper(pdf(), "b.pdf")})
    assert answer.status_code == 302
    with acting(network.actors["worker"]) as actor:
        newer = Document.objects.visible_to(actor).get(replaces_id=row.pk)
    assert "Other versions" in worker.get(reverse("cases:document", args=[newer.pk])).text
    assert "newer version" in worker.get(reverse("cases:document", args=[row.pk])).text
    url = reverse("cases:withdraw_document", args=[newer.pk])
    assert "cannot be undone" in worker.get(url).text
    assert worker.post(url, {"reason": "not_needed"}).status_code == 302
    assert "The file is gone" in worker.get(reverse("cases:document", args=[newer.pk])).text
    assert worker.get(reverse("cases:file", args=[newer.pk])).status_code == 404


def test_a_lost_file_is_not_found_and_no_error(network, worker, settings, tmp_path):
    row = added(network, network.case())
    settings.DOCUMENTS = tmp_path / "elsewhere"
    assert worker.get(reverse("cases:file", args=[row.pk])).status_code == 404
    assert worker.get(reverse("cases:file", args=[uuid4()])).status_code == 404


def test_reading_sensitive_notes_leaves_a_trail_and_ordinary_ones_none(network, worker):
    case = network.case()
    written(network, case)
    worker.get(page_url(case))
    assert [row for row in readings(network) if row[0] == case.pk] == []
    written(network, case, field_class=3)
    worker.get(page_url(case))
    assert (case.pk, 3, network.members["worker"].pk) in readings(network)


def test_the_page_asks_the_same_number_of_questions_for_one_note_and_for_twenty(network, worker, queries):
    case = network.case()
    secret = need(network, case, "health")

    def count():
        with queries() as seen:
            assert worker.get(page_url(case)).status_code == 200
        return len(asked(seen))

    changed(network, written(network, case, need=secret, pinned=True))
    written(network, case, need=secret)
    added(network, case)
    worker.get(page_url(case))
    first = count()
    for number in range(10):
        changed(network, written(network, case, need=secret, text=f"Note {number}"))
        added(network, case)
    assert count() == first <= 14
