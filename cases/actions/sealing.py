"""Sealing a case: a list of named people instead of team and organisation (DOMAIN 7)."""

from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext as _

from cases.actions.cases import own_grants
from cases.actions.sight import keeps_access
from cases.facts import checking
from cases.models import Case, Grant, Person, Task
from cases.models.access import FULL
from core import events
from core.actions import NotNow, action
from core.policies import contribute
from partners.models import Member
from partners.roles import ROLES

SEALS = "case.seal"
_READS = sorted(role for role, verbs in ROLES.items() if "case.read" in verbs)


@action("case.seal", permission=SEALS)
def seal_case(case_id, *, actor, at, members) -> Case:
    """Close a case to everybody but `members`; sealing it again changes the list.

    The caseworker stands in the list: so there is always somebody who reads it. Grants of partners stay: they rest
    on the person's consent. Returns the Case. Raises Case.DoesNotExist, NotPermitted (not_named), Incomplete.
    """
    case = _locked(case_id, actor)
    keeps_access(case, actor)
    members = list(members)
    with checking() as facts:
        able = [row for row in members if row.organisation_id == actor.organisation_id and row.is_active]
        if not members or len(able) != len(members) or any(row.role not in _READS for row in able):
            facts.wrong("members", _("Choose colleagues who work with clients."))
        elif case.caseworker_id and case.caseworker_id not in {row.pk for row in able}:
            facts.wrong("members", _("The caseworker must stay in the list. Give the case to somebody else first."))
    open_now = Grant.objects.visible_to(actor).filter(case=case, level=FULL, closed_at=None)
    former = list(open_now.values_list("pk", flat=True))
    case.sealed_at = case.sealed_at or at
    case.version += 1
    case.save(update_fields=["sealed_at", "version", "updated_at"])
    # Until the last grant is closed the row is in the actor's sight; afterwards perhaps not.
    Person.objects.visible_to(actor).filter(pk=case.person_id).update(sealed_at=case.sealed_at)
    # A task is seen by whom it is given to, even without the case.
    Task.objects.visible_to(actor).filter(case=case, done_at=None).exclude(assignee__in=members).update(
        assignee_id=case.caseworker_id
    )
    for member in members:
        _named(case, member, at=at).save(force_insert=True)
    Grant.objects.filter(pk__in=former).update(closed_at=at, close_reason="sealed")
    events.record("case.sealed", actor=actor, at=at, about=case.pk, case_id=case.pk, readers=len(members))
    return case


@action("case.unseal", permission=SEALS)
def unseal_case(case_id, *, actor, at) -> Case:
    """Open a sealed case to the caseworker's team and supervisor again.

    Returns the Case. Raises Case.DoesNotExist, NotPermitted (not_named), NotNow (not_sealed).
    """
    case = _locked(case_id, actor)
    keeps_access(case, actor)
    if case.sealed_at is None:
        raise NotNow("not_sealed", _("This case is not sealed."))
    named = Grant.objects.visible_to(actor).filter(case=case, level=FULL, closed_at=None, basis="named")
    former = list(named.values_list("pk", flat=True))
    case.sealed_at = None
    case.version += 1
    case.save(update_fields=["sealed_at", "version", "updated_at"])
    others = Case.objects.visible_to(actor).filter(person_id=case.person_id, sealed_at__isnull=False)
    if not others.exists():
        Person.objects.visible_to(actor).filter(pk=case.person_id).update(sealed_at=None)
    for grant in own_grants(case, at=at, whole=False):
        grant.save(force_insert=True)
    Grant.objects.filter(pk__in=former).update(closed_at=at, close_reason="unsealed")
    events.record("case.unsealed", actor=actor, at=at, about=case.pk, case_id=case.pk)
    return case


def sealed_elsewhere(actor) -> int:
    """Return how many open sealed cases of the organisation the actor is not named for: a number, never which."""
    if not actor.may(SEALS):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.sealed_cases()")
        total = cursor.fetchone()[0]
    return total - Case.objects.visible_to(actor).filter(sealed_at__isnull=False, closed_at=None).count()


def keep_a_reader(event, *, actor, at) -> None:
    """Refuse that the last active reader of a sealed case leaves, or loses the verb to read (reaction to its event).

    Raises NotNow (last_reader). Who manages members sees no case, but the list of who is let in where.
    """
    if event.kind == "member.changed" and event.facts["role"] in _READS:
        return
    named = Grant.objects.visible_to(actor).filter(basis="named", level=FULL, closed_at=None)
    cases = list(named.filter(member_id=event.about).values_list("case_id", flat=True))
    active = Member.objects.visible_to(actor).filter(is_active=True, role__in=_READS).exclude(pk=event.about)
    kept = set(named.filter(case_id__in=cases, member_id__in=active.values("pk")).values_list("case_id", flat=True))
    if set(cases) - kept:
        raise NotNow(
            "last_reader",
            _("This person is the only reader of a sealed case. A supervisor must name somebody else first."),
        )


def _locked(case_id, actor) -> Case:
    return Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case_id)


def _named(case: Case, member: Member, *, at) -> Grant:
    return Grant(
        id=uuid4(),
        case=case,
        owner_id=case.organisation_id,
        organisation_id=case.organisation_id,
        member=member,
        level=FULL,
        basis="named",
        opened_at=at,
    )


# A number for supervisors; and the seal itself, held by the database whichever door forgets it.
_SQL = f"""
CREATE OR REPLACE FUNCTION waymark.sealed_cases() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
        SELECT count(*) FROM public.cases_case c
        WHERE c.organisation_id = (SELECT waymark.organisation_id()) AND c.sealed_at IS NOT NULL
            AND c.closed_at IS NULL AND (SELECT waymark.may('{SEALS}'))
    $$;
REVOKE ALL ON FUNCTION waymark.sealed_cases() FROM public;
GRANT EXECUTE ON FUNCTION waymark.sealed_cases() TO waymark_app;

CREATE OR REPLACE FUNCTION waymark.keep_seal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    AS $$
    BEGIN
        IF NEW.level = 'full' AND NEW.closed_at IS NULL AND NEW.basis NOT IN ('named', 'break_glass')
            AND EXISTS (SELECT FROM public.cases_case c WHERE c.id = NEW.case_id AND c.sealed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the case is sealed' USING ERRCODE = '23514', CONSTRAINT = 'sealed_case_names_its_readers';
        END IF;
        RETURN NEW;
    END $$;
DROP TRIGGER IF EXISTS keep_seal ON cases_grant;
CREATE TRIGGER keep_seal BEFORE INSERT OR UPDATE ON cases_grant FOR EACH ROW EXECUTE FUNCTION waymark.keep_seal();
"""  # noqa: S608

contribute("sealing", lambda: _SQL)
