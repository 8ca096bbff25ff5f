"""Looking services up, and saying how many places are free."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from core import dates
from core.actions import Refusal
from core.codelists import label
from core.faces import PAGE_SIZE, demand, into_form, speaks
from partners.actions import set_capacity
from partners.directory import listed, own_services, places
from partners.directory import referable as referable_now
from partners.forms import CapacityForm, SearchForm
from partners.languages import language_label
from partners.models import Address, Agreement, Area, Phone, RequiredDocument, Schedule, Service
from partners.models.organisations import translated
from partners.search import search

SHORT = {
    "BY-HM": gettext_lazy("MC"),
    "BY-MI": gettext_lazy("MR"),
    "BY-BR": gettext_lazy("BR"),
    "BY-HR": gettext_lazy("GR"),
    "BY-VI": gettext_lazy("VT"),
    "BY-MA": gettext_lazy("MG"),
    "BY-HO": gettext_lazy("GM"),
}


def _coverage(service: Service, regions: list[Area]) -> list[dict]:
    covered = {row.area_id[:5] for row in service.servicearea_set.all() if row.area_id}
    return [
        {
            "short": SHORT.get(area.pk, area.pk),
            "name": area.label,
            "how": "here" if service.covers_country or area.pk in covered else "none",
        }
        for area in regions
    ]


def _regions() -> list[Area]:
    rank = {code: position for position, code in enumerate(SHORT)}
    return sorted(Area.objects.filter(parent=None), key=lambda area: rank.get(area.pk, 99))


def _places_words(found: dict) -> str:
    if found["status"] == "unknown":
        return _("Places not confirmed")
    if found["maximum"] is None or found["status"] != "capacity":
        return label("capacity_status", found["status"])
    return ngettext("%(free)s of %(maximum)s place free", "%(free)s of %(maximum)s places free", found["maximum"]) % {
        "free": found["free"],
        "maximum": found["maximum"],
    }


def _places_tone(found: dict) -> str:
    if found["status"] in ("unknown", "waitlist", "assessment_required"):
        return "amber"
    return "red" if found["status"] == "no_capacity" or found["free"] == 0 else ""


def _item(service: Service, regions: list[Area], at) -> dict:
    found = places(service, at=at)
    return {
        "url": reverse("partners:service", args=[service.pk]),
        "name": service.label,
        "organisation": service.organisation.full_label,
        "text": translated(service, "description"),
        "languages": [language_label(code) for code in service.languages],
        "network": service.organisation.member_of_network,
        "takes": not service.browse_only,
        "coverage": _coverage(service, regions),
        "places": found | {"words": _places_words(found), "tone": _places_tone(found)},
    }


@require_safe
def directory(request):
    """Search by words, need, region and language."""
    demand(request.actor, "directory.read")
    at = timezone.now()
    regions = _regions()
    form = SearchForm(request.GET, regions=regions)
    if not form.is_valid():
        return render(request, "partners/directory.html", {"form": form, "items": [], "found": 0}, status=400)
    facts = form.cleaned_data
    rows = search(request.actor, at=at, words=facts.pop("q"), **facts).prefetch_related("servicearea_set")
    pages = Paginator(rows, PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()

    def link(number: int) -> str:
        query["page"] = str(number)
        return f"{request.path}?{query.urlencode()}"

    facts = {
        "form": form,
        "found": pages.count,
        "items": [_item(service, regions, at) for service in page],
        "previous_url": link(page.previous_page_number()) if page.has_previous() else "",
        "next_url": link(page.next_page_number()) if page.has_next() else "",
        "shown": _("%(first)s to %(last)s of %(all)s")
        % {"first": page.start_index(), "last": page.end_index(), "all": pages.count},
    }
    return render(request, "partners/directory.html", facts)


@require_safe
def service(request, pk):
    """Everything the directory says of one service."""
    demand(request.actor, "directory.read")
    at = timezone.now()
    rows = listed(request.actor, at=at).select_related("organisation", "capacity").prefetch_related("servicearea_set")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    capacity = places(found, at=at)
    return render(
        request,
        "partners/service.html",
        {
            "service": found,
            "text": translated(found, "description"),
            "facts": _facts(found),
            "contact": _contact(found, request.actor, at),
            "coverage": _coverage(found, _regions()),
            "places": capacity | {"words": _places_words(capacity), "tone": _places_tone(capacity)},
            "own": found.organisation_id == request.actor.organisation_id,
            "takes": Service.objects.filter(referable_now(at), pk=pk).exists(),
            "crumbs": [
                {"label": _("Service directory"), "url": reverse("partners:directory")},
                {"label": found.label, "url": ""},
            ],
        },
    )


def _facts(service: Service) -> list[dict]:
    documents = [row.document for row in RequiredDocument.objects.filter(service=service).order_by("document")]
    hours = [
        " ".join(filter(None, (row.byday, "–".join(filter(None, (row.opens_at, row.closes_at))), row.description)))
        for row in Schedule.objects.filter(service=service).order_by("pk")[:7]
    ]
    imported = [row.name for row in service.servicearea_set.all() if not row.area_id and row.name]
    languages = ", ".join(language_label(code) for code in service.languages)
    items = [
        (_("Need"), label("need_category", service.category) if service.category else ""),
        (_("For whom"), translated(service, "eligibility_description")),
        (_("Age"), _ages(service)),
        (_("Languages"), languages + (_("; interpreters can be booked") if service.interpreter else "")),
        (_("How to come"), service.application_process),
        (_("What it costs"), translated(service, "fees_description")),
        (_("Opening hours"), "; ".join(hours)),
        (_("Documents asked for"), ", ".join(documents)),
        (_("Areas"), ", ".join(sorted(set(imported)))),
    ]
    return [{"label": name, "value": value} for name, value in items if value]


def _ages(service: Service) -> str:
    low, high = service.minimum_age, service.maximum_age
    if low and high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if low:
        return _("%(low)s and older") % {"low": low}
    return _("Up to %(high)s") % {"high": high} if high else ""


def _contact(service: Service, actor, at) -> list[dict]:
    phones = [row.number for row in Phone.objects.filter(service=service).order_by("pk")[:3]]
    addresses = Address.objects.filter(
        location__serviceatlocation__service=service, location__confidential=False
    ).distinct()[:3]
    organisation = service.organisation
    agreement = (
        Agreement.objects.visible_to(actor)
        .filter(
            organisation_ids__contains=[actor.organisation_id, organisation.pk],
            status="active",
            valid_from__lte=timezone.localdate(at),
            valid_to__gte=timezone.localdate(at),
        )
        .order_by("-valid_to")
        .first()
    )
    until = _("Valid until %(day)s") % {"day": dates.day(agreement.valid_to)} if agreement else ""
    items = [
        (_("Phone"), ", ".join(filter(None, [service.phone or organisation.phone, *phones])), ""),
        (_("After hours, for emergencies"), organisation.after_hours_phone, ""),
        (_("E-mail"), service.email or organisation.email, ""),
        (_("Web page"), service.url or organisation.website, service.url or organisation.website),
        (_("Address"), "; ".join(f"{row.address_1}, {row.city}" for row in addresses), ""),
        (_("Data agreement"), until, ""),
    ]
    return [{"label": name, "value": value, **({"url": url} if url else {})} for name, value, url in items if value]


@require_safe
def capacity(request):
    """The places of one's own services, made for a phone: one tap each."""
    demand(request.actor, "capacity.set")
    return _capacity_page(request)


def _capacity_page(request, wrong: CapacityForm | None = None, pk=None, status: int = 200):
    at = timezone.now()
    items = []
    for row in own_services(request.actor):
        found = places(row, at=at)
        items.append(
            {
                "pk": row.pk,
                "name": row.label,
                "url": reverse("partners:set_capacity", args=[row.pk]),
                "places": found | {"words": _places_words(found), "tone": _places_tone(found)},
                "answers": [
                    {"code": code, "words": words, "current": found["status"] == code}
                    for code, words in (
                        ("capacity", _("Has places")),
                        ("waitlist", _("Waiting list")),
                        ("no_capacity", _("Full")),
                    )
                    if code != "waitlist" or row.waiting_list
                ],
                "form": wrong if row.pk == pk else None,
            }
        )
    return render(request, "partners/capacity.html", {"items": items}, status=status)


@require_POST
@speaks
def set_capacity_of(request, pk):
    """One answer for one service."""
    demand(request.actor, "capacity.set")
    if not own_services(request.actor).filter(pk=pk).exists():
        raise Http404
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return _capacity_page(request, form, pk, 422)
    try:
        set_capacity(pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        into_form(form, refusal)
        return _capacity_page(request, form, pk, refusal.status)
    messages.success(request, _("Saved. Caseworkers see it now."))
    return redirect("partners:capacity")
