"""The other journeys of DOMAIN in a browser: a no and another try, silence, a consent withdrawn, an approval."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.outbox import relay
from partners.models import Capacity, Service
from referral.escalation import sweep
from tests.browser.conftest import DESK, PHONE, refer, sign_in
from tests.conftest import role
from tests.world import consent, service

pytestmark = [pytest.mark.browser]


def fresh(of):
    Service.objects.filter(pk=of.pk).update(verified_on=timezone.localdate())
    Capacity.objects.filter(pk=of.pk).update(updated_at=timezone.now())


def worker_runs(at):
    with role("WORKER_DATABASE_URL"):
        relay(at=at)
        sweep(at=at)
        relay(at=at)


def test_a_declined_need_goes_to_the_service_that_the_partner_suggests(live, browser):
    fresh(service(live.world.of.receiver, name="Evening advice"))
    caseworker = sign_in(browser, live, "caseworker", viewport=DESK)
    address = refer(caseworker, live, live.world.of.need)

    partner = sign_in(browser, live, "partner", viewport=PHONE)
    partner.goto(address)
    partner.get_by_role("link", name="Decline").click()
    partner.get_by_label("No interpretation in the language").check()
    partner.get_by_label("Suggest another service").select_option(index=1)
    partner.locator("main form button[type=submit]").last.click()
    partner.get_by_text("The content is closed").first.wait_for()

    caseworker.goto(address)
    caseworker.get_by_role("button", name="Draft to the suggested service").click()
    caseworker.get_by_role("button", name="Continue: check and send").click()
    caseworker.get_by_label("The person has seen").check()
    caseworker.get_by_role("button", name="Send referral").click()
    caseworker.get_by_text("Referral sent").first.wait_for()
    assert "Evening advice" in caseworker.locator("main").inner_text()


def test_silence_is_shown_to_both_sides_and_ends_with_a_next_step(live, browser):
    caseworker = sign_in(browser, live, "caseworker", viewport=DESK)
    address = refer(caseworker, live, live.world.of.need)
    for hours in (13, 26, 40):
        worker_runs(timezone.now() + timedelta(hours=hours))
    caseworker.goto(address)
    caseworker.get_by_text("The time is over: the partner's supervisor was told").first.wait_for()
    boss = sign_in(browser, live, "partner_supervisor", viewport=PHONE)
    boss.goto(f"{live.url}/notices/")
    assert boss.locator("main li").count() > 0

    for hours in (60, 90, 120, 200, 300):
        worker_runs(timezone.now() + timedelta(hours=hours))
    caseworker.goto(address)
    caseworker.get_by_text("Expired").first.wait_for()
    caseworker.get_by_text("Choose another service").first.wait_for()


def test_a_consent_that_is_withdrawn_closes_what_the_partner_saw(live, browser):
    caseworker = sign_in(browser, live, "caseworker", viewport=DESK)
    address = refer(caseworker, live, live.world.of.need)
    partner = sign_in(browser, live, "partner", viewport=PHONE)
    partner.goto(address)
    partner.get_by_text("Wages were not paid").first.wait_for()

    caseworker.goto(f"{live.url}/cases/consents/{live.world.of.consent.pk}/withdraw/")
    caseworker.get_by_role("button", name="Withdraw consent").click()
    caseworker.get_by_text("Withdrawn").first.wait_for()

    partner.goto(address)
    partner.get_by_text("The content is closed").first.wait_for()
    assert "Wages were not paid" not in partner.content()


def test_highly_restricted_data_waits_for_the_supervisor(live, browser):
    w = live.world
    consent(w.actors["caseworker"], w.of.person, w.of.receiver, data_classes=[1, 2, 3, 4], given_at=timezone.now())
    fresh(service(w.of.receiver, name="Shelter", category="trafficking"))
    caseworker = sign_in(browser, live, "caseworker", viewport=DESK)
    address = refer(caseworker, live, w.of.secret_need, name="Shelter", button="Ask for approval")

    partner = sign_in(browser, live, "partner", viewport=PHONE)
    assert partner.goto(address).status == 404

    supervisor = sign_in(browser, live, "supervisor", viewport=DESK)
    supervisor.goto(f"{live.url}/referrals/approvals/")
    supervisor.get_by_role("link", name="Decide").first.click()
    supervisor.get_by_role("link", name="Approve and send").first.click()
    supervisor.get_by_text("As seen by").first.wait_for()
    supervisor.get_by_role("button", name="Approve and send").click()
    supervisor.get_by_text("Approved and sent").first.wait_for()
    assert partner.goto(address).status == 200
