"""What of an erased case is counted on: bands, groups and months that lead to nobody (DOMAIN 12, StatRow)."""

from datetime import date

from django.utils import timezone

from cases.models import Case, StatRow
from cases.models.persons import present_status

BAND = 5  # years
# Groups of the list `migration_status`: fine enough for planning, too coarse for finding somebody.
GROUPS = {
    **dict.fromkeys(("temporary_stay", "temporary_residence", "permanent_residence"), "residence"),
    **dict.fromkeys(
        (
            "asylum_seeker",
            "refugee",
            "complementary_protection",
            "temporary_protection",
            "asylum_granted",
            "stateless",
        ),
        "protection",
    ),
    **dict.fromkeys(("irregular", "removal_decision", "transit"), "irregular"),
    **dict.fromkeys(("national", "national_returnee"), "national"),
}


def figure_of(case: Case, *, needs, statuses) -> StatRow:
    """Return the unsaved row of figures for a case (with its `person`), its Need and MigrationStatus rows."""
    person = case.person
    # By category: the order in which needs were recorded would be one more thing to recognise a case by.
    settled = sorted((need.category, need.status) for need in needs)
    opened, closed = timezone.localdate(case.opened_at), _day(case.closed_at)
    return StatRow(
        organisation_id=case.organisation_id,
        birth_band=_band(person.birth_date),
        sex=person.sex,
        status_group=GROUPS.get(present_status(statuses), "unknown"),
        citizenship=sorted(person.citizenships)[0] if person.citizenships else "",
        oblast_id=_oblast(person.area),
        entry_point=case.entry_point,
        risk_level=case.risk_level,
        need_categories=[category for category, _status in settled],
        need_outcomes=[status for _category, status in settled],
        opened_month=opened.replace(day=1),
        closed_month=closed.replace(day=1) if closed else None,
        days_open=(closed - opened).days if closed else None,
        closure_reason=case.closure_reason,
    )


def _day(moment) -> date | None:
    return timezone.localdate(moment) if moment else None


def _band(born: date | None) -> str:
    if born is None:
        return ""
    first = born.year - born.year % BAND
    return f"{first}-{first + BAND - 1}"


def _oblast(area) -> str | None:
    return (area.parent_id or area.pk) if area else None
