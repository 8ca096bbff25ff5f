"""Notes and documents of the invented persons: calls, notes for named people only, papers and a newer version."""

import io
from datetime import datetime, timedelta
from random import Random

from PIL import Image, ImageDraw

from cases.actions.records import add_document, add_note, change_note, replace_document
from cases.states import OPEN
from core.actors import acting
from referral.demo.people import Client

HOUR = timedelta(hours=1)
NOTES = (
    (
        "call",
        2,
        "Reached at the agreed hour. All is well at the hostel.\n"
        "Agreed: the papers are brought on Thursday.\nNext step: ask the lawyer for a time.",
    ),
    (
        "meeting",
        3,
        "Talked for 50 minutes with an interpreter. Sleeps badly since the journey.\n"
        "Wants: to stay in this district.\nNext step: counselling, if that is wished.",
    ),
    ("team", 2, "Talked the plan over with the supervisor. The plan stays as it is."),
    (
        "visit",
        4,
        "Met outside the flat, as agreed. The man who arranged the journey has called again.\n"
        "Next step: safety plan, today.",
    ),
)


def write(clients: list[Client], rng: Random, *, now: datetime) -> None:
    """Write a few notes about every third person, and bring a paper for some of them."""
    for client in clients[::3]:
        with acting(client.worker) as worker:
            client.case.refresh_from_db(fields=["status"])
            if client.case.status not in OPEN:
                continue
            for number, (kind, field_class, text) in enumerate(NOTES[: rng.randint(1, 4)]):
                at = min(client.opened_at + timedelta(days=2 + 5 * number), now - HOUR)
                note = add_note(
                    client.case, actor=worker, at=at, kind=kind, text=text, field_class=field_class, pinned=number == 1
                )
            if rng.random() < 0.2:
                change_note(note.pk, actor=worker, at=note.written_at + HOUR / 2, text=text, version=1)
            if rng.random() < 0.5:
                _bring(client, worker, now=now)


def _bring(client: Client, worker, *, now: datetime) -> None:
    at = min(client.opened_at + timedelta(days=3), now - HOUR)
    valid = (now + timedelta(days=90)).date()
    slip = add_document(
        client.case, actor=worker, at=at, upload=_scan("REGISTRATION"), kind="legal", title="Registration slip"
    )
    replace_document(slip.pk, actor=worker, at=at + HOUR / 2, upload=_scan("REGISTRATION 2"), valid_until=valid)
    add_document(client.case, actor=worker, at=at, upload=_scan("PASSPORT"), kind="identity", title="Passport, page 2")


def _scan(words: str) -> io.BytesIO:
    """A picture of a paper that says that it is invented."""
    image = Image.new("RGB", (480, 320), "#f4f1e8")
    ImageDraw.Draw(image).text((24, 24), f"{words}\nSPECIMEN, INVENTED", fill="#444444")
    file = io.BytesIO()
    image.save(file, "JPEG")
    file.seek(0)
    return file
