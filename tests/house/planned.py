"""Rows of assessment, screen, plan and absence for the twin test."""

from cases.models import (
    Absence,
    Appointment,
    Assessment,
    Determinants,
    Goal,
    PlanAgreement,
    RiskReview,
    Screening,
    Task,
    TraffickingStatus,
)
from core.actors import acting
from tests.world import NOON


def populate_plan(w, cases) -> None:
    """Assessments, screens, plans, appointments and absences, of class 3 and 4, in the cases of two organisations."""
    for short, where in cases:
        actor = w.actors[short]
        common = {"organisation_id": actor.organisation_id, "case": where}
        with acting(actor):
            assessment = Assessment(tool="t", tool_version="1", held_on=NOON.date(), started_at=NOON, **common)
            assessment.save(force_insert=True)
            for field_class in (3, 4):
                Determinants(assessment=assessment, field_class=field_class, **common).save(force_insert=True)
                Goal(field_class=field_class, text="G", created_at=NOON, **common).save(force_insert=True)
                Appointment(field_class=field_class, kind="office", starts_at=NOON, created_at=NOON, **common).save(
                    force_insert=True
                )
                Task(kind="own", text="T", field_class=field_class, created_at=NOON, **common).save(force_insert=True)
            levels = dict.fromkeys(("former", "wanted", "level"), "low")
            RiskReview(at=NOON, next_on=NOON.date(), **levels, **common).save(force_insert=True)
            PlanAgreement(agreed_on=NOON.date(), at=NOON, **common).save(force_insert=True)
            Screening(group="adult_labour", tool_version="1", held_at=NOON, **common).save(force_insert=True)
            TraffickingStatus(status="possible", at=NOON, **common).save(force_insert=True)
    for away, cover in (("caseworker", "colleague"), ("partner", "worker")):
        with acting(w.actors[away]) as actor:
            Absence(
                organisation_id=actor.organisation_id,
                member=w.members[away],
                substitute=w.members[cover],
                from_on=NOON.date(),
                until_on=NOON.date(),
                created_at=NOON,
            ).save(force_insert=True)
