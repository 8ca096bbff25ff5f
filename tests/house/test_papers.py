"""The papers are current and true: generated ones equal what the code says, the others name only what exists."""

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command, get_commands

from core.management.commands import openapi, policies
from referral.management.commands import lifecycle
from referral.states import OPEN, STEPS, State, pairs
from tests.house.sources import PACKAGES, ROOT, name_of, tracked

PAPERS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
PAPERS += [ROOT / "docs/architecture.md", *sorted((ROOT / "docs/adr").glob("*.md"))]
GENERATED = [(lifecycle, "PAPER"), (policies, "PAPER"), (openapi, "FILE")]
NAMES = [module.__name__.rsplit(".", 1)[-1] for module, _ in GENERATED]
TOPS = {*PACKAGES, "docs", "tests", "benchmarks", "locale"}
MADE_LATER = {"static/vendor"}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_generated_paper_is_current(name):
    call_command(name, "--check")


@pytest.mark.parametrize(("module", "attribute"), GENERATED, ids=NAMES)
def test_an_old_paper_is_noticed_and_written_anew(module, attribute, tmp_path, monkeypatch):
    name, current = module.__name__.rsplit(".", 1)[-1], getattr(module, attribute)
    paper = tmp_path / current.name
    paper.write_text(text_of(current).replace("e", "E", 1), encoding="utf-8")
    monkeypatch.setattr(module, attribute, paper)
    with pytest.raises(CommandError, match="not current"):
        call_command(name, "--check")
    call_command(name, "--write")
    assert text_of(paper) == text_of(current)


def test_the_diagram_draws_every_state_and_every_way():
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+):", lifecycle.diagram(), re.M))
    undrawn = {(source, step.target) for step in STEPS.values() if step.sources == OPEN for source in step.sources}
    assert drawn | undrawn == set(pairs())
    assert all(f"| `{state}` |" in lifecycle.states() for state in State)
    assert all(f"| `{name}` |" in lifecycle.steps() for name in STEPS)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.M))


def commands_named(text: str) -> tuple[set[str], set[str]]:
    """Return the make targets and the management commands that a paper names in code."""
    code = " ".join(re.findall(r"```sh\n(.*?)```", text, re.S) + re.findall(r"`([^`\n]+)`", text))
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", code)), set(re.findall(r"\bmanage\.py ([a-z_]+)", code))


@pytest.mark.parametrize("path", PAPERS, ids=name_of)
def test_a_paper_names_only_commands_that_exist(path):
    made, managed = commands_named(text_of(path))
    assert made - targets() == set()
    assert managed - set(get_commands()) == set()


def test_a_command_that_does_not_exist_would_be_found():
    made, managed = commands_named("```sh\nmake coffee\n```\nThen `manage.py brew_tea`.")
    assert (made, managed) == ({"coffee"}, {"brew_tea"})
    assert not made & targets()
    assert not managed & set(get_commands())


def missing_files(path: Path) -> list[str]:
    """Return the files that a paper links to or names in code, and that are not there."""
    text = text_of(path)
    found = []
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not urlsplit(link).scheme and not (path.parent / link).exists():
            found.append(link)
    for name in re.findall(r"`([\w./*-]+/[\w./*-]*)`", re.sub(r"```.*?```", "", text, flags=re.S)):
        if name.split("/")[0] in TOPS and not any(name.startswith(later) for later in MADE_LATER):
            there = any(ROOT.glob(name.rstrip("/"))) if name.rstrip("/") else True
            if not there:
                found.append(name)
    return found


@pytest.mark.parametrize("path", PAPERS, ids=name_of)
def test_a_paper_names_only_files_that_exist(path):
    assert missing_files(path) == []


def test_a_file_that_does_not_exist_would_be_found(tmp_path):
    paper = tmp_path / "paper.md"
    paper.write_text("See [this](nowhere.md) and `core/nothing.py`, but not `core/policies.py`.")
    assert missing_files(paper) == ["nowhere.md", "core/nothing.py"]


def variables_read() -> set[str]:
    """Return the variables that the settings ask the environment for."""
    text = text_of(ROOT / "config/settings.py")
    return set(re.findall(r"\b(?:text|flag)\([\"']([A-Z_]+)[\"']", text)) | set(re.findall(r"\"([A-Z_]+_URL)\"", text))


def test_every_variable_of_the_settings_is_in_the_readme_and_no_other():
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of(ROOT / "README.md"), re.M))
    assert table == variables_read()
    assert len(table) > 20


def test_the_accounts_of_the_tour_are_those_of_the_demonstration():
    from config.run import ACCOUNTS

    assert set(re.findall(r"`(\w+)@waymark\.test`", text_of(ROOT / "README.md"))) == set(ACCOUNTS)


def test_the_picture_of_the_readme_is_small():
    picture = ROOT / re.search(r"!\[[^\]]+\]\(([^)]+)\)", text_of(ROOT / "README.md"))[1]
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size < 200_000


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in sorted((ROOT / "docs/adr").glob("*.md")):
        assert text_of(path).startswith(f"# {int(path.name[:4])}. "), path.name
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text_of(path), (path.name, part)


def private_words() -> list[str]:
    """Return what may stand in no file: where this copy lies, whose machine it is, which registry it uses."""
    words = [f"{ROOT}/", f"{Path.home()}/"] if len(str(Path.home())) > 6 else [f"{ROOT}/"]
    configured = [os.environ.get(name, "") for name in ("PIP_INDEX_URL", "NPM_CONFIG_REGISTRY", "npm_config_registry")]
    for file in (Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf", Path("/etc/pip.conf")):
        parser = ConfigParser(interpolation=None)
        parser.read(file)
        configured += [value for section in parser.values() for name, value in section.items() if "index-url" in name]
    hosts = {urlsplit(url).hostname for line in configured for url in line.split()}
    words += [host for host in hosts if host and host not in {"pypi.org", "registry.npmjs.org", "localhost"}]
    # Places and tools of writing that say nothing to a reader. Put together here, so that this file may hold them.
    words += ["/wo" + "rk/", "/tmp/" + "w/", "shared/" + "design", "shared/" + "data", "cla" + "ude", "anth" + "ropic"]
    return words


def holds(content: bytes) -> list[str]:
    return [word for word in private_words() if word.lower().encode() in content.lower()]


def test_no_file_tells_where_it_was_written():
    assert holds(f"see {ROOT}/README.md".encode())
    found = {name_of(path): words for path in tracked() if (words := holds(path.read_bytes()))}
    assert found == {}


def test_the_whole_licence_is_there():
    text = text_of(ROOT / "LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in text_of(ROOT / "pyproject.toml")


def test_make_help_lists_every_target():
    done = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[0] for line in done.stdout.splitlines()} == targets()
    assert sys.version_info >= (3, 11)
