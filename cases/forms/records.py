"""Forms of notes and documents. The doors check; a form reads and shows."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.records import NOTE_CLASSES, REASONS
from cases.forms.base import DoorForm, day_input, or_none, pairs, text_box
from cases.models import Consent, Need
from cases.words import NOTE_CLASS_HINTS, NOTE_CLASS_WORDS, NOTE_TEMPLATES
from core.codelists import choices, label
from core.files import ACCEPT


class NeedChoice(forms.ModelChoiceField):
    """The needs of the case that the actor sees, by their category."""

    def label_from_instance(self, obj):
        """Return the words of the category."""
        return label("need_category", obj.category)


class ConsentChoice(forms.ModelChoiceField):
    """The consents of the person, by their purposes."""

    def label_from_instance(self, obj):
        """Return the purposes in words, and the day."""
        purposes = ", ".join(label("consent_purpose", code) for code in obj.purposes)
        return f"{purposes} ({timezone.localtime(obj.given_at):%d.%m.%Y})"


class RecordForm(DoorForm):
    """What a note and a document have in common: a kind, who may read it, and the need it is about."""

    LIST = ""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    need = NeedChoice(label=gettext_lazy("About the need"), queryset=Need.objects.none(), required=False)
    field_class = forms.TypedChoiceField(
        label=gettext_lazy("Who may read it"), coerce=int, initial=2, widget=forms.RadioSelect
    )

    def __init__(self, *args, case, actor, named: bool, **kwargs):
        super().__init__(*args, **kwargs)
        classes = [number for number in NOTE_CLASSES if number < 4 or named]
        self.fields["kind"].choices = choices(self.LIST)
        self.fields["need"].queryset = Need.objects.visible_to(actor).filter(case=case).order_by("identified_at")
        self.fields["need"].empty_label = _("About the whole case")
        self.fields["field_class"].choices = pairs(classes, NOTE_CLASS_WORDS)
        self.fields["field_class"].choice_hints = {str(code): str(NOTE_CLASS_HINTS[code]) for code in classes}


class NoteForm(RecordForm):
    """What happened."""

    LIST = "note_kind"

    text = forms.CharField(label=gettext_lazy("What happened"), widget=text_box(7), required=False)
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("When it happened"),
        help_text=gettext_lazy("Leave it empty for now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    pinned = forms.BooleanField(label=gettext_lazy("Keep it on top of the notes"), required=False)

    field_order = ("kind", "text", "occurred_at", "need", "field_class", "pinned")

    @staticmethod
    def template(kind: str) -> dict:
        """Return what a new note of this kind begins with; nothing for an unknown kind."""
        if kind not in NOTE_TEMPLATES:
            return {}
        return {"kind": kind, "text": str(NOTE_TEMPLATES[kind])}


class ChangeNoteForm(DoorForm):
    """Other words for a note; `version` is the one that was read."""

    text = forms.CharField(label=gettext_lazy("What happened"), widget=text_box(9), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class FileForm(DoorForm):
    """A file, and until when it is valid."""

    FIELD_OF = {"file": "upload"}

    upload = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "PDF, JPG, PNG, WebP, DOCX, XLSX, ODT, TXT or CSV, up to 10 MB. Drop it here or choose it."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "wm-drop"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("If it is written on the paper."),
        required=False,
        widget=day_input(),
    )

    def __init__(self, *args, camera: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["upload"].max_length = None
        if camera:
            self.fields["upload"].widget.attrs |= {"accept": "image/*", "capture": "environment"}


class DocumentForm(RecordForm, FileForm):
    """A file of a case."""

    LIST = "document_kind"

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What it is, in a few words. For example: passport, pages 2 and 3"),
        max_length=200,
        required=False,
    )
    consent = ConsentChoice(label=gettext_lazy("Proves the consent"), queryset=Consent.objects.none(), required=False)

    field_order = ("upload", "kind", "title", "valid_until", "need", "consent", "field_class")

    def __init__(self, *args, case, actor, **kwargs):
        super().__init__(*args, case=case, actor=actor, **kwargs)
        consents = Consent.objects.visible_to(actor).filter(person_id=case.person_id)
        self.fields["consent"].queryset = consents.order_by("-given_at")
        self.fields["consent"].empty_label = _("No consent")


class WithdrawDocumentForm(DoorForm):
    """Why a document is taken away."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(code, label("document_gone", code)) for code in REASONS]


class PeriodForm(forms.Form):
    """Who, and from when to when: the filters of a timeline and of the activity log. It lives in the address."""

    who = forms.ChoiceField(label=gettext_lazy("By"), required=False)
    since = forms.DateField(label=gettext_lazy("From the day"), required=False, widget=day_input())
    until = forms.DateField(label=gettext_lazy("To the day"), required=False, widget=day_input())

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = or_none([(str(pk), name) for pk, name in people], _("Everybody"))

    def moments(self) -> tuple:
        """Return the first moment and the first one after the end, None where not asked."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        midnight = forms.DateTimeField().clean
        return (
            midnight(f"{since} 00:00") if since else None,
            midnight(f"{until + timedelta(days=1)} 00:00") if until else None,
        )
