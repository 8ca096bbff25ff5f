"""Set-up: locks with hashes and without host names, stamps, kept secrets, copied front-end files."""

import json
import re
import stat
from pathlib import Path

import pytest

from config import assets, bootstrap
from config.kept import kept

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_no_address_is_written_down(path):
    text = path.read_text()
    pins = re.findall(r"^\S+==\S+(?: ;[^\\]*)? \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z]", text, re.MULTILINE)) > 0
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)


@pytest.mark.parametrize("path", [*ROOT.glob("requirements*.in")], ids=lambda path: path.name)
def test_every_requirement_is_in_its_lock(path):
    lock = path.with_suffix(".txt").read_text()
    for line in path.read_text().splitlines():
        if wanted := re.match(r"([A-Za-z][\w-]*)(?:\[\w+\])?(==\S+)?$", line):
            assert f"\n{wanted[1].lower()}{wanted[2] or '=='}" in lock, line


def test_the_npm_lock_has_integrity_and_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert packages
    for name, facts in packages.items():
        assert facts["integrity"].startswith("sha512-"), name
        assert "resolved" not in facts, name


def test_a_step_is_done_again_when_its_lock_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    lock = tmp_path / "lock.txt"
    lock.write_text("one")
    assert not bootstrap.Step("example", lock).is_done()
    bootstrap.Step("example", lock).done()
    assert bootstrap.Step("example", lock).is_done()
    assert not bootstrap.Step("example", lock).is_done(tmp_path / "result-that-was-deleted")
    lock.write_text("two")
    assert not bootstrap.Step("example", lock).is_done()


def test_secrets_are_made_once_for_their_owner_only_and_kept_wins_over_given(tmp_path):
    file = tmp_path / "keys.json"
    first = kept(file, "SECRET_KEY", "DEMO_PASSWORD", DEMO_PASSWORD="given")
    assert first["DEMO_PASSWORD"] == "given"
    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept(file, "SECRET_KEY", "DEMO_PASSWORD", DEMO_PASSWORD="another") == first
    assert kept(tmp_path / "other.json", "SECRET_KEY") != kept(file, "SECRET_KEY")


def test_the_pages_files_are_copied_with_their_licences(tmp_path):
    icons = tmp_path / "icons.txt"
    icons.write_text("bell\n")
    vendor = tmp_path / "vendor"
    assets.copy(ROOT / "node_modules", vendor, icons)
    assert "sourceMappingURL" not in (vendor / "bootstrap.min.css").read_text()
    assert (vendor / "htmx.min.js").stat().st_size > 10_000
    assert [path.name for path in (vendor / "icons").iterdir()] == ["bell.svg"]
    faces = (vendor / "fonts.css").read_text()
    fonts = re.findall(r"url\(([^)]+)\)", faces)
    assert len(fonts) == 5
    assert all((vendor / font).is_file() for font in fonts)
    assert "U+0400" in faces  # Cyrillic
    assert {path.stem for path in (vendor / "licenses").iterdir()} == set(assets.LICENSES)


def test_an_icon_that_does_not_exist_stops_the_set_up(tmp_path):
    icons = tmp_path / "icons.txt"
    icons.write_text("bell\nno-such-icon\n")
    with pytest.raises(SystemExit, match="no-such-icon"):
        assets.copy(ROOT / "node_modules", tmp_path / "vendor", icons)


def test_translations_are_compiled_and_only_when_they_changed(tmp_path):
    catalogue = tmp_path / "locale" / "be" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Send"\nmsgstr "Адправіць"\n'
    )
    assert assets.compile_messages(tmp_path) == [catalogue.with_suffix(".mo")]
    assert "Адправіць".encode() in catalogue.with_suffix(".mo").read_bytes()
    assert assets.compile_messages(tmp_path) == []
