"""manage.py create_token ORGANISATION --scope X: an access token for an organisation's own system, printed once."""

from datetime import timedelta
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.actions import Refusal
from core.actors import Actor, acting
from partners.actions import create_token
from partners.models import Organisation
from partners.roles import SCOPES


class Command(BaseCommand):
    """Print a new token. Only its SHA-256 is kept: who loses it makes another one."""

    help = "Make an access token for an organisation's own system and print it once."

    def add_arguments(self, parser):
        parser.add_argument("organisation", help="its id, or its exact name")
        parser.add_argument("--scope", action="append", choices=sorted(SCOPES), required=True, help="repeat for more")
        parser.add_argument("--name", default="command line", help="which system uses it")
        parser.add_argument("--expires-days", type=int, help="how long it is valid (default: until it is revoked)")

    def handle(self, *, organisation, scope, name, expires_days, **options):
        """Make and print the token. Raises CommandError for an unknown organisation or a wrong duration."""
        at = timezone.now()
        found = organisation_named(organisation)
        actor = Actor(organisation_id=found.pk, name="command line", permissions=frozenset({"token.manage"}))
        expires_at = None if expires_days is None else at + timedelta(days=expires_days)
        try:
            with acting(actor):
                token, secret = create_token(actor=actor, at=at, name=name, scopes=scope, expires_at=expires_at)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(secret)
        until = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "until it is revoked"
        self.stderr.write(f"Token of {found.name}: {', '.join(token.scopes)}; valid {until}. It is shown only once.")


def organisation_named(text: str) -> Organisation:
    """Return the network organisation with this id or exact name. Raises CommandError: none, or several."""
    members = Organisation.objects.filter(member_of_network=True)
    try:
        members = members.filter(pk=UUID(text))
    except ValueError:
        members = members.filter(name=text)
    found = list(members[:2])
    if len(found) != 1:
        reason = "No organisation of the network has" if not found else "Several organisations have"
        raise CommandError(f"{reason} this id or name: {text}")
    return found[0]
