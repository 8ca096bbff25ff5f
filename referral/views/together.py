"""One sheet for a household or a group: who, where to, what each partner would see, and what came of it."""

from collections import Counter
from uuid import uuid4

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Need, PersonName
from core.codelists import choices, codes, label
from core.faces import attempt, demand, into_form, speaks, visible_or_404
from referral import guards, sharing
from referral.candidates import candidates
from referral.forms import URGENCY_HINTS
from referral.models import Batch, BatchRow
from referral.together import Sheet, people_for, planned, send_together
from referral.views.drawing import gate_items

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])
REFUSALS = {
    "consent_missing": gettext_lazy("needs consent"),
    "consent_receiver": gettext_lazy("the consent does not name this partner"),
    "consent_class": gettext_lazy("the consent does not cover this data"),
    "consent_purpose": gettext_lazy("the consent does not include sharing"),
    "consent_expired": gettext_lazy("the consent has ended"),
    "no_service": gettext_lazy("no service fits"),
    "not_eligible": gettext_lazy("the service does not fit"),
    "no_capacity": gettext_lazy("no free places"),
    "duplicate_referral": gettext_lazy("is referred there already"),
}


class SheetForm(forms.Form):
    """Who is on the sheet, where to, and the words that all referrals share."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    needs = forms.MultipleChoiceField(label=gettext_lazy("For whom"), widget=forms.CheckboxSelectMultiple)
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("How soon must a partner answer?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Reason, and what was already done"),
        help_text=gettext_lazy("It goes into the referral of each person: no names, nothing about one of them alone."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
    documents_settled = forms.BooleanField(
        label=gettext_lazy("The documents asked for are there, or none can be had"), required=False
    )
    seen = forms.BooleanField(
        label=gettext_lazy("Each person has seen, or was read, exactly what is sent"),
        error_messages={"required": gettext_lazy("Show or read the preview to the person, then tick this.")},
        required=False,
    )

    def __init__(self, *args, needs, services, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["needs"].choices = needs
        self.fields["service"].choices = [
            ("", gettext_lazy("The best for each person")),
            *((str(one.pk), f"{one.label}, {one.organisation.label}") for one in services),
        ]
        self.fields["urgency"].choices = choices("urgency")
        self.fields["urgency"].choice_hints = URGENCY_HINTS
        self.fields["seen"].required = "send" in self.data

    def shows(self, refusal) -> None:
        """Write what the door refused beside its field."""
        into_form(self, refusal)


@_GET_POST
@speaks
def sheet(request, need_pk):
    """Choose persons and service, look at what each partner would see, and send once."""
    demand(request.actor, "referral.send")
    rows = Need.objects.visible_to(request.actor).select_related("case__person__area")
    need, now = visible_or_404(rows, request.actor, pk=need_pk), timezone.now()
    people, unseen = people_for(need, actor=request.actor)
    names = _names(people, request.actor)
    offered = {str(one.need.pk): one for one in people if one.need}
    services = {str(row.service.pk): row.service for row in candidates(need, actor=request.actor, at=now)[0]}
    form = SheetForm(
        request.POST or None,
        needs=[(pk, names[one.case.pk]) for pk, one in offered.items()],
        services=services.values(),
        initial={
            "key": uuid4(), "urgency": need.priority, "needs": [pk for pk, one in offered.items() if one.household],
        },
    )  # fmt: skip
    chosen = _chosen(form, offered, services) if request.method == "POST" and form.is_valid() else None
    if chosen and "send" in request.POST:
        key = form.cleaned_data["key"]
        if Batch.objects.visible_to(request.actor).filter(pk=key).exists():
            return redirect("referral:batch", pk=key)
        needs, given = chosen
        tried = attempt(
            request,
            form,
            lambda: send_together(needs, actor=request.actor, at=now, key=key, begun=need, sheet=given),
        )
        if tried.done:
            return redirect("referral:batch", pk=key)
    previews = [_preview(one, chosen[1], names, request.actor, now) for one in chosen[0]] if chosen else []
    context = {
        "need": need,
        "form": form,
        "unseen": unseen,
        "without": [names[one.case.pk] for one in people if one.need is None],
        "previews": previews,
    }
    return render(request, "referral/together.html", context, status=422 if form.errors else 200)


def _chosen(form, offered, services) -> tuple[list, Sheet]:
    given = form.cleaned_data
    needs = []
    for pk in given["needs"]:
        found = offered[pk]
        found.need.case = found.case  # read with person and names already
        needs.append(found.need)
    facts = {name: given[name] for name in ("urgency", "note", "documents_settled")}
    return needs, Sheet(service=services.get(given["service"]), **facts)


def _names(people, actor) -> dict:
    """Return {case id: "name · reference"}. One query."""
    ids = {one.case.person_id: one.case for one in people}
    rows = PersonName.objects.visible_to(actor).filter(person_id__in=ids, is_primary=True)
    found = {one.case.pk: one.case.reference for one in people}
    for row in rows:
        case = ids[row.person_id]
        found[case.pk] = f"{row.full_as_written} · {case.reference}"
    return found


def _preview(need, given, names, actor, now) -> dict:
    draft = planned(need, given, actor=actor, at=now)
    found = guards.gates(draft, actor=actor, at=now) if draft else []
    return {
        "who": names[need.case_id],
        "service": f"{draft.service.label}, {draft.receiver.label}" if draft else "",
        "blocked": gate_items([gate for gate in found if gate.state == guards.BLOCKED], links={}),
        "lines": [line for line in sharing.preview(draft, at=now) if line["opens"] != "never"] if draft else [],
    }


@require_safe
def batch(request, pk):
    """Show what came of a sheet: who was sent, and who lacks what."""
    demand(request.actor, "referral.send")
    found = visible_or_404(Batch, request.actor, pk=pk)
    rows = (
        BatchRow.objects.visible_to(request.actor).filter(batch=found).select_related("service__organisation", "case")
    )
    rows = list(rows.order_by("state", "pk"))
    count = Counter(row.state for row in rows)
    names = dict(
        PersonName.objects.visible_to(request.actor)
        .filter(person_id__in=[row.case.person_id for row in rows], is_primary=True)
        .values_list("person_id", "full_as_written")
    )
    context = {
        "back": reverse("cases:detail", args=[found.case_id]),
        **{code: count[code] for code in codes("batch_state")},
        "rows": [_result(row, names) for row in rows],
    }
    return render(request, "referral/batch.html", context)


def _result(row, names) -> dict:
    why = REFUSALS.get(row.refusal, _("a check did not hold")) if row.refusal else ""
    return {
        "title": " · ".join(filter(None, [names.get(row.case.person_id, ""), row.case.reference])),
        "meta": f"{row.service.label}, {row.service.organisation.label}" if row.service else "",
        "url": reverse("referral:detail", args=[row.referral_id])
        if row.referral_id
        else reverse("referral:new", args=[row.need_id]),
        "state": label("batch_state", row.state),
        "why": str(why),
        "ok": row.referral_id is not None,
    }
