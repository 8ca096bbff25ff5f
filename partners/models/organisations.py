"""Organisations of the network, their teams, members and system tokens; areas of the country."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from core.access import ProtectedModel, protect, unprotected
from core.codelists import one_of
from core.models import User
from core.policies import contribute
from partners.roles import ROLES


def translated(row, name: str) -> str:
    """Return a text column in the active language, or as it was written where there is no translation."""
    language = (get_language() or "en")[:2]
    return row.translations.get(language, {}).get(name) or getattr(row, name)


@unprotected("Public reference data: oblasts and districts.")
class Area(models.Model):
    """An oblast (ISO 3166-2 code) or a district of it, with names in three languages."""

    code = models.CharField(primary_key=True, max_length=16)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    name_en = models.CharField(max_length=100)
    name_ru = models.CharField(max_length=100)
    name_be = models.CharField(max_length=100)
    latitude = models.FloatField(null=True)  # of the town it is governed from, to two digits
    longitude = models.FloatField(null=True)

    def __str__(self):
        return self.code

    @property
    def label(self) -> str:
        return getattr(self, f"name_{(get_language() or 'en')[:2]}", self.name_en)


@unprotected("The public directory (field class 0).")
class Organisation(models.Model):
    """A body that sends or receives referrals; each controls its own records (DOMAIN 12)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=255)
    short_name = models.CharField(max_length=255, default="", blank=True)
    description = models.TextField(default="", blank=True)
    translations = models.JSONField(default=dict, blank=True)  # {"ru": {"name": ..., "short_name": ...}}
    type = models.CharField(max_length=32, default="ngo")
    legal_regime = models.CharField(max_length=16, default="by_law")  # by_law | un_privileges | other
    country = models.CharField(max_length=2, default="BY")
    status = models.CharField(max_length=16, default="active")  # active | suspended | closed
    member_of_network = models.BooleanField(default=False)  # has accounts here; imported entries do not
    may_identify_victims = models.BooleanField(default=False)  # INV-6; set by the network's coordinator only
    email = models.EmailField(default="", blank=True)  # role mailbox
    website = models.URLField(max_length=500, default="", blank=True)
    phone = models.CharField(max_length=64, default="", blank=True)
    after_hours_phone = models.CharField(max_length=64, default="", blank=True)
    time_zone = models.CharField(max_length=64, default="Europe/Minsk")
    opening_hours = models.JSONField(default=dict, blank=True)  # {"mo": ["09:00", "18:00"], ...}; empty: Mon-Fri 9-18
    closures = models.JSONField(default=list, blank=True)  # ["2026-12-31", ...]
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            one_of("type", "organization_type", model="organisation"),
            models.CheckConstraint(
                condition=Q(legal_regime__in=["by_law", "un_privileges", "other"]), name="organisation_regime_coded"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "suspended", "closed"]), name="organisation_status_coded"
            ),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def label(self) -> str:
        return translated(self, "short_name") or translated(self, "name")

    @property
    def full_label(self) -> str:
        return translated(self, "name")


@unprotected("Names of teams; no client data.")
class Team(models.Model):
    """A group of caseworkers under a supervisor."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_once")]

    def __str__(self):
        return str(self.id)


def guest(actor) -> Q:
    """Whoever answers one referral by a link: acts for the organisation, and knows nothing else of it (ADR 16)."""
    return actor.allowed("referral.answer_linked")


def sees_member(actor) -> Q:
    """Oneself, and the colleagues of one's organisation; who only opened a link for it is no colleague."""
    return Q(user_id=actor.user_id) | (Q(organisation_id=actor.organisation_id) & ~guest(actor))


def manages_member(actor) -> Q:
    """Administrators manage the members of their own organisation."""
    return Q(organisation_id=actor.organisation_id) & actor.allowed("member.manage")


@protect(read=sees_member, insert=manages_member, update=manages_member)
class Member(ProtectedModel):
    """A person's membership in an organisation: role and team. What it may do is in `partners/roles.py`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=150)  # as colleagues know this person
    role = models.CharField(max_length=32)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(is_active=True), name="one_active_membership"),
            models.CheckConstraint(condition=Q(role__in=sorted(ROLES)), name="member_role_known"),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="member_role")]

    def __str__(self):
        return str(self.id)


def manages_token(actor) -> Q:
    """Tokens of one's own organisation, for its administrators."""
    return Q(organisation_id=actor.organisation_id) & actor.allowed("token.manage")


@protect(read=manages_token, insert=manages_token, update=manages_token)
class ApiToken(ProtectedModel):
    """A scoped token of an organisation's own system. Only its SHA-256 is kept; it is printed once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self):
        return str(self.id)


# The table is open to everybody, this one column is not: INV-6 rests on it.
_ENTITLEMENT = """
CREATE OR REPLACE FUNCTION waymark.entitlement_is_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In two steps: within one condition PostgreSQL may ask who acts first, and an import of a directory has nobody.
    IF current_user = 'waymark_app' AND NEW.may_identify_victims
        AND (TG_OP = 'INSERT' OR NOT OLD.may_identify_victims) THEN
        IF NOT waymark.may('entitlement.set') THEN
            RAISE EXCEPTION 'only the coordinator entitles an organisation' USING ERRCODE = '42501';
        END IF;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS entitlement_is_given ON partners_organisation;
CREATE TRIGGER entitlement_is_given BEFORE INSERT OR UPDATE ON partners_organisation
    FOR EACH ROW EXECUTE FUNCTION waymark.entitlement_is_given();
"""

contribute("entitlement", lambda: _ENTITLEMENT)
