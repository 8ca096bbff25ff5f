"""From a candidate to the plain values that components draw. No query."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from referral.candidates import Candidate
from referral.reasons import answer_words, lines


def _fits(fits: int, of: int) -> str:
    if not of:
        return _("Takes everybody")
    if fits == of:
        return _("Fits all %(count)s") % {"count": of}
    return _("Fits %(fits)s of %(count)s") % {"fits": fits, "count": of}


def match_card(candidate: Candidate) -> dict:
    """Return a candidate as the `match` component takes it."""
    service, findings = candidate.service, candidate.fit.findings
    fits, capacity = candidate.fit.fitting, candidate.maximum
    return {
        "rank": candidate.rank,
        "name": service.label,
        "url": reverse("partners:service", args=[service.pk]),
        "organisation": service.organisation.label,
        "place": "",
        "full": fits == len(findings),
        "fits": _fits(fits, len(findings)),
        "chosen": False,
        "reasons": candidate.reasons,
        "places": ngettext("%(free)s of %(maximum)s place free", "%(free)s of %(maximum)s places free", capacity)
        % {"free": candidate.free, "maximum": capacity}
        if capacity
        else "",
        "share_taken": round(100 * (capacity - candidate.free) / capacity) if capacity else None,
        "answers": answer_words(candidate.hours, observed=candidate.observed),
        "parts": lines(candidate.parts),
        "score": f"{candidate.score:.2f}",
        "best": f"{sum(part.weight for part in candidate.parts):.2f}",
    }


def unfit_line(candidate: Candidate) -> dict:
    """Return a service that does not fit: its name and nothing but what excludes it."""
    return {
        "name": candidate.service.label,
        "organisation": candidate.service.organisation.label,
        "url": reverse("partners:service", args=[candidate.service.pk]),
        "why": [reason["text"] for reason in candidate.reasons if reason["tone"] == "stop"],
    }
