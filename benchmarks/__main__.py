"""Measure Waymark on servers of its own and print ratios; `make bench` runs all of it.

    python -m benchmarks                  everything; writes benchmarks/RESULTS.md
    python -m benchmarks lists accept     some of it; prints only
    python -m benchmarks --quick          a look at small numbers, in seconds; prints only

Ratios are taken within one run, the two sides in turns, so that they hold on another machine.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "lists",
    "scale",
    "cases",
    "queries",
    "accept",
    "policies",
    "import",
    "duplicates",
    "candidates",
    "search",
    "deliveries",
    "sweep",
    "fanout",
)


def arguments(given: list[str]) -> argparse.Namespace:
    """Return what was asked for. Ends the program with a sentence for an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to measure: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="small numbers, few rounds; RESULTS.md stays as it is")
    parser.add_argument("--results", type=Path, help="write the table to this file instead")
    found = parser.parse_args(given)
    if unknown := sorted(set(found.names) - set(NAMES)):
        parser.error(f"there is no {', '.join(unknown)}; choose from {', '.join(NAMES)}")
    found.names = [name for name in NAMES if name in (found.names or NAMES)]
    return found


def main(given: list[str]) -> int:
    """Start the servers, then Django, then measure. Returns 0 also when a goal is missed: the table says so."""
    asked = arguments(given)
    folder = Path(tempfile.mkdtemp(prefix="waymark-bench-"))
    folder.chmod(0o755)  # the servers' own account must get in
    try:
        os.environ["WAYMARK_VAR"] = str(folder)
        os.environ.pop("DEMO", None)
        # Late: config.run takes its folder from the environment, Django its servers.
        from config.embedded import Servers  # noqa: PLC0415
        from config.kept import kept  # noqa: PLC0415
        from config.places import remove  # noqa: PLC0415

        os.environ.update(kept(folder / "keys.json", "SECRET_KEY", "FIELD_KEY"))
        os.environ.update({"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"})
        try:
            with Servers(folder / "servers", durable=True) as servers:
                os.environ.update(servers.environment())
                (folder / "static").mkdir()  # its being there asks for file names with a hash, as in production
                subprocess.run(
                    [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"], cwd=ROOT, check=True
                )
                import django  # noqa: PLC0415

                django.setup()
                from benchmarks.suite import measure  # noqa: PLC0415

                measure(asked)
        finally:
            remove(folder / "servers")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
