"""Bringing records in: nothing before the order, whole or not at all, by the everyday doors, and undone again."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.actions import imports as doors
from cases.actions import imports_run as running
from cases.actions import imports_sweep as sweeping
from cases.actions.cases import add_need
from cases.actions.extensions import load_fields, publish_form
from cases.answers import given, rows_of
from cases.extensions.definition import Field as Question
from cases.extensions.definition import Option
from cases.imports import mapping
from cases.imports.questions import questions
from cases.models import Case, Grant, ImportJob, ImportMapping, ImportRow, MigrationStatus, Person, PersonName
from cases.tasks import exchange
from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import Actor, acting
from core.models import Event
from tests.cases.conftest import Network, enrol
from tests.world import build

HEADS = "ФИО;Пол;Дата рождения;Гражданство;Телефон;Потребность\n"
TWO = HEADS + "Хайдари Амина;ж;08.03.1999;Афганистан;+375291112233;юридическая помощь\nКовалёва Ольга;жен;1987;;;\n"
FRESH = TWO.replace("Хайдари Амина", "Рахими Лейла").replace("Ковалёва Ольга", "Тадессе Абеба")
MAPPING = {
    "columns": {"0": "full_name", "1": "sex", "2": "birth_date", "3": "citizenships", "4": "contact_value",
                "5": "need_category"},
    "words": {}, "order": "dmy", "opens_cases": True, "risk_level": "medium", "entry_point": "other",
    "consent_basis": "consent", "basis_note": "", "caseworker": "",
}  # fmt: skip


def file(text: str, name="t.csv"):
    return SimpleUploadedFile(name, text.encode())


def checked(network, text=TWO, *, by="supervisor", mapping=None, **more) -> ImportJob:
    with acting(network.actors[by]) as actor:
        job = doors.bring_import(actor=actor, at=network.at, upload=file(text))
        columns = mapping or {n: c for n, c in MAPPING["columns"].items() if int(n) <= text.split("\n")[0].count(";")}
        doors.map_import(job.pk, actor=actor, at=network.at, how={}, mapping=MAPPING | {"columns": columns} | more)
        return doors.check_import(job.pk, actor=actor, at=network.at)


def rows(network, job, *, by="supervisor") -> list[ImportRow]:
    with acting(network.actors[by]) as actor:
        return list(ImportRow.objects.visible_to(actor).filter(job=job).order_by("number"))


def imported(network, job, *, by="supervisor", **facts) -> ImportJob:
    with acting(network.actors[by]) as actor:
        running.order_import(job.pk, actor=actor, at=network.at, **facts)
        return running.run_import(job.pk, actor=actor, at=network.at)


def people(network, by="supervisor") -> int:
    with acting(network.actors[by]) as actor:
        return Person.objects.visible_to(actor).count()


def test_a_dry_run_creates_nothing_and_an_order_creates_all(network):
    job = checked(network)
    assert [row.state for row in rows(network, job)] == ["ready", "ready"]
    assert people(network) == 0

    job = imported(network, job)
    assert job.status == "done"
    with acting(network.actors["supervisor"]) as actor:
        first, second = PersonName.objects.visible_to(actor).order_by("-full_as_written")
        amina, olga = first.person, second.person
        case = Case.objects.visible_to(actor).get(person=amina)
        needs = [need.category for need in case.needs.all()]
        row = ImportRow.objects.visible_to(actor).get(job=job, number=2)
        kinds = set(Event.objects.filter(case_id=case.pk).values_list("kind", flat=True))
    assert (amina.sex, str(amina.birth_date), amina.birth_precision) == ("female", "1999-03-08", "day")
    assert (olga.birth_precision, amina.citizenships, needs) == ("year", ["AF"], ["legal"])
    assert (row.person_id, row.case_id, row.facts) == (amina.pk, case.pk, {})
    assert {"case.opened", "need.added"} <= kinds


def test_a_number_without_a_safe_way_is_kept_as_do_not_contact(network):
    job = imported(network, checked(network))
    with acting(network.actors["supervisor"]) as actor:
        row = ImportRow.objects.visible_to(actor).get(job=job, number=2)
        person = Person.objects.visible_to(actor).get(pk=row.person_id)
    assert (person.contact_channel, person.contact_value) == ("none", "+375291112233")


def test_every_wrong_cell_is_named_with_line_column_and_reason(network):
    text = HEADS + "Амина;ж;31.02.1999;;;\nИван;м;2001;Атлантида;;\n;ж;;;;\n=1+1;м;;;;\nПётр;м;08.03.2090;;;\n"
    found = rows(network, checked(network, text))
    assert [row.state for row in found] == ["wrong"] * 5
    told = [{(item["column"]): item["text"] for item in row.problems} for row in found]
    assert told[0]["Дата рождения"] == "There is no such day."
    assert "word" in told[1]["Гражданство"]
    assert "name" in told[2]["ФИО"]
    assert "formula" in told[3]["ФИО"]
    assert told[4]["Дата рождения"] == "This date is in the future."


def test_one_line_that_a_door_refuses_leaves_nothing_behind(network):
    job = checked(network)
    with acting(network.actors["supervisor"]) as actor:
        row = ImportRow.objects.visible_to(actor).get(job=job, number=3)
        row.facts = row.facts | {"person": {"names": []}}
        row.save()
    job = imported(network, job)
    assert (job.status, job.failed_row) == ("failed", 3)
    assert people(network) == 0


def test_wrong_lines_stop_the_import_unless_they_are_left_out(network):
    job = checked(network, TWO + ";ж;;;;\n")
    with pytest.raises(NotNow, match="lines_wrong"):
        imported(network, job)
    assert imported(network, job, leave_out_wrong=True).status == "done"
    assert people(network) == 2


def test_somebody_who_is_here_already_is_asked_about(network):
    case = network.case(person=network.person(name="Хайдари Амина"))
    job = checked(network)
    first = rows(network, job)[0]
    assert (first.state, [item["person"] for item in first.candidates]) == ("twice", [str(case.person_id)])
    with pytest.raises(NotNow, match="unanswered"):
        imported(network, job)
    with acting(network.actors["supervisor"]) as actor:
        with pytest.raises(Incomplete):
            doors.choose_rows(job.pk, actor=actor, at=network.at, choice="attach", numbers=[2], attach_to=job.pk)
        doors.choose_rows(job.pk, actor=actor, at=network.at, choice="skip")
    imported(network, job)
    assert people(network) == 2
    assert [row.state for row in rows(network, job)] == ["skipped", "done"]


def test_a_case_is_attached_to_the_person_found(network):
    with acting(network.actors["supervisor"]):
        person = network.person(by="supervisor", name="Хайдари Амина")
    job = checked(network)
    with acting(network.actors["supervisor"]) as actor:
        doors.choose_rows(job.pk, actor=actor, at=network.at, choice="attach", numbers=[2], attach_to=person.pk)
    imported(network, job)
    with acting(network.actors["supervisor"]) as actor:
        assert Case.objects.visible_to(actor).filter(person=person).count() == 1
    assert people(network) == 2


def test_the_same_person_twice_in_the_file_is_asked_about(network):
    found = rows(network, checked(network, TWO + "Хайдари Амина;ж;08.03.1999;;;\n"))
    assert [row.state for row in found] == ["ready", "ready", "twice"]
    assert "line 2" in found[2].problems[0]["text"]


def test_another_organisations_records_stay_untouched_and_unmentioned(network):
    network.users["rival"], network.members["rival"] = enrol(network.away, name="rival", role="supervisor")
    network.actors["rival"] = network.actors["stranger"]
    theirs = network.person(by="stranger", name="Хайдари Амина")
    text = "known;ФИО;organisation_id\n{};Хайдари Амина;{}\nP-22222222;Пётр;{}\n"
    text = text.format(theirs.reference, network.away.pk, network.away.pk)
    found = rows(network, checked(network, text, mapping={"0": "known", "1": "full_name"}))
    told = [[item["text"] for item in row.problems] for row in found]
    assert told[0] == told[1] == ["You have no person with this number."]
    assert found[0].candidates == []


@pytest.mark.parametrize("who", ["worker", "hotline", "focal", "coordinator"])
def test_only_supervisors_bring_records_in(network, who):
    with acting(network.actors[who]) as actor, pytest.raises(NotPermitted):
        doors.bring_import(actor=actor, at=network.at, upload=file(TWO))


def test_an_administrator_of_accounts_does_not_import(network, sign_in):
    network.users["admin"], _member = enrol(network.home, name="admin", role="organisation_admin")
    assert sign_in("admin").get(reverse("cases:imports")).status_code == 403


def test_the_file_is_sealed_and_gone_when_it_is_discarded(network, django_db_blocker):
    from django.db import connection

    job = checked(network)
    with acting(network.actors["supervisor"]) as actor, connection.cursor() as cursor:
        cursor.execute("SELECT content, mapping FROM cases_importjob")
        raw = b"".join(bytes(part) for part in cursor.fetchone())
        assert "Хайдари".encode() not in raw
        assert b"0KXQsNC5" not in raw  # the same in base64
        doors.discard_import(job.pk, actor=actor, at=network.at)
        job.refresh_from_db()
        assert (job.content, job.mapping, job.status) == (None, {}, "discarded")
        assert not ImportRow.objects.visible_to(actor).filter(job=job).exists()


def test_a_mapping_is_kept_for_the_next_file(network):
    with acting(network.actors["supervisor"]) as actor:
        job = doors.bring_import(actor=actor, at=network.at, upload=file("X1;Y\nA;f\n"))
        mapping = MAPPING | {"columns": {"0": "full_name", "1": "sex"}}
        doors.map_import(job.pk, actor=actor, at=network.at, how={}, mapping=mapping, save_as="Old register")
        (kept,) = ImportMapping.objects.visible_to(actor)
    assert kept.columns == {"x1": "full_name", "y": "sex"}


def test_words_that_nobody_knows_are_listed_and_may_be_said(network):
    with acting(network.actors["supervisor"]) as actor:
        job = doors.bring_import(actor=actor, at=network.at, upload=file("ФИО;Пол\nА;дев\nБ;м\n"))
        mapping = MAPPING | {"columns": {"0": "full_name", "1": "sex"}}
        assert doors.map_import(job.pk, actor=actor, at=network.at, how={}, mapping=mapping) == {"sex": ["дев"]}
        said = mapping | {"words": {"sex": {"дев": "female"}}}
        assert doors.map_import(job.pk, actor=actor, at=network.at, how={}, mapping=said) == {}
        doors.check_import(job.pk, actor=actor, at=network.at)
    assert rows(network, job)[0].facts["person"]["sex"] == "female"


def test_the_pages_lead_from_the_file_to_the_cases(network, sign_in):
    client = sign_in("supervisor")
    assert client.get(reverse("cases:imports")).status_code == 200
    answer = client.post(reverse("cases:imports"), {"file": file(TWO.replace(";ж;", ";дев;"))})
    url = answer["Location"]
    page = client.get(url).content.decode()
    assert "Хайдари Амина" in page
    form = {f"column_{n}": code for n, code in MAPPING["columns"].items()}
    form |= {"encoding": "utf-8", "delimiter": ";", "order": "dmy", "opens_cases": "yes", "risk_level": "low"}
    form |= {"entry_point": "other", "consent_basis": "consent"}
    assert client.post(url, form | {"column_0": "", "column_1": ""}).status_code == 422
    assert client.post(url, form | {"again": "1", "encoding": "utf-16"}).status_code == 200
    words = client.post(url, form)["Location"]
    assert "дев" in client.get(words).content.decode()
    assert client.post(words, {"sex.0": ""}).status_code == 422
    detail = client.post(words, {"sex.0": "female"})["Location"]
    assert "Nothing has been created yet" in client.get(detail).content.decode()
    assert people(network) == 0
    pk = detail.rstrip("/").rsplit("/", 1)[1]
    client.post(reverse("cases:import_step", args=[pk, "order"]))
    assert people(network) == 2
    assert "Undo the import" in client.get(detail).content.decode()
    report = b"".join(client.get(reverse("cases:import_report", args=[pk])).streaming_content).decode("utf-8-sig")
    assert "Imported" in report
    assert "Амина" not in report


def test_an_import_is_seen_by_its_team_and_by_nobody_else(network, sign_in):
    job = checked(network)
    network.users["south"], _m = enrol(network.home, name="south", role="supervisor", team=network.teams["south"])
    network.users["rival"], _m = enrol(network.away, name="rival", role="supervisor")
    network.users["peer"], _m = enrol(network.home, name="peer", role="supervisor", team=network.teams["north"])
    url = reverse("cases:import", args=[job.pk])
    assert [sign_in(who).get(url).status_code for who in ("south", "rival", "peer")] == [404, 404, 200]


@pytest.fixture
def net(committed_world):
    w = committed_world
    return Network(actors=w.actors, members=w.members, at=build.__globals__["NOON"])


def test_a_longer_file_is_checked_run_and_undone_by_the_worker(net, as_worker, monkeypatch):
    monkeypatch.setattr(doors, "INLINE", 1)
    job = checked(net, FRESH)
    assert job.status == "checking"
    before = people(net)
    with as_worker():
        assert sweeping.sweep(at=net.at) == 1
    with acting(net.actors["supervisor"]) as actor:
        running.order_import(job.pk, actor=actor, at=net.at)
    with as_worker():
        assert sweeping.sweep(at=net.at + timedelta(seconds=1)) == 1
    assert people(net) == before + 2

    first, _second = rows(net, job)
    later = net.at + timedelta(days=2)
    with acting(net.actors["supervisor"]) as actor:
        case = Case.objects.visible_to(actor).get(pk=first.case_id)
        add_need(case, actor=actor, at=later, category="health")
        running.order_undo(job.pk, actor=actor, at=later)
    with as_worker():
        sweeping.sweep(at=later)
    assert [row.state for row in rows(net, job)] == ["kept", "undone"]
    assert people(net) == before + 1
    with as_worker():
        gone = rows(net, job)[1]
        for model in (Grant, Case):
            assert not model._base_manager.filter(**{"pk" if model is Case else "case_id": gone.case_id}).exists()
        for model in (PersonName, MigrationStatus):
            assert not model._base_manager.filter(person_id=gone.person_id).exists()


def test_an_import_cannot_be_undone_after_thirty_days(network):
    job = imported(network, checked(network))
    with acting(network.actors["supervisor"]) as actor, pytest.raises(NotNow, match="too_late"):
        running.order_undo(job.pk, actor=actor, at=network.at + timedelta(days=31))


def test_an_order_of_somebody_who_may_not_any_more_is_not_carried_out(net, as_worker, monkeypatch):
    monkeypatch.setattr(doors, "INLINE", 0)
    job = checked(net, FRESH)
    with as_worker():
        member = net.members["supervisor"]
        type(member)._base_manager.filter(pk=member.pk).update(role="caseworker")
        sweeping.sweep(at=net.at)
        job.refresh_from_db()
        assert (job.status, ImportRow._base_manager.filter(job=job).count()) == ("failed", 0)


def test_after_a_week_the_file_is_destroyed_and_an_import_that_ran_can_still_be_undone(net, as_worker):
    job = imported(net, checked(net, FRESH))
    idle = checked(net, HEADS + "Карим Юсуф;м;2004;;;\n")
    with as_worker():
        sweeping.sweep(at=net.at + timedelta(days=7))
        job.refresh_from_db()
        idle.refresh_from_db()
        exchange()
    assert (job.content, job.status, idle.content, idle.status) == (None, "done", None, "discarded")
    assert len(rows(net, job)) == 2


def test_own_questions_are_columns_and_a_wrong_answer_is_named_with_its_column(network):
    met = Question("met", "yes_no", {"en": "Met before"}, field_class=1)
    tongue = Question("tongue", "choice", {"en": "Tongue"}, options=(Option("a", {"en": "Dari", "ru": "Дари"}),))
    secret = Question("scar", "text", {"en": "Scar"}, field_class=4)
    manager = Actor(organisation_id=network.home.pk, permissions=frozenset({"form.manage"}))
    with acting(manager):
        form = load_fields(actor=manager, at=network.at, subject="person", scope="own", fields=[met, tongue, secret])
        publish_form(form.pk, actor=manager, at=network.at)
    with acting(network.actors["supervisor"]) as actor:
        own = tuple(field for field, _question in questions(actor).values())
        assert mapping.guess(["Name", "Met before", "Scar"], None, own) == {"0": "full_name", "1": "person.own.met"}
    columns = {"0": "full_name", "1": "person.own.met", "2": "person.own.tongue"}
    text = "Name;Met before;Tongue\nLeila Rahimi;да;Дари\nAbeba Tadesse;perhaps;Dari\n"
    job = checked(network, text, mapping=columns, opens_cases=False)
    good, bad = rows(network, job)
    assert (good.state, good.problems) == ("ready", [])
    assert (bad.state, bad.problems[0]["column"]) == ("wrong", "Met before")
    imported(network, job, leave_out_wrong=True)
    with acting(network.actors["supervisor"]) as actor:
        person = Person.objects.visible_to(actor).get(pk=rows(network, job)[0].person_id)
        assert given(rows_of([person.pk], actor)) == {"own": {"met": True, "tongue": "a"}}
        refused = doors.bring_import(actor=actor, at=network.at, upload=file(text))
        restricted = MAPPING | {"columns": {"0": "full_name", "1": "person.own.scar"}}
        with pytest.raises(Incomplete):
            doors.map_import(refused.pk, actor=actor, at=network.at, how={}, mapping=restricted)


MILLION = r"""
import io, sys
sys.path.insert(0, "{root}")
import django
django.setup()
from cases.imports import reading
from core.files.kinds import LIMIT

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024

class Upload(io.BytesIO):
    name = "people.csv"

told = []
for text in (b"a;b\n" * 1_000_000, b"full name;born\n" + b"Amina Haidari;1999\n" * 1_000_000):
    try:
        kind, content = reading.receive(Upload(text))
        heads, lines = reading.table(kind, content, reading.guess(kind, content))
        sum(1 for line in lines)
    except reading.Unreadable as refused:
        told.append(refused.code)
print(*told, peak())
"""


def test_a_file_of_a_million_lines_is_refused_within_512_megabytes():
    """In a process of its own, whose highest memory the kernel tells."""
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, "-c", MILLION.format(root=root)], capture_output=True, text=True, check=True, cwd=root,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    ).stdout.split()  # fmt: skip
    assert told[:2] == ["table_too_long", "table_too_large"]
    assert int(told[2]) <= 512, "megabytes"
