"""Lists of referrals: what came in, what went out, and those of one case."""

from django.db.models import Q, QuerySet
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case
from cases.views.frame import frame
from core.codelists import choices
from core.counting import counts
from core.faces import demand, visible_or_404
from core.lists import Filter, Search, Sort, Table, coded, listed
from core.navigation import counted
from partners.models import Organisation
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


PARTS = {"running": UNDER_WAY, "done": FINAL}
WORDS = {"new": gettext_lazy("New"), "running": gettext_lazy("In progress"), "done": gettext_lazy("Done")}


def _senders(actor) -> list[tuple[str, str]]:
    bodies = Organisation.objects.filter(member_of_network=True).exclude(pk=actor.organisation_id)
    return [(body.pk, body.label) for body in bodies.order_by("name", "id")]


def _find(rows: QuerySet, words: str, _actor) -> tuple[QuerySet, str]:
    """Find by number, sender, service or what is needed; who it is about is sealed, and cannot be looked for."""
    said = words.strip()
    needs = [code for code, word in choices("need_category") if said.casefold() in str(word).casefold()]
    by_name = Q(sender__name__icontains=said) | Q(sender__short_name__icontains=said) | Q(service__name__icontains=said)
    return rows.filter(Q(reference=said.upper()) | Q(category__in=needs) | by_name), ""


TABLE = listed(
    Table(
        name="referral:inbox",
        filters=(
            Filter(
                name="tab",
                label=gettext_lazy("Part of the inbox"),
                choices=lambda _actor: [(code, WORDS[code]) for code in PARTS],
                where=lambda value, _actor, _at: Q(state__in=codes(PARTS[value])),
                otherwise=Q(state__in=codes(WAITING)),
            ),
            coded("urgency", gettext_lazy("Urgency"), "urgency"),
            coded("need", gettext_lazy("Need"), "need_category", column="category"),
            Filter(
                name="from",
                label=gettext_lazy("Sender"),
                choices=_senders,
                where=lambda value, _actor, _at: Q(sender_id=value),
            ),
            Filter(
                name="clock",
                label=gettext_lazy("Clock"),
                choices=lambda _actor: [("late", _("Late"))],
                where=lambda _value, _actor, at: Q(due_at__lt=at, paused_at=None, state__in=codes(UNANSWERED)),
            ),
        ),
        sorts=(
            Sort(name="due", label=gettext_lazy("Due"), by=("rank", "due", "id"), prepare=by_urgency),
            Sort(name="changed", label=gettext_lazy("Last change"), by=("-state_since", "id")),
        ),
        search=Search(find=_find, label=gettext_lazy("Number, sender, service or need")),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request):
    """Show what came in: new, in progress, done. Words to search for come by POST, never in the address."""
    demand(request.actor, "referral.read_in", "referral.read_assigned")
    now, rows = timezone.now(), came_in(request.actor)
    count = counts(
        {
            "new": rows.filter(state__in=codes(WAITING)),
            "running": rows.filter(state__in=codes(UNDER_WAY)),
            "late": rows.filter(state__in=codes(UNANSWERED), due_at__lt=now, paused_at=None),
        }
    )
    found = TABLE.open(request, rows.select_related("service", "sender"), at=now)
    tab, listing = found["listing"].query.get("tab", "new"), found["page"].rows
    words = first_words_of(listing, request.actor)
    queries = {"new": "", "running": "?tab=running", "done": "?tab=done&sort=changed"}
    tabs = [
        {"label": label, "url": f"{request.path}{queries[code]}", "count": count.get(code, 0), "current": code == tab}
        for code, label in WORDS.items()
    ]
    context = found | {
        "tabs": tabs,
        "items": [inbox_item(row, person=words.get(row.pk, ""), at=now) for row in listing],
        "count": count,
        "tab": tab,
    }
    return render(request, "referral/inbox.html", context, status=found["status"])


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
