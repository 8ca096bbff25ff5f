"""The rest of an HSDS 3.1 directory (DOMAIN 15.1): kept as published, shown on the service's page."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from core.access import unprotected
from partners.models.organisations import Organisation
from partners.models.services import Location, Service, ServiceAtLocation

PUBLIC = "The public directory (field class 0)."


@unprotected("The public directory; a confidential location has no address here (the importer refuses one).")
class Address(models.Model):
    """A postal or visiting address of a place."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="addresses")
    attention = models.CharField(max_length=255, default="", blank=True)
    address_1 = models.CharField(max_length=255)
    address_2 = models.CharField(max_length=255, default="", blank=True)
    city = models.CharField(max_length=100)
    region = models.CharField(max_length=100, default="", blank=True)
    state_province = models.CharField(max_length=100)
    postal_code = models.CharField(max_length=32)
    country = models.CharField(max_length=2)
    address_type = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(address_type__in=["physical", "postal", "virtual"]), name="address_type_coded"
            ),
        ]

    def __str__(self):
        return str(self.id)


@unprotected(PUBLIC)
class Phone(models.Model):
    """A published telephone number of an organisation, a service, a place, or a service at a place."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="phones")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="phones")
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="phones")
    service_at_location = models.ForeignKey(
        ServiceAtLocation, null=True, on_delete=models.CASCADE, related_name="phones"
    )
    number = models.CharField(max_length=64)
    extension = models.CharField(max_length=16, default="", blank=True)
    type = models.CharField(max_length=32, default="", blank=True)
    description = models.TextField(default="", blank=True)

    def __str__(self):
        return str(self.id)


@unprotected(PUBLIC)
class Schedule(models.Model):
    """When a service or a place is open (RFC 5545 terms)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE)
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE)
    service_at_location = models.ForeignKey(ServiceAtLocation, null=True, on_delete=models.CASCADE)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    timezone = models.CharField(max_length=16, default="", blank=True)  # UTC offset as published
    freq = models.CharField(max_length=8, default="", blank=True)
    interval = models.PositiveSmallIntegerField(null=True)
    byday = models.CharField(max_length=64, default="", blank=True)
    bymonthday = models.CharField(max_length=100, default="", blank=True)
    opens_at = models.CharField(max_length=16, default="", blank=True)  # with its offset, as published
    closes_at = models.CharField(max_length=16, default="", blank=True)
    description = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(freq__in=["", "WEEKLY", "MONTHLY"]), name="schedule_freq_coded"),
        ]

    def __str__(self):
        return str(self.id)


@unprotected(PUBLIC)
class Taxonomy(models.Model):
    """A list of terms that a publisher classifies services by. Never AIRS: it is not ours to ship."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=255)
    description = models.TextField()
    uri = models.URLField(max_length=500, default="", blank=True)
    version = models.CharField(max_length=32, default="", blank=True)

    def __str__(self):
        return str(self.id)


@unprotected(PUBLIC)
class TaxonomyTerm(models.Model):
    """One term of a taxonomy."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    taxonomy = models.ForeignKey(Taxonomy, null=True, on_delete=models.CASCADE)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
    code = models.CharField(max_length=255, default="", blank=True)
    name = models.CharField(max_length=255)
    description = models.TextField()
    language = models.CharField(max_length=8, default="", blank=True)
    term_uri = models.URLField(max_length=500, default="", blank=True)

    def __str__(self):
        return str(self.id)


@unprotected(PUBLIC)
class Attribute(models.Model):
    """A link from a thing of the directory to a term."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    link_id = models.UUIDField()
    link_entity = models.CharField(max_length=32)
    link_type = models.CharField(max_length=64, default="", blank=True)
    taxonomy_term = models.ForeignKey(TaxonomyTerm, null=True, on_delete=models.CASCADE)
    value = models.TextField(default="", blank=True)
    label = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["link_id"], name="attribute_link")]

    def __str__(self):
        return str(self.id)


@unprotected(PUBLIC)
class Metadata(models.Model):
    """A line of the history of an entry, as published elsewhere. Who changed it is not kept: it may be a person's name.

    Of our own entries the history is `ServiceChange`; `partners/hsds/history.py` publishes both.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    resource_id = models.UUIDField()
    resource_type = models.CharField(max_length=32)
    last_action_date = models.DateField()
    last_action_type = models.CharField(max_length=32)
    field_name = models.CharField(max_length=255)
    previous_value = models.TextField(default="", blank=True)
    replacement_value = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["resource_id"], name="metadata_resource")]

    def __str__(self):
        return str(self.id)
