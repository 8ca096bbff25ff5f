"""What an organisation says of its own service, part by part: short forms that fit on a phone."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions import Refusal
from core.codelists import choices
from core.faces import into_form
from core.workdays import DAYS
from partners.actions.terms import read_parts
from partners.languages import language_choices
from partners.models import Area, Service

LANGUAGES = {"ru": gettext_lazy("in Russian"), "be": gettext_lazy("in Belarusian")}
WEEKDAYS = dict(
    zip(
        DAYS,
        (
            gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
            gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
        ),
        strict=True,
    )
)  # fmt: skip
STATES = [
    ("active", gettext_lazy("Working")),
    ("temporarily closed", gettext_lazy("Closed for a time")),
    ("inactive", gettext_lazy("Not working")),
    ("defunct", gettext_lazy("Ended")),
]
SEEN_BY = [
    ("public", gettext_lazy("Everybody")),
    ("network", gettext_lazy("Partners of the network")),
    ("restricted", gettext_lazy("Only our organisation")),
]
INTAKE = [
    ("open", gettext_lazy("People can come by themselves")),
    ("appointment", gettext_lazy("By appointment")),
    ("referral_only", gettext_lazy("Only by referral")),
]


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PartForm(forms.Form):
    """One part. COLUMNS are fields of the service, TOLD those that are written in three languages."""

    title = ""
    COLUMNS: tuple[str, ...] = ()
    TOLD: dict[str, tuple] = {}  # field -> (label, length, as a text area)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, length, area) in self.TOLD.items():
            widget = _text() if area else None
            self.fields[name] = forms.CharField(label=label, max_length=length, required=name == "name", widget=widget)
            for code, words in LANGUAGES.items():
                again = forms.CharField(label=f"{label}, {words}", max_length=length, required=False, widget=widget)
                self.fields[f"{name}_{code}"] = again
        if "name" in self.TOLD:
            self.order_fields([name for name in self.fields if name.split("_")[0] in self.TOLD])

    @classmethod
    def of(cls, service: Service) -> dict:
        """Return what stands now, by field name."""
        found = {name: getattr(service, name) for name in (*cls.COLUMNS, *cls.TOLD)}
        for code in LANGUAGES:
            told = service.translations.get(code, {})
            found |= {f"{name}_{code}": told.get(name, "") for name in cls.TOLD}
        return found

    def facts(self, service: Service) -> dict:
        """Return what the door takes; translations that are not asked for here stay as they are."""
        given = self.cleaned_data
        found = {name: given[name] for name in (*self.COLUMNS, *self.TOLD)}
        if not self.TOLD:
            return found
        translations = {code: dict(told) for code, told in service.translations.items()}
        for code in LANGUAGES:
            told = translations.setdefault(code, {})
            for name in self.TOLD:
                told.pop(name, None)
                if text := given[f"{name}_{code}"]:
                    told[name] = text
        return found | {"translations": {code: told for code, told in translations.items() if told}}

    def shows(self, refusal: Refusal) -> None:
        """Write a refusal into the form."""
        into_form(self, refusal)


class AboutForm(PartForm):
    """What it is."""

    title = gettext_lazy("What it is")
    COLUMNS = ("alternate_name", "category", "status", "visibility")
    TOLD = {
        "name": (gettext_lazy("Service name"), 255, False),
        "description": (gettext_lazy("What a person gets, in plain words"), 5000, True),
    }

    alternate_name = forms.CharField(label=gettext_lazy("Other name"), max_length=255, required=False)
    category = forms.ChoiceField(label=gettext_lazy("Need"), choices=lambda: choices("need_category"))
    status = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES)
    visibility = forms.ChoiceField(label=gettext_lazy("Who sees the entry"), choices=SEEN_BY)


def _districts() -> list:
    rows = list(Area.objects.order_by("code"))
    return [
        (oblast.label, [(row.pk, row.label) for row in rows if row.parent_id == oblast.pk])
        for oblast in rows
        if oblast.parent_id is None and any(row.parent_id == oblast.pk for row in rows)
    ]


def _oblasts() -> list:
    return [(row.pk, row.label) for row in Area.objects.filter(parent=None).order_by("code")]


class WhereForm(PartForm):
    """Where it works."""

    title = gettext_lazy("Where it works")
    COLUMNS = ("covers_country",)

    covers_country = forms.BooleanField(label=gettext_lazy("Works in the whole country"), required=False)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Regions, in person"), required=False, widget=forms.CheckboxSelectMultiple, choices=_oblasts
    )
    remote_areas = forms.MultipleChoiceField(
        label=gettext_lazy("Regions, by phone or online only"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_oblasts,
    )
    districts = forms.MultipleChoiceField(
        label=gettext_lazy("Single districts, in person"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        choices=_districts,
        help_text=gettext_lazy("Hold Ctrl to choose several. A chosen region holds all its districts."),
    )

    @classmethod
    def of(cls, service: Service) -> dict:
        """Return what stands now; regions and districts apart."""
        parts = read_parts(service, ("areas", "remote_areas"))
        whole = set(Area.objects.filter(parent=None).values_list("pk", flat=True))
        here = parts["areas"]
        return super().of(service) | {
            "areas": [code for code in here if code in whole],
            "districts": [code for code in here if code not in whole],
            "remote_areas": parts["remote_areas"],
        }

    def facts(self, service: Service) -> dict:
        """Return the areas as the door takes them: a district of a chosen region is not named twice."""
        given = self.cleaned_data
        districts = [code for code in given["districts"] if code[:5] not in given["areas"]]
        return super().facts(service) | {
            "areas": [*given["areas"], *districts],
            "remote_areas": [code for code in given["remote_areas"] if code not in given["areas"]],
        }


class WhenForm(PartForm):
    """When it is open, and when it takes nobody."""

    title = gettext_lazy("When it is open")
    COLUMNS = ("open_on_holidays", "suspended_from", "suspended_until")

    own_hours = forms.BooleanField(
        label=gettext_lazy("It has hours of its own"),
        required=False,
        help_text=gettext_lazy("Else the hours of the organisation count."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for day, words in WEEKDAYS.items():
            for end, label in (("opens", _("%(day)s, opens")), ("closes", _("%(day)s, closes"))):
                self.fields[f"{day}_{end}"] = forms.TimeField(
                    label=label % {"day": words}, required=False, widget=_clock()
                )
        self.fields["open_on_holidays"] = forms.BooleanField(label=_("Open on public holidays"), required=False)
        self.fields["closed_dates"] = forms.CharField(
            label=_("Closed on"), required=False, widget=_text(), max_length=4000,
            help_text=_("One date on a line, such as 2026-12-31."),
        )  # fmt: skip
        self.fields["suspended_from"] = forms.DateField(label=_("Takes nobody from"), required=False, widget=_day())
        self.fields["suspended_until"] = forms.DateField(label=_("to the end of"), required=False, widget=_day())

    @classmethod
    def of(cls, service: Service) -> dict:
        """Return what stands now, a field for each end of a day."""
        hours = read_parts(service, ("hours",))["hours"]
        found = {"own_hours": hours is not None}
        for day, (opens, closes) in (hours or {}).items():
            found |= {f"{day}_opens": opens, f"{day}_closes": closes}
        closed = "\n".join(day.isoformat() for day in service.closed_dates)
        return super().of(service) | found | {"closed_dates": closed}

    def clean_closed_dates(self) -> list[date]:
        """Return the dates. Raises ValidationError for a line that is none."""
        try:
            return sorted({date.fromisoformat(line.strip()) for line in self.cleaned_data["closed_dates"].split()})
        except ValueError:
            raise forms.ValidationError(_("Write each date as 2026-12-31, one on a line.")) from None

    def clean(self) -> dict:
        """Refuse a day that opens and does not close, or the other way round."""
        given = super().clean()
        for day in DAYS:
            opens, closes = given.get(f"{day}_opens"), given.get(f"{day}_closes")
            if bool(opens) != bool(closes):
                self.add_error(f"{day}_closes" if opens else f"{day}_opens", _("Fill in both times, or none."))
        return given

    def facts(self, service: Service) -> dict:
        """Return the hours as the door takes them."""
        given = self.cleaned_data
        hours = {
            day: (f"{given[f'{day}_opens']:%H:%M}", f"{given[f'{day}_closes']:%H:%M}")
            for day in DAYS
            if given.get(f"{day}_opens")
        }
        own = hours if given["own_hours"] else None
        return super().facts(service) | {"hours": own, "closed_dates": given["closed_dates"]}

    def shows(self, refusal: Refusal) -> None:
        """Write a refusal into the form; one about the week stands beside its first question."""
        refusal.fields = {("own_hours" if name == "hours" else name): text for name, text in refusal.fields.items()}
        into_form(self, refusal)


class TermsForm(PartForm):
    """Languages, costs, documents."""

    title = gettext_lazy("Languages, costs, documents")
    COLUMNS = ("languages", "interpreter", "interpreter_languages", "cost")
    TOLD = {
        "fees_description": (gettext_lazy("What it costs"), 5000, True),
        "application_process": (gettext_lazy("How to come"), 5000, True),
    }

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages that the staff speaks"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=language_choices,
    )
    interpreter = forms.BooleanField(label=gettext_lazy("Interpreters can be booked"), required=False)
    interpreter_languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of the interpreters"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=language_choices,
        help_text=gettext_lazy("None chosen: any language, on request."),
    )
    cost = forms.ChoiceField(
        label=gettext_lazy("Cost"), required=False, choices=lambda: [("", _("Not said")), *choices("service_cost")]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["documents"] = forms.CharField(
            label=_("Documents asked for"), required=False, widget=_text(), max_length=6000,
            help_text=_("One on a line. Ask only for what is really needed."),
        )  # fmt: skip

    @classmethod
    def of(cls, service: Service) -> dict:
        """Return what stands now, documents as lines."""
        return super().of(service) | {"documents": "\n".join(read_parts(service, ("documents",))["documents"])}

    def facts(self, service: Service) -> dict:
        """Return the documents as a list."""
        return super().facts(service) | {"documents": self.cleaned_data["documents"].splitlines()}


class DeskForm(PartForm):
    """How it is reached, and whether it takes referrals."""

    title = gettext_lazy("Referrals and contact")
    COLUMNS = ("accepts_referrals", "waiting_list", "intake_mode", "referral_method", "phone", "after_hours_phone",
               "email", "url")  # fmt: skip
    TOLD = {"alert": (gettext_lazy("Notice for those who refer"), 2000, True)}

    accepts_referrals = forms.BooleanField(label=gettext_lazy("Takes referrals"), required=False)
    waiting_list = forms.BooleanField(label=gettext_lazy("Keeps a waiting list"), required=False)
    intake_mode = forms.ChoiceField(label=gettext_lazy("How people come in"), choices=INTAKE)
    referral_method = forms.CharField(
        label=gettext_lazy("What to do besides the referral here"), max_length=255, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Phone of the desk"), max_length=64, required=False)
    after_hours_phone = forms.CharField(
        label=gettext_lazy("Phone after hours, for emergencies"), max_length=64, required=False
    )
    email = forms.EmailField(label=gettext_lazy("E-mail of the desk"), max_length=254, required=False)
    url = forms.URLField(label=gettext_lazy("Web page"), max_length=500, required=False, assume_scheme="https")


FORMS: dict[str, type[PartForm]] = {
    "about": AboutForm,
    "where": WhereForm,
    "when": WhenForm,
    "terms": TermsForm,
    "desk": DeskForm,
}


class PlaceForm(forms.Form):
    """A place of a service."""

    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=255, required=False)
    confidential = forms.BooleanField(
        label=gettext_lazy("Confidential: a safe house"),
        required=False,
        help_text=gettext_lazy("Nobody outside your organisation sees anything of it, not even that it exists."),
    )
    safe_address = forms.CharField(
        label=gettext_lazy("Where it is and how to get there, if it is confidential"),
        max_length=2000,
        required=False,
        widget=_text(),
    )
    address = forms.CharField(label=gettext_lazy("Street and house"), max_length=255, required=False)
    city = forms.CharField(label=gettext_lazy("Town"), max_length=100, required=False)
    area = forms.ChoiceField(label=gettext_lazy("Region or district"), required=False)
    accessibility = forms.MultipleChoiceField(
        label=gettext_lazy("What is there for people who need it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: choices("place_accessibility"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("Not said")), *_oblasts(), *_districts()]

    def shows(self, refusal: Refusal) -> None:
        """Write a refusal into the form."""
        into_form(self, refusal)
