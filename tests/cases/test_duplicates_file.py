"""manage.py match_persons: a file in, pairs out, and mistakes by line and column."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.duplicates import FILE
from cases.person_files import WrongFile, document_key, phone_key, read

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = "record_id,given_name,patronymic_or_father,family_name,script,sex,date_of_birth,citizenship,phone\n"


def run(*given):
    command = [sys.executable, "manage.py", "match_persons", *map(str, given)]
    return subprocess.run(command, cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=False)


def test_a_file_is_scored_without_servers_and_keys(tmp_path):
    given, out = tmp_path / "in.csv", tmp_path / "pairs.csv"
    given.write_text(
        HEAD
        + "A,Сергей,Иванович,Новицкий,Cyrl,m,1990-04-07,BY,+375291112233\n"
        + "B,Siarhei,,Navitski,Latn,m,1990-07-04,BY,80291112233\n"
        + "C,Andrei,,Navitski,Latn,m,1990-04-07,BY,\n",
        encoding="utf-8",
    )
    done = run(given, "--out", out)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(row["record_id_a"], row["record_id_b"]) for row in rows] == [("A", "B")]
    assert 0.7 <= float(rows[0]["score"]) <= 1
    assert "+birth_swapped" in rows[0]["reasons"].split()


def test_mistakes_are_named_by_line_and_column_and_nothing_is_written(tmp_path):
    given, out = tmp_path / "in.csv", tmp_path / "pairs.csv"
    given.write_text(HEAD + "A,Ivan,,Secret,,x,1990-13-01,BY,\nA,,,,,,,,\nB,Ivan\n", encoding="utf-8")
    done = run(given, "--out", out)
    assert done.returncode != 0
    for sentence in ("Line 2, column date_of_birth:", "Line 2, column sex:", "Line 3, column given_name:", "Line 4"):
        assert sentence in done.stderr
    assert "Secret" not in done.stderr  # no personal data in what is logged
    assert not out.exists()


def test_a_repeated_number_names_the_line_where_it_stands(tmp_path):
    given = tmp_path / "in.csv"
    given.write_text(HEAD + "A,Ivan,,Petrov,,,,,\nA,Anna,,Petrova,,,,,\n", encoding="utf-8")
    with pytest.raises(WrongFile) as wrong:
        read(given)
    assert wrong.value.problems == ["Line 3, column record_id: this record_id stands in line 2 already."]


def test_a_missing_column_and_another_encoding_are_said(tmp_path):
    given = tmp_path / "in.csv"
    given.write_text("record_id,given_name\nA,Ivan\n")
    with pytest.raises(WrongFile, match="the column family_name is missing"):
        read(given)
    given.write_bytes(HEAD.encode() + "A,Иван,,Петров,,,,,\n".encode("cp1251"))
    with pytest.raises(WrongFile, match="UTF-8"):
        read(given)


def test_an_unknown_file_and_a_wrong_score_are_refused(tmp_path):
    assert "No such file" in run(tmp_path / "none.csv", "--out", tmp_path / "out.csv").stderr
    assert "--least is from 0 to 1" in run(FILE, "--out", tmp_path / "out.csv", "--least", "7").stderr


def test_numbers_are_compared_in_one_form():
    assert phone_key("8 029 111-22-33") == phone_key("+375 29 1112233") == "+375291112233"
    assert phone_key("no number") == ""
    assert document_key("mp 123-45") == "MP12345"
