"""Answer links: how a partner without an account answers one referral, once (ADR 16)."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from cases.models import Case
from cases.models.access import case_names, case_open
from core.access import ProtectedModel, protect
from core.codelists import one_of
from core.fields import EncryptedText
from core.policies import contribute
from partners.models import Member, Organisation

ANSWERS = "referral.answer_linked"  # the verb of whoever holds a link


def makes_link(actor) -> Q:
    """The sending side, as its referrals."""
    return (
        Q(sender_id=actor.organisation_id) & case_open(actor) & (Q(field_class__lt=4) | case_names(actor))
    )  # fmt: skip


def holds_link(actor) -> Q:
    """Whoever opened this very link: it is the principal that acts."""
    return Q(pk=actor.principal_id) & actor.allowed(ANSWERS)


def linked(actor, column: str = "pk") -> Q:
    """That `column` names the one referral that the acting link is for, unless it was withdrawn."""
    mine = AnswerLink.objects.filter(pk=actor.principal_id, withdrawn_at=None)
    return actor.allowed(ANSWERS) & Q(**{f"{column}__in": mine.values("referral_id")})


@protect(
    read=lambda actor: makes_link(actor) | holds_link(actor),
    insert=makes_link,
    update=lambda actor: makes_link(actor) | holds_link(actor),
)
class AnswerLink(ProtectedModel):
    """A link to one referral for its receiver. Of link and code only digests are kept; each goes another way.

    `digest` is empty until a link that goes by e-mail has left. `session_digest` is of the one device that entered
    the code last. Used, withdrawn, expired or locked it opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    referral = models.ForeignKey("referral.Referral", on_delete=models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    field_class = models.PositiveSmallIntegerField()  # of the need
    way = models.CharField(max_length=8)  # how the link travels
    code_way = models.CharField(max_length=8)  # how the code travels
    address = EncryptedText(default="")  # of the directory, for an e-mail
    number = EncryptedText(default="")  # of the directory, for a text message
    language = models.CharField(max_length=2)  # of mail, message and paper
    digest = models.CharField(max_length=64, default="", blank=True)
    code_digest = models.CharField(max_length=64, default="", blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong codes
    made_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # the mail left; a paper is in somebody's hand at once
    failed_at = models.DateTimeField(null=True)  # mail or message could not be delivered
    opened_at = models.DateTimeField(null=True)  # the code was entered for the first time
    session_digest = models.CharField(max_length=64, default="", blank=True)
    session_until = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_for = models.CharField(max_length=24, default="", blank=True)  # the step
    step_number = models.PositiveIntegerField(null=True)  # of that step
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("way", "link_way", model="answerlink"),
            one_of("code_way", "link_code_way", model="answerlink"),
            models.CheckConstraint(condition=Q(used_at=None) | ~Q(used_for=""), name="used_link_says_for_what"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(used_at=None, withdrawn_at=None), name="one_open_link_a_referral"
            ),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="link_digest_once"),
        ]
        indexes = [models.Index(fields=["referral", "-made_at"], name="answerlink_referral")]

    def __str__(self):
        return str(self.id)


# Read before anybody acts, by who knows the secret; what the link still opens is asked afterwards, as the link.
_BEFORE_ANYBODY_ACTS = """
CREATE OR REPLACE FUNCTION waymark.link_holder(wanted text) RETURNS TABLE (id uuid, receiver_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT l.id, l.receiver_id FROM public.referral_answerlink l
        JOIN public.partners_organisation o ON o.id = l.receiver_id
        WHERE l.digest = wanted AND wanted <> '' AND l.withdrawn_at IS NULL AND o.status = 'active'
    $$;
REVOKE ALL ON FUNCTION waymark.link_holder(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.link_holder(text) TO waymark_app;
"""
contribute("answer_link", lambda: _BEFORE_ANYBODY_ACTS)
