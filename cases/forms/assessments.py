"""Forms of assessment and risk: one page of questions at a time."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.determinants import ANSWERS, LEVELS, RESTRICTED, SENSITIVE, asked
from cases.forms.base import DoorForm, day_input, pairs, text_box
from cases.words import RISK_HINTS
from cases.words_plan import ANSWER_WORDS, LEVEL_WORDS
from core.codelists import choices

PAGES = (*LEVELS, "restricted", "risk")  # the restricted one holds all factors of class 4


class FactorsForm(DoorForm):
    """One page of an assessment: the factors of a level, or the restricted ones of all levels, and free text."""

    def __init__(self, *args, page: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.page, self.field_class = page, RESTRICTED if page == "restricted" else SENSITIVE
        self.factors = asked(self.field_class, "" if page == "restricted" else page)
        self.levels = LEVELS if page == "restricted" else (page,)
        if page == LEVELS[0]:
            self.fields["held_on"] = forms.DateField(label=gettext_lazy("Day of the talk"), widget=day_input())
        for factor in self.factors:
            self.fields[factor.code] = forms.ChoiceField(
                label=factor.label,
                choices=pairs(ANSWERS, ANSWER_WORDS),
                widget=forms.RadioSelect,
                required=False,
            )
        for level in self.levels:
            # The restricted page has one text, kept with the first level.
            if page == "restricted" and level != LEVELS[0]:
                continue
            self.fields[f"words_{level}"] = forms.CharField(
                label=gettext_lazy("What you saw and heard"),
                max_length=4000,
                required=False,
                widget=text_box(4),
            )
        if page == LEVELS[0]:
            self.fields["wishes"] = forms.CharField(
                label=gettext_lazy("What the person wants, in their own words"),
                max_length=2000,
                required=False,
                widget=text_box(3),
            )

    @staticmethod
    def of(assessment, part) -> dict:
        """Return what a page begins with: what stands in the draft."""
        words = {f"words_{level}": part.words.get(level, "") for level in LEVELS}
        answers = {factor.code: part.answers.get(factor.code, "not_asked") for factor in asked(part.field_class)}
        return answers | words | {"held_on": assessment.held_on, "wishes": assessment.wishes}

    def groups(self) -> list[dict]:
        """Return the questions under their headings: what raises the danger, what protects."""
        if self.page == "restricted":
            heads = [(str(LEVEL_WORDS[level]), [f for f in self.factors if f.level == level]) for level in LEVELS]
        else:
            heads = [
                (str(title), [f for f in self.factors if f.kind == kind])
                for kind, title in (("risk", gettext_lazy("What makes life harder")),
                                    ("protective", gettext_lazy("What protects")))
            ]  # fmt: skip
        return [{"title": title, "fields": [self[f.code] for f in found]} for title, found in heads if found]

    def texts(self) -> list:
        """Return the bound fields below the questions."""
        names = [name for name in self.fields if name.startswith("words_")] + ["wishes"]
        return [self[name] for name in names if name in self.fields]

    def facts(self) -> dict:
        """Return what `save_assessment` takes."""
        given = self.cleaned_data
        return {
            "field_class": self.field_class,
            "answers": {factor.code: given[factor.code] or "not_asked" for factor in self.factors},
            "words": {name.removeprefix("words_"): given[name] for name in given if name.startswith("words_")},
            "wishes": given.get("wishes"),
            "held_on": given.get("held_on"),
        }


class RiskForm(DoorForm):
    """How much danger the assessor sees, why, and when to look again."""

    risk_level = forms.ChoiceField(label=gettext_lazy("How much danger is the person in?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why this level"),
        help_text=gettext_lazy("Needed when the level is lower than before, or lower than the signs say."),
        max_length=2000,
        required=False,
        widget=text_box(3),
    )
    next_on = forms.DateField(
        label=gettext_lazy("Look again by"),
        help_text=gettext_lazy("Leave it empty for the usual time of the level."),
        required=False,
        widget=day_input(),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["risk_level"].choices = choices("risk_level")
        self.fields["risk_level"].choice_hints = RISK_HINTS


class ReviewForm(DoorForm):
    """Nothing changed: when to look again."""

    reason = forms.CharField(
        label=gettext_lazy("What you looked at"), max_length=2000, required=False, widget=text_box(3)
    )
    next_on = RiskForm.base_fields["next_on"]
