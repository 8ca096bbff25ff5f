"""My work, the navigation, error pages, and somebody without an organisation."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from cases.models import Task
from core.actors import acting
from core.models import User
from core.navigation import entries, navigation, numbers_of
from core.views import errors
from core.views.home import Item, sections
from tests.referral.pages import People, url, words
from tests.referral.steps import accepted, drafted, received, sent
from tests.referral.steps import step as take
from tests.world import NOON, build


@pytest.fixture
def people(db, settings, monkeypatch):
    settings.REQUIRE_SECOND_FACTOR = False
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    return People(build())


def test_what_is_late_comes_first_then_today_then_the_rest():
    hour = timedelta(hours=1)

    def item(title, **facts):
        return Item(title=title, url="/", verb="Open", **facts)

    items = [
        item("next", due_at=NOON + 40 * hour),
        item("undated"),
        item("next month", due_at=NOON + timedelta(days=30)),
        item("today", due_at=NOON + hour),
        item("question", pressing=True),
        item("late", due_at=NOON - hour),
        item("later", due_at=NOON - 2 * hour),
        item("stopped", due_at=NOON - hour, paused_at=NOON - 2 * hour),
    ]
    found = [[item.title for item in part["items"]] for part in sections(items, at=NOON)]
    assert found == [["later", "late"], ["question", "stopped", "today"], ["next"], ["next month", "undated"]]


def test_home_says_that_nothing_waits_and_where_to_begin(people):
    page = people.stranger.get("/")
    assert "Nothing waits for you" in words(page)
    assert page.context["start"]["url"] == url("inbox")


def test_a_partner_finds_what_waits_for_an_answer(people):
    referral = sent(people.world)
    page = people.partner.get("/")
    assert url("detail", referral.pk) in page.content.decode()
    assert "Answer" in words(page)


def test_a_worker_finds_the_first_contact_to_make(people):
    accepted(people.world)
    assert "Make the first contact." in words(people.worker.get("/"))
    assert "Make the first contact." not in words(people.partner.get("/"))


def test_a_caseworker_finds_drafts_and_questions_with_the_name_of_the_person(people):
    drafted(people.world)
    text = words(people.caseworker.get("/"))
    assert "Not sent yet." in text
    assert "Амина Хайдари" in text
    assert "Not sent yet." not in words(people.colleague.get("/"))


def test_a_question_of_a_partner_stands_on_the_home_page(people):
    take(people.world, received(people.world), "ask", "partner", hours=2, text="By phone?")
    assert "Receiver partner asks a question." in words(people.caseworker.get("/"))


def test_tasks_stand_on_the_home_page_until_they_are_done(people):
    mine = people.world.actors["caseworker"]
    with acting(mine):
        task = Task(
            organisation_id=mine.organisation_id,
            kind="own",
            text="Ring the school",
            case=people.world.of.case,
            assignee=people.world.members["caseworker"],
            created_at=NOON,
            due_at=NOON - timedelta(days=1),
        )
        task.save(force_insert=True)
    page = people.caseworker.get("/")
    assert "Ring the school" in words(page)
    assert page.context["sections"][0]["tone"] == "red"
    assert "Ring the school" not in words(people.other_team.get("/"))
    with acting(mine):
        Task.objects.visible_to(mine).filter(pk=task.pk).update(done_at=NOON)
    assert "Ring the school" not in words(people.caseworker.get("/"))


def names(people, who) -> set[str]:
    with acting(people.world.actors[who]) as actor:
        return {str(entry["label"]) for entry in entries(actor, "/", numbers={})}


def test_the_navigation_holds_what_the_verbs_open(people):
    assert {"My work", "Cases", "Referrals", "Service directory"} <= names(people, "caseworker")
    assert "Board" not in names(people, "caseworker")
    assert {"Inbox", "Board", "Referrals"} <= names(people, "supervisor")
    assert "Cases" not in names(people, "partner")
    assert not {"Cases", "Referrals", "Inbox"} & names(people, "analyst")
    assert not {"Cases", "Inbox", "Referrals"} & names(people, "admin")


def test_the_mailbox_is_there_in_the_demonstration_only(people, settings):
    settings.DEMO = False
    assert "Mailbox" not in names(people, "caseworker")
    settings.DEMO = True
    assert "Mailbox" in names(people, "caseworker")


def test_the_entry_of_this_page_is_marked_and_counts_what_waits(people):
    sent(people.world)
    with acting(people.world.actors["partner"]) as actor:
        found = {entry["label"]: entry for entry in entries(actor, url("inbox"), numbers=numbers_of(actor))}
    assert found["Inbox"]["current"]
    assert found["Inbox"]["count"] == 1
    assert not found["My work"]["current"]


def test_nobody_has_no_navigation():
    assert navigation(RequestFactory().get("/")) == {}


def test_an_error_page_asks_the_database_nothing(people, queries):
    request = RequestFactory().get("/nowhere/")
    request.actor = people.world.actors["caseworker"]
    with queries() as seen:
        answer = errors.missing(request)
    assert answer.status_code == 404
    assert len(seen) == 0


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.missing, 404), (errors.broken, 500)],
)
def test_errors_of_the_api_are_problems_and_of_pages_are_pages(view, status):
    found = view(RequestFactory().get("/api/v1/x"))
    assert found.status_code == status
    assert found["Content-Type"] == "application/problem+json"
    page = view(RequestFactory().get("/x"))
    assert page.status_code == status
    assert "<h1>" in page.content.decode()


def test_somebody_without_an_organisation_is_told_whom_to_ask_and_can_sign_out(people):
    user = User.objects.create_user("new@example.test", "a long password", name="New")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/", follow=True)
    assert "Ask the administrator of your organisation" in words(page)
    assert client.post(page.request["PATH_INFO"]).url == "/accounts/login/"
    assert client.get("/no-membership/").url == "/accounts/login/"


def test_a_member_has_no_business_on_the_page_for_people_without_an_organisation(people):
    assert people.caseworker.get("/no-membership/").url == "/"
