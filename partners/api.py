"""The directory, places and tokens over `/api/v1/`."""

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from core.api.errors import BadQuery
from core.api.fields import Code, Day, Id, Input, Links, Many, Output, Text, Whole
from core.api.resource import Resource
from core.codelists import codes
from core.isocodes import country_codes
from partners import actions
from partners.directory import listed, own_services
from partners.eligibility import MAX_AGE, OLDEST
from partners.models import ApiToken, Area, Organisation, Service, ServiceArea
from partners.models.services import ASKED
from partners.search import search

ROOT = "/api/v1"


class Named(Output):
    """An organisation or service in a word."""

    id = serializers.UUIDField()
    name = serializers.CharField()


def named(row) -> dict:
    """Return `Named` of an organisation or service."""
    return {"id": row.pk, "name": row.label}


class OrganisationOut(Output):
    """An organisation of the directory."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="full_label")
    short_name = serializers.CharField(source="label")
    description = serializers.CharField()
    type = serializers.CharField()
    country = serializers.CharField()
    status = serializers.CharField()
    member_of_network = serializers.BooleanField()
    email = serializers.CharField()
    website = serializers.CharField()
    phone = serializers.CharField()
    after_hours_phone = serializers.CharField()
    time_zone = serializers.CharField()
    opening_hours = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    closures = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    links = Links()

    def get_links(self, row) -> dict:
        """Return the address of this entry and of its services."""
        return {"self": f"{ROOT}/organisations/{row.pk}/", "services": f"{ROOT}/services/?organisation={row.pk}"}


class OrganisationFilters(Input):
    """What organisations can be chosen by."""

    q = Text(max_length=100, required=False, help_text="Part of the name")
    network = Code(choices=["true", "false"], required=False, help_text="Has accounts here")


class Organisations(Resource):
    """The organisations of the directory."""

    verbs = {"list": ("directory.read",), "retrieve": ("directory.read",)}

    @extend_schema(parameters=[OrganisationFilters], responses=OrganisationOut(many=True))
    def list(self, request):
        """List organisations."""
        chosen = self.query(OrganisationFilters)
        rows = Organisation.objects.all()
        if "q" in chosen:
            rows = rows.filter(Q(name__icontains=chosen["q"]) | Q(short_name__icontains=chosen["q"]))
        if "network" in chosen:
            rows = rows.filter(member_of_network=chosen["network"] == "true")
        return self.page(rows, OrganisationOut)

    @extend_schema(responses=OrganisationOut)
    def retrieve(self, request, pk):
        """Show an organisation."""
        return self.shown(self.one(Organisation.objects.all(), pk), OrganisationOut)


class CapacityOut(Output):
    """Places of a service; older than seven days they count as unknown."""

    status = serializers.CharField()
    maximum = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField()
    free = serializers.IntegerField(allow_null=True)
    updated_at = serializers.DateTimeField()
    expected_on = serializers.DateField(allow_null=True)


class ServiceOut(Output):
    """A service: what, for whom, where, and whether it takes referrals."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="label")
    organisation = Named()
    description = serializers.CharField()
    category = serializers.CharField()
    status = serializers.CharField()
    accepts_referrals = serializers.BooleanField()
    intake_mode = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    url = serializers.CharField()
    minimum_age = serializers.IntegerField(allow_null=True)
    maximum_age = serializers.IntegerField(allow_null=True)
    sexes = serializers.ListField(child=serializers.CharField())
    migration_statuses = serializers.ListField(child=serializers.CharField())
    citizenships = serializers.ListField(child=serializers.CharField())
    residence_areas = serializers.ListField(child=serializers.CharField())
    document_types = serializers.ListField(child=serializers.CharField())
    household_types = serializers.ListField(child=serializers.CharField())
    soft_rules = serializers.ListField(
        child=serializers.ChoiceField(choices=codes("eligibility_rule")),
        help_text="Rules that ask for a reason; the others exclude",
    )
    languages = serializers.ListField(child=serializers.CharField())
    interpreter = serializers.BooleanField()
    covers_country = serializers.BooleanField()
    areas = serializers.ListField(child=serializers.CharField())
    waiting_list = serializers.BooleanField()
    asks_for = serializers.ListField(child=serializers.CharField())
    verified_on = serializers.DateField(allow_null=True)
    capacity = CapacityOut(allow_null=True)
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    links = Links()

    def get_organisation(self, row) -> dict:
        """Return who offers it."""
        return named(row.organisation)

    def get_areas(self, row) -> list[str]:
        """Return the areas it serves: codes where known, else the names as imported."""
        return sorted(area.area_id or area.name for area in row.servicearea_set.all())

    def get_capacity(self, row) -> dict | None:
        """Return its places, or None where nobody ever said."""
        capacity = getattr(row, "capacity", None)
        return None if capacity is None else CapacityOut().to_representation(capacity)

    def get_links(self, row) -> dict:
        """Return the address of this entry."""
        return {"self": f"{ROOT}/services/{row.pk}/"}


class ServiceFilters(Input):
    """What services can be chosen by."""

    category = Code(choices=codes("need_category"), required=False)
    organisation = Id(required=False)
    area = Text(max_length=16, required=False, help_text="Code of an oblast or a district")
    q = Text(max_length=100, required=False, help_text="Words of the name, the description, or the organisation")


class CapacityIn(Input):
    """How many places there are."""

    status = Code(choices=codes("capacity_status"))
    maximum = Whole(min_value=0, max_value=100_000, required=False, allow_null=True)
    expected_on = Day(required=False, allow_null=True)


class EligibilityIn(Input):
    """Whom a service takes. What is not named stays; an empty list or null takes everybody."""

    minimum_age = Whole(min_value=0, max_value=OLDEST, required=False, allow_null=True, help_text="Years")
    maximum_age = Whole(min_value=0, max_value=MAX_AGE, required=False, allow_null=True, help_text="Years")
    sexes = Many(child=Code(choices=ASKED["sexes"]), required=False)
    migration_statuses = Many(child=Code(choices=ASKED["migration_statuses"]), required=False)
    citizenships = Many(child=Code(choices=country_codes()), required=False, help_text="ISO 3166-1")
    residence_areas = Many(
        child=Text(max_length=16), max_length=200, required=False, help_text="Codes of oblasts and districts"
    )
    document_types = Many(child=Code(choices=ASKED["document_types"]), required=False, help_text="One of them is asked")
    household_types = Many(child=Code(choices=ASKED["household_types"]), required=False)
    soft_rules = Many(
        child=Code(choices=ASKED["soft_rules"]),
        required=False,
        help_text="Rules that ask for a reason; the others exclude",
    )


def listed_services(actor, *, at):
    """Return the services that the directory shows this actor, with what an answer needs."""
    return with_answer(listed(actor, at=at))


def with_answer(rows):
    """Load organisation, places and areas of services."""
    areas = Prefetch("servicearea_set", ServiceArea.objects.only("service_id", "area_id", "name"))
    return rows.select_related("organisation", "capacity").prefetch_related(areas)


class Services(Resource):
    """The services of the directory, and their places."""

    verbs = {
        "list": ("directory.read",),
        "retrieve": ("directory.read",),
        "capacity": ("capacity.set",),
        "eligibility": ("service.manage",),
    }
    versioned = ("capacity", "eligibility")

    @extend_schema(parameters=[ServiceFilters], responses=ServiceOut(many=True))
    def list(self, request):
        """List services."""
        chosen = self.query(ServiceFilters)
        if "area" in chosen and not Area.objects.filter(pk=chosen["area"]).exists():
            raise BadQuery({"area": [_("There is no such area.")]})
        organisation = chosen.pop("organisation", None)
        rows = search(self.actor, at=self.at, words=chosen.pop("q", ""), **chosen)
        if organisation:
            rows = rows.filter(organisation_id=organisation)
        return self.page(with_answer(rows), ServiceOut)

    @extend_schema(responses=ServiceOut)
    def retrieve(self, request, pk):
        """Show a service."""
        return self.shown(self.one(listed_services(self.actor, at=self.at), pk), ServiceOut)

    @extend_schema(request=CapacityIn, responses={200: ServiceOut})
    @action(detail=True, methods=["post"])
    def capacity(self, request, pk):
        """Say how many places there are, as counted today."""
        rows = listed_services(self.actor, at=self.at)
        service = self.one(rows, pk)
        facts = self.input(CapacityIn)
        self.match(Service.objects.all(), service)
        actions.set_capacity(service.pk, actor=self.actor, at=self.at, **facts)
        return self.shown(self.one(rows, pk), ServiceOut)

    @extend_schema(request=EligibilityIn, responses={200: ServiceOut})
    @action(detail=True, methods=["post"])
    def eligibility(self, request, pk):
        """Say whom a service of one's own takes; what contradicts is refused with the fields."""
        rows = with_answer(own_services(self.actor))
        service = self.one(rows, pk)
        facts = self.input(EligibilityIn)
        self.match(Service.objects.all(), service, ServiceOut, needed=True)
        actions.edit_service(service.pk, actor=self.actor, at=self.at, **facts)
        return self.shown(self.one(rows, pk), ServiceOut)


class TokenOut(Output):
    """A token of an organisation's own system; the secret itself was printed once and is kept nowhere."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    links = Links()

    def get_links(self, row) -> dict:
        """Return the address of this entry."""
        return {"self": f"{ROOT}/tokens/{row.pk}/"}


class Tokens(Resource):
    """The tokens of one's own organisation."""

    verbs = {"list": ("token.manage",), "retrieve": ("token.manage",), "revoke": ("token.manage",)}

    @extend_schema(responses=TokenOut(many=True))
    def list(self, request):
        """List tokens."""
        self.query(Input)
        return self.page(ApiToken.objects.visible_to(self.actor), TokenOut)

    @extend_schema(responses=TokenOut)
    def retrieve(self, request, pk):
        """Show a token."""
        return self.shown(self.one(ApiToken.objects.visible_to(self.actor), pk), TokenOut)

    @extend_schema(request=None, responses={200: TokenOut})
    @action(detail=True, methods=["post"])
    def revoke(self, request, pk):
        """Revoke a token; it counts from the next request."""
        self.input(Input)
        rows = ApiToken.objects.visible_to(self.actor)
        token = self.one(rows, pk)
        actions.revoke_token(token.pk, actor=self.actor, at=self.at)
        return self.shown(self.one(rows, pk), TokenOut)
