"""Breaches of data: reported by anybody, 72 hours to the authority, dated steps, nobody named, nobody forgotten."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions.incidents import (
    assess_incident,
    close_incident,
    contain_incident,
    report_incident,
    sweep_clocks,
    take_incident,
    tell_authority,
    tell_persons,
)
from cases.models import Incident
from core import outbox
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import SYSTEM, acting
from core.models import Event
from notifications.models import Notice
from notifications.operation import unheard
from tests.world import NOON

HOUR = timedelta(hours=1)


def do(w, door, *args, by="officer", at=NOON, **facts):
    with acting(w.actors[by]) as actor:
        return door(*args, actor=actor, at=at, **facts)


def report(w, *, by="caseworker", **facts):
    facts = {"kind": "lost_device", "what": "A telephone was left in a bus", "persons": 3, "classes": [2]} | facts
    return do(w, report_incident, by=by, **facts)


def swept(w, as_worker, at) -> set[tuple[str, str]]:
    """Sweep and relay; return (kind, role) of the notices."""
    with as_worker():
        sweep_clocks(at=at)
        outbox.relay(at=at)
        with acting(SYSTEM):
            return set(Notice.objects.filter(kind__startswith="incident.").values_list("kind", "recipient__role"))


def test_the_clock_begins_when_it_was_noticed_and_gives_72_hours(world):
    row = report(world, noticed_at=NOON - 5 * HOUR)
    assert row.due_at == NOON + 67 * HOUR
    assert row.next_alarm_at < NOON + 19 * HOUR
    for wrong in (NOON + HOUR, NOON - timedelta(days=400)):
        with pytest.raises(Incomplete) as refused:
            report(world, noticed_at=wrong)
        assert set(refused.value.fields) == {"noticed_at"}


def test_what_is_wrong_is_said_field_by_field(world):
    with pytest.raises(Incomplete) as refused:
        report(world, kind="x", what=" ", persons=-1, classes=[5])
    assert set(refused.value.fields) == {"kind", "what", "persons", "classes"}


def test_who_noticed_sees_the_own_report_and_only_who_protects_the_data_deals_with_it(world):
    row = report(world)
    assert {name for name, actor in world.actors.items() if _sees(actor, row)} == {
        "caseworker",
        "supervisor",
        "officer",
    }
    with pytest.raises(NotPermitted):
        do(world, take_incident, row.pk, by="caseworker")
    with pytest.raises(Incident.DoesNotExist):
        do(world, take_incident, row.pk, by="partner_supervisor")


def now_of(w, row) -> Incident:
    with acting(w.actors["officer"]):
        return Incident.objects.get(pk=row.pk)


def _sees(actor, row) -> bool:
    with acting(actor):
        return Incident.objects.visible_to(actor).filter(pk=row.pk).exists()


def test_the_officers_are_told_at_once_and_at_each_mark_and_at_the_end_who_leads_too(committed_world, as_worker):
    row = report(committed_world)
    officers = {"data_protection_officer", "supervisor"}
    assert swept(committed_world, as_worker, NOON) == {("incident.reported", role) for role in officers}
    for hours, stage in ((25, 33), (37, 50), (58, 80)):
        found = swept(committed_world, as_worker, NOON + hours * HOUR)
        assert {role for kind, role in found if kind == "incident.due"} == officers
        assert now_of(committed_world, row).stage == stage
    found = swept(committed_world, as_worker, NOON + 72 * HOUR)
    assert {role for kind, role in found if kind == "incident.late"} == officers | {"organisation_admin"}
    assert now_of(committed_world, row).next_alarm_at is None


def test_a_sweep_that_never_ran_is_noticed_from_outside(world):
    report(world, at=timezone.now() - 30 * HOUR)
    late = {what for what, _id, _age in unheard(grace=HOUR, outbox=24 * 900 * HOUR, silence=24 * 900 * HOUR)}
    assert "incident" in late


def test_the_clock_ends_when_the_authority_is_told_or_need_not_be(world):
    row = report(world)
    with pytest.raises(NotNow, match="not_assessed"):
        do(world, tell_authority, row.pk, told=True, note="No. 7")
    do(world, assess_incident, row.pk, risk="none", note="The telephone is encrypted", persons=3)
    with pytest.raises(Incomplete):
        do(world, tell_authority, row.pk, told=False, note="")
    row = do(world, tell_authority, row.pk, told=False, note="Nobody can read it")
    assert (row.next_alarm_at, row.authority_told, row.authority_at) == (None, False, NOON)


def test_it_is_closed_when_all_steps_are_done_and_stays_so(world):
    row = report(world)
    with pytest.raises(NotNow, match="steps_left"):
        do(world, close_incident, row.pk)
    do(world, contain_incident, row.pk, note="Locked from afar")
    do(world, assess_incident, row.pk, risk="possible", note="It was not locked", persons=3)
    do(world, tell_authority, row.pk, told=True, note="No. 7")
    with pytest.raises(NotNow, match="steps_left"):
        do(world, close_incident, row.pk)
    do(world, tell_persons, row.pk, told=True, note="By telephone")
    assert do(world, close_incident, row.pk).closed_at == NOON
    with pytest.raises(NotNow, match="closed"):
        do(world, take_incident, row.pk)
    with acting(world.actors["officer"]):
        facts = list(Event.objects.filter(about=row.pk).values_list("facts", flat=True))
    assert len(facts) == 6
    assert "elephone" not in str(facts)


@pytest.fixture
def browser(settings):
    settings.REQUIRE_SECOND_FACTOR = False

    def client_of(w, name):
        client = Client()
        client.force_login(w.members[name].user)
        return client

    return client_of


def test_the_pages_take_a_breach_from_the_report_to_its_end(world, browser):
    worker, officer = browser(world, "caseworker"), browser(world, "officer")
    told = {"kind": "wrong_recipient", "what": "A letter", "classes": ["2"]}
    answer = worker.post(reverse("cases:incident_new"), told)
    assert answer.status_code == 302
    with acting(world.actors["officer"]):
        row = Incident.objects.get()
    assert worker.get(reverse("cases:incident", args=[row.pk])).status_code == 200
    assert "letter" in officer.get(reverse("cases:incident", args=[row.pk])).content.decode()
    assert row.reference in officer.get(reverse("cases:incidents")).content.decode()
    assert browser(world, "partner").get(reverse("cases:incident", args=[row.pk])).status_code == 404

    def step(name, **facts):
        return officer.post(reverse("cases:incident_step", args=[row.pk, name]), facts)

    assert step("contain", note="").status_code == 422
    assert step("authority", told="yes", note="No. 7").status_code == 409
    assert step("nothing").status_code == 404
    assert officer.post(reverse("cases:incident_take", args=[row.pk])).status_code == 302
    assert step("contain", note="Asked back").status_code == 302
    assert step("assess", risk="possible", note="Read by a stranger", persons="1").status_code == 302
    assert step("authority", told="yes", note="No. 7").status_code == 302
    assert step("persons", told="no", note="It came back unopened").status_code == 302
    assert officer.post(reverse("cases:incident_close", args=[row.pk])).status_code == 302
    row = now_of(world, row)
    assert (row.owner_id, row.persons, row.persons_told) == (world.members["officer"].pk, 1, False)
    assert row.closed_at
    listed = officer.get("/api/v1/incidents/").json()["results"]
    assert [one["reference"] for one in listed] == [row.reference]
    assert "letter" not in str(listed)
    assert worker.get("/api/v1/incidents/").status_code == 403
