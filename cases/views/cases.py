"""One case on one page."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.actions.moves import available_moves
from cases.ages import is_minor
from cases.codes import country_label
from cases.contacts import safe_ways
from cases.models import Case, Consent, Grant, MigrationStatus, Need, PersonName, Task
from cases.models.cases import FINAL_NEEDS
from cases.reminders import upcoming
from cases.states import OPEN
from cases.views.approvals import of_case
from cases.views.drawing import (
    NO_NAME,
    class_of_reading,
    coming_dates,
    identity_bar,
)
from cases.views.frame import tabs
from cases.views.person_parts import born
from cases.views.planned import task_words
from cases.views.timeline import drawn_briefly, latest
from cases.words import CLASS_WORDS, GRANT_WORDS, KIND_WORDS, STEP_WORDS
from core import trail
from core.codelists import label
from core.faces import visible_or_404
from partners.models import Organisation


@require_safe
def detail(request, pk):
    """Show one case: who, facts, needs, consents, tasks, referrals, what happened, and who can see it."""
    actor, now = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person__area", "caseworker", "supervisor"), actor, pk=pk)
    person = case.person
    names = list(
        PersonName.objects.visible_to(actor).filter(person=person, retired_at=None).order_by("-is_primary", "id")
    )
    consents = list(Consent.objects.visible_to(actor).filter(person=person).order_by("-given_at"))
    needs = list(Need.objects.visible_to(actor).filter(case=case).order_by("identified_at", "id"))
    status = MigrationStatus.objects.visible_to(actor).filter(person=person).order_by("-recorded_at").first()
    status_code = status.status if status else "not_asked"
    seen = class_of_reading(person, needs, status_code, at=now)
    trail.read(person, subject="person", field_class=seen, actor=actor, at=now)
    grants = list(Grant.objects.visible_to(actor).filter(case=case, closed_at=None).select_related("team", "member"))
    grants.sort(key=lambda grant: grant.opened_at)
    events = latest(case, consents, actor, named=any(row.member_id == actor.member_id for row in grants))
    bodies = _bodies(events, grants, consents)
    tasks = Task.objects.visible_to(actor).filter(case=case, done_at=None).order_by("due_at", "created_at")
    name = names[0].full_as_written if names else NO_NAME
    context = {
        "case": case,
        "person": person,
        "name": name,
        "bar": identity_bar(case, name, consents, at=now, actor=actor, safe_url=_contact_url(case, actor))
        | {"tabs": tabs(case, "overview")},
        "alone": is_minor(person, on=timezone.localdate(now)) and not (person.caregiver or person.unaccompanied),
        "facts": _facts(person, names[1:], status_code, safe_ways(person)),
        "approvals": of_case(case, actor),
        "needs": _needs(case, needs, actor),
        "consents": [_consent(row, bodies, actor, at=now) for row in consents],
        "tasks": [_task(row) for row in tasks],
        "dates": coming_dates(upcoming(actor, case=case), at=now),
        "grants": [_grant(row, bodies) for row in grants],
        "events": drawn_briefly(events, actor, bodies),
        "moves": [{"name": step.name, "label": STEP_WORDS[step.name]} for step in available_moves(case, actor)],
        "open": case.status in OPEN,
        "may": {
            "need": actor.may("need.write") and case.status in OPEN,
            "consent": actor.may("consent.record"),
            "task": actor.may("task.write") and case.status in OPEN,
            "finish": actor.may("task.write"),
            "reassign": actor.may("case.reassign") and case.status in OPEN and case.sealed_at is None,
            "hand_over": actor.may("case.write") and case.status in OPEN and case.sealed_at is None,
            "seal": actor.may("case.seal"),
            "contact": actor.may("person.write"),
        },
    }
    return render(request, "cases/detail.html", context)


def _contact_url(case, actor) -> str:
    return reverse("cases:contact", args=[case.pk]) if actor.may("person.write") else ""


def _facts(person, names, status: str, ways) -> list[dict]:
    pairs = [
        *((str(KIND_WORDS[name.kind]), name.full_as_written) for name in names),
        (_("Born"), born(person)),
        (_("Citizenship"), ", ".join(country_label(code) for code in person.citizenships)),
        (_("Country of birth"), country_label(person.country_of_birth) if person.country_of_birth else ""),
        (_("Stays in"), person.area.label if person.area else ""),
        (_("Status"), label("migration_status", status)),
        (_("Who cares for the child"), person.caregiver),
        (_("Alone here"), _("Yes") if person.unaccompanied else ""),
        (_("Contact"), ways[0].value if ways else ""),
    ]
    return [{"label": name, "value": value} for name, value in pairs if value]


def _needs(case, needs, actor) -> list[dict]:
    writes, refers = actor.may("need.write"), actor.may("referral.draft")
    drawn = []
    for need in needs:
        unsettled = need.status not in FINAL_NEEDS and case.status in OPEN
        drawn.append(
            {
                "label": label("need_category", need.category),
                "text": need.description,
                "priority": need.priority,
                "status": need.status,
                "refer_url": reverse("referral:new", args=[need.pk]) if refers and unsettled else "",
                "settle_url": reverse("cases:settle", args=[need.pk]) if writes and unsettled else "",
                "change_url": reverse("cases:change_need", args=[need.pk]) if writes and unsettled else "",
            }
        )
    return drawn


def _consent(consent, bodies: dict, actor, *, at) -> dict:
    status = "expired" if consent.status == "given" and at >= consent.expires_at else consent.status
    named = ", ".join(bodies[pk] for pk in consent.receivers if pk in bodies)
    return {
        "purposes": [label("consent_purpose", code) for code in consent.purposes],
        "receivers": _("The whole network") if consent.receiver_class else named,
        "excluded": ", ".join(bodies[pk] for pk in consent.excluded if pk in bodies),
        "classes": [str(CLASS_WORDS[code]) for code in consent.data_classes if code in CLASS_WORDS],
        "method": label("consent_method", consent.method),
        "status": status,
        "given_at": consent.given_at,
        "expires_at": consent.expires_at,
        "renew_url": f"{reverse('cases:consent', args=[consent.person_id])}?instead={consent.pk}"
        if consent.status == "given" and actor.may("consent.record")
        else "",
        "withdraw_url": reverse("cases:withdraw", args=[consent.pk])
        if consent.status == "given" and actor.may("consent.record")
        else "",
    }


def _task(task) -> dict:
    return {
        "text": task_words(task),
        "due_at": task.due_at,
        "created_at": task.created_at,
        "done_url": reverse("cases:finish", args=[task.pk]),
    }


def _grant(grant, bodies: dict) -> dict:
    who = bodies.get(grant.organisation_id, "")
    if grant.member is not None:
        who = grant.member.name
    elif grant.team is not None:
        who = grant.team.name
    return {
        "who": who,
        "why": str(GRANT_WORDS[grant.basis]),
        "since": grant.opened_at,
        "outside": grant.level == "packet",
    }


def _bodies(events, grants, consents) -> dict:
    wanted = {event.actor_organisation_id for event in events} | {grant.organisation_id for grant in grants}
    for consent in consents:
        wanted |= {*consent.receivers, *consent.excluded}
    return {body.pk: body.label for body in Organisation.objects.filter(pk__in=wanted - {None})}
