"""Sealing a case to a list of named people, changing the list, and opening it again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.sealing import SEALS, seal_case, unseal_case
from cases.forms.supervision import SealForm
from cases.models import Case, Grant
from cases.views.frame import frame
from core.faces import attempt, demand, speaks, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def seal(request, case_pk):
    """Show who would read the sealed case; a POST seals it, or changes the list."""
    actor, now = request.actor, timezone.now()
    demand(actor, SEALS)
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    rows = Grant.objects.visible_to(actor).filter(case=case, closed_at=None, basis="named")
    chosen = list(rows.values_list("member_id", flat=True)) or [case.caseworker_id, actor.member_id]
    form = SealForm(request.POST or None, actor=actor, initial={"members": chosen})
    asked = attempt(
        request, form, lambda: seal_case(case.pk, actor=actor, at=now, members=form.cleaned_data["members"])
    )
    if asked.done:
        messages.success(request, _("Case sealed: only the people named see it"))
        inside = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
        return redirect("cases:detail", pk=case.pk) if inside else redirect("cases:list")
    context = frame(case, actor, at=now, part="access") | {"form": form, "sealed": case.sealed_at is not None}
    return render(request, "cases/seal.html", context, status=asked.status)


@require_POST
@speaks
def unseal(request, case_pk):
    """Open the case to its team again."""
    demand(request.actor, SEALS)
    case = visible_or_404(Case, request.actor, pk=case_pk)
    unseal_case(case.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Case unsealed"))
    return redirect("cases:detail", pk=case.pk)
