"""Who received what about a person, when, and on which consent (DOMAIN 12: "who got my data")."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cases.models import CaseTransfer, Consent, Grant
from cases.models.transfers import ACCEPTED, APPROVED
from core.codelists import label
from partners.models import Organisation


@dataclass
class Disclosure:
    """One organisation that was let in: since when, until when, on which consent, and what it was shown."""

    organisation: str
    at: datetime
    ended_at: datetime | None
    consent: Consent | None
    reference: str = ""  # of the referral
    state: str = ""
    fields: list[str] = field(default_factory=list)  # what was shown, in words
    classes: list[int] = field(default_factory=list)


# The floor above tells what a referral showed: {referral id: {"reference", "state", "fields", "classes"}}.
SHOWN: list[Callable[..., dict]] = []


def tells_what_was_shown(function):
    """Register `f(referral_ids, *, actor) -> dict`, of the floor that knows referrals."""
    SHOWN.append(function)
    return function


def disclosures(person_id, *, actor) -> list[Disclosure]:
    """Return who outside the organisation was let in to this person's cases, the newest first. A few queries.

    An organisation that was offered the case received its summary, even where it declined.
    """
    grants = list(
        Grant.objects.visible_to(actor)
        .filter(case__person_id=person_id, owner_id=actor.organisation_id, level="packet")
        .select_related("consent")
        .order_by("-opened_at", "id")
    )
    shown: dict = {}
    for tell in SHOWN:
        shown |= tell([grant.referral_id for grant in grants], actor=actor)
    offers = list(
        CaseTransfer.objects.visible_to(actor)
        .filter(case__person_id=person_id, from_organisation_id=actor.organisation_id, approved_at__isnull=False)
        .select_related("consent")
    )
    wanted = {grant.organisation_id for grant in grants} | {offer.to_organisation_id for offer in offers}
    bodies = {row.pk: row.full_label for row in Organisation.objects.filter(pk__in=wanted)}
    received = [
        Disclosure(
            organisation=bodies[grant.organisation_id],
            at=grant.opened_at,
            ended_at=grant.closed_at,
            consent=grant.consent,
            **shown.get(grant.referral_id, {}),
        )
        for grant in grants
    ]
    received += [
        Disclosure(
            organisation=bodies[offer.to_organisation_id],
            at=offer.approved_at,
            ended_at=None if offer.state in (APPROVED, ACCEPTED) else offer.decided_at,
            consent=offer.consent,
            reference=offer.reference,
            state=label("transfer_state", offer.state),
            classes=offer.classes if offer.state == ACCEPTED else [2],
        )
        for offer in offers
    ]
    return sorted(received, key=lambda one: one.at, reverse=True)
