"""The weights of matching: looked at by who draws referrals, tried and changed by the network's coordinator."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.codelists import label
from core.faces import attempt, demand
from partners.models import Service
from referral.examples import compare
from referral.forms_matching import WeightsForm
from referral.matching import DEFAULTS
from referral.models import MatchingWeights
from referral.tuning import set_weights
from referral.weights import checked

HISTORY = 20


@require_http_methods(["GET", "HEAD", "POST"])
def weights(request):
    """See, try and change the weights. A preview changes nothing."""
    demand(request.actor, "matching.set")
    actor, now = request.actor, timezone.now()
    history = list(MatchingWeights.objects.visible_to(actor).order_by("-version")[:HISTORY])
    held = history[0] if history else None
    before, version = (held.weights, held.version) if held else (dict(DEFAULTS), 0)
    form = WeightsForm(request.POST or None, weights=before, version=version)
    tried = attempt(request, form, lambda: _done(request, form, at=now))
    if tried.done and tried.result is not None:
        messages.success(request, _("Saved. The order follows these weights from now on."))
        return redirect("referral:weights")
    after = form.weights() if form.is_bound and form.is_valid() else before
    context = {
        "form": form,
        "examples": _examples(before, after, actor=actor, at=now),
        "history": _history(history),
    }
    return render(request, "referral/weights.html", context, status=200 if tried.done else tried.status)


def _done(request, form, *, at):
    """Save, or only check what a preview shows."""
    if "save" not in request.POST:
        checked(form.weights())
        return None
    facts = {name: form.cleaned_data[name] for name in ("reason", "version")}
    return set_weights(actor=request.actor, at=at, weights=form.weights(), **facts)


def _examples(before, after, *, actor, at) -> list[dict]:
    found = compare(before, after, actor=actor, at=at)
    keys = [key for _example, rows in found for key, _old, _new in rows]
    services = Service.objects.select_related("organisation").in_bulk(keys)
    return [
        {
            "title": label("need_category", example.category),
            "lead": str(example.words),
            "rows": [_row(services[key], old, new) for key, old, new in rows],
        }
        for example, rows in found
    ]


def _row(service, old: int, new: int) -> dict:
    change = old - new
    return {
        "name": service.label,
        "organisation": service.organisation.label,
        "before": old,
        "after": new,
        "moved": f"+{change}" if change > 0 else f"−{-change}" if change < 0 else "",
        "tone": "green" if change > 0 else "amber",
    }


def _history(rows) -> list[dict]:
    return [
        {
            "text": _("Version %(version)s: %(weights)s")
            % {
                "version": row.version,
                "weights": ", ".join(
                    f"{label('matching_term', code)} {n.normalize():f}" for code, n in row.weights.items()
                ),
            },
            "at": row.set_at,
            "icon": "adjustments-horizontal",
            "tone": "",
            "url": "",
            "by": row.set_by_name,
            "body": row.reason,
        }
        for row in rows
    ]
