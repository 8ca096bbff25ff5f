"""manage.py import_hsds DIR: read an HSDS 3.x directory (DOMAIN 15.1)."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from partners.hsds.checking import check
from partners.hsds.loading import Count, load
from partners.hsds.reading import Directory, Problem, Unreadable, read
from partners.hsds.tables import TABLES
from partners.search import index_missing

SHOWN = 50  # wrong rows printed; the rest is counted


class Command(BaseCommand):
    """Import in one transaction; running it again changes nothing."""

    help = "Import an HSDS 3.x directory: a folder with the CSV data package, or compiled JSON."

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="folder with organizations.csv, services.csv, ...; or JSON")
        parser.add_argument("--skip-invalid", action="store_true", help="leave wrong rows out and load the others")
        parser.add_argument("--all-problems", action="store_true", help=f"print every wrong row, not the first {SHOWN}")

    def handle(self, *, directory: Path, skip_invalid: bool, all_problems: bool, **options):
        """Read, check, load, report. Raises CommandError when nothing was loaded."""
        try:
            found = read(directory)
        except (Unreadable, OSError) as error:
            raise CommandError(f"{error}\nNothing was loaded.") from None
        with transaction.atomic(), self._bar(len(found), "rows", options) as bar:
            rows, problems = check(found)
            if problems and not skip_invalid:
                bar.close()
                self._name(problems, all_problems, out=self.stderr)
                raise CommandError(
                    f"{_rows_of(problems)} of {len(found)} rows are wrong. Nothing was loaded. "
                    "Correct them, or use --skip-invalid to leave them out."
                )
            written = load(rows, progress=bar.update)
        while index_missing():
            pass
        self._report(found, rows, written)
        if problems:
            self._name(problems, all_problems, out=self.stdout)
            self.stdout.write(f"Left out: {_rows_of(problems)} wrong rows and rows that depend on them.")

    def _bar(self, total: int, unit: str, options):
        return tqdm(total=total, unit=unit, disable=options["verbosity"] == 0, file=sys.stderr, leave=False)

    def _name(self, problems: list[Problem], everything: bool, *, out) -> None:
        shown = problems if everything else problems[:SHOWN]
        for problem in shown:
            out.write(str(problem))
        if len(problems) > len(shown):
            out.write(f"... and {len(problems) - len(shown)} more (--all-problems shows them)")

    def _report(self, found: Directory, rows, written) -> None:
        self.stdout.write(f"{'table':<22}{'read':>8}{'new':>8}{'changed':>10}{'unchanged':>11}{'left out':>10}")
        for name in TABLES:
            read_rows = len(found.rows[name])
            new, changed = written[name]
            count = Count(name, read_rows, new, changed, wrong=read_rows - len(rows[name]))
            self.stdout.write(
                f"{name:<22}{count.read:>8}{count.new:>8}{count.changed:>10}{count.unchanged:>11}{count.wrong:>10}"
            )
        for file in found.other_files:
            self.stdout.write(f"Not read: {file} (no HSDS table)")
        for file, columns in found.other_columns.items():
            if columns:
                self.stdout.write(f"Not kept of {file}: {', '.join(columns)}")


def _rows_of(problems: list[Problem]) -> int:
    return len({(problem.file, problem.line) for problem in problems})
