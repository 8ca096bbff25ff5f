"""manage.py check_deadlines: is something overdue of which nobody was told? For cron or systemd, outside the queue.

The dead man's switch (RELIABILITY, moonshot 6): it needs the database alone, reads ids and ages only, and is loud.
Exit codes: 0 in order, 1 something is overdue, 2 the check itself could not be made.
"""

import sys
from collections import defaultdict
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand
from django.db import Error, connection, transaction

from notifications.operation import unheard

SHOWN = 10  # ids of each kind
BROKEN = 2
WORDS = {
    "deadline": "time limits passed a mark and were not dealt with",
    "reminder": "dates came near and nobody was reminded",
    "request": "requests about own data passed a mark and nobody was told",
    "escalation": "time limits are overdue and NOBODY WAS TOLD",
    "outbox": "events wait for too long",
    "delivery": "deliveries are due and nobody tries them",
    "untold": "dead letters are nobody's task",
    "worker": "the worker gives no sign of life",
    "beat": "the timetable (beat) gives no sign of life",
}


class Command(BaseCommand):
    """Ask the database, print what is wrong with counts and ids, mail the operator, exit with 1."""

    help = "Fail loudly when something is overdue and nobody was told. Run it from cron or systemd, every 5 minutes."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--grace", type=float, default=10, help="minutes that a passed mark may wait (10)")
        parser.add_argument("--outbox", type=float, default=5, help="minutes that an event may wait (5)")
        parser.add_argument("--silence", type=float, default=3, help="minutes without a sign of life (3)")

    def handle(self, *, grace: float, outbox: float, silence: float, **_):
        """Look, and speak up."""
        limits = {"grace": grace, "outbox": outbox, "silence": silence}
        try:
            # Read only, so that nothing else than looking can ever come of it.
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                found = list(unheard(**{name: timedelta(minutes=minutes) for name, minutes in limits.items()}))
        except Error as error:
            self._shout([f"the database could not be asked: {type(error).__name__}"])
            sys.exit(BROKEN)
        if not found:
            self.stdout.write("Waymark: nothing is overdue, and everybody was told.")
            return
        self._shout(_lines(found))
        sys.exit(1)

    def _shout(self, lines: list[str]) -> None:
        text = "\n".join(["WAYMARK NEEDS SOMEBODY NOW", *(f"- {line}" for line in lines)])
        self.stderr.write(text)
        if settings.OPERATOR_EMAIL:
            try:
                EmailMessage(
                    subject="Waymark needs somebody now",
                    body=text,
                    from_email=settings.DEFAULT_FROM_EMAIL,
                    to=[settings.OPERATOR_EMAIL],
                    headers={"Auto-Submitted": "auto-generated"},
                ).send()
            except (OSError, SMTPException, Error) as error:
                self.stderr.write(f"- and the mail to the operator did not leave: {type(error).__name__}")


def _lines(found: list[tuple]) -> list[str]:
    by_kind = defaultdict(list)
    for what, pk, seconds in found:
        by_kind[what].append((pk, seconds))
    return [_line(what, by_kind[what]) for what in WORDS if by_kind[what]]


def _line(what: str, rows: list[tuple]) -> str:
    ids = [str(pk) for pk, _seconds in rows if pk]
    if not ids:
        return WORDS[what]
    oldest = int(max(seconds for _pk, seconds in rows) // 60)
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"{len(ids)} {WORDS[what]}; the oldest for {oldest} min: {', '.join(ids[:SHOWN])}{more}"
