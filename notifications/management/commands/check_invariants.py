"""manage.py check_invariants: does what must hold, hold? For an operator after an incident, and for the fault tests.

Exit codes: 0 everything holds, 1 something is broken, 2 the check itself could not be made.
"""

import sys
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import Error, connection, transaction
from django.utils import timezone

from notifications.invariants import TITLES, check

SHOWN = 10  # ids of each kind
BROKEN = 2


class Command(BaseCommand):
    """Ask the database, print each invariant with its count, and the ids of what is wrong."""

    help = "Check the invariants I1 to I8 in one snapshot: counts, and the ids of what breaks them. Changes nothing."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--days", type=float, default=30, help="how far back events are looked at (30)")
        parser.add_argument("--grace", type=float, default=10, help="minutes that something may wait (10)")

    def handle(self, *, days: float, grace: float, **_):
        """Look, print, and leave with the exit code."""
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    # On a large database it takes longer than a page may.
                    cursor.execute("SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = 0")
                found = check(since=timezone.now() - timedelta(days=days), grace=timedelta(minutes=grace))
        except Error as error:
            self.stderr.write(f"the database could not be asked: {type(error).__name__}")
            sys.exit(BROKEN)
        for name, one in found.items():
            self.stdout.write(f"{name}  {len(one.broken)} broken of {one.looked_at:,}: {TITLES[name]}")
            for what in sorted({what for what, _pk in one.broken}):
                ids = [str(pk) for kind, pk in one.broken if kind == what and pk]
                more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
                self.stdout.write(f"    {what}: {', '.join(ids[:SHOWN])}{more}")
        sys.exit(int(any(one.broken for one in found.values())))
