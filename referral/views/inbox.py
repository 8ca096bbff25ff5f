"""Lists of referrals: what came in, what went out, and those of one case."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case
from cases.views.frame import frame
from core.counting import counts
from core.faces import demand, page_of, visible_or_404
from core.navigation import counted
from referral.models import Referral
from referral.models.referrals import DUE_OR_NEVER, URGENCY_RANK
from referral.states import FINAL, HIDDEN_FROM_RECEIVER, RUNNING, UNANSWERED, WAITING, S, codes
from referral.views.drawing import first_words_of, inbox_item, lines

UNDER_WAY = RUNNING | {S.WAITLISTED}


def by_urgency(rows: QuerySet) -> QuerySet:
    """Order emergencies first, then by due time; what has no clock comes last."""
    return rows.annotate(rank=URGENCY_RANK, due=DUE_OR_NEVER)


def came_in(actor) -> QuerySet:
    """Return the referrals to the actor's organisation that the actor may see."""
    rows = Referral.objects.visible_to(actor).filter(receiver_id=actor.organisation_id)
    return rows.exclude(state__in=codes(HIDDEN_FROM_RECEIVER))


def went_out(actor) -> QuerySet:
    """Return the referrals of the actor's organisation that the actor may see."""
    return Referral.objects.visible_to(actor).filter(sender_id=actor.organisation_id)


@counted("referral:inbox")
def waiting(actor) -> QuerySet:
    """Return the referrals that wait for this organisation's answer."""
    return came_in(actor).filter(state__in=codes(UNANSWERED))


@counted("referral:list")
def asked(actor) -> QuerySet:
    """Return the referrals whose partner waits for our reply."""
    return went_out(actor).filter(state=S.INFO_REQUESTED)


TABS = {"new": WAITING, "running": UNDER_WAY, "done": FINAL}


@require_safe
def inbox(request):
    """Show what came in: new, in progress, done."""
    demand(request.actor, "referral.read_in", "referral.read_assigned")
    tab, now = request.GET.get("tab", "new"), timezone.now()
    if tab not in TABS:
        raise Http404
    rows = came_in(request.actor)
    count = counts(
        {
            "new": rows.filter(state__in=codes(WAITING)),
            "running": rows.filter(state__in=codes(UNDER_WAY)),
            "late": rows.filter(state__in=codes(UNANSWERED), due_at__lt=now, paused_at=None),
        }
    )
    rows = rows.filter(state__in=codes(TABS[tab])).select_related("service", "sender")
    done = tab == "done"
    order = ("-state_since", "id") if done else ("rank", "due", "id")
    page = page_of(request, rows if done else by_urgency(rows), by=order)
    words = first_words_of(page.rows, request.actor)
    labels = (("new", _("New")), ("running", _("In progress")), ("done", _("Done")))
    context = {
        "tabs": [
            {
                "label": label,
                "url": f"{request.path}?tab={code}",
                "count": count.get(code, 0),
                "current": code == tab,
            }
            for code, label in labels
        ],
        "items": [inbox_item(row, person=words.get(row.pk, ""), at=now) for row in page.rows],
        "page": page,
        "count": count,
        "tab": tab,
    }
    return render(request, "referral/inbox.html", context)


@require_safe
def for_case(request, case_pk):
    """Show the referrals of one case: a fragment for the case page, a page of its own without htmx."""
    actor, now = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    rows = went_out(actor).filter(case=case).select_related("service", "receiver").order_by("-created_at")
    came_from = None
    if case.parent_referral_id:
        came_from = came_in(actor).select_related("sender", "service").filter(pk=case.parent_referral_id).first()
    context = {"case": case, "rows": lines(rows, actor, now), "came_from": came_from}
    if request.htmx:
        return render(request, "referral/_of_case.html", context)
    return render(request, "referral/of_case.html", context | frame(case, actor, at=now, part="referrals"))
