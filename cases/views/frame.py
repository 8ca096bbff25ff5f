"""The frame that every page of a case stands in: the bar that says who it is about, and the tabs of its parts."""

from django.utils.translation import gettext_lazy as _

from cases.models import Consent
from cases.views.drawing import NO_NAME, identity_bar, main_names
from core.navigation import address

# (name of the part, words, address): a part is a tab where its address exists.
PARTS = (
    ("overview", _("Overview"), "cases:detail"),
    ("person", _("The person"), "cases:person"),
    ("assessment", _("Assessment"), "cases:assessment"),
    ("plan", _("Plan"), "cases:plan"),
    ("referrals", _("Referrals"), "referral:for_case"),
    ("records", _("Notes and documents"), "cases:records"),
    ("timeline", _("Timeline"), "cases:timeline"),
    ("access", _("Who can see it"), "cases:access"),
    ("rights", _("Rights and data"), "cases:rights"),
)


def frame(case, actor, *, at, part: str, safe_url: str = "") -> dict:
    """Return what a page of this case needs besides its own: `case`, `name`, `consents` and `bar` with the tabs.

    `part` names the tab that is open. Two queries; `case` should come with its person (`select_related`).
    The page itself writes the reading trail, since it knows the class of what it shows.
    """
    consents = list(Consent.objects.visible_to(actor).filter(person_id=case.person_id).order_by("-given_at"))
    name = main_names([case.person_id], actor).get(case.person_id, NO_NAME)
    bar = identity_bar(case, name, consents, at=at, actor=actor, safe_url=safe_url)
    return {"case": case, "name": name, "consents": consents, "bar": bar | {"tabs": tabs(case, part)}}


def tabs(case, part: str) -> list[dict]:
    """Return the tabs of a case that have a page, with the open one marked."""
    return [
        {"label": label, "url": address(url, case.pk), "count": 0, "current": name == part}
        for name, label, url in PARTS
        if address(url, case.pk)
    ]
