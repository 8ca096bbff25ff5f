"""Forms about a person: who it is, and how it may be reached."""

from django import forms
from django.utils.translation import gettext_lazy

from cases.codes import country_choices, language_choices
from cases.forms.base import DoorForm, clock_input, day_input, or_none, pairs, text_box
from cases.models.persons import NAME_KINDS, PRECISIONS, SCRIPTS
from cases.words import KIND_WORDS, PRECISION_WORDS, SCRIPT_WORDS
from core.codelists import choices
from partners.models import Area

NAME_ROWS = (1, 2, 3)
COUNTRIES, LANGUAGES = (1, 2), (1, 2)


class ContactForm(DoorForm):
    """How the person may be reached without danger."""

    contact_channel = forms.ChoiceField(label=gettext_lazy("Safe way to reach the person"))
    contact_value = forms.CharField(
        label=gettext_lazy("Number, address or name"), max_length=255, required=False, widget=forms.TextInput()
    )
    contact_hours = forms.CharField(
        label=gettext_lazy("When it is safe"),
        help_text=gettext_lazy("For example: weekdays from 10:00 to 12:00"),
        max_length=100,
        required=False,
    )
    contact_warning = forms.CharField(
        label=gettext_lazy("What must not be done"),
        help_text=gettext_lazy("It stands on top of every page of the case. For example: no voicemail, no messages."),
        max_length=1000,
        required=False,
        widget=text_box(2),
    )
    safe_phrase = forms.CharField(
        label=gettext_lazy("What to say if somebody else answers"), max_length=255, required=False
    )
    contact_from = forms.TimeField(
        label=gettext_lazy("Safe from"),
        help_text=gettext_lazy("Every day; messages are sent only then."),
        required=False,
        widget=clock_input(),
    )
    contact_to = forms.TimeField(label=gettext_lazy("Safe until"), required=False, widget=clock_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact_channel"].choices = choices("contact_channel")

    def contact(self) -> dict:
        """Return the facts of the safe contact as the door takes them."""
        return {name: self.cleaned_data[name] for name in ContactForm.base_fields}


class PersonForm(ContactForm):
    """A person: only one name is needed, everything else can wait."""

    FIELD_OF = {"names": "name_1", "languages": "language_1", "citizenships": "citizenship_1"}
    birth_date = forms.DateField(label=gettext_lazy("Date of birth"), required=False, widget=day_input())
    birth_precision = forms.ChoiceField(label=gettext_lazy("How exact it is"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Sex, as the person says"), required=False, widget=forms.RadioSelect)
    country_of_birth = forms.ChoiceField(label=gettext_lazy("Country of birth"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Where the person stays now"), required=False)
    migration_status = forms.ChoiceField(
        label=gettext_lazy("Status in the country"),
        help_text=gettext_lazy("Never a condition for help. Leave “not asked” if it is not needed."),
        required=False,
    )
    caregiver = forms.CharField(
        label=gettext_lazy("Who cares for the child"),
        help_text=gettext_lazy("Under 18 only: name, relation, how to reach them."),
        max_length=2000,
        required=False,
        widget=text_box(2),
    )
    unaccompanied = forms.BooleanField(
        label=gettext_lazy("The child is here without parents or guardian"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in NAME_ROWS:
            first = row == 1
            label = gettext_lazy("Name the person uses") if first else gettext_lazy("Another name or spelling")
            self.fields[f"name_{row}"] = forms.CharField(label=label, max_length=255, required=first)
            self.fields[f"script_{row}"] = forms.ChoiceField(
                label=gettext_lazy("Script"), choices=pairs(SCRIPTS, SCRIPT_WORDS), initial="Zyyy", required=False
            )
            self.fields[f"kind_{row}"] = forms.ChoiceField(
                label=gettext_lazy("Kind"), choices=pairs(NAME_KINDS, KIND_WORDS), required=False
            )
        for row in COUNTRIES:
            label = gettext_lazy("Citizenship") if row == 1 else gettext_lazy("Second citizenship")
            self.fields[f"citizenship_{row}"] = forms.ChoiceField(label=label, required=False)
            self.fields[f"citizenship_{row}"].choices = or_none(country_choices())
        for row in LANGUAGES:
            label = gettext_lazy("Language for talking") if row == 1 else gettext_lazy("Another language")
            self.fields[f"language_{row}"] = forms.ChoiceField(label=label, required=False)
            self.fields[f"language_{row}"].choices = or_none(language_choices())
        self.fields["interpreter"] = forms.BooleanField(label=gettext_lazy("Interpreter needed"), required=False)
        self.fields["birth_precision"].choices = pairs(PRECISIONS, PRECISION_WORDS)
        self.fields["birth_precision"].initial = "unknown"
        self.fields["sex"].choices = choices("sex")
        self.fields["sex"].initial = "unknown"
        self.fields["country_of_birth"].choices = or_none(country_choices())
        self.fields["migration_status"].choices = choices("migration_status")
        self.fields["migration_status"].initial = "not_asked"
        self.fields["area"].choices = or_none(area_choices())
        self.fields["contact_channel"].initial = "none"

    def name_rows(self):
        """Return the bound fields of the names, row by row, for the template."""
        return [(self[f"name_{row}"], self[f"script_{row}"], self[f"kind_{row}"]) for row in NAME_ROWS]

    def facts(self) -> dict:
        """Return what `register_person` takes."""
        given = self.cleaned_data
        names = [
            {
                "full_as_written": given[f"name_{row}"],
                "script": given[f"script_{row}"],
                "kind": given[f"kind_{row}"] or ("legal" if row == 1 else "alias"),
            }
            for row in NAME_ROWS
            if given[f"name_{row}"]
        ]
        languages = [
            {"code": given[f"language_{row}"], "interpreter": given["interpreter"]}
            for row in LANGUAGES
            if given[f"language_{row}"]
        ]
        return self.contact() | {
            "names": names,
            "languages": languages,
            "citizenships": [given[f"citizenship_{row}"] for row in COUNTRIES if given[f"citizenship_{row}"]],
            "country_of_birth": given["country_of_birth"],
            "sex": given["sex"] or "unknown",
            "birth_date": given["birth_date"],
            "birth_precision": given["birth_precision"] or "unknown",
            "area": given["area"] or None,
            "migration_status": given["migration_status"] or "not_asked",
            "caregiver": given["caregiver"],
            "unaccompanied": given["unaccompanied"],
        }


def area_choices() -> list:
    """Return the districts grouped by oblast, in the active language. One query."""
    areas = list(Area.objects.all())
    oblasts = sorted((area for area in areas if area.parent_id is None), key=lambda area: area.label)
    groups = []
    for oblast in oblasts:
        below = sorted((area.label, area.pk) for area in areas if area.parent_id == oblast.pk)
        groups.append((oblast.label, [(oblast.pk, oblast.label), *((code, name) for name, code in below)]))
    return groups
