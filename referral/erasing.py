"""What becomes of each table of referrals when the sender's record is erased (DOMAIN 12). One declaration a table."""

from django.db import connection
from django.db.models import Q

from cases.models import Case
from core.actors import SYSTEM
from core.erasure import BLANK, KEEP, THROUGH, beginning_of, finds, goes_by_age, table
from core.policies import contribute
from core.references import reference
from referral.models import Referral, StepTaken
from referral.states import S, codes

_CODES = "codes, times and keys of shells only"
_SAID = "what was disclosed and said goes, unless the receiver still works on a case of its own with it"
NEVER_TAKEN = codes({S.DECLINED, S.EXPIRED, S.WITHDRAWN, S.CANCELLED})


@finds
def of_referrals(ids, actor) -> dict:
    """The referrals of the cases, and those from which the cases were opened."""
    cases = Case.objects.visible_to(actor).filter(pk__in=ids.get("case", ()))
    own = Q(case_id__in=cases.values("pk"))
    received = Q(pk__in=cases.filter(parent_referral_id__isnull=False).values("parent_referral_id"))
    received &= Q(case__erased_at__isnull=False)  # the sender's record went before
    return {"referral": Referral.objects.visible_to(actor).filter(own | received).values_list("pk", flat=True)}


def erase_said(ids) -> None:
    """Delete packets and messages, and blank what was written with the steps; the worker may not do it by itself."""
    wanted = set(ids.get("referral", ()))
    running = Case.objects.visible_to(SYSTEM).filter(parent_referral_id__in=wanted, erased_at=None)
    wanted -= set(running.values_list("parent_referral_id", flat=True))
    empty = StepTaken._meta.get_field("text").get_db_prep_value("", connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.erase_said(%s::uuid[], %s)", [[str(pk) for pk in sorted(wanted)], empty])


table(
    "referral.Referral",
    by={"pk": "referral"},
    how=BLANK,
    why=_CODES,
    blank={"reference": lambda: reference("R"), "draft_note": "", "share": {}},
)
table("referral.Packet", by={"referral_id": "referral"}, how=THROUGH, why=_SAID, through=erase_said)
table("referral.Message", by={"referral_id": "referral"}, how=THROUGH, why=_SAID, through=erase_said)
table("referral.StepTaken", by={"referral_id": "referral"}, how=THROUGH, why="steps stay, words go", through=erase_said)
table("referral.Deadline", by={"referral_id": "referral"}, how=KEEP, why=_CODES)
table("referral.Escalation", by={"referral_id": "referral"}, how=KEEP, why=_CODES)
table(
    "referral.AnswerLink",
    by={"referral_id": "referral"},
    how=BLANK,
    why="that a partner answered by a link stays",
    blank={"address": "", "number": ""},
)
table("referral.PhoneCall", by={"referral_id": "referral"}, how=BLANK, why=_CODES, blank={"spoke_to": ""})
table("referral.Batch", by={"case_id": "case"}, how=KEEP, why=_CODES)
table("referral.BatchRow", by={"need_id": "need"}, how=KEEP, why=_CODES)
table("referral.Route", by={"need_id": "need"}, how=KEEP, why=_CODES)
table("referral.RouteStop", by={"referral_id": "referral"}, how=KEEP, why=_CODES)
table(
    "referral.Amendment",
    by={"referral_id": "referral"},
    how=BLANK,
    why="that it was corrected stays; the words go",
    blank={"reason": ""},
)
table("referral.Correction", by={"referral_id": "referral"}, how=KEEP, why="about an entry of the directory")
table("referral.UnmetNeed", by={"need_id": "need"}, how=KEEP, why="category and area for planners; leads to a shell")

_ERASE_SAID = """
-- Packets, messages and steps are append-only. What an erased record disclosed and said goes all the same: only
-- where the sender's case is erased already, so that calling it at will does nothing.
CREATE OR REPLACE FUNCTION waymark.erase_said(wanted uuid[], empty_text bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE gone uuid[];
BEGIN
    SELECT array_agg(r.id) INTO gone FROM public.referral_referral r JOIN public.cases_case c ON c.id = r.case_id
        WHERE r.id = ANY(wanted) AND c.erased_at IS NOT NULL;
    DELETE FROM public.referral_packet WHERE referral_id = ANY(gone);
    DELETE FROM public.referral_message WHERE referral_id = ANY(gone);
    UPDATE public.referral_steptaken SET text = empty_text WHERE referral_id = ANY(gone);
END $$;
REVOKE ALL ON FUNCTION waymark.erase_said(uuid[], bytea) FROM public;
GRANT EXECUTE ON FUNCTION waymark.erase_said(uuid[], bytea) TO waymark_worker;
"""


_FORGET_DECLINED = """
-- What a partner had received that did not take the referral (DOMAIN 12): its access ended at once, the copy goes.
CREATE OR REPLACE FUNCTION waymark.forget_declined(organisation uuid, before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
DECLARE gone integer;
BEGIN
    DELETE FROM public.referral_packet WHERE referral_id IN (
        SELECT r.id FROM public.referral_referral r
        WHERE r.receiver_id = organisation AND r.state IN (STATES) AND r.closed_at < before
            AND NOT EXISTS (SELECT FROM public.cases_grant g WHERE g.referral_id = r.id AND g.closed_at IS NULL)
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION waymark.forget_declined(uuid, timestamptz) FROM public;
GRANT EXECUTE ON FUNCTION waymark.forget_declined(uuid, timestamptz) TO waymark_worker;
"""


contribute("referral_erase_said", lambda: _ERASE_SAID)
contribute(
    "referral_forget_declined",
    lambda: _FORGET_DECLINED.replace("STATES", ", ".join(f"'{state}'" for state in NEVER_TAKEN)),
)


@goes_by_age("declined_packet")
def forget_declined(*, organisation_id, before, at) -> int:
    """Delete the packets that a receiver never took, once their time is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.forget_declined(%s, %s)", [organisation_id, beginning_of(before)])
        return cursor.fetchone()[0]
