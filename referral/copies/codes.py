"""Our codes in FHIR R4 (DOMAIN 15.3): tables, and the addresses that name what is ours.

`BASE` is a name, not a place: nobody answers there, and nobody else can (docs/fhir.md).
"""

from core.codelists import label
from referral.states import S

BASE = "https://waymark.example/fhir"
EXTENSION = f"{BASE}/StructureDefinition"
REFERRAL_NUMBER, CASE_CODE = f"{BASE}/sid/referral", f"{BASE}/sid/case"
HL7 = "http://terminology.hl7.org/CodeSystem"
GRAVITY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
COUNTRIES, LANGUAGES, UNITS = "urn:iso:std:iso:3166", "urn:ietf:bcp:47", "http://unitsofmeasure.org"
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
CITIZENSHIP = "http://hl7.org/fhir/StructureDefinition/patient-citizenship"
INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"

# state -> (Task.status, ServiceRequest.status)
STATUS: dict[str, tuple[str, str]] = {
    S.DRAFT: ("draft", "draft"),
    S.PENDING_APPROVAL: ("draft", "draft"),
    S.SENT: ("requested", "active"),
    S.RECEIVED: ("requested", "active"),
    S.INFO_REQUESTED: ("requested", "active"),
    S.WAITLISTED: ("on-hold", "on-hold"),
    S.ON_HOLD: ("on-hold", "on-hold"),
    S.ACCEPTED: ("accepted", "active"),
    S.IN_PROGRESS: ("in-progress", "active"),
    S.COMPLETED: ("completed", "completed"),
    S.NOT_COMPLETED: ("failed", "completed"),
    S.DECLINED: ("rejected", "revoked"),  # asking again is a referral of its own here
    S.CANCELLED: ("cancelled", "revoked"),
    S.WITHDRAWN: ("cancelled", "revoked"),
    S.EXPIRED: ("cancelled", "revoked"),
    S.ENTERED_IN_ERROR: ("entered-in-error", "entered-in-error"),
}
HAS_REASON = frozenset({S.WAITLISTED, S.ON_HOLD, S.DECLINED, S.CANCELLED, S.WITHDRAWN, S.EXPIRED})
PRIORITY = {"emergency": "stat", "urgent": "urgent", "routine": "routine"}
GENDER = {"female": "female", "male": "male", "other": "other", "unknown": "unknown"}
CONTACT = {"phone_call": "phone", "sms": "sms", "email": "email"}  # every other channel: other
CONSENT = {
    "proposed": "proposed",
    "given": "active",
    "refused": "rejected",
    "withdrawn": "inactive",
    "expired": "inactive",
    "superseded": "inactive",
}
CAPACITY = {"no_capacity": "no-capacity"}  # a decline that says so, in Gravity's words
CONFIDENTIALITY = {3: "R", 4: "V"}  # field class -> restricted, very restricted; else normal

# ISO 639-3 -> the two letters that BCP 47 asks for where a language has them.
_SHORT = (
    "aka:ak amh:am ara:ar aze:az abk:ab bam:bm bel:be ben:bn bos:bs bul:bg ces:cs che:ce dan:da deu:de ell:el eng:en "
    "est:et ewe:ee fas:fa fin:fi fra:fr ful:ff hau:ha heb:he hin:hi hrv:hr hun:hu hye:hy ibo:ig ind:id ita:it jpn:ja "
    "kat:ka kaz:kk khm:km kin:rw kir:ky kor:ko lao:lo lav:lv lin:ln lit:lt mal:ml mkd:mk mlg:mg mon:mn msa:ms mya:my "
    "nep:ne nld:nl nor:no orm:om oss:os pan:pa pol:pl por:pt pus:ps ron:ro run:rn rus:ru sin:si slk:sk slv:sl sna:sn "
    "som:so spa:es sqi:sq srp:sr swa:sw swe:sv tam:ta tel:te tgk:tg tgl:tl tha:th tir:ti tuk:tk tur:tr twi:tw uig:ug "
    "ukr:uk urd:ur uzb:uz vie:vi wol:wo yid:yi yor:yo zho:zh zul:zu"
)
SHORT = dict(pair.split(":") for pair in _SHORT.split())


def coding(name: str, code: str) -> dict:
    """Return a code of one of our lists, with its name in the active language."""
    return {"system": f"{BASE}/CodeSystem/{name.replace('_', '-')}", "code": code, "display": label(name, code)}


def concept(name: str, code: str, *more: dict, text: str = "") -> dict:
    """Return a CodeableConcept of one of our codes, with further codings and words."""
    return {"coding": [coding(name, code), *more], **({"text": text} if text else {})}


def extension(name: str, **value) -> dict:
    """Return an extension of ours: a field that FHIR does not have."""
    return {"url": f"{EXTENSION}/{name}", **value}


def language_tag(code: str) -> str:
    """Return the BCP 47 tag of an ISO 639-3 code."""
    return SHORT.get(code, code)
