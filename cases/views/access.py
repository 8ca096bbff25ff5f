"""Who can see a case, who has seen it, and why; and the trail of reading of a whole organisation."""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case, Grant
from cases.trails import VERB, codes_of, ids_of, read_in_emergency, readings_of
from cases.views.frame import frame
from cases.words import GRANT_WORDS, READING_WORDS
from core import trail
from core.faces import demand, visible_or_404
from core.lists import Filter, Search, Sort, Table, listed
from core.models import Reading
from partners.models import Member, Organisation

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
        "why": " · ".join(filter(None, [str(GRANT_WORDS[grant.basis]), _("Rests") if grant.resting else ""])),
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


def _people(actor) -> list[tuple]:
    members = Member.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    return list(members.order_by("name", "pk").values_list("pk", "name"))


def _midnight(value: str, *, later: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(parse_date(value) + timedelta(days=later), time()))


def _numbered(rows, words: str, _actor) -> tuple:
    return rows.filter(about__in=ids_of(words)), ""


AUDIT = listed(
    Table(
        name="cases:audit",
        filters=(
            Filter(
                name="who",
                label=gettext_lazy("By"),
                choices=_people,
                where=lambda value, _actor, _at: Q(member_id=value),
            ),
            Filter(
                name="what",
                label=gettext_lazy("What"),
                choices=lambda _actor: [(code, str(words)) for code, words in READING_WORDS.items()],
                where=lambda value, _actor, _at: Q(subject=value),
            ),
            Filter(
                name="since",
                label=gettext_lazy("From the day"),
                where=lambda value, _actor, _at: Q(at__gte=_midnight(value)),
                day=True,
            ),
            Filter(
                name="until",
                label=gettext_lazy("To the day"),
                where=lambda value, _actor, _at: Q(at__lt=_midnight(value, later=1)),
                day=True,
            ),
            Filter(
                name="emergency",
                label=gettext_lazy("Emergency access"),
                choices=lambda _actor: [("on", _("Only during emergency access"))],
                where=lambda _value, _actor, _at: Q(pk__in=read_in_emergency()),
            ),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-at", "-id")),
            Sort(name="oldest", label=gettext_lazy("Oldest"), by=("at", "id")),
        ),
        views=(
            (gettext_lazy("All readings"), ""),
            (gettext_lazy("Only during emergency access"), "emergency=on"),
        ),
        search=Search(find=_numbered, label=gettext_lazy("Number of a person or case")),
        size=50,
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request):
    """Show who read what in the whole organisation: numbers of persons and cases, never their names."""
    actor, at = request.actor, timezone.now()
    demand(actor, VERB)
    found = AUDIT.open(request, Reading.objects.visible_to(actor), at=at)
    shown = found["page"].rows
    names, codes = _names({row.member_id for row in shown}, actor), codes_of({row.about for row in shown})
    emergencies = Grant.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, basis=EMERGENCY)
    context = found | {
        "rows": [_line(row, names, codes) for row in shown],
        "emergencies": emergencies.filter(Q(closed_at=None) & Q(until__gt=at)).count(),
        "organisation": Organisation.objects.get(pk=actor.organisation_id).label,
    }
    return render(request, "cases/audit.html", context, status=found["status"])


def _line(row, names: dict, codes: dict) -> dict:
    return {
        "at": row.at,
        "who": names.get(row.member_id) or _("The organisation's own system"),
        "what": str(READING_WORDS.get(row.subject, row.subject)),
        "code": codes.get(row.about, ""),
        "field_class": row.field_class,
    }
