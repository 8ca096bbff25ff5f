"""Answering the forms that organisations add to a subject: with the subject's own door, or afterwards by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.answers import given, indexes, published, rows_of, stamp
from cases.extensions.answers import check
from cases.extensions.conditions import number
from cases.extensions.definition import RESTRICTED, Field, asked
from cases.models import AnswerIndex, Answers, Assessment, Case, Form, Need, Note, Person
from cases.models.access import named_cases
from cases.models.extensions import NETWORK
from core import events
from core.access import ProtectedModel
from core.actions import Incomplete, NotNow, action, not_permitted

SENSITIVE = 3


@dataclass(frozen=True)
class Subject:
    """What can be extended: its table, the verb that changes it, its case, and the class of the row itself."""

    model: type[ProtectedModel]
    verb: str
    case_id: Callable[[object], UUID | None] = lambda row: row.case_id
    field_class: Callable[[object], int] = lambda row: 2
    changes: Callable[[object], bool] = lambda row: True  # whether answers are changed after the row was made


SUBJECTS = {
    "person": Subject(Person, "person.write", case_id=lambda row: None),
    "assessment": Subject(Assessment, "case.write", changes=lambda row: False),  # with the assessment, and then kept
    "note": Subject(Note, "note.write", field_class=lambda row: row.field_class, changes=lambda row: False),
    "need": Subject(Need, "need.write", field_class=lambda row: row.field_class),
}


@action("answers.change", permission="")
def change_answers(subject: str, row, *, actor, at, extra: dict, seen: str | None = None) -> None:
    """Replace the answers about a row that exists already; needs the verb of the subject's own door.

    `extra` is {"own": {code: JSON value}, "network": {...}}; a scope that is left out stays as it is. `seen` is the
    `stamp` of the answers that the actor had before them.
    Raises NotPermitted, NotNow, the model's DoesNotExist, Incomplete with a field `extra_<scope>_<code>` for each
    problem.
    """
    if not actor.may(SUBJECTS[subject].verb):
        raise not_permitted()
    if not SUBJECTS[subject].changes(row):
        raise NotNow("answers_kept", _("These answers belong to what is completed. They do not change any more."))
    # The lock of the subject orders two who answer at once.
    rows = SUBJECTS[subject].model.objects.visible_to(actor).select_for_update(of=("self",))
    row = rows.get(pk=row.pk)
    if seen is not None and seen != stamp(rows_of([row.pk], actor)):
        raise NotNow("changed_meanwhile", _("A colleague has changed this since. Look at it, then save again."))
    store(subject, row, extra, actor=actor, at=at, new=False)
    events.record(
        "answers.changed", actor=actor, at=at, about=row.pk, case_id=SUBJECTS[subject].case_id(row), subject=subject
    )


def store(subject: str, row, extra: dict | None, *, actor, at, new: bool = True) -> None:
    """Check and write the answers about a row, in the transaction of the door that calls it; nothing for None.

    None means that the forms were not asked: an import, a system that does not know them. `new`: the row was made by
    this door, so that its author answers the questions of class 4, too. Raises Incomplete.
    """
    if extra is None:
        return
    forms = {form.scope: form for form in published(subject, actor)}
    former = [] if new else rows_of([row.pk], actor)
    restricted = new or may_restrict(subject, row, former, actor)
    problems: dict[str, list[str]] = {}
    for scope, answers in extra.items():
        if scope not in forms:
            problems[field_name(scope, "")] = [_("There is no such form.")]
            continue
        found = check(forms[scope].fields, answers, restricted=restricted)
        problems |= {field_name(scope, code): [sentence] for code, sentence in found.items()}
    if new and (missing := [scope for scope in forms if scope not in extra]):
        for scope in missing:
            found = check(forms[scope].fields, {}, restricted=restricted)
            problems |= {field_name(scope, code): [sentence] for code, sentence in found.items()}
    if problems:
        raise Incomplete("answers_wrong", _("Some answers are missing or wrong."), fields=problems)
    for scope, answers in extra.items():
        rows = [one for one in former if one.form.scope == scope]
        _write(subject, row, forms[scope], answers, rows, actor=actor, at=at, restricted=restricted)


def may_restrict(subject: str, row, rows: list[Answers], actor) -> bool:
    """Return whether the actor may be asked the questions of class 4 about this row: the named, and their author."""
    if actor.system or any(one.field_class == RESTRICTED and one.answered_by_id == actor.principal_id for one in rows):
        return True
    named = Case.objects.visible_to(actor).filter(pk__in=named_cases(actor))
    case_id = SUBJECTS[subject].case_id(row)
    return named.filter(**({"pk": case_id} if case_id else {"person_id": row.pk})).exists()


def field_name(scope: str, code: str) -> str:
    """Return what an answer is called in pages and refusals."""
    return f"extra_{scope}_{code}" if code else f"extra_{scope}"


def _write(subject, row, form: Form, answers: dict, rows: list[Answers], *, actor, at, restricted: bool) -> None:
    """Write the answers to one form: a row for classes 1 to 3 and one for class 4, and what may be found by."""
    codes = {one.code: one for one in form.fields}
    now = {one.code for one in asked(form.fields, restricted=restricted)}
    # What is not asked now (retired, or not for this actor) stays as it was.
    whole = {code: value for code, value in given(rows).get(form.scope, {}).items() if code not in now} | answers
    lowest = SUBJECTS[subject].field_class(row)
    for band in (SENSITIVE, RESTRICTED):
        document = {code: value for code, value in whole.items() if _band(codes.get(code), lowest) == band}
        *merged, old = [one for one in rows if one.field_class == band] or [None]
        for one in merged:  # of a record that was merged into this one: its answers are in `whole`
            one.delete()
        if old is None and not document:
            continue
        if old is not None and old.document == document and old.form_id == form.pk:
            continue
        saved = old or Answers(
            id=uuid4(), **_place(subject, row, actor), network=form.scope == NETWORK, field_class=band
        )
        saved.form, saved.document, saved.answered_at, saved.answered_by_id = form, document, at, actor.principal_id
        saved.save(force_insert=old is None, force_update=old is not None)
    _index(subject, row, form, whole, codes, actor=actor, field_class=lowest)


def _band(one: Field | None, lowest: int) -> int:
    return RESTRICTED if max(one.field_class if one else SENSITIVE, lowest) == RESTRICTED else SENSITIVE


def _place(subject: str, row, actor) -> dict:
    case_id = SUBJECTS[subject].case_id(row)
    return {
        "organisation_id": row.organisation_id,
        "subject": subject,
        "about": row.pk,
        "case_id": case_id,
        "person_id": None if case_id else row.pk,
        "answered_by_id": actor.principal_id,
    }


def _index(subject, row, form: Form, whole: dict, codes: dict[str, Field], *, actor, field_class: int) -> None:
    network = form.scope == NETWORK
    AnswerIndex.objects.visible_to(actor).filter(Q(about=row.pk) | Q(person_id=row.pk), network=network).delete()
    place = _place(subject, row, actor) | {"network": network, "field_class": field_class}
    found = []
    for code, value in whole.items():
        if code not in codes or not indexes(codes[code]) or field_class == RESTRICTED:
            continue
        for part in value if isinstance(value, list) else [value]:
            found.append(AnswerIndex(id=uuid4(), **place, code=code, **_cell(codes[code], part)))
    AnswerIndex.objects.bulk_create(found)


def _cell(one: Field, value) -> dict:
    if isinstance(value, bool):
        return {"choice": "yes" if value else "no"}
    if number(value):
        return {"number": float(value)}
    return {"day": date.fromisoformat(value)} if one.kind == "date" else {"choice": value}
