"""Whom a service takes: the page of the structured conditions, for the organisation that offers it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.faces import attempt, demand
from partners import actions
from partners.directory import own_services
from partners.forms_eligibility import EligibilityForm


@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request, pk):
    """See and change who can come. What contradicts is refused beside the field."""
    demand(request.actor, "service.manage")
    found = own_services(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = EligibilityForm(request.POST or None, service=found)
    tried = attempt(
        request, form, lambda: actions.edit_service(pk, actor=request.actor, at=timezone.now(), **form.facts())
    )
    if tried.done:
        messages.success(request, _("Saved. Matching uses it from now on."))
        return redirect("partners:people")
    return render(request, "partners/eligibility.html", {"form": form, "service": found}, status=tried.status)
