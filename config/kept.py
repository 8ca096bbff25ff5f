"""Secrets made once and kept in a file that only its owner can read."""

import base64
import json
import os
import secrets
from pathlib import Path

MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    # A P-256 key; one below 2^255 is always within the curve's order.
    "VAPID_PRIVATE_KEY": lambda: base64.urlsafe_b64encode((secrets.randbits(255) | 1).to_bytes(32, "big")).decode(),
    "DEMO_PASSWORD": lambda: "-".join(secrets.token_hex(2) for _ in range(4)),
}


def kept(path: Path, *names: str, **given: str) -> dict[str, str]:
    """Return the named secrets of the file; those missing are taken from `given`, else made at random, and kept.

    What is kept wins over what is given: a key that changed would make earlier data unreadable.
    """
    try:
        held = json.loads(path.read_text())
    except FileNotFoundError:
        held = {}
    missing = [name for name in names if name not in held]
    if missing:
        for name in missing:
            held[name] = given.get(name) or MAKERS.get(name, secrets.token_urlsafe)()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(held, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return {name: held[name] for name in names}
