"""The directory as partners keep it: hours, a pause, a safe house, a proposed partner, an agreement half signed."""

from datetime import datetime, timedelta

from core.actors import acting
from partners import actions
from partners.models import Location, ServiceAtLocation
from referral.demo.network import DESK, Network

WEEK = dict.fromkeys(("mo", "tu", "we", "th", "fr"), ("09:00", "18:00"))
SHORT = {"tu": ("12:00", "19:00"), "th": ("12:00", "19:00")}
SAFE = "Safe place after violence"
PAUSED = "Dentist on Fridays"


def build(network: Network, *, now: datetime) -> None:
    """Say what partners say of their services. Deterministic; under a second."""
    for number, service in enumerate(network.services):
        keeper = _keeper(network, service)
        if keeper is None:
            continue
        with acting(keeper):
            if service.name == SAFE:
                _safe_house(service, keeper, now)
            elif service.name == PAUSED:
                pause = {"suspended_from": now.date(), "suspended_until": (now + timedelta(days=12)).date()}
                actions.edit_service(service.pk, actor=keeper, at=now - timedelta(days=1), **pause)
            elif number % 3 == 0:
                actions.edit_service(
                    service.pk, actor=keeper, at=now - timedelta(days=number + 1),
                    hours=SHORT if number % 2 else WEEK, cost="free", interpreter_languages=["ara", "prs"],
                )  # fmt: skip
    _propose(network, now)


def _keeper(network: Network, service):
    people = network.of(service.organisation_id)
    return next((actors[0] for actors in people.values() if actors[0].may("service.manage")), None)


def _safe_house(service, keeper, now: datetime) -> None:
    place = ServiceAtLocation.objects.get(service=service).location_id
    known = Location.objects.visible_to(keeper).get(pk=place)
    actions.save_place(
        service.pk, actor=keeper, at=now - timedelta(days=30), place_id=place, area=known.area_id or "",
        name="House with the green door", confidential=True,
        safe_address="Made-up Lane 3. Ring twice; the duty worker opens.",
    )  # fmt: skip


def _propose(network: Network, now: datetime) -> None:
    sender = network.actors["willow"]["caseworker"][0]
    with acting(sender):
        actions.propose_organisation(
            actor=sender, at=now - timedelta(days=2), name="Warm Hands Laundry and Showers", type="ngo", area="BY-BR",
            categories=["food_nfi"], phone="+375 17 000 00 71", about="Showers and a laundry beside the station.",
            contact="Made-up Person, warm@waymark.test",
        )  # fmt: skip
    desk = network.actors[DESK]["coordinator"][0]
    parties = [network.organisations["sunny"].pk, network.organisations["start"].pk]
    with acting(desk):
        laid = actions.propose_agreement(
            actor=desk, at=now - timedelta(days=3), title="Work and permits", organisation_ids=parties,
            purposes=["referral_disclosure"], data_classes=[1, 2], categories=["employment"],
            valid_from=now.date(), valid_to=(now + timedelta(days=730)).date(),
        )  # fmt: skip
    speaker = network.actors["sunny"]["organisation_admin"][0]
    with acting(speaker):
        actions.confirm_agreement(laid.pk, actor=speaker, at=now - timedelta(days=2))
