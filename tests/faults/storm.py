"""A seeded plan of faults against a running product with clients at work; after each, the invariants are checked."""

import contextlib
import json
import random
import signal
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median

import psycopg2
import redis

from config.processes import wait_for
from tests.faults.clients import OK, Clients
from tests.faults.history import compare
from tests.faults.outside import HOOK_WAYS, MAIL_WAYS, Hook, Mail
from tests.faults.product import Product

RECOVERY = 120.0  # seconds: the promise
PAGE = 10.0  # seconds that a page may take while the broker stands still, on a busy machine
INVARIANTS = "SELECT invariant, what, id::text FROM waymark.invariants(now() - interval '1 day', %s) WHERE what <> ''"
TOLD = "SELECT 1 FROM core_feed f JOIN core_event e ON e.id = f.event_id WHERE e.about = %s"
# Time is let go by: what would be tried again in an hour is due now.
LATER = (
    "UPDATE notifications_delivery SET next_try_at = now() WHERE status = 'waiting' AND next_try_at > now()",
    "UPDATE notifications_webhookendpoint SET quiet_until = NULL WHERE quiet_until > now()",
    "UPDATE core_outbox SET next_try_at = now() WHERE next_try_at > now()",
)
OPEN = """SELECT (SELECT count(*) FROM core_outbox)
    + (SELECT count(*) FROM notifications_delivery WHERE status IN ('waiting', 'sending'))"""
# The time of some clocks is up: %s ago.
OLDER = """UPDATE referral_deadline SET started_at = started_at - (due_at - now()) - %s::interval,
    due_at = now() - %s::interval, next_alarm_at = now() - %s::interval
    WHERE met_at IS NULL AND closed_at IS NULL AND paused_at IS NULL AND right(id::text, 1) < %s"""
SENT = """SELECT d.id::text, d.status, d.attempts, d.error, extract(epoch FROM created.recorded_at)
    FROM notifications_delivery d LEFT JOIN core_event created ON created.id = d.event_id
    WHERE d.channel = %s AND d.digest_id IS NULL"""
KINDS = ("referral.sent", "referral.accepted", "referral.completed", "referral.cancelled")

CLOCKS = (3600, -3600, 86400, -86400)
DATABASE = {
    "database killed": signal.SIGKILL,
    "database stopped at once": signal.SIGQUIT,
    "database started anew": signal.SIGINT,
}


def _made_in(product: Product) -> dict:
    said = product.manage("shell", "-c", "from tests.faults.ground import show; show()")
    return json.loads(said.strip().splitlines()[-1])


@dataclass
class Fault:
    """One that was done: which, when it was over, and the seconds until an event was told again."""

    kind: str
    over: float  # wall clock
    told: float


class Storm:
    """Clients, faults, and the checks. `dice` decides everything, so a seed names a plan."""

    def __init__(
        self, product: Product, mail: Mail, hook: Hook, *, seed: int, flows: int = 2, broker=None, ground=None
    ):
        self.product, self.mail, self.hook, self.seed = product, mail, hook, seed
        self.dice, self.done, self.broken, self.meanwhile = random.Random(seed), [], [], []
        self.own_broker = broker  # of the test, where the product was given one
        self.ground = ground or _made_in(product)
        self.needs_before = product.ask("SELECT count(*) FROM cases_need WHERE case_id = %s", self.ground["case"])[0][0]
        self.clients = Clients(product.port, self.ground, seed=seed, flows=flows)
        body = {"url": f"http://127.0.0.1:{hook.port}/hook", "kinds": list(KINDS)}
        made = self.clients.post("webhooks/", body, token=self.ground["sender"], what="webhook", about="")
        assert made.outcome == OK, made
        self.clients.history.clear()

    # The faults.

    def killed(self, what: str) -> None:
        self.product.kill(what, self.dice)

    def database(self, signum: int) -> None:
        self.product.signal_server("database", signum)

    def backend(self) -> None:
        """kill -9 of one session: PostgreSQL throws all of them out and recovers."""
        with contextlib.suppress(psycopg2.Error):
            rows = self.product.ask("SELECT pid FROM pg_stat_activity WHERE usename = 'waymark_app'", role="worker")
            pids = sorted(pid for (pid,) in rows)
            if pids:
                self.product.signal_pid(self.dice.choice(pids), signal.SIGKILL)

    def broker(self, how: str) -> None:
        """Kill it, empty it, kill it and bring it back empty, or let it stand still for some seconds."""
        if how in {"killed", "comes back empty"}:
            if self.own_broker:
                self.own_broker.lose_everything() if how == "comes back empty" else self.own_broker.restart_killed()
                return
            if how == "comes back empty":
                self._flush()
            self.product.signal_server("broker", signal.SIGKILL)
        elif how == "emptied":
            self._flush()
        else:
            self._freeze(float(how))

    def _flush(self) -> None:
        with contextlib.suppress(redis.RedisError, OSError), redis.Redis.from_url(self.product.broker()) as client:
            client.flushall()

    def _freeze(self, seconds: float) -> None:
        """While it stands still, people still work: a need is added, and answered."""
        send = self.own_broker.process.send_signal if self.own_broker else None
        stop = send or (lambda signum: self.product.signal_server("broker", signum))
        stop(signal.SIGSTOP)
        began = time.monotonic()
        try:
            if self.product.answers():
                assert self.clients.need().outcome == OK
                waited = time.monotonic() - began
                self.broken += [f"a page waited {waited:.0f} s for the broker"] if waited > PAGE else []
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
        finally:
            stop(signal.SIGCONT)

    def doubled(self, number: int) -> None:
        """Every message of the timetable again and again, in no order."""
        from config.celery import HIDDEN, app

        entries = [(entry["task"], entry.get("kwargs", {})) for entry in app.conf.beat_schedule.values()]
        messages = [entries[place % len(entries)] for place in range(number)]
        self.dice.shuffle(messages)
        with contextlib.suppress(Exception), app.connection_for_write(self.product.broker()) as connection:
            for task, kwargs in messages:
                app.send_task(task, kwargs=kwargs, connection=connection, expires=60, **HIDDEN)

    def outside(self, where, way: str, seconds: float) -> None:
        """The other side behaves badly for some seconds; what needs no other side is told meanwhile."""
        where.way = way
        try:
            began = time.monotonic()
            self.meanwhile.append(self._until_told(within=seconds + 20))
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
        finally:
            where.way = ""

    def clock(self, role: str, seconds: int) -> None:
        """The clock of web, or of worker and beat, is wrong for a while, and then leaps back."""
        self.product.move_clock(role, seconds)
        try:
            time.sleep(1)
            if role == "worker":
                self._until_told(within=30)
            else:
                body = {"case": self.ground["case"], "category": "legal"}
                status, answer = self.clients._ask("needs/", body, self.ground["sender"], "k")
                if status in {200, 201} or (
                    status == 503 and answer.get("code") not in {"clock_wrong", "database_away"}
                ):
                    self.broken.append(f"a web server whose clock is wrong answered {status}")
        finally:
            self.product.move_clock(role, 0)
            time.sleep(0.3)

    def plan(self, **numbers: int) -> list:
        """Return (kind, call) in an order that the seed decides; `numbers` says how many of which kind."""
        made = []
        for kind, number in numbers.items():
            made += [self._call(kind.replace("_", " "), place) for place in range(number)]
        self.dice.shuffle(made)
        return made

    def _call(self, kind: str, place: int):
        frozen = {"broker frozen": 3, "broker frozen long": 60}
        if kind in frozen:
            return kind, lambda: self.broker(str(frozen[kind]))
        if kind in DATABASE:
            return kind, lambda: self.database(DATABASE[kind])
        if kind == "database session killed":
            return kind, self.backend
        if kind == "messages doubled":
            return kind, lambda: self.doubled(200)
        if kind in {"clock of web", "clock of worker"}:
            seconds = CLOCKS[place % len(CLOCKS)]
            role = "app" if kind == "clock of web" else "worker"
            return f"{kind}: {seconds:+} s", lambda: self.clock(role, seconds)
        if kind.startswith("broker "):
            return kind, lambda: self.broker(kind.removeprefix("broker "))
        if kind == "mail server":
            way = MAIL_WAYS[place % len(MAIL_WAYS)]
            return f"{kind}: {way}", lambda: self.outside(self.mail, way, 4)
        if kind == "webhook receiver":
            way = HOOK_WAYS[place % len(HOOK_WAYS)]
            return f"{kind}: {way}", lambda: self.outside(self.hook, way, 4)
        return f"{kind} killed", lambda: self.killed(kind)

    # The checks.

    def run(self, plan, *, most: int = 1) -> None:
        """Do the plan: up to `most` faults at once, then recovery, then the invariants, while the clients go on."""
        self.clients.start()
        rest = list(plan)
        try:
            time.sleep(2)
            while rest:
                number = self.dice.randint(1, most)
                volley, rest = rest[:number], rest[number:]
                for _kind, call in volley:
                    call()
                over = time.time()
                told = self._until_told(within=RECOVERY + 30)
                self.done += [Fault(kind, over, told) for kind, _call in volley]
                if self.dice.random() < 0.1:
                    self.grow_older("0 s", "2")
                self._check(" and ".join(kind for kind, _call in volley), grace=RECOVERY)
                time.sleep(self.dice.random() * 0.4)
        finally:
            self.clients.stop()

    def _until_told(self, *, within: float) -> float:
        """Add a need, and return the seconds until its event was handed over by a worker."""
        began = time.monotonic()
        probe = self.clients.need()
        if probe.outcome == OK:
            wait_for(lambda: self._is_told(probe.answer["id"]), within=within, every=0.05)
        return time.monotonic() - began

    def _is_told(self, pk: str) -> bool:
        with contextlib.suppress(psycopg2.Error):
            return bool(self.product.ask(TOLD, pk))
        return False

    def grow_older(self, ago: str, share: str) -> None:
        """Let the time of some clocks be up; `share` is the hexadecimal digit below which an id ends."""
        with contextlib.suppress(psycopg2.Error):
            self.product.ask(OLDER, ago, ago, ago, share, role="owner")

    def _check(self, after: str, *, grace: float) -> None:
        for _ in range(100):
            try:
                found = self.product.ask(INVARIANTS, f"{grace} s")
            except psycopg2.Error:
                time.sleep(0.2)
                continue
            self.broken += [f"after {after}: {name} {what} {pk}" for name, what, pk in found]
            return
        self.broken.append(f"after {after}: the database could not be asked")

    def settle(self, *, within: float = 120) -> None:
        """Let everything be told, time going by quickly; then ask for everything once more, without any grace."""
        limit = time.monotonic() + within
        while time.monotonic() < limit:
            for statement in LATER:
                with contextlib.suppress(psycopg2.Error):  # a relay may hold the same rows in another order
                    self.product.ask(statement, role="owner")
            if wait_for(lambda: self.product.ask(OPEN) == [(0,)], within=5, every=0.2):
                break
        self.broken += [f"not told at the end: {count}" for (count,) in self.product.ask(OPEN) if count]
        self._check("everything", grace=60)
        self.broken += compare(self.clients.history, self.product, before=self.needs_before)
        self.broken += self.clients.wrong
        self.broken += self._sent_twice() + self._not_sent()
        self.broken += [f"a redirect was followed to {path}" for path in self.hook.others]
        self.broken += [f"{one.kind}: told after {one.told:.0f} s" for one in self.done if one.told > RECOVERY]

    def _sent_twice(self) -> list[str]:
        """Mails that arrived more often than once, and are not marked (I6). Webhooks carry an id for that."""
        taken = Counter(pk for pk, _at in self.mail.taken)
        marked = {pk for pk, _status, attempts, _error, _at in self.product.ask(SENT, "email") if attempts > 1}
        return [f"mail {pk} was sent {number} times" for pk, number in taken.items() if number > 1 and pk not in marked]

    def _not_sent(self) -> list[str]:
        """What is stored as sent arrived."""
        mails = {pk for pk, _at in self.mail.taken}
        hooks = {pk.removeprefix("msg_") for pk, _at in self.hook.taken}
        lost = [pk for pk, status, *_ in self.product.ask(SENT, "email") if status == "sent" and pk not in mails]
        lost += [
            pk
            for pk, status, *_ in self.product.ask(SENT, "webhook")
            if status == "sent" and pk.replace("-", "") not in hooks
        ]
        return [f"{pk} is stored as sent, and never arrived" for pk in lost]

    def mails_again(self) -> dict[str, list[float]]:
        """Return for each kind of fault the seconds until a mail about something newer had arrived."""
        recorded = {pk: at or 0 for pk, _status, _attempts, _error, at in self.product.ask(SENT, "email")}
        mails = sorted((at, recorded.get(pk, 0)) for pk, at in self.mail.taken)
        found = defaultdict(list)
        for fault in self.done:
            after = [float(at) - fault.over for at, event in mails if event >= fault.over]
            if after:
                found[fault.kind].append(max(min(after), 0.0))
        return found


def report(storm: Storm, *, seconds: float) -> str:
    """Return the report of a run: what was done, what the clients saw, what broke, how long recovery took."""
    outcomes = Counter(op.outcome for op in storm.clients.history)
    again = sum(op.asked > 1 for op in storm.clients.history)
    events = storm.product.ask("SELECT count(*) FROM core_event")[0][0]
    lines = [
        "# Faults",
        "",
        f"Seed {storm.seed}; {len(storm.done)} faults in {seconds:.0f} s; broken: {len(storm.broken)}.",
        "",
        f"Clients: {outcomes['ok']} steps acknowledged, {outcomes['refused']} refused, "
        f"{outcomes['unknown']} of unknown outcome, {again} asked more than once with one key. "
        f"Answers by status: {dict(storm.clients.statuses)}.",
        f"{events} events, {len(storm.mail.taken)} mails and {len(storm.hook.taken)} webhooks arrived.",
        "While a mail server or a webhook receiver behaved badly, an event was told in the house after "
        f"{_three(storm.meanwhile)} s (min / median / max).",
        "",
        "Faults come one to three at once; the times of each are those of all that came with it.",
        "",
        table(storm),
        *(["", "## Broken", "", *(f"- {line}" for line in storm.broken)] if storm.broken else []),
    ]
    return "\n".join(lines) + "\n"


def table(storm: Storm) -> str:
    """Return the faults, and how long it took until an event was told, and a mail was sent, again."""
    told = defaultdict(list)
    for fault in storm.done:
        told[fault.kind].append(fault.told)
    mails = storm.mails_again()
    lines = [
        "| fault | times | told again, s (min / median / max) | mail again, s (min / median / max) |",
        "|---|---|---|---|",
    ]
    for kind, seconds in [*sorted(told.items()), ("all", [fault.told for fault in storm.done])]:
        mail = mails.get(kind) or ([one for some in mails.values() for one in some] if kind == "all" else [])
        lines.append(f"| {kind} | {len(seconds)} | {_three(seconds)} | {_three(mail)} |")
    return "\n".join(lines)


def _three(seconds: list[float]) -> str:
    return f"{min(seconds):.1f} / {median(seconds):.1f} / {max(seconds):.1f}" if seconds else "-"
