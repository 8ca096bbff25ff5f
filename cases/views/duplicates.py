"""Records that may be of one person: the question before registering, the list, two side by side, the way back."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.duplicates import CHOICES, dismiss_duplicate, merge_persons, propose_merge, undo_merge
from cases.candidates import possible, record_of
from cases.codes import country_label
from cases.models import Case, DuplicateCandidate, MergeRecord, Person, PersonName
from cases.states import OPEN
from cases.views.drawing import hidden_words, languages_of, main_names, person_words, safe_contact
from cases.views.searching import by_person
from cases.words import PRECISION_WORDS
from cases.words_duplicates import reason_words, score_words, sentence
from core import trail
from core.codelists import label
from core.faces import PAGE_SIZE, demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, listed
from core.navigation import counted

MATCH, MERGE = "person.match", "person.merge"
OF_PERSON = ("sex", "birth_date", "birth_precision", "citizenships", "contact_channel", "contact_value")


def question(actor, facts: dict, answers: QueryDict) -> dict | None:
    """Return who may be the person of these facts, as asked before registering; None when there is nothing to ask.

    `answers` are those of the form: `not_same` for each person that was shown, `told` for what has no name.
    """
    person = Person(**{name: facts[name] for name in OF_PERSON})
    names = [PersonName(**name) for name in facts["names"]]
    found = possible(record_of(person, names), actor=actor, elsewhere=True)
    answered = set(not_same(answers))
    fresh = [row for row in found.persons if row.person_id not in answered]
    if not fresh and ("told" in answers or not (found.hidden or found.elsewhere)):
        return None
    people = Person.objects.visible_to(actor).in_bulk([row.person_id for row in found.persons])
    called, at = main_names(list(people), actor), timezone.now()
    running = Case.objects.visible_to(actor).filter(person__in=people, status__in=OPEN)
    cases = dict(running.values_list("person_id", "pk"))
    return {
        "lines": [
            {
                "pk": row.person_id,
                "name": called.get(row.person_id, people[row.person_id].reference),
                "meta": " · ".join(
                    filter(None, [people[row.person_id].reference, person_words(people[row.person_id], at=at)])
                ),
                "score": score_words(row.score),
                "why": sentence(row.reasons),
                "url": reverse("cases:detail", args=[cases[row.person_id]]) if row.person_id in cases else "",
            }
            for row in found.persons
        ],
        "hidden": hidden_words(found.hidden) if found.hidden else "",
        "elsewhere": found.elsewhere,
    }


def not_same(answers: QueryDict) -> list[UUID]:
    """Return the persons of whom the form says that they are others."""
    found = []
    for value in answers.getlist("not_same"):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _open(actor):
    rows = DuplicateCandidate.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, state="open")
    return rows if actor.may(MATCH) else rows.none()


@counted("cases:duplicates")
def waiting(actor):
    """Pairs whose merging was proposed, for those who may merge."""
    rows = _open(actor)
    return rows.filter(proposed_by_id__isnull=False) if actor.may(MERGE) else rows.none()


TABLE = listed(
    Table(
        name="cases:duplicates",
        filters=(
            Filter(
                name="proposed",
                label=gettext_lazy("Merging proposed"),
                choices=lambda _actor: [("yes", _("Yes")), ("no", _("No"))],
                where=lambda value, _actor, _at: Q(proposed_by_id__isnull=value == "no"),
            ),
        ),
        sorts=(
            Sort(name="alike", label=gettext_lazy("Most alike"), by=("-score", "id")),
            Sort(name="found", label=gettext_lazy("Newest"), by=("-found_at", "id")),
        ),
        views=((gettext_lazy("Not answered yet"), ""), (gettext_lazy("Merging proposed"), "proposed=yes")),
        search=by_person("low_id", "high_id", numbers=("low__reference", "high__reference")),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def list_(request):
    """Pairs that nobody has answered, most alike first, and merges that can still be undone."""
    actor, now = request.actor, timezone.now()
    demand(actor, MATCH)
    found = TABLE.open(request, _open(actor), at=now)
    page = found["page"]
    merges = []
    if actor.may(MERGE):
        rows = MergeRecord.objects.visible_to(actor).filter(undone_at=None, until__gt=now).order_by("-merged_at")
        merges = list(rows[:PAGE_SIZE])
    ids = {pk for row in page.rows for pk in (row.low_id, row.high_id)} | {row.survivor_id for row in merges}
    called = main_names(ids, actor)
    context = found | {
        "pairs": [
            {
                "url": reverse("cases:duplicate", args=[row.pk]),
                "names": f"{called.get(row.low_id, '–')} / {called.get(row.high_id, '–')}",
                "why": sentence(row.reasons),
                "score": score_words(row.score),
                "proposed": row.proposed_by_id is not None,
            }
            for row in page.rows
        ],
        "merges": [
            {
                "name": called.get(row.survivor_id, "–"),
                "at": row.merged_at,
                "until": row.until,
                "url": reverse("cases:undo_merge", args=[row.pk]),
            }
            for row in merges
        ],
    }
    return render(request, "cases/duplicates.html", context, status=found["status"])


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def pair(request, pk):
    """Two records side by side; a POST says that they are two persons, proposes to merge them, or merges them."""
    actor, now = request.actor, timezone.now()
    demand(actor, MATCH)
    row = visible_or_404(DuplicateCandidate.objects.select_related("low__area", "high__area"), actor, pk=pk)
    if request.method == "POST":
        return _answered(request, row, at=now)
    if row.state != "open":
        raise Http404
    for person in (row.low, row.high):
        trail.read(person, subject="person", field_class=trail.SENSITIVE, actor=actor, at=now)
    sides = [_side(person, actor, at=now) for person in (row.low, row.high)]
    facts = [
        {
            "key": key,
            "label": words,
            "values": [side["facts"][key] for side in sides],
            "differs": sides[0]["facts"][key] != sides[1]["facts"][key],
            "choice": key in CHOICES,
        }
        for key, words in _labels()
    ]
    context = {
        "pair": row,
        "sides": sides,
        "facts": facts,
        "reasons": reason_words(row.reasons),
        "score": score_words(row.score),
        "merges": actor.may(MERGE),
        "proposed": row.proposed_by_id is not None,
    }
    return render(request, "cases/duplicates_pair.html", context)


def _answered(request, row, *, at):
    actor, answer = request.actor, request.POST.get("answer")
    if answer == "two":
        dismiss_duplicate(row.pk, actor=actor, at=at)
        messages.success(request, _("Kept as two persons. This pair is not shown again."))
    elif answer == "propose":
        propose_merge(row.pk, actor=actor, at=at)
        messages.success(request, _("Proposed to your supervisor"))
    elif answer in {"low", "high"}:
        survivor = getattr(row, f"{answer}_id")
        # A choice names the record whose fact stays: what is not the survivor's is taken over.
        take = [key for key in CHOICES if request.POST.get(f"take_{key}") not in {None, answer}]
        merged = merge_persons(row.pk, actor=actor, at=at, survivor_id=survivor, take=take)
        undo = f"undo:{reverse('cases:undo_merge', args=[merged.pk])}"
        messages.success(request, _("Merged. This can be undone for 90 days."), extra_tags=undo)
    else:
        raise Http404
    return redirect("cases:duplicates")


@require_POST
@speaks
def undo(request, pk):
    """Take a merge back."""
    demand(request.actor, MERGE)
    record = visible_or_404(MergeRecord, request.actor, pk=pk)
    undo_merge(record.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The merge is undone"))
    return redirect("cases:duplicates")


def _labels() -> list[tuple[str, str]]:
    return [
        ("names", _("Names")),
        ("sex", _("Sex")),
        ("birth", _("Birth date")),
        ("citizenships", _("Citizenships")),
        ("country_of_birth", _("Country of birth")),
        ("languages", _("Languages")),
        ("area", _("Where the person stays")),
        ("contact", _("Safe contact")),
        ("caregiver", _("Caregiver")),
        ("cases", _("Cases")),
    ]


def _side(person: Person, actor, *, at) -> dict:
    names = PersonName.objects.visible_to(actor).filter(person=person).order_by("-is_primary", "full_as_written")
    cases = Case.objects.visible_to(actor).filter(person=person).order_by("opened_at")
    written = [name.full_as_written for name in names]
    safe = safe_contact(person)
    born = ""
    if person.birth_date is not None:
        born = f"{date_format(person.birth_date, 'DATE_FORMAT')} ({PRECISION_WORDS[person.birth_precision]})"
    return {
        "name": written[0] if written else person.reference,
        "reference": person.reference,
        "facts": {
            "names": " · ".join(written),
            "sex": label("sex", person.sex),
            "birth": born,
            "citizenships": ", ".join(country_label(code) for code in person.citizenships),
            "country_of_birth": country_label(person.country_of_birth) if person.country_of_birth else "",
            "languages": languages_of(person),
            "area": person.area.label if person.area else "",
            "contact": " ".join(filter(None, [safe["title"], person.contact_value, safe["text"]])),
            "caregiver": person.caregiver,
            "cases": " · ".join(f"{case.reference} {label('case_status', case.status)}" for case in cases),
        },
    }
