"""What the pages of an import draw: its lines in words, its steps, its counts."""

from itertools import islice
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.models import Case, Person
from cases.words_duplicates import sentence
from core.codelists import label

STATE_WORDS = {
    "ready": gettext_lazy("Ready"),
    "twice": gettext_lazy("Here already?"),
    "wrong": gettext_lazy("Wrong"),
    "done": gettext_lazy("Imported"),
    "skipped": gettext_lazy("Left out"),
    "undone": gettext_lazy("Undone"),
    "kept": gettext_lazy("Kept"),
}
STATE_TONES = {"ready": "green", "done": "green", "twice": "amber", "kept": "amber", "wrong": "red"}
CHOICE_WORDS = {
    "create": gettext_lazy("Create anyway"),
    "skip": gettext_lazy("Leave out"),
    "attach": gettext_lazy("The case goes to the person found"),
}
REPORTED = 500  # lines of a report that are read at once
STEP_OF = {"uploaded": 2, "checking": 3, "checked": 3, "ordered": 4, "failed": 4}


def steps() -> list[dict]:
    """Return the steps of an import."""
    words = [_("File"), _("Columns"), _("Check"), _("Import")]
    return [
        {"label": word, "url": reverse("cases:imports") if number == 0 else ""} for number, word in enumerate(words)
    ]


def line_of(job) -> dict:
    """Return an import as a list draws it."""
    size = ngettext("%(count)d line", "%(count)d lines", job.row_count) % {"count": job.row_count}
    part = "cases:import_columns" if job.status == "uploaded" else "cases:import"
    return {
        "title": f"{job.kind.upper()} · {size}" if job.row_count else job.kind.upper(),
        "url": reverse(part, args=[job.pk]),
        "by": job.uploaded_by.name,
        "status": label("import_status", job.status),
        "created_at": job.created_at,
        "step": STEP_OF.get(job.status, 5),
    }


def rows_of(rows, actor) -> list[dict]:
    """Return the lines as drawn: who, what would be created or was, what is wrong. Two queries."""
    persons, cases = references(rows, actor)
    names = {person.pk: person for person in Person.objects.visible_to(actor).filter(pk__in=_candidates(rows))}
    drawn = []
    for row in rows:
        found = [(names[pk], item) for item in row.candidates if (pk := UUID(item.get("person", _NONE))) in names]
        written = (row.facts.get("person") or {}).get("names") or [{}]
        drawn.append(
            {
                "number": row.number,
                "name": written[0].get("full_as_written", ""),
                "creates": _creates(row),
                "state": str(STATE_WORDS[row.state]),
                "tone": STATE_TONES.get(row.state, ""),
                "asks": row.state == "twice",
                "choice": row.choice,
                "choice_words": str(CHOICE_WORDS.get(row.choice, "")),
                "problems": [
                    " ".join(filter(None, [f"{item['column']}:" if item["column"] else "", item["text"]]))
                    for item in row.problems
                ],
                "found": [
                    {
                        "value": f"attach:{person.pk}",
                        "reference": person.reference,
                        "why": sentence(item.get("why", [])),
                    }
                    for person, item in found
                ],
                "attaches": bool(row.facts.get("case")),
                "person": persons.get(row.person_id, ""),
                "case": cases.get(row.case_id, ""),
                "case_url": reverse("cases:detail", args=[row.case_id]) if row.case_id in cases else "",
            }
        )
    return drawn


_NONE = str(UUID(int=0))


def _candidates(rows) -> set[UUID]:
    return {UUID(item["person"]) for row in rows for item in row.candidates if "person" in item}


def _creates(row) -> str:
    """Return what a line would create: "A person, a case, 2 needs"."""
    facts = row.facts
    if not facts or row.state == "wrong":
        return ""
    parts = [] if row.choice == "attach" else [_("a person")]
    if facts.get("case"):
        parts.append(_("a case"))
    if needs := len(facts.get("needs", [])):
        parts.append(ngettext("%(count)d need", "%(count)d needs", needs) % {"count": needs})
    return ", ".join(parts)


def progress(job, counts: dict[str, int]) -> dict:
    """Return how far the worker is: {done, all} lines."""
    undone = counts["undone"] + counts["kept"]
    done, whole = {
        "checking": (job.checked_count, job.row_count),
        "ordered": (counts["done"], counts["done"] + counts["ready"] + counts["twice"]),
        "undoing": (undone, undone + counts["done"]),
    }.get(job.status, (0, 0))
    return {"done": done, "all": whole}


def report_lines(rows, actor):
    """Yield the report: each line, what became of it, and why; no names. Two queries for a piece of it."""
    yield [_("Line"), _("Result"), _("Column"), _("Why"), _("Person number"), _("Case number")]
    found = rows.order_by("number").iterator(chunk_size=REPORTED)
    while part := list(islice(found, REPORTED)):
        persons, cases = references(part, actor)
        for row in part:
            ends = [persons.get(row.person_id, ""), cases.get(row.case_id, "")]
            for item in row.problems or [{"column": "", "text": ""}]:
                yield [row.number, str(STATE_WORDS[row.state]), item["column"], item["text"], *ends]


def references(rows, actor) -> tuple[dict, dict]:
    """Return {person id: number} and {case id: number} of what the lines became, as far as visible."""
    persons = Person.objects.visible_to(actor).filter(pk__in={row.person_id for row in rows if row.person_id})
    cases = Case.objects.visible_to(actor).filter(pk__in={row.case_id for row in rows if row.case_id})
    return dict(persons.values_list("pk", "reference")), dict(cases.values_list("pk", "reference"))


def chips(request, counts: dict[str, int]) -> list[dict]:
    """Return the filters by what became of a line; only those that hold any."""
    now = request.GET.get("state")
    return [
        {
            "label": f"{STATE_WORDS[state]} · {count}",
            "url": request.path if now == state else f"{request.path}?state={state}",
            "on": now == state,
        }
        for state, count in counts.items()
        if count
    ]


def uuid_or_none(text: str) -> UUID | None:
    """Return the id that a form sent, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
