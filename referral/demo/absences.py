"""Somebody of the demonstration is away, and a colleague stands in."""

from datetime import datetime, timedelta

from cases.actions.absences import set_absence
from cases.actions.cases import colleagues_for
from core.actors import acting


def somebody_is_away(supervisors, *, now: datetime) -> None:
    """Note one absence in each team that has two colleagues to spare."""
    day = now.date()
    for supervisor in supervisors:
        with acting(supervisor):
            free = list(colleagues_for(supervisor).exclude(pk=supervisor.member_id)[:2])
            if len(free) == 2:
                set_absence(
                    actor=supervisor,
                    at=now,
                    member=free[0],
                    substitute=free[1],
                    from_on=day + timedelta(days=1),
                    until_on=day + timedelta(days=9),
                )
