"""What the tests of the house read: our own files, as text and as syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLICES = ("core", "partners", "cases", "referral", "notifications")
PACKAGES = ("config", *SLICES)


def python_files(*packages: str, without=("migrations",)) -> list[Path]:
    """Return the Python files of these packages (all of ours when none is named), sorted."""
    found = [path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if not set(without) & set(path.relative_to(ROOT).parts))


def templates() -> list[Path]:
    """Return every template of ours, sorted."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).glob("templates/**/*") if path.is_file())


def faces() -> list[Path]:
    """Return the modules that translate between the outside and the doors: views, forms, API, tasks."""
    rooms = {"views", "api", "forms", "views.py", "forms.py", "tasks.py", "faces.py"}
    return [path for path in python_files() if rooms & set(path.relative_to(ROOT).parts) or path.name.startswith("api")]


def name_of(path: Path) -> str:
    """Return a path as it is written in messages: from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def tracked() -> list[Path]:
    """Return every file that git tracks and that is there."""
    words = ["git", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(words, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]
