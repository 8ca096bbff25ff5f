"""Everything that happened in a case, filtered, page by page."""

from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cases.forms.records import PeriodForm
from cases.models import Case, Document, Note, named_cases
from cases.views.frame import frame
from core import trail
from core.codelists import codes, label
from core.events import sentence
from core.faces import page_of, visible_or_404
from core.models import Event
from core.navigation import address
from partners.models import Member, Organisation

# (name in the address, words, beginnings of event kinds). What is in none of them stands under "everything".
GROUPS = (
    ("notes", gettext_lazy("Notes"), ("note.",)),
    ("documents", gettext_lazy("Documents"), ("document.",)),
    ("referrals", gettext_lazy("Referrals"), ("referral.", "message.", "deadline.")),
    ("needs", gettext_lazy("Needs and plan"), ("need.", "goal.", "action.", "plan.", "task.", "appointment.")),
    ("consent", gettext_lazy("Consent and person"), ("consent.", "person.", "household.")),
    ("case", gettext_lazy("Case and risk"), ("case.", "assessment.", "screen.", "approval.", "transfer.", "grant.")),
)
ICONS = {
    "case": "folders",
    "person": "user",
    "consent": "file-certificate",
    "need": "list-check",
    "referral": "send",
    "message": "message-circle",
    "deadline": "clock",
    "reminder": "bell",
    "task": "checklist",
    "note": "pencil",
    "document": "file-text",
    "approval": "shield-check",
    "assessment": "clipboard-check",
}
ORDER = ("-at", "-recorded_at", "-id")
LATEST = 5
EXCERPT = 240
# Facts that say more than the sentence, and the code lists that put them into words.
FACTS = {
    "category": "need_category",
    "risk": "risk_level",
    "priority": "urgency",
    "kind_of_note": "note_kind",
    "kind_of_document": "document_kind",
    "reason": "document_gone",
    "to_state": "referral_status",
}


@require_safe
def timeline(request, case_pk):
    """Show what happened in a case. What is class 4 stays unseen by whom the case does not name."""
    actor, at = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    base = frame(case, actor, at=at, part="timeline")
    named = named_cases(actor).filter(case_id=case.pk).exists()
    rows = happened(case, base["consents"], actor, named=named)
    people = _people(rows, actor)
    form = PeriodForm(request.GET or None, people=people.items())
    page = page_of(request, rows.filter(_chosen(request, form)), by=ORDER)
    drawn, seen = drawn_events(page.rows, actor, people)
    trail.read(case, subject="timeline", field_class=seen, actor=actor, at=at)
    context = {"events": drawn, "page": page, "form": form, "chips": _chips(request), "filtered": bool(request.GET)}
    return render(request, "cases/timeline.html", base | context)


def happened(case, consents, actor, *, named: bool):
    """Return the events of a case, its person and its consents that the actor may know of.

    What is about class 4 is known to those only whom the case names.
    """
    about = [case.person_id, *(consent.pk for consent in consents)]
    rows = Event.objects.visible_to(actor).filter(Q(case_id=case.pk) | Q(about__in=about))
    if named:
        return rows
    # By containment: a comparison with a fact that an event lacks is NULL, and would hide the event.
    return rows.exclude(Q(facts__contains={"field_class": 4}) | Q(facts__contains={"category": "restricted"}))


def latest(case, consents, actor, *, named: bool) -> list:
    """Return the last few events of a case, for its overview."""
    return list(happened(case, consents, actor, named=named).order_by(*ORDER)[:LATEST])


def drawn_briefly(events, actor, bodies: dict) -> list[dict]:
    """Return events as the timeline draws them, without words of notes, so that no reading is owed. One query."""
    wanted = {event.actor_member_id for event in events if event.actor_member_id}
    people = dict(Member.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", "name"))
    return [_drawn(event, people, bodies, {}, {}) for event in events]


def _people(rows, actor) -> dict:
    """Return {member id: name} of the colleagues who did something here."""
    did = rows.exclude(actor_member_id=None).order_by().values_list("actor_member_id", flat=True).distinct()
    members = Member.objects.visible_to(actor).filter(pk__in=list(did))
    return dict(members.order_by("name").values_list("pk", "name"))


def _chosen(request, form) -> Q:
    condition = Q()
    for name, _words, beginnings in GROUPS:
        if request.GET.get("kind") == name:
            of_group = Q()
            for beginning in beginnings:
                of_group |= Q(kind__startswith=beginning)
            condition &= of_group
    if form.is_valid():
        since, until = form.moments()
        condition &= Q(actor_member_id=form.cleaned_data["who"]) if form.cleaned_data["who"] else Q()
        condition &= Q(at__gte=since) if since else Q()
        condition &= Q(at__lt=until) if until else Q()
    return condition


def _chips(request) -> list[dict]:
    """Return the kinds as chips; choosing the one that is on takes it away."""
    chips = []
    for name, words, _beginnings in GROUPS:
        on = request.GET.get("kind") == name
        query = request.GET.copy()
        for gone in ("before", "after", "kind"):
            query.pop(gone, None)
        if not on:
            query["kind"] = name
        chips.append({"label": words, "url": f"{request.path}?{query.urlencode()}", "on": on})
    return chips


def drawn_events(events, actor, people: dict) -> tuple[list[dict], int]:
    """Return the events as the timeline draws them, and the highest class among the notes whose words are shown."""
    about = [event.about for event in events]
    notes = {note.pk: note for note in Note.objects.visible_to(actor).filter(pk__in=about)}
    documents = {row.pk: row for row in Document.objects.visible_to(actor).filter(pk__in=about)}
    bodies = _bodies(events)
    drawn = [_drawn(event, people, bodies, notes, documents) for event in events]
    seen = [row.field_class for row in (*notes.values(), *documents.values())]
    return drawn, max(seen, default=0)


def _bodies(events) -> dict:
    wanted = {event.actor_organisation_id for event in events} - {None}
    return {body.pk: body.label for body in Organisation.objects.filter(pk__in=wanted)}


def _drawn(event, people: dict, bodies: dict, notes: dict, documents: dict) -> dict:
    url, body = "", _words(event.facts)
    if event.about in notes:
        note = notes[event.about]
        url = f"{reverse('cases:records', args=[note.case_id])}#note-{note.pk}"
        body = note.text if len(note.text) <= EXCERPT else f"{note.text[:EXCERPT].rstrip()}…"
    elif event.about in documents:
        row = documents[event.about]
        url = reverse("cases:document", args=[row.pk])
        body = row.title or body
    elif event.referral_id:
        url = address("referral:detail", event.referral_id)
    return {
        "text": sentence(event.kind),
        "at": event.at,
        "icon": ICONS.get(event.kind.partition(".")[0], "history"),
        "tone": "",
        "by": people.get(event.actor_member_id) or bodies.get(event.actor_organisation_id) or _("Waymark"),
        "body": body,
        "url": url,
    }


def _words(facts: dict) -> str:
    """Return the codes of an event in words, as far as they say more than the sentence."""
    words = [label(name, facts[fact]) for fact, name in FACTS.items() if facts.get(fact) in codes(name)]
    return ", ".join(words)
