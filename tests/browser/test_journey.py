"""The main loop in a browser: a need is sent, accepted, started and completed; with scripts and without."""

import os
import re

import pytest

from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def _database_beside_the_browser(monkeypatch):
    # Playwright keeps an event loop in this thread; the tests' own few database calls are not inside it.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_need_goes_from_the_case_to_its_result(live, browser, scripts):
    options = {"java_script_enabled": scripts}
    caseworker = sign_in(browser, live, "caseworker", viewport=DESK, **options)
    caseworker.goto(f"{live.url}/referrals/new/{live.world.of.need.pk}/")
    caseworker.get_by_role("button", name=re.compile("Choose.*Legal advice")).click()
    caseworker.get_by_label("Reason, and what was already done").fill("Wages were not paid; we wrote to the employer")
    if scripts:
        row = caseworker.get_by_role("row").filter(has_text="Language and interpreter")
        with caseworker.expect_response(lambda answer: answer.url.endswith("/share/")):
            row.get_by_label("After yes").check()
        line = caseworker.locator("#preview dt:has-text('Language and interpreter') + dd")
        line.filter(has_text="after acceptance").wait_for()
    caseworker.get_by_role("button", name="Continue: check and send").click()
    caseworker.get_by_label("The person has seen").check()
    caseworker.get_by_role("button", name="Send referral").click()
    caseworker.get_by_text("Referral sent").first.wait_for()
    address = caseworker.url

    partner = sign_in(browser, live, "partner", viewport=PHONE, **options)
    partner.goto(f"{live.url}/referrals/inbox/")
    partner.get_by_role("link", name="Legal advice").first.click()
    assert "Амина" not in partner.content()
    partner.get_by_role("link", name="Accept").click()
    partner.get_by_label("Who will work with the person?").select_option(label="Worker")
    partner.get_by_role("button", name="Accept").click()
    partner.locator("#identity").get_by_text("Амина Хайдари").wait_for()

    worker = sign_in(browser, live, "worker", viewport=PHONE, **options)
    worker.get_by_role("link", name="Record contact").first.click()
    worker.get_by_role("link", name="Record first contact").click()
    worker.get_by_role("button", name="Record first contact").click()
    worker.get_by_role("link", name="Report the result").click()
    worker.get_by_label("Service provided in full").check()
    worker.get_by_role("button", name="Report the result").click()
    worker.get_by_text("Service provided in full").first.wait_for()

    caseworker.goto(address)
    caseworker.get_by_text("Service provided in full").first.wait_for()
    caseworker.get_by_text("Completed").first.wait_for()
