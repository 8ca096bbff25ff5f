"""What the XML parts of office files make a program do: read with a parser, so that no spelling hides it."""

import re
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.files.kinds import FileRefused, damaged

_HARMLESS = re.compile(r"(https?://|mailto:|tel:|#)", re.I)
_ELSEWHERE = re.compile(r"([a-z][a-z0-9+.-]*:|//|\\\\|\.\./)", re.I)
# Fields that fetch something, or start something, when the document is opened.
_FIELDS = re.compile(r"\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|IMPORT|DATABASE)\b", re.I)
_LINKS = {"text:a", "draw:a"}  # followed only when somebody clicks
_STARTS = {"script:event-listener", "office:dde-source", "text:dde-connection-decl", "office:script"}


def inspect(content: bytes) -> None:
    """Raise FileRefused when this part fetches or starts something, or is not sound XML."""
    if not content.strip():
        return
    _Look().read(content)


class _Look:
    """One pass over one part."""

    def __init__(self):
        self.field: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def read(self, content: bytes) -> None:
        """Parse the part, then look at the fields that were gathered from all runs of its text."""
        try:
            self.parser.Parse(content, True)
        except expat.ExpatError as error:
            raise damaged() from error
        if _FIELDS.search("".join(self.field)):
            raise outside()

    def _doctype(self, *_names):
        raise FileRefused("file_entities", _("This document is built in a way that can do harm. Print it to a PDF."))

    def _start(self, name: str, attributes: dict) -> None:
        local = name.rpartition(":")[2]
        if local == "Relationship" and attributes.get("TargetMode", "").lower() == "external":
            target, kind = attributes.get("Target", ""), attributes.get("Type", "")
            if not (kind.endswith("/hyperlink") and _HARMLESS.match(target.strip())):
                raise outside()
        elif local == "instrText":
            self.parser.CharacterDataHandler = self._characters
        elif local == "fldSimple":
            self.field.append(" ".join(attributes.values()))
        elif local == "fldChar":
            self.field.append(" " if "begin" in attributes.values() else "")
        elif name in _STARTS:
            raise macros()
        href = attributes.get("xlink:href", "").strip()
        if href and _ELSEWHERE.match(href) and not (name in _LINKS and _HARMLESS.match(href)):
            raise outside()

    def _end(self, name: str) -> None:
        if name.endswith("instrText"):
            self.parser.CharacterDataHandler = None

    def _characters(self, text: str) -> None:
        self.field.append(text)


def macros() -> FileRefused:
    """Return the refusal of a document with a program in it."""
    return FileRefused("file_macros", _("This document holds macros. Save it without macros, or print it to a PDF."))


def outside() -> FileRefused:
    """Return the refusal of a document that loads something from elsewhere."""
    return FileRefused(
        "file_links_outside",
        _("This document fetches something from elsewhere when it is opened. Print it to a PDF."),
    )
