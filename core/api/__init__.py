"""What every resource of `/api/v1/` shares: who acts, refusals, formats, pages, idempotency.

`REST_FRAMEWORK` names the classes below. Nothing here may import `rest_framework.views` or what builds on it:
those modules read the setting while they are being imported (`resource` and `schema` are imported by name).
"""

from core.api.authentication import ActorAuthentication, SomebodyActs
from core.api.errors import problem
from core.api.formats import JSON, FhirJSON, StrictJSONParser
from core.api.pages import Cursor

__all__ = ["JSON", "ActorAuthentication", "Cursor", "FhirJSON", "SomebodyActs", "StrictJSONParser", "problem"]
