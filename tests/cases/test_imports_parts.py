"""A whole register: checked, imported and undone part by part, and still all of it or nothing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.actions import imports as doors
from cases.actions import imports_run as running
from cases.actions import imports_sweep as sweeping
from cases.actions.cases import add_need
from cases.imports import reading
from cases.models import Case, ImportJob, ImportRow, Person
from core.actions import NotNow
from core.actors import acting
from core.models import Event
from tests.cases.conftest import Network
from tests.cases.test_imports import MAPPING
from tests.world import build

NAMES = ("Рахими Лейла", "Тадессе Абеба", "Ковалёва Ольга", "Нгуен Тхи", "Окафор Чиди", "Сафаров Рустам", "Диалло Фату")
COLUMNS = MAPPING | {"columns": {"0": "full_name", "1": "birth_date"}}


@pytest.fixture
def net(committed_world, monkeypatch):
    monkeypatch.setattr(doors, "INLINE", 1)
    monkeypatch.setattr(doors, "PART", 3)
    monkeypatch.setattr(running, "PART", 3)
    w = committed_world
    return Network(actors=w.actors, members=w.members, at=build.__globals__["NOON"])


class Register:
    """A file on its way in, with the worker that comes by every five seconds."""

    def __init__(self, net, as_worker, names=NAMES):
        self.net, self.as_worker, self.now = net, as_worker, net.at
        text = "ФИО;Дата рождения\n" + "".join(f"{name};{1980 + at}\n" for at, name in enumerate(names))
        with acting(net.actors["supervisor"]) as actor:
            self.before = Person.objects.visible_to(actor).count()
            job = doors.bring_import(actor=actor, at=net.at, upload=SimpleUploadedFile("t.csv", text.encode()))
            doors.map_import(job.pk, actor=actor, at=net.at, how={}, mapping=COLUMNS)
            doors.check_import(job.pk, actor=actor, at=net.at)
        self.pk = job.pk

    def worker(self, times: int = 1, *, after: timedelta = timedelta(seconds=5)) -> int:
        done = 0
        for _time in range(times):
            self.now += after
            with self.as_worker():
                done += sweeping.sweep(at=self.now)
        return done

    def ask(self, door, **facts):
        with acting(self.net.actors["supervisor"]) as actor:
            return door(self.pk, actor=actor, at=self.now, **facts)

    @property
    def job(self) -> ImportJob:
        with acting(self.net.actors["supervisor"]) as actor:
            return ImportJob.objects.visible_to(actor).get(pk=self.pk)

    @property
    def states(self) -> list[str]:
        with acting(self.net.actors["supervisor"]) as actor:
            rows = ImportRow.objects.visible_to(actor).filter(job_id=self.pk)
            return list(rows.order_by("number").values_list("state", flat=True))

    @property
    def people(self) -> int:
        with acting(self.net.actors["supervisor"]) as actor:
            return Person.objects.visible_to(actor).count() - self.before


@pytest.fixture
def register(net, as_worker):
    return Register(net, as_worker)


def test_a_register_goes_through_part_by_part_and_is_undone_as_a_whole(register):
    assert (register.worker(), register.job.status, register.job.checked_count) == (1, "checking", 3)
    assert register.worker(2) == 2
    assert (register.job.status, register.job.checked_count, register.states) == ("checked", 7, ["ready"] * 7)
    register.ask(running.order_import)
    register.worker()
    assert (register.job.status, register.states, register.people) == ("ordered", ["done"] * 3 + ["ready"] * 4, 3)
    register.worker(2)
    assert (register.job.status, register.states, register.people) == ("done", ["done"] * 7, 7)
    register.ask(running.order_undo)
    register.worker()
    assert (register.job.status, register.people) == ("undoing", 4)
    register.worker(2)
    assert (register.job.status, register.states, register.people) == ("undone", ["undone"] * 7, 0)


def test_the_page_says_how_far_it_is_and_nobody_can_order_twice(register, signed_in):
    url = reverse("cases:import", args=[register.pk])
    register.worker()
    assert "3 of 7 lines" in signed_in.get(url).content.decode()
    with pytest.raises(NotNow, match="wrong_state"):
        register.ask(doors.check_import)
    register.worker(2)
    register.ask(running.order_import)
    register.worker()
    assert "3 of 7 lines" in signed_in.get(url).content.decode()
    with pytest.raises(NotNow, match="wrong_state"):
        register.ask(running.order_import)
    with pytest.raises(NotNow, match="wrong_state"):
        register.ask(running.order_undo)


@pytest.fixture
def signed_in(register, client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(register.net.members["supervisor"].user)
    return client


class Killed(BaseException):
    """What no handler of ours catches."""


@pytest.mark.parametrize("at_line", [2, 5])
def test_a_worker_that_dies_in_a_part_is_followed_by_the_next_which_doubles_nothing(register, monkeypatch, at_line):
    register.worker(3)
    register.ask(running.order_import)
    calls = []

    def dying(*args, **facts):
        calls.append(1)
        if len(calls) == at_line:
            raise Killed
        return create(*args, **facts)

    create = running.create
    monkeypatch.setattr(running, "create", dying)
    with pytest.raises(Killed):
        register.worker(2)
    whole = (at_line - 1) // 3 * 3
    assert (register.people, register.states.count("done"), register.job.status) == (whole, whole, "ordered")
    assert register.worker() == 0, "the part is claimed until its time is over"
    register.worker(4, after=sweeping.LEASE)
    assert (register.job.status, register.people, register.states) == ("done", 7, ["done"] * 7)
    with acting(register.net.actors["supervisor"]) as actor:
        assert Event.objects.visible_to(actor).filter(kind="import.done", about=register.pk).count() == 1


def test_a_line_that_is_refused_in_a_later_part_takes_back_the_parts_before_it(register):
    register.worker(3)
    with acting(register.net.actors["supervisor"]) as actor:
        row = ImportRow.objects.visible_to(actor).get(job_id=register.pk, number=6)
        row.facts = row.facts | {"person": {"names": []}}
        row.save()
    register.ask(running.order_import)
    register.worker(2)
    assert (register.job.status, register.job.failed_row, register.people) == ("undoing", 6, 3)
    register.worker(2)
    assert (register.job.status, register.job.failed_row, register.people) == ("failed", 6, 0)


def test_what_somebody_has_worked_on_between_two_parts_stays_when_they_are_taken_back(register):
    register.worker(3)
    register.ask(running.order_import)
    register.worker()
    with acting(register.net.actors["supervisor"]) as actor:
        first = ImportRow.objects.visible_to(actor).filter(job_id=register.pk, state="done").first()
        case = Case.objects.visible_to(actor).get(pk=first.case_id)
        add_need(case, actor=actor, at=register.now + timedelta(seconds=1), category="health")
    member = register.net.members["supervisor"]
    with register.as_worker():
        type(member)._base_manager.filter(pk=member.pk).update(role="caseworker")
    register.worker(3)
    with register.as_worker():
        type(member)._base_manager.filter(pk=member.pk).update(role="supervisor")
    assert (register.job.status, register.people) == ("failed", 1)
    assert sorted(register.states) == ["kept", "ready", "ready", "ready", "ready", "undone", "undone"]


def test_a_part_that_breaks_three_times_is_given_up_and_nothing_of_the_file_stays(register, monkeypatch):
    register.worker(3)
    register.ask(running.order_import)
    register.worker()
    monkeypatch.setattr(running, "create", lambda *args, **facts: 1 / 0)
    assert register.worker(sweeping.TRIES) == 0
    assert (register.job.status, register.people) == ("ordered", 3)
    register.worker(3)
    assert (register.job.status, register.people) == ("failed", 0)


def test_the_same_person_in_two_parts_of_a_file_is_asked_about(net, as_worker):
    register = Register(net, as_worker, names=(*NAMES[:5], "Рахими Лейла"))
    with acting(net.actors["supervisor"]) as actor:
        job = ImportJob.objects.visible_to(actor).get(pk=register.pk)
        text = doors.content_of(job).decode().replace("Рахими Лейла;1985", "Рахими Лейла;1980")
        job.content = doors.base64.b64encode(text.encode()).decode()
        job.save()
    register.worker(3)
    assert register.states == [*["ready"] * 5, "twice"]
    with acting(net.actors["supervisor"]) as actor:
        row = ImportRow.objects.visible_to(actor).get(job_id=register.pk, state="twice")
    assert "line 2" in row.problems[0]["text"]


def test_the_file_of_an_import_that_is_under_way_is_not_destroyed(register):
    register.worker(3)
    register.ask(running.order_import)
    register.worker(3, after=doors.KEPT)
    assert (register.job.status, register.people) == ("done", 7)


def test_a_file_that_is_too_long_is_refused_when_it_is_brought(net, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 3)
    text = "ФИО\n" + "Ким\n" * 4
    with acting(net.actors["supervisor"]) as actor:
        with pytest.raises(reading.Unreadable, match="table_too_long"):
            doors.bring_import(actor=actor, at=net.at, upload=SimpleUploadedFile("t.csv", text.encode()))
        assert not ImportJob.objects.visible_to(actor).exists()
