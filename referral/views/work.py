"""What referrals and their tasks add to somebody's home page."""

from datetime import timedelta

from django.db.models import Case as If
from django.db.models import CharField, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.absences import covered_by
from cases.models import Case, Need, Task
from core.codelists import label
from core.navigation import address
from core.views.home import Item, offers_work
from referral import lines
from referral.models import Referral
from referral.nextsteps import WAYS, first
from referral.states import OPEN, S, codes
from referral.views.drawing import people_of, title_of
from referral.views.inbox import by_urgency
from referral.views.ways import url_of

AFTER_A_NO = timedelta(days=14)  # how long a declined need is put forward

# What waits: the sentence, the verb on the button, the icon, and whether it comes before what is not late.
WAITS = {
    "place": (gettext_lazy("A place is free: next in line. %(title)s"), gettext_lazy("Accept"), "clock-pause", True),
    "expected": (
        gettext_lazy("The expected date has passed. %(title)s"),
        gettext_lazy("Say a new date"),
        "calendar-event",
        True,
    ),
    "answer": (gettext_lazy("%(title)s"), gettext_lazy("Answer"), "inbox", False),
    "approve": (gettext_lazy("Asks for your approval. %(title)s"), gettext_lazy("Approve"), "user-check", True),
    "reply": (
        gettext_lazy("%(partner)s asks a question. %(title)s"),
        gettext_lazy("Reply"),
        "message-circle-question",
        True,
    ),
    "start": (gettext_lazy("Make the first contact. %(title)s"), gettext_lazy("Record contact"), "phone", False),
    "complete": (gettext_lazy("Report the result. %(title)s"), gettext_lazy("Report"), "circle-check", False),
    "again": (gettext_lazy("%(partner)s: %(state)s. %(title)s"), gettext_lazy("Next step"), "refresh", True),
    "changed": (gettext_lazy("The sender corrected something. %(title)s"), gettext_lazy("Read"), "eye", True),
    "draft": (gettext_lazy("Not sent yet. %(title)s"), gettext_lazy("Go on"), "pencil", False),
}
PAGES = {"draft": "referral:share", "changed": "referral:changes", "expected": "referral:expect"}
TASK_WORDS = {
    "call_now": (gettext_lazy("Call the partner now: an emergency is not opened"), "phone"),
    "stop_processing": (gettext_lazy("Consent was withdrawn: stop using the data"), "ban"),
    "route_next": (gettext_lazy("Decide whether the next service is asked"), "arrows-right-left"),
    "case_conference": (gettext_lazy("Three partners said no: hold a case conference"), "users"),
    "ask_client": (gettext_lazy("Ask the person how it went, then settle the need"), "message-circle-question"),
    "follow_up": (gettext_lazy("Follow up with the person"), "phone"),
    "delivery_failed": (gettext_lazy("A notice reached nobody: tell them yourself"), "mail"),
    "nobody_told": (gettext_lazy("Nobody of an organisation can be told: call there"), "phone"),
    "approve_referral": (gettext_lazy("Approve a referral"), "user-check"),
}


def _waits_for(actor, at) -> dict[str, Q]:
    """Return what waits for this actor, as conditions by the step (or verb) that settles it."""
    here, mine = Q(receiver_id=actor.organisation_id), Q(worker_id=actor.member_id)
    ours = Q(sender_id=actor.organisation_id)
    found = {}
    if actor.may("referral.answer"):
        found["changed"] = here & Q(amendment_waits=True, state__in=codes(OPEN))
        waits = here & Q(state=S.WAITLISTED)
        found["place"] = waits & Q(pk__in=lines.next_in_line(actor).select_related(None).values("pk"))
        found["expected"] = waits & Q(expected_on__lt=timezone.localdate(at))
        found["answer"] = here & Q(state__in=[S.SENT, S.RECEIVED])
    if actor.may("referral.answer") or actor.may("referral.answer_assigned"):
        found["start"] = here & mine & Q(state=S.ACCEPTED)
        found["complete"] = here & mine & Q(state__in=[S.IN_PROGRESS, S.ON_HOLD])
    if actor.may("referral.approve"):
        found["approve"] = ours & Q(state=S.PENDING_APPROVAL)
    if actor.may("referral.send"):
        found["reply"] = ours & Q(state=S.INFO_REQUESTED)
        cases = Case.objects.visible_to(actor).filter(caseworker_id=actor.member_id).values("pk")
        needs = Need.objects.visible_to(actor).filter(status="open").values("pk")
        # Sub-queries, not joins: a join would drop the rows of the other side, whose case is hidden.
        ended = Q(state__in=[S.DECLINED, S.EXPIRED, S.NOT_COMPLETED], state_since__gt=at - AFTER_A_NO)
        found["draft"] = ours & Q(state=S.DRAFT, case_id__in=cases)
        found["again"] = ours & ended & Q(need_id__in=needs, case_id__in=cases)
    return found


@offers_work
def referrals(actor, *, at, limit: int) -> list[Item]:
    """Return the referrals that wait for this actor. Two queries."""
    conditions = _waits_for(actor, at)
    if not conditions:
        return []
    branches = [When(condition, then=Value(name)) for name, condition in conditions.items()]
    rows = Referral.objects.visible_to(actor).annotate(waits=If(*branches, default=None, output_field=CharField()))
    rows = by_urgency(rows.filter(waits__isnull=False)).select_related("service", "sender", "receiver")
    found = list(rows.order_by("rank", "due", "pk")[: 4 * limit])
    people = people_of(found, actor) if actor.may("case.read") else {}
    return [_item(row, people.get(row.case_id, ""), actor) for row in found]


def _item(row, person: str, actor) -> Item:
    words, verb, icon, pressing = WAITS[row.waits]
    page = PAGES.get(row.waits, "referral:detail")
    code = first(row, actor) if row.waits == "again" else ""
    timed = row.waits in ("answer", "reply", "start", "complete")
    return Item(
        title=words
        % {
            "title": title_of(row),
            "partner": row.receiver.label,
            "state": label("decline_reason", row.reason) if row.reason else label("referral_status", row.state),
        },
        url=url_of(code, row) if code and not WAYS[code].posts else reverse(page, args=[row.pk]),
        verb=label("next_step", code) if code else str(verb),
        meta=" · ".join(filter(None, [person or row.sender.label, row.reference])),
        icon=icon,
        due_at=row.due_at if timed else None,
        started_at=row.due_from,
        paused_at=row.paused_at if timed else None,
        pressing=pressing or row.rank == 0,
    )


@offers_work
def tasks(actor, *, at, limit: int) -> list[Item]:
    """Return the open tasks of this actor and of its desk. Two queries."""
    if not (actor.may("task.write") or actor.may("network.read")):
        return []
    rows = Task.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, done_at=None)
    covered = covered_by(actor, on=timezone.localdate(at))
    rows = rows.filter(Q(assignee_id=actor.member_id) | Q(assignee_id=None) | Q(assignee_id__in=covered))
    if actor.may("referral.approve"):
        rows = rows.exclude(kind="approve_referral")  # the referral itself stands in the list
    found = list(rows.order_by("due_at", "pk")[:limit])
    people = people_of([row for row in found if row.case_id], actor)
    return [task_item(row, people.get(row.case_id, "")) for row in found]


def task_item(row, person: str) -> Item:
    """Return how a task stands in a list: what to do, where, about whom, by when."""
    words, icon = TASK_WORDS.get(row.kind, (row.text, "checklist"))
    url = reverse("referral:detail", args=[row.referral_id]) if row.referral_id else ""
    if row.kind == "call_now" and row.referral_id:
        url = reverse("referral:call", args=[row.referral_id])
    follows = row.kind == "own" and row.referral_id
    if row.case_id and not follows and (row.kind in ("own", "follow_up", "ask_client", "case_conference") or not url):
        url = address("cases:detail", row.case_id)
    return Item(
        title=str(words),
        url=url,
        verb=_("Open"),
        meta=person,
        icon=icon,
        due_at=row.due_at,
        started_at=row.created_at,
        pressing=row.kind == "call_now",
    )
