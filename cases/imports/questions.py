"""Columns of an import that answer the questions which organisations add to persons and needs."""

from datetime import date

from django.utils.translation import gettext as _

from cases.answers import in_use
from cases.extensions.answers import read
from cases.extensions.definition import Field as Question
from cases.extensions.definition import asked, label
from cases.imports.mapping import QUESTION, SEVERAL, SYNONYMS, Field, plain
from core.codelists import LANGUAGES

SUBJECTS = ("person", "need")
CHOICES = frozenset({"choice", "multiple_choice"})


def questions(actor) -> dict[str, tuple[Field, Question]]:
    """Return {code of a column: (column, question)} of the forms in use; class 4 is asked by people, not brought in.

    The code is subject.scope.question. One query.
    """
    found = {}
    for form in in_use(actor):
        if form.subject not in SUBJECTS:
            continue
        for one in asked(form.fields, restricted=False):
            code = f"{form.subject}.{form.scope}.{one.code}"
            found[code] = (Field(code, label(one), form.subject, QUESTION), one)
    return found


def value_of(one: Question, cell):
    """Return the JSON value of an answer that a cell holds. Raises ValueError with a sentence."""
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell).strip()
    if one.kind == "yes_no":
        answer = SYNONYMS["yes"].get(plain(text) or text)
        if answer is None:
            raise ValueError(_("Write yes or no."))
        return answer == "yes"
    if one.kind in CHOICES:
        known = _words(one)
        parts = SEVERAL.split(text) if one.kind == "multiple_choice" and plain(text) not in known else [text]
        codes = [known.get(plain(part)) for part in parts if part.strip()]
        if None in codes:
            raise ValueError(_("This is none of the answers of the question."))
        return codes if one.kind == "multiple_choice" else codes[0]
    return read(one, text)


def _words(one: Question) -> dict[str, str]:
    found = {}
    for option in one.offered:
        found.setdefault(plain(option.code), option.code)
        for language in LANGUAGES:
            found.setdefault(plain(label(option, language)), option.code)
    return found
