"""Rows of the directory for the twin test: places, changes, dates, proposals, confirmations of three organisations."""

import dataclasses
from uuid import uuid4

from core.actors import acting
from partners.models import AgreementConfirmation, Location, Proposal, ServiceChange, Upkeep
from tests.world import NOON, agreement, service

SPOKEN = {"service.manage", "place.read_safe", "agreement.confirm"}


def populate_directory(w) -> None:
    """A confidential place and an open one, a change, a date, a proposal and a confirmation of each."""
    o = w.of
    for short, where in (("supervisor", o.sender), ("stranger", o.stranger), ("partner", o.receiver)):
        actor = dataclasses.replace(w.actors[short], permissions=w.actors[short].permissions | SPOKEN)
        other = o.receiver if where != o.receiver else o.network
        between = agreement(where, other, title="Laid before them", status="proposed")
        offered = service(where, name="Kept")
        with acting(actor):
            rows = [
                Location(organisation=where, name="Open house"),
                Location(organisation=where, name="Safe house", confidential=True, safe_address="Behind the mill"),
                ServiceChange(service=offered, organisation=where, number=2, action="update", field="name", at=NOON),
                Upkeep(organisation=where, kind="service", about=uuid4(), base_at=NOON),
                Proposal(name="New partner", type="ngo", proposer_id=where.pk, proposed_at=NOON),
                AgreementConfirmation(agreement=between, organisation=where, at=NOON),
            ]
            for row in rows:
                row.save(force_insert=True)
