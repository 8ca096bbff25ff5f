"""manage.py export_hsds DIR: write the public directory as an HSDS 3.1 CSV data package (DOMAIN 15.1)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from core.actors import acting
from partners.hsds.packing import write
from partners.hsds.publishing import PUBLIC


class Command(BaseCommand):
    """What everybody may look up, and nothing else: `import_hsds` reads it back."""

    help = "Write the public directory as CSV files into an empty folder."

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="a folder that is empty or not there yet")

    def handle(self, *, directory: Path, **options):
        """Write and report. Raises CommandError for a folder that cannot be made or holds something."""
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{directory}: {error.strerror}. Nothing was written.") from None
        if any(directory.iterdir()):
            raise CommandError(f"{directory} is not empty. Nothing was written.")
        with acting(PUBLIC):
            with connection.cursor() as cursor:
                # A whole directory is asked for, and nobody waits before a page.
                cursor.execute("SET LOCAL statement_timeout = '10min'")
            for name, count in write(directory, at=timezone.now()):
                self.stdout.write(f"{name:<22}{count:>8}")
