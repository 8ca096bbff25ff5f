"""The list of referrals that went out: waiting for an answer (late first), answered, drafts, done."""

import re

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases.forms import SearchForm
from cases.search import search_persons
from cases.views.drawing import hidden_words
from core.codelists import choices
from core.faces import demand
from core.lists import Filter, Sort, Table, listed
from partners.models import Organisation
from referral.states import FINAL, UNSENT, WAITING, S, codes
from referral.views.drawing import lines
from referral.views.inbox import UNDER_WAY, by_urgency, went_out

REFERENCE = re.compile(r"R-[0-9A-Z]{4,10}")
SHOWN = {
    "waiting": WAITING,
    "answered": UNDER_WAY | {S.DECLINED, S.EXPIRED},
    "drafts": UNSENT,
    "done": FINAL - {S.DECLINED, S.EXPIRED},
}
WORDS = {
    "waiting": _("Waiting for an answer"),
    "answered": _("Answered"),
    "drafts": _("Drafts and approvals"),
    "done": _("Done"),
}


def _partners(actor) -> list[tuple[str, str]]:
    bodies = Organisation.objects.filter(member_of_network=True).exclude(pk=actor.organisation_id)
    return [(body.pk, body.label) for body in bodies.order_by("name", "id")]


TABLE = listed(
    Table(
        name="referral:list",
        filters=(
            Filter(
                name="show",
                label=_("Part of the list"),
                choices=lambda _actor: [(code, words) for code, words in WORDS.items() if code != "waiting"],
                where=lambda value, _actor, _at: Q(state__in=codes(SHOWN[value])),
                otherwise=Q(state__in=codes(WAITING)),
            ),
            Filter(
                name="urgency",
                label=_("Urgency"),
                choices=lambda _actor: choices("urgency"),
                where=lambda value, _actor, _at: Q(urgency=value),
            ),
            Filter(
                name="need",
                label=_("Need"),
                choices=lambda _actor: choices("need_category"),
                where=lambda value, _actor, _at: Q(category=value),
            ),
            Filter(
                name="to",
                label=_("Partner"),
                choices=_partners,
                where=lambda value, _actor, _at: Q(receiver_id=value),
            ),
        ),
        sorts=(
            Sort(name="due", label=_("Due"), by=("rank", "due", "id"), prepare=by_urgency),
            Sort(name="changed", label=_("Last change"), by=("-state_since", "id")),
        ),
        views=(
            (WORDS["waiting"], ""),
            *((WORDS[code], f"show={code}&sort=changed") for code in ("answered", "drafts", "done")),
        ),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing(request):
    """Show what went out; words to search for come by POST, never in the address."""
    demand(request.actor, "referral.draft")
    actor, now = request.actor, timezone.now()
    form = SearchForm(request.POST if request.POST.get("q", "").strip() else None)
    rows, hidden = went_out(actor).select_related("service", "receiver"), ""
    searched = form.is_valid()
    if searched:
        rows, hidden = _search(rows, form.cleaned_data["q"], actor)
    listing = TABLE.read(request, rows, at=now, searched=searched)
    context = {
        "form": form,
        "searched": searched,
        "hidden": hidden,
        "listing": listing,
        "heads": listing.heads(),
        "rows": lines(listing.page.rows, actor, now),
        "page": listing.page,
        "paged": not searched and bool(listing.page.previous_url or listing.page.next_url),
    }
    return render(request, "referral/list.html", context, status=422 if form.errors else 200)


def _search(rows, words: str, actor):
    wanted = words.strip().upper()
    if REFERENCE.fullmatch(wanted):
        return rows.filter(reference=wanted), ""
    found = search_persons(words, actor=actor)
    kept = rows.filter(case__person_id__in=[match.person_id for match in found])
    return kept, hidden_words(found.hidden) if found.hidden else ""
