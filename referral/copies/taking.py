"""What one reader may take out of a referral, gathered once for every kind of copy; taking leaves a trail (INV-12)."""

from dataclasses import dataclass, field
from datetime import datetime

from cases.models import Case, Consent, Grant
from cases.restricting import may_disclose
from core import trail
from core.actors import Actor
from referral import sharing
from referral.lifecycle import sides_of
from referral.models import Referral, StepTaken
from referral.states import S, Side

FORM, FHIR = "referral_form", "referral_fhir"  # subjects of the trail


@dataclass(frozen=True)
class Copy:
    """A referral as far as one reader knows it: the same disclosure as on its page (INV-4).

    `now` and `after` are the parts of the newest packet by code; `after` is None while it is closed, and `locked`
    names what will be in it. `consent` is there for the sending side, `until` (its end) for both.
    """

    referral: Referral
    sending: bool
    reader: str
    at: datetime
    now: dict = field(default_factory=dict)
    after: dict | None = None
    locked: list[str] = field(default_factory=list)
    words: str = ""  # of the step that led to the present state
    by_phone: bool = False  # told by telephone, since nobody opened it
    consent: Consent | None = None
    until: datetime | None = None
    parent: Referral | None = None

    def said(self, code: str):
        """Return the value of a field of the packet, None where it is not open to this reader."""
        return self.now.get(code, (self.after or {}).get(code))


def take(referral: Referral, *, actor: Actor, at: datetime, kind: str) -> Copy:
    """Return what this actor may take out of a referral, and write that it did. A handful of queries.

    Args: `referral` was read through `visible_to(actor)` with sender, receiver and service; `kind` is FORM or FHIR.
    Raises Referral.DoesNotExist for who stands on neither side (the network's desk), NotNow (processing_restricted)
    for the sending side of a person whose data are not to be used.
    """
    sides = sides_of(referral, actor)
    if not sides:
        raise Referral.DoesNotExist
    sending = Side.SENDER in sides
    if sending:
        case = Case.objects.visible_to(actor).select_related("person").filter(pk=referral.case_id).first()
        if case is None:  # a desk in the sender's own house sees states and times only
            raise Referral.DoesNotExist
        may_disclose(case.person)
        referral.case = case
    # Of what was entered in error a trace stays, and nothing that it disclosed (T16).
    parts = {} if referral.state == S.ENTERED_IN_ERROR else sharing.readable(referral, actor, at=at)
    steps = list(StepTaken.objects.visible_to(actor).filter(referral=referral).order_by("-number"))
    consent, until = _agreed(referral, actor, sending=sending)
    field_class = max(sharing.disclosed_classes(referral), default=0)
    trail.take(referral, subject=kind, field_class=field_class, actor=actor, at=at)
    return Copy(
        referral=referral,
        sending=sending,
        reader=actor.name,
        at=at,
        now=parts.get(sharing.NOW, {}),
        after=parts.get(sharing.AFTER),
        locked=sharing.still_locked(referral, parts),
        words=next((step.text for step in steps if step.to_state == referral.state), ""),
        by_phone=any(step.name == "phone" for step in steps),
        consent=consent,
        until=until,
        parent=_parent(referral, actor),
    )


def _agreed(referral: Referral, actor: Actor, *, sending: bool) -> tuple[Consent | None, datetime | None]:
    """Return the consent, which stays at home, and its end, which the receiver knows from the grant."""
    if sending:
        consent = Consent.objects.visible_to(actor).filter(pk=referral.consent_id).first()
        return consent, consent.expires_at if consent else None
    grants = Grant.objects.visible_to(actor).filter(
        organisation_id=actor.organisation_id, referral_id=referral.pk, closed_at=None
    )
    grant = grants.first()
    return None, grant.until if grant else None


def _parent(referral: Referral, actor: Actor) -> Referral | None:
    if referral.parent_id is None:
        return None
    return Referral.objects.visible_to(actor).filter(pk=referral.parent_id).first()
