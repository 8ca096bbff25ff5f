"""The form of an absence."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.actions.absences import OTHERS
from cases.actions.cases import colleagues_for
from cases.forms.base import DoorForm, day_input


class AbsenceForm(DoorForm):
    """Who is away from when to when, and who stands in."""

    member = forms.ModelChoiceField(label=gettext_lazy("Who is away"), queryset=None)
    substitute = forms.ModelChoiceField(label=gettext_lazy("Who stands in"), queryset=None)
    from_on = forms.DateField(label=gettext_lazy("First day"), widget=day_input())
    until_on = forms.DateField(label=gettext_lazy("Last day"), widget=day_input())
    named = forms.BooleanField(
        label=gettext_lazy("The substitute also sees restricted parts"),
        help_text=gettext_lazy("Only if the work cannot wait: trafficking, violence, detention, safe addresses."),
        required=False,
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = colleagues_for(actor)
        mine = colleagues if actor.may(OTHERS) else colleagues.filter(pk=actor.member_id)
        for name, rows in (("member", mine), ("substitute", colleagues.exclude(pk=actor.member_id)
                                               if not actor.may(OTHERS) else colleagues)):  # fmt: skip
            self.fields[name].queryset = rows
            self.fields[name].label_from_instance = lambda member: member.name
        self.fields["member"].initial = actor.member_id
