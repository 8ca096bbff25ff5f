"""Word, Excel and OpenDocument files: a ZIP of known parts, written anew without macros, links and metadata."""

import io
import re
import zipfile

from django.utils.translation import gettext as _

from core.files import pictures, scanner
from core.files.archives import bounded, read
from core.files.kinds import FileRefused, damaged
from core.files.markup import inspect, macros, outside

_DATE = (1980, 1, 1, 0, 0, 0)
_ODT = b"application/vnd.oasis.opendocument.text"
_MAIN = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
ROWS = 200_000  # of all sheets together; a spreadsheet about one person has a few

_PICTURE = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png"}
_KEPT = {"xml", "rels", "vml", "rdf", "emf", "wmf", "odttf", "ttf", "otf"}  # other parts are refused
# Previews of the first page, printers, window positions: nothing of the text is lost without them.
# ZIP, OLE, RAR, 7z, gzip, a program, PDF, bzip2.
_PACKAGES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MZ", b"%PDF", b"BZh")
_DROPPED = re.compile(r"(^|/)(printerSettings\d*\.bin|thumbnail\.\w+|layout-cache)$|^Configurations2/", re.I)

_EMPTY_PARTS = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta office:version="1.2" '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
}
# Who wrote, changed and commented stands inside the text parts as well.
_NAMES = (
    (re.compile(rb'(\bw\d*:(?:author|initials|userId)=)(?:"[^"]*"|\'[^\']*\')'), rb'\1""'),
    (re.compile(rb"(<author>)[^<]*(</author>)"), rb"\1\2"),
    (re.compile(rb"(<(?:dc:creator|meta:creator-initials|loext:sender-initials)>)[^<]*(</)"), rb"\1\2"),
    (re.compile(rb'(\b(?:userName|lastModifiedBy|displayName)=)"[^"]*"'), rb'\1""'),
)

_MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml)$|^(Basic|Scripts)/.+", re.I)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.I)


def clean(content: bytes) -> tuple[str, bytes]:
    """Return (kind, the file written anew). Raises FileRefused."""
    with bounded(content) as archive:
        kind = _kind_of(archive)
        out = io.BytesIO()
        rows = 0
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as fresh:
            for name in sorted(archive.namelist(), key=lambda name: (name != "mimetype", name)):
                if name.endswith("/") or _DROPPED.search(name):
                    continue
                part = read(archive, name)
                scanner.known(part)
                part = _part(name, part)
                rows += part.count(b"<row ") + part.count(b"<row>") if kind == "xlsx" else 0
                if rows > ROWS:
                    raise FileRefused(
                        "file_too_many_rows",
                        _("This table has too many rows. Keep the rows that are about this person."),
                    )
                entry = zipfile.ZipInfo(name, _DATE)
                entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                fresh.writestr(entry, part)
    return kind, out.getvalue()


def _kind_of(archive) -> str:
    names = set(archive.namelist())
    if any(_MACROS.search(name) for name in names):
        raise macros()
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise outside()
    if "META-INF/manifest.xml" in names and b"encryption-data" in read(archive, "META-INF/manifest.xml"):
        raise FileRefused("file_locked", _("This file is locked with a password. Save it without one."))
    if "mimetype" in names:
        if read(archive, "mimetype").strip() == _ODT and {"content.xml"} <= names:
            return "odt"
    elif "[Content_Types].xml" in names:
        types = read(archive, "[Content_Types].xml")
        if _MACRO_TYPE.search(types):
            raise macros()
        for main, kind in _MAIN.items():
            if main in types:
                return kind
    raise FileRefused(
        "file_archive",
        _("Archives and other packages cannot be taken. Choose the document inside, one file at a time."),
    )


def _part(name: str, content: bytes) -> bytes:
    """Return one part as it may be kept. Raises FileRefused."""
    if name == "mimetype":
        return _ODT
    if name in _EMPTY_PARTS:
        return _EMPTY_PARTS[name]
    ending = name.rpartition(".")[2].lower()
    if ending in _PICTURE:
        return pictures.clean(content, _PICTURE[ending])
    if ending not in _KEPT or _is_package(content):
        raise FileRefused(
            "file_embedded",
            _("This document holds another file inside. Take the other file out, or print it to a PDF."),
        )
    if ending in {"xml", "rels", "vml", "rdf"}:
        return _words(content)
    return content


def _is_package(content: bytes) -> bool:
    return content.startswith(_PACKAGES)


def _words(content: bytes) -> bytes:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in content:
        raise damaged()  # no office program writes its parts in UTF-16: the blanking below would see nothing
    inspect(content)
    for pattern, empty in _NAMES:
        content = pattern.sub(empty, content)
    return content
