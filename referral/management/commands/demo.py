"""manage.py demo: the demonstration world in an empty database."""

import os
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.models import Organisation
from referral.demo.world import build

SHORTEST = 8


class Command(BaseCommand):
    """Invented organisations, persons, cases and referrals, dated around today."""

    help = "Fill an empty database with the demonstration world. DEMO_PASSWORD is the password of all its accounts."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=float, default=1.0, help="0.1 makes a tenth (for tests)")

    def handle(self, *, scale, verbosity, **options):
        """Make the world and print what was made. Raises CommandError for a database that is not empty."""
        password = os.environ.get("DEMO_PASSWORD", "")
        if len(password) < SHORTEST:
            raise CommandError(
                f"Set DEMO_PASSWORD (at least {SHORTEST} characters): all demonstration accounts use it."
            )
        if Organisation.objects.exists():
            raise CommandError("There are organisations already. The demonstration is for an empty database.")
        began = time.monotonic()

        def say(words: str) -> None:
            if verbosity:
                self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {words}")
                self.stdout.flush()

        made = build(now=timezone.now(), password=password, scale=scale, say=say)
        say(f"done: {sum(made.values())} referrals")
