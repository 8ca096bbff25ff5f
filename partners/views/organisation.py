"""What the directory says of one's own organisation; who is second sees both versions."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.faces import attempt_edit, demand, speaks
from partners import actions
from partners.models import Organisation
from partners.partner_forms import DoorForm


class OrganisationForm(DoorForm):
    """What everybody reads of the organisation. Its name is kept by the network's desk."""

    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=255, required=False)
    description = forms.CharField(
        label=gettext_lazy("What it does, in a few sentences"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail of the organisation"), max_length=254, required=False)
    website = forms.URLField(label=gettext_lazy("Web page"), max_length=500, required=False, assume_scheme="https")
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=64, required=False)
    after_hours_phone = forms.CharField(
        label=gettext_lazy("Phone outside of working hours"),
        help_text=gettext_lazy("Partners call it in emergencies."),
        max_length=64,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def own(request):
    """Show and change what the directory says of one's own organisation."""
    actor = request.actor
    demand(actor, "service.manage")

    def read():
        row = Organisation.objects.get(pk=actor.organisation_id)
        return {name: getattr(row, name) for name in OrganisationForm.base_fields}, row.version

    def door(edit):
        told = {"actor": actor, "at": timezone.now(), "version": edit.based_on}
        return actions.change_organisation(**told, **edit.form.cleaned_data)

    asked, edit = attempt_edit(request, OrganisationForm, read, door)
    if asked.done:
        messages.success(request, _("Saved. Everybody sees it now."))
        return redirect("partners:organisation")
    name = Organisation.objects.get(pk=actor.organisation_id).full_label
    context = {"edit": edit, "form": edit.form, "name": name}
    return render(request, "partners/organisation.html", context, status=asked.status)
