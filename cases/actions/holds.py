"""Holds that keep a record from erasure, and an organisation's own times of keeping (DOMAIN 12)."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.facts import checking
from cases.models import DataRequest, LegalHold, Person, Retention, RetentionRule
from cases.models.retention import UNITS
from cases.retention import BOUNDS, Term
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY

LONGEST_HOLD = timedelta(days=2 * 366)  # whoever still needs it then says so anew


@action("hold.place", permission="hold.set")
def place_hold(person_id, *, actor, at, reason, until, note="") -> LegalHold:
    """Keep a person's record from erasure until a day.

    The person may be known to the actor by a case, a date of keeping or a request. Returns the LegalHold. Raises
    Person.DoesNotExist, NotPermitted, Incomplete.
    """
    number = _reference_of(person_id, actor)
    if actor.member_id == NOBODY:
        raise NotPermitted("not_a_person", _("A person records this, not a system."))
    today = timezone.localdate(at)
    with checking() as facts:
        facts.code("reason", reason, "hold_reason")
        words = facts.text("note", note, limit=1000, lines=True)
        if until is None or not today <= until <= today + LONGEST_HOLD:
            facts.wrong("until", _("Choose a day within the next two years."))
    hold = LegalHold(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        person_id=person_id,
        reference=number,
        reason=reason,
        note=words,
        placed_by_id=actor.member_id,
        placed_at=at,
        until=until,
    )
    hold.save(force_insert=True)
    events.record("hold.placed", actor=actor, at=at, about=hold.pk, person_id=person_id, reason=reason, until=until)
    return hold


@action("hold.lift", permission="hold.set")
def lift_hold(hold_id, *, actor, at) -> LegalHold:
    """End a hold before its day. Returns the LegalHold. Raises LegalHold.DoesNotExist, NotNow (hold_ended)."""
    hold = LegalHold.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=hold_id)
    if hold.lifted_at is not None or hold.until < timezone.localdate(at):
        raise NotNow("hold_ended", _("This hold has ended already."))
    hold.lifted_at = at
    hold.lifted_by_id = None if actor.member_id == NOBODY else actor.member_id
    hold.save(update_fields=["lifted_at", "lifted_by"])
    events.record("hold.lifted", actor=actor, at=at, about=hold.pk, person_id=hold.person_id)
    return hold


@action("retention.set")
def set_rule(kind, *, actor, at, amount, unit) -> RetentionRule:
    """Set an organisation's own time for one kind of record, within bounds; dates that are stored stay as they are.

    Returns the RetentionRule. Raises Incomplete.
    """
    today = timezone.localdate(at)
    with checking() as facts:
        facts.code("kind", kind, "retention_kind")
        facts.choice("unit", unit, UNITS)
        if not isinstance(amount, int) or not 0 < amount < 1000:
            facts.wrong("amount", _("Write a number."))
        elif not facts.problems:
            least, most = BOUNDS[kind]
            if not least.after(today) <= Term(amount, unit).after(today) <= most.after(today):
                facts.wrong("amount", _("This time is too short or too long for this kind of record."))
    rule, _new = RetentionRule.objects.visible_to(actor).update_or_create(
        organisation_id=actor.organisation_id,
        kind=kind,
        defaults={"amount": amount, "unit": unit, "set_by_id": actor.principal_id, "set_at": at},
    )
    events.record("retention.set", actor=actor, at=at, about=rule.pk, kept=kind, amount=amount, unit=unit)
    return rule


def _reference_of(person_id, actor) -> str:
    """Return the number of a person whom the actor knows of; raises Person.DoesNotExist."""
    for model, column in ((Person, "reference"), (Retention, "reference"), (DataRequest, "person_reference")):
        key = "pk" if model is Person else "person_id"
        found = model.objects.visible_to(actor).filter(**{key: person_id}).values_list(column, flat=True).first()
        if found:
            return found
    raise Person.DoesNotExist
