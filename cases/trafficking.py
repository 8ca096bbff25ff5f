"""The trafficking screen: signs in six dimensions, each strong, medium or weak (DOMAIN 6). Data, no database.

The structure of six dimensions is that of the operational indicators of ILO and the European Commission; the words
are our own. What is found is a prompt to a person: `suggests` never says more than `possible`, and a screen without
signs rules nothing out.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

SCREEN_VERSION = "1"
DIMENSIONS = (
    "deceptive_recruitment",
    "coercive_recruitment",
    "abuse_at_recruitment",
    "exploitation",
    "coercion",
    "abuse_at_destination",
)
STRENGTHS = ("strong", "medium", "weak")
ANSWERS = ("present", "absent", "unknown", "not_asked")

# HTCDS 2.0 picklists: codes are facts of the standard, the words beside them stand in words_trafficking.py.
MEANS = (
    "AtAPlaceOfBusiness", "AtAnEducationalInstitution", "AtWork", "ThroughOnlineSocialNetworks",
    "ThroughAnOnlineAdvertisement", "ThroughATelevisionAdvert", "ThroughANewspaperAdvert",
    "ThroughFamilyOrFamilyEvents", "ThroughFriendsOrSocialEvents", "Other",
)  # fmt: skip
CONTROL = (
    "PhysicalThreats", "ThreatsLawEnforcement", "ThreatensChildrenFamily", "DebtBondage", "FalsePromises",
    "PhysicalAbuse", "SexualAbuse", "TakesEarnings", "RestrictsFinancialAccess", "RestrictsMedicalCare",
    "WithholdsNecessities", "PsychologicalAbuse", "PsychoactiveSubstance", "ExcessiveWorkingHours",
    "WithholdsDocuments", "Other",
)  # fmt: skip
EXPLOITATION = (
    "ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude",
    "ForcedMilitaryByNonStateActors", "OrganRemoval", "ForcedBegging", "ForcedAdoption", "Surrogacy", "Other",
)  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """One sign, with its words in three languages."""

    code: str
    dimension: str
    strength: str
    groups: frozenset[str]
    words: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """What it is called in the active language."""
        words = dict(self.words)
        return words.get((get_language() or "en")[:2]) or words["en"]


@cache
def _all() -> dict[str, Sign]:
    with (Path(__file__).parent / "data" / "trafficking_signs.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Sign(
                row["code"],
                row["dimension"],
                row["strength"],
                frozenset(row["groups"].split()),
                tuple((language, row[language]) for language in ("en", "ru", "be")),
            )
            for row in csv.DictReader(file)
        }


def signs_for(group: str) -> dict[str, Sign]:
    """Return the signs that one group (adult or child, labour or sexual) is asked, by code."""
    return {code: sign for code, sign in _all().items() if group in sign.groups}


def found(group: str, answers: dict[str, str]) -> dict[str, Counter]:
    """Return how many signs of which strength are present, by dimension; only dimensions with a sign."""
    seen: dict[str, Counter] = {}
    for code, sign in signs_for(group).items():
        if answers.get(code) == "present":
            seen.setdefault(sign.dimension, Counter())[sign.strength] += 1
    return seen


def suggests(group: str, answers: dict[str, str]) -> bool:
    """Return whether the signs are a reason to think of trafficking: one strong one, or two of medium strength.

    Kept low on purpose: who asks too often loses an hour, who asks too seldom loses a person. For a child, any
    sign of exploitation is enough, since a child cannot consent to it.
    """
    seen = found(group, answers)
    together = sum(seen.values(), Counter())
    if group.startswith("child") and "exploitation" in seen:
        return True
    return together["strong"] > 0 or together["strong"] + together["medium"] > 1
