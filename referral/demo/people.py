"""Invented persons with names in several scripts, their consent, their cases and needs."""

import csv
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from cases.actions.cases import add_need, open_case, settle_need
from cases.actions.consents import record_consent
from cases.actions.households import record_best_interests
from cases.actions.moves import move_case
from cases.actions.persons import register_person
from cases.models import Case, Consent, Need, Person
from core.actors import Actor, acting
from referral.demo.assessing import AGAIN_AFTER, assess, look_again, look_over
from referral.demo.network import DATA, SENDERS, Network, load
from referral.demo.planning import plan

MIGRATION = ["temporary_stay", "temporary_residence", "asylum_seeker", "refugee", "complementary_protection",
             "irregular", "transit", "not_asked", "not_asked", "permanent_residence"]  # fmt: skip
ENTRY = ["walk_in", "hotline", "outreach", "community", "online", "walk_in"]
RISKS = ["low"] * 4 + ["medium"] * 8 + ["high"] * 4 + ["critical"]
PURPOSES = ["case_management", "referral_disclosure", "contact", "interpreter"]
FORMER_CASES = 0.25  # of the persons had a case before
AREAS = ["BY-HM", "BY-MI", "BY-BR", "BY-HR", "BY-VI", "BY-MA", "BY-HO"]


@dataclass
class Client:
    """A person with an open case, and who works on it."""

    person: Person
    age: int
    sex: str
    worker: Actor
    supervisor: Actor
    case: Case
    consent: Consent
    opened_at: datetime
    needs: list[Need] = field(default_factory=list)
    withdrawn: bool = False


def build(network: Network, rng: Random, *, now: datetime, positions: range) -> list[Client]:
    """Register a person for each position, with consent, an open case and needs; some had a case before."""
    groups, given = load("names"), _given_names()
    categories = sorted({service.category for service in network.services})
    clients = []
    for position in positions:
        people = network.actors[SENDERS[0] if position % 2 else rng.choice(SENDERS)]
        worker, supervisor = rng.choice(people["caseworker"]), people["supervisor"][0]
        opened_at = now - timedelta(days=rng.uniform(28, 110) if position % 12 else rng.uniform(0.1, 6))
        age = rng.choice([7, 12, 15, 16]) if position % 11 == 0 else rng.randrange(18, 68)
        sex = rng.choice(["female", "male"])
        with acting(worker):
            facts = _facts(groups[position % len(groups)], given, rng, age=age, sex=sex, today=opened_at)
            first_at = opened_at - timedelta(days=30) if rng.random() < FORMER_CASES else opened_at
            person = register_person(actor=worker, at=first_at, **facts)
            if first_at != opened_at:
                _former(person, worker, supervisor, rng, age=age, at=first_at)
            consent = _consent(person, worker, rng, age=age, at=opened_at)
            case = open_case(
                person, actor=worker, at=opened_at, risk_level=rng.choice(RISKS), entry_point=rng.choice(ENTRY)
            )
            if age < 18:
                record_best_interests(
                    person.pk,
                    actor=worker,
                    at=opened_at,
                    kind="bia",
                    on=opened_at.date(),
                    decision="in_favour",
                    decided_by="A panel of two specialists",
                )
        client = Client(person, age, sex, worker, supervisor, case, consent, opened_at)
        _needs(client, categories, rng)
        _begin(client, rng, position, now=now)
        clients.append(client)
    return clients


def _given_names() -> dict[str, list[dict]]:
    with (DATA / "given_names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {sex: [row for row in rows if row["sex"] == sex] for sex in ("m", "f")}


def _facts(group: dict, given: dict, rng: Random, *, age: int, sex: str, today: datetime) -> dict:
    letter = "f" if sex == "female" else "m"
    if "csv" in group:
        row = rng.choice(given[letter])
        own, latin = row[group["csv"]], row[group["latin"]]
    else:
        own, latin = rng.choice(group["given"][letter])
    family, family_latin = rng.choice(group["family"])
    order = [family, own] if group.get("family_first") else [own, family]
    names = [
        {"full_as_written": " ".join(order), "script": group["script"], "language": group["language"],
         "given": own, "family": family, "kind": "legal", "is_primary": True}
    ]  # fmt: skip
    if own != latin or family != family_latin:
        names.append({"full_as_written": f"{latin} {family_latin}", "script": "Latn", "kind": "alias"})
    languages = [{"code": group["language"], "level": "native", "interpreter": group["interpreter"]}]
    if group["language"] != "rus":
        languages.append({"code": "rus", "level": rng.choice(["basic", "good"])})
    child = age < 18
    phone = f"+375 29 000 {rng.randrange(100):02d} {rng.randrange(100):02d}"
    return {
        "names": names,
        "sex": sex,
        "birth_date": (today - timedelta(days=age * 365 + age // 4 + rng.randrange(30, 300))).date(),
        "birth_precision": rng.choice(["day", "day", "year", "estimated"]),
        "citizenships": [group["citizenship"]],
        "languages": languages,
        "area": rng.choice(AREAS),
        "migration_status": "national_returnee" if group["citizenship"] == "BY" else rng.choice(MIGRATION),
        "contact_channel": rng.choice(["phone_call", "messenger", "sms"]),
        "contact_value": phone,
        "contact_hours": rng.choice(["", "10:00–12:00", "after 18:00"]),
        "contact_warning": rng.choice(["", "", "No voicemail"]),
        "caregiver": "An aunt who lives with the child" if child else "",
    }


def _consent(person: Person, worker: Actor, rng: Random, *, age: int, at: datetime) -> Consent:
    child = age <= 16
    return record_consent(
        person,
        actor=worker,
        at=at,
        purposes=PURPOSES + (["statistics"] if rng.random() < 0.6 else []),
        data_classes=[1, 2, 3, 4],
        receiver_class="network",
        method="representative" if child else rng.choice(["written", "electronic"]),
        language="rus",
        text_version="2026-1",
        interpreter=rng.random() < 0.4,
        given_by="guardian" if child else "self",
        representative="The aunt who cares for the child" if child else "",
        assent=True if child else None,
    )


def _former(person: Person, worker: Actor, supervisor: Actor, rng: Random, *, age: int, at: datetime) -> None:
    """A case that was opened, met its need, and was closed."""
    _consent(person, worker, rng, age=age, at=at)
    case = open_case(person, actor=worker, at=at, risk_level="low")
    need = add_need(case, actor=worker, at=at, category="information")
    move_case(case.pk, "assess", actor=worker, at=at + timedelta(days=1))
    assess(case, rng, actor=worker, at=at + timedelta(days=1, hours=1))
    move_case(case.pk, "activate", actor=worker, at=at + timedelta(days=2))
    settle_need(need.pk, actor=worker, at=at + timedelta(days=15), status=rng.choice(["met", "partly_met"]))
    with acting(supervisor):
        move_case(case.pk, "close", actor=supervisor, at=at + timedelta(days=20), reason="needs_met", told="yes")


def _needs(client: Client, categories: list[str], rng: Random) -> None:
    fits = [category for category in categories if client.age < 18 or category != "child_protection"]
    with acting(client.worker):
        for category in rng.sample(fits, k=rng.choice([2, 2, 3])):
            language = rng.choice(["en", "ru", "be"])
            need = add_need(
                client.case,
                actor=client.worker,
                at=client.opened_at + timedelta(hours=1),
                category=category,
                description=rng.choice(load("words")["needs"][language]),
                priority=rng.choice(["routine", "routine", "urgent"]),
            )
            client.needs.append(need)


def _begin(client: Client, rng: Random, position: int, *, now: datetime) -> None:
    """Most cases are at work; a few are still at the beginning."""
    with acting(client.worker):
        if position % 12 == 0:
            return
        move_case(client.case.pk, "assess", actor=client.worker, at=client.opened_at + timedelta(hours=3))
        if position % 13:
            assess(client.case, rng, actor=client.worker, at=client.opened_at + timedelta(hours=25))
            move_case(client.case.pk, "activate", actor=client.worker, at=client.opened_at + timedelta(hours=26))
            begun = client.opened_at + timedelta(hours=27)
            if position % 3 == 0 and begun < now:
                plan(client.case, client.needs, rng, actor=client.worker, at=begun, now=now)
            if client.opened_at + AGAIN_AFTER < now:
                look_again(client.case, rng, actor=client.worker, at=client.opened_at + AGAIN_AFTER)
    look_over(client.case, rng, actor=client.supervisor, at=min(now, client.opened_at + AGAIN_AFTER))
