"""The days on which one's own organisation is closed."""

from datetime import date

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.faces import attempt, demand, into_form, speaks
from partners.actions.closures import close_days, open_day
from partners.models import Organisation


def _day(label) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ClosureForm(forms.Form):
    """From a day to a day."""

    first_on = _day(gettext_lazy("First day"))
    last_on = _day(gettext_lazy("Last day"))

    def shows(self, refusal) -> None:
        """Write a refusal into the form."""
        into_form(self, refusal)


class DayForm(forms.Form):
    """One day."""

    day = forms.DateField()


@require_http_methods(["GET", "HEAD", "POST"])
def closures(request):
    """Show the closed days that are to come, and note more of them."""
    demand(request.actor, "service.manage")
    now = timezone.now()
    form = ClosureForm(request.POST or None)
    tried = attempt(request, form, lambda: close_days(actor=request.actor, at=now, **form.cleaned_data))
    if tried.done:
        messages.success(request, _("Noted. Time limits that begin from now on leave these days out."))
        return redirect("partners:closures")
    row = Organisation.objects.get(pk=request.actor.organisation_id)
    days = [day for day in map(date.fromisoformat, row.closures) if day >= timezone.localdate(now)]
    return render(request, "partners/closures.html", {"form": form, "days": days}, status=tried.status)


@require_POST
@speaks
def end_closure(request):
    """Say that it is open on a day after all."""
    demand(request.actor, "service.manage")
    form = DayForm(request.POST)
    if form.is_valid():
        open_day(actor=request.actor, at=timezone.now(), day=form.cleaned_data["day"])
    return redirect("partners:closures")
