"""Forms of the waiting line: moving somebody up, and another expected date."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.base import DoorForm, day_input, text_box
from core.codelists import choices

NO_NAMES = gettext_lazy("The sender reads this. No names, nothing about others who wait.")


class MoveForm(DoorForm):
    """To which place somebody is moved, and why. `last` is the last place that can be chosen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = forms.TypedChoiceField(label=gettext_lazy("To which place?"), coerce=int)
    reason = forms.ChoiceField(label=gettext_lazy("Why?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("In your words"), help_text=NO_NAMES, widget=text_box(), max_length=1000, required=False
    )

    def __init__(self, *args, last: int, **kwargs):
        super().__init__(*args, **kwargs)
        words = [(number, _("Place %(place)s") % {"place": number}) for number in range(2, last + 1)]
        self.fields["place"].choices = [(1, _("First: next in line")), *words]
        self.fields["reason"].choices = choices("line_reason")


class ExpectForm(DoorForm):
    """On which day a place is expected now."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    expected_on = forms.DateField(label=gettext_lazy("When is a place expected?"), widget=day_input())
