"""Which HSDS table and column goes into which of ours: the one place that knows both."""

from dataclasses import dataclass

from django.db import models

from core.actors import Actor
from partners.models import (
    Address,
    Attribute,
    Location,
    Metadata,
    Organisation,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)

# Who writes what was published elsewhere, in nobody's name; a confidential place is out of its reach.
IMPORTER = Actor(name="Import", permissions=frozenset({"directory.import"}))
PLACE_TYPES = ("physical", "postal", "virtual")
STATUSES = ("active", "inactive", "defunct", "temporarily closed")


@dataclass(frozen=True)
class Column:
    """One HSDS column. `kind` is how it is checked; `to` is our column where the name differs.

    Kinds: text, uuid, ref:<table> (a UUID that must exist), date, age, number, url, email, code, latitude, longitude.
    """

    name: str
    kind: str = "text"
    required: bool = False
    length: int = 0  # 0: no limit
    to: str = ""
    codes: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return self.to or self.name

    @property
    def refers_to(self) -> str:
        return self.kind.removeprefix("ref:") if self.kind.startswith("ref:") else ""


@dataclass(frozen=True)
class Table:
    """One HSDS table: its CSV file, our model, the columns kept, and what new rows get besides."""

    name: str
    file: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    new_rows: tuple[tuple[str, object], ...] = ()  # our columns that HSDS does not have
    dated: bool = False  # has created_at, updated_at and version
    linked: tuple[str, str] | None = None  # columns that name a table of HSDS and a row of it
    emptied: str = ""  # a column that is made of the others, and is made anew where they changed

    def place(self, name: str) -> int:
        """Return which of the columns this one is, counted from 0."""
        return [column.name for column in self.columns].index(name)

    @property
    def db_table(self) -> str:
        return self.model._meta.db_table


def _id() -> Column:
    return Column("id", "uuid", required=True)


def _ref(name: str, table: str, *, required: bool = False, to: str = "") -> Column:
    return Column(name, f"ref:{table}", required=required, to=to)


def _linked() -> tuple[Column, ...]:
    return (
        _ref("service_id", "service"),
        _ref("location_id", "location"),
        _ref("service_at_location_id", "service_at_location"),
    )


# In the order in which they are loaded: what is referred to comes first.
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "organization",
            "organizations.csv",
            Organisation,
            (
                _id(),
                Column("name", required=True, length=255),
                Column("alternate_name", length=255, to="short_name"),
                Column("description", required=True),
                Column("email", "email", length=254),
                Column("website", "url", length=500),
            ),
            # An imported organisation can be looked up; it has no account here and receives nothing.
            new_rows=(
                ("translations", "{}"),
                ("type", "ngo"),
                ("legal_regime", "by_law"),
                ("country", ""),
                ("status", "active"),
                ("member_of_network", False),
                ("may_identify_victims", False),
                ("phone", ""),
                ("after_hours_phone", ""),
                ("time_zone", "Europe/Minsk"),
                ("opening_hours", "{}"),
                ("closures", "[]"),
            ),
            dated=True,
        ),
        Table("taxonomy", "taxonomies.csv", Taxonomy, (
            _id(),
            Column("name", required=True, length=255),
            Column("description", required=True),
            Column("uri", "url", length=500),
            Column("version", length=32),
        )),
        Table("taxonomy_term", "taxonomy_terms.csv", TaxonomyTerm, (
            _id(),
            Column("code", length=255),
            Column("name", required=True, length=255),
            Column("description", required=True),
            _ref("parent_id", "taxonomy_term"),
            _ref("taxonomy_id", "taxonomy"),
            Column("language", length=8),
            Column("term_uri", "url", length=500),
        )),
        Table(
            "service",
            "services.csv",
            Service,
            (
                _id(),
                _ref("organization_id", "organization", required=True, to="organisation_id"),
                Column("name", required=True, length=255),
                Column("alternate_name", length=255),
                Column("description"),
                Column("status", "code", required=True, codes=STATUSES),
                Column("url", "url", length=500),
                Column("email", "email", length=254),
                Column("interpretation_services"),
                Column("application_process"),
                Column("fees_description"),
                Column("eligibility_description"),
                Column("minimum_age", "age"),
                Column("maximum_age", "age"),
                Column("assured_date", "date", to="verified_on"),
                Column("alert"),
            ),
            # No need category and no referrals: those are for the organisation to say once it joins.
            new_rows=(
                ("translations", "{}"),
                ("category", ""),
                ("visibility", "public"),
                ("accepts_referrals", False),
                ("intake_mode", "open"),
                ("referral_method", ""),
                ("phone", ""),
                ("sexes", "{}"),
                ("migration_statuses", "{}"),
                ("citizenships", "{}"),
                ("residence_areas", "{}"),
                ("document_types", "{}"),
                ("household_types", "{}"),
                ("soft_rules", "{language,area}"),
                ("languages", "{}"),
                ("interpreter", False),
                ("covers_country", False),
                ("waiting_list", False),
                ("asks_for", "{}"),
                ("verified_by", ""),
                ("after_hours_phone", ""),
                ("cost", ""),
                ("interpreter_languages", "{}"),
                ("closed_dates", "{}"),
                ("open_on_holidays", False),
                ("search_key", ""),
            ),
            dated=True,
            emptied="search_key",
        ),
        Table(
            "location",
            "locations.csv",
            Location,
            (
                _id(),
                Column("location_type", "code", required=True, codes=PLACE_TYPES),
                _ref("organization_id", "organization", to="organisation_id"),
                Column("name", length=255),
                Column("description"),
                Column("latitude", "latitude"),
                Column("longitude", "longitude"),
            ),
            new_rows=(("address", ""), ("city", ""), ("confidential", False), ("accessibility", "{}")),
        ),
        Table("service_at_location", "service_at_location.csv", ServiceAtLocation, (
            _id(),
            _ref("service_id", "service", required=True),
            _ref("location_id", "location", required=True),
            Column("description"),
        )),
        Table("address", "addresses.csv", Address, (
            _id(),
            _ref("location_id", "location", required=True),
            Column("attention", length=255),
            Column("address_1", required=True, length=255),
            Column("address_2", length=255),
            Column("city", required=True, length=100),
            Column("region", length=100),
            Column("state_province", required=True, length=100),
            Column("postal_code", required=True, length=32),
            Column("country", required=True, length=2),
            Column("address_type", "code", required=True, codes=PLACE_TYPES),
        )),
        Table("phone", "phones.csv", Phone, (
            _id(),
            _ref("organization_id", "organization", to="organisation_id"),
            *_linked(),
            Column("number", required=True, length=64),
            Column("extension", length=16),
            Column("type", length=32),
            Column("description"),
        )),
        Table("schedule", "schedules.csv", Schedule, (
            _id(),
            *_linked(),
            Column("valid_from", "date"),
            Column("valid_to", "date"),
            Column("timezone", length=16),
            Column("freq", "code", codes=("WEEKLY", "MONTHLY")),
            Column("interval", "number"),
            Column("byday", length=64),
            Column("bymonthday", length=100),
            Column("opens_at", length=16),
            Column("closes_at", length=16),
            Column("description"),
        )),
        Table("service_area", "service_areas.csv", ServiceArea, (
            _id(),
            _ref("service_id", "service", required=True),
            Column("name", length=255),
            Column("description"),
            Column("extent"),
            Column("extent_type", length=32),
            Column("uri", "url", length=500),
        ), new_rows=(("remotely", False),)),
        Table("required_document", "required_documents.csv", RequiredDocument, (
            _id(),
            _ref("service_id", "service", required=True),
            Column("document", required=True, length=255),
            Column("uri", "url", length=500),
        )),
        Table("attribute", "attributes.csv", Attribute, (
            _id(),
            Column("link_id", "uuid", required=True),
            Column("link_entity", required=True, length=32),
            Column("link_type", length=64),
            _ref("taxonomy_term_id", "taxonomy_term", required=True),
            Column("value"),
            Column("label", length=255),
        ), linked=("link_entity", "link_id")),
        Table("metadata", "metadata.csv", Metadata, (
            _id(),
            Column("resource_id", "uuid", required=True),
            Column("resource_type", required=True, length=32),
            Column("last_action_date", "date", required=True),
            Column("last_action_type", required=True, length=32),
            Column("field_name", required=True, length=255),
            Column("previous_value"),
            Column("replacement_value"),
        ), linked=("resource_type", "resource_id")),
    )
}  # fmt: skip
