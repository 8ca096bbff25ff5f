"""What time does to documents: images of identity documents go, orphans go, nothing else does."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cases import papers
from cases.actions.records import add_document
from cases.models import Case, Document
from core.actors import SYSTEM, acting
from core.files import vault
from core.models import Event
from tests.cases.test_records import files, folder, upload
from tests.world import NOON

__all__ = ["folder"]
A_YEAR = timedelta(days=366)


@pytest.fixture
def kept(committed_world):
    """A passport and a court letter in one case."""
    w = committed_world
    with acting(w.actors["caseworker"]) as actor:
        for kind in ("identity", "legal"):
            add_document(w.of.case, actor=actor, at=NOON, upload=upload(), kind=kind)
    return w


def close(w, status="closed", at=NOON):
    with acting(w.actors["caseworker"]):
        facts = {"closed_at": at, "closure_reason": "needs_met"} if status == "closed" else {}
        Case.objects.filter(pk=w.of.case.pk).update(status=status, **facts)


def purged(w) -> dict:
    with acting(w.actors["caseworker"]) as actor:
        rows = Document.objects.visible_to(actor)
        return {row.kind: row.gone_reason for row in rows}


def test_an_image_of_an_identity_document_goes_a_year_after_its_case_was_closed(kept, folder, as_worker):
    close(kept)
    with as_worker():
        assert papers.sweep(at=NOON + timedelta(days=300)) == 0
        assert papers.sweep(at=NOON + A_YEAR) == 1
        assert papers.sweep(at=NOON + A_YEAR) == 0
    assert purged(kept) == {"identity": "purged", "legal": ""}
    assert len(files(folder)) == 1
    with acting(kept.actors["caseworker"]) as actor:
        assert Event.objects.visible_to(actor).get(kind="document.purged").case_id == kept.of.case.pk


def test_an_open_case_keeps_its_images_however_old_and_a_reopened_one_too(kept, as_worker):
    with as_worker():
        assert papers.sweep(at=NOON + 3 * A_YEAR) == 0
    close(kept)
    with as_worker():
        papers.sweep(at=NOON + timedelta(days=1))
    close(kept, status="active")
    with as_worker():
        assert papers.sweep(at=NOON + 3 * A_YEAR) == 0
        with acting(SYSTEM):
            assert set(Document.objects.visible_to(SYSTEM).values_list("purge_on", flat=True)) == {None}


def test_a_file_without_a_row_goes_and_one_with_a_row_stays(kept, folder, as_worker):
    with vault.kept(b"left by a crash", row=uuid4()):
        pass
    assert len(files(folder)) == 3
    with as_worker():
        papers.sweep(at=NOON - timedelta(days=3650))
        assert len(files(folder)) == 3, "young files may be about to commit"
        papers.sweep(at=NOON + 100 * A_YEAR)
    assert len(files(folder)) == 2
