"""Clients over HTTP that keep a history: what they asked, when, and what they know to have happened."""

import contextlib
import http.client
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

OK, REFUSED, UNKNOWN = "ok", "refused", "unknown"
PATIENCE = 150.0  # seconds that a client asks again with the same key


@dataclass
class Op:
    """One thing that a client wanted, however often it had to ask; times are monotonic."""

    what: str  # need, draft, or a step
    about: str  # the case, the need, or the referral
    invoked: float
    finished: float = 0.0
    outcome: str = UNKNOWN
    status: int = 0
    answer: dict = field(default_factory=dict)
    worker: str = ""
    asked: int = 0


class Clients:
    """A sender and two receivers who race, again and again, in some flows beside each other."""

    def __init__(self, port: int, ground: dict, *, seed: int, flows: int = 2, urgency: str = "urgent"):
        self.port, self.ground, self.seed, self.flows, self.urgency = port, ground, seed, flows, urgency
        self.history: list[Op] = []
        self.statuses: Counter = Counter()
        self.wrong: list[str] = []
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []

    def start(self) -> "Clients":
        self.threads = [threading.Thread(target=self._flow, args=(number,)) for number in range(self.flows)]
        for thread in self.threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Let the flows come to their end."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def post(self, path: str, body: dict, *, token: str, what: str, about: str, dice=None, patient=True) -> Op:
        """Ask, and with the same key again until there is an answer; an impatient one asks once."""
        op, key = Op(what, about, time.monotonic(), worker=body.get("worker", "")), uuid4().hex
        self.history.append(op)
        limit = op.invoked + PATIENCE
        lose = dice is not None and patient and dice.random() < 0.1
        while True:
            op.asked += 1
            status, answer = self._ask(path, body, token, key)
            if lose and op.asked == 1:
                continue  # the answer was lost on the way: the effect may stand, and the key asks for it
            if status and status < 500:
                op.status, op.answer = status, answer
                op.outcome = OK if status < 300 else REFUSED
                break
            if not patient or time.monotonic() > limit:
                break
            time.sleep(0.2)
        op.finished = time.monotonic()
        return op

    def _ask(self, path: str, body: dict, token: str, key: str) -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            try:
                connection.request("POST", f"/api/v1/{path}", json.dumps(body), {"Host": "localhost", **headers})
                response = connection.getresponse()
                text = response.read().decode()
            except (OSError, http.client.HTTPException):
                self.statuses["none"] += 1
                return 0, {}
        self.statuses[response.status] += 1
        if "Traceback" in text or response.status not in {200, 201, 409, 412, 503}:
            self.wrong.append(f"{path}: {response.status} {text[:200]}")
        with contextlib.suppress(ValueError):
            return response.status, json.loads(text)
        return response.status, {}

    def _flow(self, number: int) -> None:
        dice = random.Random(self.seed * 100 + number)
        with ThreadPoolExecutor(3) as pool:
            while not self.stopping.is_set():
                self._one(dice, pool)
                time.sleep(0.1)

    def need(self) -> Op:
        """Add a need to the case; of it everything begins."""
        body = {"case": self.ground["case"], "category": "legal"}
        return self.post("needs/", body, token=self.ground["sender"], what="need", about=self.ground["case"])

    def _one(self, dice, pool) -> None:
        """One referral: begun, sent, received, raced for, and carried on by who got it."""
        sender, (first, second) = self.ground["sender"], self.ground["receivers"]
        need = self.need()
        if need.outcome != OK:
            return
        facts = {"service": dice.choice(self.ground["services"]), "consent": self.ground["consent"]}
        urgency = dice.choice([self.urgency, self.urgency, "routine", "emergency"])
        body = {"need": need.answer["id"], **facts, "urgency": urgency, "note": "Wages", "documents_settled": True}
        draft = self.post("referrals/", body, token=sender, what="draft", about=body["need"], dice=dice)
        if draft.outcome != OK:
            return
        pk = draft.answer["id"]

        def step(name, token, *, patient=True, own=dice, **given) -> Op:
            path = f"referrals/{pk}/steps/{name}/"
            return self.post(path, given, token=token, what=name, about=pk, dice=own, patient=patient)

        if step("send", sender, patient=dice.random() < 0.9).outcome != OK:
            return
        if step("receive", first).outcome != OK:
            return
        racers = [(step, "accept", token, {"worker": worker}) for token, worker in
                  zip((first, second), self.ground["workers"], strict=True)]  # fmt: skip
        if dice.random() < 0.2:
            racers.append((step, "cancel", sender, {"text": "Not needed"}))
        dice.shuffle(racers)
        patient = dice.random() < 0.9
        asked = [
            pool.submit(call, name, token, patient=patient, own=random.Random(dice.random()), **given)
            for call, name, token, given in racers
        ]
        answers = [future.result() for future in asked]
        won = [op for op in answers if op.what == "accept" and op.outcome == OK]
        if not won or any(op.what == "cancel" and op.outcome == OK for op in answers):
            if dice.random() < 0.5:
                step("decline", first, reason="no_capacity")
            return
        if dice.random() < 0.6:
            step("not_complete", second, outcome="client_no_show")
        else:
            today = time.strftime("%Y-%m-%d")
            if step("start", first, first_contact_on=today).outcome == OK:
                step("complete", second, outcome="provided_full")
