"""A person's rights: requests in time, the own data in words and as a file, who got it, holds, two people to erase."""

import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cases import rights
from cases.actions.holds import lift_hold, place_hold, set_rule
from cases.actions.moves import move_case
from cases.actions.requests import answer_request, approve_erasure, hand_over, record_request, sweep_clocks
from cases.disclosures import disclosures
from cases.models import Case, DataRequest, LegalHold, Need, Note, Person, RetentionRule
from core import outbox
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import SYSTEM, acting
from core.models import Event
from tests.referral.steps import accepted, received, step
from tests.world import NOON, service

DAY = timedelta(days=1)


@pytest.fixture
def browser(settings):
    settings.REQUIRE_SECOND_FACTOR = False

    def client_of(w, name):
        client = Client()
        client.force_login(w.members[name].user)
        return client

    return client_of


def ask(w, kind="access", *, by="caseworker", **facts):
    facts = {"identity_check": "known", "note": "Please", "at": NOON} | facts
    with acting(w.actors[by]) as actor:
        return record_request(w.of.person.pk, actor=actor, kind=kind, **facts)


def do(w, door, *args, by="caseworker", at=NOON, **facts):
    with acting(w.actors[by]) as actor:
        return door(*args, actor=actor, at=at, **facts)


def close(w) -> None:
    with acting(w.actors["supervisor"]) as actor:
        Need.objects.update(status="met")
        move_case(w.of.case.pk, "close", actor=actor, at=NOON, reason="needs_met", told="yes")


@pytest.mark.parametrize(
    ("kind", "days"),
    [("access", 7), ("who_got_my_data", 7), ("rectification", 10), ("restriction", 15), ("erasure", 15)],
)
def test_each_kind_of_request_has_its_time(world, kind, days):
    row = ask(world, kind)  # five working days from a Monday end on the next Monday
    assert timezone.localdate(row.due_at) - timezone.localdate(NOON) == days * DAY


def test_a_wrong_or_second_request_is_refused(world):
    with pytest.raises(Incomplete) as refusal:
        ask(world, "wish", identity_check="felt")
    assert set(refusal.value.fields) == {"kind", "identity_check"}
    with pytest.raises(Incomplete):
        ask(world, "rectification", note=" ")
    ask(world)
    with pytest.raises(NotNow, match="asked_already"):
        ask(world)


def test_nobody_asks_for_a_person_out_of_sight(world):
    for who in ("other_team", "partner_supervisor", "stranger", "officer"):
        if world.actors[who].may("rights.answer"):
            with pytest.raises(Person.DoesNotExist):
                ask(world, by=who)


def test_the_paper_holds_the_record_in_the_persons_language_and_the_request_is_answered(world):
    row = ask(world)
    content = do(world, hand_over, row.pk, form="pdf", language="ru")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for words in ("Амина Хайдари", "+375290000000", "Wages were not paid", "Caseworker", world.of.case.reference):
        assert words in text, words
    with acting(world.actors["caseworker"]):
        done = DataRequest.objects.get(pk=row.pk)
        assert (done.state, done.answered_at, done.next_alarm_at) == ("answered", NOON, None)
        assert Event.objects.filter(kind="request.handed_over", about=row.pk).count() == 1
    do(world, hand_over, row.pk, form="json", language="ru")  # again, in another form


def test_the_file_has_documented_keys_and_leaves_out_other_people_and_staff(world):
    with acting(world.actors["caseworker"]):
        Person.objects.update(caregiver="Aunt Sakina, +37529")
    content = do(world, hand_over, ask(world).pk, form="json", language="en")
    data = json.loads(content)
    assert set(data) == {"format", "made_at", "organisation", "tables", "received_by", "withheld"}
    assert {"cases.Person", "cases.PersonName", "cases.Consent", "cases.Case", "cases.Need"} <= set(data["tables"])
    assert len(data["tables"]["cases.Need"]) == 2
    assert "Sakina" not in content.decode()
    assert data["withheld"]["cases.Person.caregiver"] == "others"
    text = content.decode()
    assert not [member.name for member in world.members.values() if str(member.pk) in text]


@pytest.mark.parametrize(
    ("writer", "field_class", "told"), [("supervisor", 4, False), ("caseworker", 4, True), ("supervisor", 3, True)]
)
def test_a_note_of_class_four_is_handed_over_only_by_its_writer(world, writer, field_class, told):
    with acting(world.actors[writer]):
        Note(
            organisation=world.of.sender, case=world.of.case, kind="call", field_class=field_class,
            text="Canary in the note", author=world.members[writer], occurred_at=NOON, written_at=NOON,
        ).save(force_insert=True)  # fmt: skip
    row = ask(world)
    content = do(world, hand_over, row.pk, form="json", language="en").decode()
    paper = do(world, hand_over, row.pk, form="pdf", language="en")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert ("Canary in the note" in content, "Canary in the note" in text) == (told, told)


def test_who_is_not_named_by_every_case_gathers_nothing(world):
    row = ask(world)
    with pytest.raises(NotPermitted, match="not_named"):
        do(world, hand_over, row.pk, by="colleague", form="pdf", language="ru")
    assert do(world, hand_over, row.pk, by="supervisor", form="pdf", language="ru")


def test_another_language_than_ours_falls_back_to_russian(world):
    assert rights.language_of(Person(languages=[{"code": "prs"}])) == "ru"
    assert rights.language_of(Person(languages=[{"code": "prs"}, {"code": "bel"}])) == "be"


def test_who_received_the_data_is_told_with_what_when_and_on_which_consent(world):
    accepted(world)
    refused = received(world, service=service(world.of.receiver, name="Second"))
    step(world, refused, "decline", "partner", hours=2, reason="no_capacity")
    with acting(world.actors["caseworker"]) as actor:
        one, two = disclosures(world.of.person.pk, actor=actor)
    assert {one.organisation, two.organisation} == {"Receiver partner"}
    assert {one.ended_at is None, two.ended_at is None} == {True, False}
    assert one.consent == world.of.consent
    assert "Need" in one.fields
    row = ask(world, "who_got_my_data")
    content = do(world, hand_over, row.pk, form="pdf", language="en")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Receiver partner" in text
    assert "Wages were not paid" not in text


def test_an_answer_says_what_the_person_is_told(world):
    row = ask(world, "rectification", note="My name is Amina")
    with pytest.raises(Incomplete):
        do(world, answer_request, row.pk, answer=" ")
    assert do(world, answer_request, row.pk, answer="Corrected").state == "answered"
    with pytest.raises(NotNow):
        do(world, answer_request, row.pk, answer="Again")
    erasure = ask(world, "erasure")
    with pytest.raises(NotNow):
        do(world, answer_request, erasure.pk, answer="Done")  # only erasing answers it
    assert do(world, answer_request, erasure.pk, answer="A court needs it", refused=True).state == "refused"


def test_erasing_on_request_needs_a_second_person_a_closed_case_and_no_hold(world):
    row = ask(world, "erasure", by="supervisor")
    with pytest.raises(NotPermitted, match="second_person"):
        do(world, approve_erasure, row.pk, by="supervisor")
    with pytest.raises(NotPermitted):
        do(world, approve_erasure, row.pk, by="caseworker")
    with pytest.raises(NotNow, match="case_open"):
        do(world, approve_erasure, row.pk, by="officer")
    close(world)
    hold = do(
        world, place_hold, world.of.person.pk, by="officer", reason="court", until=(NOON + DAY).date()
    )  # fmt: skip
    with pytest.raises(NotNow, match="held"):
        do(world, approve_erasure, row.pk, by="officer")
    do(world, lift_hold, hold.pk, by="officer")
    assert do(world, approve_erasure, row.pk, by="officer").state == "approved"


def test_an_approved_erasure_is_done_by_the_worker_at_once(committed_world, as_worker):
    w = committed_world
    row = ask(w, "erasure")
    close(w)
    do(w, approve_erasure, row.pk, by="officer")
    with as_worker():
        outbox.relay(at=NOON + timedelta(minutes=1))
        with acting(SYSTEM):
            assert Person.objects.get().erased_at is not None
            assert Case.objects.get().erased_at is not None
            assert DataRequest.objects.get().state == "answered"


def test_a_hold_is_placed_for_a_time_and_lifted_once(world):
    person = world.of.person.pk
    for until in (NOON.date() - DAY, NOON.date() + 3 * 366 * DAY, None):
        with pytest.raises(Incomplete):
            do(world, place_hold, person, by="supervisor", reason="court", until=until)
    with pytest.raises(NotPermitted):
        do(world, place_hold, person, reason="court", until=NOON.date())
    with pytest.raises(Person.DoesNotExist):
        do(world, place_hold, person, by="stranger", reason="court", until=NOON.date())
    hold = do(world, place_hold, person, by="supervisor", reason="court", until=NOON.date())
    do(world, lift_hold, hold.pk, by="supervisor")
    with pytest.raises(NotNow):
        do(world, lift_hold, hold.pk, by="supervisor")


def test_an_organisation_sets_its_own_time_within_bounds(world):
    assert do(world, set_rule, "case", by="officer", amount=3, unit="years").amount == 3
    for amount, unit in ((1, "months"), (50, "years"), (0, "years"), (3, "weeks")):
        with pytest.raises(Incomplete):
            do(world, set_rule, "case", by="officer", amount=amount, unit=unit)
    with pytest.raises(NotPermitted):
        do(world, set_rule, "case", by="supervisor", amount=3, unit="years")
    with acting(world.actors["officer"]):
        assert RetentionRule.objects.get().unit == "years"


def test_the_clock_of_a_request_tells_at_half_and_at_four_fifths_once_each(committed_world, as_worker):
    ask(committed_world, "erasure")
    with as_worker():
        told = [sweep_clocks(at=NOON + days * DAY) for days in (7, 8, 9, 12, 13, 16, 30)]
        assert told == [0, 1, 0, 1, 0, 1, 0]
        with acting(SYSTEM):
            stages = [event.facts["stage"] for event in Event.objects.filter(kind="request.due").order_by("at")]
            assert stages == [50, 80, 100]


def test_the_page_of_rights_records_a_request_and_hands_over_a_file_with_a_neutral_name(world, browser):
    client = browser(world, "caseworker")
    accepted(world)
    page = client.get(reverse("cases:rights", args=[world.of.case.pk]))
    assert "Receiver partner" in page.text
    answer = client.post(
        reverse("cases:ask", args=[world.of.case.pk]), {"kind": "access", "identity_check": "known", "note": ""}
    )
    assert answer.status_code == 302
    with acting(world.actors["caseworker"]):
        row = DataRequest.objects.get()
    assert client.get(reverse("cases:request", args=[row.pk])).status_code == 200
    file = client.post(reverse("cases:hand", args=[row.pk]), {"form": "pdf", "language": "be"})
    assert file["Content-Disposition"] == f'attachment; filename="{row.reference}.pdf"'
    assert file["Cache-Control"] == "no-store"
    assert file.content.startswith(b"%PDF")


def test_the_pages_of_who_keeps_the_data_safe_show_numbers_and_no_person(world, browser):
    client = browser(world, "officer")
    row = ask(world, "erasure")
    close(world)
    do(world, place_hold, world.of.person.pk, by="supervisor", reason="court", until=timezone.localdate() + DAY)
    page = client.get(reverse("cases:keeping"))
    assert row.reference in page.text
    assert world.of.case.reference in page.text
    assert "Амина" not in page.text
    assert client.get(reverse("cases:request", args=[row.pk])).status_code == 200
    with acting(world.actors["officer"]):
        hold = LegalHold.objects.get()
    assert client.post(reverse("cases:lift_hold", args=[hold.pk])).status_code == 302
    assert client.post(reverse("cases:approve_request", args=[row.pk])).status_code == 302
    time = reverse("cases:keeping_time", args=["intake"])
    assert client.get(time).status_code == 200
    assert client.post(time, {"amount": "99", "unit": "years"}).status_code == 422
    assert client.post(time, {"amount": "3", "unit": "months"}).status_code == 302
    hold_url = reverse("cases:hold", args=[world.of.person.pk])
    assert client.get(hold_url).status_code == 200
    assert client.post(hold_url, {"reason": "court", "until": ""}).status_code == 422


def test_a_stranger_finds_no_request(world, browser):
    row = ask(world)
    for who in ("stranger", "partner_supervisor", "other_team"):
        client = browser(world, who)
        assert client.get(reverse("cases:request", args=[row.pk])).status_code == 404
        assert client.get(reverse("cases:rights", args=[world.of.case.pk])).status_code == 404
