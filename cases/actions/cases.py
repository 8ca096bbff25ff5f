"""Opening cases, their needs, and giving them to somebody else (DOMAIN 3)."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.answers import store
from cases.actions.duplicates import not_merged
from cases.actions.keeping import keep_intake, let_go
from cases.actions.workload import hand_over
from cases.facts import checking
from cases.models import Case, Grant, Need, Person
from cases.models.access import FULL, PACKET
from cases.models.cases import FINAL_NEEDS, class_of
from cases.reminders import plan_reminders
from cases.states import FIRST_CONTACT_HOURS, FIRST_CONTACT_WORKING_DAYS, OPEN, REVIEW_DAYS
from core import events
from core.actions import NotNow, NotPermitted, action
from core.actors import NOBODY
from core.edits import check_version
from core.references import reference
from core.workdays import add_working_days, calendar
from partners.models import Member, Organisation
from partners.roles import ROLES

WITHOUT_CONSENT = ("vital_interest", "legal_duty", "child_best_interest")  # DOMAIN 5.3
CONSENT_BASES = ("consent", *WITHOUT_CONSENT)
COVER_BASES = ("cover", "cover_named")
OWN_BASES = ("ownership", "team", "assignment", "supervision")
_LEADS = sorted(role for role, verbs in ROLES.items() if "case.reassign" in verbs)
_CARRIES = sorted(role for role, verbs in ROLES.items() if "case.read" in verbs)


@action("case.open")
def open_case(
    person,
    *,
    actor,
    at,
    risk_level,
    entry_point="walk_in",
    consent_basis="consent",
    basis_note="",
    caseworker=None,
    parent_referral_id=None,
) -> Case:
    """Open a case for a person, with the grants that let its own people in (ARCHITECTURE, Authorisation 1).

    The caseworker is the actor unless `caseworker` (a Member) is given. The case is opened to the caseworker by
    name, to the caseworker's team, and by name to a supervisor of that team. A case that an organisation's own
    system opens is open to the whole organisation: that system belongs to no team.
    Returns the Case. Raises Person.DoesNotExist, NotNow (case_open) when this organisation has an open case of the
    person in the actor's sight, Incomplete. `parent_referral_id` is a referral that this organisation received.
    """
    person = Person.objects.visible_to(actor).get(pk=person.pk)
    not_merged(person)
    if Case.objects.visible_to(actor).filter(person=person, status__in=OPEN).exists():
        raise NotNow("case_open", _("This person has an open case already. Go on with that one."))
    with checking() as facts:
        facts.code("risk_level", risk_level, "risk_level")
        facts.code("entry_point", entry_point, "entry_point")
        facts.choice("consent_basis", consent_basis, CONSENT_BASES)
        why = "" if consent_basis == "consent" else _("Write why you work without consent.")
        note = facts.text("basis_note", basis_note, limit=2000, lines=True, required=why)
        worker = caseworker or _own_member(actor)
        if worker is not None and not _may_carry(worker, actor):
            facts.wrong("caseworker", _("Choose a colleague who works with clients."))
        if parent_referral_id is not None and not _received(parent_referral_id, actor):
            facts.wrong("parent_referral_id", _("This referral is not open to your organisation."))
    supervisor = _supervisor_of(worker, actor)
    case = Case(
        id=uuid4(),
        reference=reference("C"),
        organisation_id=actor.organisation_id,
        person=person,
        team_id=worker.team_id if worker else None,
        caseworker=worker,
        supervisor=supervisor,
        status="intake",
        status_since=at,
        risk_level=risk_level,
        entry_point=entry_point,
        consent_basis=consent_basis,
        basis_note=note,
        opened_at=at,
        first_contact_due_at=first_contact_due(risk_level, actor.organisation_id, at=at),
        review_due_on=review_due(risk_level, at=at),
        parent_referral_id=parent_referral_id,
    )
    for grant in own_grants(case, at=at, whole=actor.member_id == NOBODY):
        grant.save(force_insert=True)
    case.save(force_insert=True)
    plan_reminders("review", about=case.pk, case=case, on=case.review_due_on, at=at)
    let_go(person, None, actor=actor, at=at)
    keep_intake(person, case, actor=actor, at=at)
    events.record(
        "case.opened", actor=actor, at=at, about=case.pk, case_id=case.pk, risk=risk_level, basis=consent_basis
    )
    return case


@action("need.add", permission="need.write")
def add_need(case, *, actor, at, category, description="", priority="routine", extra=None) -> Need:
    """Record one need of a case, with answers to own questions as `extra` (cases.actions.answers).

    Returns the Need. Raises Case.DoesNotExist, NotNow (case_closed), Incomplete.
    """
    case = Case.objects.visible_to(actor).get(pk=case.pk)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    with checking() as facts:
        need = Need(
            id=uuid4(),
            organisation_id=actor.organisation_id,
            case=case,
            category=facts.code("category", category, "need_category"),
            field_class=class_of(category),
            description=facts.text("description", description, limit=2000, lines=True),
            priority=facts.code("priority", priority, "urgency"),
            identified_at=at,
        )
    need.save(force_insert=True)
    store("need", need, extra, actor=actor, at=at)
    events.record(
        "need.added",
        actor=actor,
        at=at,
        about=need.pk,
        case_id=case.pk,
        # The category of a class 4 need says too much to who sees the case without it.
        category=category if need.field_class < 4 else "restricted",
        priority=priority,
    )
    return need


@action("need.change", permission="need.write")
def change_need(need_id, *, actor, at, version=None, description="", priority="routine") -> Need:
    """Change the words and the urgency of a need that is not settled. What was sent in referrals stays as it was.

    Its category does not change: what may be seen and who may be asked hang on it. `version` is the one that was read.
    Returns the Need. Raises Need.DoesNotExist, NotNow (changed_since, need_settled, case_closed), Incomplete.
    """
    need = Need.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case").get(pk=need_id)
    check_version(need, version)
    if need.case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    if need.status in FINAL_NEEDS:
        raise NotNow("need_settled", _("This need is settled already."))
    with checking() as facts:
        need.description = facts.text("description", description, limit=2000, lines=True)
        need.priority = facts.code("priority", priority, "urgency")
    need.version += 1
    need.save(update_fields=["description", "priority", "version"])
    events.record("need.changed", actor=actor, at=at, about=need.pk, case_id=need.case_id, field_class=need.field_class)
    return need


@action("need.settle", permission="need.write")
def settle_need(need_id, *, actor, at, status) -> Need:
    """Say what became of a need after the client was asked (T10): met, partly met, unmet or refused.

    Returns the Need. Raises Need.DoesNotExist, NotNow (need_settled, case_closed), Incomplete.
    """
    need = Need.objects.visible_to(actor).select_for_update(of=("self",)).select_related("case").get(pk=need_id)
    if need.case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    if need.status in FINAL_NEEDS:
        raise NotNow("need_settled", _("This need is settled already."))
    with checking() as facts:
        facts.choice("status", status, FINAL_NEEDS)
    need.status, need.resolved_at = status, at
    need.version += 1
    need.save(update_fields=["status", "resolved_at", "version"])
    events.record(
        "need.settled",
        actor=actor,
        at=at,
        about=need.pk,
        case_id=need.case_id,
        field_class=need.field_class,
        status=status,
    )
    return need


@action("case.reassign")
def reassign_case(case_id, *, actor, at, caseworker, reason="", batch=None) -> Case:
    """Give a case to another member: its grants follow, so the former caseworker's own one closes.

    Args: `reason` is a code of `reassign_reason` or "", `batch` the id of a reassignment of many. Returns the Case.
    Raises Case.DoesNotExist, NotNow (case_closed, sealed), NotPermitted (only_for_now:
    it was opened in an emergency), Incomplete.
    """
    case = Case.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=case_id)
    if case.status not in OPEN:
        raise NotNow("case_closed", _("The case is closed. Reopen it first."))
    if case.sealed_at is not None:
        raise NotNow("sealed", _("This case is sealed. Unseal it before you give it to somebody else."))
    lent = Grant.objects.visible_to(actor).filter(case=case, member_id=actor.member_id, closed_at=None)
    if lent.filter(basis="break_glass").exists():
        raise NotPermitted("only_for_now", _("The case is open to you for an emergency only."))
    with checking() as facts:
        if not _may_carry(caseworker, actor):
            facts.wrong("caseworker", _("Choose a colleague who works with clients."))
        elif caseworker.pk == case.caseworker_id:
            facts.wrong("caseworker", _("This colleague has the case already."))
        if reason:
            facts.code("reason", reason, "reassign_reason")
    ends = (*OWN_BASES, *COVER_BASES)
    former = list(Grant.objects.visible_to(actor).filter(case=case, level=FULL, closed_at=None, basis__in=ends))
    before = case.caseworker_id
    hand_over(case.pk, before, caseworker.pk, actor=actor)
    case.caseworker, case.team_id = caseworker, caseworker.team_id
    case.supervisor = _supervisor_of(caseworker, actor)
    case.version += 1
    # Written while the former grants are still open: afterwards the row may be out of the actor's sight.
    case.save(update_fields=["caseworker", "team", "supervisor", "version", "updated_at"])
    for grant in own_grants(case, at=at, whole=False):
        grant.save(force_insert=True)
    Grant.objects.filter(pk__in=[grant.pk for grant in former]).update(closed_at=at, close_reason="reassigned")
    events.record(
        "case.reassigned",
        actor=actor,
        at=at,
        about=case.pk,
        case_id=case.pk,
        caseworker=caseworker.pk,
        former=before,
        **({"reason": reason} if reason else {}),
        **({"batch": batch} if batch else {}),
    )
    return case


def first_contact_due(risk_level: str, organisation_id: UUID, *, at):
    """Return by when the first contact is due: by risk, in the organisation's calendar for working days."""
    hours = FIRST_CONTACT_HOURS[risk_level]
    if hours is not None:
        return at + timedelta(hours=hours)
    body = Organisation.objects.get(pk=organisation_id)
    office = calendar(hours=body.opening_hours, closures=body.closures, country=body.country, time_zone=body.time_zone)
    return add_working_days(at, FIRST_CONTACT_WORKING_DAYS, office)


def review_due(risk_level: str, *, at):
    """Return the day by which the case is looked at again."""
    return timezone.localdate(at) + timedelta(days=REVIEW_DAYS[risk_level])


def colleagues_for(actor):
    """Return the members who may be given a case, by name."""
    return (
        Member.objects.visible_to(actor)
        .filter(organisation_id=actor.organisation_id, is_active=True, role__in=_CARRIES)
        .order_by("name", "id")
    )


def _received(referral_id: UUID, actor) -> bool:
    packets = Grant.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, level=PACKET)
    return packets.filter(referral_id=referral_id, closed_at=None).exists()


def _own_member(actor) -> Member | None:
    if actor.member_id == NOBODY:
        return None
    return Member.objects.visible_to(actor).get(pk=actor.member_id)


def _may_carry(member: Member, actor) -> bool:
    return member.organisation_id == actor.organisation_id and member.is_active and member.role in _CARRIES


def _supervisor_of(worker: Member | None, actor) -> Member | None:
    """Return one supervisor of the worker's team: a case names one, so that class 4 needs have a second reader."""
    if worker is None:
        return None
    leads = Member.objects.visible_to(actor).filter(
        organisation_id=actor.organisation_id, is_active=True, role__in=_LEADS, team_id=worker.team_id
    )
    return leads.exclude(pk=worker.pk).order_by("created_at", "id").first()


def own_grants(case: Case, *, at, whole: bool) -> list[Grant]:
    """Return the grants of the case's own people; `whole` opens it to the organisation, not only to the team."""

    def grant(basis, **who):
        return Grant(
            id=uuid4(),
            case=case,
            owner_id=case.organisation_id,
            organisation_id=case.organisation_id,
            level=FULL,
            basis=basis,
            opened_at=at,
            **who,
        )

    # Without a team, the organisation is the team.
    everybody = whole or case.team_id is None
    grants = [grant("ownership") if everybody else grant("team", team_id=case.team_id)]
    if case.caseworker_id:
        grants.append(grant("assignment", member_id=case.caseworker_id))
    if case.supervisor_id:
        grants.append(grant("supervision", member_id=case.supervisor_id))
    return grants
