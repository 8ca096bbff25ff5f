"""The trafficking screen, and what may be said of a person: `possible`, and more only by who is entitled (INV-6)."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.sight import sees_all
from cases.facts import checking
from cases.models import Case, Screening, TraffickingStatus
from cases.models.trafficking import BODIES, GROUPS
from cases.states import OPEN
from cases.trafficking import ANSWERS, CONTROL, EXPLOITATION, MEANS, SCREEN_VERSION, signs_for
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY
from partners.models import Organisation

# The trail of a case is read by people who do not see class 4: the kind says only that something restricted changed.
KIND = "case.restricted_changed"
SAYABLE = ("possible", "actual", "not_victim")


@action("trafficking.screen", permission="case.write")
def record_screening(case, *, actor, at, group, answers, means=(), control=(), exploitation=(), note="") -> Screening:
    """Record a trafficking screen. It sets nothing: whoever asked decides whether to say `possible`.

    Args: `group` says which signs are asked; `answers` maps them to present, absent, unknown or not_asked; the lists
    hold HTCDS codes. Returns the Screening. Raises Case.DoesNotExist, NotPermitted (not_named), NotNow
    (case_closed, nothing_asked), Incomplete.
    """
    case = _open_case(case.pk, actor)
    with checking() as facts:
        facts.choice("group", group, GROUPS)
        asked = signs_for(group)  # none for an unknown group
        for code, answer in answers.items():
            if code not in asked:
                facts.wrong(code, _("This is not asked here."))
            else:
                facts.choice(code, answer, ANSWERS)
        for name, given, known in (
            ("means", means, MEANS),
            ("control", control, CONTROL),
            ("exploitation", exploitation, EXPLOITATION),
        ):
            for code in given:
                facts.choice(name, code, known)
        words = facts.text("note", note, limit=4000, lines=True)
    kept = {code: answer for code, answer in answers.items() if answer != "not_asked"}
    if not kept:
        raise NotNow("nothing_asked", _("Nothing is answered yet. Begin with one question."))
    row = Screening(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        group=group,
        tool_version=SCREEN_VERSION,
        answers=kept,
        means=list(means),
        control=list(control),
        exploitation=list(exploitation),
        note=words,
        screener_id=_member(actor),
        held_at=at,
    )
    row.save(force_insert=True)
    events.record(KIND, actor=actor, at=at, about=row.pk, case_id=case.pk)
    return row


@action("trafficking.say", permission="case.write")
def set_trafficking_status(
    case, *, actor, at, status, screening=None, decision_body="", decided_on=None, decision_reference=""
) -> TraffickingStatus:
    """Say what holds from today: `possible`, or what a competent body has decided (INV-6).

    `actual` and `not_victim` need `decision_body` (an HTCDS code), `decided_on` and an organisation that is entitled
    to identify; the database asks the same. Returns the TraffickingStatus. Raises Case.DoesNotExist, NotPermitted
    (not_named, not_entitled), NotNow (case_closed), Incomplete.
    """
    case = _open_case(case.pk, actor)
    with checking() as facts:
        facts.choice("status", status, SAYABLE)
    if status != "possible" and not is_entitled(actor):
        raise NotPermitted(
            "not_entitled", _("Only a body that is entitled to identify victims may say more than “possible”.")
        )
    with checking() as facts:
        if status != "possible":
            facts.choice("decision_body", decision_body, BODIES)
            if decided_on is None or decided_on > timezone.localdate(at):
                facts.wrong("decided_on", _("Say on which day it was decided."))
        words = facts.text("decision_reference", decision_reference, limit=200)
    decided = status != "possible"
    row = TraffickingStatus(
        id=uuid4(),
        organisation_id=case.organisation_id,
        case=case,
        status=status,
        screening=screening,
        decision_body=decision_body if decided else "",
        decided_on=decided_on if decided else None,
        decision_reference=words if decided else "",
        member_id=_member(actor),
        at=at,
    )
    row.save(force_insert=True)
    events.record(KIND, actor=actor, at=at, about=row.pk, case_id=case.pk)
    return row


def is_entitled(actor) -> bool:
    """Return whether the actor's organisation may identify victims of trafficking."""
    return Organisation.objects.filter(pk=actor.organisation_id, may_identify_victims=True).exists()


def _open_case(case_id, actor) -> Case:
    case = Case.objects.visible_to(actor).get(pk=case_id)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    sees_all(case, actor)
    return case


def _member(actor):
    return None if actor.member_id == NOBODY else actor.member_id
