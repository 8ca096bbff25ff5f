"""How often somebody who is not signed in may try: counted in the database's cache, by a keyed hash of the address."""

from django.core.cache import cache

from core.fields import blind_index


def within(request, name: str, *limits: tuple[str, int, int]) -> bool:
    """Count this try; return whether it is within the limits.

    Each limit is (whose, most, seconds): `whose` is "address" for one address, "all" for everybody together.
    """
    who = blind_index(request.META.get("REMOTE_ADDR", "") or "unknown")
    allowed = True
    for whose, most, seconds in limits:
        key = f"{name}:{who if whose == 'address' else whose}"
        cache.add(key, 0, seconds)
        allowed &= cache.incr(key) <= most
    return allowed
