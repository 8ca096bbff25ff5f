"""Pytest plugin: browser tests where a Chromium is, and nothing skipped where the build server forbids it.

With WAYMARK_NO_SKIPS=1 (see .ci/run) a skipped test counts as failed, unless its reason begins with SHARED: data
that may not be part of this repository and lies beside it on some machines only.
"""

import os
import shutil

import pytest

SHARED = "shared data"
HOW = "No Chromium was found: the browser tests were left out. To install one: apt-get install chromium"


def chromium() -> str | None:
    """Return the path of an installed Chromium (CHROMIUM names another one), or None."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items):
    """Leave browser tests out where there is no browser."""
    if chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=HOW))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where nothing may be skipped."""
    report = yield
    if report.skipped and os.environ.get("WAYMARK_NO_SKIPS") == "1" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(SHARED):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped, but nothing may be skipped here: {reason}"
    return report


def pytest_terminal_summary(terminalreporter):
    """Say in one line that there is no browser."""
    if chromium() is None:
        terminalreporter.write_line(HOW)
