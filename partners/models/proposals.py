"""Organisations that somebody proposed and nobody has checked: they are no partners yet (issue 4)."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from partners.models.organisations import Area, Organisation

PROPOSED, APPROVED, REFUSED = "proposed", "approved", "refused"


def reads_proposal(actor) -> Q:
    """The network's desk, and the organisation whose caseworker proposed it."""
    own = Q(proposer_id=actor.organisation_id) & actor.allowed("directory.read")
    return own | actor.allowed("organisation.approve")


def proposes(actor) -> Q:
    """In one's own name. Nobody in particular (the public form) proposes in nobody's."""
    return Q(proposer_id=actor.organisation_id, status=PROPOSED)


@protect(read=reads_proposal, insert=proposes, update=lambda actor: actor.allowed("organisation.approve"))
class Proposal(ProtectedModel):
    """An unknown partner: what it says of itself, until the network's desk checked it. It receives nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    status = models.CharField(max_length=16, default=PROPOSED)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=32)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT)
    categories = ArrayField(models.CharField(max_length=32), default=list, blank=True)  # need_category
    website = models.URLField(max_length=500, default="", blank=True)
    email = models.EmailField(default="", blank=True)  # role mailbox
    phone = models.CharField(max_length=64, default="", blank=True)
    about = EncryptedText(default="")  # what it does, in the words of who proposes it
    contact = EncryptedText(default="")  # a person's name and address
    proposer_id = models.UUIDField()  # organisation; nobody's id for the public form
    proposer_member_id = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, default="", blank=True)
    reason = EncryptedText(default="")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)  # made on approval

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[PROPOSED, APPROVED, REFUSED]), name="proposal_status_coded"),
            models.CheckConstraint(
                condition=Q(status=PROPOSED) | Q(decided_at__isnull=False), name="proposal_decided_at"
            ),
            models.CheckConstraint(
                condition=Q(status=APPROVED, organisation__isnull=False) | (~Q(status=APPROVED) & Q(organisation=None)),
                name="proposal_made_an_organisation",
            ),
            one_of("type", "organization_type", model="proposal"),
        ]
        indexes = [models.Index(fields=["proposed_at"], name="proposal_waiting", condition=Q(status=PROPOSED))]

    def __str__(self):
        return str(self.id)
