"""The sweep: compares persons that nobody has compared yet with the others of their organisation (DOMAIN 14).

Registration compares at once; this finds who came by import or whose record changed meanwhile, and lets old
candidates go after 90 days (DOMAIN 12). Runs as the worker role. Twice at once, or again, changes nothing.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q

from cases.actions.duplicates import KEPT, find_duplicates
from cases.models import DuplicateCandidate, MergeRecord, Person
from core.actors import SYSTEM, acting

BATCH = 200  # persons of one sweep
SLACK = timedelta(seconds=5)  # a change is written a moment before it is compared
log = logging.getLogger(__name__)


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """Compare the persons that are due, and purge what is too old; return how many were compared."""
    due = Person.objects.visible_to(SYSTEM).filter(
        Q(matched_at=None) | Q(updated_at__gt=F("matched_at") + SLACK), merged_into=None, erased_at=None
    )
    found = list(due.order_by("created_at", "pk").values_list("pk", flat=True)[:limit])
    done = sum(_safely(pk, at=at) for pk in found)
    with acting(SYSTEM):
        purge(at=at)
    return done


def _safely(pk, *, at: datetime) -> bool:
    try:
        with acting(SYSTEM):
            rows = Person.objects.visible_to(SYSTEM).select_for_update(skip_locked=True, of=("self",))
            person = rows.filter(pk=pk, merged_into=None).first()
            if person is None:
                return False
            find_duplicates(person, actor=SYSTEM, at=max(at, person.updated_at))
        return True
    except Exception as error:
        log.error("person %s is not compared: %s", pk, type(error).__name__)
        return False


def purge(*, at: datetime) -> None:
    """Delete candidates that were found, or answered, 90 days ago, and merges that can no longer be undone.

    A pair that was dismissed is kept as long as both records live: it is an answer, not a guess.
    """
    DuplicateCandidate.objects.visible_to(SYSTEM).filter(state="open", found_at__lt=at - KEPT).delete()
    DuplicateCandidate.objects.visible_to(SYSTEM).filter(state="merged", decided_at__lt=at - KEPT).delete()
    MergeRecord.objects.visible_to(SYSTEM).filter(until__lt=at).delete()
