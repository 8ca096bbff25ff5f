"""A caseworker sends in three steps; every refusal says why."""

import pytest

from core.actors import acting
from partners.models import Service
from referral.models import Packet, Referral
from tests.referral.pages import step, url, words
from tests.referral.steps import NOTE, accepted, drafted, received
from tests.referral.steps import step as take
from tests.world import case as case_of
from tests.world import consent as consent_of
from tests.world import need as need_of
from tests.world import person, service

pytestmark = pytest.mark.django_db


def the_referral(people) -> Referral:
    with acting(people.world.actors["supervisor"]) as actor:
        return Referral.objects.visible_to(actor).get()


def begin(people, **facts) -> Referral:
    """Choose the service in step 1 and return the draft."""
    o = people.world.of
    answer = people.caseworker.post(url("new", o.need.pk), {"urgency": "urgent", "service": str(o.service.pk), **facts})
    assert answer.status_code == 302, words(answer)
    return the_referral(people)


def test_the_first_step_offers_services_with_reasons_and_says_why_others_do_not_fit(people):
    service(people.world.of.receiver, name="For men only", sexes=["male"])
    Service.objects.filter(pk=people.world.of.service.pk).update(languages=["prs"])
    page = people.caseworker.get(url("new", people.world.of.need.pk))
    text = words(page)
    assert page.status_code == 200
    assert "1 service fits" in text
    assert "1 service does not fit: see why" in text
    assert "Not for this sex" in text
    assert "Speaks the language" in text


def test_a_need_without_a_service_says_what_to_do_next(people):
    other = need_of(people.world.actors["caseworker"], people.world.of.case, category="education")
    assert "No service fits this need now" in words(people.caseworker.get(url("new", other.pk)))


def test_a_service_that_is_not_in_the_list_cannot_be_chosen(people):
    wrong = service(people.world.of.receiver, name="Shelter", category="shelter")
    answer = people.caseworker.post(
        url("new", people.world.of.need.pk), {"urgency": "urgent", "service": str(wrong.pk)}
    )
    assert answer.status_code == 422


def test_three_steps_send_a_referral(people):
    referral = begin(people)
    page = people.caseworker.get(url("share", referral.pk))
    assert "As seen by Receiver partner" in words(page)
    answer = people.caseworker.post(url("share", referral.pk), share_of(page) | {"note": NOTE, "continue": "1"})
    assert answer.url == url("send", referral.pk)
    page = people.caseworker.get(answer.url)
    assert page.context["blocked"] == 0, page.context["gates"]
    consent = page.context["form"]["consent"].value()
    answer = people.caseworker.post(answer.url, {"consent": consent, "seen": "on", "go": "1"}, follow=True)
    assert "Referral sent" in answer.content.decode()
    assert the_referral(people).state == "sent"


def share_of(page) -> dict:
    """Return the choices that the page shows."""
    form = page.context["form"]
    return {row["code"]: form[row["code"]].value() for row in form.offered if row["code"] in form.fields}


def test_a_choice_changes_the_preview_and_stays_in_the_draft(people):
    referral = begin(people)
    choices = share_of(people.caseworker.get(url("share", referral.pk))) | {"language": "after", "note": ""}
    answer = people.caseworker.post(url("share", referral.pk), choices, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    line = next(line for line in answer.context["preview"] if str(line["label"]).startswith("Language"))
    assert line["opens"] == "after"
    assert the_referral(people).share["language"] == "after"


def test_without_scripts_the_preview_comes_back_with_the_page(people):
    referral = begin(people)
    choices = share_of(people.caseworker.get(url("share", referral.pk))) | {"name": "no", "note": "", "preview": "1"}
    answer = people.caseworker.post(url("share", referral.pk), choices, follow=True)
    assert answer.redirect_chain
    line = next(line for line in answer.context["preview"] if str(line["label"]) == "Name")
    assert line["opens"] == "never"


def test_only_what_the_service_needs_goes_back_to_the_least(people):
    referral = begin(people)
    choices = share_of(people.caseworker.get(url("share", referral.pk))) | {"name": "no", "note": ""}
    people.caseworker.post(url("share", referral.pk), choices | {"least": "1"})
    assert the_referral(people).share["name"] == "after"


def test_sending_needs_the_word_that_the_person_has_seen_it(people):
    referral = drafted(people.world)
    answer = people.caseworker.post(url("send", referral.pk), {"consent": str(people.world.of.consent.pk), "go": "1"})
    assert answer.status_code == 422
    assert "Show or read the preview" in words(answer)
    assert the_referral(people).state == "draft"


def test_a_closed_gate_is_said_with_its_sentence_and_a_way_to_mend_it(people):
    o = people.world.of
    referral = drafted(people.world, note="")
    page = people.caseworker.get(url("send", referral.pk))
    gate = next(gate for gate in page.context["gates"] if gate["code"] == "G6")
    assert gate["state"] == "blocked"
    assert gate["url"] == url("share", referral.pk)
    answer = people.caseworker.post(url("send", referral.pk), {"consent": str(o.consent.pk), "seen": "on", "go": "1"})
    assert answer.status_code == 422
    assert "Write the reason and what was already done" in words(answer)
    assert the_referral(people).state == "draft"


def test_a_referral_that_needs_approval_goes_to_the_supervisor_who_sees_all_that_is_disclosed(people):
    o, mine = people.world.of, people.world.actors["caseworker"]
    child = person(mine, name="Child", birth_date=o.person.birth_date.replace(year=2015))
    consent = consent_of(mine, child, o.receiver)
    who = {"team": o.team, "caseworker": people.world.members["caseworker"]}
    case = case_of(mine, child, supervisor=people.world.members["supervisor"], **who)
    referral = drafted(people.world, need=need_of(mine, case), consent=consent)
    page = people.caseworker.get(url("send", referral.pk))
    assert "Ask for approval" in words(page)
    people.caseworker.post(url("send", referral.pk), {"consent": str(consent.pk), "seen": "on", "go": "1"})
    assert the_referral(people).state == "pending_approval"
    assert people.caseworker.get(url("step", referral.pk, "approve")).status_code == 403
    page = people.supervisor.get(url("step", referral.pk, "approve"))
    assert "The person is under 18." in words(page)
    assert any(line["opens"] == "after" for line in page.context["preview"])
    assert step(people.supervisor, referral, "approve").status_code == 302
    assert the_referral(people).state == "sent"
    with acting(people.world.actors["supervisor"]) as actor:
        assert Packet.objects.visible_to(actor).filter(referral=referral).count() == 2


def test_a_supervisor_approves_from_the_board_and_from_home(people):
    o, mine = people.world.of, people.world.actors["caseworker"]
    with acting(mine):
        type(o.case).objects.visible_to(mine).filter(pk=o.case.pk).update(risk_level="critical")
    referral = take(people.world, drafted(people.world, need=fresh_need(people)), "submit", "caseworker")
    address = url("step", referral.pk, "approve")
    assert address in people.supervisor.get(url("board", show="approval")).content.decode()
    assert "Asks for your approval" in words(people.supervisor.get("/"))
    assert "Asks for your approval" not in words(people.caseworker.get("/"))


def fresh_need(people):
    with acting(people.world.actors["caseworker"]) as actor:
        need = people.world.of.need
        return type(need).objects.visible_to(actor).select_related("case__person").get(pk=need.pk)


def test_the_list_of_what_went_out_has_its_parts(people):
    referral = drafted(people.world)
    assert referral.reference in words(people.caseworker.get(url("list", show="drafts")))
    assert referral.reference not in words(people.caseworker.get(url("list")))
    assert referral.reference not in words(people.caseworker.get(url("list", show="nonsense")))


def test_the_fragment_of_a_case_shows_its_referrals(people):
    referral = received(people.world)
    fragment = people.caseworker.get(url("for_case", people.world.of.case.pk), headers={"HX-Request": "true"})
    assert referral.reference in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "<html" in people.caseworker.get(url("for_case", people.world.of.case.pk)).content.decode()


def test_a_sent_referral_has_no_pages_of_sending_any_more(people):
    referral = accepted(people.world)
    assert people.caseworker.get(url("share", referral.pk)).url == url("detail", referral.pk)
    assert people.caseworker.get(url("send", referral.pk)).url == url("detail", referral.pk)


@pytest.mark.parametrize("who", ["stranger", "other_team", "partner", "worker"])
def test_who_does_not_see_the_case_finds_no_page_of_sending(people, who):
    referral = drafted(people.world)
    client = getattr(people, who)
    pages = [url("share", referral.pk), url("send", referral.pk), url("detail", referral.pk)]
    pages += [url("new", people.world.of.need.pk), url("for_case", people.world.of.case.pk)]
    assert {client.get(page).status_code for page in pages} <= {403, 404}
    assert client.get(url("detail", referral.pk)).status_code == 404


def test_a_class_4_need_is_hidden_from_colleagues_whom_the_case_does_not_name(people):
    assert people.caseworker.get(url("new", people.world.of.secret_need.pk)).status_code == 200
    assert people.colleague.get(url("new", people.world.of.secret_need.pk)).status_code == 404
