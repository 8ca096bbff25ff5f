"""Forms of an import: the file, what its columns are, what its words mean."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.cases import CONSENT_BASES
from cases.forms.base import DoorForm, or_none, pairs, text_box
from cases.imports import mapping as mapped
from cases.imports.mapping import BY_CODE, FIELDS
from cases.imports.reading import DELIMITERS, ENCODINGS
from cases.words import BASIS_WORDS
from core.codelists import choices

GROUPS = (
    ("person", gettext_lazy("Person")),
    ("case", gettext_lazy("Case")),
    ("need", gettext_lazy("Need")),
)
DELIMITER_WORDS = {";": gettext_lazy("Semicolon"), ",": gettext_lazy("Comma"), "\t": gettext_lazy("Tab")}
ORDERS = (("dmy", gettext_lazy("08.03.2001 is 8 March")), ("mdy", gettext_lazy("08.03.2001 is 3 August")))
OPENS = (("yes", gettext_lazy("Yes, a case for each person")), ("no", gettext_lazy("No, persons only")))
LEAVE_OUT = "-"


class FileForm(DoorForm):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, up to 10 MB and 50,000 lines. The first line holds the heads."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )


class MappingForm(DoorForm):
    """How the file is read, and which column is which field."""

    FIELD_OF = {"columns": "column_0", "file": "encoding"}

    def __init__(self, *args, job, heads: list[str], guessed: dict, colleagues, own=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.job, self.heads = job, heads
        held = job.mapping
        if job.kind == "csv":
            self._choice("encoding", _("Encoding"), list(ENCODINGS.items()), job.reading["encoding"])
            self._choice(
                "delimiter", _("Sign between the cells"), pairs(DELIMITERS, DELIMITER_WORDS), job.reading["delimiter"]
            )
        else:
            sheets = [(str(at), name) for at, name in enumerate(job.reading["sheets"])]
            now = str(job.reading["sheets"].index(job.reading["sheet"])) if sheets else ""
            self._choice("sheet", _("Sheet"), sheets, now)
        fields = [(label, [(f.code, f.label) for f in FIELDS if f.goes_to == group]) for group, label in GROUPS]
        if own:
            fields.append((_("Own questions"), [(field.code, field.label) for field in own]))
        for number, head in enumerate(heads):
            label = head or _("Column %(number)s") % {"number": number + 1}
            self._choice(
                f"column_{number}", label, [("", _("Leave out")), *fields], guessed.get(str(number), ""), required=False
            )
        self._choice("order", _("Dates"), ORDERS, held.get("order", "dmy"))
        self._choice("opens_cases", _("Open cases too?"), OPENS, "no" if held.get("opens_cases") is False else "yes")
        hint = _("Where the file does not say it.")
        self._choice("risk_level", _("Risk"), choices("risk_level"), held.get("risk_level", "medium"), hint=hint)
        self._choice(
            "entry_point", _("How the person came to us"), choices("entry_point"), held.get("entry_point", "other")
        )
        self._choice(
            "consent_basis",
            _("The work rests on"),
            pairs(CONSENT_BASES, BASIS_WORDS),
            held.get("consent_basis", "consent"),
        )
        self.fields["basis_note"] = forms.CharField(
            label=_("Why you work without consent"), max_length=2000, required=False, widget=text_box(2),
            initial=held.get("basis_note", ""),
        )  # fmt: skip
        people = [(str(member.pk), member.name) for member in colleagues]
        self._choice(
            "caseworker", _("Caseworker"), or_none(people, _("Myself")), held.get("caseworker", ""), required=False
        )
        self.fields["save_as"] = forms.CharField(
            label=_("Keep this mapping under a name"), max_length=100, required=False,
            help_text=_("For the next file of the same kind. Do not write names of people."),
        )  # fmt: skip

    def _choice(self, name, label, offered, initial, *, required=True, hint=""):
        self.fields[name] = forms.ChoiceField(
            label=label, choices=offered, initial=initial, required=required, help_text=hint
        )

    def column_fields(self):
        """Return the bound fields of the columns in their order."""
        return [self[f"column_{number}"] for number in range(len(self.heads))]

    def how(self) -> dict:
        """Return how the file is read."""
        given = self.cleaned_data
        if self.job.kind == "csv":
            return {"encoding": given["encoding"], "delimiter": given["delimiter"]}
        return {"sheet": self.job.reading["sheets"][int(given["sheet"])]}

    def mapping(self) -> dict:
        """Return what `map_import` takes."""
        given = self.cleaned_data
        kept = ("order", "risk_level", "entry_point", "consent_basis", "basis_note", "caseworker")
        columns = {str(n): given[f"column_{n}"] for n in range(len(self.heads)) if given.get(f"column_{n}")}
        return {name: given[name] for name in kept} | {
            "columns": columns,
            "opens_cases": given["opens_cases"] == "yes",
            "words": self.job.mapping.get("words", {}),
        }


class WordsForm(forms.Form):
    """What the words mean that no code list knows."""

    def __init__(self, *args, unknown: dict[str, list[str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.unknown = unknown
        for code, words in unknown.items():
            offered = [("", _("Choose")), (LEAVE_OUT, _("Leave it out")), *mapped.words_of(BY_CODE[code].list)]
            for number, word in enumerate(words):
                self.fields[f"{code}.{number}"] = forms.ChoiceField(
                    label=word, choices=offered, error_messages={"required": _("Say what this word means.")}
                )

    def groups(self):
        """Return (label of the field, bound fields) pairs for the template."""
        return [
            (str(BY_CODE[code].label), [self[f"{code}.{number}"] for number in range(len(words))])
            for code, words in self.unknown.items()
        ]

    def words(self) -> dict[str, dict[str, str]]:
        """Return {field: {word: code}}; a word that is left out means nothing."""
        return {
            code: {
                word: self.cleaned_data[f"{code}.{number}"].removeprefix(LEAVE_OUT) for number, word in enumerate(words)
            }
            for code, words in self.unknown.items()
        }
