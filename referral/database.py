"""The lifecycle's second lock: SQL generated from the table of steps (ARCHITECTURE, One door)."""

from core.policies import contribute
from partners.roles import ROLES
from referral.states import NEED_BECOMES, SHOWS_IDENTITY, codes, pairs


def _trigger() -> str:
    allowed = ",\n        ".join(f"('{source}', '{target}')" for source, target in pairs())
    return f"""
CREATE OR REPLACE FUNCTION waymark.keep_lifecycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN (
        {allowed}
    ) THEN
        RAISE EXCEPTION 'a referral does not go from % to %', OLD.state, NEW.state USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_lifecycle ON referral_referral;
CREATE TRIGGER keep_lifecycle BEFORE UPDATE OF state ON referral_referral
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_lifecycle();
"""


def _settle_need() -> str:
    cases = "\n            ".join(
        f"WHEN '{state}' THEN '{need}'" for state, need in sorted(NEED_BECOMES.items(), key=lambda pair: pair[0].value)
    )
    return f"""
-- The receiver may not see the sender's need, yet its answer changes it: so this goes round the policy. What it
-- writes follows from the stored state of a referral of one's own alone, so calling it at will does no harm.
CREATE OR REPLACE FUNCTION waymark.settle_need(wanted uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        UPDATE public.cases_need n SET status = CASE
            WHEN EXISTS (SELECT FROM public.referral_referral o WHERE o.need_id = n.id
                AND o.state IN ('accepted', 'in_progress', 'on_hold')) THEN 'in_referral'
            ELSE CASE r.state
            {cases}
            ELSE n.status END END
        FROM public.referral_referral r
        WHERE r.id = wanted AND n.id = r.need_id AND n.status IN ('open', 'in_referral')
            AND (session_user = 'waymark_worker' OR waymark.organisation_id() IN (r.sender_id, r.receiver_id))
    $$;
REVOKE ALL ON FUNCTION waymark.settle_need(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.settle_need(uuid) TO waymark_app, waymark_worker;
"""


def _has_desk() -> str:
    answering = ", ".join(f"'{role}'" for role in sorted(ROLES) if "referral.answer" in ROLES[role])
    return f"""
-- Whether somebody of an organisation can answer (G7): a yes or no about colleagues whom a sender may not list.
CREATE OR REPLACE FUNCTION waymark.has_desk(organisation uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT EXISTS (
            SELECT FROM public.partners_member m JOIN public.core_user u ON u.id = m.user_id
            WHERE m.organisation_id = organisation AND m.is_active AND u.is_active AND m.role IN ({answering})
        )
    $$;
REVOKE ALL ON FUNCTION waymark.has_desk(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.has_desk(uuid) TO waymark_app, waymark_worker;
"""


def _accepted() -> str:
    states = ", ".join(f"'{state}'" for state in codes(SHOWS_IDENTITY))
    return f"""
-- Asked by the policy of the packet only, for rows whose grant is open already; it says yes or no about a state.
CREATE OR REPLACE FUNCTION waymark.accepted(referral uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$ SELECT EXISTS (SELECT FROM public.referral_referral r WHERE r.id = referral AND r.state IN ({states})) $$;
REVOKE ALL ON FUNCTION waymark.accepted(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.accepted(uuid) TO waymark_app, waymark_worker;
"""


_CLOSED_GRANT = """
CREATE OR REPLACE FUNCTION waymark.keep_grants_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at
        OR (OLD.case_id, OLD.organisation_id, OLD.level, OLD.referral_id)
            IS DISTINCT FROM (NEW.case_id, NEW.organisation_id, NEW.level, NEW.referral_id) THEN
        RAISE EXCEPTION 'a grant is closed once and never widened' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_grants_closed ON cases_grant;
CREATE TRIGGER keep_grants_closed BEFORE UPDATE ON cases_grant
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_grants_closed();
"""

contribute("referral_accepted", _accepted, before_policies=True)
contribute("referral_lifecycle", _trigger)
contribute("referral_settle_need", _settle_need)
contribute("referral_has_desk", _has_desk)
contribute("cases_grants", lambda: _CLOSED_GRANT)
