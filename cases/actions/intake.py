"""Beginning a case: a draft that keeps what was typed, its finish in one go, and calls without a name (DOMAIN 3)."""

from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.cases import add_need, open_case
from cases.actions.consents import record_consent
from cases.actions.person_facts import read_contact
from cases.actions.persons import locked, register_person
from cases.facts import checking
from cases.models import CallEntry, Case, IntakeDraft, Person
from cases.models.papers import REACHABLE
from cases.reach import moved_with_person
from core import events
from core.actions import NotNow, Refusal, action, not_permitted
from core.actors import NOBODY, SYSTEM, acting
from core.references import reference

VERB = "case.open"
STEPS = ("person", "consent", "safety", "need")
CALL = "call"
UNFINISHED_DAYS, FINISHED_DAYS = 30, 1
LARGEST = 60_000  # signs of one draft: every box full, many times over
MINUTES = 24 * 60


def begin_draft(*, actor, at, step=STEPS[0], data=None, person=None, referral_id=None) -> IntakeDraft:
    """Begin a draft of one's own. It is no record yet, so no event is written. Raises NotPermitted.

    Args: `data` is what is known already, {step: {field: [values]}}; `person` one that is registered; `referral_id`
    the received referral that the case is opened from.
    """
    if not actor.may(VERB) or actor.member_id == NOBODY:
        raise not_permitted()
    draft = IntakeDraft(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        member_id=actor.member_id,
        step=step,
        data=data or {},
        person=person,
        referral_id=referral_id,
        created_at=at,
        saved_at=at,
    )
    draft.save(force_insert=True)
    return draft


def save_draft(draft_id, *, actor, at, step, answers, next_step=None) -> IntakeDraft:
    """Keep the answers of one step as they were typed, right or wrong; a finished draft is left as it is.

    Returns the IntakeDraft. Raises IntakeDraft.DoesNotExist, NotNow (too_much).
    """
    draft = _own(draft_id, actor)
    if draft.finished_at:
        return draft
    draft.data = draft.data | {step: answers}
    if sum(len(value) for part in draft.data.values() for values in part.values() for value in values) > LARGEST:
        raise NotNow("too_much", _("This is too much for a draft. Make the texts shorter."))
    draft.step, draft.saved_at = next_step or step, at
    draft.save(update_fields=["data", "step", "saved_at"])
    return draft


def discard_draft(draft_id, *, actor) -> None:
    """Delete a draft of one's own with all that was typed. Raises IntakeDraft.DoesNotExist."""
    _own(draft_id, actor).delete()


def drafts_of(actor):
    """Return the actor's unfinished drafts, the newest first."""
    return IntakeDraft.objects.visible_to(actor).filter(finished_at=None).order_by("-saved_at", "pk")


def purge_drafts(*, at) -> int:
    """Delete drafts that nobody went on with for 30 days, and finished ones after a day; return how many.

    Runs as the worker role. Nobody was asked whether they may be kept longer.
    """
    with acting(SYSTEM):
        rows = IntakeDraft.objects.visible_to(SYSTEM)
        old = rows.filter(finished_at=None, saved_at__lt=at - timedelta(days=UNFINISHED_DAYS))
        done = rows.filter(finished_at__lt=at - timedelta(days=FINISHED_DAYS))
        return old.delete()[0] + done.delete()[0]


def check_intake(draft: IntakeDraft, *, actor, at, facts: dict, upto: str) -> None:
    """Ask the doors whether the steps up to `upto` would be taken, and leave nothing behind.

    Raises the refusal of the door that would not, with the name of its step as the fact `step`.
    """
    try:
        with transaction.atomic():
            _perform(draft, actor=actor, at=at, facts=facts, upto=upto)
            raise _Undone
    except _Undone:
        return


@action("case.intake", permission=VERB)
def finish_intake(draft_id, *, actor, at, facts) -> Case:
    """Make of a draft what it says, in one go: the person, the consent, the case and its first need.

    A draft that is finished already gives the case that came of it: a second click makes nothing twice. Args: `facts`
    are what the doors take, by step; a step left out is not taken. Returns the Case. Raises IntakeDraft.DoesNotExist,
    and the refusals of the doors with the fact `step`.
    """
    draft = _own(draft_id, actor)
    if draft.case_id:
        case = Case.objects.visible_to(actor).get(pk=draft.case_id)
    else:
        case = _perform(draft, actor=actor, at=at, facts=facts)
        _finish(draft, case, at=at)
    events.record("intake.finished", actor=actor, at=at, about=draft.pk, case_id=case.pk)
    return case


@action("call.log", permission=VERB)
def log_call(draft_id, *, actor, at, said, channel, risk_level, minutes=None, contact=None) -> Case:
    """Open a case for a caller who gave no name, with what was said (DOMAIN 3, helplines).

    `contact` is the safe contact as `change_contact` takes it. Returns the Case; a draft that is finished already gives
    the case that came of it. Raises IntakeDraft.DoesNotExist, Incomplete.
    """
    draft = _own(draft_id, actor)
    if draft.case_id:
        case = Case.objects.visible_to(actor).get(pk=draft.case_id)
        events.record("intake.finished", actor=actor, at=at, about=draft.pk, case_id=case.pk)
        return case
    person = Person(
        id=uuid4(),
        reference=reference("P"),
        organisation_id=actor.organisation_id,
        registered_by_id=actor.principal_id,
        unnamed=True,
        created_at=at,
    )
    with checking() as facts:
        given = {"contact_channel": "none"} | (contact or {})
        read_contact(
            facts,
            person,
            channel=given["contact_channel"],
            value=given.get("contact_value", ""),
            hours=given.get("contact_hours", ""),
            warning=given.get("contact_warning", ""),
            phrase=given.get("safe_phrase", ""),
        )
        _read_call(facts, said=said, channel=channel, risk_level=risk_level, minutes=minutes)
    person.save(force_insert=True)
    events.record("person.registered", actor=actor, at=at, about=person.pk, unnamed=True)
    case = open_case(person, actor=actor, at=at, risk_level=risk_level, entry_point="hotline")
    add_call(case, actor=actor, at=at, said=said, channel=channel, risk_level=risk_level, minutes=minutes)
    _finish(draft, case, at=at)
    return case


@action("call.add", permission=VERB)
def add_call(case, *, actor, at, said, channel, risk_level, minutes=None) -> CallEntry:
    """Note a call of a case as it was heard. Raises Case.DoesNotExist, Incomplete."""
    case = Case.objects.visible_to(actor).get(pk=case.pk)
    with checking() as facts:
        words = _read_call(facts, said=said, channel=channel, risk_level=risk_level, minutes=minutes)
    call = CallEntry(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        case=case,
        channel=channel,
        minutes=minutes,
        said=words,
        risk_level=risk_level,
        taken_by_id=None if actor.member_id == NOBODY else actor.member_id,
        at=at,
    )
    call.save(force_insert=True)
    events.record("call.logged", actor=actor, at=at, about=call.pk, case_id=case.pk, risk=risk_level)
    return call


@action("case.link", permission="person.write")
def link_case(case_id, *, actor, at, person) -> Case:
    """Give the case of a caller without a name to a person who is known: what was written of the caller goes along.

    Returns the Case. Raises Case.DoesNotExist, Person.DoesNotExist, NotNow (person_named, same_person).
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case_id)
    person = Person.objects.visible_to(actor).get(pk=person.pk)
    caller = locked(case.person_id, actor=actor)
    if caller.pk == person.pk:
        raise NotNow("same_person", _("The case belongs to this person already."))
    if not caller.unnamed:
        raise NotNow("person_named", _("This case has a person with a name. Two records of one person are merged."))
    for model in moved_with_person():
        model.objects.visible_to(actor).filter(person_id=caller.pk).update(person_id=person.pk)
    case.person = person
    case.version += 1
    # Last: afterwards the caller's own record may be out of the actor's sight.
    case.save(update_fields=["person", "version", "updated_at"])
    events.record("case.linked", actor=actor, at=at, about=case.pk, case_id=case.pk, person_id=person.pk)
    return case


class _Undone(Exception):
    """Takes back what a check has tried."""


def _own(draft_id, actor) -> IntakeDraft:
    return IntakeDraft.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=draft_id)


def _finish(draft: IntakeDraft, case: Case, *, at) -> None:
    draft.data, draft.case, draft.finished_at = {}, case, at
    draft.save(update_fields=["data", "case", "finished_at"])


def _perform(draft: IntakeDraft, *, actor, at, facts: dict, upto: str = "") -> Case | None:
    """Ask the doors step by step; with `upto`, only so far."""
    who, person, case = {"actor": actor, "at": at}, draft.person, None
    for step in STEPS:
        given = facts.get(step)
        try:
            if step == "person" and person is None:
                person = register_person(**(given or {"names": []}), **who)
            elif step == "consent" and given:
                record_consent(person, **given, **who)
            elif step == "safety":
                case = open_case(person, parent_referral_id=draft.referral_id, **(given or {"risk_level": ""}), **who)
            elif step == "need" and given:
                add_need(case, **given, **who)
        except Refusal as refusal:
            refusal.facts["step"] = step
            raise
        if step == upto:
            break
    return case


def _read_call(facts, *, said, channel, risk_level, minutes) -> str:
    words = facts.text("said", said, limit=8000, lines=True, required=_("Write what was said."))
    facts.choice("channel", channel, REACHABLE)
    facts.code("risk_level", risk_level, "risk_level")
    if minutes is not None and not 0 <= minutes <= MINUTES:
        facts.wrong("minutes", _("Write the minutes of this call."))
    return words
