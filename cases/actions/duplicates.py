"""Records of one person: found, answered, merged, and taken apart again (DOMAIN 14, INV-14). Never merged by itself."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from cases.candidates import Possible, among, possible, records_of, stored_keys
from cases.merging import move, move_back
from cases.models import Consent, DuplicateCandidate, Grant, Household, MergeRecord, Person, PersonName
from cases.narrowing import IMAGE, image, narrowed, restore
from core import events
from core.actions import Incomplete, NotNow, action

HOUSEHOLD = ("member_ids", "head_id")
KEPT = timedelta(days=90)  # candidates, and how long a merge can be undone (DOMAIN 12, INV-14)
BATCH = 50  # persons a sweep compares in one transaction
# What of the record that ends may be taken over; the parts of one thing stay together.
CHOICES = {
    "sex": ("sex", "gender"),
    "birth": ("birth_date", "birth_precision"),
    "citizenships": ("citizenships",),
    "country_of_birth": ("country_of_birth",),
    "languages": ("languages",),
    "area": ("area_id",),
    "contact": ("contact_channel", "contact_value", "contact_hours", "contact_warning", "safe_phrase"),
    "caregiver": ("caregiver", "unaccompanied"),
}


def find_duplicates(person: Person, *, actor, at, answered=()) -> list[Possible]:
    """Store a person's keys and those who may be the same person; part of a door that records its own event.

    `answered` are ids of persons of whom it was said that they are others: kept, and not offered again.
    Returns the possible persons that were not answered. The worker's actor looks among all of the organisation.
    """
    record = records_of([person], actor=actor)[person.pk]
    stored = stored_keys(record)
    Person.objects.visible_to(actor).filter(pk=person.pk).update(match_keys=stored, matched_at=at)
    person.match_keys, person.matched_at = stored, at
    if actor.system:
        found = among(record, actor=actor, organisation_id=person.organisation_id)
    else:
        found = possible(record, actor=actor).persons
    others = {_pair(person.pk, row.person_id) for row in found}
    known = {
        (row.low_id, row.high_id): row
        for row in DuplicateCandidate.objects.visible_to(actor).filter(
            low_id__in={low for low, _high in others}, high_id__in={high for _low, high in others}
        )
    }
    fresh = []
    for row in found:
        low, high = _pair(person.pk, row.person_id)
        if (low, high) not in known:
            no = row.person_id in answered
            fresh.append(
                DuplicateCandidate(
                    organisation_id=person.organisation_id, low_id=low, high_id=high, score=row.score,
                    reasons=list(row.reasons), state="dismissed" if no else "open", found_at=at,
                    decided_by_id=actor.principal_id if no else None, decided_at=at if no else None,
                )
            )  # fmt: skip
    # Another transaction may have found the same pair: it stays as it is.
    DuplicateCandidate.objects.bulk_create(fresh, ignore_conflicts=True)
    return [row for row in found if row.person_id not in answered]


def _pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


@action("duplicate.dismiss", permission="person.match")
def dismiss_duplicate(pair_id, *, actor, at) -> DuplicateCandidate:
    """Say that two records are of two persons. Raises DuplicateCandidate.DoesNotExist, NotNow (decided)."""
    pair = _open_pair(pair_id, actor)
    pair.state, pair.decided_by_id, pair.decided_at = "dismissed", actor.principal_id, at
    pair.save(update_fields=["state", "decided_by_id", "decided_at"])
    events.record("person.duplicate_dismissed", actor=actor, at=at, about=pair.pk)
    return pair


@action("duplicate.propose", permission="person.match")
def propose_merge(pair_id, *, actor, at) -> DuplicateCandidate:
    """Ask a supervisor to merge two records. Raises DuplicateCandidate.DoesNotExist, NotNow (decided)."""
    pair = _open_pair(pair_id, actor)
    pair.proposed_by_id = actor.principal_id
    pair.save(update_fields=["proposed_by_id"])
    events.record("person.duplicate_proposed", actor=actor, at=at, about=pair.pk)
    return pair


def _open_pair(pair_id, actor) -> DuplicateCandidate:
    pair = DuplicateCandidate.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pair_id)
    if pair.state != "open":
        raise NotNow("decided", _("Somebody has answered this already."))
    return pair


@action("person.merge", permission="person.merge")
def merge_persons(pair_id, *, actor, at, survivor_id, take=()) -> MergeRecord:
    """Merge two records into one of them (INV-14). Nobody sees a case, need or grant that they did not see before.

    `survivor_id` says which record stays; `take` are keys of CHOICES whose facts are taken from the other one.
    What belongs to the other moves; it stays behind as a shell that leads here. The narrower consent holds for both.
    Raises DuplicateCandidate.DoesNotExist, NotNow (decided, merge_hidden, merge_consent_runs), Incomplete.
    """
    pair = _open_pair(pair_id, actor)
    if survivor_id not in (pair.low_id, pair.high_id):
        raise Incomplete("survivor", _("Choose which record stays."), fields={"survivor": [_("Choose one record.")]})
    if unknown := set(take) - set(CHOICES):
        raise Incomplete("take", _("Choose from the list."), fields={name: [] for name in unknown})
    rows = Person.objects.visible_to(actor).select_for_update(of=("self",)).order_by("pk")
    people = {row.pk: row for row in rows.filter(pk__in=[pair.low_id, pair.high_id], merged_into=None, erased_at=None)}
    if len(people) < 2:
        raise NotNow("merge_gone", _("One of the two records has been merged or erased meanwhile."))
    survivor = people.pop(survivor_id)
    shell = people.popitem()[1]
    before = {"survivor": image(survivor, _columns()), "names": [], "consents": _narrow(survivor, shell, actor)}
    for column in _columns(take):
        setattr(survivor, column, getattr(shell, column))
    before["left"] = image(survivor, _columns())
    main = PersonName.objects.visible_to(actor).filter(person=shell, is_primary=True)
    before["households"] = _join_households(survivor, shell, actor)
    before["names"] = [str(pk) for pk in main.values_list("pk", flat=True)]
    main.update(is_primary=False)
    pair.state, pair.decided_by_id, pair.decided_at = "merged", actor.principal_id, at
    pair.save(update_fields=["state", "decided_by_id", "decided_at"])
    shell.merged_into, shell.match_keys = survivor, []
    shell.version += 1
    shell.save(update_fields=["merged_into", "match_keys", "version", "updated_at"])
    moved = move(shell, survivor)
    if moved is None:
        raise NotNow(
            "merge_hidden",
            _("A case of one of them is not open to you. Ask somebody who may see all of them to merge."),
        )
    survivor.version += 1
    survivor.save(update_fields=[*_columns(), "version", "updated_at"])
    record = MergeRecord(
        id=uuid4(), organisation_id=actor.organisation_id, survivor=survivor, shell=shell, moved=moved, before=before,
        merged_by_id=actor.principal_id, merged_at=at, until=at + KEPT,
    )  # fmt: skip
    record.save(force_insert=True)
    _keep_keys(survivor, actor, at)
    events.record("person.merged", actor=actor, at=at, about=survivor.pk, shell_id=shell.pk, merge_id=record.pk)
    return record


def _join_households(survivor: Person, shell: Person, actor) -> dict:
    """Put the survivor in the place of the shell among the members of its household; return how it stood.

    Both may live in one household, or in two: then the person stands in both until somebody says which is right.
    """
    stood = {}
    rows = Household.objects.visible_to(actor).select_for_update(of=("self",)).order_by("pk")
    for household in rows.filter(member_ids__contains=[shell.pk]):
        stood[str(household.pk)] = image(household, HOUSEHOLD) | {"both": survivor.pk in household.member_ids}
        others = [pk for pk in household.member_ids if pk != survivor.pk]
        household.member_ids = [survivor.pk if pk == shell.pk else pk for pk in others]
        if household.head_id == shell.pk:
            household.head_id = survivor.pk
        household.version += 1
        household.save(update_fields=["member_ids", "head", "version"])
    return stood


def _leave_households(before: dict, survivor: Person, shell: Person, actor) -> None:
    """Put the shell back where it lived; who came or went meanwhile stays so."""
    rows = Household.objects.visible_to(actor).select_for_update(of=("self",)).order_by("pk")
    for pk, household in rows.in_bulk(before).items():
        stood = before[str(pk)]
        kept = [member for member in household.member_ids if member not in (survivor.pk, shell.pk)]
        stays = [survivor.pk] if stood["both"] and survivor.pk in household.member_ids else []
        household.member_ids = [*stays, shell.pk, *kept]
        if household.head_id == survivor.pk and stood["head_id"] == str(shell.pk):
            household.head_id = shell.pk
        household.version += 1
        household.save(update_fields=["member_ids", "head", "version"])


def _columns(take=CHOICES) -> list[str]:
    return [column for choice in CHOICES if choice in take for column in CHOICES[choice]]


def _narrow(survivor: Person, shell: Person, actor) -> dict:
    """Narrow the consents of both to what neither forbids; return how those stood that were changed."""
    rows = Consent.objects.visible_to(actor).select_for_update(of=("self",)).order_by("pk")
    sides = [list(rows.filter(person=person)) for person in (survivor, shell)]
    changed = [*narrowed(sides[0], beside=sides[1]), *narrowed(sides[1], beside=sides[0])]
    ids = [consent.pk for consent, _before in changed]
    if Grant.objects.visible_to(actor).filter(consent_id__in=ids, closed_at=None).exists():
        raise NotNow(
            "merge_consent_runs",
            _("A referral rests on a consent that the other record narrows. Withdraw or end that referral first."),
        )
    for consent, _before in changed:
        consent.save(update_fields=list(IMAGE))
    return {str(consent.pk): {"was": was, "left": image(consent, IMAGE)} for consent, was in changed}


def _keep_keys(person: Person, actor, at) -> None:
    stored = stored_keys(records_of([person], actor=actor)[person.pk])
    Person.objects.visible_to(actor).filter(pk=person.pk).update(match_keys=stored, matched_at=at)


@action("person.undo_merge", permission="person.merge")
def undo_merge(record_id, *, actor, at) -> MergeRecord:
    """Take a merge apart: what moved goes back, what was changed stands as before, later changes stay.

    Raises MergeRecord.DoesNotExist, NotNow (undone, too_late).
    """
    record = MergeRecord.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=record_id)
    if record.undone_at is not None:
        raise NotNow("undone", _("This merge has been undone already."))
    if at >= record.until:
        raise NotNow("too_late", _("A merge can be undone for 90 days. That time is over."))
    survivor = Person.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=record.survivor_id)
    before = record.before
    consents = Consent.objects.visible_to(actor).select_for_update(of=("self",)).in_bulk(before["consents"])
    for pk, consent in consents.items():
        restore(consent, before["consents"][str(pk)])
        consent.save(update_fields=list(IMAGE))
    restore(survivor, {"was": before["survivor"], "left": before["left"]})
    survivor.version += 1
    survivor.save(update_fields=[*_columns(), "version", "updated_at"])
    move_back(record)
    shell = Person.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=record.shell_id)
    shell.merged_into = None
    shell.version += 1
    shell.save(update_fields=["merged_into", "version", "updated_at"])
    PersonName.objects.visible_to(actor).filter(pk__in=before["names"], person=shell).update(is_primary=True)
    _leave_households(before.get("households", {}), survivor, shell, actor)
    for person in (survivor, shell):
        _keep_keys(person, actor, at)
    low, high = _pair(survivor.pk, shell.pk)
    DuplicateCandidate.objects.visible_to(actor).filter(low_id=low, high_id=high).update(
        state="open", decided_by_id=None, decided_at=None, proposed_by_id=None
    )
    record.undone_at = at
    record.save(update_fields=["undone_at"])
    events.record("person.merge_undone", actor=actor, at=at, about=survivor.pk, shell_id=shell.pk, merge_id=record.pk)
    return record


def not_merged(person: Person) -> None:
    """Refuse to write to a shell. Raises NotNow (merged)."""
    if person.merged_into_id is not None:
        raise NotNow(
            "merged", _("This record was merged into another one. Go on there."), person_id=person.merged_into_id
        )
