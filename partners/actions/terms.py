"""What a service says in rows of other tables: areas, required documents, hours. Read and written as plain values."""

from django.utils.translation import gettext as _

from core.workdays import DAYS
from partners.actions.refusals import wrong
from partners.hours import BYDAY, CLOCK, week_of
from partners.models import Area, RequiredDocument, Schedule, Service, ServiceArea

MOST_DOCUMENTS = 20
LONGEST_DOCUMENT = 255


def _areas(service: Service, *, remotely: bool) -> list[str]:
    rows = ServiceArea.objects.filter(service=service, area__isnull=False, remotely=remotely)
    return sorted(rows.values_list("area_id", flat=True))


def _cover(service: Service, codes: list[str], *, remotely: bool) -> None:
    """Make the service cover exactly these areas, in person or remotely; imported names of areas stay."""
    if set(codes) - set(Area.objects.filter(pk__in=codes).values_list("pk", flat=True)):
        raise wrong("remote_areas" if remotely else "areas", "unknown_code", _("Choose areas from the list."))
    rows = ServiceArea.objects.filter(service=service, area__isnull=False)
    rows.filter(remotely=remotely).exclude(area_id__in=codes).delete()
    rows.filter(remotely=not remotely, area_id__in=codes).delete()
    there = set(rows.values_list("area_id", flat=True))
    ServiceArea.objects.bulk_create(
        ServiceArea(service=service, area_id=code, remotely=remotely)
        for code in dict.fromkeys(codes)
        if code not in there
    )


def _documents(service: Service) -> list[str]:
    return sorted(RequiredDocument.objects.filter(service=service).values_list("document", flat=True))


def _ask_for(service: Service, documents: list[str]) -> None:
    documents = list(dict.fromkeys(text for text in (" ".join(line.split()) for line in documents) if text))
    if len(documents) > MOST_DOCUMENTS or any(len(text) > LONGEST_DOCUMENT for text in documents):
        raise wrong("documents", "too_long", _("At most 20 documents, each on a line of at most 255 characters."))
    rows = RequiredDocument.objects.filter(service=service)
    rows.exclude(document__in=documents).delete()
    there = set(rows.values_list("document", flat=True))
    RequiredDocument.objects.bulk_create(
        RequiredDocument(service=service, document=text) for text in documents if text not in there
    )


def _own_schedules(service: Service):
    return Schedule.objects.filter(service=service, location=None, service_at_location=None)


def _hours(service: Service) -> dict | None:
    week = week_of(_own_schedules(service))
    return {day: list(span) for day, span in week.items()} or None


def _open(service: Service, hours: dict | None) -> None:
    """Make these the hours of the week, {"mo": ["09:00", "18:00"], ...}; None: those of the organisation."""
    if hours is not None and not hours:
        raise wrong("hours", "never_open", _("A service that is closed all week cannot take anybody. Fill in a day."))
    names = dict(zip(DAYS, BYDAY, strict=True))
    for day, (opens, closes) in (hours or {}).items():
        if day not in names or not CLOCK.fullmatch(opens) or not CLOCK.fullmatch(closes):
            raise wrong("hours", "unknown_code", _("Write the hours as 09:00."))
        if opens >= closes:
            raise wrong(f"{day}_closes", "hours_in_order", _("It closes before it opens."))
    _own_schedules(service).delete()
    Schedule.objects.bulk_create(
        Schedule(service=service, freq="WEEKLY", byday=names[day], opens_at=opens, closes_at=closes)
        for day, (opens, closes) in (hours or {}).items()
    )


# name -> how it is read as a plain value, and written
PARTS = {
    "areas": (
        lambda service: _areas(service, remotely=False),
        lambda service, value: _cover(service, value, remotely=False),
    ),
    "remote_areas": (
        lambda service: _areas(service, remotely=True),
        lambda service, value: _cover(service, value, remotely=True),
    ),
    "documents": (_documents, _ask_for),
    "hours": (_hours, _open),
}


def read_parts(service: Service, names) -> dict:
    """Return the named parts as plain values."""
    return {name: PARTS[name][0](service) for name in names}


def write_parts(service: Service, parts: dict) -> None:
    """Write the named parts. Raises Incomplete with the field that is wrong."""
    for name, value in parts.items():
        PARTS[name][1](service, value)
