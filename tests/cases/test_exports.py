"""Taking lists out: counted first, released by a second person where long, never more than was seen, with a trail."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from cases.actions.exports import (
    ask_release,
    decide_export,
    end_export,
    expire_exports,
    prepare_export,
    take_export,
)
from cases.exports import LISTINGS, lines
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from core.models import Event
from core.tables import PIECES, starts_a_formula
from tests.cases.browsing import need, readings
from tests.cases.conftest import enrol
from tests.cases.test_extensions import ARRIVED, SCAR, answer, publish
from tests.core.test_tables import FORMULAS
from tests.world import NOON

USUAL = {"listing": "cases", "form": "csv", "filters": {"state": "all"}, "purpose": "supervision"}


@pytest.fixture
def officer(network):
    return add(network, "officer", "data_protection_officer")


def add(network, name, role, team=None):
    from partners.identity import actor_of_member

    network.users[name], network.members[name] = enrol(network.home, name=name, role=role, team=team)
    network.actors[name] = actor_of_member(network.members[name])
    return network.actors[name]


def prepare(network, *, by="supervisor", columns=("case", "name"), **facts):
    with acting(network.actors[by]) as actor:
        return prepare_export(actor=actor, at=network.at, columns=list(columns), **USUAL | facts)


def taken(network, job, *, by="supervisor") -> list[list[str]]:
    with acting(network.actors[by]) as actor:
        job = take_export(job.pk, actor=actor, at=network.at)
        data = b"".join(PIECES[job.form](lines(job, actor=actor, at=network.at)))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def kinds(job) -> list[str]:
    return list(Event.objects.filter(about=job.pk).order_by("recorded_at").values_list("kind", flat=True))


def test_a_list_shows_how_much_it_is_and_holds_just_that(network):
    case = network.case()
    network.case(person=network.person(name="Second Person"))
    job = prepare(network)
    assert (job.row_count, job.person_count, job.status) == (2, 2, "open")

    rows = taken(network, job)
    assert "Supervisor" in rows[0][0]
    assert rows[1] == ["Case number", "Name"]
    assert sorted(row[1] for row in rows[2:]) == ["Second Person", "Zahra Karimi"]
    assert case.reference in {row[0] for row in rows[2:]}


def test_a_list_never_grows_after_it_was_counted_and_shrinks_with_what_one_may_see(network):
    network.case()
    job = prepare(network)
    network.case(person=network.person(name="Later Person"))
    assert len(taken(network, job)) == 3
    with acting(network.actors["other_team"]) as actor:
        rows = list(lines(job, actor=actor, at=network.at))
    assert len(rows) == 2


def test_every_list_leaves_an_event_and_a_trail_for_each_person(network, settings):
    case = network.case()
    job = prepare(network)
    taken(network, job)
    with acting(network.actors["supervisor"]):
        assert kinds(job) == ["export.prepared", "export.taken"]
        facts = Event.objects.get(kind="export.taken").facts
    assert (facts["rows"], facts["people"], facts["columns"]) == (1, 1, ["case", "name"])
    assert readings(network) == [(case.pk, 3, network.members["supervisor"].pk)]


def test_a_list_of_work_facts_alone_leaves_no_reading(network):
    network.case()
    taken(network, prepare(network, columns=("case", "state")))
    assert readings(network) == []


@pytest.mark.parametrize("who", ["worker", "hotline", "focal", "coordinator"])
def test_only_supervisors_take_lists(network, who):
    with acting(network.actors[who]) as actor, pytest.raises(NotPermitted):
        prepare_export(actor=actor, at=network.at, columns=["case"], **USUAL)


def test_a_long_list_needs_a_second_person_who_is_not_the_first(network, settings, officer):
    settings.EXPORT_ALONE = 1
    network.case()
    network.case(person=network.person(name="Second Person"))
    job = prepare(network)
    assert job.status == "prepared"
    with pytest.raises(NotNow):
        taken(network, job)

    with acting(network.actors["supervisor"]) as actor:
        ask_release(job.pk, actor=actor, at=network.at)
        with pytest.raises(NotPermitted, match="own_export"):
            decide_export(job.pk, actor=actor, at=network.at, release=True)
    with pytest.raises(NotNow):
        taken(network, job)
    with acting(officer) as actor:
        decide_export(job.pk, actor=actor, at=network.at, release=True)
    assert len(taken(network, job)) == 4
    with acting(officer):
        assert "export.large" in kinds(job)


def test_what_is_highly_restricted_needs_a_second_person_whatever_its_length(network):
    network.case()
    assert prepare(network, columns=("case", "needs_restricted")).status == "prepared"


def test_a_list_that_is_sent_back_says_why_and_can_be_asked_for_again(network, settings, officer):
    settings.EXPORT_ALONE = 0
    network.case()
    job = prepare(network)
    with acting(network.actors["supervisor"]) as actor:
        ask_release(job.pk, actor=actor, at=network.at)
    with acting(officer) as actor:
        with pytest.raises(Incomplete):
            decide_export(job.pk, actor=actor, at=network.at, release=False)
        decide_export(job.pk, actor=actor, at=network.at, release=False, note="Without names")
    with acting(network.actors["supervisor"]) as actor:
        assert ask_release(job.pk, actor=actor, at=network.at).status == "waiting"


def test_only_who_asked_takes_the_list(network):
    network.case()
    job = prepare(network)
    lead = add(network, "lead", "supervisor", network.teams["north"])
    with acting(lead) as actor, pytest.raises(NotPermitted, match="not_your_export"):
        take_export(job.pk, actor=actor, at=network.at)


def test_a_list_ends_after_seven_days_and_forgets_its_rows(network):
    network.case()
    job = prepare(network)
    with acting(network.actors["supervisor"]) as actor:
        late = network.at + timedelta(days=7)
        with pytest.raises(NotNow, match="export_ended"):
            take_export(job.pk, actor=actor, at=late)
        expire_exports(actor=actor, at=late - timedelta(seconds=1))
        job.refresh_from_db()
        assert job.row_ids
        expire_exports(actor=actor, at=late)
        job.refresh_from_db()
        assert (job.status, job.row_ids, job.row_count) == ("ended", [], 1)


def test_one_lets_go_of_a_list(network):
    network.case()
    job = prepare(network)
    with acting(network.actors["supervisor"]) as actor:
        end_export(job.pk, actor=actor, at=network.at)
    with pytest.raises(NotNow):
        taken(network, job)


def test_an_empty_list_and_an_unknown_column_are_refused(network):
    with pytest.raises(Incomplete, match="facts_wrong"):
        prepare(network)
    network.case()
    with pytest.raises(Incomplete):
        prepare(network, columns=("case", "password"))
    with pytest.raises(Incomplete):
        prepare(network, purpose="other")


def test_restricted_needs_stand_in_their_own_column_and_only_for_those_whom_the_case_names(network):
    case = network.case()
    need(network, case, category="shelter")
    need(network, case, category="trafficking")
    columns = {column.code: column for column in LISTINGS["cases"].columns}
    with acting(network.actors["supervisor"]) as actor:
        (about,) = LISTINGS["cases"].gather(LISTINGS["cases"].rows(actor, {"state": "all"}), actor)
    assert columns["needs"].value(about) == "Shelter and accommodation"
    assert "raffick" in columns["needs_restricted"].value(about)
    with acting(network.actors["mate"]) as actor:
        (about,) = LISTINGS["cases"].gather(LISTINGS["cases"].rows(actor, {"state": "all"}), actor)
    assert columns["needs_restricted"].value(about) == ""


TEXTS = {"name": "name", "contact": "contact_value", "warning": "contact_warning", "caregiver": "caregiver"}


@pytest.mark.parametrize("form", sorted(PIECES))
def test_no_text_of_a_record_becomes_a_formula_in_any_column(network, form):
    corpus = [
        text for text in FORMULAS if text.isprintable() and text.strip() not in {"", "-"} and "\u202e" not in text
    ]
    for text in corpus:
        person = network.person(
            name=text, contact_channel="messenger", contact_value=text, contact_warning=text, caregiver=text
        )
        network.case(person=person)
    columns = [column.code for column in LISTINGS["cases"].columns]
    job = prepare(network, columns=columns, form=form)
    with acting(network.actors["supervisor"]) as actor:
        data = b"".join(PIECES[form](lines(job, actor=actor, at=network.at)))
    if form == "xlsx":
        rows = load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[2:]
        assert {cell for row in rows for cell in row} >= {text.strip() for text in corpus}
    else:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[2:]
        assert not [cell for row in rows for cell in row if starts_a_formula(cell)]
    place = {code: columns.index(code) for code in TEXTS}
    assert len(rows) == len(corpus)
    assert all(row[number] for row in rows for number in place.values())


def test_the_pages_lead_from_the_choice_to_the_file(network, sign_in, queries):
    network.case()
    client = sign_in("supervisor")
    assert client.get(reverse("cases:exports")).status_code == 200
    new = reverse("cases:export_new", args=["cases"])
    assert client.get(new).status_code == 200
    assert client.post(new, {"state": "all", "form": "xlsx"}).status_code == 422
    answer = client.post(
        new, {"state": "all", "form": "xlsx", "purpose": "handover", "columns_1": ["case"], "columns_2": ["name"]}
    )
    page = client.get(answer["Location"])
    assert "1 row · 1 person" in page.content.decode()
    pk = answer["Location"].rstrip("/").rsplit("/", 1)[1]

    assert client.get(reverse("cases:export_take", args=[pk])).status_code == 405
    file = client.post(reverse("cases:export_take", args=[pk]))
    assert file["Content-Disposition"] == f'attachment; filename="waymark-{pk[:8]}.xlsx"'
    assert "no-store" in file["Cache-Control"]
    rows = load_workbook(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[2][1] == "Zahra Karimi"


def test_a_list_of_somebody_else_does_not_exist_for_a_stranger(network, sign_in):
    network.case()
    job = prepare(network)
    for path in ("export", "export_take", "export_ask", "export_end"):
        url = reverse(f"cases:{path}", args=[job.pk])
        assert sign_in("worker").post(url).status_code == 403
    add(network, "rival", "supervisor")
    network.users["rival"], _rival = enrol(network.away, name="rival", role="supervisor")
    client = sign_in("rival")
    for path in ("export", "export_take", "export_ask", "export_end"):
        assert client.post(reverse(f"cases:{path}", args=[job.pk])).status_code == 404


def test_the_officer_sees_counts_and_purpose_and_releases_on_the_page(network, settings, officer, sign_in):
    settings.EXPORT_ALONE = 0
    network.case()
    job = prepare(network)
    supervisor, client = sign_in("supervisor"), sign_in("officer")
    supervisor.post(reverse("cases:export_ask", args=[job.pk]))
    page = client.get(reverse("cases:export", args=[job.pk])).content.decode()
    assert "Release the list" in page
    assert "Zahra" not in page
    assert "Release the list" not in supervisor.get(reverse("cases:export", args=[job.pk])).content.decode()
    answer = client.post(reverse("cases:export", args=[job.pk]), {"release": "1"})
    assert answer.status_code == 302
    assert supervisor.post(reverse("cases:export_take", args=[job.pk])).status_code == 200
    assert client.post(reverse("cases:export_take", args=[job.pk])).status_code == 403


def test_a_page_of_lists_asks_the_same_number_of_questions_for_one_and_for_many(network, sign_in, queries):
    network.case()
    client = sign_in("supervisor")
    client.get(reverse("cases:exports"))  # the first one of a session writes when it was seen
    counts = []
    for number in (1, 8):
        for _ in range(number):
            prepare(network)
        with queries() as seen:
            client.get(reverse("cases:exports"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_an_organisation_asks_besides_is_a_column_and_class_4_needs_a_second_person(world):
    publish(world, [ARRIVED, SCAR])
    answer(world, {"own": {"arrived": "bus", "scar": "left hand"}})
    facts = USUAL | {"actor": world.actors["supervisor"], "at": NOON}
    with acting(world.actors["supervisor"]) as actor:
        job = prepare_export(columns=["case", "own.arrived"], **facts)
        assert job.status == "open"
        heads, row = list(lines(job, actor=actor, at=NOON))[1:]
        assert (heads[1], row[1]) == ("How did the person arrive?", "By bus")
        assert prepare_export(columns=["case", "own.scar"], **facts).status == "prepared"
