"""A referral as a FHIR R4 Bundle: ServiceRequest and Task, and what they refer to (DOMAIN 15.3)."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import get_language

from partners.models import Organisation, Service
from referral import sharing
from referral.copies import codes
from referral.copies.codes import coding, concept, extension
from referral.copies.patient import is_known, patient, words_of
from referral.copies.taking import Copy
from referral.models import Referral
from referral.states import S


def bundle(copy: Copy) -> dict:
    """Return a Bundle (collection) of what was taken, in the active language for everything that is for people."""
    referral = copy.referral
    resources = [
        _task(copy),
        _service_request(copy),
        _healthcare_service(referral.service, referral.receiver_id),
        *(_organisation(body) for body in {row.pk: row for row in (referral.sender, referral.receiver)}.values()),
        *_workers(referral),
    ]
    if is_known(copy):
        resources.append(_resource("Patient", _id(referral, "patient"), **patient(copy)))
    if copy.until:
        resources.append(_consent(copy))
    return {
        "resourceType": "Bundle",
        "id": str(_id(referral, "bundle")),
        "meta": {"security": _security(copy)},
        "language": (get_language() or "en")[:2],
        "type": "collection",
        "timestamp": _moment(copy.at),
        "entry": [{"fullUrl": _urn(UUID(found["id"])), "resource": found} for found in resources],
    }


def _id(referral: Referral, part: str) -> UUID:
    """Return an id that is the same in every copy of this referral and leads to no other of the person (INV-4)."""
    return uuid5(referral.pk, part)


def _urn(pk: UUID) -> str:
    return f"urn:uuid:{pk}"


def _resource(kind: str, pk: UUID, **facts) -> dict:
    """Return a resource without the facts that are not there."""
    return {"resourceType": kind, "id": str(pk)} | {
        name: value for name, value in facts.items() if value not in (None, "", [], {})
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _security(copy: Copy) -> list[dict]:
    """How confidential it is, and that something is held back: then it must not be read as the whole."""
    classes = [
        sharing.class_of_field(sharing.BY_CODE[code], copy.referral) for code in {**copy.now, **(copy.after or {})}
    ]
    found = codes.CONFIDENTIALITY.get(max([copy.referral.field_class, *classes]), "N")
    labels = [{"system": f"{codes.HL7}/v3-Confidentiality", "code": found}]
    if copy.locked:
        labels.append({"system": f"{codes.HL7}/v3-ObservationValue", "code": "REDACTED"})
    return labels


def _subject(copy: Copy) -> dict:
    if is_known(copy):
        return {"reference": _urn(_id(copy.referral, "patient")), "type": "Patient"}
    return {"type": "Patient", "extension": [{"url": codes.DATA_ABSENT, "valueCode": "masked"}]}


def _organisation_reference(body: Organisation) -> dict:
    return {"reference": _urn(body.pk), "type": "Organization", "display": body.full_label}


def _staff(referral: Referral, side: str) -> dict:
    """Return a reference to who works with it on a side: the person where one is named, else the organisation."""
    body, name = _SIDES[side](referral)
    if not name:
        return _organisation_reference(body)
    return {"reference": _urn(_id(referral, side)), "type": "PractitionerRole", "display": name}


def _workers(referral: Referral) -> list[dict]:
    found = []
    for side, facts in _SIDES.items():
        body, name = facts(referral)
        if name:
            role = {"practitioner": {"display": name}, "organization": _organisation_reference(body)}
            found.append(_resource("PractitionerRole", _id(referral, side), active=True, **role))
    return found


_SIDES = {
    "sender": lambda referral: (referral.sender, referral.sender_name),
    "worker": lambda referral: (referral.receiver, referral.worker_name),
}


def _task(copy: Copy) -> dict:
    referral = copy.referral
    began, ended = _day(referral.first_contact_on), _moment(referral.closed_at)
    return _resource(
        "Task",
        referral.pk,
        extension=[
            extension(name, valueDate=_day(value))
            for name, value in (("expected-on", referral.expected_on), ("resume-on", referral.resume_on))
            if value
        ],
        identifier=[{"system": codes.REFERRAL_NUMBER, "value": referral.reference}],
        status=codes.STATUS[referral.state][0],
        statusReason=_reason(copy),
        businessStatus=concept("referral_status", referral.state),
        intent="order",
        priority=codes.PRIORITY[referral.urgency],
        code={"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]},
        focus={"reference": _urn(_id(referral, "service-request")), "type": "ServiceRequest"},
        **{"for": _subject(copy)},
        executionPeriod={"start": began, **({"end": ended} if ended else {})} if began else None,
        authoredOn=_moment(referral.sent_at or referral.created_at),
        lastModified=_moment(referral.state_since),
        requester=_staff(referral, "sender"),
        owner=_staff(referral, "worker"),
        restriction={"period": {"end": _moment(referral.due_at)}} if referral.due_at else None,
        output=[
            {
                "type": {"text": "outcome"},
                "valueCodeableConcept": concept("referral_outcome", referral.outcome),
            }
        ]
        if referral.outcome
        else None,
    )


def _reason(copy: Copy) -> dict | None:
    """Why it stands where it stands: the code where there is one, and the words of the step."""
    referral = copy.referral
    if referral.state not in codes.HAS_REASON:
        return None
    if referral.state == S.DECLINED:
        gravity = codes.CAPACITY.get(referral.reason)
        more = [{"system": codes.GRAVITY, "code": gravity}] if gravity else []
        return concept("decline_reason", referral.reason, *more, text=copy.words)
    if referral.withdrawal_reason:
        return concept("withdrawal_reason", referral.withdrawal_reason, text=copy.words)
    return {"text": copy.words or coding("referral_status", referral.state)["display"]}


def _service_request(copy: Copy) -> dict:
    referral, need, risk = copy.referral, copy.said("need"), copy.said("risk")
    parent = copy.parent
    return _resource(
        "ServiceRequest",
        _id(referral, "service-request"),
        extension=[extension("risk-level", valueCoding=coding("risk_level", risk))] if risk else None,
        identifier=[{"system": codes.REFERRAL_NUMBER, "value": referral.reference}],
        basedOn=[{"type": "ServiceRequest", "identifier": {"system": codes.REFERRAL_NUMBER, "value": parent.reference}}]
        if parent
        else None,
        status=codes.STATUS[referral.state][1],
        intent="order",
        category=[concept("need_category", referral.category)],
        priority=codes.PRIORITY[referral.urgency],
        code={"text": referral.service.label},
        subject=_subject(copy),
        authoredOn=_moment(referral.sent_at or referral.created_at),
        requester=_staff(referral, "sender"),
        performer=[
            {"reference": _urn(referral.service_id), "type": "HealthcareService", "display": referral.service.label},
            _organisation_reference(referral.receiver),
        ],
        reasonCode=[{"text": words_of(need)}] if need else None,
        supportingInfo=[{"reference": _urn(_id(referral, "consent")), "type": "Consent"}] if copy.until else None,
        note=[{"text": copy.said("note")}] if copy.said("note") else None,
    )


def _organisation(body: Organisation) -> dict:
    return _resource(
        "Organization",
        body.pk,
        active=body.status == "active",
        name=body.full_label,
        telecom=[
            {"system": system, "value": value}
            for system, value in (("phone", body.phone), ("email", body.email), ("url", body.website))
            if value
        ],
    )


def _healthcare_service(service: Service, organisation_id: UUID) -> dict:
    return _resource(
        "HealthcareService",
        service.pk,
        active=service.status == "active",
        providedBy={"reference": _urn(organisation_id), "type": "Organization"},
        category=[concept("need_category", service.category)] if service.category else None,
        name=service.label,
        telecom=[
            {"system": system, "value": value}
            for system, value in (("phone", service.phone), ("email", service.email))
            if value
        ],
    )


def _consent(copy: Copy) -> dict:
    """The agreement that it rests on; who receives learns that there is one, and until when."""
    referral, consent = copy.referral, copy.consent
    lasting = copy.until is not None and copy.until > copy.at
    status = codes.CONSENT[consent.status] if consent else "active"
    return _resource(
        "Consent",
        _id(referral, "consent"),
        status=status if status != "active" or lasting else "inactive",
        scope={"coding": [{"system": f"{codes.HL7}/consentscope", "code": "patient-privacy"}]},
        category=[{"coding": [{"system": f"{codes.HL7}/v3-ActCode", "code": "IDSCL"}]}],
        patient=_subject(copy),
        dateTime=_day(timezone.localdate(consent.given_at)) if consent else None,
        organization=[_organisation_reference(referral.sender)],
        policyRule={"coding": [{"system": f"{codes.HL7}/v3-ActCode", "code": "OPTIN"}]},
        provision={
            "type": "permit",
            "period": {"end": _moment(copy.until)},
            "actor": [
                {
                    "role": {"coding": [{"system": f"{codes.HL7}/v3-ParticipationType", "code": "IRCP"}]},
                    "reference": _organisation_reference(referral.receiver),
                }
            ],
            "data": [{"meaning": "related", "reference": {"reference": _urn(_id(referral, "service-request"))}}],
        },
    )
