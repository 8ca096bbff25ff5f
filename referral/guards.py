"""The guards G1 to G9: what must hold at the moment of sending (DOMAIN 4.1, INV-1, INV-2, INV-7, INV-10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.ages import is_minor
from cases.children import MOVING_NEEDS, why_child_stays
from cases.circumstances import facts_of
from cases.models.cases import FINAL_NEEDS
from cases.restricting import restricted
from core.codelists import label
from partners.conditions import area_names, conditions_of, finding_words
from partners.eligibility import evaluate
from partners.models import Agreement, Capacity
from partners.models.services import CAPACITY_DAYS, VERIFICATION_DAYS
from referral import deadlines, sharing
from referral.models import Referral
from referral.states import OPEN, codes

PURPOSE = "referral_disclosure"
REPEAT = timedelta(hours=24)  # within which the same request asks for a reason
OK, WARN, BLOCKED = "ok", "warn", "blocked"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One guard: `state` ok, warn or blocked; `refusal` is the code that machines get when it is blocked."""

    code: str
    title: str
    sentence: str
    state: str = OK
    refusal: str = ""


def gates(referral: Referral, *, actor, at: datetime) -> list[Gate]:
    """Return G1 to G9 for a referral that is about to be sent, each with a sentence a caseworker understands."""
    return [
        _consent(referral, at),
        _agreement(referral, at),
        _eligibility(referral, actor, at),
        _capacity(referral, actor, at),
        _documents(referral),
        _minimum(referral),
        _desk(referral),
        not_twice(referral, actor, at),
        _child(referral, at),
    ]


def of_disclosure(referral: Referral, *, at: datetime) -> list[Gate]:
    """Return the guards of what is disclosed (G1, G2, G6, G9): they hold for a correction as well."""
    return [_consent(referral, at), _agreement(referral, at), _minimum(referral), _child(referral, at)]


def _gate(code: str, title: str, refusal: str, sentence: str, fine: str, *, warn: str = "") -> Gate:
    if refusal:
        return Gate(code=code, title=title, sentence=sentence, state=BLOCKED, refusal=refusal)
    if warn:
        return Gate(code=code, title=title, sentence=warn, state=WARN)
    return Gate(code=code, title=title, sentence=fine)


def _consent(referral: Referral, at: datetime) -> Gate:
    refusal = sentence = ""
    consent = referral.consent
    if referral.case.person.restricted_at is not None:
        refusal, sentence = "processing_restricted", restricted().sentence
    elif consent is None:
        refusal, sentence = "consent_missing", _("Ask the person and record the consent to share with this partner.")
    elif consent.status == "withdrawn":
        refusal, sentence = "consent_withdrawn", _("The person withdrew this consent. Nothing may be shared.")
    elif consent.status == "expired" or (consent.status == "given" and at >= consent.expires_at):
        refusal, sentence = "consent_expired", _("This consent has ended. Ask again and record a new one.")
    elif not consent.holds(at):
        refusal, sentence = "consent_missing", _("This consent was not given. Ask the person again.")
    elif consent.person_id != referral.case.person_id:
        refusal, sentence = "consent_missing", _("This consent is another person's. Choose the right one.")
    elif PURPOSE not in consent.purposes:
        refusal, sentence = "consent_purpose", _("The consent does not include sharing for a referral.")
    elif not consent.covers_receiver(referral.receiver_id):
        refusal, sentence = "consent_receiver", _("The consent does not name this partner. Ask the person about it.")
    elif referral.receiver.country != referral.sender.country and "cross_border_transfer" not in consent.purposes:
        refusal, sentence = "consent_purpose", _("The partner is abroad, and the consent does not include that.")
    elif referral.receiver.type == "government" and "authority_disclosure" not in consent.purposes:
        refusal, sentence = "consent_purpose", _("The consent does not include sharing with an authority.")
    elif missing := sorted(
        field_class
        for field_class in sharing.disclosed_classes(referral) - set(consent.data_classes)
        if field_class > 1
    ):
        refusal = "consent_class"
        sentence = _("The consent does not cover everything you chose to share (classes %(classes)s).") % {
            "classes": ", ".join(map(str, missing))
        }
    return _gate("G1", _("Consent"), refusal, sentence, _("The person agreed to this partner and this data."))


def _agreement(referral: Referral, at: datetime) -> Gate:
    title, fine = _("Agreement"), _("A data-sharing agreement with this partner is in force.")
    if referral.sender_id == referral.receiver_id:
        return _gate("G2", title, "", "", _("The service is your own organisation's."))
    covers = any(
        PURPOSE in agreement.purposes
        and {c for c in sharing.disclosed_classes(referral) if c > 1} <= set(agreement.data_classes)
        and (not agreement.categories or referral.category in agreement.categories)
        and (not agreement.countries or referral.receiver.country in agreement.countries)
        for agreement in Agreement.objects.filter(
            organisation_ids__contains=[referral.sender_id, referral.receiver_id],
            status="active",
            valid_from__lte=timezone.localdate(at),
            valid_to__gte=timezone.localdate(at),
        )
    )
    refusal = "" if covers else "agreement_missing"
    sentence = _("No agreement with this partner covers this need and this data. Ask your coordinator.")
    return _gate("G2", title, refusal, sentence, fine)


def _eligibility(referral: Referral, actor, at: datetime) -> Gate:
    facts = facts_of(referral.case, actor=actor, on=timezone.localdate(at))
    fit = evaluate(facts, conditions_of(referral.service))
    service, refusal, warn, sentence = referral.service, "", "", ""
    areas = area_names() if fit.excluded or fit.failed_soft else {}
    oldest = timezone.localdate(at) - timedelta(days=VERIFICATION_DAYS)
    if service.status != "active" or not service.accepts_referrals:
        refusal, sentence = "not_eligible", _("This service takes no referrals now. Choose another one.")
    elif service.paused(timezone.localdate(at)):
        refusal, sentence = "not_eligible", _("This service is paused. Choose another one.")
    elif service.verified_on is None or service.verified_on < oldest:
        refusal, sentence = "not_eligible", _("This entry was not checked for half a year. Ask the partner first.")
    elif fit.excluded:
        reasons = [finding_words(f, areas=areas) for f in fit.findings if f.excludes]
        refusal, sentence = "not_eligible", _("The service does not fit: %(why)s") % {"why": "; ".join(reasons)}
    elif fit.failed_soft:
        reasons = [finding_words(f, areas=areas) for f in fit.findings if f.rule in fit.failed_soft]
        warn = _("Not everything fits: %(why)s Say in the reason why it is right all the same.") % {
            "why": "; ".join(reasons)
        }
        if not referral.draft_note.strip():
            refusal, sentence = "not_eligible", warn
    return _gate("G3", _("Eligibility"), refusal, sentence, _("The person meets the service's conditions."), warn=warn)


def _capacity(referral: Referral, actor, at: datetime) -> Gate:
    capacity = Capacity.objects.filter(service_id=referral.service_id).first()
    refusal = warn = sentence = ""
    if capacity is None or capacity.updated_at < at - timedelta(days=CAPACITY_DAYS):
        refusal = "capacity_stale"
        sentence = _("The partner has not said for 7 days whether there are places. Call and ask.")
    elif capacity.status == "no_capacity" or (
        capacity.status == "capacity" and capacity.free == 0 and not referral.service.waiting_list
    ):
        refusal, sentence = "no_capacity", _("The service has no free places. Choose another one.")
    elif capacity.status == "waitlist" or capacity.free == 0:
        warn = _("There is a waiting list. Refer to another service as well.")
    elif capacity.status == "assessment_required":
        warn = _("The partner assesses first; a place is not promised.")
    if refusal and referral.urgency == "emergency" and actor.may("referral.approve"):
        warn, refusal = _("No free place is known. As a supervisor you may send an emergency all the same."), ""
    return _gate("G4", _("Places"), refusal, sentence, _("The partner says that there are places."), warn=warn)


def _documents(referral: Referral) -> Gate:
    wanted = [document.document for document in referral.service.requireddocument_set.all()]
    refusal = "documents_missing" if wanted and not referral.documents_settled else ""
    sentence = _("The service asks for: %(documents)s. Tick that they are there, or that none can be had.") % {
        "documents": ", ".join(wanted)
    }
    return _gate("G5", _("Documents"), refusal, sentence, _("No document is missing."))


def _minimum(referral: Referral) -> Gate:
    refusal = sentence = ""
    if beyond := sharing.beyond_need(referral):
        labels = ", ".join(str(sharing.BY_CODE[code].label) for code in beyond)
        refusal, sentence = (
            "beyond_need",
            _("The service does not ask for: %(labels)s. Do not share it.") % {"labels": labels},
        )
    elif not referral.draft_note.strip():
        refusal, sentence = "minimum_missing", _("Write the reason and what was already done.")
    return _gate("G6", _("Only what is needed"), refusal, sentence, _("Complete, and nothing beyond the need."))


def _desk(referral: Referral) -> Gate:
    answers = deadlines.has_desk(referral.receiver_id)
    phone = referral.urgency == "emergency" and referral.receiver.after_hours_phone
    refusal = "" if answers or phone or referral.by_link else "no_focal_point"
    sentence = _("Nobody at this partner can answer in Waymark now. Choose another one, or call.")
    warn = ""
    if phone and not answers:
        warn = _("Nobody there works in Waymark now. Call %(number)s as soon as it is sent.") % {"number": phone}
    if referral.by_link and not answers:
        warn = _("Nobody there has an account. Make the answer link as soon as it is sent.")
    return _gate("G7", _("Somebody answers"), refusal, sentence, _("The partner has people who answer."), warn=warn)


def not_twice(referral: Referral, actor, at: datetime) -> Gate:
    """Return G8: one open referral for a need and a service; what only looks like a second one asks for a reason."""
    refusal = sentence = warn = ""
    others = _others(referral, actor, at)
    same = [row for row in others if (row.need_id, row.service_id) == (referral.need_id, referral.service_id)]
    if referral.case.status in {"closed", "transferred", "merged"}:
        refusal, sentence = "case_closed", _("The case is closed. Reopen it before you refer.")
    elif referral.need.status in FINAL_NEEDS:
        refusal, sentence = "need_closed", _("This need is settled already.")
    elif any(row.state in OPEN for row in same):
        refusal, sentence = "duplicate_referral", _("An open referral for this need to this service exists already.")
    elif (warn := _repeats(referral, same, others, actor)) and not referral.repeat_reason:
        refusal, sentence = "repeat_reason_missing", warn
    return _gate("G8", _("Not sent twice"), refusal, sentence, _("No other referral asks the same."), warn=warn)


def _others(referral: Referral, actor, at: datetime) -> list[Referral]:
    """Return what asks the same, or was sent in the last day: for this need and service or for this person."""
    same = Q(need_id=referral.need_id, service_id=referral.service_id)
    alike = Q(sender_id=referral.sender_id, category=referral.category, case__person_id=referral.case.person_id)
    recent = Q(state__in=codes(OPEN)) | Q(sent_at__gt=at - REPEAT, sent_at__lte=at)
    rows = Referral.objects.visible_to(actor).filter(same | alike, recent).exclude(pk=referral.pk)
    return list(rows.only("state", "need_id", "service_id", "sent_at", "sent_by_id", "sender_name", "reference"))


def _repeats(referral: Referral, same, others, actor) -> str:
    """Return what looks like a repetition, "" where nothing does."""
    if same:
        return _("%(reference)s asked this service the same less than 24 hours ago. Say why it is asked again.") % {
            "reference": same[0].reference
        }
    case = referral.case
    team = {None, actor.member_id, case.caseworker_id, case.supervisor_id}
    by_others = [row for row in others if row.sent_at and row.sent_by_id not in team]
    if by_others:
        return _("%(who)s has sent %(reference)s for the same kind of need. Speak with them, then say why.") % {
            "who": by_others[0].sender_name, "reference": by_others[0].reference
        }  # fmt: skip
    return ""


def _child(referral: Referral, at: datetime) -> Gate:
    """INV-7: before a child is returned or reunited, its carer and its best interests are on record."""
    title, person = _("Best interests of the child"), referral.case.person
    if referral.category not in MOVING_NEEDS or not is_minor(person, on=timezone.localdate(at)):
        return _gate("G9", title, "", "", _("No child is moved by this referral."))
    refusal = why_child_stays(person, at=at)
    code, sentence = (refusal.code, refusal.sentence) if refusal else ("", "")
    return _gate("G9", title, code, sentence, _("The best interests of the child are recorded."))


def approval_reasons(referral: Referral, *, at: datetime) -> list[tuple[str, str]]:
    """Return why a supervisor must approve (T2), as (code, sentence); empty where nobody must."""
    child = is_minor(referral.case.person, on=timezone.localdate(at))
    found = [
        ("child", child, _("The person is under 18.")),
        ("critical", referral.case.risk_level == "critical", _("The risk is critical.")),
        ("class_4", 4 in sharing.disclosed_classes(referral), _("Highly restricted data is shared.")),
        (
            "authority",
            referral.receiver.type == "government",
            _("The receiver is an authority: %(type)s.") % {"type": label("organization_type", referral.receiver.type)},
        ),
        ("abroad", referral.receiver.country != referral.sender.country, _("The receiver is abroad.")),
    ]
    return [(code, sentence) for code, holds, sentence in found if holds]
