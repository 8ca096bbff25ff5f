"""A form out of Waymark and into it, as an XLSForm file."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.actions.answers import SUBJECTS
from cases.actions.extensions import VERBS, load_fields
from cases.extensions.workbooks import Unreadable
from cases.extensions.xlsform_reading import read
from cases.extensions.xlsform_writing import workbook
from cases.forms.extensions import ImportForm
from cases.models import Form
from cases.views.extensions import SUBJECT_WORDS
from core.actions import Refusal
from core.faces import demand, visible_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def export(request, pk):
    """Give a form as an XLSForm file."""
    demand(request.actor, *VERBS.values())
    form = visible_or_404(Form, request.actor, pk=pk)
    title, version = str(SUBJECT_WORDS[form.subject]), str(form.version)
    content = workbook(form.fields, title=title, form_id=f"waymark_{form.subject}", version=version)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="waymark_{form.subject}_{version}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def load(request, scope, subject):
    """Read a form from an XLSForm file into the draft; what is not understood is named, and then nothing is read."""
    demand(request.actor, *VERBS.values())
    if scope not in VERBS or subject not in SUBJECTS:
        raise Http404
    demand(request.actor, VERBS[scope])
    page = ImportForm(request.POST or None, request.FILES or None)
    faults, status = [], 200
    if request.method == "POST":
        status = 422
        if page.is_valid():
            try:
                fields = read(page.cleaned_data["file"])
                at = timezone.now()
                made = load_fields(actor=request.actor, at=at, subject=subject, scope=scope, fields=fields)
                return redirect("cases:form", pk=made.pk)
            except Unreadable as unreadable:
                faults = unreadable.faults
                page.add_error("file", _("The file was not taken over. Nothing has changed."))
            except Refusal as refusal:
                page.shows(refusal)
                status = refusal.status
    context = {"form": page, "faults": faults, "title": SUBJECT_WORDS[subject]}
    return render(request, "cases/load_form.html", context, status=status)
