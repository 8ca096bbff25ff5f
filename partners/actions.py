"""Doors of the directory: services, capacity, members, tokens, agreements (DOMAIN 2, 4.1 G4, 7)."""

import secrets
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import Incomplete, NotNow, NotPermitted, action, not_permitted
from core.codelists import codes
from core.events import record
from core.models import User
from partners.identity import digest_of
from partners.models import Agreement, ApiToken, Area, Capacity, Member, Organisation, Service, ServiceArea, Team
from partners.roles import ROLES, SCOPES

MAX_PLACES = 100_000
# What an organisation may say of its own service; `organisation` and the verification have doors of their own.
SERVICE_FIELDS = frozenset({
    "name", "alternate_name", "description", "translations", "category", "status", "visibility", "accepts_referrals",
    "intake_mode", "referral_method", "url", "email", "phone", "alert", "application_process", "fees_description",
    "eligibility_description", "interpretation_services", "minimum_age", "maximum_age", "sexes", "migration_statuses",
    "citizenships", "soft_rules", "languages", "interpreter", "covers_country", "waiting_list", "asks_for",
})  # fmt: skip
ALL_CLASSES = [0, 1, 2, 3, 4]


def _wrong(field: str, code: str, sentence: str) -> Incomplete:
    return Incomplete(code, sentence, fields={field: [sentence]})


def _own_service(service_id: UUID, actor) -> Service:
    """Lock a service of the actor's organisation. Raises NotPermitted for one of another."""
    service = Service.objects.select_for_update(of=("self",)).filter(pk=service_id).first()
    if service is None or service.organisation_id != actor.organisation_id:
        raise NotPermitted("not_your_service", _("Only the organisation that offers the service can change it."))
    return service


@action("capacity.set")
def set_capacity(
    service_id: UUID,
    *,
    actor,
    at: datetime,
    status: str,
    free: int | None = None,
    maximum: int | None = None,
    expected_on: date | None = None,
) -> Capacity:
    """Say whether a service of one's own takes people now, and how many places are free.

    `free` changes the number of places to those in use plus the free ones; `maximum` sets it outright; with
    neither the number stays. Saying it again confirms it: the time is what goes stale after 7 days (DOMAIN 4.1, G4).
    Returns the Capacity. Raises NotPermitted, Incomplete, and NotNow when fewer places are said than are in use.
    """
    if status not in codes("capacity_status"):
        raise _wrong("status", "unknown_code", _("Choose one of the answers."))
    for field, number in (("free", free), ("maximum", maximum)):
        if number is not None and not 0 <= number <= MAX_PLACES:
            raise _wrong(field, "out_of_range", _("Enter a number of places, 0 or more."))
    _own_service(service_id, actor)
    Capacity.objects.bulk_create([Capacity(service_id=service_id, status=status, updated_at=at)], ignore_conflicts=True)
    capacity = Capacity.objects.select_for_update(of=("self",)).get(pk=service_id)
    if free is not None:
        capacity.maximum = capacity.used + free
    elif maximum is not None:
        if maximum < capacity.used:
            sentence = _("%(used)s places are in use. The number of places cannot be lower.") % {"used": capacity.used}
            raise NotNow("places_in_use", sentence, fields={"maximum": [sentence]}, used=capacity.used)
        capacity.maximum = maximum
    capacity.status, capacity.updated_at, capacity.expected_on = status, at, expected_on
    capacity.save()
    record(
        "capacity.set",
        actor=actor,
        at=at,
        about=service_id,
        status=status,
        maximum=capacity.maximum,
        used=capacity.used,
    )
    return capacity


@action("service.verify", permission="service.manage")
def verify_service(service_id: UUID, *, actor, at: datetime) -> Service:
    """Confirm that what the directory says of a service of one's own is still right (DOMAIN 8: for 180 days)."""
    service = _own_service(service_id, actor)
    service.verified_on, service.verified_by, service.version = timezone.localdate(at), actor.name, service.version + 1
    service.save()
    record("service.verified", actor=actor, at=at, about=service.pk)
    return service


@action("service.add", permission="service.manage")
def add_service(*, actor, at: datetime, areas: list[str] = (), **fields) -> Service:
    """Add a service to one's own organisation; `areas` are codes. Raises Incomplete with the fields that are wrong."""
    service = Service(id=uuid4(), organisation_id=actor.organisation_id)
    service.verified_on, service.verified_by = timezone.localdate(at), actor.name
    _fill(service, fields)
    service.save(force_insert=True)
    _cover(service, areas)
    record("service.added", actor=actor, at=at, about=service.pk)
    return service


@action("service.edit", permission="service.manage")
def edit_service(
    service_id: UUID, *, actor, at: datetime, version: int | None = None, areas: list[str] | None = None, **fields
) -> Service:
    """Change a service of one's own; `version` guards against a change in between, None leaves the areas.

    Raises NotPermitted, Incomplete, and NotNow when somebody changed it since.
    """
    service = _own_service(service_id, actor)
    if version is not None and version != service.version:
        raise NotNow("changed_since", _("Somebody changed this service since you opened it. Look at it again."))
    _fill(service, fields)
    service.version += 1
    service.save()
    if areas is not None:
        _cover(service, areas)
    record("service.changed", actor=actor, at=at, about=service.pk, fields=sorted(fields))
    return service


def _cover(service: Service, areas: list[str]) -> None:
    known = set(Area.objects.filter(pk__in=areas).values_list("pk", flat=True))
    if set(areas) - known:
        raise _wrong("areas", "unknown_code", _("Choose areas from the list."))
    ServiceArea.objects.filter(service=service, area__isnull=False).exclude(area_id__in=areas).delete()
    there = set(ServiceArea.objects.filter(service=service).values_list("area_id", flat=True))
    ServiceArea.objects.bulk_create(ServiceArea(service=service, area_id=code) for code in areas if code not in there)


def _fill(service: Service, fields: dict) -> None:
    unknown = set(fields) - SERVICE_FIELDS
    if unknown:
        raise TypeError(f"No such fields of a service: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(service, name, value)
    try:
        service.full_clean(exclude=["organisation"], validate_unique=False)
    except ValidationError as error:
        found = {("name" if name == "__all__" else name): texts for name, texts in error.message_dict.items()}
        raise Incomplete("wrong_fields", _("Some fields need another look."), fields=found) from None


@action("member.add", permission="member.manage")
def add_member(
    *,
    actor,
    at: datetime,
    email: str,
    name: str,
    role: str,
    team: UUID | None = None,
    password: str | None = None,
    language: str = "en",
) -> Member:
    """Add a person to one's own organisation: an account (a new one where none has this address) and a membership.

    Without a password the account can sign in once a password has been set by e-mail. Raises Incomplete; NotNow
    when the account belongs to an organisation already.
    """
    _check_role(role)
    email, name = email.strip().lower(), name.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise _wrong("email", "wrong_email", _("Enter an e-mail address.")) from None
    if not name:
        raise _wrong("name", "required", _("Enter the name."))
    _check_team(team, actor)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, language=language)
    member = Member(
        id=uuid4(),
        user=user,
        organisation_id=actor.organisation_id,
        team_id=team,
        name=name,
        role=role,
        created_at=at,
    )
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        # The other membership may be of an organisation that we cannot see; the constraint knows.
        sentence = _("This person has an account in an organisation already. It must be closed there first.")
        raise NotNow("member_elsewhere", sentence, fields={"email": [sentence]}) from None
    record("member.added", actor=actor, at=at, about=member.pk, role=role)
    return member


@action("member.change", permission="member.manage")
def change_member(member_id: UUID, *, actor, at: datetime, role: str, team: UUID | None = None) -> Member:
    """Give a member another role or team; it counts from the next request. Raises as `close_member` does."""
    _check_role(role)
    _check_team(team, actor)
    member = _own_member(member_id, actor)
    if role != member.role:
        _keep_one_administrator(member)
    member.role, member.team_id = role, team
    member.save(update_fields=["role", "team"])
    record("member.changed", actor=actor, at=at, about=member.pk, role=role)
    return member


@action("member.close", permission="member.manage")
def close_member(member_id: UUID, *, actor, at: datetime) -> Member:
    """End a membership; it counts from the next request. Raises NotNow for the last administrator."""
    member = _own_member(member_id, actor)
    _keep_one_administrator(member)
    member.is_active = False
    member.save(update_fields=["is_active"])
    record("member.closed", actor=actor, at=at, about=member.pk)
    return member


def _own_member(member_id: UUID, actor) -> Member:
    """Lock the active members of the organisation in one order, and return the one asked for."""
    members = Member.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, is_active=True)
    found = {member.pk: member for member in members.order_by("pk").select_for_update(of=("self",))}
    if member_id not in found:
        raise NotNow("no_such_member", _("This person is not an active member of your organisation."))
    return found[member_id]


def _keep_one_administrator(member: Member) -> None:
    """Raise NotNow where nobody could manage the members any more."""
    managing = [role for role, verbs in ROLES.items() if "member.manage" in verbs]
    others = Member.objects.filter(organisation_id=member.organisation_id, is_active=True, role__in=managing)
    if member.role in managing and not others.exclude(pk=member.pk).exists():
        raise NotNow("last_administrator", _("This is the last administrator. Name another one first."))


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise _wrong("role", "unknown_role", _("Choose one of the roles."))


def _check_team(team: UUID | None, actor) -> None:
    if team is not None and not Team.objects.filter(pk=team, organisation_id=actor.organisation_id).exists():
        raise _wrong("team", "unknown_team", _("Choose a team of your organisation."))


@action("token.create", permission="token.manage")
def create_token(
    *, actor, at: datetime, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for one's organisation's own system. Returns it with the secret, which is kept nowhere."""
    if not name.strip():
        raise _wrong("name", "required", _("Enter a name that says which system uses the token."))
    if not scopes or set(scopes) - set(SCOPES):
        raise _wrong("scopes", "unknown_scope", _("Choose at least one of the scopes."))
    if expires_at is not None and expires_at <= at:
        raise _wrong("expires_at", "in_the_past", _("The end must lie in the future."))
    secret = f"wm_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        name=name.strip(),
        digest=digest_of(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    token.save(force_insert=True)
    record("token.created", actor=actor, at=at, about=token.pk, scopes=token.scopes)
    return token, secret


@action("token.revoke", permission="token.manage")
def revoke_token(token_id: UUID, *, actor, at: datetime) -> ApiToken:
    """Withdraw a token; it counts from the next request. Raises NotNow for an unknown or withdrawn one."""
    token = ApiToken.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=token_id).first()
    if token is None or token.revoked_at is not None:
        raise NotNow("no_such_token", _("This token is not in use."))
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record("token.revoked", actor=actor, at=at, about=token.pk)
    return token


@action("agreement.record", permission="agreement.write")
def record_agreement(
    *,
    actor,
    at: datetime,
    title: str,
    organisation_ids: list[UUID],
    purposes: list[str],
    data_classes: list[int],
    valid_from: date,
    valid_to: date,
    categories: list[str] = (),
    countries: list[str] = ("BY",),
    duplicate_check: bool = False,
) -> Agreement:
    """Record what organisations may share with each other (DOMAIN 2, INV-2). Raises Incomplete."""
    if not title.strip():
        raise _wrong("title", "required", _("Enter a title."))
    parties = sorted(set(organisation_ids))
    if len(parties) < 2 or Organisation.objects.filter(pk__in=parties, member_of_network=True).count() != len(parties):
        raise _wrong("organisation_ids", "parties", _("Choose two or more organisations of the network."))
    for field, given, known in (
        ("purposes", purposes, codes("consent_purpose")),
        ("data_classes", data_classes, ALL_CLASSES),
        ("categories", categories, codes("need_category")),
    ):
        if set(given) - set(known) or (not given and field != "categories"):
            raise _wrong(field, "unknown_code", _("Choose from the list."))
    if valid_from > valid_to:
        raise _wrong("valid_to", "dates_in_order", _("The agreement must end after it begins."))
    agreement = Agreement(
        id=uuid4(),
        title=title.strip(),
        organisation_ids=parties,
        purposes=list(purposes),
        data_classes=sorted(data_classes),
        categories=list(categories),
        countries=list(countries),
        duplicate_check=bool(duplicate_check),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    agreement.save(force_insert=True)
    record("agreement.recorded", actor=actor, at=at, about=agreement.pk, organisations=parties)
    return agreement


@action("organisation.add", permission="network.read")
def add_organisation(*, actor, at: datetime, name: str, **fields) -> Organisation:
    """Let an organisation into the network. The desk does it, and the one who sets Waymark up."""
    if not actor.may("agreement.write"):
        raise not_permitted()
    if not name.strip():
        raise _wrong("name", "required", _("Enter the name."))
    organisation = Organisation(id=uuid4(), name=name.strip(), member_of_network=True, **fields)
    organisation.save(force_insert=True)
    record("organisation.added", actor=actor, at=at, about=organisation.pk, organisations=[organisation.pk])
    return organisation


@action("organisation.entitle", permission="entitlement.set")
def set_entitlement(organisation_id: UUID, *, actor, at: datetime, entitled: bool) -> Organisation:
    """Say whether an organisation may identify victims of trafficking (INV-6): a fact of law, kept by the network.

    Returns the Organisation. Raises Organisation.DoesNotExist, NotPermitted.
    """
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id, member_of_network=True)
    row.may_identify_victims = entitled
    row.version += 1
    row.save(update_fields=["may_identify_victims", "version", "updated_at"])
    record("organisation.entitled", actor=actor, at=at, about=row.pk, organisations={row.pk}, entitled=entitled)
    return row
