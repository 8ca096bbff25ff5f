"""What time does to documents: images of identity documents go some time after their case was closed (DOMAIN 12)."""

from django.db.models import Q
from django.utils import timezone

from cases.actions.records import shed
from cases.models import Document
from cases.retention import holds_on, terms
from cases.states import CLOSED
from core import events
from core.actors import SYSTEM, acting
from core.files import vault

_AT_ONCE = 500


def sweep(*, at) -> int:
    """Date what began to wait, delete what has waited long enough, remove files without a row. Return the deletions.

    Runs as the worker role. Each row is claimed before it is changed, so that two sweeps at once delete once.
    """
    with acting(SYSTEM):
        date_images()
        due = Document.objects.visible_to(SYSTEM).filter(_waits(), purge_on__lte=timezone.localdate(at))
        found = list(due.order_by("purge_on", "pk").values_list("pk", flat=True)[:_AT_ONCE])
    purged = sum(_purge(pk, at=at) for pk in found)
    with acting(SYSTEM):
        vault.sweep(known, at=at)
    return purged


def date_images() -> None:
    """Write beside each image of an identity document of a closed case when it goes; a reopened case keeps its own."""
    images = Document.objects.visible_to(SYSTEM).filter(kind="identity", stored_as__isnull=False)
    images.exclude(case__status=CLOSED).filter(purge_on__isnull=False).update(purge_on=None)
    times: dict = {}
    waiting = images.filter(_waits(), purge_on=None).values_list("pk", "organisation_id", "case__closed_at")
    for pk, organisation_id, closed_at in waiting:
        if organisation_id not in times:
            times[organisation_id] = terms(organisation_id, actor=SYSTEM)["identity_image"]
        images.filter(pk=pk).update(purge_on=times[organisation_id].after(timezone.localdate(closed_at)))


def known(names) -> list:
    """Return those of the names of files that a document has."""
    return list(Document.objects.visible_to(SYSTEM).filter(stored_as__in=names).values_list("stored_as", flat=True))


def _waits() -> Q:
    return Q(kind="identity", stored_as__isnull=False, case__status=CLOSED)


def _purge(pk, *, at) -> bool:
    with acting(SYSTEM):
        rows = Document.objects.visible_to(SYSTEM).filter(_waits(), pk=pk, purge_on__lte=timezone.localdate(at))
        document = rows.select_related("case").select_for_update(skip_locked=True, of=("self",)).first()
        if document is None or holds_on([document.case.person_id], actor=SYSTEM, at=at):
            return False
        shed(document, at=at, reason="purged")
        events.record(
            "document.purged",
            actor=SYSTEM,
            at=at,
            about=document.pk,
            case_id=document.case_id,
            organisations=[document.organisation_id],
            field_class=document.field_class,
        )
    return True
