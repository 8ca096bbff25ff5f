"""The order of candidates: a sum of terms that grows with each, whatever the order of rows; weights within bounds."""

import math
import random
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.matching import (
    DEFAULTS,
    DIGITS,
    MOST,
    TERMS,
    explain,
    fair_share,
    kilometres,
    rank,
    shrunk_mean,
    shrunk_rate,
    total,
    wrong_weights,
)
from referral.reasons import lines

MANY = settings(max_examples=80, deadline=None)
unit = st.floats(0, 1, allow_nan=False)
values_ = st.fixed_dictionaries(dict.fromkeys(TERMS, unit))
weights_ = st.fixed_dictionaries(
    {code: st.decimals(0, MOST, places=2, allow_nan=False, allow_infinity=False) for code in TERMS}
)
rows_ = st.lists(
    st.tuples(st.uuids(), st.sampled_from(["Harbour", "Open door", "Кров"]), values_),
    max_size=12,
    unique_by=lambda r: r[0],
)


@MANY
@given(values_, weights_)
def test_the_explained_parts_add_up_to_the_score(values, weights):
    parts = explain(values, weights)
    assert [part.code for part in parts] == list(TERMS)
    assert total(parts) == round(math.fsum(float(weights[code]) * values[code] for code in TERMS), DIGITS)
    shown = lines(parts)
    assert round(math.fsum(line["points"] for line in shown), 2) == round(total(parts), 2)
    assert all(abs(line["points"] - part.points) < 0.011 for line, part in zip(shown, parts, strict=True))


@MANY
@given(values_, weights_, st.sampled_from(sorted(TERMS)), unit)
def test_more_of_one_thing_never_lowers_the_score(values, weights, code, more):
    better = values | {code: max(values[code], more)}
    assert total(explain(better, weights)) >= total(explain(values, weights))


@MANY
@given(rows_, weights_, st.randoms())
def test_the_order_is_the_same_whatever_the_order_of_rows(rows, weights, dice: random.Random):
    mixed = list(rows)
    dice.shuffle(mixed)
    ordered = rank(rows, weights)
    assert ordered == rank(mixed, weights)
    assert [row.rank for row in ordered] == list(range(1, len(rows) + 1))
    scores = [row.score for row in ordered]
    assert scores == sorted(scores, reverse=True)


@MANY
@given(rows_, weights_, st.sampled_from(sorted(TERMS)))
def test_who_gets_better_does_not_fall_behind(rows, weights, code):
    if not rows:
        return
    before = {row.key: row.rank for row in rank(rows, weights)}
    key, name, values = rows[0]
    after = {row.key: row.rank for row in rank([(key, name, values | {code: 1.0}), *rows[1:]], weights)}
    assert after[key] <= before[key]


def test_equal_scores_are_put_in_order_by_name_and_then_by_id():
    same = dict.fromkeys(TERMS, 0.5)
    rows = [(UUID(int=3), "B", same), (UUID(int=2), "A", same), (UUID(int=1), "B", same)]
    assert [row.key.int for row in rank(rows, DEFAULTS)] == [2, 1, 3]


@pytest.mark.parametrize(
    ("weights", "wrong"),
    [
        (DEFAULTS, {}),
        (DEFAULTS | {"fit": Decimal("10.01")}, {"fit": "out_of_bounds"}),
        (DEFAULTS | {"fit": -0.01}, {"fit": "out_of_bounds"}),
        (DEFAULTS | {"fit": float("nan")}, {"fit": "not_a_number"}),
        (DEFAULTS | {"fit": float("inf")}, {"fit": "not_a_number"}),
        (DEFAULTS | {"fit": "many"}, {"fit": "not_a_number"}),
        (DEFAULTS | {"fit": None}, {"fit": "not_a_number"}),
        (DEFAULTS | {"luck": 1}, {"luck": "unknown_term"}),
        ({code: 1 for code in TERMS if code != "fit"}, {"fit": "missing"}),
        (dict.fromkeys(TERMS, 0), {"fit": "all_zero"}),
    ],
)
def test_weights_are_numbers_within_bounds(weights, wrong):
    assert wrong_weights(weights) == wrong


@MANY
@given(st.integers(0, 500), st.integers(0, 500), unit)
def test_a_smoothed_rate_lies_between_what_is_usual_and_what_was_seen(taken, more, prior):
    found = shrunk_rate(taken, taken + more, prior=prior)
    seen = taken / (taken + more) if taken + more else prior
    assert min(prior, seen) - 1e-9 <= found <= max(prior, seen) + 1e-9


def test_with_many_answers_what_was_seen_counts_and_with_none_what_is_usual():
    assert shrunk_mean(0, 0, prior=24) == 24
    assert shrunk_mean(4 * 1000, 1000, prior=24) == pytest.approx(4.2, abs=0.01)
    assert shrunk_rate(0, 0, prior=0.7) == pytest.approx(0.7)


@MANY
@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_a_fair_share_falls_with_what_a_partner_has_received(less, more, others):
    of = less + more + others
    assert fair_share(less + more, of, 1, 4) <= fair_share(less, of, 1, 4) <= 1
    assert fair_share(0, 0, 0, 0) == 1


def test_kilometres_are_those_of_the_map():
    assert kilometres((53.9, 27.57), (53.9, 27.57)) == 0
    assert kilometres((53.9, 27.57), (52.43, 30.98)) == pytest.approx(281, abs=3)  # Minsk to Gomel
    assert kilometres((0, 0), (0, 180)) == pytest.approx(20015, abs=1)
