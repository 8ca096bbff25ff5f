"""Two or more clients over HTTP at once, each with a connection of its own and real commits."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client


class Racers:
    """Threads that start together. `run(calls)` returns what each call returned, in order."""

    def __init__(self, number: int):
        self.pool = ThreadPoolExecutor(number)
        self.barrier = Barrier(number)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        # By the thread itself: each has a connection of its own behind this name.
        self._together([lambda: connection.close()] * self.barrier.parties)  # noqa: PLW0108
        self.pool.shutdown()

    def run(self, calls):
        return self._together(calls)

    def _together(self, calls):
        def start(call):
            self.barrier.wait(10)
            return call()

        return [future.result(30) for future in [self.pool.submit(start, call) for call in calls]]


def signed_in(w, person) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
    client.force_login(w.members[person].user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def accepting(client, referral, w, worker):
    """Return a call that accepts the referral over HTTP, naming `worker`; it returns (status, answer)."""
    body = json.dumps({"worker": str(w.members[worker].pk)})

    def call():
        answer = client.post(f"/api/v1/referrals/{referral.pk}/steps/accept/", body, content_type="application/json")
        return answer.status_code, answer.json()

    return call


def race_to_accept(w, racers, referrals):
    """Race two workers for each referral; return the answers wherever it was not one 200 and one telling 409."""
    wrong = []
    first, second = signed_in(w, "partner"), signed_in(w, "partner_supervisor")
    for referral in referrals:
        answers = racers.run([accepting(first, referral, w, "worker"), accepting(second, referral, w, "partner")])
        (won, winner), (lost, loser) = sorted(answers, key=lambda answer: answer[0])
        told = loser.get("worker_name")
        stored = first.get(f"/api/v1/referrals/{referral.pk}/").json()["worker_name"]
        if (won, lost) != (200, 409) or not told or not told == winner["worker_name"] == stored:
            wrong.append(answers)
    return wrong
