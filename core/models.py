"""People with accounts, what happened, what waits to be told, what was read, and answers given before."""

from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.access import ProtectedModel, protect, unprotected
from core.fields import EncryptedText


class Users(BaseUserManager):
    """Makes accounts; an e-mail address is compared without regard to case."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **facts):
        """Create an account that can sign in (with a password) or not yet (without)."""
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(force_insert=True)
        return user


@unprotected("Signing in reads it before anybody acts; it holds staff accounts, no client.")
class User(AbstractBaseUser):
    """An account of a person who works with Waymark. Roles belong to the membership, not to the account."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=2, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = Users()

    def __str__(self):
        return str(self.id)

    @property
    def is_staff(self):
        return False

    @property
    def is_superuser(self):
        return False

    def get_full_name(self):
        return self.name


def reads_events(actor) -> Q:
    """Events of one's own organisation, as far as one may read trails."""
    return Q(organisation_ids__contains=[actor.organisation_id]) & actor.allowed("event.read")


def own_event(actor) -> Q:
    """Nobody records in another organisation's name."""
    return Q(actor_organisation_id=actor.organisation_id)


@protect(read=reads_events, insert=own_event, append_only=True)
class Event(ProtectedModel):
    """What happened, append-only: the app role has INSERT and SELECT only. Facts are identifiers and codes."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=64)
    about = models.UUIDField()
    case_id = models.UUIDField(null=True)
    referral_id = models.UUIDField(null=True)
    actor_member_id = models.UUIDField(null=True)
    actor_token_id = models.UUIDField(null=True)
    actor_organisation_id = models.UUIDField(null=True)
    organisation_ids = ArrayField(models.UUIDField(), default=list)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "at"], name="event_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["referral_id", "at"], name="event_referral", condition=Q(referral_id__isnull=False)),
            models.Index(fields=["about"], name="event_about"),
            GinIndex(fields=["organisation_ids"], name="event_organisations"),
        ]

    def __str__(self):
        return f"{self.kind} {self.id}"


@protect(read=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("event.read"))
class Feed(ProtectedModel):
    """The events of one organisation in the order in which they can be polled.

    The relay writes it one transaction at a time: a number taken at insertion would let a reader step over
    an event whose transaction commits late (RELIABILITY 4, Outbox).
    """

    position = models.BigAutoField(primary_key=True)
    organisation_id = models.UUIDField()
    event_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "event_id"], name="event_once_a_feed"),
        ]
        indexes = [models.Index(fields=["organisation_id", "position"], name="feed_position")]

    def __str__(self):
        return str(self.position)


@protect(read=None, insert=lambda actor: Q(pk__isnull=False))
class Outbox(ProtectedModel):
    """An event that consumers have not taken yet. The row is deleted when all of them have."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    event_id = models.UUIDField(unique=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], name="outbox_next_try")]

    def __str__(self):
        return str(self.event_id)


@unprotected("When a process gave its last sign of life; it holds no record.")
class Heartbeat(models.Model):
    """The last sign of life of the worker (it took a task) and of beat (it rang)."""

    name = models.CharField(primary_key=True, max_length=16)
    at = models.DateTimeField()

    def __str__(self):
        return self.name


@protect(
    read=lambda actor: Q(organisation_id=actor.organisation_id) & actor.allowed("audit.read"),
    insert=lambda actor: Q(organisation_id=actor.organisation_id, user_id=actor.user_id),
    append_only=True,
)
class Reading(ProtectedModel):
    """The trail of reads of class 3 and 4 data (INV-12): who opened what, when."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user_id = models.UUIDField()
    member_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField()
    about = models.UUIDField()
    subject = models.CharField(max_length=32)  # what kind of thing: person, case, referral
    field_class = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["about", "at"], name="reading_about"),
            models.Index("organisation_id", F("at").desc(), name="reading_organisation"),
        ]

    def __str__(self):
        return f"{self.subject} {self.about}"


@protect(
    read=lambda actor: Q(organisation_id=actor.organisation_id, principal_id=actor.principal_id),
    insert=lambda actor: Q(organisation_id=actor.organisation_id, principal_id=actor.principal_id),
    update=lambda actor: Q(organisation_id=actor.organisation_id, principal_id=actor.principal_id),
)
class IdempotentAnswer(ProtectedModel):
    """The answer that was given to an `Idempotency-Key`, so that a repeated POST has one effect."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation_id = models.UUIDField()
    principal_id = models.UUIDField()  # the member or the token
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(default=0)
    body = EncryptedText(default="")  # an answer may hold what is encrypted in its own table
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal_id", "key"], name="one_answer_per_key")]

    def __str__(self):
        return str(self.id)


def own_views(actor) -> Q:
    """One's own, in this membership."""
    return Q(organisation_id=actor.organisation_id, principal_id=actor.principal_id)


@protect(read=own_views, insert=own_views, delete=own_views)
class SavedView(ProtectedModel):
    """A list as somebody likes it: filters and order under a name of one's own."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation_id = models.UUIDField()
    principal_id = models.UUIDField()
    list_name = models.CharField(max_length=64)  # the URL name of the list
    label = EncryptedText()  # people write names into such fields
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["principal_id", "list_name", "created_at"], name="view_of_list")]

    def __str__(self):
        return str(self.id)
