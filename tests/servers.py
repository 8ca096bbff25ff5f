"""Pytest plugin (see addopts in pyproject.toml): the servers of a test run, before Django's settings are read.

The controlling process starts PostgreSQL and Valkey for a folder of its own below var/ and stops them at the end;
the workers of pytest-xdist inherit the environment. With DATABASE_URL and REDIS_URL set, those servers are used.
Two runs at once get two folders; a folder is used again later, which saves the making of the database cluster.
"""

import atexit
import contextlib
import os
from pathlib import Path

import pytest

from config.dbroles import external
from config.embedded import Servers
from config.kept import kept
from config.processes import LaunchError, lock

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WAYMARK_VAR") or ROOT / "var")
_open = contextlib.ExitStack()
atexit.register(_open.close)  # also when settings cannot be read, and pytest ends before it has begun


def _folder() -> Path:
    """Return the first test folder that no other run is using, and hold it."""
    for number in range(1, 20):
        folder = VAR / f"test-{number}"
        if _open.enter_context(lock(folder / "run.lock")):
            return folder
    raise LaunchError("Nineteen test runs are already going on here.")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers, unless this is a worker (it inherits) or only asks for help."""
    options = early_config.known_args_namespace
    if "PYTEST_XDIST_WORKER" not in os.environ and not options.help and not getattr(options, "version", 0):
        folder = _folder()
        durable = os.environ.get("WAYMARK_DURABLE_TESTS") == "1"
        keys = kept(folder / "keys.json", "SECRET_KEY", "FIELD_KEY")
        if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
            urls = external(os.environ, secrets_file=VAR / "external.json")
        else:
            urls = _open.enter_context(Servers(folder / "servers", durable=durable)).environment()
        os.environ.update(urls | keys | {"WAYMARK_VAR": str(folder)})
    return (yield)


def pytest_unconfigure():
    """Stop what this process started."""
    _open.close()
