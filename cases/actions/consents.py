"""Recording and withdrawing informed consent (DOMAIN 5)."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.duplicates import not_merged
from cases.ages import CONSENTS_ALONE, age
from cases.facts import Facts, checking
from cases.models import Case, Consent, Grant, Person
from cases.models.consents import RECEIVER_CLASSES, RELATIONS
from cases.reminders import drop_reminders, plan_reminders
from cases.states import OPEN
from core import events
from core.actions import NotNow, action
from core.codelists import codes
from partners.models import Organisation

DATA_CLASSES = (1, 2, 3, 4)  # DOMAIN 2; class 0 is the public directory
LIFETIME = timedelta(days=365)  # DOMAIN 5.5
LONGEST = timedelta(days=366)  # a year with a leap day


@action("consent.record")
def record_consent(
    person,
    *,
    actor,
    at,
    purposes,
    data_classes=(),
    method,
    language,
    text_version,
    expires_at=None,
    receivers=(),
    receiver_class="",
    excluded=(),
    given_by="self",
    representative="",
    assent=None,
    interpreter=False,
    evidence="",
) -> Consent:
    """Record what a person agreed to just now; it ends after 12 months unless `expires_at` says sooner.

    Args: `receivers` and `excluded` are ids of organisations; `receiver_class` "network" means every member of the
    network but those excluded. Returns the Consent. Raises Person.DoesNotExist for a person out of sight, and
    Incomplete: below 16 only a representative consents (DOMAIN 5.2), sharing names receivers and classes of data.
    """
    person = Person.objects.visible_to(actor).get(pk=person.pk)
    not_merged(person)
    with checking() as facts:
        consent = Consent(
            id=uuid4(),
            organisation_id=actor.organisation_id,
            person=person,
            purposes=_each(facts, "purposes", purposes, codes("consent_purpose"), _("Choose at least one purpose.")),
            data_classes=_each(facts, "data_classes", data_classes, DATA_CLASSES),
            receivers=_organisations(facts, "receivers", receivers),
            receiver_class=facts.choice("receiver_class", receiver_class, RECEIVER_CLASSES),
            excluded=_organisations(facts, "excluded", excluded),
            given_by=facts.choice("given_by", given_by, RELATIONS),
            representative=facts.text(
                "representative",
                representative,
                limit=255,
                required="" if given_by == "self" else _("Write who consents for the person."),
            ),
            assent=assent,
            text_version=facts.text(
                "text_version", text_version, limit=16, required=_("Say which text was explained.")
            ),
            language=facts.language("language", language),
            interpreter=bool(interpreter),
            method=facts.code("method", method, "consent_method"),
            evidence=facts.text("evidence", evidence, limit=2000, lines=True),
            given_at=at,
            expires_at=expires_at or at + LIFETIME,
        )
        _together(facts, consent, at)
    consent.save(force_insert=True)
    former = Consent.objects.visible_to(actor).filter(
        person=person, status="given", purposes__contained_by=consent.purposes
    )
    for pk in former.exclude(pk=consent.pk).values_list("pk", flat=True):
        drop_reminders("consent_end", about=pk, at=at)  # nobody needs to ask again for what was just given anew
    plan_reminders("consent_end", about=consent.pk, person=person, on=timezone.localdate(consent.expires_at), at=at)
    events.record(
        "consent.recorded", actor=actor, at=at, about=consent.pk, person_id=person.pk, purposes=consent.purposes
    )
    return consent


@action("consent.withdraw", permission="consent.record")
def withdraw_consent(consent_id, *, actor, at) -> Consent:
    """End a consent: every grant that rests on it closes, and open referrals are withdrawn (DOMAIN 5.4).

    Returns the Consent. Raises Consent.DoesNotExist, NotNow (not_given) when it has ended already.
    """
    # Sending writes a row that points here: it need not wait for this, nor this for it.
    consent = Consent.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=consent_id)
    if consent.status != "given":
        raise NotNow("not_given", _("This consent has ended already."))
    consent.status, consent.withdrawn_at = "withdrawn", at
    consent.save(update_fields=["status", "withdrawn_at"])
    drop_reminders("consent_end", about=consent.pk, at=at)
    # The referrals first, then their grants: each step of a referral locks them in this order.
    events.record("consent.withdrawn", actor=actor, at=at, about=consent.pk, person_id=consent.person_id)
    grants = Grant.objects.visible_to(actor).filter(consent=consent)
    grants.filter(Q(closed_at=None) | Q(closed_at=at, close_reason="withdrawn")).update(
        closed_at=at, close_reason="consent_withdrawn"
    )
    return consent


@action("consent.renew", permission="consent.record")
def renew_consent(consent_id, *, actor, at, **terms) -> Consent:
    """Record what the person agreed to anew, in place of an earlier consent; what it still covers goes on with no gap.

    The grants and open referrals whose receiver, purpose and classes the new one covers rest on it from now on; the
    others end as if the consent had been withdrawn (the narrower wins). Args: `terms` as `record_consent` takes them.
    Returns the new Consent. Raises Consent.DoesNotExist, NotNow (not_given), Incomplete.
    """
    former = Consent.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=consent_id)
    if former.status != "given":
        raise NotNow("not_given", _("This consent has ended already."))
    fresh = record_consent(former.person, actor=actor, at=at, **terms)
    fresh.replaces = former
    fresh.save(update_fields=["replaces"])
    former.status = "superseded"
    former.save(update_fields=["status"])
    drop_reminders("consent_end", about=former.pk, at=at)
    # The referrals first, then their grants, as in withdrawing.
    events.record("consent.superseded", actor=actor, at=at, about=former.pk, person_id=former.person_id, by=fresh.pk)
    grants = Grant.objects.visible_to(actor).filter(consent=former, closed_at=None)
    for pk, receiver in list(grants.values_list("pk", "organisation_id")):
        covered = "referral_disclosure" in fresh.purposes and fresh.covers_receiver(receiver)
        rests = {"consent": fresh, "until": fresh.expires_at}
        grants.filter(pk=pk).update(**rests if covered else {"closed_at": at, "close_reason": "consent_narrowed"})
    return fresh


def end_with_case(case, *, actor, at) -> None:
    """Let the consents of a client end with the last open case: what they were given for is over (DOMAIN 5.5).

    Part of closing, and in its event. The grants that rest on them stay as they are: no referral is open any more,
    and a consent that has ended covers no new one.
    """
    others = Case.objects.visible_to(actor).filter(person_id=case.person_id, status__in=OPEN).exclude(pk=case.pk)
    if not others.exists():
        Consent.objects.visible_to(actor).filter(person_id=case.person_id, status="given").update(status="expired")


def _together(facts: Facts, consent: Consent, at) -> None:
    """Check what only makes sense together."""
    person = consent.person
    years = age(person.birth_date, person.birth_precision, on=timezone.localdate(at))
    if years is not None and years < CONSENTS_ALONE and consent.given_by == "self":
        facts.wrong("given_by", _("Below 16 a parent, guardian or other representative consents."))
    if consent.method == "representative" and consent.given_by == "self":
        facts.wrong("method", _("Say who consents for the person, or choose another way."))
    if not at < consent.expires_at <= at + LONGEST:
        facts.wrong("expires_at", _("Choose a day within the next 12 months."))
    if "referral_disclosure" in consent.purposes:
        if not consent.receivers and not consent.receiver_class:
            facts.wrong("receivers", _("Choose the organisations that may receive a referral."))
        if not consent.data_classes:
            facts.wrong("data_classes", _("Choose what may be shared."))
    if set(consent.receivers) & set(consent.excluded):
        facts.wrong("excluded", _("An organisation cannot both receive and be excluded."))


def _each(facts: Facts, field: str, values, allowed, empty: str = "") -> list:
    chosen = list(dict.fromkeys(values))
    if any(value not in allowed for value in chosen):
        facts.wrong(field, _("Choose one of the answers."))
    elif not chosen and empty:
        facts.wrong(field, empty)
    return chosen


def _organisations(facts: Facts, field: str, ids) -> list[UUID]:
    wanted = list(dict.fromkeys(getattr(value, "pk", value) for value in ids))
    if wanted and Organisation.objects.filter(pk__in=wanted, status="active").count() < len(wanted):
        facts.wrong(field, _("Choose organisations of the list."))
    return wanted
