"""manage.py match_persons FILE.csv --out PAIRS.csv: which rows may be of one person (DOMAIN 14)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cases.duplicates import LIKELY, pairs
from cases.person_files import COLUMNS, WrongFile, read, write


class Command(BaseCommand):
    """Compare a file with itself. Nothing is stored, and nothing is merged: people decide."""

    help = f"Score the pairs of a CSV file that may be of one person. Columns: {', '.join(COLUMNS)}."
    requires_system_checks = ()  # no database is needed

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV in UTF-8, a heading in the first line")
        parser.add_argument("--out", type=Path, required=True, help="where to write the pairs: CSV")
        parser.add_argument("--least", type=float, default=LIKELY, help=f"lowest score written, 0 to 1 ({LIKELY})")

    def handle(self, *, file: Path, out: Path, least: float, **_):
        """Read, compare, write. Raises CommandError with the lines and columns that are wrong."""
        if not 0 <= least <= 1:
            raise CommandError("--least is from 0 to 1.")
        try:
            records = read(file)
            count = write(out, pairs(records, least=least))
        except WrongFile as wrong:
            raise CommandError("\n".join([*wrong.problems, "Nothing was written."])) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from None
        self.stdout.write(f"{len(records)} records, {count} pairs.")
