"""Why a service stands where it stands, in words: the same findings and terms that the order came from."""

from collections.abc import Mapping
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import dates
from core.codelists import label
from partners.conditions import finding_words
from partners.eligibility import Finding, Fit
from referral.matching import NEAR_KM, Part, total
from referral.ranking import NO_PLACES, PAUSED, Asked


def reasons(fit: Fit, asked: Asked, capacity, status: str, *, areas: Mapping[str, str]) -> list[dict]:
    """Return [{"tone": ok | warn | stop, "text", "code"}]: what fits and what does not, places, distance, hours.

    `capacity` is the row or None; `status` is a capacity_status, "unknown" or "paused".
    """
    found = [of_finding(finding, areas=areas) for finding in fit.findings]
    if any(reason["tone"] == "stop" for reason in found):  # a rule that excludes is said first
        found.sort(key=lambda reason: reason["tone"] != "stop")
    found.append(_of_places(NO_PLACES in asked.excluded, capacity, status))
    if asked.km is not None:
        tone = "ok" if asked.km <= NEAR_KM else "warn"
        found.append({"tone": tone, "text": _("%(km)s km away") % {"km": round(asked.km)}, "code": "distance"})
    if asked.open is not None:
        words = _("Open now") if asked.open else _("Closed now")
        found.append({"tone": "ok" if asked.open else "warn", "text": words, "code": "open_now"})
    return found


def of_finding(finding: Finding, *, areas: Mapping[str, str]) -> dict:
    """Return one rule as a reason."""
    tone = "ok" if finding.fits else "stop" if finding.excludes else "warn"
    return {"tone": tone, "text": finding_words(finding, areas=areas), "code": finding.code}


def _of_places(full: bool, capacity, status: str) -> dict:
    known = status not in ("unknown", PAUSED)
    if (full and known) or (known and capacity.free == 0 and status == "capacity"):
        text = _("No free places")
        if capacity.expected_on:
            text = _("No free place until %(day)s") % {"day": dates.day(capacity.expected_on)}
        return {"tone": "stop" if full else "warn", "text": text, "code": NO_PLACES}
    words = {
        "capacity": ("ok", _("Has places")),
        "waitlist": ("warn", _("Has a waiting list")),
        "no_capacity": ("stop", _("No free places")),
        "assessment_required": ("warn", _("Assesses first")),
        "unknown": ("warn", _("Places not confirmed for 7 days")),
        PAUSED: ("stop", _("Paused")),
    }[status]
    return {"tone": words[0], "text": words[1], "code": f"places_{status}"}


def answer_words(hours: float, *, observed: bool) -> str:
    """Return how soon a service usually answers; "" where too few referrals say so."""
    if not observed:
        return ""
    if hours < 1:
        return _("Usually answers within the hour")
    if hours < 48:
        number = round(hours)
        return ngettext("Usually answers in %(n)s hour", "Usually answers in %(n)s hours", number) % {"n": number}
    days = round(hours / 24)
    return ngettext("Usually answers in %(n)s day", "Usually answers in %(n)s days", days) % {"n": days}


def lines(parts: tuple[Part, ...]) -> list[dict]:
    """Return the score term by term: {"code", "label", "value" (per cent), "weight", "points" (two digits)}.

    The points as shown add up to the score as shown: each is what the rounded sum grows by.
    """
    sums = [round(total(parts[:number]), 2) for number in range(len(parts) + 1)]
    return [
        {
            "code": part.code,
            "label": label("matching_term", part.code),
            "value": round(100 * part.value),
            "weight": part.weight,
            "points": round(after - before, 2),
        }
        for part, (before, after) in zip(parts, pairwise(sums), strict=True)
    ]
