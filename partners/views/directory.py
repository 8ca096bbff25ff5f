"""Looking services up, and saying how many places are free."""

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Value, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import dates
from core.actions import Refusal
from core.codelists import label
from core.faces import demand, into_form, speaks
from core.navigation import address
from partners.actions import confirm_capacities, set_capacities, set_capacity
from partners.directory import freshness, listed, own_services, places
from partners.directory import referable as referable_now
from partners.forms import CapacityForm, CapacityRowForm
from partners.hours import calendar_of, week_of
from partners.hours import now as open_now
from partners.languages import language_label
from partners.models import Address, Agreement, Area, Phone, RequiredDocument, Schedule, Service
from partners.models.organisations import translated
from partners.service_forms import INTAKE, WEEKDAYS
from partners.views.finding import DIRECTORY, areas, measured, prepared, words_in
from partners.views.keeping import pause_words, places_of

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
    rows = [row for row in service.servicearea_set.all() if row.area_id]
    covered = {row.area_id[:5] for row in rows if not row.remotely}
    remotely = {row.area_id[:5] for row in rows if row.remotely}
    return [
        {
            "short": SHORT.get(area.pk, area.pk),
            "name": area.label,
            "how": "here"
            if service.covers_country or area.pk in covered
            else "remote"
            if area.pk in remotely
            else "none",
        }
        for area in regions
    ]


def _regions() -> list[Area]:
    rank = {code: position for position, code in enumerate(SHORT)}
    return sorted((area for area in areas().values() if not area.parent_id), key=lambda area: rank.get(area.pk, 99))


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
        "fresh": freshness(service, at=at),
        "coverage": _coverage(service, regions),
        "places": found | {"words": _places_words(found), "tone": _places_tone(found)},
    }


@require_safe
def directory(request):
    """Search by words; filter, sort and keep views. Without htmx it is the same page."""
    demand(request.actor, "directory.read")
    at = timezone.now()
    rows = prepared(request, at=at).prefetch_related("servicearea_set")
    listing = DIRECTORY.read(request, rows, at=at)
    page, regions = listing.page, _regions()
    items = [_item(service, regions, at) | {"away": measured(service, request)} for service in page.rows]
    kept = [(name, value) for name, value in listing.query.items() if name != DIRECTORY.words]
    return render(request, "partners/directory.html", {
        "listing": listing, "items": items, "page": page, "words": words_in(request), "kept": kept,
        "heads": [head | {"name": name} for name, head in listing.heads().items()],
    })  # fmt: skip


@require_safe
def service(request, pk):
    """Everything the directory says of one service."""
    demand(request.actor, "directory.read")
    at = timezone.now()
    # What stands in short rows of its own comes with the service: one query instead of four.
    here = {"service_id": OuterRef("pk")}
    rows = listed(request.actor, at=at).select_related("organisation", "capacity").prefetch_related("servicearea_set")
    found = (
        rows.filter(pk=pk)
        .annotate(
            takes=Case(When(referable_now(at), then=Value(True)), default=Value(False)),
            documents=ArraySubquery(RequiredDocument.objects.filter(**here).order_by("document").values("document")),
            numbers=ArraySubquery(Phone.objects.filter(**here).order_by("pk").values("number")[:3]),
        )
        .first()
    )
    if found is None:
        raise Http404
    capacity, actor, own = places(found, at=at), request.actor, found.organisation_id == request.actor.organisation_id
    schedules = list(Schedule.objects.filter(service=found).order_by("pk"))
    return render(
        request,
        "partners/service.html",
        {
            "service": found,
            "text": translated(found, "description"),
            "facts": _facts(found, schedules),
            "contact": _contact(found, request.actor, at),
            "coverage": _coverage(found, _regions()),
            "places": capacity | {"words": _places_words(capacity), "tone": _places_tone(capacity)},
            "own": own,
            "keeps": own and actor.may("service.manage"),
            "fresh": freshness(found, at=at),
            "open": open_words(found, schedules, at=at),
            "pause": pause_words(found, timezone.localdate(at)),
            "sites": places_of(found, actor),
            "takes": found.takes,
            "crumbs": [
                {"label": _("Service directory"), "url": reverse("partners:directory")},
                {"label": found.label, "url": ""},
            ],
        },
    )


def _facts(service: Service, schedules) -> list[dict]:
    hours = week_words(week_of(schedules)) or [
        " ".join(filter(None, (row.byday, "–".join(filter(None, (row.opens_at, row.closes_at))), row.description)))
        for row in schedules[:7]
    ]
    imported = [row.name for row in service.servicearea_set.all() if not row.area_id and row.name]
    languages = ", ".join(language_label(code) for code in service.languages)
    if service.interpreter:
        named = ", ".join(language_label(code) for code in service.interpreter_languages)
        languages += (
            _("; by interpreter: %(languages)s") % {"languages": named} if named else _("; interpreters can be booked")
        )
    items = [
        (_("Need"), label("need_category", service.category) if service.category else ""),
        (_("For whom"), translated(service, "eligibility_description")),
        (_("Age"), _ages(service)),
        (_("Languages"), languages),
        (_("How people come in"), str(dict(INTAKE).get(service.intake_mode, ""))),
        (_("How to come"), translated(service, "application_process")),
        (_("Cost"), label("service_cost", service.cost) if service.cost else ""),
        (_("What it costs"), translated(service, "fees_description")),
        (_("Opening hours"), "; ".join(hours)),
        (_("Documents asked for"), ", ".join(service.documents)),
        (_("Areas"), ", ".join(sorted(set(imported)))),
    ]
    return [{"label": name, "value": value} for name, value in items if value]


def week_words(week: dict) -> list[str]:
    """Return the hours of the week in words, days with the same hours together: "Monday to Friday 09:00–18:00"."""
    found, days = [], list(week)
    while days:
        span = week[days[0]]
        run = [days.pop(0)]
        while days and week[days[0]] == span:
            run.append(days.pop(0))
        names = [str(WEEKDAYS[day]) for day in run]
        joined = (
            _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]} if len(run) > 2 else ", ".join(names)
        )
        found.append(f"{joined} {span[0]}–{span[1]}")
    return found


def open_words(service: Service, schedules, *, at) -> str:
    """Return whether the service is open now, or when it opens next; "" for an entry that cannot be referred to."""
    if not service.organisation.member_of_network or service.status != "active":
        return ""
    paused = service.paused(timezone.localdate(at))
    if paused and service.suspended_until is None:
        return ""
    calendar = calendar_of(service, service.organisation, schedules)
    found = open_now(calendar, at, closed_until=service.suspended_until if paused else None)
    if found.is_open:
        return _("Open now, until %(time)s") % {"time": f"{timezone.localtime(found.until):%H:%M}"}
    return _("Opens %(when)s") % {"when": dates.stamp(found.opens_at, at=at)} if found.opens_at else _("Closed")


def _ages(service: Service) -> str:
    low, high = service.minimum_age, service.maximum_age
    if low and high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if low:
        return _("%(low)s and older") % {"low": low}
    return _("Up to %(high)s") % {"high": high} if high else ""


def _contact(service: Service, actor, at) -> list[dict]:
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
        (_("Phone"), ", ".join(filter(None, [service.phone or organisation.phone, *service.numbers])), ""),
        (_("After hours, for emergencies"), service.after_hours_phone or organisation.after_hours_phone, ""),
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
                        ("assessment_required", _("Ask first")),
                    )
                    if code != "waitlist" or row.waiting_list
                ],
                "form": wrong if row.pk == pk else None,
            }
        )
    lines_url = address("referral:lines") if request.actor.may("referral.read_in") else ""
    return render(request, "partners/capacity.html", {"items": items, "lines_url": lines_url}, status=status)


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


@require_POST
@speaks
def confirm_capacity(request):
    """All places are still as they were said last: one tap."""
    demand(request.actor, "capacity.set")
    confirm_capacities(actor=request.actor, at=timezone.now())
    messages.success(request, _("Confirmed. Caseworkers see it now."))
    return redirect("partners:capacity")


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def set_all(request):
    """The places of all services on one page, for who has many."""
    demand(request.actor, "capacity.set")
    at, rows = timezone.now(), list(own_services(request.actor))
    forms = [(row, CapacityRowForm(request.POST or None, prefix=str(row.pk), initial=_said(row, at))) for row in rows]
    status = 200
    if request.method == "POST":
        entries = {
            row.pk: form.cleaned_data
            for row, form in forms
            if form.is_valid() and form.has_changed() and form.cleaned_data["status"]
        }
        refused = set_capacities(entries, actor=request.actor, at=at) if entries else {}
        wrong = [form for row, form in forms if form.errors]
        for row, form in forms:
            if row.pk in refused:
                into_form(form, refused[row.pk])
        if not wrong and not refused:
            messages.success(request, _("Saved. Caseworkers see it now."))
            return redirect("partners:capacity")
        status = 422
    return render(request, "partners/capacity_all.html", {"items": forms}, status=status)


def _said(row: Service, at) -> dict:
    found = places(row, at=at)
    known = "" if found["status"] == "unknown" else found["status"]
    return {"status": known, "free": found["free"], "expected_on": found["expected_on"]}
