"""A partner answers from the inbox; the sender follows, replies and refers again."""

import re

import pytest

from core.actors import Actor, acting
from core.models import Reading
from referral.models import Message, Referral
from tests.referral.pages import step, url, words
from tests.referral.steps import accepted, received, sent, started
from tests.referral.steps import step as take
from tests.world import NOON, need, service

pytestmark = pytest.mark.django_db

NAME, PHONE = "Амина Хайдари", "+375290000000"


def now(people, referral, who="supervisor") -> Referral:
    with acting(people.world.actors[who]) as actor:
        return Referral.objects.visible_to(actor).get(pk=referral.pk)


def test_the_inbox_counts_and_shows_what_waits_without_a_name(people):
    sent(people.world)
    page = people.partner.get(url("inbox"))
    assert "1 person waits for your answer." in words(page)
    assert "Not opened" in words(page)
    assert "25" in page.context["items"][0]["person"]
    assert NAME not in page.content.decode()


def test_emergencies_come_first_in_the_inbox(people):
    first = sent(people.world, urgency="urgent")
    other = service(people.world.of.receiver, name="Night line")
    emergency = sent(people.world, urgency="emergency", service=other)
    page = people.partner.get(url("inbox"))
    assert [item["url"] for item in page.context["items"]] == [url("detail", emergency.pk), url("detail", first.pk)]


def test_opening_counts_as_acknowledgement_for_the_receiver_only(people):
    referral = sent(people.world)
    people.caseworker.get(url("detail", referral.pk))
    assert now(people, referral).state == "sent"
    people.partner.get(url("detail", referral.pk))
    assert now(people, referral).state == "received"


def test_before_acceptance_the_partner_sees_the_least_and_what_opens_later(people):
    referral = sent(people.world)
    page = people.partner.get(url("detail", referral.pk))
    assert "Opens when you accept" in words(page)
    assert NAME not in page.content.decode()
    assert PHONE not in page.content.decode()


def test_accepting_names_a_worker_and_opens_the_identity(people):
    referral = received(people.world)
    answer = step(people.partner, referral, "accept", worker=str(people.world.members["worker"].pk))
    assert answer.status_code == 302
    page = people.partner.get(url("detail", referral.pk))
    assert NAME in words(page)
    assert PHONE in words(page)
    assert "Worker" in words(people.caseworker.get(url("detail", referral.pk)))


def test_only_colleagues_who_answer_can_be_named(people):
    referral = received(people.world)
    page = people.partner.get(url("step", referral.pk, "accept")).content.decode()
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert offered == {str(people.world.members[who].pk) for who in ("partner", "worker", "partner_supervisor")}
    answer = step(people.partner, referral, "accept", worker=str(people.world.members["caseworker"].pk))
    assert answer.status_code == 422


def test_a_referral_runs_from_acceptance_to_its_result(people, hours):
    referral = accepted(people.world)
    hours(3)
    assert step(people.worker, referral, "start", first_contact_on=NOON.date().isoformat()).status_code == 302
    hours(30)
    answer = step(people.worker, referral, "complete", outcome="provided_full", text="Wages were paid")
    assert answer.status_code == 302
    page = people.caseworker.get(url("detail", referral.pk))
    assert "Service provided in full" in words(page)
    assert "Wages were paid" in words(page)
    assert now(people, referral).state == "completed"


def test_the_service_can_be_held_and_resumed(people, hours):
    referral = started(people.world)
    hours(4)
    day = NOON.date().replace(day=30).isoformat()
    assert step(people.partner, referral, "hold", text="The lawyer is ill", resume_on=day).status_code == 302
    assert step(people.partner, referral, "resume").status_code == 302
    assert now(people, referral).state == "in_progress"


def test_a_decline_gives_its_reason_and_leads_to_another_service(people):
    other = service(people.world.of.receiver, name="Evening lawyers")
    referral = received(people.world)
    answer = step(people.partner, referral, "decline", reason="no_capacity", suggested_service=str(other.pk))
    assert answer.status_code == 302
    page = people.caseworker.get(url("detail", referral.pk))
    assert "No capacity" in words(page)
    assert "Evening lawyers" in words(page)
    again = url("again", referral.pk)
    assert again in page.content.decode()
    assert "Draft to the suggested service" in words(people.caseworker.get("/"))
    chosen = people.caseworker.post(again, {"service": str(other.pk)})
    assert chosen.status_code == 302


def test_the_decline_form_keeps_its_input_and_names_what_is_missing(people):
    referral = received(people.world)
    answer = step(people.partner, referral, "decline", reason="other", text="")
    assert answer.status_code == 422
    assert "Write the reason in a few words." in words(answer)
    assert answer.context["form"]["reason"].value() == "other"
    answer = step(people.partner, referral, "decline", text="kept")
    assert answer.status_code == 422
    assert "kept" in words(answer)


def test_after_a_decline_the_partner_reads_nothing_more(people):
    referral = take(people.world, received(people.world), "decline", "partner", reason="no_capacity")
    page = people.partner.get(url("detail", referral.pk))
    assert "The content is closed" in words(page)
    assert "Employer keeps the passport" not in page.content.decode()


def test_a_question_stops_the_clock_and_the_reply_starts_it(people, hours):
    referral = received(people.world)
    hours(2)
    step(people.partner, referral, "ask", text="Is an interpreter by phone fine?")
    page = people.caseworker.get(url("detail", referral.pk))
    assert "Is an interpreter by phone fine?" in words(page)
    assert "The partner waits for your answer" in words(page)
    assert "asks a question" in words(people.caseworker.get("/"))
    answer = people.caseworker.post(url("step", referral.pk, "reply"), {"text": "Yes, by phone is fine"})
    assert answer.status_code == 302
    assert "Yes, by phone is fine" in words(people.partner.get(url("detail", referral.pk)))
    assert now(people, referral).state == "received"


def test_messages_go_to_the_other_side_and_come_back_as_a_fragment(people):
    referral = received(people.world)
    address = url("message", referral.pk)
    answer = people.partner.post(address, {"text": "Tuesday 10:30"}, headers={"HX-Request": "true"})
    assert "Tuesday 10:30" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert people.caseworker.post(address, {"text": "Good"}).url.endswith("#messages")
    assert "Tuesday 10:30" in words(people.caseworker.get(url("detail", referral.pk)))
    empty = people.caseworker.post(address, {"text": ""})
    assert empty.status_code == 422
    with acting(people.world.actors["caseworker"]) as actor:
        assert Message.objects.visible_to(actor).count() == 2


def test_cancelling_says_why_and_ends_the_referral(people):
    referral = received(people.world)
    assert step(people.caseworker, referral, "cancel", text="").status_code == 422
    assert step(people.caseworker, referral, "cancel", text="Found help elsewhere").status_code == 302
    assert now(people, referral).state == "cancelled"


def test_only_a_supervisor_marks_an_error(people):
    referral = received(people.world)
    assert people.caseworker.get(url("step", referral.pk, "mark_error")).status_code == 403
    assert step(people.supervisor, referral, "mark_error", text="Wrong person").status_code == 302
    assert people.partner.get(url("detail", referral.pk)).status_code == 404


def test_who_comes_second_is_told_who_was_first_and_keeps_the_text(people):
    referral = received(people.world)
    page = people.partner_supervisor.get(url("step", referral.pk, "decline"))
    version = page.context["form"]["version"].value()
    step(people.partner, referral, "accept", worker=str(people.world.members["worker"].pk))
    facts = {"version": version, "reason": "no_capacity", "text": "Full until May"}
    answer = people.partner_supervisor.post(url("step", referral.pk, "decline"), facts)
    assert answer.status_code == 409
    assert "Partner" in words(answer)
    assert "Full until May" in words(answer)
    assert now(people, referral).state == "accepted"


def test_a_page_that_is_out_of_date_changes_nothing(people):
    referral = accepted(people.world)
    page = people.partner.get(url("step", referral.pk, "start"))
    version = page.context["form"]["version"].value()
    take(people.world, referral, "start", "partner", hours=3, first_contact_on=NOON.date())
    take(people.world, referral, "not_complete", "partner", hours=4, outcome="service_failed")
    facts = {"version": version, "first_contact_on": NOON.date().isoformat()}
    assert people.partner.post(url("step", referral.pk, "start"), facts).status_code == 409


def test_three_attempts_are_needed_before_somebody_counts_as_unreachable(people, hours):
    referral = accepted(people.world)
    hours(72)
    facts = {"outcome": "client_unreachable", "attempts": "2026-11-23"}
    assert step(people.partner, referral, "not_complete", **facts).status_code == 422
    facts["attempts"] = "2026-11-23\n2026-11-24\n24.11.2026"
    assert step(people.partner, referral, "not_complete", **facts).status_code == 302
    assert now(people, referral).state == "not_completed"


def test_a_wrong_date_of_an_attempt_is_named(people):
    referral = accepted(people.world)
    answer = step(people.partner, referral, "not_complete", outcome="client_unreachable", attempts="yesterday")
    assert answer.status_code == 422
    assert "attempts" in answer.context["form"].errors


def test_a_supervisor_of_the_partner_names_another_worker(people):
    referral = accepted(people.world)
    chosen = str(people.world.members["partner_supervisor"].pk)
    assert people.partner.get(url("worker", referral.pk)).status_code == 403
    assert people.partner_supervisor.post(url("worker", referral.pk), {"worker": chosen}).status_code == 302
    assert now(people, referral).worker_name == "Partner Supervisor"


def test_the_worker_sees_what_is_assigned_and_nothing_else(people):
    mine, other = accepted(people.world), service(people.world.of.receiver, name="Other")
    theirs = sent(people.world, service=other)
    assert people.worker.get(url("detail", mine.pk)).status_code == 200
    assert people.worker.get(url("detail", theirs.pk)).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "other_team", "hotline", "admin", "officer", "analyst"])
def test_a_referral_of_others_does_not_exist(people, who):
    referral = received(people.world)
    client = getattr(people, who)
    pages = [url("detail", referral.pk), url("step", referral.pk, "accept"), url("step", referral.pk, "cancel")]
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.post(url("message", referral.pk), {"text": "x"}).status_code == 404
    assert now(people, referral).state == "received"


def test_the_coordinator_sees_states_and_times_only(people):
    referral = accepted(people.world)
    page = people.coordinator.get(url("detail", referral.pk))
    assert page.status_code == 200
    assert page.context["shown"] is None
    assert page.context["buttons"] == []
    for secret in (NAME, PHONE, "Employer keeps", people.world.of.case.reference):
        assert secret not in page.content.decode()
    assert people.coordinator.get(url("step", referral.pk, "cancel")).status_code == 404


def test_an_unknown_step_is_no_page(people):
    referral = received(people.world)
    assert people.partner.get(url("step", referral.pk, "dance")).status_code == 404
    assert people.partner.get(url("step", referral.pk, "withdraw")).status_code == 404


def test_reading_sensitive_content_leaves_a_trail(people):
    o, mine = people.world.of, people.world.actors["caseworker"]
    plain = received(people.world)
    people.partner.get(url("detail", plain.pk))
    people.coordinator.get(url("detail", plain.pk))
    doctor = service(o.receiver, name="Doctor", category="health")
    health = sent(people.world, need=need(mine, o.case, category="health"), service=doctor)
    people.partner.get(url("detail", health.pk))
    people.coordinator.get(url("detail", health.pk))
    with acting(Actor(organisation_id=o.receiver.pk, permissions=frozenset({"audit.read"}))) as officer:
        trail = list(Reading.objects.visible_to(officer).values_list("about", "user_id", "field_class"))
    assert trail == [(health.pk, people.world.members["partner"].user_id, 3)]
