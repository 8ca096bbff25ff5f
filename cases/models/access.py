"""Who may see which case, since when, and why: rows (ARCHITECTURE, Authorisation 1)."""

from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from core.access import ProtectedModel, protect
from partners.models import Member, Organisation, Team

FULL, PACKET = "full", "packet"
BASES = ["ownership", "team", "assignment", "supervision", "named", "referral", "break_glass", "cover", "cover_named"]


def sees_grant(actor) -> Q:
    """The organisation that was let in, and the one that owns the case."""
    return Q(organisation_id=actor.organisation_id) | Q(owner_id=actor.organisation_id)


@protect(read=sees_grant, insert=lambda actor: Q(owner_id=actor.organisation_id), update=sees_grant)
class Grant(ProtectedModel):
    """A case is open to an organisation, a team of it, or one member; `full`, or for one referral's packet only."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # of the case
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # let in
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    level = models.CharField(max_length=8)
    basis = models.CharField(max_length=16)
    referral_id = models.UUIDField(null=True)
    absence_id = models.UUIDField(null=True)  # the absence that a substitute stands in for
    consent = models.ForeignKey("cases.Consent", null=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=32, default="")
    resting = models.BooleanField(default=False)  # of a team, while the person restricts: by the database (restricting)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[FULL, PACKET]), name="grant_level_coded"),
            models.CheckConstraint(condition=Q(basis__in=BASES), name="grant_basis_coded"),
            models.CheckConstraint(
                condition=~Q(level=PACKET) | Q(referral_id__isnull=False, consent__isnull=False),
                name="packet_grant_names_referral_and_consent",
            ),
            models.CheckConstraint(condition=~Q(level=FULL) | Q(organisation=F("owner")), name="full_grant_stays_home"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "member", "team"],
                include=["case", "until", "basis", "resting"],
                name="grant_open_full",
                condition=Q(closed_at=None, level=FULL),
            ),
            models.Index(
                fields=["organisation", "referral_id"],
                include=["until"],
                name="grant_open_packet",
                condition=Q(closed_at=None, level=PACKET),
            ),
            # A policy asks for each row whether its case is open: by the case alone PostgreSQL would look through all
            # grants of the organisation beside it, and the list of cases would grow with them.
            models.Index(fields=["case", "organisation", "member"], name="grant_of_case"),
        ]

    def __str__(self):
        return str(self.id)


def _open(actor, level: str):
    # By the clock of the database: what has ended opens nothing, whether or not a sweep has closed it.
    lasts = Q(until=None) | Q(until__gt=Now())
    return Grant.objects.filter(lasts, organisation_id=actor.organisation_id, level=level, closed_at=None)


def _full(actor):
    return _open(actor, FULL)


def named_cases(actor):
    """Return the ids of cases that name this member: its own, supervised, or opened to it by name.

    Standing in for somebody (`cover`) opens a case, but no class 4 of it, unless the substitute was named.
    """
    named = Q(member_id=actor.member_id) & ~Q(basis="cover") & actor.allowed("case.read")
    return _full(actor).filter(named).values("case_id")


def open_cases(actor):
    """Return the ids of cases open to the actor: same organisation AND (assigned OR team OR named) (DOMAIN 7).

    While a person restricts the use of the own data, only those whom the case names read it (DOMAIN 12; blocking in the
    sense of 99-Z, article 1).
    """
    return (
        _full(actor)
        .filter(
            (Q(member_id=actor.member_id) & actor.allowed("case.read"))
            | (Q(member_id=None, team_id=None, resting=False) & actor.allowed("case.read_team"))
            | (Q(member_id=None, team_id=actor.team_id, resting=False) & actor.allowed("case.read_team"))
        )
        .values("case_id")
    )


def kept_cases(actor):
    """Return the ids of cases that name this member for longer than an emergency."""
    return named_cases(actor).exclude(basis="break_glass")


class ByKey(Exists):
    """EXISTS that PostgreSQL keeps as a question about one row.

    Bare, it becomes a join that reads every grant of the organisation before it shows a page of twenty-five; IS TRUE
    forbids the join, OFFSET forbids reading them all into a hash.
    """

    template = "(EXISTS(%(subquery)s OFFSET 0) IS TRUE)"


def case_open(actor, column: str = "case_id") -> Q:
    """The case that `column` names is open to the actor.

    Asked row by row, by key: most pages read a few rows, and an organisation may hold a hundred thousand grants.
    """
    return Q(ByKey(open_cases(actor).filter(case_id=OuterRef(column))))


def case_names(actor, column: str = "case_id") -> Q:
    """The case that `column` names was opened to this member by name."""
    return Q(ByKey(named_cases(actor).filter(case_id=OuterRef(column))))


def open_packets(actor):
    """Return the ids of referrals whose packet is open to the actor's organisation, until the grant ends (INV-2)."""
    return _open(actor, PACKET).filter(referral_id__isnull=False).values("referral_id")
