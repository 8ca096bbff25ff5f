"""The doors of routing rules, and the draft that a desk's rule begins (DOMAIN 4)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import events
from core.actions import Incomplete, NotNow, action, not_permitted
from core.actors import NOBODY
from core.codelists import codes
from partners.models import Area, Organisation, Service
from referral import desks
from referral.drafting import draft_referral
from referral.models import Referral, RoutingRule
from referral.models.rules import LOWEST


@action("rule.set", permission="")
def set_rule(
    *,
    actor,
    at,
    category: str = "",
    area: Area | None = None,
    service: Service | None = None,
    desk: Organisation | None = None,
    priority: int = 10,
    valid_from: date | None = None,
    valid_to: date | None = None,
    network: bool = False,
) -> RoutingRule:
    """Say which desk takes a need of an area: of one's own organisation, or (`network`) of the whole network.

    Exactly one of `service` and `desk`; an empty category or area means any; priority 1 comes first. Raises
    NotPermitted, Incomplete with the field named, also where another rule of the same reach and priority holds then.
    """
    if not actor.may("rule.manage_network" if network else "rule.manage"):
        raise not_permitted()
    rule = RoutingRule(
        organisation_id=None if network else actor.organisation_id,
        category=category,
        area=area,
        service=service,
        desk=desk,
        priority=priority,
        valid_from=valid_from or timezone.localdate(at),
        valid_to=valid_to,
        created_by_id=None if actor.member_id == NOBODY else actor.member_id,
        created_at=at,
    )
    _check(rule)
    if _beside(rule, actor).exists():
        raise _contradicts()
    try:
        with transaction.atomic():
            rule.save(force_insert=True)
    except IntegrityError as error:
        raise _contradicts() from error
    events.record("rule.set", actor=actor, at=at, about=rule.pk, category=category or None, priority=priority)
    return rule


def _check(rule: RoutingRule) -> None:
    category, service, desk, priority = rule.category, rule.service, rule.desk, rule.priority
    wrong = {}
    if category and category not in codes("need_category"):
        wrong["category"] = _("Choose a need of the list.")
    if (service is None) == (desk is None):
        wrong["service"] = _("Choose a service, or an organisation whose desk decides.")
    if service is not None and category and service.category != category:
        wrong["service"] = _("This service is for another need.")
    if service is not None and not (service.status == "active" and service.accepts_referrals):
        wrong["service"] = _("This service takes no referrals now. Choose another one.")
    if desk is not None and not _offers(desk, category):
        wrong["desk"] = _("This organisation offers no service for this need that takes referrals.")
    if not isinstance(priority, int) or not 1 <= priority <= LOWEST:
        wrong["priority"] = _("Enter a number from 1 to %(last)s.") % {"last": LOWEST}
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        wrong["valid_to"] = _("The end is before the beginning.")
    if wrong:
        raise Incomplete(
            "rule_wrong", next(iter(wrong.values())), fields={name: [text] for name, text in wrong.items()}
        )


def _offers(desk, category) -> bool:
    rows = Service.objects.filter(organisation=desk, status="active", accepts_referrals=True)
    rows = rows.filter(organisation__status="active", organisation__member_of_network=True)
    return (rows.filter(category=category) if category else rows).exists()


def _beside(rule: RoutingRule, actor):
    """Rules of the same reach and priority that hold on a day of this one."""
    rows = RoutingRule.objects.visible_to(actor).filter(
        Q(valid_to=None) | Q(valid_to__gte=rule.valid_from),
        organisation_id=rule.organisation_id,
        category=rule.category,
        area=rule.area,
        priority=rule.priority,
        retired_at=None,
    )
    return rows.filter(valid_from__lte=rule.valid_to) if rule.valid_to else rows


def _contradicts() -> Incomplete:
    sentence = _(
        "Another rule for this need, place and priority holds at that time. Choose another priority, or end it."
    )
    return Incomplete("rule_contradicts", sentence, fields={"priority": [sentence]})


@action("rule.retire", permission="")
def retire_rule(rule_id, *, actor, at) -> RoutingRule:
    """End a rule now. Raises RoutingRule.DoesNotExist, NotPermitted, NotNow (rule_over)."""
    rule = RoutingRule.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=rule_id).first()
    found = rule or RoutingRule.objects.visible_to(actor).get(pk=rule_id)
    if rule is None or not actor.may("rule.manage" if found.organisation_id else "rule.manage_network"):
        raise not_permitted()
    if rule.retired_at is not None:
        raise NotNow("rule_over", _("This rule was ended already."))
    rule.retired_at = at
    rule.version += 1
    rule.save(update_fields=["retired_at", "version"])
    events.record("rule.retired", actor=actor, at=at, about=rule.pk)
    return rule


@action("referral.desk", permission="referral.draft")
def let_the_desk_decide(need, *, actor, at, urgency, consent=None) -> Referral:
    """Begin a referral to where the rules point; the first that fits is taken. Sending it checks all the same.

    Raises NotNow (no_rule) where no rule leads to a service that fits, and what `draft_referral` raises.
    """
    for one in desks.pointed(need, actor=actor, at=at):
        if one.service is not None:
            draft = draft_referral(need, actor=actor, at=at, service=one.service, urgency=urgency, consent=consent)
            draft.rule = one.rule
            draft.save(update_fields=["rule"])
            return draft
    raise NotNow("no_rule", _("No rule leads to a service that fits this need. Choose a service yourself."))
