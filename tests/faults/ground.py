"""The world of the fault tests: a case, two services, and tokens of the two sides. Made where Django is connected."""

import json
from uuid import uuid4

from django.utils import timezone

from core.actors import Actor, acting
from partners.identity import digest_of
from partners.models import ApiToken
from tests import world as worlds

PLACES = 3


def token(organisation, *scopes: str) -> str:
    secret = f"wm_{uuid4().hex}"
    row = ApiToken(organisation=organisation, name="System", digest=digest_of(secret), scopes=list(scopes))
    with acting(Actor(organisation_id=organisation.pk, permissions=frozenset({"token.manage"}))):
        row.save(force_insert=True)
    return secret


def make() -> dict:
    """Build the world of the tests around today; return ids and tokens."""
    worlds.NOON = timezone.now()
    w = worlds.build()
    mine, who = w.actors["caseworker"], ("caseworker", "supervisor")
    # Without a team: open to the whole organisation, so to its own system as well.
    case = worlds.case(mine, w.of.person, **{name: w.members[name] for name in who})
    plenty = worlds.service(w.of.receiver, places=None, name="Plenty")
    few = worlds.service(w.of.receiver, places=PLACES, name="Few")
    return {
        "case": str(case.pk),
        "consent": str(w.of.consent.pk),
        "services": [str(plenty.pk), str(few.pk)],
        "workers": [str(w.members[name].pk) for name in ("worker", "partner")],
        "sender": token(w.of.sender, "cases:write", "referrals:send", "webhooks:manage"),
        "receivers": [token(w.of.receiver, "referrals:answer") for _ in range(2)],
    }


def show() -> None:
    """Print it as one line of JSON, for a test that cannot call `make` itself."""
    print(json.dumps(make()))
