"""The list of referrals that went out: waiting for an answer (late first), answered, drafts, done."""

import re

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases.views.searching import by_person
from core.faces import demand
from core.lists import Filter, Sort, Table, coded, listed
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
            coded("urgency", _("Urgency"), "urgency"),
            coded("need", _("Need"), "need_category", column="category"),
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
        search=by_person("case__person_id", numbers=("reference",), pattern=REFERENCE),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing(request):
    """Show what went out; words to search for come by POST, never in the address."""
    demand(request.actor, "referral.draft")
    actor, now = request.actor, timezone.now()
    found = TABLE.open(request, went_out(actor).select_related("service", "receiver"), at=now)
    context = found | {"rows": lines(found["page"].rows, actor, now)}
    return render(request, "referral/list.html", context, status=found["status"])
