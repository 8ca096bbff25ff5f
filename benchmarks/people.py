"""Who asks: a session or a token for one of the loaded accounts."""

import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from benchmarks.load import ROLES, ident, token_of
from core.models import User


def session(organisation: int, role: str) -> dict[str, str]:
    """Sign the first person of this role in, in the database Django is connected to; return the headers."""
    user = User.objects.get(pk=ident("u", f"{organisation}.{ROLES.index(role) + 1}"))
    store = SessionStore()
    store.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "seen": int(time.time()),
        }
    )
    store.create()
    store.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={store.session_key}"}


def system(organisation: int) -> dict[str, str]:
    """Return the headers of an organisation's own system."""
    return {"Authorization": f"Bearer {token_of(organisation)}", "Accept": "application/json"}
