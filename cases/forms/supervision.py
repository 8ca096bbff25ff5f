"""Forms of supervision: deciding, handing over, sealing, opening in an emergency."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.actions.approvals import APPROVE, SEND_BACK
from cases.forms.base import DoorForm


class DecideForm(DoorForm):
    """Approve, or send back with a reason; the two buttons are the answer."""

    answer = forms.ChoiceField(choices=[(APPROVE, APPROVE), (SEND_BACK, SEND_BACK)], widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("A word to your colleague"),
        help_text=gettext_lazy("Needed when you send it back: what has to change?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
