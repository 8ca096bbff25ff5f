"""Two people editing at once: what each did is kept, and where both did something the second one chooses."""

import json
from types import SimpleNamespace

import pytest
from django import forms
from django.http import QueryDict

from core.actions import NotNow
from core.edits import BASE, CHANGED, PICK, VERSION, Edit, check_version


class Sheet(forms.Form):
    name = forms.CharField()
    hours = forms.CharField(required=False)
    level = forms.ChoiceField(choices=[("", "-"), ("high", "High"), ("low", "Low")], required=False)
    told = forms.BooleanField(required=False)
    days = forms.MultipleChoiceField(choices=[("1", "Mon"), ("2", "Tue")], required=False)
    born = forms.DateField(required=False)


FIRST = {"name": "Zahra", "hours": "", "level": "low", "told": True, "days": ["1"], "born": None}


def opened(**current) -> dict:
    return dict(Edit(Sheet, None, FIRST | current, 1).hidden)


def posted(**answers) -> QueryDict:
    """Return what a browser sends from the form over FIRST, with other answers."""
    data = QueryDict(mutable=True)
    for name, value in (opened() | {"name": "Zahra", "hours": "", "level": "low", "told": "on", "days": ["1"]}).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    for name, value in answers.items():
        if value is None:
            data.pop(name)
        else:
            data.setlist(name, value if isinstance(value, list) else [value])
    return data


def clash(mine: dict, theirs: dict) -> Edit:
    return Edit(Sheet, posted(**mine), FIRST | theirs, 2).against(FIRST | theirs, 2)


def test_a_page_carries_the_version_and_what_stood_there():
    carried = opened()
    assert carried[VERSION] == "1"
    assert json.loads(carried[BASE])["told"] == ["on"]


def test_an_old_version_is_refused_and_a_current_one_or_none_is_not():
    row = SimpleNamespace(version=2)
    check_version(row, 2)
    check_version(row, None)
    with pytest.raises(NotNow) as refused:
        check_version(row, 1)
    assert refused.value.code == CHANGED


def test_a_form_that_lost_its_version_counts_as_old():
    for wrong in ("", "²", "99999999999", "one"):
        assert Edit(Sheet, posted(**{VERSION: wrong}), FIRST, 1).based_on == 0


def test_what_only_the_other_changed_is_taken_over_and_what_only_i_changed_is_kept():
    edit = clash({"hours": "10 to 12"}, {"level": "high", "told": False, "days": ["1", "2"]})
    assert edit.differences == []
    assert edit.form.is_valid()
    assert edit.form.cleaned_data == {
        "name": "Zahra", "hours": "10 to 12", "level": "high", "told": False, "days": ["1", "2"], "born": None,
    }  # fmt: skip
    assert len(edit.taken) == 3
    assert edit.based_on == 2


def test_where_both_changed_the_same_both_versions_are_shown_in_words_and_mine_stays_in_the_form():
    edit = clash({"name": "Zohra", "level": "high", "told": None}, {"name": "Sahra", "level": "", "told": True})
    assert [(row["name"], row["mine"], row["theirs"]) for row in edit.differences] == [
        ("pick_name", "Zohra", "Sahra"),
        ("pick_level", "High", "Nothing"),
    ]
    assert edit.form.data["name"] == "Zohra"
    assert edit.form.data.getlist("told") == []


def test_the_same_change_by_both_is_no_difference():
    edit = clash({"name": "Zohra"}, {"name": "Zohra"})
    assert (edit.differences, edit.taken) == ([], [])


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "Sahra"), ("mine", "Zohra")])
def test_the_chosen_version_is_what_the_form_says(choice, expected):
    second = clash({"name": "Zohra", "hours": "at noon"}, {"name": "Sahra"})
    data = second.form.data.copy()
    data[PICK + "name"] = choice
    edit = Edit(Sheet, data, FIRST | {"name": "Sahra"}, 2)
    assert edit.form.is_valid()
    assert (edit.form.cleaned_data["name"], edit.form.cleaned_data["hours"]) == (expected, "at noon")
    assert edit.based_on == 2


def test_a_third_change_asks_again():
    second = clash({"name": "Zohra"}, {"name": "Sahra"})
    third = second.against(FIRST | {"name": "Sara"}, 3)
    assert [row["theirs"] for row in third.differences] == ["Sara"]
    assert third.based_on == 3


def test_a_base_changed_by_hand_harms_nobody():
    for wrong in ("", "{", "[]", "null"):
        edit = Edit(Sheet, posted(**{BASE: wrong, "name": "Zohra"}), FIRST | {"name": "Sahra"}, 2)
        assert edit.against(FIRST | {"name": "Sahra"}, 2).form.data["name"] in {"Zohra", "Sahra"}
