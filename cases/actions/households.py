"""Who belongs to whom: households, relations, and the best interests of a child (DOMAIN 2, INV-7)."""

from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.person_facts import read_past
from cases.ages import is_minor
from cases.facts import checking
from cases.models import BestInterests, Household, Person, Relation
from core import events
from core.actions import NotNow, action
from core.codelists import codes

MOST = 40  # members of one household


@action("relation.add", permission="person.write")
def add_relation(
    person_id, *, actor, at, kind, other=None, outsider="", cares=False, separated=False, note=""
) -> Relation:
    """Say who somebody is to a person: `other` (a Person whom the actor sees) or an `outsider` by name.

    The other's record is not opened to anybody by it. `kind` "parent" means the other is the person's parent. Returns
    the Relation. Raises Person.DoesNotExist, NotNow (relation_known), Incomplete.
    """
    person = Person.objects.visible_to(actor).get(pk=person_id)
    if other is not None:
        other = Person.objects.visible_to(actor).get(pk=other.pk)
    with checking() as facts:
        relation = Relation(
            id=uuid4(),
            organisation_id=actor.organisation_id,
            person=person,
            other=other,
            outsider=facts.text("outsider", outsider, limit=255),
            kind=facts.code("kind", kind, "relation_kind"),
            cares=bool(cares),
            separated=bool(separated),
            note=facts.text("note", note, limit=1000, lines=True),
            recorded_at=at,
        )
        if other is None and not relation.outsider:
            facts.wrong("outsider", _("Choose a person, or write a name."))
        elif other is not None and other.pk == person.pk:
            facts.wrong("other", _("Choose somebody else."))
        if cares and separated:
            facts.wrong("separated", _("Who is separated from the person cannot care for it now."))
    if other is not None and Relation.objects.filter(person=person, other=other, kind=kind, ended_at=None).exists():
        raise NotNow("relation_known", _("This relation is recorded already."))
    relation.save(force_insert=True)
    events.record("relation.added", actor=actor, at=at, about=person.pk, relation_id=relation.pk, relation=kind)
    return relation


@action("relation.end", permission="person.write")
def end_relation(relation_id, *, actor, at) -> Relation:
    """Note that a relation is not so any more. Raises Relation.DoesNotExist, NotNow (relation_ended)."""
    relation = Relation.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=relation_id)
    if relation.ended_at:
        raise NotNow("relation_ended", _("This relation has ended already."))
    relation.ended_at = at
    relation.save(update_fields=["ended_at"])
    events.record("relation.ended", actor=actor, at=at, about=relation.person_id, relation_id=relation.pk)
    return relation


@action("household.join", permission="person.write")
def join_household(person_id, *, actor, at, other, head=False) -> Household:
    """Put a person into the household of `other` (both seen by the actor); without one, the two begin one.

    `head` makes the person its head. Returns the Household. Raises Person.DoesNotExist, NotNow (in_household,
    household_full).
    """
    person = Person.objects.visible_to(actor).get(pk=person_id)
    other = Person.objects.visible_to(actor).get(pk=other.pk)
    if person.pk == other.pk:
        raise NotNow("in_household", _("Choose somebody else."))
    own, theirs = household_of(person, actor, lock=True), household_of(other, actor, lock=True)
    if own is not None and own != theirs:
        raise NotNow("in_household", _("The person belongs to another household. Take it out of that one first."))
    household = theirs or Household(
        id=uuid4(), organisation_id=actor.organisation_id, member_ids=[other.pk], created_at=at
    )
    if person.pk not in household.member_ids:
        if len(household.member_ids) >= MOST:
            raise NotNow("household_full", _("A household has 40 members at most."))
        household.member_ids = [*household.member_ids, person.pk]
    if head:
        household.head = person
    _save(household, fresh=theirs is None)
    events.record("household.changed", actor=actor, at=at, about=person.pk, household_id=household.pk)
    return household


@action("household.leave", permission="person.write")
def leave_household(person_id, *, actor, at) -> Household:
    """Take a person out of its household. Raises Person.DoesNotExist, NotNow (no_household)."""
    person = Person.objects.visible_to(actor).get(pk=person_id)
    household = household_of(person, actor, lock=True)
    if household is None or household.member_ids == [person.pk]:
        raise NotNow("no_household", _("The person belongs to no household with others."))
    household.member_ids = [pk for pk in household.member_ids if pk != person.pk]
    if household.head_id == person.pk:
        household.head = None
    _save(household, fresh=False)
    events.record("household.changed", actor=actor, at=at, about=person.pk, household_id=household.pk)
    return household


@action("child.assess", permission="person.write")
def record_best_interests(person_id, *, actor, at, kind, on, decision, decided_by, text="") -> BestInterests:
    """Record what was found to be in the best interests of a child: class 3, written once (INV-7).

    Returns the BestInterests. Raises Person.DoesNotExist, NotNow (not_a_child), Incomplete.
    """
    person = Person.objects.visible_to(actor).get(pk=person_id)
    if not is_minor(person, on=timezone.localdate(at)):
        raise NotNow("not_a_child", _("By the birth date this person is not under 18. Correct the birth date first."))
    with checking() as facts:
        row = BestInterests(
            id=uuid4(),
            organisation_id=actor.organisation_id,
            person=person,
            kind=facts.code("kind", kind, "best_interests_kind"),
            on=read_past(facts, "on", on, timezone.localdate(at)),
            decision=facts.choice("decision", decision, codes("best_interests_decision")),
            text=facts.text("text", text, limit=4000, lines=True),
            decided_by=facts.text("decided_by", decided_by, limit=255, required=_("Write who decided.")),
            recorded_by_id=actor.principal_id,
            recorded_at=at,
        )
        if row.on is None and "on" not in facts.problems:
            facts.wrong("on", _("Write a date."))
    row.save(force_insert=True)
    events.record("child.assessed", actor=actor, at=at, about=person.pk, entry_id=row.pk, decision=decision)
    return row


def household_of(person, actor, *, lock: bool = False) -> Household | None:
    """Return the household of a person, None where there is none."""
    rows = Household.objects.visible_to(actor).filter(member_ids__contains=[person.pk])
    return (rows.select_for_update(of=("self",)) if lock else rows).order_by("created_at", "pk").first()


def _save(household: Household, *, fresh: bool) -> None:
    household.version += 0 if fresh else 1
    household.save(force_insert=fresh)
