"""Questions that two bodies of the demonstration add, and a few answers to them."""

from datetime import datetime, timedelta
from random import Random

from cases.actions.answers import change_answers
from cases.actions.extensions import draft_form, load_fields, publish_form, write_field
from cases.answers import published
from cases.extensions.definition import Condition, Field, Option
from core.actors import acting
from referral.demo.network import DESK, Network
from referral.demo.people import Client


def _option(code: str, *labels: str) -> Option:
    return Option(code, dict(zip(("en", "ru", "be"), labels, strict=True)))


OF_PERSON = [
    Field(
        "arrived", "choice",
        {"en": "How did the person arrive?", "ru": "Как человек приехал?", "be": "Як чалавек прыехаў?"},
        field_class=2, listed=True,
        options=(
            _option("bus", "By bus or train", "Автобусом или поездом", "Аўтобусам або цягніком"),
            _option("car", "By car", "На машине", "На машыне"),
            _option("foot", "On foot", "Пешком", "Пешшу"),
        ),
    ),
    Field("school", "yes_no", {"en": "Are there children of school age?", "ru": "Есть дети школьного возраста?",
                               "be": "Ёсць дзеці школьнага ўзросту?"}, field_class=2),
    Field("school_children", "number", {"en": "How many go to school?", "ru": "Сколько ходит в школу?",
                                        "be": "Колькі ходзіць у школу?"},
          field_class=2, whole=True, minimum=0, maximum=20, shown_if=Condition("school", "equals", True)),
    Field("taken_papers", "yes_no", {"en": "Has somebody kept the person’s papers?",
                                     "ru": "Кто-то забирал документы человека?",
                                     "be": "Хтосьці забіраў дакументы чалавека?"}, field_class=4),
]  # fmt: skip
HALF_DONE = Field("trade", "text", {"en": "What work does the person know?"}, field_class=2, max_length=100)
OF_NEED = [
    Field("before", "yes_no", {"en": "Has the person had this help before?",
                               "ru": "Получал ли человек эту помощь раньше?",
                               "be": "Ці атрымліваў чалавек гэтую дапамогу раней?"}, field_class=2, listed=True),
]  # fmt: skip


def publish(network: Network, *, now: datetime) -> None:
    """Publish a form of one sender for persons, and one of the network for needs."""
    at = now - timedelta(days=100)
    for key, role, subject, scope, fields in (
        ("sunny", "organisation_admin", "person", "own", OF_PERSON),
        ("opendoor", "organisation_admin", "person", "own", OF_PERSON[:3]),
        (DESK, "coordinator", "need", "network", OF_NEED),
    ):
        people = network.actors[key].get(role)
        if people:
            with acting(people[0]) as actor:
                form = load_fields(actor=actor, at=at, subject=subject, scope=scope, fields=fields)
                publish_form(form.pk, actor=actor, at=at)
    with acting(network.actors["opendoor"]["organisation_admin"][0]) as actor:
        draft = draft_form(actor=actor, at=now - timedelta(days=2), subject="person", scope="own")
        write_field(draft.pk, actor=actor, at=now - timedelta(days=2), field=HALF_DONE)


def answer(clients: list[Client], rng: Random, *, now: datetime) -> None:
    """Answer the questions about two clients in three of the sender that asks, and about some needs."""
    for client in clients:
        at = min(client.opened_at + timedelta(days=1), now)
        with acting(client.worker) as actor:
            if rng.random() < 0.66 and published("person", actor):
                school = rng.random() < 0.4
                answers = {"arrived": rng.choice(["bus", "car", "foot"]), "school": school}
                answers |= {"school_children": rng.randint(1, 3)} if school else {}
                change_answers("person", client.person, actor=actor, at=at, extra={"own": answers})
            if client.needs and rng.random() < 0.3:
                before = {"network": {"before": rng.random() < 0.3}}
                change_answers("need", client.needs[0], actor=actor, at=at, extra=before)
