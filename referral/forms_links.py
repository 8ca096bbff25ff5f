"""Forms of answer links: how a link travels, its code, and an answer without an account."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.codelists import choices
from core.faces import into_form
from referral.facts import LONGEST_NAME
from referral.forms import StepForm
from referral.links import EMAIL, PAPER, PHONE, SMS, mails_of, numbers_of

WAY_HINTS = {
    EMAIL: _("To an address of the directory. The mail says nothing about anybody."),
    PAPER: _("You print it or read it out. For partners without e-mail."),
}
CODE_HINTS = {
    PHONE: _("You see it once, on the next page. Never write it on the paper."),
    SMS: _("To a mobile number of the directory."),
}
HOUR_WORDS = {24: _("24 hours"), 48: _("2 days"), 72: _("3 days"), 168: _("7 days")}


class LinkForm(forms.Form):
    """How link and code travel, each its own way, and how long they work."""

    way = forms.ChoiceField(label=_("How does the link travel?"), widget=forms.RadioSelect)
    address = forms.ChoiceField(label=_("E-mail address of the directory"), required=False)
    code_way = forms.ChoiceField(label=_("How does the code travel?"), widget=forms.RadioSelect)
    number = forms.ChoiceField(label=_("Mobile number of the directory"), required=False)
    hours = forms.TypedChoiceField(label=_("How long does it work?"), coerce=int, initial=48)
    language = forms.ChoiceField(label=_("Language of mail, message and paper"))

    def __init__(self, *args, referral, **kwargs):
        super().__init__(*args, **kwargs)
        mails, numbers = mails_of(referral), numbers_of(referral)
        ways = [PAPER] if not mails else [EMAIL, PAPER]
        code_ways = [PHONE] if not (numbers and settings.SMS_GATEWAY) else [PHONE, SMS]
        for name, codes, hints in (("way", ways, WAY_HINTS), ("code_way", code_ways, CODE_HINTS)):
            list_name = {"way": "link_way", "code_way": "link_code_way"}[name]
            self.fields[name].choices = [pair for pair in choices(list_name) if pair[0] in codes]
            self.fields[name].choice_hints = hints
            self.fields[name].initial = codes[0]
        for name, values in (("address", mails), ("number", numbers if SMS in code_ways else [])):
            self.fields[name].choices = [(value, value) for value in values]
            if not values:
                del self.fields[name]
        self.fields["hours"].choices = list(HOUR_WORDS.items())
        self.fields["language"].choices = settings.LANGUAGES
        self.fields["language"].initial = get_language()

    def shows(self, refusal) -> None:
        """Write what the door refused beside its field."""
        into_form(self, refusal)


class CodeForm(forms.Form):
    """The six digits that came another way."""

    code = forms.CharField(
        label=_("Code of six digits"),
        help_text=_("You got it by telephone or as a text message, never together with the link."),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class AccountForm(forms.Form):
    """Who asks for an account."""

    name = forms.CharField(label=_("Your name"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=_("Your work e-mail"), help_text=_("You will sign in with it."), max_length=254)

    def shows(self, refusal) -> None:
        """Write what the door refused beside its field."""
        into_form(self, refusal)


class LinkedStepForm(StepForm):
    """The facts of one step, given by somebody without an account: names are written, not chosen."""

    name = forms.CharField(
        label=_("Your name and post"), help_text=_("The sender sees who answered."), max_length=LONGEST_NAME
    )
    packet_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, step, referral, actor, at, **kwargs):
        initial = {"packet_version": referral.packet_version, "worker": ""} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, step=step, referral=referral, actor=actor, at=at, initial=initial, **kwargs)
        del self.fields["version"]  # the sender may correct it meanwhile: `packet_version` is what was read

    def _worker(self):
        return forms.CharField(
            label=_("Who will work with the person?"), help_text=_("A colleague's name."), max_length=LONGEST_NAME
        )

    def shows(self, refusal) -> None:
        """Write what the door refused beside its field."""
        into_form(self, refusal)
