"""Keeping a view of a list, and forgetting it."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import lists
from core.faces import visible_or_404
from core.lists import TABLES
from core.models import SavedView

LONGEST = 60


class ViewForm(forms.Form):
    """The name of a view."""

    label = forms.CharField(max_length=LONGEST)

    def clean_label(self) -> str:
        label = self.cleaned_data["label"]
        if not label.isprintable():
            raise forms.ValidationError(_("Remove the invisible control signs from this text."))
        return label


@require_POST
def keep(request):
    """Keep the posted state of a list under the posted name, and open it."""
    table = TABLES.get(request.POST.get("name", ""))
    if table is None:
        raise Http404
    query, form = table.clean(request.POST.get("query", "")), ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most %(limit)s characters.") % {"limit": LONGEST})
    elif lists.keep(table, actor=request.actor, at=timezone.now(), label=form.cleaned_data["label"], query=query):
        messages.success(request, _("View saved"))
    else:
        messages.error(request, _("You keep many views of this list. Delete one first."))
    return redirect(f"{reverse(table.name)}?{query}" if query else reverse(table.name))


@require_POST
def forget(request, pk):
    """Delete one's own view, and open its list."""
    view = visible_or_404(SavedView, request.actor, pk=pk)
    lists.forget(view, actor=request.actor)
    messages.success(request, _("View deleted"))
    return redirect(f"{reverse(view.list_name)}?{view.query}")
