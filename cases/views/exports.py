"""Taking lists out: choose, see how much it is, have it released where it is large, take it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.exports import ask_release, decide_export, end_export, needs_second, prepare_export, take_export
from cases.exports import LISTINGS, lines
from cases.forms.exports import CLASS_LABELS, DecideForm, ExportForm
from cases.models import ExportJob
from core.actions import Refusal
from core.actors import acting
from core.codelists import label
from core.faces import demand, speaks, visible_or_404
from core.lists import Filter, Sort, Table, coded, listed, named
from core.tables import PIECES, TYPES

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
VERBS = ("record.export", "export.approve")


TABLE = listed(
    Table(
        name="cases:exports",
        filters=(
            coded("status", gettext_lazy("State"), "export_status"),
            Filter(
                name="list",
                label=gettext_lazy("List"),
                choices=lambda _actor: [(code, str(listing.label)) for code, listing in LISTINGS.items()],
                where=lambda value, _actor, _at: Q(listing=value),
            ),
            coded("purpose", gettext_lazy("What it is for"), "export_purpose"),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-created_at", "-id")),
            Sort(name="size", label=gettext_lazy("How much"), by=("-row_count", "-id")),
            Sort(name="until", label=gettext_lazy("Until"), by=("expires_at", "id")),
        ),
        views=(
            (gettext_lazy("All lists"), ""),
            (gettext_lazy("Waits for a second person"), "status=waiting"),
            (gettext_lazy("Ready to take"), "status=open"),
        ),
        search=named("asked_by__name", label=gettext_lazy("Who asked for it")),
    )
)


@GET_POST
def list_(request):
    """Show the lists one asked for, and those that wait for a second person."""
    actor = request.actor
    demand(actor, *VERBS)
    rows = ExportJob.objects.visible_to(actor).select_related("asked_by").defer("row_ids")
    found = TABLE.open(request, rows, at=timezone.now())
    context = found | {
        "rows": [_line(job, actor) for job in found["page"].rows],
        "offered": [
            {"label": str(listing.label), "url": reverse("cases:export_new", args=[listing.code])}
            for listing in LISTINGS.values()
            if actor.may("record.export")
        ],
    }
    return render(request, "cases/exports.html", context, status=found["status"])


@GET_POST
@speaks
def new(request, listing):
    """Choose columns, rows and purpose of a list. Nothing leaves yet."""
    demand(request.actor, "record.export")
    if listing not in LISTINGS:
        raise Http404
    form = ExportForm(request.POST or None, listing=LISTINGS[listing], actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            job = prepare_export(actor=request.actor, at=timezone.now(), **form.facts())
        except Refusal as refusal:
            form.shows(refusal)
        else:
            return redirect("cases:export", pk=job.pk)
    context = {"form": form, "listing": LISTINGS[listing]}
    return render(request, "cases/export_new.html", context, status=422 if form.errors else 200)


@GET_POST
@speaks
def detail(request, pk):
    """Show how much a list holds before it leaves; a POST of the second person releases it or sends it back."""
    actor = request.actor
    demand(actor, *VERBS)
    job = visible_or_404(ExportJob.objects.select_related("asked_by", "decided_by"), actor, pk=pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        release = "release" in request.POST
        try:
            decide_export(job.pk, actor=actor, at=timezone.now(), release=release, note=form.cleaned_data["note"])
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.shows(refusal)
        else:
            messages.success(request, _("List released") if release else _("List sent back"))
            return redirect("cases:exports")
    mine = job.asked_by_id == actor.member_id
    context = _line(job, actor) | {
        "job": job,
        "form": form,
        "mine": mine,
        "second": needs_second(job),
        "facts": _facts(job, actor),
        "decides": job.status == "waiting" and not mine and actor.may("export.approve"),
    }
    return render(request, "cases/export.html", context, status=422 if form.errors else 200)


@require_POST
@speaks
def ask(request, pk):
    """Ask a second person."""
    demand(request.actor, "record.export")
    job = visible_or_404(ExportJob, request.actor, pk=pk)
    ask_release(job.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("A second person has been asked"))
    return redirect("cases:export", pk=job.pk)


@require_POST
@speaks
def end(request, pk):
    """Let go of a list."""
    demand(request.actor, "record.export")
    job = visible_or_404(ExportJob, request.actor, pk=pk)
    end_export(job.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("List ended"))
    return redirect("cases:exports")


@require_POST
@speaks
def take(request, pk):
    """Hand the file to the person who asked. A POST from a page of one's own session: no address can be passed on."""
    demand(request.actor, "record.export")
    at = timezone.now()
    seen = visible_or_404(ExportJob, request.actor, pk=pk)
    job = take_export(seen.pk, actor=request.actor, at=at)
    pieces = _pieces(job, request.actor, at=at, language=translation.get_language())
    response = StreamingHttpResponse(pieces, content_type=TYPES[job.form])
    response["Content-Disposition"] = f'attachment; filename="waymark-{str(job.pk)[:8]}.{job.form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _pieces(job, actor, *, at, language: str):
    """Yield the file. The request and its transaction are over by then, so this says again who acts."""
    with translation.override(language), acting(actor):
        yield from PIECES[job.form](lines(job, actor=actor, at=at))


def _line(job, actor) -> dict:
    return {
        "title": str(LISTINGS[job.listing].label),
        "url": reverse("cases:export", args=[job.pk]),
        "status": job.status,
        "status_label": label("export_status", job.status),
        "waits_for_me": job.status == "waiting" and job.asked_by_id != actor.member_id and actor.may("export.approve"),
        "by": job.asked_by.name,
        "size": _size(job),
        "created_at": job.created_at,
        "expires_at": job.expires_at,
    }


def _size(job) -> str:
    rows = ngettext("%(count)d row", "%(count)d rows", job.row_count) % {"count": job.row_count}
    people = ngettext("%(count)d person", "%(count)d people", job.person_count) % {"count": job.person_count}
    return f"{rows} · {people}"


def _facts(job, actor) -> list[dict]:
    columns = LISTINGS[job.listing].chosen(job.columns, actor)
    facts = [
        {"label": _("What it is for"), "value": label("export_purpose", job.purpose)},
        {"label": _("Who needs it, and why"), "value": job.reason},
    ]
    for number, words in CLASS_LABELS.items():
        named = ", ".join(str(column.label) for column in columns if column.field_class == number)
        facts.append({"label": str(words), "value": named})
    facts.append({"label": _("Kind of file"), "value": job.form.upper()})
    return [fact for fact in facts if fact["value"]]
