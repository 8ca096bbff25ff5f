"""Starting, recognising and ending processes of our own, and nobody else's.

Used by the embedded servers and by `make run`. A process is recognised by what it runs, never by its number
alone: after a crash the number may belong to somebody else.
"""

import contextlib
import ctypes
import fcntl
import os
import pwd
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class LaunchError(Exception):
    """Something could not be started; the message tells the person at the keyboard what to do."""


def die_with(parent: int, signum: int) -> None:
    """Ask the kernel to send `signum` to this process when its parent ends, however it ends (even kill -9)."""
    _libc.prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:  # the parent ended before the request was made
        os._exit(1)


def account(user) -> dict:
    """Arguments for subprocess that run a command as this pwd entry (nothing for ourselves)."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def spawn(command, *, log: Path, env: dict, cwd, end: int, user=None) -> subprocess.Popen:
    """Start a command in its own process group; the kernel sends it `end` when we are gone.

    `user` is a pwd entry to run as, or None for ourselves. Must be called from the main thread: the kernel
    watches the thread, not the process.
    """
    parent = os.getpid()
    with open(log, "ab") as output:
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            cwd=cwd,
            process_group=0,
            preexec_fn=lambda: die_with(parent, end),  # noqa: PLW1509 (two system calls, no lock)
            **account(user),
        )


def runs(pid: int, argument) -> bool:
    """Is `pid` alive, no zombie, and was it started with exactly this argument on its command line?"""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX" and os.fsencode(argument) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, IndexError):
        return False


def end(pid: int, argument, signum: int, *, within: float) -> bool:
    """Send `signum` to `pid` if it runs `argument`, then wait. Returns True once no such process is left."""
    try:
        handle = os.pidfd_open(pid)  # the handle keeps meaning the same process, whatever happens to the number
    except ProcessLookupError:
        return True
    try:
        if runs(pid, argument):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signum)
        return wait_for(lambda: not runs(pid, argument), within=within)
    finally:
        os.close(handle)


def wait_for(condition, *, within: float, every: float = 0.02) -> bool:
    """Poll until the condition holds; False if it does not in time."""
    limit = time.monotonic() + within
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(every)
    return True


def marked(name: str, value: str) -> list[int]:
    """Return the processes whose environment holds `name=value`: those started by us, at any depth."""
    wanted, found = os.fsencode(f"{name}={value}"), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found


@contextlib.contextmanager
def lock(path: Path):
    """Hold the file's lock; yields False at once when another process holds it. Ends with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Could a server listen there now?"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Choose a free port below the range from which the kernel takes the ports of outgoing connections."""
    for _ in range(200):
        port = random.randint(20000, 31999)
        if is_free(port):
            return port
    raise LaunchError("No free port was found between 20000 and 31999.")


def server_user():
    """The account to run database servers as: None for ourselves; for root, `waymark` if it exists, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("waymark", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise LaunchError("PostgreSQL does not run as root. Create an ordinary account named waymark.")


def can_reach(path: Path, user) -> bool:
    """Can this account enter every folder down to `path` and read there? (True where user is None.)"""
    if user is None:
        return True
    for folder in [path, *path.parents]:
        facts = folder.stat()
        shift = 6 if facts.st_uid == user.pw_uid else 3 if facts.st_gid == user.pw_gid else 0
        needed = 5 if folder == path else 1
        if (facts.st_mode >> shift) & needed != needed:
            return False
    return True
