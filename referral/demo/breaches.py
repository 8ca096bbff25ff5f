"""Two breaches of data at the first sender: one whose 72 hours run, and one that is dealt with."""

from datetime import datetime, timedelta

from cases.actions import incidents
from core.actors import acting
from referral.demo.network import SENDERS, Network

HOUR = timedelta(hours=1)


def build(network: Network, *, now: datetime) -> None:
    """Let a caseworker report both; the supervisor has contained the newer one and closed the older."""
    people = network.actors[SENDERS[0]]
    worker, lead = people["caseworker"][0], people["supervisor"][0]
    with acting(worker):
        old = incidents.report_incident(
            actor=worker, at=now - 400 * HOUR, kind="wrong_recipient", persons=1, records=1, classes=[2],
            what="A letter with an appointment went to the address where a client lived before.",
        )  # fmt: skip
        new = incidents.report_incident(
            actor=worker, at=now - 26 * HOUR, kind="lost_device", persons=14, classes=[1, 2],
            what="A work telephone was left in a bus on the way back from the border. It is locked.",
        )  # fmt: skip
    with acting(lead):
        for row in (old, new):
            incidents.take_incident(row.pk, actor=lead, at=row.recorded_at + HOUR)
        at = old.recorded_at + 5 * HOUR
        incidents.contain_incident(old.pk, actor=lead, at=at, note="The letter came back unopened.")
        incidents.assess_incident(
            old.pk, actor=lead, at=at, risk="none", note="Nobody read it.", persons=1, records=1, classes=[2]
        )
        incidents.tell_authority(old.pk, actor=lead, at=at, told=False, note="No risk: the letter was not opened.")
        incidents.tell_persons(old.pk, actor=lead, at=at, told=True, note="Told by telephone.")
        incidents.close_incident(old.pk, actor=lead, at=at)
        incidents.contain_incident(
            new.pk, actor=lead, at=now - 24 * HOUR, note="The telephone was wiped from afar and its sessions ended."
        )
