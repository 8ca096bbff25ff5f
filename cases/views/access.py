"""Who can see a case, who has seen it, and why; and the trail of reading of a whole organisation."""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.forms.records import AuditForm
from cases.models import Case, Grant
from cases.trails import VERB, codes_of, ids_of, readings_of
from cases.views.frame import frame
from cases.words import GRANT_WORDS, READING_WORDS
from core import trail
from core.faces import demand, page_of, visible_or_404
from core.models import Reading
from partners.models import Member, Organisation

AUDIT_SIZE = 50
EMERGENCY = "break_glass"


@require_safe
def access(request, case_pk):
    """Show to whom a case is and was open, with the reason, and who has read it."""
    actor, at = request.actor, timezone.now()
    case = visible_or_404(Case.objects.select_related("person"), actor, pk=case_pk)
    base = frame(case, actor, at=at, part="access")
    grants = Grant.objects.visible_to(actor).filter(case=case).select_related("team", "member", "organisation")
    drawn = [_grant(row, at=at) for row in grants.order_by("-opened_at", "id")]
    readings = readings_of(case)
    names = _names({row.member_id for row in readings}, actor)
    context = {
        "open": [row for row in drawn if not row["ended"]],
        "past": [row for row in drawn if row["ended"]],
        "readings": [_reading(row, names) for row in readings],
        "total": sum(row.times for row in readings),
        "readers": len({row.member_id for row in readings}),
    }
    return render(request, "cases/access.html", base | context)


def _grant(grant, *, at) -> dict:
    who, of = grant.organisation.label, ""
    if grant.member is not None:
        who, of = grant.member.name, grant.organisation.label
    elif grant.team is not None:
        who, of = grant.team.name, grant.organisation.label
    ended = grant.closed_at or (grant.until if grant.until and grant.until <= at else None)
    return {
        "who": who,
        "of": of,
        "why": str(GRANT_WORDS[grant.basis]),
        "since": grant.opened_at,
        "until": grant.until,
        "ended": ended,
        "outside": grant.organisation_id != grant.owner_id,
        "emergency": grant.basis == EMERGENCY,
    }


def _names(ids, actor) -> dict:
    return dict(Member.objects.visible_to(actor).filter(pk__in=ids - {None}).values_list("pk", "name"))


def _reading(row, names: dict) -> dict:
    return {
        "who": names.get(row.member_id) or _("The organisation's own system"),
        "what": str(READING_WORDS.get(row.subject, row.subject)),
        "times": row.times,
        "first_at": row.first_at,
        "last_at": row.last_at,
        "restricted": row.field_class > trail.SENSITIVE,
    }


@require_safe
def audit(request):
    """Show who read what in the whole organisation: numbers of persons and cases, never their names."""
    actor, at = request.actor, timezone.now()
    demand(actor, VERB)
    members = list(Member.objects.visible_to(actor).filter(organisation_id=actor.organisation_id).order_by("name"))
    form = AuditForm(request.GET or None, people=[(member.pk, member.name) for member in members])
    rows = Reading.objects.visible_to(actor).filter(_chosen(form, actor))
    page = page_of(request, rows, by=("-at", "-id"), size=AUDIT_SIZE)
    names, codes = {member.pk: member.name for member in members}, codes_of({row.about for row in page.rows})
    emergencies = Grant.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, basis=EMERGENCY)
    context = {
        "form": form,
        "page": page,
        "rows": [_line(row, names, codes) for row in page.rows],
        "filtered": bool(request.GET),
        "emergencies": emergencies.filter(Q(closed_at=None) & Q(until__gt=at)).count(),
        "organisation": Organisation.objects.get(pk=actor.organisation_id).label,
    }
    return render(request, "cases/audit.html", context)


def _chosen(form, actor) -> Q:
    if not form.is_valid():
        return Q()
    wanted, condition = form.cleaned_data, Q()
    since, until = form.moments()
    if wanted["code"]:
        condition &= Q(about__in=ids_of(wanted["code"]))
    if wanted["who"]:
        condition &= Q(member_id=wanted["who"])
    if wanted["emergency"]:
        condition &= Q(_during_emergency(actor))
    condition &= Q(at__gte=since) if since else Q()
    return condition & (Q(at__lt=until) if until else Q())


def _during_emergency(actor) -> Exists:
    """Readings by somebody to whom a case was open in an emergency at that moment."""
    grants = Grant.objects.visible_to(actor).filter(
        Q(closed_at=None) | Q(closed_at__gte=OuterRef("at")),
        basis=EMERGENCY,
        member_id=OuterRef("member_id"),
        opened_at__lte=OuterRef("at"),
        until__gte=OuterRef("at"),
    )
    return Exists(grants)


def _line(row, names: dict, codes: dict) -> dict:
    return {
        "at": row.at,
        "who": names.get(row.member_id) or _("The organisation's own system"),
        "what": str(READING_WORDS.get(row.subject, row.subject)),
        "code": codes.get(row.about, ""),
        "field_class": row.field_class,
    }
