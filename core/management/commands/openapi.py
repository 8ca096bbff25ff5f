"""`manage.py openapi`: show, check or write `docs/generated/openapi.yaml`."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.api.pages_for_people import as_yaml

FILE = Path(settings.BASE_DIR) / "docs" / "generated" / "openapi.yaml"


class Command(BaseCommand):
    """The OpenAPI document of `/api/v1/`, made from the resources."""

    help = "Print the OpenAPI document; --write puts it into docs/generated/openapi.yaml, --check compares."
    requires_system_checks = []

    def add_arguments(self, parser):
        """Take one of two switches."""
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--write", action="store_true", help="write the file")
        group.add_argument("--check", action="store_true", help="fail when the file is not current")

    def handle(self, *args, write=False, check=False, **options):
        """Print, write or compare. Raises CommandError when the committed file is not current."""
        text = as_yaml()
        if write:
            FILE.parent.mkdir(parents=True, exist_ok=True)
            FILE.write_text(text, encoding="utf-8")
        elif check:
            if not FILE.is_file() or FILE.read_text(encoding="utf-8") != text:
                raise CommandError("docs/generated/openapi.yaml is not current: run `manage.py openapi --write`.")
        else:
            self.stdout.write(text, ending="")
