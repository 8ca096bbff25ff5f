"""Further ways to reach a person: kept with whether they are safe, and one that is not shown only on the record."""

from uuid import uuid4

from django.utils.translation import gettext as _

from cases.actions.person_facts import NEEDS_NO_VALUE, read_window
from cases.actions.persons import compare_again
from cases.facts import Facts, checking
from cases.models import ContactWay, Person
from cases.models.papers import REACHABLE
from core import events
from core.actions import NotNow, action
from core.edits import check_version

REVEAL_REASONS = ("danger", "correct", "tell_apart")


@action("contact.add", permission="person.write")
def add_way(
    person_id, *, actor, at, channel, value="", safe=False, hours="", time_from=None, time_to=None, warning=""
) -> ContactWay:
    """Note a further way to reach a person, safe or not. Raises Person.DoesNotExist, Incomplete."""
    person = Person.objects.visible_to(actor).get(pk=person_id)
    way = ContactWay(id=uuid4(), person=person, organisation_id=actor.organisation_id, recorded_at=at)
    with checking() as facts:
        _way(facts, way, channel=channel, value=value, hours=hours, window=(time_from, time_to), warning=warning)
    way.safe = bool(safe)
    way.save(force_insert=True)
    compare_again(person, actor)
    events.record("person.way_added", actor=actor, at=at, about=person.pk, way_id=way.pk, safe=way.safe)
    return way


@action("contact.change", permission="person.write")
def change_way(
    way_id, *, actor, at, version=None, channel, value=None, safe=False, hours="", time_from=None, time_to=None,
    warning="",
) -> ContactWay:  # fmt: skip
    """Change a way; `value` None leaves an unsafe one's number unseen and as it is.

    Raises ContactWay.DoesNotExist, NotNow (changed_since), Incomplete.
    """
    way = _locked(way_id, actor=actor)
    check_version(way, version)
    with checking() as facts:
        kept = way.value if value is None else value
        _way(facts, way, channel=channel, value=kept, hours=hours, window=(time_from, time_to), warning=warning)
    way.safe = bool(safe)
    way.version += 1
    way.save()
    compare_again(way.person, actor)
    events.record("person.way_changed", actor=actor, at=at, about=way.person_id, way_id=way.pk, safe=way.safe)
    return way


@action("contact.retire", permission="person.write")
def retire_way(way_id, *, actor, at) -> ContactWay:
    """Note that a way leads nowhere any more. Raises ContactWay.DoesNotExist, NotNow (way_retired)."""
    way = _locked(way_id, actor=actor)
    if way.retired_at:
        raise NotNow("way_retired", _("This way is out of use already."))
    way.retired_at = at
    way.version += 1
    way.save(update_fields=["retired_at", "version"])
    events.record("person.way_retired", actor=actor, at=at, about=way.person_id, way_id=way.pk)
    return way


@action("contact.reveal", permission="person.write")
def reveal_way(way_id, *, actor, at, reason) -> ContactWay:
    """Open the value of a way that is not safe, for a reason that stays in the record.

    Returns the ContactWay. Raises ContactWay.DoesNotExist, Incomplete.
    """
    way = _locked(way_id, actor=actor)
    with checking() as facts:
        facts.choice("reason", reason, REVEAL_REASONS)
    events.record("person.way_revealed", actor=actor, at=at, about=way.person_id, way_id=way.pk, reason=reason)
    return way


def _locked(way_id, *, actor) -> ContactWay:
    rows = ContactWay.objects.visible_to(actor).select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=way_id)


def _way(facts: Facts, way: ContactWay, *, channel, value, hours, window, warning) -> None:
    way.channel = facts.choice("channel", channel, REACHABLE)
    needed = "" if channel in NEEDS_NO_VALUE else _("Write the number or address, or choose another way.")
    way.value = facts.text("value", value, limit=255, required=needed)
    way.hours = facts.text("hours", hours, limit=100)
    way.time_from, way.time_to = read_window(facts, "time_from", *window)
    way.warning = facts.text("warning", warning, limit=1000, lines=True)
