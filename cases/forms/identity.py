"""Forms that change what is known of a person: facts, names, papers, status, further ways, family."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.contacts import REVEAL_REASONS
from cases.codes import country_choices, language_choices
from cases.forms.base import DoorForm, clock_input, day_input, or_none, pairs, text_box
from cases.forms.persons import area_choices
from cases.models import MigrationStatus, Person, PersonDocument
from cases.models.papers import REACHABLE
from cases.models.persons import NAME_KINDS, PRECISIONS, SCRIPTS
from cases.words import KIND_WORDS, LEVEL_WORDS, PRECISION_WORDS, REVEAL_WORDS, SCRIPT_WORDS
from core.codelists import choices, label

ROWS = (1, 2, 3)  # citizenships, languages


class FactsForm(DoorForm):
    """What was said at registration; `restricted` adds what only those may see whom the case names."""

    FIELD_OF = {"languages": "language_1", "citizenships": "citizenship_1"}
    sex = forms.ChoiceField(label=gettext_lazy("Sex, as the person says"))
    birth_date = forms.DateField(label=gettext_lazy("Date of birth"), required=False, widget=day_input())
    birth_precision = forms.ChoiceField(label=gettext_lazy("How exact it is"))
    country_of_birth = forms.ChoiceField(label=gettext_lazy("Country of birth"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Where the person stays now"), required=False)
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

    def __init__(self, *args, restricted: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = choices("sex")
        self.fields["birth_precision"].choices = pairs(PRECISIONS, PRECISION_WORDS)
        self.fields["country_of_birth"].choices = or_none(country_choices())
        self.fields["area"].choices = or_none(area_choices())
        countries, languages = or_none(country_choices()), or_none(language_choices())
        for row in ROWS:
            citizenship = gettext_lazy("Citizenship") if row == 1 else gettext_lazy("Further citizenship")
            language = gettext_lazy("Language for talking") if row == 1 else gettext_lazy("Another language")
            level, interpreter = gettext_lazy("How well"), gettext_lazy("Interpreter needed")
            self.fields[f"citizenship_{row}"] = forms.ChoiceField(label=citizenship, choices=countries, required=False)
            self.fields[f"language_{row}"] = forms.ChoiceField(label=language, choices=languages, required=False)
            self.fields[f"level_{row}"] = forms.ChoiceField(
                label=level, choices=pairs(LEVEL_WORDS, LEVEL_WORDS), required=False
            )
            self.fields[f"interpreter_{row}"] = forms.BooleanField(label=interpreter, required=False)
        if restricted:
            self.fields["gender"] = forms.CharField(
                label=gettext_lazy("Gender, in the words of the person"),
                help_text=gettext_lazy("Only if the person wants to say. Seen by those whom the case names."),
                max_length=100,
                required=False,
            )

    @property
    def rows(self) -> dict:
        """Return the bound fields that come in rows, for the template."""
        return {
            "citizenships": [self[f"citizenship_{row}"] for row in ROWS],
            "languages": [(self[f"language_{row}"], self[f"level_{row}"], self[f"interpreter_{row}"]) for row in ROWS],
        }

    @staticmethod
    def of(person: Person) -> dict:
        """Return what stands now, by field name."""
        plain = ("sex", "birth_date", "birth_precision", "country_of_birth", "caregiver", "unaccompanied", "gender")
        found = {name: getattr(person, name) for name in plain} | {"area": person.area_id or ""}
        found |= {f"citizenship_{row}": code for row, code in zip(ROWS, person.citizenships, strict=False)}
        for row, entry in zip(ROWS, person.languages, strict=False):
            found |= {
                f"language_{row}": entry["code"],
                f"level_{row}": entry.get("level", ""),
                f"interpreter_{row}": entry.get("interpreter", False),
            }
        return found

    def facts(self) -> dict:
        """Return what `change_person` takes."""
        given = self.cleaned_data
        plain = ("sex", "birth_date", "birth_precision", "country_of_birth", "area", "caregiver", "unaccompanied")
        found = {name: given[name] for name in plain} | ({"gender": given["gender"]} if "gender" in given else {})
        found["citizenships"] = [given[f"citizenship_{row}"] for row in ROWS if given[f"citizenship_{row}"]]
        found["languages"] = [
            {
                "code": given[f"language_{row}"],
                "level": given[f"level_{row}"],
                "interpreter": given[f"interpreter_{row}"],
            }
            for row in ROWS
            if given[f"language_{row}"]
        ]
        return found


class NameForm(DoorForm):
    """One name in one script."""

    full_as_written = forms.CharField(label=gettext_lazy("Name as the person writes it"), max_length=255)
    script = forms.ChoiceField(label=gettext_lazy("Script"), choices=())
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=())
    language = forms.ChoiceField(label=gettext_lazy("Language of the name"), required=False)
    given = forms.CharField(label=gettext_lazy("Given name"), max_length=100, required=False)
    family = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    patronymic = forms.CharField(label=gettext_lazy("Patronymic"), max_length=100, required=False)
    father = forms.CharField(label=gettext_lazy("Father's name"), max_length=100, required=False)
    grandfather = forms.CharField(label=gettext_lazy("Grandfather's name"), max_length=100, required=False)
    source = forms.CharField(
        label=gettext_lazy("On which paper it stands so"), max_length=100, required=False, widget=forms.TextInput()
    )
    is_primary = forms.BooleanField(label=gettext_lazy("Main name: shown on every page"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["script"].choices = pairs(SCRIPTS, SCRIPT_WORDS)
        self.fields["kind"].choices = pairs(NAME_KINDS, KIND_WORDS)
        self.fields["language"].choices = or_none(language_choices())


class PaperForm(DoorForm):
    """A paper of a person."""

    type = forms.ChoiceField(label=gettext_lazy("Paper"))
    issuer = forms.ChoiceField(label=gettext_lazy("Issued by (country)"), required=False)
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=64, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=day_input())
    note = forms.CharField(
        label=gettext_lazy("Where it is"),
        help_text=gettext_lazy("For example: lost, or kept by an employer."),
        max_length=500,
        required=False,
        widget=text_box(2),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = choices("document_type")
        self.fields["issuer"].choices = or_none(country_choices())


class StatusForm(DoorForm):
    """The present status in the country."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status in the country"),
        help_text=gettext_lazy("Never a condition for help. Leave “not asked” if it is not needed."),
    )
    since = forms.DateField(label=gettext_lazy("Since"), required=False, widget=day_input())
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("We remind you 30, 14 and 3 days before."),
        required=False,
        widget=day_input(),
    )
    basis = forms.CharField(label=gettext_lazy("On which ground"), max_length=2000, required=False, widget=text_box(2))
    document = forms.ModelChoiceField(
        label=gettext_lazy("Paper that shows it"), queryset=PersonDocument.objects.none(), required=False
    )
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, papers, present: MigrationStatus | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = choices("migration_status")
        self.fields["status"].initial = "not_asked"
        self.fields["document"].queryset = papers
        self.fields["document"].label_from_instance = lambda paper: label("document_type", paper.type)
        self.fields["replaces"].initial = present.pk if present else None


class WayForm(DoorForm):
    """A further way to reach a person. Without the number where it is not safe: that is looked up apart."""

    channel = forms.ChoiceField(label=gettext_lazy("Way"))
    value = forms.CharField(
        label=gettext_lazy("Number, address or name"), max_length=255, required=False, widget=forms.TextInput()
    )
    safe = forms.BooleanField(
        label=gettext_lazy("It is safe to use this way"),
        help_text=gettext_lazy("Without this tick nobody is offered the number, and nothing is sent to it."),
        required=False,
    )
    time_from = forms.TimeField(label=gettext_lazy("Safe from"), required=False, widget=clock_input())
    time_to = forms.TimeField(label=gettext_lazy("Safe until"), required=False, widget=clock_input())
    hours = forms.CharField(label=gettext_lazy("When it is safe, in words"), max_length=100, required=False)
    warning = forms.CharField(
        label=gettext_lazy("What must not be done"), max_length=1000, required=False, widget=text_box(2)
    )

    def __init__(self, *args, hides_value: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(code, label("contact_channel", code)) for code in REACHABLE]
        if hides_value:
            del self.fields["value"]


class RevealForm(DoorForm):
    """Why an unsafe number is looked up."""

    reason = forms.ChoiceField(label=gettext_lazy("Why you need to see it"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = pairs(REVEAL_REASONS, REVEAL_WORDS)


class _WithOther(DoorForm):
    """Names somebody by the number of a record that the actor may open."""

    other = forms.CharField(
        label=gettext_lazy("Number of the other person's record"),
        help_text=gettext_lazy("For example P-7F3K9Q2M, from the top of that person's page."),
        max_length=12,
        required=False,
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_other(self):
        """Return the person with this number, None for none."""
        wanted = self.cleaned_data["other"].strip().upper()
        if not wanted:
            return None
        found = Person.objects.visible_to(self.actor).filter(reference=wanted).first()
        if found is None:
            raise forms.ValidationError(_("No record with this number is open to you."))
        return found


class RelationForm(_WithOther):
    """Who somebody is to the person."""

    kind = forms.ChoiceField(label=gettext_lazy("Who this is to the person"))
    outsider = forms.CharField(
        label=gettext_lazy("Or a name, where there is no record"), max_length=255, required=False,
        widget=forms.TextInput(),
    )  # fmt: skip
    cares = forms.BooleanField(label=gettext_lazy("Cares for the person now"), required=False)
    separated = forms.BooleanField(label=gettext_lazy("They were separated and have not met again"), required=False)
    note = forms.CharField(label=gettext_lazy("In a few words"), max_length=1000, required=False, widget=text_box(2))
    field_order = ("kind", "other", "outsider", "cares", "separated", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = or_none(choices("relation_kind"))


class HouseholdForm(_WithOther):
    """Whose household the person joins."""

    head = forms.BooleanField(label=gettext_lazy("The person is the head of the household"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].required = True


class BestInterestsForm(DoorForm):
    """What was found to be best for a child."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), widget=forms.RadioSelect)
    on = forms.DateField(label=gettext_lazy("Date"), widget=day_input())
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    decided_by = forms.CharField(label=gettext_lazy("Who decided"), max_length=255, widget=forms.TextInput())
    text = forms.CharField(
        label=gettext_lazy("Reasons, and what the child said"), max_length=4000, required=False, widget=text_box(4)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices("best_interests_kind")
        self.fields["decision"].choices = choices("best_interests_decision")
