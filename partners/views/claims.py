"""People who answered by a link and ask for an account: seen and decided by who knows the organisation."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.faces import attempt, demand, into_form, speaks, visible_or_404
from partners import actions
from partners.models import AccountClaim
from partners.models.claims import ASKED
from partners.roles import LABELS, ROLES

SHOWN = 100


class ClaimForm(forms.Form):
    """What the person may do."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=lambda: list(LABELS.items()),
        initial=next(role for role, verbs in ROLES.items() if "referral.answer" in verbs),
    )

    def shows(self, refusal) -> None:
        """Write what the door refused beside its field."""
        into_form(self, refusal)


@require_safe
def claims(request):
    """Those that wait, the oldest first."""
    demand(request.actor, "member.manage", "organisation.approve")
    rows = AccountClaim.objects.visible_to(request.actor).filter(status=ASKED).select_related("organisation")
    items = [
        {
            "name": row.name,
            "organisation": row.organisation.label,
            "at": row.asked_at,
            "url": reverse("partners:claim", args=[row.pk]),
        }
        for row in rows.order_by("asked_at", "pk")[:SHOWN]
    ]
    return render(request, "partners/claims.html", {"items": items})


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def claim(request, pk):
    """Decide about one."""
    actor = request.actor
    demand(actor, "member.manage", "organisation.approve")
    row = visible_or_404(AccountClaim.objects.select_related("organisation"), actor, pk=pk)
    form = ClaimForm(request.POST if request.method == "POST" else None)

    def decide():
        at = timezone.now()
        if request.POST.get("decision") == "refuse":
            return actions.refuse_account(pk, actor=actor, at=at)
        return actions.approve_account(pk, actor=actor, at=at, role=form.cleaned_data["role"])

    tried = attempt(request, form, decide, aloud=(403, 409))
    if tried.done:
        made = tried.result.member_id is not None
        done = _("Added. The person can set a password from the sign-in page now.") if made else _("Refused")
        messages.success(request, done)
        return redirect("partners:claims")
    pairs = [(_("Name"), row.name), (_("E-mail"), row.email), (_("Organisation"), row.organisation.full_label)]
    context = {
        "claim": row,
        "facts": [{"label": name, "value": value, "url": ""} for name, value in pairs if value],
        "form": form if row.status == ASKED else None,
    }
    return render(request, "partners/claim.html", context, status=tried.status)
