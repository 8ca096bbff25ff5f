"""Whether a service fits a person's need: hard rules exclude, soft rules ask for a reason (G3). Pure Python."""

from dataclasses import dataclass, field

RULES = ("age", "sex", "migration_status", "citizenship", "language", "area")
ALWAYS_SOFT = frozenset({"language", "area"})  # an interpreter or a journey can mend them


@dataclass(frozen=True, kw_only=True)
class Wants:
    """What is known of the person. None or empty means unknown, and unknown never excludes. Age in years."""

    age: int | None = None
    sex: str = "unknown"
    migration_status: str = "not_asked"
    citizenships: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()  # the district and its oblast


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What the service takes. Empty means any."""

    minimum_age: int | None = None
    maximum_age: int | None = None
    sexes: frozenset[str] = frozenset()
    migration_statuses: frozenset[str] = frozenset()
    citizenships: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    interpreter: bool = False
    areas: frozenset[str] = frozenset()  # empty: the whole country
    soft: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule: `fits` is True, False, or None where something is not known."""

    rule: str
    fits: bool | None
    hard: bool


@dataclass(frozen=True, kw_only=True)
class Fit:
    """All findings, and the score they give: one point a rule that fits, half a point where unknown."""

    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def excluded(self) -> bool:
        return any(finding.hard and finding.fits is False for finding in self.findings)

    @property
    def failed_soft(self) -> tuple[str, ...]:
        return tuple(f.rule for f in self.findings if not f.hard and f.fits is False)

    @property
    def fitting(self) -> int:
        return sum(finding.fits is True for finding in self.findings)

    @property
    def score(self) -> float:
        return sum({True: 1.0, None: 0.5, False: 0.0}[finding.fits] for finding in self.findings)


def fit(wants: Wants, offers: Offers) -> Fit:
    """Return how a service fits a person, rule by rule, in the order of RULES."""
    found = {
        "age": _age(wants.age, offers),
        "sex": _within({wants.sex} - {"unknown"}, offers.sexes),
        "migration_status": _within({wants.migration_status} - {"not_asked", "unknown"}, offers.migration_statuses),
        "citizenship": _within(wants.citizenships, offers.citizenships),
        "language": True if offers.interpreter else _within(wants.languages, offers.languages),
        "area": _within(wants.areas, offers.areas),
    }
    return Fit(
        findings=tuple(
            Finding(rule=rule, fits=found[rule], hard=rule not in ALWAYS_SOFT and rule not in offers.soft)
            for rule in RULES
        )
    )


def _age(age: int | None, offers: Offers) -> bool | None:
    if offers.minimum_age is None and offers.maximum_age is None:
        return True
    if age is None:
        return None
    return (offers.minimum_age or 0) <= age <= (offers.maximum_age if offers.maximum_age is not None else 200)


def _within(known, allowed) -> bool | None:
    if not allowed:
        return True
    if not known:
        return None
    return bool(set(known) & set(allowed))
