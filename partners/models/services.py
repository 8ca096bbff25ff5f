"""Services as in HSDS 3.1 (DOMAIN 15.1), with what a referral needs to know of them."""

from datetime import date
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect, unprotected
from core.codelists import LANGUAGES, codes, label, one_of
from core.fields import EncryptedText
from core.policies import contribute
from partners.eligibility import RULES, UNTOLD_SEX, UNTOLD_STATUS, USUALLY_SOFT
from partners.folding import folded
from partners.models.organisations import Area, Organisation, translated

VERIFICATION_DAYS = 180  # hidden afterwards (DOMAIN 8)
ASKING_DAYS = 150  # asked to confirm from then on (DOMAIN 8)
CAPACITY_DAYS = 7  # unknown afterwards (DOMAIN 4.1, G4)
# What a service may ask for: an answer that nobody must give is no condition (DOMAIN 13).
ASKED = {
    "sexes": [code for code in codes("sex") if code not in UNTOLD_SEX],
    "migration_statuses": [code for code in codes("migration_status") if code not in UNTOLD_STATUS],
    "document_types": codes("document_type"),
    "household_types": codes("household_type"),
    "soft_rules": list(RULES),
}


def usually_soft() -> list[str]:
    """Return the rules that are soft unless a service says otherwise."""
    return list(USUALLY_SOFT)


@unprotected("The public directory (field class 0).")
class Service(models.Model):
    """What an organisation offers, to whom, and whether it takes referrals."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=255)
    alternate_name = models.CharField(max_length=255, default="", blank=True)
    description = models.TextField(default="", blank=True)
    translations = models.JSONField(default=dict, blank=True)
    category = models.CharField(max_length=32, default="", blank=True)  # need_category; "" for unmapped imports
    status = models.CharField(max_length=24, default="active")
    visibility = models.CharField(max_length=16, default="network")  # public | network | restricted
    accepts_referrals = models.BooleanField(default=False)
    intake_mode = models.CharField(max_length=16, default="open")  # open | appointment | referral_only
    referral_method = models.CharField(max_length=255, default="", blank=True)
    url = models.URLField(max_length=500, default="", blank=True)
    email = models.EmailField(default="", blank=True)
    phone = models.CharField(max_length=64, default="", blank=True)
    after_hours_phone = models.CharField(max_length=64, default="", blank=True)  # "": the organisation's
    alert = models.TextField(default="", blank=True)
    application_process = models.TextField(default="", blank=True)
    cost = models.CharField(max_length=16, default="", blank=True)  # service_cost; "" where nobody said
    fees_description = models.TextField(default="", blank=True)
    eligibility_description = models.TextField(default="", blank=True)
    interpretation_services = models.TextField(default="", blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)  # years
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)  # years
    sexes = ArrayField(models.CharField(max_length=16), default=list, blank=True)  # empty: any
    migration_statuses = ArrayField(models.CharField(max_length=32), default=list, blank=True)  # empty: any
    citizenships = ArrayField(models.CharField(max_length=2), default=list, blank=True)  # empty: any
    residence_areas = ArrayField(models.CharField(max_length=16), default=list, blank=True)  # lives there; empty: any
    document_types = ArrayField(models.CharField(max_length=24), default=list, blank=True)  # one of; empty: none asked
    household_types = ArrayField(models.CharField(max_length=24), default=list, blank=True)  # empty: any
    soft_rules = ArrayField(  # rules of partners.eligibility that ask for a reason only; the others exclude
        models.CharField(max_length=24), default=usually_soft, blank=True
    )
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)  # ISO 639-3
    interpreter = models.BooleanField(default=False)
    interpreter_languages = ArrayField(
        models.CharField(max_length=3), default=list, blank=True
    )  # empty: any, asked for
    # The hours of the week are rows of Schedule; without any, those of the organisation count.
    closed_dates = ArrayField(models.DateField(), default=list, blank=True)
    open_on_holidays = models.BooleanField(default=False)
    suspended_from = models.DateField(null=True, blank=True)  # takes nobody from then on ...
    suspended_until = models.DateField(null=True, blank=True)  # ... to the end of this day; None: until it is lifted
    covers_country = models.BooleanField(default=False)  # else the areas of ServiceArea
    waiting_list = models.BooleanField(default=False)
    asks_for = ArrayField(models.CharField(max_length=32), default=list, blank=True)  # packet fields it needs (G6)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.CharField(max_length=150, default="", blank=True)
    search_key = models.TextField(
        default="", blank=True, editable=False
    )  # partners/folding.py; "" where it is still to be made
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            one_of("category", "need_category", model="service", empty=True),
            models.CheckConstraint(
                condition=Q(status__in=["active", "inactive", "defunct", "temporarily closed"]),
                name="service_status_coded",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{column}__contained_by": listed}), name=f"service_{column}_coded"
                )
                for column, listed in ASKED.items()
            ),
            models.CheckConstraint(
                condition=Q(minimum_age__isnull=True)
                | Q(maximum_age__isnull=True)
                | Q(minimum_age__lte=F("maximum_age")),
                name="service_ages_in_order",
                violation_error_message="The lowest age is above the highest age.",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["public", "network", "restricted"]), name="service_visibility_coded"
            ),
            one_of("cost", "service_cost", model="service", empty=True),
            models.CheckConstraint(
                condition=Q(suspended_until=None)
                | Q(suspended_from__isnull=False, suspended_from__lte=F("suspended_until")),
                name="service_pause_in_order",
                violation_error_message="The pause ends before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(intake_mode__in=["open", "appointment", "referral_only"]), name="service_intake_coded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["category"], name="service_referable", condition=Q(status="active", accepts_referrals=True)
            ),
            GinIndex(fields=["name"], name="service_name_words", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["search_key"], name="service_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["id"], name="service_unindexed", condition=Q(search_key="")),
        ]

    def __str__(self):
        return str(self.id)

    def save(self, *args, **kwargs):
        """Write the row with the words that it is found by."""
        if kwargs.get("update_fields") is None:
            self.search_key = self.found_by()
        super().save(*args, **kwargs)

    def found_by(self) -> str:
        """Return the words that searching compares: names in all languages, need, organisation, areas, description."""
        texts = [self.name, self.alternate_name]
        texts += [told.get("name", "") for told in self.translations.values()]
        if self.category:
            texts += [label("need_category", self.category, language) for language in LANGUAGES]
        body = self.organisation
        texts += [body.name, body.short_name, *(text for told in body.translations.values() for text in told.values())]
        if not self._state.adding:
            for row in ServiceArea.objects.filter(service_id=self.pk, area__isnull=False).select_related("area"):
                texts += [row.area.name_en, row.area.name_ru, row.area.name_be]
        told = [told.get("description", "") for told in self.translations.values()]
        return folded(" ".join([*texts, self.description, *told]))

    @property
    def label(self) -> str:
        return translated(self, "name")

    def paused(self, on: date) -> bool:
        """Return whether the service takes nobody on that day because its organisation paused it."""
        return self.suspended_from is not None and (
            self.suspended_from <= on and (self.suspended_until is None or on <= self.suspended_until)
        )


@unprotected("The public directory (field class 0).")
class ServiceArea(models.Model):
    """An area that a service covers: one of ours, or a name as imported."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=255, default="", blank=True)
    remotely = models.BooleanField(default=False)  # by phone or online only
    description = models.TextField(default="", blank=True)
    extent = models.TextField(default="", blank=True)
    extent_type = models.CharField(max_length=32, default="", blank=True)
    uri = models.URLField(max_length=500, default="", blank=True)

    class Meta:
        # Matching asks of thousands of services where they work: answered from the index alone (referral/ranking.py).
        indexes = [models.Index(fields=["service", "area"], name="service_works_in", condition=Q(area__isnull=False))]

    def __str__(self):
        return str(self.id)


def sees_place(actor) -> Q:
    """Everybody sees a place that is not confidential; its own organisation's people the others, by verb."""
    own = Q(organisation_id=actor.organisation_id) & actor.allowed("place.read_safe")
    return Q(confidential=False) | own


def keeps_place(actor) -> Q:
    """Who keeps the services of an organisation keeps its places; what was published elsewhere is brought in."""
    own = Q(organisation_id=actor.organisation_id) & actor.allowed("service.manage")
    return own | (Q(confidential=False) & actor.allowed("directory.import"))


@protect(read=sees_place, insert=keeps_place, update=keeps_place, delete=keeps_place)
class Location(ProtectedModel):
    """A place. A confidential one (safe house) is a row that nobody outside its organisation can read.

    It has neither plain address nor coordinates: what its people need stands in `safe_address`, unreadable in backups.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE)
    location_type = models.CharField(max_length=16, default="physical")
    name = models.CharField(max_length=255, default="", blank=True)
    description = models.TextField(default="", blank=True)
    address = models.CharField(max_length=255, default="", blank=True)
    city = models.CharField(max_length=100, default="", blank=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    confidential = models.BooleanField(default=False)
    safe_address = EncryptedText(null=True, blank=True, default=None)  # class 4: where it is, how to get there
    accessibility = ArrayField(models.CharField(max_length=24), default=list, blank=True)  # place_accessibility

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(location_type__in=["physical", "postal", "virtual"]), name="location_type_coded"
            ),
            models.CheckConstraint(
                condition=Q(confidential=False) | Q(address="", city="", latitude=None, longitude=None),
                name="confidential_location_has_no_address",
            ),
            models.CheckConstraint(
                condition=Q(confidential=True) | Q(safe_address=None), name="safe_address_is_confidential"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__gte=-90, latitude__lte=90), name="latitude_in_range"
            ),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__gte=-180, longitude__lte=180), name="longitude_in_range"
            ),
        ]

    def __str__(self):
        return str(self.id)


# What comes from elsewhere may not write over a safe house; the importer learns of ids that it named itself.
_CONFIDENTIAL = """
CREATE OR REPLACE FUNCTION waymark.confidential_among(ids uuid[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT l.id FROM public.partners_location l
        WHERE l.id = ANY(ids) AND l.confidential AND waymark.may('directory.import')
    $$;
REVOKE ALL ON FUNCTION waymark.confidential_among(uuid[]) FROM public;
GRANT EXECUTE ON FUNCTION waymark.confidential_among(uuid[]) TO waymark_app, waymark_worker;
"""

contribute("confidential_places", lambda: _CONFIDENTIAL)


@unprotected("The public directory (field class 0).")
class ServiceAtLocation(models.Model):
    """The pair of a service and a place."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    location = models.ForeignKey(Location, on_delete=models.CASCADE)
    description = models.TextField(default="", blank=True)

    def __str__(self):
        return str(self.id)


@unprotected("The public directory (field class 0).")
class RequiredDocument(models.Model):
    """A document that a service asks to see (G5)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    document = models.CharField(max_length=255)
    uri = models.URLField(max_length=500, default="", blank=True)

    def __str__(self):
        return str(self.id)


@unprotected("Numbers of places; the gravest harm is a wrong number, and doors guard it.")
class Capacity(models.Model):
    """Places of a service: `used` of `maximum`; a status older than 7 days counts as unknown."""

    service = models.OneToOneField(Service, primary_key=True, on_delete=models.CASCADE)
    status = models.CharField(max_length=24, default="capacity")
    maximum = models.PositiveIntegerField(null=True, blank=True)  # None: not counted in places
    used = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    expected_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("status", "capacity_status", model="capacity"),
            models.CheckConstraint(
                condition=Q(maximum=None) | Q(used__lte=F("maximum")), name="capacity_never_oversold"
            ),
        ]

    def __str__(self):
        return str(self.service_id)

    @property
    def free(self) -> int | None:
        """Places left, or None where places are not counted."""
        return None if self.maximum is None else self.maximum - self.used
