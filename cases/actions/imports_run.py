"""Carrying an import out, and undoing it: whole or not at all, by whoever ordered it, with today's rights (F14)."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from cases.actions.imports import INLINE, KEPT, check_import, create, forget, locked, recorded
from cases.models import Case, ImportJob, ImportRow, Person
from core.actions import NotNow, Refusal, action
from core.actors import SYSTEM, acting, identity
from core.models import Event
from partners.models import Member

log = logging.getLogger(__name__)

UNDO = timedelta(days=30)
LEASE = timedelta(minutes=10)  # longer than a task may take
WAITING = ("checking", "ordered", "undoing")


class Stopped(Exception):
    """A line could not be created; nothing of the file is kept."""

    def __init__(self, number: int, sentence: str):
        super().__init__(number)
        self.number, self.sentence = number, sentence


@action("import.order", permission="record.import")
def order_import(job_id, *, actor, at, leave_out_wrong: bool = False) -> ImportJob:
    """Order the import of a checked file. Longer files wait for the worker, short ones are run by the caller next.

    Raises ImportJob.DoesNotExist, NotNow (wrong_state, unanswered, lines_wrong, nothing_to_import).
    """
    job = locked(job_id, actor, states=("checked",))
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    if rows.filter(state="twice", choice="").exists():
        raise NotNow("unanswered", _("Say first what to do with the people who may be here already."))
    if rows.filter(state="wrong").exists() and not leave_out_wrong:
        raise NotNow("lines_wrong", _("Some lines are wrong. Correct the file, or say that they are to be left out."))
    if not _wanted(rows).exists():
        raise NotNow("nothing_to_import", _("No line is left to import."))
    job.status, job.ordered_at, job.ordered_by_id = "ordered", at, actor.member_id
    job.version += 1
    job.save(update_fields=["status", "ordered_at", "ordered_by", "version"])
    recorded("import.ordered", job, actor=actor, at=at)
    return job


def _wanted(rows):
    return rows.filter(Q(state="ready") | Q(state="twice", choice__in=["create", "attach"]))


def run_import(job_id, *, actor, at, teller=None) -> ImportJob:
    """Create everything that was ordered, or nothing: the first line that a door refuses stops the import.

    `teller` records how it ended (the worker's actor, so that whoever ordered it is told). Returns the ImportJob,
    `done` or `failed` with the line and the reason.
    """
    try:
        return _run(job_id, actor=actor, at=at, teller=teller)
    except Stopped as stopped:
        return _fail(job_id, stopped.number, stopped.sentence, actor=actor, at=at, teller=teller)


@action("import.run", permission="record.import")
def _run(job_id, *, actor, at, teller=None) -> ImportJob:
    job = locked(job_id, actor, states=("ordered",))
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    made = []
    for row in _wanted(rows).order_by("number").iterator(chunk_size=200):
        try:
            known = Person.objects.visible_to(actor).get(pk=row.person_id) if row.choice == "attach" else None
            others = [UUID(item["person"]) for item in row.candidates if "person" in item]
            person, new, case = create(row.facts, person=known, actor=actor, at=at, not_same=others)
        except Refusal as refusal:
            said = [text for texts in refusal.fields.values() for text in texts]
            raise Stopped(row.number, " ".join(said) or refusal.sentence) from None
        except Person.DoesNotExist:
            raise Stopped(row.number, _("The person to attach to is not open to you any more.")) from None
        row.person_id, row.made_person, row.case_id = person.pk, new, case.pk if case else None
        row.state, row.facts, row.candidates = "done", {}, []
        made.append(row)
    columns = ["person_id", "made_person", "case_id", "state", "facts", "candidates"]
    ImportRow.objects.bulk_update(made, columns, batch_size=200)
    rows.filter(state="twice", choice="skip").update(state="skipped", facts={}, candidates=[])
    job.status, job.run_at, job.failed_row, job.failure = "done", at, None, ""
    job.save(update_fields=["status", "run_at", "failed_row", "failure"])
    recorded("import.done", job, actor=teller or actor, at=at, made=len(made))
    return job


@action("import.fail", permission="record.import")
def _fail(job_id, number, sentence, *, actor, at, teller=None) -> ImportJob:
    job = locked(job_id, actor, states=WAITING)
    job.status, job.failed_row, job.failure = "failed", number, sentence
    job.save(update_fields=["status", "failed_row", "failure"])
    recorded("import.failed", job, actor=teller or actor, at=at)
    return job


@action("import.order_undo", permission="record.import")
def order_undo(job_id, *, actor, at) -> ImportJob:
    """Ask for an import to be undone, within 30 days. The worker does it: the web role may not delete records.

    Raises ImportJob.DoesNotExist, NotNow (wrong_state, too_late).
    """
    job = locked(job_id, actor, states=("done",))
    if at > job.run_at + UNDO:
        raise NotNow("too_late", _("An import can be undone for 30 days."))
    job.status, job.ordered_at, job.ordered_by_id = "undoing", at, actor.member_id
    job.save(update_fields=["status", "ordered_at", "ordered_by"])
    recorded("import.ordered", job, actor=actor, at=at)
    return job


@action("import.undo", permission="record.import")
def undo_import(job_id, *, actor, at, teller=None) -> ImportJob:
    """Take back what the import created and nobody has touched since; say of the rest why it stays.

    Touched: an event by a person or a system of an organisation after the import. The events stay, since they hold no
    names. Runs as the worker role. Returns the ImportJob. Raises NotNow (wrong_state).
    """
    job = locked(job_id, actor, states=("undoing",))
    rows = list(ImportRow.objects.visible_to(actor).filter(job=job, state="done"))
    touched = _touched(rows, job, actor)
    gone = [row for row in rows if not {row.case_id, row.person_id if row.made_person else None} & touched]
    _remove(Case, [row.case_id for row in gone if row.case_id])
    _remove(Person, [row.person_id for row in gone if row.made_person])
    for row in rows:
        row.state = "undone" if row in gone else "kept"
        if row.state == "kept":
            row.problems = [{"column": "", "text": _("Somebody has worked on it since."), "stops": False}]
    ImportRow.objects.bulk_update(rows, ["state", "problems"], batch_size=200)
    job.status, job.undone_at = "undone", at
    job.save(update_fields=["status", "undone_at"])
    recorded("import.undone", job, actor=teller or actor, at=at, kept=len(rows) - len(gone))
    return job


def _touched(rows, job: ImportJob, actor) -> set:
    """Return the ids of persons and cases that somebody has worked on after the import."""
    persons = {row.person_id for row in rows if row.made_person}
    cases = {row.case_id for row in rows if row.case_id}
    somebody = Q(actor_member_id__isnull=False) | Q(actor_token_id__isnull=False)
    later = Event.objects.visible_to(actor).filter(somebody).exclude(at=job.run_at)
    found = later.filter(Q(about__in=persons | cases) | Q(case_id__in=cases)).values_list("about", "case_id")
    ids = {pk for pair in found for pk in pair}
    # Another case of an imported person was opened outside of the import: its event names the case alone.
    others = Case.objects.visible_to(actor).filter(person_id__in=persons).exclude(pk__in=cases)
    return ids | set(others.values_list("person_id", flat=True))


def _remove(model, ids: list) -> None:
    """Delete rows and whatever the system hung on them; nobody has written there, or an event would say so."""
    if not ids:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        below = relation.related_model
        found = below._base_manager.filter(**{f"{relation.field.name}__in": ids}).values_list("pk", flat=True)
        _remove(below, list(found))
    rows = model._base_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)


def sweep(*, at) -> int:
    """Check, run and undo what waits; destroy the files whose week is over. Runs as the worker role."""
    done = 0
    waiting = ImportJob.objects.visible_to(SYSTEM).filter(status__in=WAITING, ordered_at__lte=at)
    with acting(SYSTEM):
        found = list(
            waiting.order_by("ordered_at").values_list("pk", "status", "ordered_at", "ordered_by__user_id")[:20]
        )
    for pk, status, ordered_at, user_id in found:
        with acting(SYSTEM):
            mine = ImportJob.objects.visible_to(SYSTEM).filter(pk=pk, status=status, ordered_at=ordered_at)
            if not mine.update(ordered_at=at + LEASE):
                continue  # another worker has it
        done += _carry_out(pk, status, user_id, at=at)
    with acting(SYSTEM):
        for job in ImportJob.objects.visible_to(SYSTEM).filter(content__isnull=False, created_at__lte=at - KEPT)[:100]:
            forget(job, actor=SYSTEM)
            if job.status in {"uploaded", "checking", "checked"}:
                ImportJob.objects.filter(pk=job.pk).update(status="discarded")
            recorded("import.discarded", job, actor=SYSTEM, at=at)
    return done


def _carry_out(pk, status: str, user_id, *, at) -> bool:
    """Do one job as whoever ordered it, with the rights that person has now."""
    with transaction.atomic():
        actor = identity().actor_of_user(user_id)
    if actor is None or not actor.may("record.import"):
        with acting(SYSTEM):
            _fail(pk, None, _("The person who ordered it may not import any more."), actor=SYSTEM, at=at)
        return False
    language = Member.objects.visible_to(SYSTEM).select_related("user").get(pk=actor.member_id).user.language
    try:
        with translation.override(language), acting(actor):
            if status == "checking":
                check_import(pk, actor=actor, at=at, inline=False)
            elif status == "ordered":
                run_import(pk, actor=actor, at=at, teller=SYSTEM)
            else:
                undo_import(pk, actor=actor, at=at, teller=SYSTEM)
    except Exception as error:  # the time limit of a task too: what is taken back must not be tried for ever
        # The text of an error may quote values; its class does not.
        log.error("import %s stopped: %s", pk, type(error).__name__)
        with translation.override(language), acting(SYSTEM):
            sentence = error.sentence if isinstance(error, Refusal) else _("Something went wrong. Nothing was changed.")
            _fail(pk, None, sentence, actor=SYSTEM, at=at, teller=SYSTEM)
        return False
    return True


def short(job: ImportJob) -> bool:
    """Return whether a request may wait for the import."""
    return job.row_count <= INLINE
