"""Answers to forms that organisations added: what is asked now, what was answered, and the columns of an export."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.extensions.answers import in_text
from cases.extensions.definition import INDEXED, INDEXED_CLASS, RESTRICTED, Field, asked, label
from cases.models import AnswerIndex, Answers, Form
from cases.models.extensions import NETWORK

# subject -> column of a case, and column of the index that it is compared with
FILTERED_BY = {"person": ("person_id", "person_id"), "need": ("pk", "case_id")}


@dataclass(frozen=True)
class Shown:
    """One answer on a page: the question in words, the answer in words, its class."""

    label: str
    value: str
    field_class: int
    retired: bool


@dataclass(frozen=True)
class Column:
    """One field as a column of an export: a key that stays, and a heading in the active language."""

    key: str
    label: str
    field_class: int


def published(subject: str, actor) -> list[Form]:
    """Return the forms that are asked of a subject now: the network's, then one's own. One query."""
    return [form for form in in_use(actor) if form.subject == subject]


def in_use(actor) -> list[Form]:
    """Return the forms of all subjects that are asked now: the network's, then one's own. One query."""
    return sorted(Form.objects.visible_to(actor).filter(state="published"), key=lambda form: form.scope)


def rows_of(abouts: Iterable, actor) -> list[Answers]:
    """Return the answers about these rows that the actor may see, with the version they were given to. One query.

    After a merge a person has the answers of both records, the newest last.
    """
    ids = list(abouts)
    found = Answers.objects.visible_to(actor).filter(Q(about__in=ids) | Q(person_id__in=ids)).select_related("form")
    return sorted(found, key=lambda row: (row.form.scope, row.field_class, row.answered_at))


def given(rows: Iterable[Answers]) -> dict[str, dict]:
    """Return the answers about one row as {"own": {code: value}, "network": {...}}; without answers no scope."""
    found: dict[str, dict] = {}
    for row in rows:
        if row.document:
            found.setdefault(row.form.scope, {}).update(row.document)
    return found


def stamp(rows: Iterable[Answers]) -> str:
    """Return a short sign of the answers as they are: it changes when anybody saves them."""
    states = sorted(f"{row.pk} {row.answered_at.isoformat()} {row.answered_by_id}" for row in rows)
    return sha256("\n".join(states).encode()).hexdigest()[:16]


def shown(abouts: Iterable, actor) -> dict:
    """Return {row id: [Shown]} in the order of each form, in the words of the version that was answered."""
    found: dict = {}
    for row in rows_of(abouts, actor):
        for one in row.form.fields:
            if one.code in row.document:
                text = in_text(one, row.document[one.code])
                field_class = RESTRICTED if row.field_class == RESTRICTED else one.field_class
                line = Shown(label(one), text, field_class, one.retired)
                found.setdefault(row.whose, []).append(line)
    return found


def class_of(lines: Iterable[Shown]) -> int:
    """Return the highest class among shown answers, for the trail of reading; 0 where there is none."""
    return max((line.field_class for line in lines), default=0)


def class_about(about, actor) -> int:
    """Return the highest class of the answers about one row, for the trail of reading; 0 without any. One query."""
    return class_of(shown([about], actor).get(about, []))


def facts(lines: Iterable[Shown]) -> list[dict]:
    """Return shown answers as the `facts` tag draws them."""
    words = _("%(question)s (not asked any more)")
    return [
        {"label": words % {"question": line.label} if line.retired else line.label, "value": line.value}
        for line in lines
    ]


def columns(forms: Iterable[Form], *, up_to_class: int) -> list[Column]:
    """Return the columns that an export has for these forms, retired fields last; no field above `up_to_class`."""
    found = [(form.scope, one) for form in forms for one in form.fields if one.field_class <= up_to_class]
    found.sort(key=lambda pair: pair[1].retired)
    return [Column(f"{scope}.{one.code}", label(one), one.field_class) for scope, one in found]


def values(abouts: Iterable, actor) -> dict:
    """Return {row id: {column key: text}} for the rows of an export: what the actor may see, in words. One query."""
    found: dict = {}
    for row in rows_of(abouts, actor):
        cells = found.setdefault(row.whose, {})
        for one in row.form.fields:
            if one.code in row.document:
                cells[f"{row.form.scope}.{one.code}"] = in_text(one, row.document[one.code])
    return found


def filter_choices(actor) -> list[tuple[str, str]]:
    """Return what cases can be filtered by, as (value, words): the answers to questions offered so."""
    found = []
    for form in in_use(actor):
        for one in asked(form.fields):
            if one.listed and form.subject in FILTERED_BY:
                answers = [("yes", _("Yes")), ("no", _("No"))]
                if one.options:
                    answers = [(option.code, label(option)) for option in one.offered]
                path = f"{form.subject}.{form.scope}.{one.code}"
                found += [(f"{path}.{choice}", f"{label(one)} {words}") for choice, words in answers]
    return found


def where_answered(value: str, actor, _at=None) -> Q:
    """Return the condition on cases that a value of `filter_choices` stands for: about the person, or about a need."""
    subject, scope, code, choice = value.split(".")
    rows = AnswerIndex.objects.visible_to(actor).filter(subject=subject, network=scope == NETWORK, code=code)
    column, own = FILTERED_BY[subject]
    return Q(**{f"{column}__in": rows.filter(choice=choice).values(own)})


def indexes(one: Field) -> bool:
    """Return whether answers to this field may stand in clear, to be found by."""
    return one.field_class <= INDEXED_CLASS and one.kind in INDEXED
