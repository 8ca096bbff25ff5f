"""Migrate, then apply the policies: no table is ever reachable without its rule."""

from django.core.management.commands import migrate

from core import policies


class Command(migrate.Command):
    """Django's `migrate`, ending with `policies --apply` when every migration is in."""

    def handle(self, *args, **options):
        super().handle(*args, **options)
        if not options["app_label"] and not options["check_unapplied"] and not options["plan"]:
            policies.apply()
