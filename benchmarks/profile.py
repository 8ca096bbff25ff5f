"""Why a goal was missed: where the time of a request goes, in Python and in PostgreSQL."""

import cProfile
import io
import pstats
import re
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FRAME = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b")
ROOT = f"{Path(__file__).resolve().parent.parent}/"


def client(headers: dict[str, str]) -> Client:
    """Return a client in this process that sends these headers and raises what goes wrong."""
    return Client(headers=headers, SERVER_NAME="localhost")


def queries(path: str, headers: dict[str, str]) -> list[dict]:
    """Return the statements of a warm request, those that begin and end transactions and savepoints aside.

    Raises AssertionError for an answer other than 200.
    """
    ask = client(headers)
    ask.get(path)
    with CaptureQueriesContext(connection) as seen:
        answer = ask.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return [query for query in seen.captured_queries if not FRAME.match(query["sql"])]


def slowest(call, *, count: int = 6) -> str:
    """Return the slowest statements of one request that `call` makes, and how many there are, as Markdown."""
    with CaptureQueriesContext(connection) as seen:
        call()
    found = sorted(seen.captured_queries, key=lambda query: -float(query["time"]))
    spent = sum(float(query["time"]) for query in found)
    lines = [f"- {float(query['time']) * 1000:.0f} ms: `{_short(query['sql'])}`" for query in found[:count]]
    return f"{len(found)} statements, {spent * 1000:.0f} ms in PostgreSQL.\n\n" + "\n".join(lines)


def explain(path: str, headers: dict[str, str], *, rounds: int = 5) -> str:
    """Return the slowest statements with their plans, and the functions that take the most time, as Markdown."""
    slow = sorted(queries(path, headers), key=lambda query: -float(query["time"]))[:3]
    spent = sum(float(query["time"]) for query in queries(path, headers))
    ask, profile = client(headers), cProfile.Profile()
    profile.enable()
    for _ in range(rounds):
        ask.get(path)
    profile.disable()
    return (
        f"`GET {path}`: {spent * 1000:.0f} ms in PostgreSQL.\n\n"
        + "".join(f"- {float(query['time']) * 1000:.0f} ms: `{_short(query['sql'])}`\n" for query in slow)
        + f"\n```\n{_functions(profile, rounds)}\n```"
    )


def _short(sql: str) -> str:
    text = re.sub(r"SELECT (?!COUNT).{80,}? FROM", "SELECT ... FROM", sql.replace('"', ""), count=1)
    return text if len(text) <= 240 else text[:240] + " ..."


def _functions(profile: cProfile.Profile, rounds: int, *, count: int = 15) -> str:
    """Return the first functions by their own time, in milliseconds a request."""
    stats = pstats.Stats(profile, stream=io.StringIO()).stats
    found = sorted(stats.items(), key=lambda item: -item[1][2])[:count]
    lines = ["   own  total  calls  function (ms and calls a request)"]
    for (file, _line, name), (_primitive, calls, own, total, _callers) in found:
        where = file.removeprefix(ROOT).rpartition("site-packages/")[2]
        where = "/".join(Path(where).parts[-3:])
        lines.append(f"{own / rounds * 1000:6.2f} {total / rounds * 1000:6.2f} {calls / rounds:6.0f}  {where} {name}")
    return "\n".join(lines)
