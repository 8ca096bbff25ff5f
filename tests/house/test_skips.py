"""Where nothing may be skipped, a skip fails; without a browser one line says so."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = """
import pytest

def test_skipped():
    pytest.skip("no reason that counts")

def test_data_from_beside():
    pytest.skip("shared data is not here")

@pytest.mark.browser
def test_in_a_browser():
    pass
"""


@pytest.fixture
def outcome(tmp_path):
    """Run the example in a pytest of its own with these variables; returns its output."""
    (tmp_path / "test_example.py").write_text(EXAMPLE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")

    def run(**variables):
        words = ["-m", "pytest", "-p", "tests.skips", "-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider"]
        env = {"PATH": "/nonexistent", "PYTHONPATH": str(ROOT), **variables}
        return subprocess.run(
            [sys.executable, *words, "-c", tmp_path / "pytest.ini", tmp_path],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip

    return run


def test_a_skip_fails_where_nothing_may_be_skipped(outcome):
    text = outcome(WAYMARK_NO_SKIPS="1", CHROMIUM=sys.executable)
    assert "1 failed, 1 passed, 1 skipped" in text
    assert "nothing may be skipped here" in text


def test_a_missing_browser_fails_where_nothing_may_be_skipped(outcome):
    assert "1 failed, 1 skipped, 1 error" in outcome(WAYMARK_NO_SKIPS="1")


def test_a_missing_browser_is_told_in_one_line_elsewhere(outcome):
    text = outcome()
    assert "3 skipped" in text
    assert "apt-get install chromium" in text
    assert "apt-get install chromium" not in outcome(CHROMIUM=sys.executable)
