#!/usr/bin/env python
"""Run a management command, as the database role that the command needs."""

import os
import sys

OWNER_COMMANDS = {"migrate", "makemigrations", "policies", "sqlmigrate", "showmigrations", "createcachetable"}

# These touch no record: they run on a fresh copy, without servers and without keys.
ALONE_COMMANDS = {"match_persons"}
NOTHING = {
    "SECRET_KEY": "of no use: nothing is signed",
    "FIELD_KEY": "",
    "DATABASE_URL": "postgresql://",
    "REDIS_URL": "redis://",
}


def main():
    """Choose settings and role, then hand over to Django.

    Only the commands that change the schema connect as the owner; all others act as `app`,
    under the same policies as the web (ARCHITECTURE, "Three database roles").
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["WAYMARK_ROLE"] = "owner"
    if len(sys.argv) > 1 and sys.argv[1] in ALONE_COMMANDS:
        for name, value in NOTHING.items():
            if f"{name}_FILE" not in os.environ:
                os.environ.setdefault(name, value)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
