"""Where a service is: its places. A confidential one never leaves its organisation (DOMAIN 2, Location)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.actions import Incomplete, NotNow, action
from core.actors import NOBODY
from core.events import record
from partners.actions.refusals import own_service, wrong
from partners.models import Address, Area, Location, Phone, Service, ServiceAtLocation, ServiceChange

PLACE_FIELDS = frozenset({"name", "address", "city", "latitude", "longitude", "confidential", "safe_address",
                          "accessibility"})  # fmt: skip
MOST_PLACES = 50
LONGEST = 2000


@action("place.save", permission="service.manage")
def save_place(
    service_id: UUID, *, actor, at: datetime, place_id: UUID | None = None, area: str = "", **facts
) -> Location:
    """Add a place to a service of one's own, or change one of it. Facts are PLACE_FIELDS; `area` is a code.

    A confidential place keeps what its people need in `safe_address`; its plain address, coordinates and published
    telephones are taken away. Returns the Location. Raises NotPermitted, NotNow, Incomplete.
    """
    if unknown := set(facts) - PLACE_FIELDS:
        raise TypeError(f"No such fields of a place: {sorted(unknown)}")
    service = own_service(service_id, actor)
    place = _place(service, place_id, actor)
    for name, value in facts.items():
        setattr(place, name, value)
    if area and not Area.objects.filter(pk=area).exists():
        raise wrong("area", "unknown_code", _("Choose an area from the list."))
    place.area_id = area or None
    _hide_or_show(place)
    _check(place)
    place.save()
    if place_id is None:
        ServiceAtLocation.objects.create(service=service, location=place)
    _remember(service, place, "add" if place_id is None else "edit", actor=actor, at=at)
    return place


@action("place.remove", permission="service.manage")
def remove_place(service_id: UUID, place_id: UUID, *, actor, at: datetime) -> None:
    """Take a place away from a service; where no other service is there, the place is forgotten."""
    service = own_service(service_id, actor)
    place = _place(service, place_id, actor)
    ServiceAtLocation.objects.filter(service=service, location=place).delete()
    if not ServiceAtLocation.objects.filter(location=place).exists():
        Location.objects.visible_to(actor).filter(pk=place.pk).delete()
    _remember(service, place, "remove", actor=actor, at=at)


def _place(service: Service, place_id: UUID | None, actor) -> Location:
    here = ServiceAtLocation.objects.filter(service=service)
    if place_id is None:
        if here.count() >= MOST_PLACES:
            raise NotNow("too_many_places", _("A service has at most 50 places."))
        return Location(id=uuid4(), organisation_id=service.organisation_id)
    rows = Location.objects.visible_to(actor).select_for_update(of=("self",))
    place = rows.filter(pk=place_id, organisation_id=service.organisation_id, pk__in=here.values("location_id")).first()
    if place is None:
        raise NotNow("no_such_place", _("This place is not one of this service any more."))
    return place


def _hide_or_show(place: Location) -> None:
    if place.confidential:
        place.address, place.city, place.latitude, place.longitude = "", "", None, None
        place.safe_address = place.safe_address or ""
        # What was published of it before goes, too.
        Address.objects.filter(location=place).delete()
        Phone.objects.filter(location=place).delete()
    else:
        place.safe_address = None


def _check(place: Location) -> None:
    if len(place.safe_address or "") > LONGEST:
        raise wrong("safe_address", "too_long", _("At most %(limit)s characters fit here.") % {"limit": LONGEST})
    if not place.confidential and not place.address and not place.area_id:
        raise wrong("address", "required", _("Enter an address, or choose the area."))
    if (place.latitude is None) != (place.longitude is None):
        raise wrong("latitude", "required", _("Enter both coordinates, or none."))
    try:
        place.full_clean(exclude=["organisation", "safe_address", "area"], validate_unique=False)
    except ValidationError as error:
        found = {("address" if name == "__all__" else name): texts for name, texts in error.message_dict.items()}
        raise Incomplete("wrong_fields", _("Some fields need another look."), fields=found) from None


def _remember(service: Service, place: Location, how: str, *, actor, at: datetime) -> None:
    """Write that a place changed, never where it is: the history is read by more people than the place."""
    service.version += 1
    service.save()
    ServiceChange.objects.bulk_create([
        ServiceChange(
            service=service, organisation_id=service.organisation_id, number=service.version, action="update",
            field="place", after={"place": str(place.pk), "what": how, "confidential": place.confidential}, at=at,
            member_id=None if actor.member_id == NOBODY else actor.member_id, by_name=actor.name,
        )
    ])  # fmt: skip
    record("service.changed", actor=actor, at=at, about=service.pk, fields=["place"])
