"""The trail of reads: who opened class 3 or 4 data of whom, when (INV-12). The one thing that a GET writes."""

from itertools import islice

from core.actors import NOBODY
from core.models import Reading

BATCH = 1000  # lines written at once
SENSITIVE = 3  # the lowest field class that leaves a trail (DOMAIN 2)


def read(about, *, subject: str, field_class: int, actor, at) -> None:
    """Write that the actor read a `subject` (person, case, need, referral) of this class; below class 3 nothing."""
    if field_class < SENSITIVE or actor.system:
        return
    _write(about, subject=subject, field_class=field_class, actor=actor, at=at)


def take(about, *, subject: str, field_class: int, actor, at) -> None:
    """Write that the actor took a copy out of the house: of any class, since a copy can go anywhere (INV-12)."""
    if not actor.system:
        _write(about, subject=subject, field_class=field_class, actor=actor, at=at)


def _write(about, *, subject: str, field_class: int, actor, at) -> None:
    reading = Reading(
        user_id=actor.user_id,
        member_id=None if actor.member_id == NOBODY else actor.member_id,
        organisation_id=actor.organisation_id,
        about=about.pk,
        subject=subject,
        field_class=field_class,
        at=at,
    )
    Reading.objects.bulk_create([reading])


def read_all(ids, *, subject: str, field_class: int, actor, at) -> None:
    """Write one line of the trail for each of many things that were read at once (a list that was taken out)."""
    if field_class < SENSITIVE or actor.system:
        return
    member_id = None if actor.member_id == NOBODY else actor.member_id
    lines = (
        Reading(
            user_id=actor.user_id,
            member_id=member_id,
            organisation_id=actor.organisation_id,
            about=about,
            subject=subject,
            field_class=field_class,
            at=at,
        )
        for about in ids
    )
    while batch := list(islice(lines, BATCH)):
        Reading.objects.bulk_create(batch)
