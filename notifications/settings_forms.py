"""Forms of one's own settings and of webhooks."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases.forms.base import DoorForm
from core.events import sentence
from notifications import hooks

GROUPS = {
    "new": _("A partner asks for help"),
    "question": _("A partner asks a question"),
    "message": _("A partner writes a message"),
    "news": _("A partner replies, or your work changes"),
    "deadline": _("A deadline is near or late"),
    "reminder": _("A date comes near"),
    "approval": _("Something waits for your approval"),
    "alarm": _("Something unusual happened"),
}
WAYS = {"email": _("E-mail"), "push": _("Device"), "sms": _("Text message")}
DIGEST_CHOICES = [
    ("now", _("Each mail at once")),
    ("daily", _("One mail a day, at eight")),
    ("weekly", _("One mail a week, on Monday")),
]


def _time(label) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class PreferenceForm(DoorForm):
    """What somebody is told, where and when; one field `ways_<group>` for each group of kinds."""

    language = forms.ChoiceField(label=_("Language of mails and messages"), choices=settings.LANGUAGES)
    digest = forms.ChoiceField(label=_("Mail that is not urgent"), choices=DIGEST_CHOICES, widget=forms.RadioSelect)
    quiet_from = _time(_("Quiet from"))
    quiet_until = _time(_("Quiet until"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group, label in GROUPS.items():
            self.fields[f"ways_{group}"] = forms.MultipleChoiceField(
                label=label, choices=list(WAYS.items()), required=False, widget=forms.CheckboxSelectMultiple
            )

    def facts(self) -> dict:
        """Return what the door takes."""
        facts = {name: self.cleaned_data[name] for name in ("language", "digest", "quiet_from", "quiet_until")}
        return facts | {"channels": {group: self.cleaned_data[f"ways_{group}"] for group in GROUPS}}


class PhoneForm(DoorForm):
    """One's own telephone number."""

    number = forms.CharField(
        label=_("Telephone number"), max_length=32, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )


class CodeForm(DoorForm):
    """The code that came to it."""

    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class DeviceForm(forms.Form):
    """What a browser says of itself."""

    endpoint = forms.CharField(max_length=2048)
    p256dh = forms.CharField(max_length=128)
    auth = forms.CharField(max_length=64)


class WebhookForm(DoorForm):
    """Where an organisation's own system listens, and to what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=2048,
        help_text=_("https:// and a name that the internet knows."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(label=_("What it is told of"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind, f"{sentence(kind)} ({kind})") for kind in hooks.kinds()]
