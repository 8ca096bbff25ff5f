"""One referral: what each side sees, its steps as forms, its messages."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case
from core.actions import NotNow, Refusal
from core.codelists import label
from core.events import sentence
from core.faces import demand, into_form, speaks, visible_or_404
from referral import asking, drafting, guards, lines, sharing
from referral.amending import AMENDABLE
from referral.calling import may_call
from referral.conversation import write_message
from referral.events import OF_LINE, OF_STEP
from referral.forms import MessageForm, StepForm, WorkerForm
from referral.lifecycle import advance, available, permitted, sides_of, unfit
from referral.links import may_link
from referral.models import Escalation, Message, Referral, StepTaken
from referral.nextsteps import next_steps
from referral.states import OPEN, RUNNING, SHOWS_IDENTITY, STEPS, UNSENT, WAITING, S, Side
from referral.trail import leave_trail
from referral.views import ways
from referral.views.ageing import clocks_of
from referral.views.drawing import buttons, gate_items, life_of, people_of, running_clock, title_of
from referral.views.links import drawn as drawn_link
from referral.views.links import links_of
from referral.views.routes import route_card
from referral.words import EXPECTS, STEP_WORDS

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])
TALK = ("ask", "reply")  # steps whose text is part of the conversation
_WRITTEN = OF_STEP | OF_LINE
_STEP_ICONS = {
    "receive": "eye", "withdraw": "ban", "expire": "clock-exclamation", "phone": "phone", "move_up": "arrow-up",
    "expect": "calendar-event",
}  # fmt: skip


def _referral_or_404(request, pk) -> Referral:
    rows = Referral.objects.select_related("service", "sender", "receiver", "suggested_service__organisation")
    return visible_or_404(rows, request.actor, pk=pk)


@require_safe
@speaks
def detail(request, pk):
    """Show a referral to its sender, its receiver, or (codes and times only) the network's desk.

    Opening it as its receiver counts as acknowledgement (T4): the one GET that writes.
    """
    referral = _referral_or_404(request, pk)
    steps = available(referral, request.actor)
    if request.method == "GET" and "receive" in {step.name for step in steps}:
        advance(pk, "receive", actor=request.actor, at=timezone.now())
        referral = _referral_or_404(request, pk)
        steps = available(referral, request.actor)
    return render(request, "referral/detail.html", _detail(request, referral, steps))


def _detail(request, referral, steps) -> dict:
    actor, now, sides = request.actor, timezone.now(), sides_of(referral, request.actor)
    sending, names = Side.SENDER in sides, {step.name for step in steps}
    taken = _taken(referral, actor)
    thread = _thread(referral, actor, taken) if sides else []
    shown = sharing.shown(referral, actor, at=now) if sides else None
    if shown and shown["now"] is not None:
        leave_trail(referral, actor=actor, at=now)
    people = people_of([referral], actor) if sending else {}
    answer_links = links_of(referral, actor) if sending else []
    raised = list(Escalation.objects.visible_to(actor).filter(referral=referral))
    plain = sending and "reply" in names and not asking.still_asked(referral)  # then its form stands in the thread
    offered = buttons(referral, [step for step in steps if step.name != "reply" or not plain])
    expects = EXPECTS.get(referral.state, ("", ""))[0 if sending else 1]
    writes = sides and actor.may("message.write") and referral.state in OPEN - UNSENT
    asked = asking.still_asked(referral) if referral.state == S.INFO_REQUESTED else []
    return {
        "referral": referral,
        "title": title_of(referral),
        "person": people.get(referral.case_id, ""),
        "crumbs": _crumbs(referral, sending=sending),
        "clock": running_clock(referral) if referral.state in OPEN else None,
        "expects": expects,
        "life": life_of(referral),
        "shown": shown,
        "shown_to": referral.receiver.label if sending else "",
        "thread": thread,
        "links": [drawn_link(row, at=now) for row in answer_links[:1]],
        "may_link": sending and not answer_links and may_link(referral, actor),
        "history": _history(taken, raised, {row.step_number for row in answer_links}),
        "clocks": clocks_of(referral, raised, actor),
        "facts": _facts(referral, person=people.get(referral.case_id, "")),
        "buttons": offered,
        "answers": any(item["kind"] == "primary" for item in offered),  # one primary button a page
        "steps": names,
        "call_url": reverse("referral:call", args=[referral.pk]) if may_call(referral, actor) else "",
        "route": route_card(referral, actor) if sending else None,
        "message_form": MessageForm() if writes else None,
        "message_url": reverse("referral:step", args=[referral.pk, "reply"])
        if plain
        else reverse("referral:message", args=[referral.pk]),
        "asked": [sharing.BY_CODE[code].label for code in asked],
        "plain_reply": plain,
        "reassign_url": reverse("referral:worker", args=[referral.pk]) if _may_reassign(referral, actor) else "",
        "next_steps": ways.drawn(referral, next_steps(referral, actor)) if sides else [],
        "amend_url": reverse("referral:amend", args=[referral.pk])
        if sending and referral.state in AMENDABLE and actor.may("referral.send")
        else "",
        "referred_on": bool(referral.referred_on_at) and sides,
        "own_cases": _own_cases(referral, actor) if Side.RECEIVER in sides else [],
        "sending": sending,
    }


def _crumbs(referral, *, sending: bool) -> list[dict]:
    here = {"label": referral.reference, "url": ""}
    if sending:
        return [{"label": _("Referrals"), "url": reverse("referral:list")}, here]
    return [{"label": _("Inbox"), "url": reverse("referral:inbox")}, here]


def _taken(referral, actor) -> list[StepTaken]:
    return list(StepTaken.objects.visible_to(actor).filter(referral=referral))


def _thread(referral, actor, taken) -> list[dict]:
    """Return messages, questions and replies in their order. One query."""
    names = {referral.sender_id: referral.sender.label, referral.receiver_id: referral.receiver.label}
    said = [
        (row.at, row.author_organisation_id, row.author_name, row.text)
        for row in Message.objects.visible_to(actor).filter(referral=referral)
    ] + [(row.at, row.organisation_id, row.actor_name, row.text) for row in taken if row.name in TALK]
    return [
        {
            "author": author or names.get(organisation_id, ""),
            "organisation": names.get(organisation_id, ""),
            "at": at,
            "text": text,
            "theirs": organisation_id != actor.organisation_id,
        }
        for at, organisation_id, author, text in sorted(said, key=lambda entry: entry[0])
    ]


def _history(taken, escalations, by_link: set) -> list[dict]:
    """Return steps and escalations, the newest first; `by_link` are the numbers of those that were taken by a link."""
    from_steps = [
        {
            "text": _history_words(row),
            "at": row.at,
            "icon": STEP_WORDS[row.name].icon if row.name in STEP_WORDS else _STEP_ICONS.get(row.name, "history"),
            "by": _("%(name)s, by an answer link") % {"name": row.actor_name}
            if row.number in by_link
            else row.actor_name,
            "body": "" if row.name in TALK else row.text,  # what was said stands in the thread
        }
        for row in taken
    ]
    raised = [
        {
            "text": _late_words(row),
            "at": row.at,
            "icon": "clock-exclamation",
            "tone": "amber",
            "by": row.owner_name,
            "body": "",
        }
        for row in escalations
    ]
    return sorted(from_steps + raised, key=lambda item: item["at"], reverse=True)


def _history_words(row: StepTaken) -> str:
    """Return what was done, with the reason where somebody was taken or moved out of the order of the line."""
    what = sentence(_WRITTEN[row.name])
    if row.name not in {"accept", "move_up"} or not row.reason:
        return what
    return _("%(what)s: %(why)s") % {"what": what, "why": label("line_reason", row.reason)}


def _late_words(row: Escalation) -> str:
    stage = row.stage
    if stage == 100 and row.owner == "assignee":  # of a waiting list: nobody is late
        return _("Look at the waiting list again")
    if stage < 100:
        return _("Half of the time has passed: reminder")
    if stage < 150:
        return _("The time is over: the partner's supervisor was told")
    if stage < 200:
        return _("Long overdue: the sender was told")
    return _("Twice the time has passed: the network's desk was told")


def _facts(referral, *, person: str) -> list[dict]:
    """Return who, where and when, without any content; the case where the actor sees it."""
    emergency = referral.urgency == "emergency" and referral.state in WAITING
    rows = [
        (_("Service"), referral.service.label),
        (_("From"), ", ".join(filter(None, [referral.sender.label, referral.sender_name]))),
        (_("To"), referral.receiver.label),
        (_("Phone at any hour"), referral.receiver.after_hours_phone if emergency else ""),
        (_("Works with the person"), referral.worker_name),
        (_("Chosen"), _("By an intake rule") if referral.rule_id and person else ""),
        (_("Place in line"), _line_words(referral)),
        (_("Expected on"), referral.expected_on),
        (_("Goes on"), referral.resume_on),
        (_("First contact"), referral.first_contact_on),
        (_("Reference"), referral.reference),
    ]
    facts = [{"label": name, "value": value, "url": ""} for name, value in rows if value]
    if person:
        facts.insert(0, {"label": _("Case"), "value": person, "url": reverse("cases:detail", args=[referral.case_id])})
    return facts


def _line_words(referral) -> str:
    """Return where it stands on the waiting list; of the others nothing but their number. One query while it waits."""
    place = lines.places_of([referral]).get(referral.pk)
    return _("%(place)s of %(all)s") % {"place": place[0], "all": place[1]} if place else ""


def _own_cases(referral, actor) -> list[Case]:
    """Return the cases that this side opened from the referral."""
    if referral.state not in SHOWS_IDENTITY:
        return []
    return list(Case.objects.visible_to(actor).filter(parent_referral_id=referral.pk).order_by("opened_at")[:5])


def _may_reassign(referral, actor) -> bool:
    receiving = Side.RECEIVER in sides_of(referral, actor)
    return receiving and referral.state in RUNNING and actor.may("referral.reassign")


@_GET_POST
@speaks
def step(request, pk, step):
    """Show the form of a step and take it. What does not fit any more is the 409 page with what was written."""
    referral = _referral_or_404(request, pk)
    chosen = STEPS.get(step)
    words = STEP_WORDS.get(step)
    if chosen is None or words is None:
        raise Http404
    form = StepForm(request.POST or None, step=chosen, referral=referral, actor=request.actor, at=timezone.now())
    if step not in {found.name for found in available(referral, request.actor)}:
        return _too_late(request, referral, chosen)
    if request.method == "POST" and form.is_valid():
        try:
            advance(
                pk, step, actor=request.actor, at=timezone.now(), version=form.cleaned_data["version"], **form.facts()
            )
        except NotNow as refusal:
            if chosen.guarded or "give" in form.facts():
                into_form(form, refusal)
            else:
                return _conflict(request, _referral_or_404(request, pk), refusal.sentence)
        except Refusal as refusal:
            into_form(form, refusal)
        else:
            messages.success(request, words.done)
            return redirect("referral:detail", pk=pk)
    context = {"referral": referral, "title": title_of(referral), "words": words, "step": chosen, "form": form}
    context |= _approval(referral, request.actor) if step == "approve" else {}
    return render(request, "referral/step.html", context, status=422 if form.errors else 200)


def _approval(referral, actor) -> dict:
    """Return what an approver has to see: each line that is disclosed, the checks and why approval is asked."""
    now = timezone.now()
    leave_trail(referral, actor=actor, at=now)
    return {
        "preview": sharing.preview(referral, at=now),
        "gates": gate_items(guards.gates(referral, actor=actor, at=now), links={}),
        "approval": [sentence for _code, sentence in guards.approval_reasons(referral, at=now)],
    }


def _too_late(request, referral, chosen):
    """Answer a step that is not available: not yours (the door says so), or not in this state any more."""
    if chosen.side not in sides_of(referral, request.actor):
        raise Http404
    if not permitted(chosen, referral, request.actor):
        demand(request.actor, chosen.permission)
    blind = referral.state in chosen.sources and referral.amendment_waits
    return _conflict(request, referral, unfit(chosen, referral).sentence if blind else "")


def _conflict(request, referral, why: str):
    """Say who was first and what is true now, and give back what was written."""
    last = StepTaken.objects.visible_to(request.actor).filter(referral=referral).order_by("-number").first()
    context = {
        "referral": referral,
        "sentence": why,
        "last": last,
        "last_words": sentence(_WRITTEN[last.name]) if last else "",
        "kept": request.POST.get("text", "").strip()[:4000],
        "may_write": request.actor.may("message.write") and referral.state in OPEN - UNSENT,
    }
    return render(request, "referral/conflict.html", context, status=409)


@require_POST
@speaks
def message(request, pk):
    """Write to the other side; with htmx the thread comes back, without it the page."""
    referral = _referral_or_404(request, pk)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            write_message(pk, actor=request.actor, at=timezone.now(), text=form.cleaned_data["text"])
        except Refusal as refusal:
            into_form(form, refusal)
        else:
            form = MessageForm()
            if not request.htmx:
                messages.success(request, _("Message sent"))
                return redirect(reverse("referral:detail", args=[pk]) + "#messages")
    context = {
        "thread": _thread(referral, request.actor, _taken(referral, request.actor)),
        "message_form": form,
        "message_url": request.path,
        "plain_reply": False,
        "referral": referral,
    }
    if request.htmx:
        return render(request, "referral/_messages.html", context, status=422 if form.errors else 200)
    steps = available(referral, request.actor)
    return render(request, "referral/detail.html", _detail(request, referral, steps) | context, status=422)


@_GET_POST
@speaks
def worker(request, pk):
    """Name another worker for a running referral."""
    demand(request.actor, "referral.reassign")
    referral = _referral_or_404(request, pk)
    form = WorkerForm(request.POST or None, actor=request.actor, initial={"worker": referral.worker_id})
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.cleaned_data["worker"]
            drafting.reassign_worker(pk, actor=request.actor, at=timezone.now(), worker=chosen)
        except Refusal as refusal:
            into_form(form, refusal)
        else:
            messages.success(request, _("Another worker was named"))
            return redirect("referral:detail", pk=pk)
    context = {"referral": referral, "title": title_of(referral), "form": form}
    return render(request, "referral/worker.html", context, status=422 if form.errors else 200)
