"""What keeps the directory true: who changed what, and dates on which somebody is asked again (DOMAIN 8, 15.1)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.policies import contribute
from partners.models.organisations import Organisation
from partners.models.services import Service

SERVICE, CAPACITY, AGREEMENT = "service", "capacity", "agreement"
KINDS = [SERVICE, CAPACITY, AGREEMENT]
# Fields of ServiceChange that the public directory tells the history of -> the HSDS field that changes.
PUBLISHED = {
    "name": "name",
    "alternate_name": "alternate_name",
    "description": "description",
    "status": "status",
    "url": "url",
    "email": "email",
    "interpretation_services": "interpretation_services",
    "application_process": "application_process",
    "fees_description": "fees_description",
    "eligibility_description": "eligibility_description",
    "minimum_age": "minimum_age",
    "maximum_age": "maximum_age",
    "alert": "alert",
    "category": "attributes",
    "languages": "languages",
    "areas": "service_areas",
    "documents": "required_documents",
    "hours": "schedules",
}


def reads_history(actor) -> Q:
    """Everybody of the organisation, and the network's desk."""
    return Q(organisation_id=actor.organisation_id) | actor.allowed("network.read")


def writes_history(actor) -> Q:
    """Who may change the services of the organisation."""
    return Q(organisation_id=actor.organisation_id) & actor.allowed("service.manage")


@protect(read=reads_history, insert=writes_history, append_only=True)
class ServiceChange(ProtectedModel):
    """One field of a service before and after (HSDS `metadata`). What was saved at once has one `number`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()  # the version of the service that came of it
    action = models.CharField(max_length=8)  # create | update | undo: HSDS last_action_type
    field = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()
    member_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=["create", "update", "undo"]), name="service_change_action_coded"
            ),
            models.UniqueConstraint(fields=["service", "number", "field"], name="one_change_of_a_field"),
        ]

    def __str__(self):
        return str(self.id)


def _sql() -> str:
    # Without names. What was said while an entry was not public, or what is not published of it, stays here.
    listed = ", ".join(f"'{name}'" for name in sorted(PUBLISHED))
    return f"""
CREATE OR REPLACE FUNCTION waymark.published_changes(wanted uuid[])
    RETURNS TABLE (id uuid, service_id uuid, action text, field text, before jsonb, after jsonb, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
        SELECT c.id, c.service_id, c.action::text, c.field::text, c.before, c.after, c.at
        FROM public.partners_servicechange c JOIN public.partners_service s ON s.id = c.service_id
        WHERE c.service_id = ANY (wanted) AND s.visibility = 'public' AND s.status = 'active' AND c.field IN ({listed})
            AND c.number > coalesce((
                SELECT max(v.number) FROM public.partners_servicechange v
                WHERE v.service_id = s.id AND v.field = 'visibility'
            ), 0)
    $$;
REVOKE ALL ON FUNCTION waymark.published_changes(uuid[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.published_changes(uuid[]) TO waymark_app, waymark_worker;
"""  # noqa: S608


contribute("published_changes", _sql)


def keeps_upkeep(actor) -> Q:
    """An organisation plans what it is reminded of; the desk plans for the parties of an agreement."""
    return Q(organisation_id=actor.organisation_id) | actor.allowed("agreement.write")


@protect(read=reads_history, insert=keeps_upkeep, update=keeps_upkeep)
class Upkeep(ProtectedModel):
    """Something that goes stale, and when its organisation is told next. The sweep of `partners/reminders.py` tells."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    kind = models.CharField(max_length=16)
    about = models.UUIDField()  # the service or the agreement
    base_at = models.DateTimeField()  # what the marks are counted from
    next_alarm_at = models.DateTimeField(null=True)
    stage = models.SmallIntegerField(null=True)  # the last mark told, in days from `base_at`

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="upkeep_kind_coded"),
            models.UniqueConstraint(fields=["about", "kind", "organisation"], name="upkeep_once"),
        ]
        indexes = [models.Index(fields=["next_alarm_at"], name="upkeep_due", condition=Q(next_alarm_at__isnull=False))]

    def __str__(self):
        return str(self.id)
