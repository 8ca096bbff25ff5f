"""A person may ask that the own data are kept but not used for now (DOMAIN 12, restriction).

In force is what was asked, answered with yes and not lifted. The database writes it beside the person in the same
transaction, so that whoever answers need not see the person, and whoever works with the person needs no question more.
It writes it beside the grants of teams as well: while it holds, only those whom a case names read it, in lists and in
searches as on its page; the colleagues of the team read on when it is lifted.

Belarusian law speaks of blocking, which ends access without deletion (99-Z, article 1); the GDPR lets a controller
store, and use what protects somebody (article 18). Nobody in danger may be lost sight of for having asked, so the named
read on, a search still says that somebody out of sight has such a name, and an emergency opens a case that names
nobody. Grants are marked and not closed: one is never opened again, and one that ends meanwhile must not come back with
the lifting.
"""

from django.utils.translation import gettext as _

from core.actions import NotNow
from core.policies import contribute


def may_disclose(person) -> None:
    """Refuse to tell others about a person whose data are not to be used. Raises NotNow (processing_restricted)."""
    if person.restricted_at is not None:
        raise restricted()


def restricted() -> NotNow:
    """Return the refusal, for who knows already that it holds."""
    return NotNow(
        "processing_restricted",
        _("The person asked that the data are not used for now. Nothing is shared until that is lifted."),
    )


_SQL = """
-- Grants of teams and of the organisation rest while the person of the case restricts. Grants may be written before
-- their case is, so both ask.
CREATE OR REPLACE FUNCTION waymark.rest_grants(of_case uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        UPDATE public.cases_grant g SET resting = (p.restricted_at IS NOT NULL)
        FROM public.cases_case c JOIN public.cases_person p ON p.id = c.person_id
        WHERE c.id = of_case AND g.case_id = c.id AND g.member_id IS NULL AND g.level = 'full' AND g.closed_at IS NULL
            AND g.resting IS DISTINCT FROM (p.restricted_at IS NOT NULL)
    $$;
REVOKE ALL ON FUNCTION waymark.rest_grants(uuid) FROM public;

CREATE OR REPLACE FUNCTION waymark.keep_rest() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
BEGIN
    NEW.resting := NEW.member_id IS NULL AND NEW.level = 'full' AND EXISTS (
        SELECT FROM public.cases_case c JOIN public.cases_person p ON p.id = c.person_id
        WHERE c.id = NEW.case_id AND p.restricted_at IS NOT NULL
    );
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS keep_rest ON cases_grant;
CREATE TRIGGER keep_rest BEFORE INSERT ON cases_grant FOR EACH ROW EXECUTE FUNCTION waymark.keep_rest();

CREATE OR REPLACE FUNCTION waymark.keep_rest_of_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
BEGIN
    PERFORM waymark.rest_grants(NEW.id);
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS keep_rest_of_case ON cases_case;
CREATE TRIGGER keep_rest_of_case AFTER INSERT OR UPDATE OF person_id ON cases_case
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_rest_of_case();

CREATE OR REPLACE FUNCTION waymark.keep_restriction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
BEGIN
    IF NEW.kind = 'restriction' THEN
        UPDATE public.cases_person p SET restricted_at = (
            SELECT min(r.answered_at) FROM public.cases_datarequest r
            WHERE r.person_id = p.id AND r.kind = 'restriction' AND r.state = 'answered' AND r.lifted_at IS NULL
        )
        WHERE p.id = NEW.person_id OR (TG_OP = 'UPDATE' AND p.id = OLD.person_id);
        PERFORM waymark.rest_grants(c.id) FROM public.cases_case c
            WHERE c.person_id = NEW.person_id OR (TG_OP = 'UPDATE' AND c.person_id = OLD.person_id);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS keep_restriction ON cases_datarequest;
CREATE TRIGGER keep_restriction AFTER INSERT OR UPDATE ON cases_datarequest
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_restriction();
"""

contribute("restrictions", lambda: _SQL)
