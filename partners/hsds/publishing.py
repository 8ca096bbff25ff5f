"""The public directory as HSDS 3.1 objects (DOMAIN 15.1): what is published, and how each row reads.

Columns follow `tables.py`; what HSDS has no column for is left out, except need categories (taxonomy terms), languages,
places and accessibility, which have tables of their own there. Nothing is faked: what we do not know is not a member.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet

from core.actors import Actor
from core.codelists import codes, label
from partners.directory import listed, places
from partners.hsds.history import of_services
from partners.hsds.tables import TABLES, Column
from partners.models import (
    Address,
    Attribute,
    Location,
    Organisation,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from partners.models.organisations import translated

# Whoever reads the public directory: no organisation and no verbs, so that a safe house is not there for it at all.
PUBLIC = Actor(name="Public")

# Our need categories are a taxonomy of their own, with ids that never change.
NAMESPACE = UUID("5d6a1c0e-5f0b-5d0e-9a55-2f1f3f6b3d11")
NEEDS = uuid5(NAMESPACE, "need_category")


def published(at: datetime) -> QuerySet:
    """Return the services that everybody may look up: public, active, and confirmed within 180 days (DOMAIN 8)."""
    return listed(PUBLIC, at=at).filter(visibility="public", status="active", organisation__status="active")


def publishers(at: datetime) -> QuerySet:
    """Return the organisations that have something in the public directory, or were brought into it."""
    own = published(at).values("organisation_id")
    return Organisation.objects.filter(Q(pk__in=own) | Q(member_of_network=False), status="active")


def record(name: str, row) -> dict:
    """Return one row of a table of `tables.py` as an HSDS object: what is known, in the JSON type HSDS asks for."""
    found = {}
    for column in TABLES[name].columns:
        value = as_json(column, getattr(row, column.target))
        if value is not None:
            found[column.name] = value
    return found


def as_json(column: Column, value) -> str | int | float | None:
    """Return a value as HSDS writes it; None for what is empty or would not be of its type."""
    if value is None or value == "":
        return None
    if column.name in ("extension", "timezone"):
        return _number(str(value))
    return value if isinstance(value, int | float) else str(value)


def _number(text: str) -> int | float | None:
    """Telephone extensions and offsets ("+03:00") are texts as published and numbers in HSDS' JSON."""
    if ":" in text:
        hours, minutes = text.split(":", 1)
        text = hours if set(minutes) <= {"0", ":"} else ""
    try:
        return int(text)
    except ValueError:
        return None


class Shelf:
    """What belongs to some rows of one table, fetched at once: `shelf[id]` is a list. One query."""

    def __init__(self, rows: Iterable, key: str):
        self._rows = defaultdict(list)
        for row in rows:
            self._rows[getattr(row, key)].append(row)

    def __getitem__(self, pk) -> list:
        return self._rows.get(pk, [])


def places_of(services: list[UUID]) -> tuple[Shelf, dict]:
    """Return (pairs of service and place, places by id). A safe house is in neither: the pair would say it exists."""
    pairs = list(ServiceAtLocation.objects.filter(service_id__in=services).order_by("pk"))
    rows = Location.objects.visible_to(PUBLIC).filter(pk__in={pair.location_id for pair in pairs}, confidential=False)
    here = {row.pk: row for row in rows}
    return Shelf([pair for pair in pairs if pair.location_id in here], "service_id"), here


def locations(rows: Iterable[Location]) -> dict[UUID, dict]:
    """Return {id: HSDS location with addresses, accessibility, phones, schedules}. Three queries."""
    ids = [row.pk for row in rows]
    addresses = Shelf(Address.objects.filter(location_id__in=ids).order_by("pk"), "location_id")
    phones = Shelf(Phone.objects.filter(location_id__in=ids).order_by("pk"), "location_id")
    schedules = Shelf(Schedule.objects.filter(location_id__in=ids).order_by("pk"), "location_id")
    return {
        row.pk: record("location", row)
        | _lists(
            addresses=[record("address", one) for one in addresses[row.pk]],
            phones=[record("phone", one) for one in phones[row.pk]],
            schedules=[record("schedule", one) for one in schedules[row.pk]],
            accessibility=[
                {"id": str(uuid5(row.pk, code)), "description": label("place_accessibility", code)}
                for code in row.accessibility
            ],
        )
        for row in rows
    }


def _lists(**named: list) -> dict:
    return {name: found for name, found in named.items() if found}


def brief(rows: Iterable[Service]) -> list[dict]:
    """Return services as a list shows them: own columns, organisation, and attributes. Two queries."""
    rows = list(rows)
    attributes = attributes_of(rows)
    return [_service(row) | _lists(attributes=attributes[row.pk]) for row in rows]


def _service(row: Service) -> dict:
    facts = record("service", row) | _in_own_words(row) | {"last_modified": row.updated_at.isoformat()}
    return facts | {"organization": organisation_brief(row.organisation)}


def _in_own_words(row) -> dict:
    """Name and description in the language of the request, where somebody translated them."""
    found = {name: translated(row, name) for name in ("name", "description")}
    return {name: text for name, text in found.items() if text}


def whole(rows: Iterable[Service], *, at: datetime) -> list[dict]:
    """Return services with everything that belongs to them. Thirteen queries, however many there are."""
    rows = list(rows)
    ids = [row.pk for row in rows]
    attributes = attributes_of(rows)
    pairs, here = places_of(ids)
    where = locations(here.values())
    phones = Shelf(Phone.objects.filter(service_id__in=ids).order_by("pk"), "service_id")
    schedules = Shelf(Schedule.objects.filter(service_id__in=ids).order_by("pk"), "service_id")
    areas = Shelf(ServiceArea.objects.filter(service_id__in=ids).select_related("area").order_by("pk"), "service_id")
    told = of_services(rows)
    papers = Shelf(RequiredDocument.objects.filter(service_id__in=ids).order_by("pk"), "service_id")
    return [
        _service(row)
        | _lists(
            attributes=attributes[row.pk],
            phones=[record("phone", one) for one in phones[row.pk]],
            schedules=[record("schedule", one) for one in schedules[row.pk]],
            service_areas=[_area(one) for one in areas[row.pk]],
            service_at_locations=[
                record("service_at_location", pair) | {"location": where[pair.location_id]} for pair in pairs[row.pk]
            ],
            required_documents=[record("required_document", one) for one in papers[row.pk]],
            languages=[
                {"id": str(uuid5(row.pk, code)), "service_id": str(row.pk), "code": code} for code in row.languages
            ],
            capacities=_capacity(row, at),
            metadata=told[row.pk],
        )
        for row in rows
    ]


def _area(row: ServiceArea) -> dict:
    found = record("service_area", row)
    if row.area:
        found |= {"name": row.area.label, "extent": row.area.code, "extent_type": "iso3166-2"}
    return found


def _capacity(row: Service, at: datetime) -> list[dict]:
    """Places are published while their number is known (7 days, DOMAIN 4.1)."""
    found = places(row, at=at)
    if found["free"] is None or found["updated_at"] is None:
        return []
    unit = {"id": str(uuid5(NAMESPACE, "place")), "name": "place"}
    capacity = {
        "id": str(uuid5(row.pk, "capacity")),
        "service_id": str(row.pk),
        "unit": unit,
        "available": found["free"],
        "updated": found["updated_at"].isoformat(),
    }
    if row.capacity.maximum is not None:
        capacity["maximum"] = row.capacity.maximum
    return [capacity]


def attributes_of(rows: list[Service]) -> dict[UUID, list[dict]]:
    """Return {service id: attributes}: the need category as a term of ours, and those as published. One query."""
    linked = Attribute.objects.filter(link_id__in=[row.pk for row in rows], taxonomy_term__isnull=False)
    shelf = Shelf(linked.select_related("taxonomy_term__taxonomy").order_by("pk"), "link_id")
    found = {}
    for row in rows:
        own = [_category(row)] if row.category else []
        found[row.pk] = own + [
            record("attribute", one) | {"taxonomy_term": term(one.taxonomy_term)} for one in shelf[row.pk]
        ]
    return found


def _category(row: Service) -> dict:
    return {
        "id": str(uuid5(row.pk, "need_category")),
        "link_id": str(row.pk),
        "link_entity": "service",
        "link_type": "service_category",
        "taxonomy_term_id": str(need_id(row.category)),
        "taxonomy_term": need_term(row.category),
    }


def need_id(code: str) -> UUID:
    """Return the id of the taxonomy term of one of our need categories."""
    return uuid5(NEEDS, code)


def need_term(code: str) -> dict:
    """Return one of our need categories as a taxonomy term, in the language of the request."""
    return {
        "id": str(need_id(code)),
        "code": code,
        "name": label("need_category", code),
        "description": label("need_category", code),
        "taxonomy_id": str(NEEDS),
        "taxonomy": "Waymark need categories",
    }


def need_taxonomy() -> dict:
    """Return our own taxonomy: the categories of needs."""
    about = "What a person may need help with; the list of the network that publishes this directory."
    return {"id": str(NEEDS), "name": "Waymark need categories", "description": about}


def term(row: TaxonomyTerm) -> dict:
    """Return a published taxonomy term with its taxonomy."""
    found = record("taxonomy_term", row)
    if row.taxonomy:
        found |= {"taxonomy": row.taxonomy.name, "taxonomy_detail": record("taxonomy", row.taxonomy)}
    return found


def taxonomies() -> list[dict]:
    """Return all taxonomies: ours first."""
    return [need_taxonomy(), *(record("taxonomy", row) for row in Taxonomy.objects.order_by("name", "pk"))]


def terms(taxonomy_id: str = "") -> list[dict]:
    """Return all terms, or those of one taxonomy."""
    rows = TaxonomyTerm.objects.select_related("taxonomy").order_by("name", "pk")
    if taxonomy_id:
        rows = rows.filter(taxonomy_id=taxonomy_id)
    ours = [need_term(code) for code in codes("need_category")] if taxonomy_id in ("", str(NEEDS)) else []
    return ours + [term(row) for row in rows]


def organisation_brief(row: Organisation) -> dict:
    """Return an organisation's own columns; HSDS wants a description, and the name is one."""
    return record("organization", row) | {"description": row.name} | _in_own_words(row)


def open_places() -> QuerySet:
    """Return the ids of the places that everybody may know of."""
    return Location.objects.visible_to(PUBLIC).filter(confidential=False).values("pk")


def pairs(rows: Iterable[ServiceAtLocation], *, at: datetime, full: bool) -> list[dict]:
    """Return pairs of service and place with both of them."""
    rows = list(rows)
    here = Location.objects.visible_to(PUBLIC).filter(pk__in={row.location_id for row in rows})
    where = locations(list(here))
    wanted = published(at).filter(pk__in={row.service_id for row in rows}).select_related("organisation", "capacity")
    drawn = whole(wanted, at=at) if full else brief(wanted)
    told = {found["id"]: found for found in drawn}
    return [
        record("service_at_location", row) | {"location": where[row.location_id], "service": told[str(row.service_id)]}
        for row in rows
    ]


def organisation(row: Organisation, services: list[dict] | None = None) -> dict:
    """Return an organisation with its telephones and places that are not confidential. Five queries."""
    phones = Phone.objects.filter(organisation_id=row.pk).order_by("pk")
    rows = Location.objects.visible_to(PUBLIC).filter(organisation_id=row.pk, confidential=False).order_by("pk")
    found = organisation_brief(row)
    where = list(locations(list(rows)).values())
    found |= _lists(phones=[record("phone", one) for one in phones], locations=where)
    return found | ({} if services is None else {"services": services})


def with_term(rows: QuerySet, wanted: UUID) -> QuerySet:
    """Return the services that carry a taxonomy term, ours or a published one."""
    for code in codes("need_category"):
        if need_id(code) == wanted:
            return rows.filter(category=code)
    return rows.filter(pk__in=Attribute.objects.filter(taxonomy_term_id=wanted).values("link_id"))


def of_taxonomy(rows: QuerySet, wanted: UUID) -> QuerySet:
    """Return the services that carry any term of a taxonomy."""
    if wanted == NEEDS:
        return rows.exclude(category="")
    return rows.filter(pk__in=Attribute.objects.filter(taxonomy_term__taxonomy_id=wanted).values("link_id"))
