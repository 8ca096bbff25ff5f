"""People who answered for an organisation by a link and ask for an account (ADR 16)."""

from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.fields import EncryptedText
from partners.models.organisations import Member, Organisation

ASKED, APPROVED, REFUSED = "asked", "approved", "refused"


def decides_claim(actor) -> Q:
    """The organisation's own administrators, and the network's desk: some organisations have nobody yet."""
    own = Q(organisation_id=actor.organisation_id) & actor.allowed("member.manage")
    return own | actor.allowed("organisation.approve")


def asks_for_account(actor) -> Q:
    """Whoever holds a link of the organisation, once: the id is that of the link."""
    return Q(pk=actor.principal_id, organisation_id=actor.organisation_id, status=ASKED) & actor.allowed("account.ask")


@protect(read=decides_claim, insert=asks_for_account, update=decides_claim)
class AccountClaim(ProtectedModel):
    """A wish for an account. There is none before somebody who knows the organisation has decided."""

    id = models.UUIDField(primary_key=True, editable=False)  # of the answer link
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = EncryptedText()
    email = EncryptedText()
    status = models.CharField(max_length=12, default=ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_name = models.CharField(max_length=150, default="", blank=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")  # made on approval

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[ASKED, APPROVED, REFUSED]), name="claim_status_coded"),
            models.CheckConstraint(
                condition=Q(status=ASKED, decided_at=None) | (~Q(status=ASKED) & Q(decided_at__isnull=False)),
                name="claim_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(status=APPROVED, member__isnull=False) | (~Q(status=APPROVED) & Q(member=None)),
                name="claim_made_a_member",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="claim_waiting", condition=Q(status=ASKED))]

    def __str__(self):
        return str(self.id)
