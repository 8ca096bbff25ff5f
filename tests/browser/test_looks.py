"""Every page of referrals: no finding of axe in light and dark, no sideways scroll at 320 px, in Russian as well."""

import os

import pytest

from tests.browser.conftest import AXE, sign_in
from tests.referral.steps import drafted, received, sent, started, step
from tests.world import need

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OVERFLOWS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
FINDINGS = "axe.run().then(found => found.violations.map(one => one.id + ': ' + one.nodes[0].html))"


def pages(world) -> dict[str, list[str]]:
    """Make referrals in several states and return the addresses that each person looks at."""
    mine = world.actors["caseworker"]

    def another():
        return need(mine, world.of.case)

    draft, new = drafted(world), received(world, need=another())
    asked = step(world, received(world, need=another()), "ask", "partner", hours=2, text="By phone?")
    running = started(world, need=another())
    refused = step(world, received(world, need=another()), "decline", "partner", hours=2, reason="no_capacity")
    sent(world, need=another(), urgency="emergency")
    at = "/referrals/{}/".format
    return {
        "caseworker": [
            "/",
            "/referrals/",
            f"/referrals/new/{world.of.need.pk}/",
            at(draft.pk) + "share/",
            at(draft.pk) + "send/",
            at(asked.pk),
            at(refused.pk),
            at(asked.pk) + "steps/send/",
        ],
        "partner": [
            "/",
            "/referrals/inbox/",
            at(new.pk),
            at(running.pk),
            at(new.pk) + "steps/decline/",
            at(new.pk) + "steps/accept/",
        ],
        "supervisor": ["/referrals/board/?show=unopened"],
    }


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "ru")])
def test_pages_are_accessible_and_fit_a_small_phone(live, browser, monkeypatch, theme, language):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    shots = os.environ.get("WAYMARK_SHOTS")
    found = []
    for who, addresses in pages(live.world).items():
        # axe is put into the page by the test, which the page's own policy forbids.
        page = sign_in(browser, live, who, viewport={"width": 390, "height": 844}, bypass_csp=True)
        cookies = {"theme": theme, "django_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": live.url} for name, value in cookies.items()])
        for number, address in enumerate(addresses):
            page.set_viewport_size({"width": 390, "height": 844})
            page.goto(live.url + address)
            assert page.locator("html").get_attribute("lang") == language
            assert page.locator("html").get_attribute("data-bs-theme") == theme
            if shots:
                page.screenshot(path=f"{shots}/{who}-{number}-{theme}-{language}.png", full_page=True)
            page.add_script_tag(path=str(AXE))
            found += [(address, finding) for finding in page.evaluate(FINDINGS)]
            page.set_viewport_size({"width": 320, "height": 640})
            if page.evaluate(OVERFLOWS):
                found.append((address, "sideways scroll"))
    assert not found
