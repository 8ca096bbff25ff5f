"""What the doors of the directory refuse in the same words."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.actions import Incomplete, NotPermitted
from partners.models import Service


def wrong(field: str, code: str, sentence: str) -> Incomplete:
    """Return the refusal of one field."""
    return Incomplete(code, sentence, fields={field: [sentence]})


def own_service(service_id: UUID, actor) -> Service:
    """Lock a service of the actor's organisation. Raises NotPermitted for one of another."""
    service = Service.objects.select_for_update(of=("self",)).filter(pk=service_id).first()
    if service is None or service.organisation_id != actor.organisation_id:
        raise NotPermitted("not_your_service", _("Only the organisation that offers the service can change it."))
    return service
