"""Lists on their way out, one taken and one that waits for a second person; and a file on its way in."""

import io
from datetime import datetime, timedelta

from cases.actions.exports import ask_release, prepare_export, take_export
from cases.actions.imports import bring_import, check_import, map_import
from core.actors import acting
from referral.demo.network import SENDERS, Network


def build(network: Network, *, now: datetime) -> None:
    """Let the first sender's supervisor take a short list and ask for a release of a restricted one."""
    actor = network.actors[SENDERS[0]]["supervisor"][0]
    at = now - timedelta(hours=3)
    with acting(actor):
        short = prepare_export(
            actor=actor,
            at=at,
            listing="cases",
            form="xlsx",
            columns=["case", "state", "review", "worker"],
            filters={"state": "open"},
            purpose="supervision",
            reason="Review dates for the meeting of the team",
        )
        if short.status == "open":
            take_export(short.pk, actor=actor, at=at)
        long = prepare_export(
            actor=actor,
            at=at,
            listing="cases",
            form="csv",
            columns=["case", "state", "needs", "needs_restricted"],
            filters={"state": "all"},
            purpose="reporting",
            reason="Numbers for the yearly report",
        )
        ask_release(long.pk, actor=actor, at=at)
        _register(actor, at=at)


REGISTER = """ФИО;Пол;Год рождения;Гражданство;Язык;Телефон;Потребность
Рахими Лейла;ж;1991;Афганистан;дари;+375 29 000-01-01;юридическая помощь
Тадессе Абеба;жен;около 1985;Эфиопия;амхарский;;информирование и консультирование
Карим Юсуф;м;31.02.2004;Ирак;арабский;;
"""


def _register(actor, *, at: datetime) -> None:
    """Bring in an old register as far as its check: two lines are ready, one has a day that does not exist."""
    job = bring_import(actor=actor, at=at, upload=io.BytesIO(REGISTER.encode()))
    columns = ("full_name", "sex", "birth_date", "citizenships", "languages", "contact_value", "need_category")
    mapping = {
        "columns": {str(number): code for number, code in enumerate(columns)},
        "words": {"languages": {"амхарский": "amh", "арабский": "arb", "дари": "prs"}},
        "order": "dmy",
        "opens_cases": True,
        "risk_level": "medium",
        "entry_point": "other",
        "consent_basis": "consent",
        "basis_note": "",
        "caseworker": "",
    }
    map_import(job.pk, actor=actor, at=at, how={}, mapping=mapping, save_as="Register of 2019")
    check_import(job.pk, actor=actor, at=at)
