"""A person may ask that the own data are kept but not used for now (DOMAIN 12, restriction).

In force is what was asked, answered with yes and not lifted. The database writes it beside the person in the same
transaction, so that whoever answers need not see the person, and whoever works with the person needs no question more.
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
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS keep_restriction ON cases_datarequest;
CREATE TRIGGER keep_restriction AFTER INSERT OR UPDATE ON cases_datarequest
    FOR EACH ROW EXECUTE FUNCTION waymark.keep_restriction();
"""

contribute("restrictions", lambda: _SQL)
