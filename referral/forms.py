"""Forms of a referral. A step's form is made of the facts that the step table says it needs (house rule 2)."""

from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Consent
from core import dates
from core.actions import Refusal
from core.codelists import choices, label
from core.faces import into_form
from partners.models import Member, Service
from partners.roles import ROLES
from referral import asking, sharing
from referral.lines import stand_before
from referral.routing import LONGEST
from referral.states import COMPLETED_OUTCOMES, NOT_COMPLETED_OUTCOMES, STEPS, Step
from referral.words import STEP_WORDS

URGENCY_HINTS = {
    "emergency": gettext_lazy("Danger now: opened within 1 hour, answered within 4 hours, day and night"),
    "urgent": gettext_lazy("Opened within 3 office hours, answered within 24 hours"),
    "routine": gettext_lazy("Opened within 1 working day, answered within 3 working days"),
}
DECLINE_HINTS = {
    "no_capacity": gettext_lazy("The directory can then say so to others"),
    "not_eligible": gettext_lazy("For example age, status or papers"),
    "insufficient_information": gettext_lazy("You may ask a question instead"),
    "safety_concern": gettext_lazy("Not safe for the person or for others"),
    "other": gettext_lazy("Write it in the note"),
}
ANSWERING = {"referral.answer", "referral.answer_assigned"}


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewReferralForm(forms.Form):
    """Step 1: how soon, and which service. `services` are the ids that may be chosen."""

    urgency = forms.ChoiceField(label=gettext_lazy("How soon must a partner answer?"), widget=forms.RadioSelect)
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"), queryset=Service.objects.none(), widget=forms.HiddenInput, required=False
    )

    def __init__(self, *args, services=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["urgency"].choices = choices("urgency")
        self.fields["urgency"].choice_hints = URGENCY_HINTS
        self.fields["service"].queryset = Service.objects.filter(pk__in=services).select_related("organisation")

    def clean(self):
        """Ask for a service above all fields: the control of this one is the button of each service."""
        if self.cleaned_data.get("service") is None:
            self.errors.pop("service", None)
            raise forms.ValidationError(_("Choose a service from the list."), code="required")
        return self.cleaned_data

    @staticmethod
    def chosen(data) -> UUID | None:
        """Return the service that was posted, None where it is no id."""
        try:
            return UUID(data.get("service", ""))
        except ValueError:
            return None

    def shows(self, refusal: Refusal) -> None:
        """Write what the door refused beside the fields it names."""
        into_form(self, refusal)

    def facts(self) -> dict:
        """Return the keywords of the door."""
        return {name: self.cleaned_data[name] for name in ("service", "urgency")}


class ShareForm(forms.Form):
    """Step 2: one choice for each field that the case offers, and the reason in words."""

    note = forms.CharField(
        label=gettext_lazy("Reason, and what was already done"),
        help_text=gettext_lazy("No names, phones or addresses: they are shared only through the fields."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
    use_required_attribute = False  # a preview may be asked for before the reason is written

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = not self.is_bound or "continue" in self.data
        self.offered = [row for row in offered if row["code"] != "note"]
        for row in self.offered:
            if not row["locked"]:
                self.fields[row["code"]] = forms.ChoiceField(
                    label=row["label"], choices=row["options"], widget=forms.RadioSelect, initial=row["choice"]
                )

    def share(self) -> dict[str, str]:
        """Return the choices by field code."""
        return {row["code"]: self.cleaned_data[row["code"]] for row in self.offered if row["code"] in self.fields}

    def rows(self) -> list[dict]:
        """Return each offered field with its bound control; a locked one has none."""
        return [row | {"control": self[row["code"]] if row["code"] in self.fields else None} for row in self.offered]


class SendForm(forms.Form):
    """Step 3: which consent, the documents, and that the person has seen what is sent."""

    consent = forms.ModelChoiceField(
        label=gettext_lazy("Consent that this rests on"),
        queryset=Consent.objects.none(),
        empty_label=gettext_lazy("Choose a consent"),
    )
    documents_settled = forms.BooleanField(
        label=gettext_lazy("The documents asked for are there, or none can be had"), required=False
    )
    by_link = forms.BooleanField(label=gettext_lazy("The partner has no account: I send a link"), required=False)
    repeat_reason = forms.ChoiceField(label=gettext_lazy("Why is it sent all the same?"), required=False)
    seen = forms.BooleanField(
        label=gettext_lazy("The person has seen, or was read, exactly what is sent"),
        error_messages={"required": gettext_lazy("Show or read the preview to the person, then tick this.")},
    )
    use_required_attribute = False  # "Save and check again" needs neither

    def __init__(self, *args, consents, documents: bool, repeats: bool, desk: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["repeat_reason"].choices = [("", _("Choose a reason")), *choices("repeat_reason")]
        self.fields["consent"].queryset = consents
        self.fields["consent"].label_from_instance = consent_label
        unasked = {"by_link": desk, "repeat_reason": not repeats, "documents_settled": not documents}
        for name in (name for name, holds in unasked.items() if holds):
            del self.fields[name]
        if "save" in self.data:
            self.fields["seen"].required = self.fields["consent"].required = False


def consents_of(referral, actor, now):
    """Return the consents of the person that hold now, the newest first."""
    return (
        Consent.objects.visible_to(actor)
        .filter(person_id=referral.case.person_id, status="given", expires_at__gt=now)
        .order_by("-given_at")
    )


def consent_label(consent: Consent) -> str:
    purposes = ", ".join(label("consent_purpose", code) for code in consent.purposes)
    return _("%(purposes)s; until %(until)s") % {"purposes": purposes, "until": dates.day(consent.expires_at)}


ROUTE_HINTS = {
    "single": gettext_lazy("If the partner says no, you choose again"),
    "ordered": gettext_lazy("The next one is asked after a no, or when nobody answers"),
    "parallel": gettext_lazy("The first to accept takes it; for the others it closes"),
}
ASKING = [
    ("ask", gettext_lazy("Ask me first")),
    ("go_on", gettext_lazy("Send to the next one by itself")),
]
SILENCE = [
    ("expired", gettext_lazy("When the referral has expired: twice the time to decide")),
    ("decision", gettext_lazy("When the time to decide has passed; the earlier referral is taken back")),
]


class ServiceField(forms.ModelChoiceField):
    """A choice of services with who offers them."""

    def label_from_instance(self, obj):
        return f"{obj.label}, {obj.organisation.label}"


class RouteForm(forms.Form):
    """Who is asked besides the first service, and what happens after a no or silence."""

    mode = forms.ChoiceField(label=gettext_lazy("How are they asked?"), widget=forms.RadioSelect)
    on_no = forms.ChoiceField(
        label=gettext_lazy("After a no"), choices=ASKING, widget=forms.RadioSelect, required=False
    )
    on_silence = forms.ChoiceField(
        label=gettext_lazy("When nobody answers"), choices=ASKING, widget=forms.RadioSelect, required=False
    )
    silence = forms.ChoiceField(
        label=gettext_lazy("What counts as no answer?"), choices=SILENCE, widget=forms.RadioSelect, required=False
    )
    documents_settled = forms.BooleanField(
        label=gettext_lazy("The documents that these services ask for are there, or none can be had"), required=False
    )

    def __init__(self, *args, services, chosen=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = choices("route_mode")
        self.fields["mode"].choice_hints = ROUTE_HINTS
        queryset = Service.objects.filter(pk__in=services).select_related("organisation").order_by("name", "pk")
        self.names = [f"next_{number}" for number in range(2, LONGEST + 1)]
        for position, name in enumerate(self.names, start=2):
            self.fields[name] = ServiceField(
                label=_("Service %(number)s") % {"number": position},
                queryset=queryset,
                empty_label=gettext_lazy("Nobody else"),
                required=False,
                initial=chosen[position - 2] if position - 2 < len(chosen) else None,
            )

    def shows(self, refusal) -> None:
        """Write what the door refused above the form; `services` are several fields."""
        into_form(self, refusal)

    def next_fields(self):
        """Return the bound fields of the further services, in their order."""
        return [self[name] for name in self.names]

    def plan(self) -> dict:
        """Return the facts that `steering.plan_route` takes."""
        given = self.cleaned_data
        facts = {name: given[name] for name in ("on_no", "on_silence", "silence") if given[name]}
        services = [given[name] for name in self.names if given[name]] if given["mode"] != "single" else []
        return facts | {"mode": given["mode"], "services": services, "documents_settled": given["documents_settled"]}


class MessageForm(forms.Form):
    """A message to the other side."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("No names, phones or addresses: they are shared only through the fields."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )


class AttemptsField(forms.CharField):
    """Days of attempts to reach the person, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value):
        day = forms.DateField(input_formats=["%Y-%m-%d", "%d.%m.%Y"])
        return [day.clean(line.strip()) for line in (value or "").splitlines() if line.strip()]


class WorkerField(forms.ModelChoiceField):
    """A choice of colleagues by name."""

    def label_from_instance(self, obj):
        return obj.name


class StepForm(forms.Form):
    """The facts of one step. `facts()` is what `lifecycle.advance` takes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, step: Step, referral, actor, at, **kwargs):
        kwargs["initial"] = {"version": referral.version, "worker": actor.member_id} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.step, self.referral, self.actor, self.at = step, referral, actor, at
        for name in (*step.needs, *step.takes):
            asked_now = name not in {"give", "consent"} or asking.still_asked(referral)
            field = getattr(self, f"_{name}")() if asked_now else None
            if field is not None:
                self.fields[name] = field
                self.fields[name].required = name in (*step.needs, "line_reason")

    def facts(self) -> dict:
        """Return the facts that were given, by name."""
        given = {name: self.cleaned_data.get(name) for name in (*self.step.needs, *self.step.takes)}
        return {name: value for name, value in given.items() if value not in (None, "", [])}

    def _line_reason(self):
        """Ask why somebody is taken first, where others of the waiting list come before. One query."""
        before = stand_before(self.referral, actor=self.actor, at=self.at)
        text = _("Others wait before this person: %(count)s. Why is this one taken first?") % {"count": before}
        field = forms.ChoiceField(label=text, choices=choices("line_reason"), widget=forms.RadioSelect)
        return field if before else None

    def _text(self):
        if self.step.name == "accept" and "line_reason" not in self.fields:
            return None
        words = STEP_WORDS[self.step.name]
        return forms.CharField(
            label=words.text_label or gettext_lazy("Note to the other side"),
            help_text=gettext_lazy("No names, phones or addresses: they are shared only through the fields."),
            widget=forms.Textarea(attrs={"rows": 4}),
            max_length=4000,
        )

    def _worker(self):
        return WorkerField(
            label=gettext_lazy("Who will work with the person?"), queryset=workers(self.actor), empty_label=None
        )

    def _reason(self):
        field = forms.ChoiceField(
            label=gettext_lazy("Why can you not take it?"),
            choices=choices("decline_reason"),
            widget=forms.RadioSelect,
        )
        field.choice_hints = DECLINE_HINTS
        return field

    def _suggested_service(self):
        others = Service.objects.filter(
            category=self.referral.category, status="active", accepts_referrals=True
        ).exclude(pk=self.referral.service_id)
        field = forms.ModelChoiceField(
            label=gettext_lazy("Suggest another service"),
            queryset=others.select_related("organisation").order_by("name"),
            empty_label=gettext_lazy("No suggestion"),
        )
        field.label_from_instance = lambda service: f"{service.label}, {service.organisation.label}"
        return field

    def _outcome(self):
        allowed = COMPLETED_OUTCOMES if self.step is STEPS["complete"] else NOT_COMPLETED_OUTCOMES
        return forms.ChoiceField(
            label=gettext_lazy("What came of it?"),
            choices=[pair for pair in choices("referral_outcome") if pair[0] in allowed],
            widget=forms.RadioSelect,
        )

    def _expected_on(self):
        return forms.DateField(label=gettext_lazy("When is a place expected?"), widget=_date())

    def _resume_on(self):
        return forms.DateField(label=gettext_lazy("When does it go on?"), widget=_date())

    def _first_contact_on(self):
        return forms.DateField(
            label=gettext_lazy("Date of the first contact"), widget=_date(), initial=timezone.localdate
        )

    def _attempts(self):
        return AttemptsField(
            label=gettext_lazy("Attempts to reach the person"),
            help_text=gettext_lazy(
                "One day a line, such as 2026-03-17. Three attempts on two days when nobody was reached."
            ),
        )

    def _asked(self):
        lines = [(field.code, field.label) for field in asking.askable(self.referral)]
        return forms.MultipleChoiceField(
            label=gettext_lazy("What do you need to know?"),
            help_text=gettext_lazy("Only what you were not sent. The sender decides, and the person must have agreed."),
            choices=lines,
            widget=forms.CheckboxSelectMultiple,
        )

    def _give(self):
        asked = asking.still_asked(self.referral)
        rows = [row for row in sharing.offered(self.referral, at=self.at) if row["code"] in asked]
        lines = [(row["code"], _given_label(row)) for row in rows if row["value"]]
        return forms.MultipleChoiceField(
            label=gettext_lazy("Add to what was sent"),
            help_text=gettext_lazy("Tick what the person agrees to. It stands beside the first version."),
            choices=lines,
            widget=forms.CheckboxSelectMultiple,
        )

    def _consent(self):
        field = forms.ModelChoiceField(
            label=gettext_lazy("Consent that this rests on"),
            queryset=consents_of(self.referral, self.actor, self.at),
            empty_label=gettext_lazy("Choose a consent"),
            initial=self.referral.consent_id,
        )
        field.label_from_instance = consent_label
        return field


def _given_label(row: dict) -> str:
    return _("%(line)s: %(value)s") % {"line": row["label"], "value": row["value"]}


class WorkerForm(forms.Form):
    """Another worker for a running referral."""

    worker = WorkerField(
        label=gettext_lazy("Who will work with the person?"), queryset=Member.objects.none(), empty_label=None
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["worker"].queryset = workers(actor)


def workers(actor):
    """Return the members of the actor's organisation who may answer referrals."""
    able = sorted(role for role, verbs in ROLES.items() if verbs & ANSWERING)
    return (
        Member.objects.visible_to(actor)
        .filter(organisation_id=actor.organisation_id, is_active=True, role__in=able)
        .order_by("name", "pk")
    )
