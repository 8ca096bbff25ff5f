"""What becomes of each table of persons and cases when a record is erased (DOMAIN 12). One declaration a table."""

from django.db import connection

from cases.models import Case, Consent, Grant, Household, Need, Person
from core.actors import NOBODY, SYSTEM
from core.erasure import BLANK, DELETE, KEEP, THROUGH, beginning_of, finds, goes_by_age, table
from core.policies import contribute
from core.references import reference

_SHELL = "a shell with a new number stays, so that the trail leads somewhere and to nobody"
_CODES = "codes, times and keys of shells only"


@finds
def of_cases(ids, actor) -> dict:
    """The needs of the cases, and the consents of the persons."""
    cases, persons = ids.get("case", ()), ids.get("person", ())
    return {
        "need": Need.objects.visible_to(actor).filter(case_id__in=cases).values_list("pk", flat=True),
        "consent": Consent.objects.visible_to(actor).filter(person_id__in=persons).values_list("pk", flat=True),
    }


@finds
def of_merges(ids, actor) -> dict:
    """The shells that were merged into the persons: what they say of the person goes with it."""
    return {
        "person": Person.objects.visible_to(actor)
        .filter(merged_into__in=ids.get("person", ()))
        .values_list("pk", flat=True)
    }


def close_grants(ids) -> None:
    """Let nobody in any more, but a receiver that still works on a case of its own opened from the referral."""
    grants = Grant.objects.visible_to(SYSTEM).filter(case_id__in=ids.get("case", ()), closed_at=None)
    running = Case.objects.visible_to(SYSTEM).filter(
        parent_referral_id__in=grants.values("referral_id"), erased_at=None
    )
    gone = Case.objects.visible_to(SYSTEM).filter(pk__in=ids.get("case", ()), erased_at__isnull=False)
    for pk, at in gone.values_list("pk", "erased_at"):
        rows = grants.filter(case_id=pk).exclude(referral_id__in=running.values("parent_referral_id"))
        rows.update(closed_at=at, close_reason="erased")


def leave_households(ids) -> None:
    """Take the persons out of their households; one that is empty goes."""
    gone = set(ids.get("person", ()))
    for household in Household.objects.visible_to(SYSTEM).filter(member_ids__overlap=list(gone)) if gone else ():
        household.member_ids = [pk for pk in household.member_ids if pk not in gone]
        if not household.member_ids:
            household.delete()
            continue
        if household.head_id in gone:
            household.head = None
        household.save(update_fields=["member_ids", "head"])


table(
    "cases.Person",
    by={"pk": "person"},
    how=BLANK,
    why=_SHELL,
    blank={
        "reference": lambda: reference("P"),
        "registered_by_id": NOBODY,
        "sex": "unknown",
        "gender": "",
        "birth_date": None,
        "birth_precision": "unknown",
        "citizenships": [],
        "country_of_birth": "",
        "languages": [],
        "area": None,
        "contact_channel": "none",
        "contact_value": "",
        "contact_hours": "",
        "contact_warning": "",
        "safe_phrase": "",
        "caregiver": "",
        "unaccompanied": False,
        "unnamed": False,
        "restricted_at": None,
        "contact_from": None,
        "contact_to": None,
        "match_keys": [],
    },
)
table("cases.PersonName", by={"person_id": "person"}, how=DELETE, why="a name is the person")
table(
    "cases.DuplicateCandidate",
    by={"low_id": "person", "high_id": "person"},
    how=DELETE,
    why="a person who is erased is like nobody",
)
table(
    "cases.MergeRecord",
    by={"survivor_id": "person", "shell_id": "person"},
    how=DELETE,
    why="what stood before a merge is the person; there is nothing to put back",
)
for _label in ("PersonDocument", "ContactWay", "BestInterests"):
    table(f"cases.{_label}", by={"person_id": "person"}, how=DELETE, why="what was known of one person")
table(
    "cases.Relation",
    by={"person_id": "person", "other_id": "person"},
    how=DELETE,
    why="who was who to the person; the other's own record stays",
)
table(
    "cases.Household",
    by={"head_id": "person"},
    how=THROUGH,
    why="the others go on living together",
    through=leave_households,
)
table("cases.IntakeDraft", by={"person_id": "person", "case_id": "case"}, how=DELETE, why="what was typed before it")
table("cases.CallEntry", by={"case_id": "case"}, how=DELETE, why="what a caller said")
table("cases.MigrationStatus", by={"person_id": "person"}, how=DELETE, why="its group stays in the figure")
table(
    "cases.Consent",
    by={"person_id": "person"},
    how=BLANK,
    why="what was shared, with whom and on which agreement is answered for as long as the trail",
    blank={"representative": "", "evidence": "", "language": "und"},
)
table(
    "cases.Case",
    by={"pk": "case"},
    how=BLANK,
    why=_SHELL,
    blank={
        "reference": lambda: reference("C"),
        "closure_note": "",
        "told_note": "",
        "basis_note": "",
        "no_need_reason": "",
        "last_contact_at": None,
        "first_contact_due_at": None,
        "review_due_on": None,
    },
)
table("cases.Need", by={"case_id": "case"}, how=BLANK, why=_CODES, blank={"description": ""})
table("cases.Task", by={"case_id": "case"}, how=BLANK, why=_CODES, blank={"text": "", "goal": None})
for _label in ("Assessment", "Determinants", "RiskReview", "Screening", "TraffickingStatus"):
    table(
        f"cases.{_label}", by={"case_id": "case"}, how=DELETE, why="what was seen of a person; nothing is counted on it"
    )
table(
    "cases.Emergency",
    by={"case_id": "case"},
    how=BLANK,
    why="who opened a case in an emergency, and whether it was right, is answered for as long as the trail",
    blank={"reference": "", "note": "", "review_note": ""},
)
table(
    "cases.Approval",
    by={"case_id": "case"},
    how=BLANK,
    why="that two people looked, and who they were",
    blank={"note": "", "facts": {}, "answer_note": ""},
)
table(
    "cases.CaseTransfer",
    by={"case_id": "case", "new_case_id": "case"},
    how=BLANK,
    why="which organisations handed a case over, when and on which consent",
    blank={"note": "", "summary": {}, "answer_note": "", "task_ids": [], "appointment_ids": []},
)
for _label in ("NoteWording", "Note"):
    table(f"cases.{_label}", by={"case_id": "case"}, how=DELETE, why="words about a life; nothing is counted on them")
table("cases.Document", by={"case_id": "case"}, how=DELETE, why="the sealed file goes with the next sweep")
for _label in ("Goal", "PlanAgreement", "Appointment"):
    table(f"cases.{_label}", by={"case_id": "case"}, how=DELETE, why="a plan is about one life; needs carry the figure")
table("cases.Reminder", by={"case_id": "case", "person_id": "person"}, how=DELETE, why="nothing is due any more")
for _label in ("Answers", "AnswerIndex"):
    table(
        f"cases.{_label}",
        by={"case_id": "case", "person_id": "person"},
        how=DELETE,
        why="what an organisation asked beyond our own questions",
    )
table(
    "cases.ImportRow",
    by={"person_id": "person", "case_id": "case"},
    how=DELETE,
    why="a line of a file that is the person",
)
table("cases.Grant", by={"case_id": "case"}, how=THROUGH, why="who could see it stays known", through=close_grants)
table(
    "cases.Retention",
    by={"case_id": "case", "person_id": "person"},
    how=BLANK,
    why="that it was erased, and when",
    blank={"reference": lambda: reference("X")},
)
table(
    "cases.LegalHold",
    by={"person_id": "person"},
    how=BLANK,
    why="that it was held, by whom and until when",
    blank={"reference": lambda: reference("X"), "note": ""},
)
table(
    "cases.DataRequest",
    by={"person_id": "person"},
    how=BLANK,
    why="that the request was answered in time",
    blank={"person_reference": lambda: reference("X"), "note": "", "answer": "", "lift_note": ""},
)

# The trail of the core: identifiers and codes. The identifiers now lead to shells, so they name nobody.
table("core.Event", by={"case_id": "case"}, how=KEEP, why="identifiers and codes; goes after its own time")
table("core.Reading", by={"about": "person"}, how=KEEP, why="identifiers and codes; goes after its own time")


_FORGET_TRAIL = """
-- The trail is append-only for everybody; only what is older than any organisation may choose can be taken away.
CREATE OR REPLACE FUNCTION waymark.forget_trail(organisation uuid, before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE gone uuid[]; readings integer;
BEGIN
    IF before > now() - interval '1 year' THEN
        RAISE EXCEPTION 'the trail of the last year is not forgotten' USING ERRCODE = '23514';
    END IF;
    SELECT array_agg(id) INTO gone FROM (
        SELECT id FROM public.core_event
        WHERE organisation_ids @> ARRAY[organisation] AND at < before
            AND coalesce(actor_organisation_id, organisation_ids[1]) = organisation
        LIMIT 10000
    ) old;
    DELETE FROM public.core_feed WHERE event_id = ANY(gone);
    DELETE FROM public.core_event WHERE id = ANY(gone);
    DELETE FROM public.core_reading WHERE organisation_id = organisation AND at < before;
    GET DIAGNOSTICS readings = ROW_COUNT;
    RETURN coalesce(cardinality(gone), 0) + readings;
END $$;
REVOKE ALL ON FUNCTION waymark.forget_trail(uuid, timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.forget_trail(uuid, timestamptz) TO waymark_worker;
"""


contribute("cases_forget_trail", lambda: _FORGET_TRAIL)


@goes_by_age("audit")
def forget_trail(*, organisation_id, before, at) -> int:
    """Take away the events and readings of one organisation that are older than its time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.forget_trail(%s, %s)", [organisation_id, beginning_of(before)])
        return cursor.fetchone()[0]
