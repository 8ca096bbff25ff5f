"""A worker that is killed while it brings a register in: the next one goes on, and nobody comes twice."""

from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.actions import imports as doors
from cases.actions import imports_run as running
from cases.models import Case, ImportJob, ImportRow, Person, PersonName
from config.processes import wait_for
from core.actors import SYSTEM, acting
from core.models import Event
from tests.cases.test_imports import MAPPING
from tests.conftest import role

LINES = doors.PART + doors.PART // 2
PARTS = ("ba", "ke", "lo", "mi", "nu", "ro", "sa")
NAMES = ["".join(parts).title() for parts in product(PARTS, repeat=3)]


@pytest.mark.timeout(600)
def test_a_worker_killed_in_the_middle_of_an_import_loses_nothing_and_doubles_nobody(worker, committed_world):
    w = committed_world
    named = [f"{NAMES[at]} {NAMES[-1 - at][::-1].title()};{1940 + at % 60}-01-{1 + at % 28:02}" for at in range(LINES)]
    text = "Full name;Date of birth\n" + "\n".join(named)

    def ask(door, *args, **facts):
        with acting(w.actors["supervisor"]) as actor:
            return door(*args, actor=actor, at=timezone.now(), **facts)

    def of(model, **lookup):
        return model._base_manager.filter(**lookup)

    mapping = MAPPING | {"columns": {"0": "full_name", "1": "birth_date"}}
    job = ask(doors.bring_import, upload=SimpleUploadedFile("register.csv", text.encode()))
    ask(doors.map_import, job.pk, how={}, mapping=mapping)
    ask(doors.check_import, job.pk)
    with role("WORKER_DATABASE_URL"), acting(SYSTEM):
        before = of(Person).count()
    with role("WORKER_DATABASE_URL"):
        assert wait_for(of(ImportJob, pk=job.pk, status="checked").exists, within=240, every=0.2), worker.said()
        assert of(Person).count() == before
        assert of(ImportRow, job=job, state="ready").count() == LINES
    ask(running.order_import, job.pk)
    with role("WORKER_DATABASE_URL"):
        assert wait_for(of(ImportRow, job=job, state="done").exists, within=120, every=0.02), worker.said()
        for tries in (0, 1):  # the first part is let go of, the second one is begun
            assert wait_for(of(ImportJob, pk=job.pk, tries=tries).exists, within=60, every=0.02), worker.said()
        worker.kill()
        assert of(ImportRow, job=job, state="done").count() == of(Person).count() - before == doors.PART
        assert of(ImportJob, pk=job.pk).update(ordered_at=timezone.now()), "as if the claim had run out"
        worker.start()
        assert wait_for(of(ImportJob, pk=job.pk, status="done").exists, within=240, every=0.2), worker.said()
        assert of(Person).count() - before == LINES == of(ImportRow, job=job, state="done").count()
        made = of(ImportRow, job=job).values("case_id")
        assert of(Case, pk__in=made).count() == LINES
        people = of(PersonName, person__in=of(ImportRow, job=job).values("person_id"))
        assert len(set(people.values_list("full_as_written", flat=True))) == LINES
        assert of(Event, kind="import.done", about=job.pk).count() == 1
