"""Two people editing at once: the second sees both versions and chooses, answer by answer; nothing is lost.

A form carries the version it began from and what stood there then. When the door finds that the row has moved on,
`Edit.against` lays three things side by side: what stood at first, what stands now, and what was typed. An answer
that only one side changed is taken from that side; where both did, the page asks.
"""

import json
from dataclasses import dataclass, field

from django.forms import BooleanField, Form
from django.utils.translation import gettext as _

from core.actions import NotNow

CHANGED = "changed_since"
BASE, VERSION, PICK = "edit_base", "edit_version", "pick_"
THEIRS = "theirs"


def check_version(row, version: int | None) -> None:
    """Refuse with NotNow (changed_since) when the locked `row` is not the version that was edited. None: not asked."""
    if version is not None and row.version != version:
        raise NotNow(
            CHANGED,
            _("Somebody else saved this while you were writing. Look at both versions and save again."),
            version=row.version,
        )


@dataclass
class Edit:
    """A form over a row with a version. Templates draw it with `ui/edit.html` inside the form element.

    `make` is the form class, or anything that takes (data, initial=) and gives a form. `post` is the request's data,
    None for a page that is opened; `current` is what stands now by field name, and `version` that row's version.
    """

    make: object
    post: object
    current: dict
    version: int
    differences: list[dict] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)  # labels of what somebody else changed and nobody else did

    def __post_init__(self):
        shown = self._shown(self.current)
        if self.post is None:
            self.form, self.base = self.make(None, initial=self.current), shown
            return
        data = self.post.copy()
        for name, values in shown.items():
            if data.get(PICK + name) == THEIRS:
                data.setlist(name, values)
        self.form = self.make(data, initial=self.current)
        self.base = _read(data.get(BASE), shown)
        self.claimed = _number(data.get(VERSION))

    @property
    def based_on(self) -> int | None:
        """Return the version that the form began from: what the door compares. A form without one is not trusted."""
        return getattr(self, "claimed", self.version)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return the hidden answers of the page: the version, and what stood there then."""
        return [(VERSION, str(self.based_on)), (BASE, json.dumps(self.base, ensure_ascii=False))]

    def against(self, current: dict, version: int) -> "Edit":
        """Return the edit anew over what stands now: the input kept, `differences` where both sides changed."""
        theirs, data = self._shown(current), self.form.data.copy()
        differences, taken = [], []
        for name, bound in ((name, self.form[name]) for name in self.form.fields):
            mine, stood, now = data.getlist(name) or _nothing(bound), self.base.get(name), theirs[name]
            data.pop(PICK + name, None)
            if now in (stood, mine):
                continue
            if mine == stood:
                data.setlist(name, now)
                taken.append(str(bound.label))
                continue
            differences.append(
                {
                    "name": PICK + name,
                    "label": bound.label,
                    "mine": self._words(bound, mine),
                    "theirs": self._words(bound, now),
                }
            )
        data[VERSION], data[BASE] = str(version), json.dumps(theirs, ensure_ascii=False)
        return Edit(self.make, data, current, version, differences, taken)

    def _shown(self, values: dict) -> dict[str, list[str]]:
        """Return values as a browser would send them, by field name."""
        form: Form = self.make(None, initial=values)
        found = {}
        for name in form.fields:
            bound = form[name]
            value = bound.field.prepare_value(bound.initial)
            if isinstance(bound.field, BooleanField):
                found[name] = ["on"] if value else []
            elif isinstance(value, list | tuple | set):
                found[name] = [str(item) for item in value]
            else:
                shown = bound.field.widget.format_value(value)
                found[name] = [str(item) for item in (shown if isinstance(shown, list) else [shown or ""])]
        return found

    @staticmethod
    def _words(bound, values: list[str]) -> str:
        """Return values as a person reads them."""
        if isinstance(bound.field, BooleanField):
            return _("Yes") if values else _("No")
        words = {}
        for code, label in getattr(bound.field, "choices", ()):
            words |= dict(label) if isinstance(label, list | tuple) else {code: label}
        return ", ".join(str(words.get(value, value)) for value in values if value) or _("Nothing")


def _nothing(bound) -> list[str]:
    """Return what an answer that the browser did not send stands for: an empty box, or no choice at all."""
    multiple = isinstance(bound.field, BooleanField) or getattr(bound.field.widget, "allow_multiple_selected", False)
    return [] if multiple else [""]


def _read(text: str | None, otherwise: dict) -> dict:
    try:
        found = json.loads(text or "")
    except ValueError:
        return otherwise
    return found if isinstance(found, dict) else otherwise


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
