"""The main loop in a browser: a need is sent, accepted, started and completed; with scripts and without."""

import pytest

from tests.browser.conftest import DESK, PHONE, refer, sign_in

pytestmark = [pytest.mark.browser]


def _language_later(page):
    """Choose that a line opens after acceptance, and see the preview follow."""
    row = page.get_by_role("row").filter(has_text="Language and interpreter")
    with page.expect_response(lambda answer: answer.url.endswith("/share/")):
        row.get_by_label("After yes").check()
    line = page.locator("#preview dt:has-text('Language and interpreter') + dd")
    line.filter(has_text="after acceptance").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_need_goes_from_the_case_to_its_result(live, browser, scripts):
    options = {"java_script_enabled": scripts}
    caseworker = sign_in(browser, live, "caseworker", viewport=DESK, **options)
    address = refer(caseworker, live, live.world.of.need, before=_language_later if scripts else None)

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
