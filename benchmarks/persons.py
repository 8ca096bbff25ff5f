"""A million persons in a database of their own, and the search among them under row-level security.

Names are those of `benchmarks/data`, given and family names mixed; each person has a case of its organisation, so that
the policies have to look as in life. The organisations share the persons evenly: the one that searches has one in 200.
"""

import csv
from random import Random
from statistics import quantiles
from time import perf_counter

from django.db import connection

from benchmarks.duplicates import FILE
from benchmarks.load import _array, _id, _network, _without_indexes, ident, insert
from cases.models import Case, Grant, MigrationStatus, Person, PersonName
from cases.names import search_key
from cases.search import search_persons
from core.actors import Actor, acting
from partners.roles import permissions_of

SEARCHER, SHARED_BY, KINDS = 5, 200, 60_000  # who searches; organisations; different full names
ROWS = 25


def fill(size: int) -> list[str]:
    """Load `size` persons with a name and a case, as the owner; return some of the names."""
    dice = Random(1)
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = set()
    while len(names) < min(KINDS, size):
        script = dice.choice(rows)["script"]
        same = [row for row in dice.sample(rows, 40) if row["script"] == script]
        names.add(f"{dice.choice(same)['given_name']} {dice.choice(same)['family_name']}" if same else "")
    names = sorted(names - {""})
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET client_min_messages = warning")
        _network(cursor)
        again = _without_indexes(cursor)
        cursor.execute("CREATE TEMP TABLE kinds (n int, written text, key text)")
        for start in range(0, len(names), 1000):
            part = list(enumerate(names[start : start + 1000], start))
            values = b",".join(cursor.mogrify("(%s, %s, %s)", (n, name, search_key(name))) for n, name in part)
            cursor.execute(b"INSERT INTO kinds VALUES " + values)
        home = f"1 + c % {SHARED_BY}"
        source = (
            f"(SELECT c, {home} AS o, 2 + 2 * (c % 2) AS k, now() - (c % 400) * interval '1 day' AS at, written, key "
            f"FROM generate_series(1, {size}) c JOIN kinds ON n = (c::bigint * 7919) % {len(names)}) rows"
        )
        ours = {"organisation": _id("o", "o")}
        insert(cursor, Person, source, id=_id("p", "c"), reference="'P-' || c",
               registered_by_id=_id("m", "o || '.' || k"), birth_date="date '1960-01-01' + (c % 20000)::int",
               birth_precision="'day'", citizenships=_array(["AF"]), created_at="at", **ours)  # fmt: skip
        insert(cursor, PersonName, source, id=_id("n", "c"), person=_id("p", "c"), is_primary="true",
               full_as_written="written", search_key="key", **ours)  # fmt: skip
        insert(cursor, MigrationStatus, source, id=_id("y", "c"), person=_id("p", "c"), recorded_at="at", **ours)
        insert(cursor, Grant, source, id=_id("g", "c"), case=_id("c", "c"), owner=_id("o", "o"), level="'full'",
               basis="'team'", team=_id("t", "o"), opened_at="at", **ours)  # fmt: skip
        insert(cursor, Case, source, id=_id("c", "c"), reference="'C-' || c", person=_id("p", "c"), team=_id("t", "o"),
               status="'active'", status_since="at", opened_at="at", **ours)  # fmt: skip
        for statement in again:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
    return names


def measure(names: list[str], size: int, *, rounds: int) -> tuple[list[float], list[float], int]:
    """Search and fetch a page of persons by key, in turns; return the seconds of both, and how many were found."""
    dice = Random(2)
    organisation, user, team = ident("o", SEARCHER), ident("u", f"{SEARCHER}.2"), ident("t", SEARCHER)
    actor = Actor(
        organisation_id=organisation, user_id=user, member_id=ident("m", f"{SEARCHER}.2"),
        team_id=team, permissions=permissions_of("caseworker"),
    )  # fmt: skip
    ours = [number for number in range(1, size + 1) if 1 + number % SHARED_BY == SEARCHER]
    searching, fetching, found = [], [], 0
    for turn in range(rounds + 5):
        words = dice.choice(names)
        pages = [ident("p", number) for number in dice.sample(ours, min(ROWS, len(ours)))]
        with acting(actor):
            began = perf_counter()
            matches = search_persons(words, actor=actor)
            taken = perf_counter() - began
            began = perf_counter()
            page = list(Person.objects.visible_to(actor).filter(pk__in=pages).values_list("pk", "reference", "sex"))
            fetched = perf_counter() - began
        assert len(page) == len(pages)
        if turn >= 5:
            searching.append(taken)
            fetching.append(fetched)
            found += bool(matches)
    return searching, fetching, found


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(seconds, n=20)[-1]
