"""Referrals on their way: each is drafted, sent and answered through the doors, at times around today."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cases.actions.cases import settle_need
from cases.actions.consents import withdraw_consent
from cases.circumstances import facts_of
from cases.models import Need
from core.actions import NotNow
from core.actors import Actor, acting
from core.codelists import codes
from partners.conditions import conditions_of
from partners.eligibility import evaluate
from partners.models import Service
from referral.conversation import write_message
from referral.demo.network import Network, load
from referral.demo.people import Client
from referral.drafting import draft_referral, set_share
from referral.lifecycle import advance
from referral.models import Referral
from referral.states import COMPLETED_OUTCOMES

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """How many referrals end where, when they began (days ago), and which steps the receiver took."""

    state: str
    number: int
    days: tuple[float, float]
    steps: tuple[str, ...] = ()


# Those that few needs fit come first.
PLANS = (
    Plan("pending_approval", 8, (0.05, 2)),
    Plan("waitlisted", 16, (2, 30), ("receive", "waitlist")),
    Plan("expired", 10, (10, 40)),
    Plan("entered_in_error", 6, (2, 40), ("mark_error",)),
    Plan("completed", 96, (26, 80), ("receive", "accept", "start", "complete")),
    Plan("declined", 50, (3, 80), ("receive", "decline")),
    Plan("in_progress", 46, (3, 9), ("receive", "accept", "start")),
    Plan("accepted", 28, (1.2, 4), ("receive", "accept")),
    Plan("received", 26, (0.1, 1.6), ("receive",)),
    Plan("not_completed", 26, (26, 80), ("receive", "accept", "not_complete")),
    Plan("sent", 22, (0.02, 1.4)),
    Plan("cancelled", 16, (2, 60), ("receive", "cancel")),
    Plan("withdrawn", 14, (2, 20), ("receive",)),
    Plan("draft", 14, (0.02, 3)),
    Plan("info_requested", 12, (0.3, 1.2), ("receive", "ask")),
    Plan("on_hold", 10, (6, 30), ("receive", "accept", "start", "hold")),
)
# After these the same service may be asked again about the same need; an open referral forbids it (G8).
ENDED = {"declined", "not_completed", "cancelled", "entered_in_error", "completed"}
# Hours that pass before a step, from to.
PAUSES = {"receive": (0.3, 2.5), "ask": (0.5, 3), "reply": (1, 6), "accept": (1, 8), "decline": (1, 16),
          "waitlist": (1, 8), "start": (6, 40), "complete": (24, 330), "not_complete": (48, 240),
          "hold": (24, 80), "cancel": (2, 20), "mark_error": (0.3, 1)}  # fmt: skip
DECLINES = ["no_capacity", "no_capacity", "not_eligible", "out_of_area", "no_interpretation", "already_served", "other"]
FAILURES = ["client_declined", "client_no_show", "client_unreachable", "client_moved", "service_failed"]


class Journeys:
    """Makes referrals for the clients of a network. Counts those that came to their state."""

    def __init__(self, network: Network, clients: list[Client], rng: Random, *, now: datetime):
        self.network, self.clients, self.rng, self.now = network, clients, rng, now
        self.words = load("words")
        self.done_needs: set = set()
        self.used: set[tuple] = set()
        self.made: dict[str, int] = {}
        self.withdrawing = [client for client in clients if client.age >= 18][-max(2, len(clients) // 15) :]

    def make(self, plan: Plan) -> bool:
        """Make one referral of the plan. False when no client has a need that fits it."""
        began = self.now - DAY * self.rng.uniform(*plan.days)
        found = self._choose(plan, began)
        if found is None:
            return False
        client, need, service = found
        if plan.state not in ENDED:
            self.used.add((need.pk, service.pk))
        with acting(client.worker):
            referral = self._draft(client, need, service, plan, began)
        if plan.state == "draft":
            return self._count(plan)
        at = self._send(client, referral, plan, began + 0.2 * HOUR)
        if plan.state not in {"pending_approval", "sent", "expired"}:
            self._answer(client, referral, plan, at)
        elif plan.state == "expired" and self.rng.random() < 0.5:
            self._step(self.network.desk_of(service.organisation_id), referral, "receive", at + HOUR)
        return self._count(plan)

    def _count(self, plan: Plan) -> bool:
        self.made[plan.state] = self.made.get(plan.state, 0) + 1
        return True

    def _choose(self, plan: Plan, began: datetime) -> tuple[Client, Need, Service] | None:
        """Return a client with a need and a service that fit each other, the plan and the time."""
        pool = self.withdrawing if plan.state == "withdrawn" else [c for c in self.clients if c not in self.withdrawing]
        for client in self.rng.sample(pool, k=len(pool)):
            if client.opened_at + 2 * HOUR > began:
                continue
            wants = None
            for need in self.rng.sample(client.needs, k=len(client.needs)):
                if need.pk in self.done_needs or (plan.state == "pending_approval" and not _watched(client, need)):
                    continue
                wants = wants or self._wants(client)
                for service in self._services(need, plan, client):
                    fit = evaluate(wants, conditions_of(service))
                    if not fit.excluded and (need.pk, service.pk) not in self.used:
                        return client, need, service
        return None

    def _wants(self, client: Client):
        with acting(client.worker):
            return facts_of(client.case, actor=client.worker, on=self.now.date())

    def _services(self, need: Need, plan: Plan, client: Client) -> list[Service]:
        own = client.worker.organisation_id
        found = [
            service
            for service in self.network.services
            if service.category == need.category
            and service.organisation_id != own
            and (plan.state != "waitlisted" or service.waiting_list)
            and not (service.organisation_id == self.network.organisations["riverbank"].pk and self._far(client))
        ]
        return self.rng.sample(found, k=len(found))

    def _far(self, client: Client) -> bool:
        """North Star has no agreement with Riverbank."""
        return client.worker.organisation_id == self.network.organisations["north"].pk

    def _draft(self, client: Client, need: Need, service: Service, plan: Plan, at: datetime) -> Referral:
        urgency = self.rng.choice(["routine", "routine", "urgent"])
        if plan.state in {"sent", "received", "accepted", "completed"} and self.rng.random() < 0.12:
            urgency = "emergency"
        need = Need.objects.visible_to(client.worker).select_related("case__person__area").get(pk=need.pk)
        referral = draft_referral(
            need, actor=client.worker, at=at, service=service, urgency=urgency, consent=client.consent
        )
        if plan.state != "draft" or self.rng.random() < 0.5:
            referral = set_share(
                referral.pk,
                actor=client.worker,
                at=at,
                share={},
                note=self.rng.choice(self.words["notes"]),
                documents_settled=True,
                consent=client.consent,
            )
        return referral

    def _send(self, client: Client, referral: Referral, plan: Plan, at: datetime) -> datetime:
        """Send it, by a supervisor's approval where one is needed. Returns the time after that."""
        if not referral.approval_needed:
            self._put(client.worker, referral, "send", at)
            return at
        self._put(client.worker, referral, "submit", at)
        if plan.state == "pending_approval":
            return at
        at += min(HOUR * self.rng.uniform(0.2, 3), (self.now - at) / 3)
        self._step(client.supervisor, referral, "approve", at)
        return at

    def _put(self, worker: Actor, referral: Referral, name: str, at: datetime) -> None:
        """Send or submit it; what was asked a day before is asked again with a reason (G8)."""
        try:
            self._step(worker, referral, name, at)
        except NotNow as refusal:
            if refusal.code != "repeat_reason_missing":
                raise
            with acting(worker):
                set_share(referral.pk, actor=worker, at=at, repeat_reason=self.rng.choice(codes("repeat_reason")))
            self._step(worker, referral, name, at)

    def _answer(self, client: Client, referral: Referral, plan: Plan, at: datetime) -> None:
        names = list(plan.steps)
        if plan.state in {"accepted", "completed", "declined"} and self.rng.random() < 0.15:
            names[1:1] = ["ask", "reply"]
        if plan.state == "cancelled" and self.rng.random() < 0.5:
            names = ["cancel"]
        for name, moment in zip(names, self._moments(names, at), strict=True):
            actor = self._side(name, client, referral)
            facts = self._facts(name, referral, moment)
            referral = self._step(actor, referral, name, moment, **facts)
            self._talk(client, referral, moment)
        if plan.state == "withdrawn":
            client.withdrawn = True
        if plan.state == "completed":
            self._settle(client, referral)

    def _moments(self, names: list[str], at: datetime) -> list[datetime]:
        """Return when each step was taken: after its usual time, drawn together where today comes before."""
        hours, passed = [], 0.0
        for name in names:
            passed += self.rng.uniform(*PAUSES[name])
            hours.append(passed)
        room = (self.now - at) / HOUR * 0.95
        share = min(1.0, room / passed) if passed else 1.0
        return [at + HOUR * (hour * share) for hour in hours]

    def _side(self, name: str, client: Client, referral: Referral) -> Actor:
        if name in {"reply", "cancel"}:
            return client.worker
        if name == "mark_error":
            return client.supervisor
        desk = self.network.desk_of(referral.receiver_id)
        if name in {"start", "complete", "hold", "not_complete"} and referral.worker_id:
            own = [a for a in self.network.workers_of(referral.receiver_id) if a.member_id == referral.worker_id]
            return own[0] if own else desk
        return desk

    def _facts(self, name: str, referral: Referral, at: datetime) -> dict:
        """Return what is told with a step."""
        rng, words = self.rng, self.words
        makers = {
            "accept": lambda: {
                "worker": rng.choice(self.network.workers_of(referral.receiver_id)).member_id,
                "line_reason": "fits_place",
            },
            "decline": self._decline,
            "start": lambda: {"first_contact_on": at.date()},
            "complete": lambda: {
                "outcome": rng.choice(COMPLETED_OUTCOMES[:2] * 3 + COMPLETED_OUTCOMES),
                "text": rng.choice(words["complete"]),
            },
            "not_complete": lambda: self._failure(at),
            "waitlist": lambda: {"expected_on": (self.now + DAY * rng.randrange(5, 40)).date()},
            "hold": lambda: {
                "text": rng.choice(words["hold"]),
                "resume_on": (self.now + DAY * rng.randrange(2, 20)).date(),
            },
            "ask": lambda: {"text": rng.choice(words["ask"])},
            "reply": lambda: {"text": rng.choice(words["reply"])},
            "cancel": lambda: {"text": rng.choice(words["cancel"])},
            "mark_error": lambda: {"text": rng.choice(words["error"])},
        }
        return makers[name]() if name in makers else {}

    def _decline(self) -> dict:
        reason = self.rng.choice(DECLINES)
        words = self.words["decline"]
        return {"reason": reason, "text": words[1] if reason == "other" else self.rng.choice(words)}

    def _failure(self, at: datetime) -> dict:
        outcome = self.rng.choice(FAILURES)
        tries = [(at - DAY * number).date() for number in (3, 2, 1)]
        return {"outcome": outcome, **({"attempts": tries} if outcome == "client_unreachable" else {})}

    def _step(self, actor: Actor, referral: Referral, name: str, at: datetime, **facts) -> Referral:
        with acting(actor):
            return advance(referral.pk, name, actor=actor, at=at, **facts)

    def _talk(self, client: Client, referral: Referral, at: datetime) -> None:
        if referral.state not in {"received", "accepted", "in_progress", "waitlisted"} or self.rng.random() > 0.3:
            return
        for actor in (self.network.desk_of(referral.receiver_id), client.worker)[: self.rng.choice([1, 2])]:
            at += timedelta(minutes=1)
            with acting(actor):
                write_message(referral.pk, actor=actor, at=at, text=self.rng.choice(self.words["messages"]))

    def _settle(self, client: Client, referral: Referral) -> None:
        """The sender asks the client, then says what became of the need (T10); some have not asked yet."""
        self.done_needs.add(referral.need_id)
        if self.rng.random() < 0.75:
            at = min(referral.state_since + DAY * self.rng.uniform(0.5, 6), self.now)
            status = "partly_met" if referral.outcome == "provided_part" else "met"
            with acting(client.worker):
                settle_need(referral.need_id, actor=client.worker, at=at, status=status)

    def withdraw(self) -> None:
        """Those who changed their mind withdraw their consent: all that is open is withdrawn with it."""
        for client in self.clients:
            if client.withdrawn:
                with acting(client.worker):
                    withdraw_consent(
                        client.consent.pk, actor=client.worker, at=self.now - HOUR * self.rng.uniform(2, 30)
                    )


def _watched(client: Client, need: Need) -> bool:
    """Return whether a supervisor must approve (T2)."""
    return client.age < 18 or client.case.risk_level == "critical" or need.field_class == 4
