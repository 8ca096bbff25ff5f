"""Assessments of the demonstration: a few answers each, some with a second look that shows what changed."""

from datetime import timedelta
from random import Random

from cases.actions.approvals import decide_approval, waiting_for
from cases.actions.assessments import complete_assessment, save_assessment, start_assessment
from cases.actions.risk import review_case
from cases.actions.trafficking import record_screening, set_trafficking_status
from cases.determinants import asked, floor, higher
from cases.models import Case
from cases.trafficking import signs_for, suggests
from core.actors import acting

WORDS = {
    "en": ["Shared room, the door cannot be locked.", "Has slept better since last week.", "Wages were not paid."],
    "ru": ["Комната на четверых, дверь не запирается.", "Стала спать спокойнее.", "Зарплату не выплатили."],
    "be": ["Пакой на чацвярых, дзверы не замыкаюцца.", "Стала спаць спакайней.", "Заробак не выплацілі."],
}
WISHES = ["To get the passport back.", "Спать в комнате с замком.", "Каб дзеці пайшлі ў школу."]


def assess(case: Case, rng: Random, *, actor, at) -> None:
    """Complete an assessment of a case at the level that its signs allow. Runs with the actor acting."""
    row = start_assessment(case, actor=actor, at=at)
    some = rng.sample(asked(3), k=14)
    answers = {factor.code: rng.choice(["present", "absent", "absent", "unknown"]) for factor in some}
    answers |= {factor.code: "absent" for factor in asked(3) if factor.floor}
    if case.risk_level in {"critical", "high"}:
        answers["threat_removal"] = "present"
    restricted = {"exploiter_contact": "unknown"} if rng.random() < 0.2 else {}
    words = {level: rng.choice(WORDS[rng.choice(list(WORDS))]) for level in ("individual", "community")}
    save_assessment(row.pk, actor=actor, at=at, answers=answers, words=words, wishes=rng.choice(WISHES))
    if restricted:
        save_assessment(row.pk, actor=actor, at=at, field_class=4, answers=restricted)
    level = higher(case.risk_level, floor(answers) or case.risk_level)
    complete_assessment(row.pk, actor=actor, at=at, risk_level=level)
    if rng.random() < 0.15:
        screen(case, rng, actor=actor, at=at)


def screen(case: Case, rng: Random, *, actor, at) -> None:
    """Screen for trafficking; where the signs are a reason, note that it is possible."""
    signs = list(signs_for("adult_labour"))
    answers = dict.fromkeys(rng.sample(signs, k=9), "absent") | dict.fromkeys(rng.sample(signs, k=3), "present")
    row = record_screening(case, actor=actor, at=at, group="adult_labour", answers=answers, control=["DebtBondage"])
    if suggests("adult_labour", answers):
        set_trafficking_status(case, actor=actor, at=at, status="possible", screening=row)


def look_again(case: Case, rng: Random, *, actor, at) -> None:
    """Review a case some days later: most often nothing changed, sometimes a new assessment."""
    if rng.random() < 0.5:
        review_case(case.pk, actor=actor, at=at)
    else:
        assess(Case.objects.visible_to(actor).get(pk=case.pk), rng, actor=actor, at=at)


def look_over(case: Case, rng: Random, *, actor, at) -> None:
    """Decide most of what a supervisor was asked about a case; some of it still waits."""
    with acting(actor):
        waiting = waiting_for(actor).filter(case=case, kind__in=["assessment", "plan"])
        for approval in waiting.order_by("kind", "asked_at"):
            if rng.random() < 0.85:
                decide_approval(approval.pk, actor=actor, at=at, answer="approve")


AGAIN_AFTER = timedelta(days=9)
