"""A few persons of the demonstration who were registered twice, in another script, for the page of duplicates."""

from random import Random

from anyascii import anyascii

from cases.actions.cases import open_case
from cases.actions.duplicates import merge_persons
from cases.actions.persons import register_person
from cases.models import DuplicateCandidate, PersonName
from core.actors import acting

TWICE = 4  # persons of each part of the world


def register_twice(clients, rng: Random, *, now) -> int:
    """Register some adults again as another caseworker would: in Latin letters, with less known. Returns how many.

    A supervisor has merged the first of them; the others wait for an answer.
    """
    grown = [client for client in clients if client.age >= 18 and client.person.birth_date is not None]
    merged = False
    for client in grown[:TWICE]:
        with acting(client.worker) as actor:
            names = PersonName.objects.visible_to(actor).filter(person=client.person).order_by("-is_primary")
            known = {name.script: name.full_as_written for name in reversed(names)}
            written = known.get("Latn") or anyascii(names[0].full_as_written)
            again = register_person(
                actor=actor, at=now, names=[{"full_as_written": written, "script": "Latn"}], sex=client.sex,
                birth_date=client.person.birth_date, birth_precision=client.person.birth_precision,
                citizenships=client.person.citizenships,
            )  # fmt: skip
            open_case(again, actor=actor, at=now, risk_level="medium", entry_point=rng.choice(["hotline", "walk_in"]))
        merged = merged or _merge(client, again, now=now)
    return len(grown[:TWICE])


def _merge(client, again, *, now) -> bool:
    low, high = sorted([client.person.pk, again.pk])
    with acting(client.supervisor) as actor:
        pair = DuplicateCandidate.objects.visible_to(actor).filter(low_id=low, high_id=high, state="open").first()
        if pair is not None:
            merge_persons(pair.pk, actor=actor, at=now, survivor_id=client.person.pk)
    return pair is not None
