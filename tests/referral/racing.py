"""Two or more clients at once, each with a connection of its own and real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import DatabaseError, connection

from core.actions import NotNow
from core.actors import acting
from referral.lifecycle import advance
from referral.models import Referral
from tests.world import NOON


class Racers:
    """Threads that start together. `run(calls)` returns what each call returned or refused, in order."""

    def __init__(self, number: int):
        self.pool = ThreadPoolExecutor(number)
        self.barrier = Barrier(number)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        for _ in range(self.barrier.parties):
            self.pool.submit(connection.close)
        list(self.pool.map(lambda _n: (self.barrier.wait(10), connection.close()), range(self.barrier.parties)))
        self.pool.shutdown()

    def run(self, calls):
        def start(call):
            self.barrier.wait(10)
            try:
                return call()
            except (NotNow, DatabaseError) as refusal:
                return refusal

        return [future.result(30) for future in [self.pool.submit(start, call) for call in calls]]


def accepting(w, referral, by, worker):
    """Return a call that accepts the referral as the member `by`, naming `worker`."""

    def call():
        with acting(w.actors[by]) as actor:
            return advance(referral.pk, "accept", actor=actor, at=NOON, worker=w.members[worker].pk)

    return call


def race_to_accept(w, racers, referrals):
    """Race two workers for each referral; return the referrals that were not accepted exactly once."""
    wrong = []
    for referral in referrals:
        answers = racers.run(
            [accepting(w, referral, "partner", "worker"), accepting(w, referral, "partner_supervisor", "partner")]
        )
        refusals = [answer for answer in answers if isinstance(answer, NotNow)]
        winners = [answer for answer in answers if isinstance(answer, Referral)]
        with acting(w.actors["partner"]):
            referral.refresh_from_db()
        fair = (
            len(winners) == 1
            and len(refusals) == 1
            and refusals[0].code == "wrong_state"
            and winners[0].worker_id == referral.worker_id
            and referral.worker_name in refusals[0].sentence
        )
        if not fair:
            wrong.append(referral)
    return wrong
