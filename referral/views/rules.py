"""Routing rules: kept by administrators and the coordinator, used by who refers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Need
from core import dates
from core.actions import Refusal
from core.codelists import label
from core.faces import attempt, demand, refused, speaks, visible_or_404
from referral import desks, ruling
from referral.forms_rules import RuleForm
from referral.models import RoutingRule

KEEPS = ("rule.manage", "rule.manage_network")
_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def rules(request):
    """List the rules in force and to come, in the order in which they are tried."""
    demand(request.actor, *KEEPS)
    rows = RoutingRule.objects.visible_to(request.actor).filter(retired_at=None)
    rows = desks.in_order(rows.select_related("area", "service__organisation", "desk", "organisation"))
    today = timezone.localdate()
    context = {
        "rows": [_row(rule, request.actor, today) for rule in rows if not (rule.valid_to and rule.valid_to < today)]
    }
    return render(request, "referral/rules.html", context)


def _row(rule, actor, today) -> dict:
    return {
        "title": _reach(rule),
        "target": _target(rule),
        "whose": rule.organisation.label if rule.organisation else _("The whole network"),
        "priority": rule.priority,
        "dates": _dates(rule),
        "coming": rule.valid_from > today,
        "end_url": reverse("referral:end_rule", args=[rule.pk])
        if actor.may("rule.manage" if rule.organisation_id else "rule.manage_network")
        else "",
    }


def _reach(rule) -> str:
    need = label("need_category", rule.category) if rule.category else _("Any need")
    return f"{need} · {rule.area.label if rule.area else _('Any place')}"


def _target(rule) -> str:
    if rule.service:
        return f"{rule.service.label}, {rule.service.organisation.label}"
    return _("The fitting service of %(desk)s") % {"desk": rule.desk.label}


def _dates(rule) -> str:
    if rule.valid_to is None:
        return _("from %(day)s") % {"day": dates.day(rule.valid_from)}
    return f"{dates.day(rule.valid_from)} – {dates.day(rule.valid_to)}"


@_GET_POST
@speaks
def new_rule(request):
    """Set a rule: of the network where the actor keeps those, else of the own organisation."""
    demand(request.actor, *KEEPS)
    form, now = RuleForm(request.POST or None), timezone.now()
    network = request.actor.may("rule.manage_network")
    tried = attempt(
        request, form, lambda: ruling.set_rule(actor=request.actor, at=now, network=network, **form.cleaned_data)
    )
    if tried.done:
        messages.success(request, _("Rule set"))
        return redirect("referral:rules")
    return render(request, "referral/rule.html", {"form": form, "network": network}, status=tried.status)


@require_POST
@speaks
def end_rule(request, pk):
    """End a rule now."""
    demand(request.actor, *KEEPS)
    try:
        ruling.retire_rule(pk, actor=request.actor, at=timezone.now())
    except RoutingRule.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, _("Rule ended"))
    return redirect("referral:rules")


@_GET_POST
@speaks
def desk(request, need_pk):
    """Say where the rules would send a need, and begin that referral."""
    demand(request.actor, "referral.draft")
    rows = Need.objects.visible_to(request.actor).select_related("case__person__area")
    need = visible_or_404(rows.prefetch_related("case__person__statuses"), request.actor, pk=need_pk)
    now = timezone.now()
    if request.method == "POST":
        try:
            draft = ruling.let_the_desk_decide(
                need, actor=request.actor, at=now, urgency=request.POST.get("urgency") or need.priority
            )
            return redirect("referral:share", pk=draft.pk)
        except Refusal as refusal:
            return refused(request, refusal)
    found = desks.pointed(need, actor=request.actor, at=now)
    first = next((one for one in found if one.service), None)
    context = {"need": need, "tried": [_tried(one, first) for one in found], "first": first and _offer(first)}
    return render(request, "referral/_desk.html" if request.htmx else "referral/desk.html", context)


def _tried(one, first) -> dict:
    return {
        "title": _reach(one.rule),
        "target": _target(one.rule),
        "chosen": one is first,
        "why": "; ".join(one.why_not) or _("No service of it takes this need now"),
        "fits": one.service is not None,
    }


def _offer(one) -> dict:
    return {"service": one.service.label, "partner": one.service.organisation.label, "reach": _reach(one.rule)}
