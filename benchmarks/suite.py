"""The measures, in the order of the table."""

import json
import re
from itertools import count
from uuid import uuid4

from django.urls import NoReverseMatch, reverse

from benchmarks import candidates, clock, duplicates, ground, import_hsds, people, persons, profile, report, telling
from benchmarks.load import NEWCOMER, PARTNER, SENDER, fill, ident
from benchmarks.report import Result
from referral.models import Referral

MAIN, SMALL, LARGE = 100_000, 10_000, 1_000_000
QUICK = (2_000, 1_000, 4_000)
ROWS = 25
API_INBOX = "/api/v1/referrals/?box=in"
SHOWN = re.compile(rb"/referrals/([0-9a-f-]{36})/")


class Bench:
    """One run: its databases, its numbers, its results."""

    def __init__(self, asked):
        self.asked = asked
        self.sizes = dict(zip(("main", "small", "large"), QUICK if asked.quick else (MAIN, SMALL, LARGE), strict=True))
        self.rounds, self.warm_up = (4, 1) if asked.quick else (200, clock.WARM_UP)
        self.results: list[Result] = []

    def make(self) -> None:
        """Make the databases that are needed, before anybody is connected to them."""
        ground.create("base")
        wanted = ["main"] if set(self.asked.names) & {"lists", "queries", "accept", "policies"} else []
        wanted += ["small", "large"] if set(self.asked.names) & {"scale", "cases"} else []
        if "sweep" in self.asked.names and not set(wanted) & {"small", "large"}:
            wanted += ["small", "large"]
        if set(self.asked.names) & {"deliveries", "fanout"}:
            wanted += ["telling"]
        for name in wanted:
            size = self.sizes.get(name, self.sizes["small"])
            say(f"  loading {size:,} referrals")
            ground.create(name, like="base")
            with ground.connected(name, "owner"):
                say(f"    done in {fill(size, say=say):.0f} s")
        if "policies" in self.asked.names:
            ground.create("open", like="main")
            ground.drop_policies("open")

    def faces(self, name: str) -> dict[str, tuple[str, dict]]:
        """Return {"page" | "list": (path, headers)} of the partner's inbox for a database."""
        with ground.connected(name):
            return {
                "page": (reverse("referral:inbox"), people.session(PARTNER, "focal_point")),
                "list": (API_INBOX, people.system(PARTNER)),
            }

    def add(self, **facts) -> None:
        """Keep a result and say it."""
        self.results.append(Result(**facts))
        say(f"  {' | '.join(self.results[-1].cells())}")

    def why(self, name: str, path: str, headers: dict) -> str:
        """Return the profile of a request on one of the databases."""
        with ground.connected(name):
            return profile.explain(path, headers)

    def compare(self, what: str, goal: float, above: tuple, below: tuple, *, database: str, words=("", "")) -> None:
        """Measure two sides (web server, path, headers) in turns and add their ratio."""
        for web in (above[0], below[0]):
            web.line.close()  # the server ends a line that was quiet for a while; this opens a fresh one
        sides = {"above": getter(*above), "below": getter(*below)}
        seconds = clock.in_turns(sides, rounds=self.rounds, warm_up=self.warm_up)
        value = clock.ratio(seconds["above"], seconds["below"])
        sizes = [len(web.ask("GET", path, headers=headers)[1]) for web, path, headers in (above, below)]
        sides = (clock.milliseconds(seconds["above"]), clock.milliseconds(seconds["below"]))
        detail = " against ".join(
            f"{word}{side}, {size / 1000:.1f} kB" for word, side, size in zip(words, sides, sizes, strict=True)
        )
        reason = self.why(database, *above[1:]) if value > goal and not self.asked.quick else ""
        self.add(what=what, value=value, goal=goal, detail=detail, reason=reason)


def say(text: str) -> None:
    print(text, flush=True)


def getter(web, path: str, headers: dict):
    """Return a call that sends one GET and returns its seconds."""
    return lambda: web.ask("GET", path, headers=headers)[0]


def has_rows(content: bytes, wanted: int) -> None:
    """Raise AssertionError unless the answer shows so many referrals: an empty page is quick."""
    found = len(set(SHOWN.findall(content)))
    assert found == wanted, f"{found} referrals are shown, not {wanted}"


def lists(bench: Bench) -> None:
    """The partner's inbox against a bare list under the same server."""
    with ground.Web("main") as web, ground.Web("main", bare=True) as bare:
        rows = len(json.loads(bare.ask("GET", "/rows/", headers={})[1])["results"])
        for face, (path, headers) in bench.faces("main").items():
            if not bench.asked.quick:
                has_rows(web.ask("GET", path, headers=headers)[1], ROWS)
                assert rows == ROWS, rows
            what = f"partner inbox, {'page' if face == 'page' else 'API list'} of {rows}, against a bare DRF list"
            bench.compare(what, 2.0, (web, path, headers), (bare, "/rows/", {}), database="main")


def scale(bench: Bench) -> None:
    """The same inbox in a database of a hundred times the size."""
    small, large = (f"{bench.sizes[name]:,}" for name in ("small", "large"))
    low, high = bench.faces("small"), bench.faces("large")
    with ground.Web("large") as web, ground.Web("small") as less:
        for face in low:
            what = f"partner inbox, {'page' if face == 'page' else 'API list'}, at {large} referrals against {small}"
            bench.compare(what, 1.3, (web, *high[face]), (less, *low[face]), database="large")


def cases(bench: Bench) -> None:
    """The list of cases, one case and its timeline, at a hundred times as many persons and cases."""
    small, large = (f"{bench.sizes[name]:,} persons, {bench.sizes[name] // 3:,} cases" for name in ("small", "large"))
    sides = {}
    for name in ("small", "large"):
        with ground.connected(name):
            headers, one = people.session(SENDER, "caseworker"), ident("c", 20)
            sides[name] = {
                "list of cases": (reverse("cases:list"), headers),
                "case page": (reverse("cases:detail", args=[one]), headers),
                "timeline": (reverse("cases:timeline", args=[one]), headers),
            }
    with ground.Web("large") as web, ground.Web("small") as less:
        for what, high in sides["large"].items():
            title = f"{what}, at {large} against {small}"
            bench.compare(title, 1.3, (web, *high), (less, *sides["small"][what]), database="large")


PAGES = (
    ("referral:inbox", "", "focal_point", PARTNER),
    ("referral:inbox", "?tab=running", "focal_point", PARTNER),
    ("referral:inbox", "?tab=done", "focal_point", PARTNER),
    ("referral:list", "", "caseworker", SENDER),
    ("referral:board", "", "supervisor", SENDER),
    ("cases:list", "", "caseworker", SENDER),
    ("partners:directory", "", "caseworker", SENDER),
    ("partners:capacity", "", "focal_point", PARTNER),
    ("notifications:list", "", "focal_point", PARTNER),
    ("home", "", "caseworker", SENDER),
    ("home", "", "focal_point", PARTNER),
)
FIRST_ROW = re.compile(r'href="(/(?:referrals|cases|directory/services)/[0-9a-f-]{36}/)"')
OPENED = (  # the page behind the first row of a list
    ("referral:inbox", "focal_point", PARTNER),
    ("referral:list", "caseworker", SENDER),
    ("cases:list", "caseworker", SENDER),
    ("partners:directory", "caseworker", SENDER),
)
LISTS = (
    "organisations",
    "services",
    "persons",
    "consents",
    "cases",
    "needs",
    "referrals",
    "messages",
    "tokens",
    "events",
)


def queries(bench: Bench) -> None:
    """How many queries each page and list takes, for a newcomer with a few rows and for those with many."""
    counted, broken = {}, []
    with ground.connected("main"):
        asked = [(f"{name} {query}".strip(), name, query, role, busy) for name, query, role, busy in PAGES]
        asked += [(f"API {name}", f"/api/v1/{name}/", "", None, SENDER) for name in LISTS]
        asked += [("API inbox", API_INBOX, "", None, PARTNER)]
        for label, name, query, role, busy in asked:
            try:
                path = name if role is None else reverse(name) + query
                who = [people.system(n) if role is None else people.session(n, role) for n in (NEWCOMER, busy)]
                counted[label if role is None else f"{label} ({role.replace('_', ' ')})"] = tuple(
                    len(profile.queries(path, headers)) for headers in who
                )
            except (NoReverseMatch, AssertionError) as error:
                broken.append(f"{label}: {error}")
        for name, role, busy in OPENED:
            pair = [_opened(name, people.session(n, role)) for n in (NEWCOMER, busy)]
            if None in pair:
                broken.append(f"first row of {name}")
            else:
                counted[f"the first row of {name}, opened ({role.replace('_', ' ')})"] = tuple(pair)
    most = max(counted, key=lambda name: max(counted[name]))
    growing = {name: pair for name, pair in counted.items() if pair[1] > pair[0]}
    detail = f"{len(counted)} pages and lists; most: {most}; growing with the rows: {', '.join(growing) or 'none'}"
    detail += f"; no answer: {'; '.join(broken)}" if broken else ""
    lines = [f"- {name}: {few} with few rows, {many} with many" for name, (few, many) in sorted(counted.items())]
    worst = max(map(max, counted.values()))
    reason = "\n".join(lines) if worst > 12 else ""
    what = "queries of a page or list, the most of all"
    bench.add(what=what, value=worst, goal=12, unit="queries", detail=detail, reason=reason)


def _opened(name: str, headers: dict[str, str]) -> int | None:
    """Return how many queries the page behind the first row of a list takes; None where the list is empty."""
    found = FIRST_ROW.search(profile.client(headers).get(reverse(name)).content.decode())
    return len(profile.queries(found.group(1), headers)) if found else None


def accept(bench: Bench) -> None:
    """Accept over the API, against a bare view that writes three rows and commits."""
    with ground.connected("main", "owner"):
        found = Referral.objects.filter(receiver_id=ident("o", PARTNER), state="received").order_by("pk")
        ids = [str(pk) for pk in found.values_list("pk", flat=True)]
    rounds = min(bench.rounds, len(ids) - bench.warm_up - 1)  # one is kept for the profile
    if rounds < 2:
        bench.add(what="accept", value=None, goal=4, detail=f"only {len(ids)} referrals wait")
        return
    facts = {"worker": str(ident("m", f"{PARTNER}.2")), "line_reason": "fits_place"}  # others may wait in its line
    body = json.dumps(facts).encode()
    waiting, numbers, token = iter(ids), count(1000), people.system(PARTNER)
    sent = {"Content-Type": "application/json"}

    def ours(web):
        headers = token | sent | {"Idempotency-Key": str(uuid4())}
        return web.ask("POST", f"/api/v1/referrals/{next(waiting)}/steps/accept/", headers=headers, body=body)[0]

    def theirs(bare):
        facts = json.dumps({"referral": ids[0], "number": next(numbers)}).encode()
        return bare.ask("POST", "/write/", headers=sent, body=facts)[0]

    with ground.Web("main") as web, ground.Web("main", bare=True) as bare:
        sides = {"above": lambda: ours(web), "below": lambda: theirs(bare)}
        taken = clock.in_turns(sides, rounds=rounds, warm_up=bench.warm_up)
    value = clock.ratio(taken["above"], taken["below"])
    detail = f"{clock.milliseconds(taken['above'])} against {clock.milliseconds(taken['below'])}, {rounds} times"
    reason = ""
    if value > 4 and not bench.asked.quick:
        with ground.connected("main"):
            path = f"/api/v1/referrals/{ids[-1]}/steps/accept/"
            ask = profile.client(token)
            reason = profile.slowest(lambda: ask.post(path, body, content_type="application/json"))
    what = "accept over HTTP, against a bare view that writes 3 rows"
    bench.add(what=what, value=value, goal=4, detail=detail, reason=reason)


def policies(bench: Bench) -> None:
    """Row-level security on against off: the same code, the same rows."""
    on, off = bench.faces("main"), bench.faces("open")
    with ground.Web("main") as web, ground.Web("open") as free:
        for face in on:
            what = f"row-level security on against off, inbox {face}"
            bench.compare(what, 1.3, (web, *on[face]), (free, *off[face]), database="main")


def directory(bench: Bench) -> None:
    """The import of a directory against COPY of the same rows."""
    with ground.connected("base", "worker"):
        found = import_hsds.measure()
    bench.add(what=found["name"], value=found["ratio"], goal=found["goal"], detail=found["details"])


def matching(bench: Bench) -> None:
    """What is found of two sets with known duplicates."""
    duplicates.measure(bench.add)


def choice(bench: Bench) -> None:
    """The candidates of one need among many services, against the bare SQL of the hard filters."""
    size = bench.sizes["main"]
    say(f"  loading {size:,} services")
    ground.create("choice", like="base")
    with ground.connected("choice", "owner"):
        candidates.load(size)
    with ground.connected("choice"):
        sides = candidates.Sides()
        calls = {"above": sides.above, "below": sides.below}
        taken = clock.in_turns(calls, rounds=bench.rounds, warm_up=bench.warm_up)
        value = clock.ratio(taken["above"], taken["below"])
        reason = profile.slowest(sides.above) if value > 3 and not bench.asked.quick else ""
    detail = f"{clock.milliseconds(taken['above'])} against {clock.milliseconds(taken['below'])}; of this need "
    detail += f"{sides.fit:,} services fit and {sides.unfit:,} do not; ten shown in order with reasons"
    what = f"candidates of a need among {size:,} services, against the bare SQL of the hard filters"
    bench.add(what=what, value=value, goal=3, detail=detail, reason=reason)


def search(bench: Bench) -> None:
    """The search by name among a million persons, against a page of persons fetched by primary key."""
    size = bench.sizes["large"]
    say(f"  loading {size:,} persons")
    ground.create("people", like="base")
    with ground.connected("people", "owner"):
        names = persons.fill(size)
    with ground.connected("people"):
        searched, fetched, found = persons.measure(names, size, rounds=bench.rounds)
    detail = f"{clock.milliseconds(searched)} against {clock.milliseconds(fetched)}; {found} of {len(searched)} found "
    detail += f"somebody among the {size // persons.SHARED_BY:,} persons of their organisation"
    what = f"search among {size:,} persons, p95, against {persons.ROWS} by primary key"
    bench.add(what=what, value=persons.p95(searched) / persons.p95(fetched), goal=15, detail=detail)


def deliveries(bench: Bench) -> None:
    """Events that each tell one person at once, against tasks that do nothing, by the same worker and broker."""
    count = 60 if bench.asked.quick else 2000
    found = telling.rates(count)
    assert found["once"], f"of {count} events: notices, deliveries, mails, mails in all: {found['counted']}"
    detail = f"{found['told']:.0f} events a second told and sent, against {found['bare']:.0f} tasks a second; "
    detail += f"{count} of each, {telling.PROCESSES} processes sharing the work, nothing twice"
    what = "events to deliveries per second, against bare Celery tasks"
    bench.add(what=what, value=found["told"] / found["bare"], goal=0.5, more=True, detail=detail)


def sweep(bench: Bench) -> None:
    """The sweep of clocks among a hundred times as many open ones, with as many due."""
    due = 500 if bench.asked.quick else 1000
    totals = {name: telling.lay_clocks(name, due) for name in ("large", "small")}
    sides = {"above": telling.sweeper("large"), "below": telling.sweeper("small")}
    rounds = due // (telling.CHUNK * 4) - 1
    taken = clock.in_turns(sides, rounds=rounds, warm_up=1, within=120)
    assert all(telling.still_due(name) < due for name in totals)
    value = clock.ratio(taken["above"], taken["below"])
    detail = f"{telling.CHUNK * 4} due clocks in {clock.milliseconds(taken['above'])} among {totals['large']:,} open, "
    detail += f"in {clock.milliseconds(taken['below'])} among {totals['small']:,}; {due} due in each"
    bench.add(what="sweep of clocks, at a hundred times as many open ones", value=value, goal=1.3, detail=detail)


def fanout(bench: Bench) -> None:
    """One event to a desk of a thousand people, against inserting the same rows and nothing else."""
    number = 100 if bench.asked.quick else telling.PEOPLE
    telling.hire(number)
    taken = telling.fanout(3 if bench.asked.quick else 10)
    sides = [clock.milliseconds(taken[side]) for side in ("above", "below")]
    what = f"one event told to {number:,} people, against inserting its rows"
    bench.add(what=what, value=clock.ratio(taken["above"], taken["below"]), goal=5, detail=" against ".join(sides))


MEASURES = {
    "lists": lists, "scale": scale, "cases": cases, "queries": queries, "accept": accept, "policies": policies,
    "import": directory, "duplicates": matching, "candidates": choice, "search": search, "deliveries": deliveries,
    "sweep": sweep, "fanout": fanout,
}  # fmt: skip


def measure(asked) -> list[Result]:
    """Run what was asked for, print the table, and write RESULTS.md when it was everything in full."""
    bench = Bench(asked)
    say("Preparing the databases")
    bench.make()
    say("Measuring")
    for name in asked.names:
        MEASURES[name](bench)
    say("\n" + report.plain(bench.results))
    whole = set(asked.names) == set(MEASURES) and not asked.quick
    target = asked.results or (report.FILE if whole else None)
    if target:
        setting = [
            f"{bench.sizes['main']:,} referrals of {NEWCOMER} organisations unless said otherwise; the measured "
            "partner receives one in fifty, and a fifth of those wait for its answer",
            f"medians of {bench.rounds} requests a side (fewer where they are slow) over one kept-open connection; "
            "the two sides take turns",
            "the web server as `make run` starts it (granian, 2 workers), PostgreSQL durable; no Celery worker beside",
        ]
        target.write_text(report.markdown(bench.results, postgres=ground.postgres_version(), setting=setting))
    return bench.results
