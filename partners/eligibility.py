"""Whether a service takes a person: each rule fits, does not fit, or is not known (DOMAIN 2, G3). Pure Python.

A hard rule that does not fit excludes; a soft one asks for a reason. What is not known never excludes: it is a
question to ask (DOMAIN 13: nobody must tell a status). The same findings stand on the page of candidates, in the
guard before sending, and in the explanation of a score.
"""

from collections.abc import Mapping
from dataclasses import dataclass

RULES = (
    "age", "sex", "migration_status", "citizenship", "residence", "documents", "household", "language", "area",
)  # fmt: skip
USUALLY_SOFT = ("language", "area")  # an interpreter or a journey can mend them
UNTOLD_STATUS = frozenset({"not_asked", "unknown"})
UNTOLD_SEX = frozenset({"unknown"})
HOUSEHOLDS = ("single", "family", "family_with_children", "unaccompanied_child")
ADULT = 18
OLDEST = 130
MAX_AGE = 999  # 999 and 200 are met in the wild for "no highest age"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a person. None or empty means not known. Age in completed years; codes as in the code lists.

    `areas` are the district and its oblast. `documents` are the types held now; `no_documents` says that it is
    known that there are none.
    """

    age: int | None = None
    sex: str = "unknown"
    migration_status: str = "not_asked"
    citizenships: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    no_documents: bool = False
    household: str | None = None


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Whom a service takes. Empty means that it does not ask. `covers` are the areas it works in.

    An interpreter without `interpreter_languages` is one for any language.
    """

    minimum_age: int | None = None
    maximum_age: int | None = None
    sexes: frozenset[str] = frozenset()
    migration_statuses: frozenset[str] = frozenset()
    citizenships: frozenset[str] = frozenset()
    residence_areas: frozenset[str] = frozenset()
    document_types: frozenset[str] = frozenset()
    household_types: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    interpreter: bool = False
    interpreter_languages: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset(USUALLY_SOFT)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule that a service states. `fits` is None where it is not known; `code` is in the list eligibility_finding.

    `asked` are the codes (or the two ages) that the service asks for.
    """

    rule: str
    fits: bool | None
    hard: bool
    code: str
    asked: tuple = ()

    @property
    def excludes(self) -> bool:
        return self.hard and self.fits is False


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The findings of all rules that a service states, in the order of RULES."""

    findings: tuple[Finding, ...] = ()

    @property
    def excluded(self) -> bool:
        return any(finding.excludes for finding in self.findings)

    @property
    def failed_soft(self) -> tuple[str, ...]:
        return tuple(finding.rule for finding in self.findings if not finding.hard and finding.fits is False)

    @property
    def fitting(self) -> int:
        return sum(finding.fits is True for finding in self.findings)

    @property
    def share(self) -> float:
        """How much of what the service states fits, 0 to 1: a whole point a rule, half a point where not known."""
        points = {True: 1.0, None: 0.5, False: 0.0}
        return sum(points[finding.fits] for finding in self.findings) / len(self.findings) if self.findings else 1.0


def evaluate(facts: Facts, conditions: Conditions) -> Fit:
    """Return how a service fits a person, rule by rule. A rule that the service does not state has no finding."""
    stated = {
        "age": _age(facts.age, conditions),
        "sex": _shared("sex", {facts.sex} - UNTOLD_SEX, conditions.sexes),
        "migration_status": _shared(
            "migration_status", {facts.migration_status} - UNTOLD_STATUS, conditions.migration_statuses
        ),
        "citizenship": _shared("citizenship", facts.citizenships, conditions.citizenships),
        "residence": _shared("residence", facts.areas, conditions.residence_areas),
        "documents": _documents(facts, conditions.document_types),
        "household": _shared("household", {facts.household} - {None}, conditions.household_types),
        "language": _language(facts.languages, conditions),
        "area": _shared("area", facts.areas, conditions.covers),
    }
    return Fit(
        findings=tuple(
            Finding(rule=rule, hard=rule not in conditions.soft, **stated[rule]) for rule in RULES if stated[rule]
        )
    )


def _said(rule: str, fits: bool | None, asked, how: str = "") -> dict:
    words = {True: "fits", None: "unknown", False: how or "fails"}
    return {"fits": fits, "code": f"{rule}_{words[fits]}", "asked": tuple(asked)}


def _shared(rule: str, known, allowed) -> dict | None:
    if not allowed:
        return None
    return _said(rule, bool(set(known) & set(allowed)) if known else None, sorted(allowed))


def _age(age: int | None, conditions: Conditions) -> dict | None:
    low, high = conditions.minimum_age, conditions.maximum_age
    if low is None and high is None:
        return None
    if age is None:
        return _said("age", None, (low, high))
    if low is not None and age < low:
        return _said("age", False, (low, high), "below")
    if high is not None and age > high:
        return _said("age", False, (low, high), "above")
    return _said("age", True, (low, high))


def _documents(facts: Facts, allowed: frozenset[str]) -> dict | None:
    """A paper that nobody wrote down may be there all the same: only "has none" is known not to fit."""
    if not allowed:
        return None
    fits = True if facts.documents & allowed else False if facts.no_documents and not facts.documents else None
    return _said("documents", fits, sorted(allowed))


def _language(known: frozenset[str], conditions: Conditions) -> dict | None:
    """A spoken language comes first; then an interpreter, of any language or of those that are named."""
    if not conditions.languages and not conditions.interpreter:
        return None
    named = conditions.interpreter_languages if conditions.interpreter else frozenset()
    if not known & conditions.languages and conditions.interpreter and (not named or known & named):
        return {"fits": True, "code": "language_interpreter", "asked": tuple(sorted(known & named))}
    return _shared("language", known, conditions.languages | named)


def contradictions(conditions: Conditions, *, parents: Mapping[str, str | None]) -> dict[str, str]:
    """Return {field: code} of what nobody could ever meet; the codes are in the list eligibility_contradiction.

    `parents` maps a district to its oblast, so that a district inside a covered oblast is no contradiction.
    """
    found = {}
    low, high = conditions.minimum_age, conditions.maximum_age
    if low is not None and high is not None and low > high:
        found["maximum_age"] = "ages_reversed"
    elif low is not None and low > OLDEST:
        found["minimum_age"] = "age_too_high"
    if conditions.household_types == {"unaccompanied_child"} and low is not None and low >= ADULT:
        found["household_types"] = "child_and_adult"
    if conditions.sexes & UNTOLD_SEX:
        found["sexes"] = "asks_for_unknown"
    if conditions.migration_statuses & UNTOLD_STATUS:
        found["migration_statuses"] = "asks_for_unknown"
    elif conditions.citizenships and conditions.migration_statuses == {"stateless"}:
        found["citizenships"] = "citizen_and_stateless"
    if conditions.residence_areas and conditions.covers and not _meet(conditions, parents):
        found["residence_areas"] = "residence_not_covered"
    if conditions.soft - set(RULES):
        found["soft_rules"] = "unknown_rule"
    return found


def _meet(conditions: Conditions, parents: Mapping[str, str | None]) -> bool:
    def chain(area: str) -> set[str]:
        return {area, parents.get(area) or area}

    return any(
        one in chain(other) or other in chain(one) for one in conditions.residence_areas for other in conditions.covers
    )
