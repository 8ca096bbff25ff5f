"""Show, check or apply the compiled policies."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import policies

PAPER = Path(settings.BASE_DIR) / "docs" / "generated" / "policies.sql"


class Command(BaseCommand):
    """`policies` prints, `--apply` runs them as the owner, `--check` compares with the paper, `--write` writes it."""

    help = "Show, check or apply the row-level-security policies compiled from the access rules."

    def add_arguments(self, parser):
        group = parser.add_mutually_exclusive_group()
        for name in ("apply", "check", "write"):
            group.add_argument(f"--{name}", action="store_true")

    def handle(self, *args, apply, check, write, **options):
        sql = policies.compiled()
        if apply:
            policies.apply()
        elif write:
            PAPER.write_text(sql, encoding="utf-8")
        elif check:
            if not PAPER.exists() or PAPER.read_text(encoding="utf-8") != sql:
                raise CommandError("docs/generated/policies.sql is not current. Run: manage.py policies --write")
        else:
            self.stdout.write(sql)
