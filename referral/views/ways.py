"""Next steps as pages draw them: the words, where each is done, and what one tap posts."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.codelists import label
from referral import nextsteps

ICONS = {
    "draft_suggested": "arrow-forward-up",
    "choose_other": "search",
    "send_again": "refresh",
    "collect_missing": "checklist",
    "remind_later": "clock",
    "find_interpreter": "language",
    "ask_person": "message-circle-question",
    "case_conference": "users",
    "correct_person": "pencil",
    "assess_safety": "shield-check",
    "see_others": "arrows-right-left",
    "settle_need": "circle-check",
    "record_unmet": "flag",
    "call_partner": "phone",
    "close_case": "archive",
    "acknowledge": "eye",
    "correct_card": "building-community",
    "own_case": "folder-plus",
    "refer_on": "share",
}
# Why this step: what a caseworker reads beside the first one.
HINTS = {
    "draft_suggested": _("What you wrote and what the person agreed to is carried over. Nothing is sent yet."),
    "choose_other": _("What you wrote and what the person agreed to is carried over to the service you choose."),
    "send_again": _("A new draft to the same service, with everything that was sent. Add what was missing."),
    "collect_missing": _("The task stands in the case with its day, and you are reminded."),
    "ask_person": _("The person knows best what is needed now."),
    "case_conference": _("Your supervisor gets the task to bring people together."),
    "assess_safety": _("The partner cannot work safely here. Look at the risk before you ask somebody else."),
    "see_others": _("Another referral of this need is still open."),
    "settle_need": _("Ask the person first, then say whether the need is met."),
    "correct_person": _("Perhaps a fact about the person is not right any more."),
    "call_partner": _("Nobody answered in time. The directory has the number."),
    "acknowledge": _("You can answer once you have read it."),
    "own_case": _("The packet is a copy of somebody else's record. Your own work has a case of its own."),
    "refer_on": _("To another partner, with the person's consent and from your own case."),
    "correct_card": _("The directory says something else than your answer."),
}


def drawn(referral, codes: list[str]) -> list[dict]:
    """Return next steps as the page draws them: {code, label, icon, hint, url, posts, service}; the first one first."""
    return [
        {
            "code": code,
            "label": label("next_step", code),
            "icon": ICONS[code],
            "hint": str(HINTS.get(code, "")),
            "url": url_of(code, referral),
            "posts": nextsteps.WAYS[code].posts,
            "service": _service(code, referral),
        }
        for code in codes
    ]


def _service(code: str, referral):
    return {"draft_suggested": referral.suggested_service_id, "send_again": referral.service_id}.get(code, "")


# Where each step is taken: the page, and the column of the referral that its address names.
PAGES = {
    **dict.fromkeys(("draft_suggested", "choose_other", "send_again"), ("referral:again", "pk")),
    "acknowledge": ("referral:changes", "pk"),
    "own_case": ("referral:own_case", "pk"),
    "refer_on": ("referral:refer_on", "pk"),
    "record_unmet": ("referral:nothing_fits", "need_id"),
    "settle_need": ("cases:settle", "need_id"),
    "see_others": ("referral:for_case", "case_id"),
    "call_partner": ("partners:service", "service_id"),
    "correct_person": ("cases:person", "case_id"),
    "assess_safety": ("cases:assessment", "case_id"),
    "close_case": ("cases:close", "case_id"),
}


def url_of(code: str, referral) -> str:
    """Return where a next step is taken."""
    if nextsteps.WAYS[code].task:
        return reverse("referral:plan", args=[referral.pk, code])
    if code not in PAGES:
        return reverse("referral:corrections")
    name, column = PAGES[code]
    return reverse(name, args=[getattr(referral, column)])
