"""Forms of the case pages. The doors check; a form only reads what was typed and shows what a door refused."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.cases import CONSENT_BASES, colleagues_for
from cases.actions.consents import DATA_CLASSES, LIFETIME
from cases.codes import country_choices, language_choices
from cases.models.consents import RELATIONS
from cases.models.persons import NAME_KINDS, PRECISIONS, SCRIPTS
from cases.states import REOPEN_REASONS
from cases.words import (
    BASIS_WORDS,
    CLASS_HINTS,
    CLASS_WORDS,
    KIND_WORDS,
    NEED_HINTS,
    PRECISION_WORDS,
    PURPOSE_HINTS,
    RELATION_WORDS,
    REOPEN_WORDS,
    RISK_HINTS,
    SCRIPT_WORDS,
)
from core.actions import Refusal
from core.codelists import choices
from core.faces import into_form
from partners.models import Area, Organisation

NAME_ROWS = (1, 2, 3)
COUNTRIES, LANGUAGES = (1, 2), (1, 2)


def _pairs(codes, words) -> list[tuple[str, str]]:
    return [(code, str(words[code])) for code in codes]


def _with_empty(pairs, text: str = "") -> list[tuple[str, str]]:
    return [("", text), *pairs]


def _date(**attributes) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"} | attributes, format="%Y-%m-%d")


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DoorForm(forms.Form):
    """A form in front of a door: `shows` writes what the door refused beside the right fields."""

    FIELD_OF: dict[str, str] = {}  # name at the door -> name in the form, where they differ

    def shows(self, refusal: Refusal) -> None:
        """Write a refusal into the form, under the form's own names."""
        refusal.fields = {self.FIELD_OF.get(name, name): texts for name, texts in refusal.fields.items()}
        into_form(self, refusal)


class SearchForm(forms.Form):
    """One box: a name in any script, or a case number."""

    q = forms.CharField(
        label=gettext_lazy("Name, alias or case number"),
        help_text=gettext_lazy("Any script and spelling: Latin, Cyrillic and Arabic are searched together."),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


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
        widget=_lines(2),
    )
    safe_phrase = forms.CharField(
        label=gettext_lazy("What to say if somebody else answers"), max_length=255, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact_channel"].choices = choices("contact_channel")

    def contact(self) -> dict:
        """Return the facts of the safe contact as the door takes them."""
        return {name: self.cleaned_data[name] for name in ContactForm.base_fields}


class PersonForm(ContactForm):
    """A person: only one name is needed, everything else can wait."""

    FIELD_OF = {"names": "name_1", "languages": "language_1", "citizenships": "citizenship_1"}
    birth_date = forms.DateField(label=gettext_lazy("Date of birth"), required=False, widget=_date())
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
        widget=_lines(2),
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
                label=gettext_lazy("Script"), choices=_pairs(SCRIPTS, SCRIPT_WORDS), initial="Zyyy", required=False
            )
            self.fields[f"kind_{row}"] = forms.ChoiceField(
                label=gettext_lazy("Kind"), choices=_pairs(NAME_KINDS, KIND_WORDS), required=False
            )
        for row in COUNTRIES:
            label = gettext_lazy("Citizenship") if row == 1 else gettext_lazy("Second citizenship")
            self.fields[f"citizenship_{row}"] = forms.ChoiceField(label=label, required=False)
            self.fields[f"citizenship_{row}"].choices = _with_empty(country_choices())
        for row in LANGUAGES:
            label = gettext_lazy("Language for talking") if row == 1 else gettext_lazy("Another language")
            self.fields[f"language_{row}"] = forms.ChoiceField(label=label, required=False)
            self.fields[f"language_{row}"].choices = _with_empty(language_choices())
        self.fields["interpreter"] = forms.BooleanField(label=gettext_lazy("Interpreter needed"), required=False)
        self.fields["birth_precision"].choices = _pairs(PRECISIONS, PRECISION_WORDS)
        self.fields["birth_precision"].initial = "unknown"
        self.fields["sex"].choices = choices("sex")
        self.fields["sex"].initial = "unknown"
        self.fields["country_of_birth"].choices = _with_empty(country_choices())
        self.fields["migration_status"].choices = choices("migration_status")
        self.fields["migration_status"].initial = "not_asked"
        self.fields["area"].choices = _with_empty(area_choices())
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


class ConsentForm(DoorForm):
    """What the person agrees to, answer by answer."""

    FIELD_OF = {"expires_at": "expires_on"}
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("The person says yes to"),
        help_text=gettext_lazy("Ask each one by itself. A “no” never stops help that does not need the data."),
        widget=forms.CheckboxSelectMultiple,
    )
    receiver_class = forms.ChoiceField(
        label=gettext_lazy("Who may receive a referral"), required=False, widget=forms.RadioSelect, initial=""
    )
    receivers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    excluded = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Never these organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    data_classes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What may be shared in a referral"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    given_by = forms.ChoiceField(label=gettext_lazy("Who agrees"))
    representative = forms.CharField(label=gettext_lazy("Name of the representative"), max_length=255, required=False)
    assent = forms.BooleanField(label=gettext_lazy("The child agrees too, in its own words"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Explained in"))
    interpreter = forms.BooleanField(label=gettext_lazy("An interpreter helped"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("How consent was given"), widget=forms.RadioSelect)
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"), help_text=gettext_lazy("12 months at most."), widget=_date()
    )
    evidence = forms.CharField(
        label=gettext_lazy("Where the signed paper or the recording is kept"),
        max_length=2000,
        required=False,
        widget=_lines(2),
    )

    def __init__(self, *args, at, home: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        network = Organisation.objects.filter(member_of_network=True, status="active").exclude(pk=home.pk)
        for name in ("receivers", "excluded"):
            self.fields[name].queryset = network.order_by("name", "pk")
            self.fields[name].label_from_instance = lambda organisation: organisation.full_label
        self.fields["purposes"].choices = choices("consent_purpose")
        self.fields["purposes"].choice_hints = PURPOSE_HINTS
        self.fields["data_classes"].choices = _pairs(DATA_CLASSES, CLASS_WORDS)
        self.fields["data_classes"].choice_hints = {str(code): text for code, text in CLASS_HINTS.items()}
        self.fields["receiver_class"].choices = [
            ("", _("Only the organisations chosen below")),
            ("network", _("Every organisation of the network that we choose together")),
        ]
        self.fields["given_by"].choices = _pairs(RELATIONS, RELATION_WORDS)
        self.fields["language"].choices = _with_empty(language_choices())
        # DOMAIN 5.1: the law of the country knows no spoken consent; bodies under another regime do.
        methods = [
            pair for pair in choices("consent_method") if home.legal_regime != "by_law" or "verbal" not in pair[0]
        ]
        self.fields["method"].choices = methods
        last = timezone.localdate(at + LIFETIME)
        self.fields["expires_on"].initial = last
        self.fields["expires_on"].widget.attrs |= {"max": last.isoformat()}

    def facts(self) -> dict:
        """Return what `record_consent` takes; the last day counts to its end."""
        given = dict(self.cleaned_data)
        day = given.pop("expires_on")
        full = day == timezone.localdate(self.at + LIFETIME)
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        given["expires_at"] = self.at + LIFETIME if full else end
        given["receivers"] = [] if given["receiver_class"] else [row.pk for row in given["receivers"]]
        given["excluded"] = [row.pk for row in given["excluded"]]
        given["assent"] = given["assent"] or None
        return given


class CaseForm(DoorForm):
    """Opening a case: how much danger, and how the person came."""

    risk_level = forms.ChoiceField(label=gettext_lazy("How much danger is the person in?"), widget=forms.RadioSelect)
    entry_point = forms.ChoiceField(label=gettext_lazy("How the person came to us"))
    consent_basis = forms.ChoiceField(label=gettext_lazy("The work rests on"))
    basis_note = forms.CharField(
        label=gettext_lazy("Why you work without consent"),
        help_text=gettext_lazy("Only if the work does not rest on consent."),
        max_length=2000,
        required=False,
        widget=_lines(2),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["risk_level"].choices = choices("risk_level")
        self.fields["risk_level"].choice_hints = RISK_HINTS
        self.fields["entry_point"].choices = choices("entry_point")
        self.fields["entry_point"].initial = "walk_in"
        self.fields["consent_basis"].choices = _pairs(CONSENT_BASES, BASIS_WORDS)


class NeedForm(DoorForm):
    """One need."""

    category = forms.ChoiceField(label=gettext_lazy("What is needed"))
    description = forms.CharField(
        label=gettext_lazy("In a few words"), max_length=2000, required=False, widget=_lines(3)
    )
    priority = forms.ChoiceField(label=gettext_lazy("How soon"), widget=forms.RadioSelect, initial="routine")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = _with_empty(choices("need_category"))
        self.fields["priority"].choices = choices("urgency")
        self.fields["priority"].choice_hints = NEED_HINTS


class SettleForm(DoorForm):
    """What became of a need."""

    status = forms.ChoiceField(label=gettext_lazy("What the person says"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [
            pair for pair in choices("need_status") if pair[0] not in {"open", "in_referral"}
        ]


class TaskForm(DoorForm):
    """A task of one's own."""

    FIELD_OF = {"due_at": "due_on"}
    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=500, widget=_lines(2))
    due_on = forms.DateField(label=gettext_lazy("By which day"), required=False, widget=_date())

    def facts(self) -> dict:
        """Return what `add_task` takes; a day means its working end, 18:00."""
        day = self.cleaned_data["due_on"]
        due_at = timezone.make_aware(datetime.combine(day, time(18))) if day else None
        return {"text": self.cleaned_data["text"], "due_at": due_at}


class ReassignForm(DoorForm):
    """Who takes the case over."""

    caseworker = forms.ModelChoiceField(label=gettext_lazy("New caseworker"), queryset=None)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].queryset = colleagues_for(actor)
        self.fields["caseworker"].label_from_instance = lambda member: member.name


class CloseForm(DoorForm):
    """Why a case is closed."""

    reason = forms.ChoiceField(label=gettext_lazy("Why the case is closed"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Needed for another reason than those above."),
        max_length=1000,
        required=False,
        widget=_lines(2),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = choices("case_closure_reason")


class ReopenForm(DoorForm):
    """Why a case is opened again."""

    reason = forms.ChoiceField(label=gettext_lazy("Why the case is opened again"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = _pairs(REOPEN_REASONS, REOPEN_WORDS)


STEP_FORMS = {"close": CloseForm, "reopen": ReopenForm}
