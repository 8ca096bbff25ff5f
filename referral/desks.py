"""Which desk a need goes to by the rules in force: tried in order, the first that fits is the one (DOMAIN 4)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from cases.circumstances import facts_of
from cases.models import Need
from partners.conditions import conditions_of, finding_words
from partners.directory import referable
from partners.eligibility import evaluate
from partners.models import Service
from referral.models import RoutingRule


@dataclass(frozen=True, kw_only=True)
class Pointed:
    """What one rule points to: the service, or None where the desk has none that fits, and why not."""

    rule: RoutingRule
    service: Service | None
    why_not: tuple[str, ...] = ()


def rules_on(day: date, actor):
    """Return the rules that hold on a day and that this actor may read, with what they name."""
    rows = RoutingRule.objects.visible_to(actor).filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    return rows.filter(retired_at=None).select_related("area", "service__organisation", "desk", "organisation")


def in_order(rules, area=None) -> list[RoutingRule]:
    """Return rules in the order in which they are tried.

    One's own before the network's, a district before its oblast before any place, a named need before any need, then
    by priority; what is left is decided by age, so that the order is always the same.
    """
    district = area.code if area else ""
    return sorted(
        rules,
        key=lambda rule: (
            rule.organisation_id is None,
            rule.area_id is None,
            rule.area_id != district,
            rule.category == "",
            rule.priority,
            rule.created_at,
            str(rule.pk),
        ),
    )


def pointed(need: Need, *, actor, at: datetime) -> list[Pointed]:
    """Return what each rule for this need points to, in the order in which they are tried.

    Needs `need.case.person.area`. A constant number of queries, whatever the number of rules.
    """
    day, area = timezone.localdate(at), need.case.person.area
    places = [None, *filter(None, [area and area.code, area and area.parent_id])]
    where = Q(area=None) | Q(area_id__in=[place for place in places if place])
    rules = in_order(rules_on(day, actor).filter(where, category__in=["", need.category]), area)
    if not rules:
        return []
    services = _services(need, rules, at)
    facts = facts_of(need.case, actor=actor, on=day)
    found = {service.pk: evaluate(facts, conditions_of(service)) for service in services}
    return [_point(rule, services, found) for rule in rules]


def _services(need: Need, rules, at: datetime) -> list[Service]:
    named = Q(pk__in=[rule.service_id for rule in rules if rule.service_id])
    named |= Q(organisation_id__in=[rule.desk_id for rule in rules if rule.desk_id])
    rows = Service.objects.filter(named, referable(at), category=need.category, organisation__member_of_network=True)
    rows = rows.select_related("organisation", "capacity").prefetch_related("servicearea_set", "requireddocument_set")
    return list(rows.order_by("name", "pk"))


def _point(rule: RoutingRule, services, found) -> Pointed:
    """The rule's service; of a desk the one that fits best, by name where two fit alike."""
    mine = [
        one for one in services if rule.service_id in (one.pk, None) and rule.desk_id in (one.organisation_id, None)
    ]
    fitting = [one for one in mine if not found[one.pk].excluded]
    if fitting:
        return Pointed(rule=rule, service=max(fitting, key=lambda one: found[one.pk].share))
    why = {
        finding_words(finding, areas={}) for one in mine for finding in found[one.pk].findings if finding.excludes
    }  # fmt: skip
    return Pointed(rule=rule, service=None, why_not=tuple(sorted(map(str, why))))
