"""Why two records may be of one person, in words: the codes of `cases.duplicates` (DOMAIN 14)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What a code says, without its sign. A code that is not here is not shown: another one says it already.
WORDS = {
    "name_same": _("The names are the same"),
    "name_alike": _("The names are spelled alike"),
    "name_close": _("The names resemble each other"),
    "name_far": _("The names resemble each other a little"),
    "name_differs": _("The names differ"),
    "given_differs": _("Another given name"),
    "family_differs": _("Another family name"),
    "father_same": _("The same patronymic or father’s name"),
    "father_differs": _("Another patronymic or father’s name"),
    "birth_same": _("The same birth date"),
    "birth_swapped": _("Day and month of birth have changed places"),
    "birth_year_off": _("The year of birth is one apart"),
    "birth_same_year": _("The same year of birth; one date is not exact"),
    "birth_part": _("The same year of birth, another day"),
    "birth_year_slip": _("The same birthday in another year"),
    "birth_differs": _("Another birth date"),
    "sex_same": _("The same sex"),
    "sex_differs": _("Another sex"),
    "citizenship_same": _("The same citizenship"),
    "citizenship_differs": _("Another citizenship"),
    "phone_same": _("The same telephone number"),
    "document_same": _("The same document number"),
    "document_close": _("A document number that differs in one character"),
    "document_differs": _("Another document number"),
}


def reason_words(reasons) -> list[dict]:
    """Return what speaks for one person and against it, as drawn: [{tone, text}]."""
    return [
        {"tone": "ok" if reason.startswith("+") else "warn", "text": str(WORDS[reason[1:]])}
        for reason in reasons
        if reason[1:] in WORDS
    ]


def sentence(reasons) -> str:
    """Return the reasons in one line."""
    return " · ".join(row["text"] for row in reason_words(reasons))


def score_words(score: float) -> str:
    """Return how likely it is, in words and per cent; never "certain"."""
    per_cent = min(99, round(score * 100))
    return gettext("%(per_cent)d %% alike") % {"per_cent": per_cent}
