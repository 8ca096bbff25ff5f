"""`make bench` measures what it says, at small numbers: the table is printed, RESULTS.md has its form."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, arguments
from benchmarks.clock import in_turns, ratio
from benchmarks.report import Result, markdown

ROOT = Path(__file__).resolve().parent.parent.parent


def line(value, goal=2.0, **facts) -> Result:
    return Result(**{"what": "a list", "value": value, "goal": goal, "detail": "", **facts})


def test_a_goal_is_met_at_its_very_value_and_missed_above():
    assert [line(value).verdict for value in (2.0, 2.01, None)] == ["met", "missed", "not measured"]


def test_a_share_that_should_be_found_is_met_at_its_goal_and_missed_below():
    shares = [line(value, goal=0.97, more=True) for value in (0.97, 0.969)]
    assert [share.verdict for share in shares] == ["met", "missed"]
    assert shares[1].cells()[1:3] == ["0.969", "≥ 0.97"]


def test_the_paper_says_which_goals_are_missed_and_why():
    paper = markdown([line(1.5), line(3, reason="It reads every row.")], postgres="16.9", setting=["a fact"])
    assert "| a list | 1.50 | ≤ 2 | met |" in paper
    assert "| a list | 3.00 | ≤ 2 | missed |" in paper
    assert paper.index("## Goals missed") < paper.index("It reads every row.")


def test_the_two_sides_take_turns_and_the_order_changes():
    calls = []
    sides = {name: lambda name=name: calls.append(name) or 0.25 for name in ("above", "below")}
    taken = in_turns(sides, rounds=2)
    assert calls[-4:] == ["above", "below", "below", "above"]
    assert ratio(taken["above"], taken["below"]) == 1.0


def test_an_unknown_measure_is_refused(capsys):
    with pytest.raises(SystemExit):
        arguments(["speed"])
    assert "there is no speed" in capsys.readouterr().err
    assert arguments([]).names == list(NAMES)


@pytest.mark.timeout(300)
def test_a_quick_run_prints_the_table_and_writes_the_paper(tmp_path):
    own = {"DATABASE_URL", "REDIS_URL", "OWNER_DATABASE_URL", "WORKER_DATABASE_URL", "WAYMARK_VAR"}
    env = {name: value for name, value in os.environ.items() if name not in own} | {"TMPDIR": str(tmp_path)}
    paper = tmp_path / "RESULTS.md"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--results", str(paper), "lists", "queries", "accept"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [row for row in paper.read_text().splitlines() if row.startswith("| ")]
    assert rows[0] == "| What | Ratio | Goal |  | Details |"
    assert len(rows) == 2 + 4  # two faces of the inbox, queries, accept
    for row in rows[2:]:
        what, value, goal, verdict = (cell.strip() for cell in row.split("|")[1:5])
        assert re.fullmatch(r"\d+(\.\d\d)?( queries)?", value), row
        assert re.fullmatch(r"≤ \d+(\.\d)?( queries)?", goal), row
        assert verdict in {"met", "missed"}
        assert what in done.stdout
    assert "no answer" not in paper.read_text()
    assert str(tmp_path) not in paper.read_text()
