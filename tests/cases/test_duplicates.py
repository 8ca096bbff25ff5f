"""Which records may be of one person, and which are of two."""

from dataclasses import replace
from datetime import date

import pytest

from cases.duplicates import LIKELY, Name, Record, candidates, evidence, keys, likeness, pairs

IVAN = Record(
    id=1,
    names=(Name(given="Иван", family="Новицкий", father="Петрович"),),
    born=date(1990, 4, 7),
    sex="male",
    citizenships=frozenset({"BY"}),
    phones=frozenset({"+375291112233"}),
)


def like(**facts):
    return likeness(IVAN, replace(IVAN, id=2, **facts))


def named(given="Иван", family="Новицкий", father="Петрович"):
    return {"names": (Name(given=given, family=family, father=father),)}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        named("Ivan", "Navitski", ""),
        named("Новицкий", "Иван", ""),
        named("Ваня"),
        {"names": (Name(full="Навіцкі Іван Пятровіч"),)},
        {"born": date(1990, 7, 4)},
        {"born": date(1990, 1, 1)},
        {"born": date(1990, 6, 1), "precision": "year"},
        {"born": date(1991, 4, 7)},
        {"born": None, "phones": frozenset()},
        {"phones": frozenset({"+375447654321"})},
    ],
)
def test_one_person_written_in_another_way_is_offered(facts):
    assert like(**facts).score >= LIKELY


@pytest.mark.parametrize(
    "facts",
    [
        named("Степан"),  # a twin: same family, father, birth date, telephone
        named("Степан") | {"born": date(1992, 9, 1)},
        named("Ирина", "Новицкая", "Петровна") | {"sex": "female"},
        named("Пётр", father="Иванович") | {"born": date(1961, 2, 3)},
        {"born": date(1961, 2, 3), "phones": frozenset()},  # the same name, another age
        named("Иван", "Карпенко", ""),
    ],
)
def test_twins_relatives_and_namesakes_are_not_offered(facts):
    assert like(**facts).score < LIKELY


def test_the_same_document_speaks_louder_than_a_changed_name():
    paper = frozenset({"MP1234567"})
    one = replace(IVAN, documents=paper)
    other = replace(IVAN, id=2, documents=paper, **named("John", "Smith", ""))
    assert likeness(one, other).score >= LIKELY
    assert likeness(one, other).reasons[0] == "+document_same"


def test_brothers_on_one_family_paper_are_two():
    paper = frozenset({"MP1234567"})
    brother = replace(IVAN, id=2, documents=frozenset({"MP1234568"}), born=date(1992, 9, 1), **named("Степан"))
    assert likeness(replace(IVAN, documents=paper), brother).score < LIKELY


def test_reasons_are_codes_that_say_for_or_against_heaviest_first():
    reasons = like(**named("Ivan", "Navitski", ""), born=date(1990, 7, 4), citizenships=frozenset({"UA"})).reasons
    assert {"+name_same", "+birth_swapped", "-citizenship_differs"} <= set(reasons)
    assert all(reason[0] in "+-" and " " not in reason for reason in reasons)


def test_what_is_not_known_speaks_neither_way():
    bare = Record(id=3, names=(Name(full="Иван Новицкий"),))
    found = evidence(IVAN, bare)
    assert {found[kind] for kind in ("birth", "sex", "citizenship", "phone", "document")} == {"unknown"}


@pytest.mark.parametrize(
    ("born", "level"),
    [
        (date(1990, 4, 7), "same"),
        (date(1990, 7, 4), "swapped"),
        (date(1990, 1, 1), "same_year"),
        (date(1991, 4, 7), "year_off"),
        (date(1970, 4, 7), "year_slip"),
        (date(1990, 4, 1), "slip"),
        (date(1991, 4, 8), "near"),
        (date(1990, 11, 25), "part"),
        (date(1963, 11, 25), "differs"),
    ],
)
def test_birth_dates_differ_in_ways_that_have_names(born, level):
    assert evidence(IVAN, replace(IVAN, born=born))["birth"] == level


def test_the_29th_of_february_is_compared_as_well():
    leap = replace(IVAN, born=date(1992, 2, 29))
    assert evidence(leap, replace(leap, born=date(1993, 2, 27)))["birth"] == "near"


def test_the_best_pair_of_several_names_counts():
    both = replace(IVAN, id=2, names=(Name(full="Старое Имя"), Name(given="Ivan", family="Navitski")))
    assert likeness(IVAN, both).score >= LIKELY


def test_keys_are_hidden_where_they_are_kept():
    kept = keys(replace(IVAN, documents=frozenset({"MP1"})), hide=lambda value: "h" + str(len(value)))
    assert {"p:h13", "i:h3"} <= kept
    assert not any("375" in key or "MP1" in key for key in kept)


def test_a_year_beside_is_found_when_looked_for():
    other = replace(IVAN, id=2, born=date(1991, 11, 30), phones=frozenset(), **named("Степан", "Новицкий"))
    assert keys(IVAN, probe=True) & keys(other)


def test_a_crowd_behind_one_key_is_not_compared():
    crowd = [Record(id=n, names=(Name(full=f"Ali {chr(97 + n % 26)}{n}"),), born=date(1990, 5, 5)) for n in range(400)]
    assert sum(1 for _ in candidates(crowd)) < 400 * 20


def test_each_pair_comes_once():
    found = list(pairs([IVAN, replace(IVAN, id=2), replace(IVAN, id=3)]))
    assert sorted((one.id, other.id) for one, other, _ in found) == [(1, 2), (1, 3), (2, 3)]
