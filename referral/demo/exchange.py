"""Lists on their way out: one that was taken, and one that waits for a second person."""

from datetime import datetime, timedelta

from cases.actions.exports import ask_release, prepare_export, take_export
from core.actors import acting
from referral.demo.network import SENDERS, Network


def build(network: Network, *, now: datetime) -> None:
    """Let the first sender's supervisor take a short list and ask for a release of a restricted one."""
    actor = network.actors[SENDERS[0]]["supervisor"][0]
    at = now - timedelta(hours=3)
    with acting(actor):
        short = prepare_export(
            actor=actor,
            at=at,
            listing="cases",
            form="xlsx",
            columns=["case", "state", "review", "worker"],
            filters={"state": "open"},
            purpose="supervision",
            reason="Review dates for the meeting of the team",
        )
        if short.status == "open":
            take_export(short.pk, actor=actor, at=at)
        long = prepare_export(
            actor=actor,
            at=at,
            listing="cases",
            form="csv",
            columns=["case", "state", "needs", "needs_restricted"],
            filters={"state": "all"},
            purpose="reporting",
            reason="Numbers for the yearly report",
        )
        ask_release(long.pk, actor=actor, at=at)
