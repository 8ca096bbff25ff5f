"""Doors: the only writers. A refusal is one of three exceptions, and it always speaks (house rule 10)."""

from functools import wraps

from django.db import transaction
from django.utils.translation import gettext as _

from core import events


class Refusal(Exception):
    """Why a door stayed closed: a code for machines, a sentence for people, and the fields concerned.

    `status` is the HTTP status that faces answer with; `facts` are identifiers and codes a face may show.
    """

    status = 400

    def __init__(self, code: str, sentence: str, *, fields: dict[str, list[str]] | None = None, **facts):
        super().__init__(code)
        self.code, self.sentence, self.fields, self.facts = code, sentence, fields or {}, facts

    def __str__(self):
        return self.code


class NotPermitted(Refusal):
    """The actor may see the thing, but not do this with it."""

    status = 403


class NotNow(Refusal):
    """The step does not fit the state the thing is in now."""

    status = 409


class Incomplete(Refusal):
    """A fact that the step needs is missing or wrong; `fields` says which."""

    status = 422


DOORS: dict[str, object] = {}


def action(verb: str, *, permission: str | None = None):
    """Return a decorator for a door `f(..., *, actor, at, ...)`: opens the transaction and asks for permission.

    `verb` names the door; `permission` is the verb of `partners/roles.py` it needs (the same name when None,
    "" for doors that everybody signed in may use). Raises NotPermitted, and TypeError when nobody acts or no
    event was recorded: what changes leaves a trace.
    """
    needed = verb if permission is None else permission

    def decorate(function):
        @wraps(function)
        def door(*args, actor, at, **kwargs):
            if actor is None or at is None:
                raise TypeError(f"{verb}: say who acts, and when")
            if needed and not actor.may(needed):
                raise not_permitted()
            with transaction.atomic(), events.counted() as count:
                result = function(*args, actor=actor, at=at, **kwargs)
                if not count.recorded:
                    raise TypeError(f"{verb} recorded no event")
            return result

        DOORS[verb] = door
        return door

    return decorate


def not_permitted() -> NotPermitted:
    """Return the refusal for an actor whose role lacks the verb."""
    return NotPermitted("not_permitted", _("Your role does not include this step. Ask your supervisor."))
