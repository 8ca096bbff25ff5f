"""Words of names across scripts and rules of spelling."""

import pytest

from cases.spellings import alike, alike_family, joined, marks, words


def one(text):
    return joined(words(text))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Уладзімір", "Владимир"),
        ("Siarhei", "Сергей"),
        ("Serhii", "Сяргей"),
        ("Юлия", "Iuliia"),
        ("Наталля", "Natalya"),
        ("Mohammed", "Muhammad"),
        ("Yunus", "Younous"),
        ("محمد", "Mohammad"),
        ("فاطمة", "Fatimah"),
        ("يوسف", "Yousef"),
        ("دانش", "Danish"),
    ],
)
def test_spellings_of_one_given_name_are_the_same(left, right):
    assert alike(one(left), one(right)) >= 0.95


@pytest.mark.parametrize(
    ("left", "right"),
    [("Hassan", "Hussein"), ("Карим", "Карина"), ("Анна", "Алла"), ("Али", "Омар")],
)
def test_names_that_brothers_and_sisters_have_are_not_the_same(left, right):
    assert alike(one(left), one(right)) < 0.9


@pytest.mark.parametrize(("short", "full"), [("Саша", "Александр"), ("Саша", "Aliaksandra"), ("Катя", "Кацярына")])
def test_a_short_form_is_known(short, full):
    assert 0.85 <= alike(one(short), one(full)) < 0.98


def test_a_mans_and_a_womans_form_of_a_family_name_are_one():
    for left, right in (("Новицкий", "Навіцкая"), ("Морозов", "Морозова"), ("Rozhkau", "Рожкова")):
        assert alike_family(one(left), one(right)) >= 0.95
    assert alike_family(one("Павлюк"), one("Петренко")) < 0.82


def test_two_known_given_names_stay_two_however_like_their_letters_are():
    assert alike(one("Валентин"), one("Валентина")) <= 0.75


def test_a_name_written_in_one_word_or_two_is_the_same():
    assert alike(one("Mohammad-Reza"), one("Mohammadreza")) >= 0.97
    assert words("عبدالحق")[0].latin == words("Abdul Haq")[0].latin


@pytest.mark.parametrize(("left", "right"), [("Саша", "Александр"), ("Piotr", "Пётр"), ("محمد", "Mohamed"),
                                             ("Subobtin", "Субботин")])  # fmt: skip
def test_a_word_is_found_again_by_a_mark(left, right):
    assert marks(words(left)[0]) & marks(words(right)[0])


def test_text_without_letters_has_no_words():
    assert words("?! –") == ()
