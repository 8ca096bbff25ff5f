"""Forms of the trafficking screen."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.forms.base import DoorForm, day_input, or_none, pairs, text_box
from cases.models.trafficking import BODIES, GROUPS
from cases.trafficking import ANSWERS, CONTROL, DIMENSIONS, EXPLOITATION, MEANS, signs_for
from cases.words_plan import ANSWER_WORDS
from cases.words_trafficking import (
    BODY_WORDS,
    CONTROL_WORDS,
    DIMENSION_WORDS,
    EXPLOITATION_WORDS,
    GROUP_WORDS,
    MEANS_WORDS,
)
from core.codelists import label


class GroupForm(DoorForm):
    """Whom the screen is about: it decides which signs are asked."""

    group = forms.ChoiceField(label=gettext_lazy("Whom do you ask, and about what?"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = pairs(GROUPS, GROUP_WORDS)


class ScreenForm(DoorForm):
    """The signs of one group, by dimension, and the codes of HTCDS."""

    means = forms.MultipleChoiceField(
        label=gettext_lazy("How the person was recruited"), required=False, widget=forms.CheckboxSelectMultiple
    )
    control = forms.MultipleChoiceField(
        label=gettext_lazy("How the person is or was controlled"), required=False, widget=forms.CheckboxSelectMultiple
    )
    exploitation = forms.MultipleChoiceField(
        label=gettext_lazy("Kind of exploitation"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("What you saw and heard"), max_length=4000, required=False, widget=text_box(4)
    )

    def __init__(self, *args, group: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.group, self.signs = group, signs_for(group)
        for name, codes, words in (
            ("means", MEANS, MEANS_WORDS),
            ("control", CONTROL, CONTROL_WORDS),
            ("exploitation", EXPLOITATION, EXPLOITATION_WORDS),
        ):
            self.fields[name].choices = pairs(codes, words)
        for code, sign in self.signs.items():
            self.fields[code] = forms.ChoiceField(
                label=sign.label,
                choices=pairs(ANSWERS, ANSWER_WORDS),
                widget=forms.RadioSelect,
                required=False,
                initial="not_asked",
            )

    def groups(self) -> list[dict]:
        """Return the signs under the names of their dimensions."""
        return [
            {
                "title": str(DIMENSION_WORDS[dimension]),
                "fields": [self[code] for code, sign in self.signs.items() if sign.dimension == dimension],
            }
            for dimension in DIMENSIONS
        ]

    def codes(self) -> list:
        """Return the bound fields below the signs."""
        return [self[name] for name in ("means", "control", "exploitation", "note")]

    def facts(self) -> dict:
        """Return what `record_screening` takes."""
        given = self.cleaned_data
        return {
            "group": self.group,
            "answers": {code: given[code] or "not_asked" for code in self.signs},
            **{name: given[name] for name in ("means", "control", "exploitation", "note")},
        }


class StatusForm(DoorForm):
    """What holds from today; the decision of a body only where the organisation is entitled."""

    status = forms.ChoiceField(label=gettext_lazy("What holds from today"), widget=forms.RadioSelect)
    decision_body = forms.ChoiceField(label=gettext_lazy("Who decided"), required=False)
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), required=False, widget=day_input())
    decision_reference = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=200, required=False)

    def __init__(self, *args, entitled: bool, **kwargs):
        super().__init__(*args, **kwargs)
        offered = ("possible", "actual", "not_victim") if entitled else ("possible",)
        self.fields["status"].choices = [(code, label("trafficking_status", code)) for code in offered]
        self.fields["status"].initial = "possible"
        self.fields["decision_body"].choices = or_none(pairs(BODIES, BODY_WORDS))
        if not entitled:
            for name in ("decision_body", "decided_on", "decision_reference"):
                del self.fields[name]
