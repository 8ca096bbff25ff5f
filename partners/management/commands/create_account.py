"""manage.py create_account EMAIL: the first accounts of an installation, and of a new organisation."""

import getpass
import secrets
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.actions import Refusal
from core.actors import Actor, acting
from partners.actions import add_member, add_organisation
from partners.management.commands.create_token import organisation_named
from partners.roles import ROLES


class Command(BaseCommand):
    """Make an account with a role in an organisation."""

    help = "Make an account. The password is asked for; without a terminal it is made and printed once."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="as colleagues know this person")
        parser.add_argument("--organisation", required=True, help="its id, or its exact name")
        parser.add_argument("--new-organisation", action="store_true", help="make the organisation first")
        parser.add_argument("--role", required=True, choices=sorted(ROLES))
        parser.add_argument("--random-password", action="store_true", help="make the password and print it once")

    def handle(self, *, email, name, organisation, new_organisation, role, random_password, **options):
        """Make organisation (if asked), account and membership in one transaction. Raises CommandError."""
        made = random_password or not sys.stdin.isatty()
        password = secrets.token_urlsafe(12) if made else self._ask()
        at = timezone.now()
        try:
            with transaction.atomic():
                if new_organisation:
                    desk = Actor(name="command line", permissions=frozenset({"network.read", "agreement.write"}))
                    with acting(desk):
                        found = add_organisation(actor=desk, at=at, name=organisation)
                else:
                    found = organisation_named(organisation)
                actor = Actor(organisation_id=found.pk, name="command line", permissions=frozenset({"member.manage"}))
                with acting(actor):
                    add_member(actor=actor, at=at, email=email, name=name, role=role, password=password)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"{email} is {role} of {found.name}.")
        if made:
            self.stdout.write(f"Password (shown only once): {password}")

    def _ask(self) -> str:
        password = getpass.getpass("Password (at least 12 characters): ")
        if password != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ.")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
