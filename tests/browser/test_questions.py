"""Questions that hang on others, with scripts and without: the same answers are kept."""

import os

import pytest

from cases.extensions.definition import Condition, Field
from cases.models import Answers
from core.actors import acting
from tests.browser.conftest import AXE, sign_in
from tests.cases.test_extensions import ARRIVED, publish

pytestmark = [pytest.mark.browser]
WHY = Field("why", "text", {"en": "Why on foot?"}, required=True, shown_if=Condition("arrived", "equals", "foot"))
HOW_LONG = Field("hours", "number", {"en": "How many hours?"}, shown_if=Condition("why", "answered"))


@pytest.fixture(autouse=True)
def _database_beside_the_browser(monkeypatch):
    # Playwright keeps an event loop in this thread; the tests' own few database calls are not inside it.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_question_that_hangs_on_another_is_asked_when_it_should_be(live, browser, scripts):
    publish(live.world, [ARRIVED, WHY, HOW_LONG], subject="need")
    options = {"java_script_enabled": scripts, "viewport": {"width": 390, "height": 844}}
    page = sign_in(browser, live, "caseworker", **options)
    page.goto(f"{live.url}/cases/{live.world.of.case.pk}/need/")
    page.get_by_label("What is needed").select_option("legal")
    why, hours = page.get_by_label("Why on foot?"), page.get_by_label("How many hours?")
    assert why.is_visible() is not scripts
    assert page.get_by_text("Only if “How did the person arrive?” is: On foot.").is_visible() is not scripts
    page.get_by_role("radio", name="On foot").check()
    assert why.is_visible()
    assert hours.is_visible() is not scripts
    why.fill("No bus")
    why.press("Tab")
    hours.fill("3,5")
    if scripts:
        page.get_by_role("radio", name="By bus").check()
        assert not why.is_visible()
        assert not hours.is_visible()
        page.get_by_role("radio", name="On foot").check()
        assert hours.is_visible()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []
    page.get_by_role("button", name="Save, refer later").click()
    page.wait_for_url(f"{live.url}/cases/{live.world.of.case.pk}/")
    with acting(live.world.actors["caseworker"]):
        assert Answers.objects.get().document == {"arrived": "foot", "why": "No bus", "hours": 3.5}
