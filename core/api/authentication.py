"""Who acts was settled by `core.middleware.Acting`; here the API asks for it, and for the verb."""

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from core.actions import NotPermitted, not_permitted
from core.actors import NOBODY


class ActorAuthentication(BaseAuthentication):
    """The actor of the request, from a bearer token or a session. A session must pass CSRF on unsafe methods."""

    def authenticate(self, request):
        """Return (user, actor), or None when nobody tried. Raises AuthenticationFailed for a bad token."""
        plain = request._request
        if plain.actor is None:
            if "Authorization" in request.headers:
                raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
            return None
        if plain.actor.token_id == NOBODY:
            self._check_session(plain)
        return plain.user, plain.actor

    def authenticate_header(self, request) -> str:
        """Return the challenge that a 401 carries; without it DRF would answer 403."""
        return 'Bearer realm="waymark"'

    def _check_session(self, request) -> None:
        check = CSRFCheck(lambda _request: None)
        check.process_request(request)
        if check.process_view(request, None, (), {}):
            raise NotPermitted("csrf_failed", _("The page was open too long. Load it again and repeat the step."))
        # The pages send such a person to the set-up of a second factor; the API must not be the way round it.
        if settings.REQUIRE_SECOND_FACTOR and not request.actor.second_factor:
            raise NotPermitted("second_factor_required", _("Set up a second factor before you go on."))


class SomebodyActs(BasePermission):
    """Somebody acts, and holds one of the verbs that the resource names for this action.

    `view.verbs` maps an action to verbs of `partners/roles.py`: any of them is enough, an empty tuple asks for
    none. Doors ask again; here a lacking verb is told before the input is looked at.
    """

    def has_permission(self, request, view) -> bool:
        """Return False when nobody acts (401). Raises NotPermitted when the verb is lacking."""
        actor = request._request.actor
        if actor is None:
            return False
        # OPTIONS is "metadata" to DRF, other methods that are not taken are None: all of them become 405.
        verbs = () if view.action in (None, "metadata") else view.verbs[view.action]
        if verbs and not any(actor.may(verb) for verb in verbs):
            raise not_permitted()
        return True
