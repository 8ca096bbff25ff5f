"""What several case pages draw: the bar that says who it is about, names, ages, the reading trail."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.ages import age, is_minor
from cases.codes import language_label
from cases.models import Grant, PersonName
from cases.words import REMINDER_WORDS
from core import trail
from core.codelists import label

NO_NAME = gettext_lazy("No name")  # of a person: the number stands beside it
UNASKED = frozenset({"not_asked", "unknown"})


def main_names(person_ids, actor) -> dict:
    """Return {person id: main name as written}. One query."""
    rows = PersonName.objects.visible_to(actor).filter(person_id__in=person_ids, is_primary=True)
    return dict(rows.values_list("person_id", "full_as_written"))


def years_of(person, *, at) -> str:
    """Return the age in words, "" when it is not known, "about 20" when the birth date is not exact."""
    years = age(person.birth_date, person.birth_precision, on=timezone.localdate(at))
    if years is None:
        return ""
    if person.birth_precision in {"day", "month"}:
        return str(years)
    return _("about %(years)s") % {"years": years}


def person_words(person, *, at) -> str:
    """Return sex and age in a few words: "Female, 27"."""
    sex = "" if person.sex == "unknown" else label("sex", person.sex)
    return ", ".join(filter(None, [sex, years_of(person, at=at)]))


def languages_of(person) -> str:
    """Return the languages, with the need of an interpreter."""
    words = ", ".join(language_label(entry["code"]) for entry in person.languages)
    if any(entry.get("interpreter") for entry in person.languages):
        return _("%(languages)s, interpreter needed") % {"languages": words}
    return words


def emergency_of(case, actor, *, at):
    """Return until when the case is open to the actor in an emergency, or None; the look itself leaves a trail.

    No question for those whom the case names for good, one for the others.
    """
    if actor.member_id in {case.caseworker_id, case.supervisor_id}:
        return None
    lent = Grant.objects.visible_to(actor).filter(
        case=case, member_id=actor.member_id, basis="break_glass", closed_at=None, until__gt=at
    )
    until = lent.values_list("until", flat=True).first()
    if until is not None:
        trail.read(case, subject="case", field_class=trail.SENSITIVE, actor=actor, at=at)
    return until


def identity_bar(case, name: str, consents, *, at, actor=None, safe_url: str = "") -> dict:
    """Return the bar on top of every page of a case: who, risk, state, languages, consent, safe contact."""
    person = case.person
    text, holds = consent_words(consents, at=at)
    return {
        "name": name,
        "called": "",
        "reference": case.reference,
        "risk": case.risk_level,
        "status": case.status,
        "person": person_words(person, at=at),
        "languages": languages_of(person),
        "consent": text,
        "consent_ok": holds,
        "safe": safe_contact(person, url=safe_url),
        "emergency": emergency_of(case, actor, at=at) if actor is not None else None,
        "restricted": person.restricted_at,
        "tabs": [],
    }


def consent_words(consents, *, at) -> tuple[str, bool]:
    """Return until when the consent to case work holds, and whether it does."""
    ends = [consent.expires_at for consent in consents if "case_management" in consent.purposes and consent.holds(at)]
    if not ends:
        return _("No consent"), False
    day = date_format(timezone.localtime(max(ends)), "DATE_FORMAT")
    return _("Consent until %(day)s") % {"day": day}, True


def safe_contact(person, *, url: str = "") -> dict:
    """Return the warning about contact: the way and the hours, and what must not be done."""
    way = label("contact_channel", person.contact_channel)
    title = _("Safe contact: %(way)s") % {"way": way}
    if person.contact_hours:
        title = _("Safe contact: %(way)s, %(hours)s") % {"way": way, "hours": person.contact_hours}
    parts = [person.contact_warning]
    if person.safe_phrase:
        parts.append(_("If somebody else answers, say: %(phrase)s") % {"phrase": person.safe_phrase})
    return {"title": title, "text": " ".join(filter(None, parts)), "url": url}


def class_of_reading(person, needs, status: str, *, at) -> int:
    """Return the highest field class that a page shows (DOMAIN 2): needs, a child, a status."""
    found = [2, *(need.field_class for need in needs)]
    if is_minor(person, on=timezone.localdate(at)) or status not in UNASKED:
        found.append(3)
    return max(found)


def coming_dates(reminders, *, at) -> list[dict]:
    """Return dates to remember as drawn: what, when, and whether it has passed."""
    today = timezone.localdate(at)
    return [{"label": str(REMINDER_WORDS[row.kind]), "on": row.due_on, "late": row.due_on < today} for row in reminders]


def intake_steps(current: int, *, person=None, case=None) -> list[dict]:
    """Return the steps of logging a new case; only those that can be opened again have an address."""
    consent = reverse("cases:consent", args=[person.pk]) if person is not None else ""
    words = [_("Search"), _("The person"), _("Consent"), _("Safety"), _("Need")]
    urls = [reverse("cases:new"), "", consent if current > 3 else "", "", ""]
    return [{"label": word, "url": url} for word, url in zip(words, urls, strict=True)]


def hidden_words(count: int) -> str:
    """Return what is said about matches that the actor may not open."""
    return ngettext(
        "%(count)d more match is held by another team. Ask your supervisor.",
        "%(count)d more matches are held by other teams. Ask your supervisor.",
        count,
    ) % {"count": count}
