"""Keeping the entry of one's own service true: part by part, its places, its history, the last change taken back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import dates, trail
from core.actions import NotNow
from core.codelists import label
from core.edits import CHANGED, Edit
from core.faces import attempt, demand, speaks, visible_or_404
from partners import actions
from partners.directory import own_services
from partners.models import Location, Service, ServiceChange
from partners.service_forms import FORMS, PlaceForm

SAFE_CLASS = 4  # the address of a safe house
MOST_CHANGES = 50
_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def own_or_404(request, pk) -> Service:
    """Return a service of one's own organisation, for who keeps it; any other is not found."""
    demand(request.actor, "service.manage")
    found = own_services(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def tabs(service: Service, current: str) -> list[dict]:
    """Return the parts of an entry as tabs."""
    named = [(name, form.title, reverse("partners:edit_part", args=[service.pk, name])) for name, form in FORMS.items()]
    named.insert(2, ("eligibility", _("For whom"), reverse("partners:eligibility", args=[service.pk])))
    named.append(("history", _("Changes"), reverse("partners:history", args=[service.pk])))
    return [{"label": title, "url": url, "current": name == current, "count": 0} for name, title, url in named]


@_GET_POST
def edit_part(request, pk, part):
    """One part of the entry."""
    service = own_or_404(request, pk)
    if part not in FORMS:
        raise Http404
    form_class = FORMS[part]
    edit = Edit(form_class, request.POST if request.method == "POST" else None, form_class.of(service), service.version)

    def save():
        facts = edit.form.facts(service)
        return actions.edit_service(pk, actor=request.actor, at=timezone.now(), version=edit.based_on, **facts)

    try:
        found = attempt(request, edit.form, save, aloud=(409,))
    except NotNow as refusal:
        if refusal.code != CHANGED:
            raise
        fresh = own_or_404(request, pk)
        edit, found = edit.against(form_class.of(fresh), fresh.version), None
    if found and found.done:
        messages.success(request, _("Saved. Everybody sees it now."))
        return redirect("partners:service", pk=pk)
    facts = {"service": service, "title": form_class.title, "tabs": tabs(service, part), "edit": edit}
    return render(request, "partners/part.html", facts | {"form": edit.form}, status=found.status if found else 409)


@_GET_POST
@speaks
def place(request, pk, place_pk=None):
    """A place of the service: a new one, or one that is there. Opening a confidential one is a reading of class 4."""
    service, now = own_or_404(request, pk), timezone.now()
    row = None
    if place_pk is not None:
        rows = Location.objects.filter(serviceatlocation__service=service, organisation_id=service.organisation_id)
        row = visible_or_404(rows, request.actor, pk=place_pk)
        trail.read(row, subject="place", field_class=SAFE_CLASS if row.confidential else 0, actor=request.actor, at=now)
    names = ("name", "address", "city", "confidential", "safe_address", "accessibility")
    initial = {name: getattr(row, name) for name in names} | {"area": row.area_id} if row else None
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=initial)
    found = attempt(
        request,
        form,
        lambda: actions.save_place(pk, actor=request.actor, at=now, place_id=place_pk, **form.cleaned_data),
    )
    if found.done:
        messages.success(request, _("Saved."))
        return redirect("partners:service", pk=pk)
    facts = {"service": service, "form": form, "place": row, "title": _("Place")}
    return render(request, "partners/place.html", facts, status=found.status)


@require_POST
@speaks
def remove_place(request, pk, place_pk):
    """Take a place away."""
    own_or_404(request, pk)
    actions.remove_place(pk, place_pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The place is taken away."))
    return redirect("partners:service", pk=pk)


@require_POST
@speaks
def undo(request, pk):
    """Take the last change back."""
    own_or_404(request, pk)
    actions.undo_service(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The last change is taken back."))
    return redirect("partners:history", pk=pk)


@require_safe
def history(request, pk):
    """Who changed what, and when."""
    service = own_or_404(request, pk)
    rows = ServiceChange.objects.visible_to(request.actor).filter(service=service).order_by("-number", "field")
    found = list(rows[:MOST_CHANGES])
    words = _words()
    changes = [
        {
            "what": words.get(row.field, row.field),
            "before": _plain(row.before),
            "after": _plain(row.after),
            "by": row.by_name,
            "at": row.at,
            "undone": row.action == "undo",
        }
        for row in found
        if row.action != "create"
    ]
    last = next((row for row in found if row.action != "create"), None)
    facts = {
        "service": service,
        "tabs": tabs(service, "history"),
        "changes": changes,
        "may_undo": last is not None and last.field != "place",
    }
    return render(request, "partners/history.html", facts)


def _words() -> dict[str, str]:
    """Return what fields are called in the forms; the others keep their names."""
    found = {"hours": _("Opening hours"), "translations": _("Translations"), "place": _("Place")}
    for form in FORMS.values():
        found |= {name: str(field.label) for name, field in form().fields.items()}
    return found


def _plain(value) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(item)}" for key, item in value.items())
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def places_of(service: Service, actor) -> list[dict]:
    """Return the places of a service that the actor may see: {name, text, url, remove_url, confidential, access}."""
    rows = Location.objects.visible_to(actor).filter(serviceatlocation__service=service).select_related("area")
    own = service.organisation_id == actor.organisation_id and actor.may("service.manage")
    return [
        {
            "name": row.name or row.city or (row.area.label if row.area else ""),
            "text": ", ".join(filter(None, [row.address, row.city, row.area.label if row.area else ""])),
            "confidential": row.confidential,
            "access": [label("place_accessibility", code) for code in row.accessibility],
            "url": reverse("partners:place", args=[service.pk, row.pk]) if own else "",
            "remove_url": reverse("partners:remove_place", args=[service.pk, row.pk]) if own else "",
        }
        for row in rows.order_by("confidential", "name", "pk").distinct()
    ]


def pause_words(service: Service, on) -> str:
    """Return a sentence about a pause that runs or is planned; "" without one."""
    if service.suspended_from is None or (service.suspended_until and service.suspended_until < on):
        return ""
    first = dates.day(service.suspended_from)
    if service.suspended_until is None:
        return _("Takes nobody from %(first)s, until further notice.") % {"first": first}
    return _("Takes nobody from %(first)s to %(last)s.") % {"first": first, "last": dates.day(service.suspended_until)}
