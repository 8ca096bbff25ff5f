"""Human references: random, not sequential, without letters that read alike (DOMAIN 2)."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(prefix: str) -> str:
    """Return such as `R-7F3K9Q2D`: eight signs of thirty, so that a guess is worth nothing (6.5e11 values)."""
    return prefix + "-" + "".join(secrets.choice(ALPHABET) for _ in range(8))
