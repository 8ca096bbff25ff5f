"""Calling a partner about an emergency: the number, what to say, what came of it."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.codelists import choices, label
from core.faces import attempt, demand, into_form, speaks, visible_or_404
from referral.calling import may_call, number_of, record_call
from referral.models import PhoneCall, Referral
from referral.views.drawing import running_clock, title_of


class CallForm(forms.Form):
    """What came of the call."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of the call?"), widget=forms.RadioSelect)
    spoke_to = forms.CharField(
        label=gettext_lazy("Who answered"),
        help_text=gettext_lazy("Name and post of the colleague, never of the person. Not needed when nobody answered."),
        max_length=500,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = choices("call_outcome")
        self.fields["outcome"].choice_hints = {
            "reached": gettext_lazy("They know of the referral and will see to it: it counts as delivered"),
            "left_word": gettext_lazy("Somebody passes it on; you are reminded in 10 minutes"),
            "not_reached": gettext_lazy("You are reminded to try again in 10 minutes"),
        }

    def shows(self, refusal) -> None:
        """Write what the door refused beside its field."""
        into_form(self, refusal)


@require_http_methods(["GET", "HEAD", "POST"])
@speaks
def call(request, pk):
    """Show whom to call and what to say, and record what came of it."""
    demand(request.actor, "referral.send")
    rows = Referral.objects.select_related("service", "sender", "receiver")
    own = {"pk": pk, "sender_id": request.actor.organisation_id}
    referral, now = visible_or_404(rows, request.actor, **own), timezone.now()
    form = CallForm(request.POST or None)
    tried = attempt(
        request, form, lambda: record_call(pk, actor=request.actor, at=now, **form.cleaned_data), aloud=(409,)
    )
    if tried.done:
        reached = tried.result.outcome == "reached"
        messages.success(request, _("Delivered by telephone") if reached else _("Recorded; try again in 10 minutes"))
        return redirect("referral:detail", pk=pk)
    context = {
        "referral": referral,
        "title": title_of(referral),
        "number": number_of(referral),
        "open": may_call(referral, request.actor),
        "clock": running_clock(referral),
        "calls": calls_of(referral, request.actor),
        "form": form,
    }
    return render(request, "referral/call.html", context, status=tried.status)


def calls_of(referral, actor) -> list[dict]:
    """Return the calls that were made, the newest first, as a timeline takes them. One query."""
    rows = PhoneCall.objects.visible_to(actor).filter(referral=referral).select_related("caller").order_by("-at")
    return [
        {
            "text": label("call_outcome", row.outcome),
            "at": row.at,
            "icon": "phone",
            "tone": "green" if row.outcome == "reached" else "amber",
            "by": row.caller.name if row.caller else "",
            "body": row.spoke_to,
        }
        for row in rows
    ]
