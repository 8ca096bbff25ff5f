"""Bringing records in from a file: upload, columns, words, check, import; and undoing it."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions import imports as doors
from cases.actions import imports_run as running
from cases.actions.cases import colleagues_for
from cases.forms.imports import FileForm, MappingForm, WordsForm
from cases.imports import mapping as mapped
from cases.imports import reading
from cases.imports.questions import questions
from cases.models import ImportJob, ImportMapping, ImportRow
from cases.views.imports_drawing import (
    STATE_WORDS,
    chips,
    line_of,
    progress,
    report_lines,
    rows_of,
    steps,
    uuid_or_none,
)
from core import trail
from core.actions import Refusal
from core.actors import acting
from core.faces import demand, page_of, speaks, visible_or_404
from core.lists import Filter, Sort, Table, coded, listed
from core.tables import TYPES, csv_pieces

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
VERB = "record.import"
SAMPLES = 3
READ_CLASS = 3  # lines may hold children, status, warnings


TABLE = listed(
    Table(
        name="cases:imports",
        filters=(
            coded("status", gettext_lazy("State"), "import_status"),
            Filter(
                name="kind",
                label=gettext_lazy("Kind of file"),
                choices=lambda _actor: [("csv", "CSV"), ("xlsx", "XLSX")],
                where=lambda value, _actor, _at: Q(kind=value),
            ),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-created_at", "-id")),
            Sort(name="size", label=gettext_lazy("How much"), by=("-row_count", "-id")),
        ),
        views=(
            (gettext_lazy("All imports"), ""),
            (gettext_lazy("Checked, not imported yet"), "status=checked"),
            (gettext_lazy("Imported"), "status=done"),
        ),
    )
)


@GET_POST
@speaks
def list_(request):
    """Show the imports of one's team; a POST brings a file in."""
    actor = request.actor
    demand(actor, VERB)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = doors.bring_import(actor=actor, at=timezone.now(), upload=form.cleaned_data["file"])
        except Refusal as refusal:
            form.shows(refusal)
        else:
            return redirect("cases:import_columns", pk=job.pk)
    rows = ImportJob.objects.visible_to(actor).select_related("uploaded_by").defer("content", "reading", "mapping")
    found = TABLE.open(request, rows, at=timezone.now())
    context = found | {"form": form, "rows": [line_of(job) for job in found["page"].rows]}
    return render(request, "cases/imports.html", context, status=422 if form.errors else 200)


@GET_POST
@speaks
def columns(request, pk):
    """Say which column is which field. Shows the heads with three values each, as they are read now."""
    actor, at = request.actor, timezone.now()
    demand(actor, VERB)
    job = visible_or_404(ImportJob, actor, pk=pk)
    how = _how(request, job)
    problem, heads, samples = "", job.mapping.get("heads", []), []
    try:
        heads, samples = _samples(job, how)
    except reading.Unreadable as unreadable:
        problem = unreadable.sentence
    saved = list(ImportMapping.objects.visible_to(actor).order_by("name"))
    chosen = next((row for row in saved if str(row.pk) == request.GET.get("saved")), None)
    held = job.mapping.get("columns")
    own = tuple(field for field, _question in questions(actor).values())
    guessed = held if held and chosen is None else mapped.guess(heads, chosen.columns if chosen else None, own)
    job.reading = job.reading | how
    sent = request.POST if request.method == "POST" and "again" not in request.POST else None
    form = MappingForm(sent, job=job, heads=heads, guessed=guessed, colleagues=colleagues_for(actor), own=own)
    if sent is not None and not problem and form.is_valid():
        answer = _map(request, job, form, chosen, at=at)
        if answer is not None:
            return answer
    trail.read(job, subject="import", field_class=READ_CLASS, actor=actor, at=at)
    context = {
        "job": job,
        "form": form,
        "problem": problem,
        "columns": list(zip(form.column_fields(), samples or [[] for _head in heads], strict=False)),
        "reads": [form[name] for name in ("encoding", "delimiter", "sheet") if name in form.fields],
        "hidden": job.reading.get("hidden", 0),
        "saved": saved,
        "steps": steps(),
    }
    return render(request, "cases/import_columns.html", context, status=422 if form.errors else 200)


def _map(request, job, form, chosen, *, at):
    """Ask the door; go on to the words that nobody knows, or to the check."""
    mapping = form.mapping()
    if chosen is not None:
        mapping["words"] = chosen.words | mapping["words"]
    name = form.cleaned_data["save_as"]
    try:
        unknown = doors.map_import(job.pk, actor=request.actor, at=at, how=form.how(), mapping=mapping, save_as=name)
        if unknown:
            return redirect("cases:import_words", pk=job.pk)
        doors.check_import(job.pk, actor=request.actor, at=at)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        form.shows(refusal)
        return None
    return redirect("cases:import", pk=job.pk)


def _how(request, job) -> dict:
    """Return how the file is read: as the page says now, else as it was guessed."""
    if job.kind == "xlsx":
        number = request.POST.get("sheet", "")
        sheets = job.reading.get("sheets", [])
        if number.isdecimal() and int(number) < len(sheets):
            return {"sheet": sheets[int(number)]}
        return {"sheet": job.reading.get("sheet", "")}
    given = {name: request.POST.get(name) for name in ("encoding", "delimiter")}
    known = {"encoding": reading.ENCODINGS, "delimiter": reading.DELIMITERS}
    return {name: value if value in known[name] else job.reading.get(name, "") for name, value in given.items()}


def _samples(job, how) -> tuple[list[str], list[list[str]]]:
    """Return the heads and, for each, its first three values that are not empty."""
    heads, found = reading.table(job.kind, doors.content_of(job), job.reading | how)
    samples: list[list[str]] = [[] for _head in heads.cells]
    for seen, line in enumerate(found):
        for number, cell in enumerate(line.cells[: len(samples)]):
            if cell not in ("", None) and len(samples[number]) < SAMPLES:
                samples[number].append(str(cell)[:60])
        if seen >= reading.SAMPLE or all(len(values) == SAMPLES for values in samples):
            break
    return [str(cell) for cell in heads.cells], samples


@GET_POST
@speaks
def words(request, pk):
    """Say what the words mean that no list of codes knows."""
    actor, at = request.actor, timezone.now()
    demand(actor, VERB)
    job = visible_or_404(ImportJob, actor, pk=pk)
    if not job.mapping.get("columns"):
        return redirect("cases:import_columns", pk=job.pk)
    _heads, found = reading.table(job.kind, doors.content_of(job), job.reading)
    cells, _count = doors.words_in(found, job.mapping["columns"])
    unknown = mapped.unknown_words(cells, job.mapping["columns"], job.mapping.get("words", {}))
    form = WordsForm(request.POST or None, unknown=unknown)
    if not unknown or (request.method == "POST" and form.is_valid()):
        held = job.mapping.get("words", {})
        said = form.words() if unknown else {}
        merged = {code: held.get(code, {}) | said.get(code, {}) for code in held.keys() | said.keys()}
        if request.method == "POST":
            doors.map_import(job.pk, actor=actor, at=at, how={}, mapping=job.mapping | {"words": merged})
            doors.check_import(job.pk, actor=actor, at=at)
        return redirect("cases:import", pk=job.pk)
    context = {"job": job, "form": form, "steps": steps()}
    return render(request, "cases/import_words.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request, pk):
    """Show an import: what would be created, line by line; then what was."""
    actor, at = request.actor, timezone.now()
    demand(actor, VERB)
    job = visible_or_404(ImportJob.objects.select_related("uploaded_by"), actor, pk=pk)
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    found = dict(rows.values_list("state").annotate(number=Count("pk")))
    counts = {state: found.get(state, 0) for state in STATE_WORDS}
    unanswered = rows.filter(state="twice", choice="").count() if job.status == "checked" else 0
    wanted = request.GET.get("state")
    if wanted in counts:
        rows = rows.filter(state=wanted)
    page = page_of(request, rows, by=("number",))
    if page.rows:
        trail.read(job, subject="import", field_class=READ_CLASS, actor=actor, at=at)
    context = {
        "job": job,
        "line": line_of(job),
        "page": page,
        "rows": rows_of(page.rows, actor),
        "counts": counts,
        "chips": chips(request, counts),
        "steps": steps(),
        "waits": job.status in running.WAITING,
        "progress": progress(job, counts),
        "unanswered": unanswered,
        "undo_until": job.run_at + running.UNDO if job.run_at else None,
        "undoable": bool(counts["done"]) and running.undoable(job, at=at),
    }
    return render(request, "cases/import.html", context)


@require_POST
@speaks
def choose(request, pk):
    """Answer a possible duplicate, or all that are unanswered."""
    demand(request.actor, VERB)
    job = visible_or_404(ImportJob, request.actor, pk=pk)
    choice, _sep, person = request.POST.get("choice", "").partition(":")
    number = request.POST.get("number", "")
    numbers = [int(number)] if number.isdecimal() and len(number) < 9 else None
    known = uuid_or_none(person) if choice == "attach" else None
    doors.choose_rows(job.pk, actor=request.actor, at=timezone.now(), choice=choice, numbers=numbers, attach_to=known)
    return redirect("cases:import", pk=job.pk)


@require_POST
@speaks
def step(request, pk, step):
    """Order, undo or discard an import."""
    demand(request.actor, VERB)
    actor, at = request.actor, timezone.now()
    job = visible_or_404(ImportJob, actor, pk=pk)
    if step == "order":
        job = running.order_import(job.pk, actor=actor, at=at, leave_out_wrong="leave_out" in request.POST)
        if running.short(job):
            job = running.run_import(job.pk, actor=actor, at=at)
        done = {"done": _("Imported"), "failed": _("Nothing was imported"), "ordered": _("The import has begun")}
        messages.info(request, done[job.status])
    elif step == "undo":
        running.order_undo(job.pk, actor=actor, at=at)
        messages.info(request, _("The import is being undone"))
    elif step == "discard":
        doors.discard_import(job.pk, actor=actor, at=at)
        messages.success(request, _("The file is destroyed"))
        return redirect("cases:imports")
    return redirect("cases:import", pk=job.pk)


@require_safe
def report(request, pk):
    """Hand out the report as CSV: lines, what became of them, and why; no names."""
    demand(request.actor, VERB)
    job = visible_or_404(ImportJob, request.actor, pk=pk)
    pieces = _report(job.pk, request.actor, language=translation.get_language())
    response = StreamingHttpResponse(pieces, content_type=TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="import-{str(job.pk)[:8]}.csv"'
    return response


def _report(pk, actor, *, language: str):
    """Yield the file. The request and its transaction are over by then, so this says again who acts."""
    with translation.override(language), acting(actor):
        rows = ImportRow.objects.visible_to(actor).filter(job_id=pk)
        yield from csv_pieces(report_lines(rows, actor))
