"""How services that fit are put in order: the terms of the score, their weights, what partners showed. Pure Python.

A score is the sum of weight times value over TERMS; each value lies between 0 and 1. The explanation is that very sum,
term by term. Values are computed in PostgreSQL (`referral.ranking`), what partners showed by a nightly sum
(`referral.standing`). Every term, formula, default and source: docs/matching.md.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

LEAST, MOST = Decimal(0), Decimal(10)  # bounds of a weight
DIGITS = 6  # scores are compared to so many digits, here and in SQL: sums of floats differ in the last ones

# What is assumed where nothing was observed, and how much it counts: as so many referrals.
USUAL_ACCEPTANCE, USUAL_HOURS = 0.7, 24.0
STRENGTH = 10
FEWEST = 5  # with fewer answers only the prior is shown: nobody can be told from an average of one
ANSWER_WITHIN = {"emergency": 4.0, "urgent": 24.0, "routine": 72.0}  # hours to decide (DOMAIN 4.2)
OPEN_MATTERS = {"emergency": 1.0, "urgent": 0.5, "routine": 0.0}
NEAR_KM = 50.0  # half the value of distance is gone
EARTH_KM = 6371.0


@dataclass(frozen=True, kw_only=True)
class Term:
    """One part of the score: its code (list matching_term) and the weight it has unless the network says otherwise."""

    code: str
    default: Decimal


TERMS: dict[str, Term] = {
    term.code: term
    for term in (
        Term(code="fit", default=Decimal("3.00")),
        Term(code="places", default=Decimal("2.00")),
        Term(code="answer", default=Decimal("1.50")),
        Term(code="acceptance", default=Decimal("1.50")),
        Term(code="language", default=Decimal("1.50")),
        Term(code="distance", default=Decimal("1.00")),
        Term(code="fairness", default=Decimal("0.50")),
        Term(code="open_now", default=Decimal("1.00")),
    )
}
DEFAULTS = {code: term.default for code, term in TERMS.items()}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line of the explanation: `points` is weight times value."""

    code: str
    value: float
    weight: Decimal

    @property
    def points(self) -> float:
        return float(self.weight) * self.value


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A service that fits, with its place in the order and where that comes from."""

    key: UUID
    name: str
    rank: int
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        return total(self.parts)


def explain(values: Mapping[str, float], weights: Mapping[str, Decimal]) -> tuple[Part, ...]:
    """Return the parts of a score in the order of TERMS. Raises KeyError when a term is missing."""
    return tuple(Part(code=code, value=values[code], weight=weights[code]) for code in TERMS)


def total(parts: Iterable[Part]) -> float:
    """Return the score: the sum of the parts and nothing else."""
    return round(math.fsum(part.points for part in parts), DIGITS)


def rank(rows: Iterable[tuple[UUID, str, Mapping[str, float]]], weights: Mapping[str, Decimal]) -> list[Ranked]:
    """Return (id, name, values) in order, the best first; equal scores by name, then id, whatever the order of rows."""
    scored = [(key, name, explain(values, weights)) for key, name, values in rows]
    scored.sort(key=lambda row: (-total(row[2]), row[1], str(row[0])))
    return [
        Ranked(key=key, name=name, rank=place, parts=parts) for place, (key, name, parts) in enumerate(scored, start=1)
    ]


def wrong_weights(weights: Mapping[str, object]) -> dict[str, str]:
    """Return {term: code} of weights that cannot be: not_a_number, out_of_bounds, unknown_term, missing, all_zero."""
    found = {code: "unknown_term" for code in weights if code not in TERMS}
    for code in TERMS:
        if code not in weights:
            found[code] = "missing"
            continue
        try:
            number = Decimal(str(weights[code]))
        except ArithmeticError:
            found[code] = "not_a_number"
            continue
        if not number.is_finite():
            found[code] = "not_a_number"
        elif not LEAST <= number <= MOST:
            found[code] = "out_of_bounds"
    if not found and not any(Decimal(str(weight)) for weight in weights.values()):
        found[next(iter(TERMS))] = "all_zero"
    return found


def shrunk_rate(successes: int, trials: int, *, prior: float, strength: float = STRENGTH) -> float:
    """Return the mean of a Beta posterior: the prior rate counts as `strength` trials."""
    return (prior * strength + successes) / (strength + trials)


def shrunk_mean(total_hours: float, number: int, *, prior: float, strength: float = STRENGTH) -> float:
    """Return the mean waiting time of a Gamma posterior: the prior mean counts as `strength` answers. Hours."""
    return (prior * strength + total_hours) / (strength + number)


def fair_share(received: int, of: int, places: float, all_places: float, *, strength: float = STRENGTH) -> float:
    """Return 1 for a partner with at most its share of the recent referrals of a need, less the more it is above.

    `received` of `of` referrals went to it; `places` of `all_places` are its own. With few referrals all are near 1.
    """
    if all_places <= 0 or of <= 0:
        return 1.0
    expected = of * places / all_places
    return min(1.0, (expected + strength) / (received + strength))


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two points (latitude, longitude in degrees) on the sphere: haversine."""
    phi, psi = math.radians(a[0]), math.radians(b[0])
    half = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
