"""Forms about calls: what was said, and how the caller may be reached."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.forms.base import DoorForm, text_box
from cases.forms.persons import ContactForm
from cases.models.papers import REACHABLE
from cases.words import RISK_HINTS
from core.codelists import choices, label

CALL = ("said", "channel", "risk_level", "minutes")


class CallForm(DoorForm):
    """One call as it was heard."""

    channel = forms.ChoiceField(label=gettext_lazy("How the person reached us"))
    said = forms.CharField(
        label=gettext_lazy("What was said"),
        help_text=gettext_lazy("In the caller’s words where you can. A name is not needed."),
        max_length=8000,
        widget=text_box(6),
    )
    risk_level = forms.ChoiceField(label=gettext_lazy("How much danger is the person in?"), widget=forms.RadioSelect)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=0, max_value=1440)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(code, label("contact_channel", code)) for code in REACHABLE]
        self.fields["risk_level"].choices = choices("risk_level")
        self.fields["risk_level"].choice_hints = RISK_HINTS

    def facts(self) -> dict:
        """Return what `add_call` takes."""
        return {name: self.cleaned_data[name] for name in CALL}


class CallerForm(CallForm, ContactForm):
    """The first call of somebody without a name: the call, and how the caller may be reached again."""

    contact_from = contact_to = None  # a machine writes to nobody whose name is not known

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact_channel"].initial = "none"

    def facts(self) -> dict:
        """Return what `log_call` takes."""
        contact = {name: self.cleaned_data[name] for name in self.fields if name not in CALL}
        return super().facts() | {"contact": contact}
