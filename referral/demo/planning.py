"""Plans of the demonstration: goals with tasks, an agreement, appointments before and behind."""

from datetime import datetime, timedelta
from random import Random

from cases.actions.appointments import add_appointment, set_attendance
from cases.actions.goals import add_goal, agree_plan
from cases.actions.plans import add_task, finish_task
from cases.models import Case

GOALS = {
    "en": ["Has the passport in her own hands", "Sleeps in a room with a lock", "Talks to somebody who can be trusted"],
    "ru": ["Паспорт у него на руках", "Ночует в комнате с замком", "Дети ходят в школу"],
    "be": ["Пашпарт у яе на руках", "Начуе ў пакоі з замком", "Дзеці ходзяць у школу"],
}
TASKS = {
    "en": ["Write down what happened, with dates", "Ask the school for a place", "Book an interpreter"],
    "ru": ["Записать, что произошло, с датами", "Спросить место в школе", "Найти переводчика"],
    "be": ["Запісаць, што адбылося, з датамі", "Спытаць месца ў школе", "Знайсці перакладчыка"],
}
KINDS = ("office", "phone", "partner", "health")


def plan(case: Case, needs, rng: Random, *, actor, at: datetime, now: datetime) -> None:
    """Give a case a goal or two with tasks, agreed with the person, and appointments. Runs with the actor acting."""
    for need in needs[: rng.choice([1, 1, 2])]:
        language = rng.choice(list(GOALS))
        goal = add_goal(
            case,
            actor=actor,
            at=at,
            text=rng.choice(GOALS[language]),
            needs=[need.pk],
            target_on=(at + timedelta(days=rng.choice([14, 30, 60]))).date(),
        )
        for number, text in enumerate(rng.sample(TASKS[language], k=2)):
            due_at = at + timedelta(days=rng.choice([2, 5, 21]))
            task = add_task(case, actor=actor, at=at, text=text, goal=goal, due_at=due_at)
            if number == 0 and at + timedelta(days=1) < now:
                finish_task(task.pk, actor=actor, at=at + timedelta(days=1))
    agree_plan(case, actor=actor, at=at, agreed_on=at.date(), interpreter=rng.random() < 0.4)
    starts_at = at + timedelta(days=rng.choice([1, 3, 6]), hours=rng.randrange(4))
    row = add_appointment(case, actor=actor, at=at, kind=rng.choice(KINDS), starts_at=starts_at, place="12")
    if starts_at < now and rng.random() < 0.8:
        outcome = rng.choice(["attended", "attended", "no_show", "cancelled_by_client"])
        set_attendance(row.pk, actor=actor, at=min(now, starts_at + timedelta(hours=1)), attendance=outcome)
