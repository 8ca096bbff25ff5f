"""PDF files: taken when nothing in them acts by itself; who wrote them and where pictures were taken is blanked.

Everything is replaced in place by as many bytes: the file keeps its table of positions, and no PDF library is needed.
A reader of PDF follows names inside compressed object streams too, so these are unpacked, looked at, and packed again.
"""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from core.files.kinds import FileRefused, damaged

_END = 2048  # bytes from the end in which %%EOF must stand
_UNPACKED = 64 * 1024 * 1024
_STREAMS = 20_000
_HEAD = 4096  # bytes of a dictionary in front of its stream
_LONGEST_TEXT = 64 * 1024  # of an author or a keyword
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_AFTER = rb"(?![A-Za-z0-9])"
# Long names: looked for everywhere, so that a false "stream" hides nothing.
_ACTS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|Rendition|FileAttachment|OnInstantiate)"
    + _AFTER
)
# Short ones would be met by chance in the bytes of a picture.
_ACTS_TOO = re.compile(rb"/(JS|XFA|GoToR|GoToE|Movie|Sound|3D|Filespec)" + _AFTER)
_INDIRECT = re.compile(rb"/(Type|Filter)\s+\d+\s+\d+\s+R")  # hides what a stream is
_ON_EVENT = re.compile(rb"/AA\s*(<<|\d+\s+\d+\s+R)")
_OPENS = re.compile(rb"/OpenAction\s*(\[|<<[^>]{0,200}/GoTo" + _AFTER + rb"|null)?")
_LOCKED = re.compile(rb"/Encrypt\s*(<<|\d+\s+\d+\s+R)")
_OBJECTS = re.compile(rb"\s*\d+\s+\d+\s")
_PERSONAL = re.compile(rb"/(Author|Creator|Producer|Company|Manager|Keywords|LastModifiedBy)\s*([(<])(?!<)")
_XMP = ((b"<?xpacket begin", b"<?xpacket end"), (b"<x:xmpmeta", b"</x:xmpmeta>"))
# APP1 (EXIF, XMP), APP2 to APP13 (profiles, IPTC), APP15, and COM; APP0 and APP14 say how the colours are meant.
_JPEG_REMARKS = {bytes([mark]) for mark in (*range(0xE1, 0xEE), 0xEF, 0xFE)}


def clean(content: bytes) -> bytes:
    """Return the PDF with its metadata blanked. Raises FileRefused."""
    _whole(content)
    if _ACTS.search(_plain(content)):
        raise _acts()
    body = bytearray(content)
    left, position, between = _UNPACKED, 0, []
    for start, end in _streams(content):
        between.append((position, start))
        head = _plain(content[max(position, start - _HEAD) : start])
        dictionary = head[head.rfind(b" obj") :]
        raw = content[start:end]
        if _INDIRECT.search(dictionary):
            raise _acts()
        if b"/FlateDecode" in dictionary:
            left = _packed(body, start, raw, dictionary, left)
        elif b"/ObjStm" in dictionary or (b"/Filter" in dictionary and b"/Metadata" in dictionary):
            raise _acts()  # packed in a way that we cannot look into
        else:
            body[start:end] = _blank_exif(_blank_xmp(raw))
        position = end
    between.append((position, len(content)))
    _harmless(_plain(b"\n".join(content[start:end] for start, end in between)))
    for start, end in between:
        body[start:end] = _blank_names(content[start:end])
    return bytes(body)


def _whole(content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-_END:]:
        raise damaged()
    if len(content[content.rindex(b"%%EOF") + 5 :].strip(b"\r\n\t\x00 \x1a")) > 0:
        raise damaged()
    if zipfile.is_zipfile(io.BytesIO(content)) or re.search(rb"<(script|html|svg|\?php)", content[:4096], re.I):
        raise FileRefused("file_two_kinds", _("This file is two kinds of file at once. Print it to a new PDF."))


def _streams(content: bytes):
    """Yield (start, end) of the bytes of each stream."""
    position = number = 0
    while found := _STREAM.search(content, position):
        if content[max(0, found.start() - 3) : found.start()] == b"end":
            position = found.end()
            continue
        end = content.find(b"endstream", found.end())
        number += 1
        if end < 0 or number > _STREAMS:
            raise damaged()
        yield found.end(), end
        position = end + len(b"endstream")


def _packed(body: bytearray, start: int, raw: bytes, dictionary: bytes, left: int) -> int:
    """Look into a packed stream; blank what is personal in it. Return how much may still be unpacked."""
    is_list, is_metadata = b"/ObjStm" in dictionary, b"/Metadata" in dictionary
    unpacker = zlib.decompressobj()
    try:
        sample = unpacker.decompress(raw, 64)
    except zlib.error:
        if is_list or is_metadata:
            raise _acts() from None
        return left  # a picture with a broken end is no danger; readers show what they can
    if not (is_list or is_metadata or _OBJECTS.match(sample)):
        return left
    try:
        words = sample + unpacker.decompress(unpacker.unconsumed_tail, left)
    except zlib.error as error:
        raise damaged() from error
    if unpacker.unconsumed_tail:
        raise FileRefused("file_bomb", _("This file unpacks to far more than a document needs. Print it to a PDF."))
    if is_list and re.search(rb"/Filter\s*\[\s*/\w+\s+/", dictionary):
        raise _acts()
    _harmless(_plain(words))
    blanked = b" " * len(words) if is_metadata else _blank_names(words)
    if blanked != words:
        packed = zlib.compress(blanked, 9)
        if len(packed) > len(raw):
            raise FileRefused("file_metadata", _("The author of this file cannot be taken out. Print it to a new PDF."))
        body[start : start + len(raw)] = packed.ljust(len(raw), b"\n")
    return left - len(words)


def _plain(words: bytes) -> bytes:
    """Return names as a reader understands them: /J#61vaScript is /JavaScript."""
    return _NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), words)


def _harmless(words: bytes) -> None:
    if _LOCKED.search(words):
        raise FileRefused("file_locked", _("This file is locked with a password. Save it without one."))
    opens = _OPENS.search(words)
    opens_a_page_of_the_web = opens and not opens[1] and b"/URI" in words
    if opens_a_page_of_the_web or any(pattern.search(words) for pattern in (_ACTS, _ACTS_TOO, _ON_EVENT)):
        raise _acts()


def _acts() -> FileRefused:
    return FileRefused(
        "file_acts",
        _("This PDF does something by itself or carries another file. Print it to a new PDF and choose that one."),
    )


def _blank_xmp(words: bytes) -> bytes:
    """Blank the block of metadata that is written as XML."""
    for begins, ends in _XMP:
        position = words.find(begins)
        while position >= 0:
            end = words.find(ends, position)
            end = len(words) if end < 0 else end + len(ends)
            words = words[:position] + b" " * (end - position) + words[end:]
            position = words.find(begins, end)
    return words


def _blank_exif(words: bytes) -> bytes:
    """Blank the place, time, device and remarks that a camera wrote into a JPEG inside the PDF."""
    if not words.startswith(b"\xff\xd8"):
        return words
    out, position = bytearray(words), 2
    while words[position : position + 1] == b"\xff" and (mark := words[position + 1 : position + 2]) != b"\xda":
        length = int.from_bytes(words[position + 2 : position + 4], "big")
        if length < 2:
            raise damaged()
        if mark in _JPEG_REMARKS:
            out[position + 4 : position + 2 + length] = bytes(min(length - 2, max(0, len(words) - position - 4)))
        position += 2 + length
    return bytes(out)


def _blank_names(words: bytes) -> bytes:
    """Blank the values of personal entries: text in round brackets, or digits in angle brackets."""
    out = bytearray(words)
    end = 0
    for found in _PERSONAL.finditer(words):
        start = found.end()
        if start <= end:
            continue  # inside a text that is blank already
        end = _end_of_text(words, start) if found[2] == b"(" else words.find(b">", start)
        if not 0 <= end <= start + _LONGEST_TEXT:
            raise damaged()
        out[start:end] = (b" " if found[2] == b"(" else b"0") * (end - start)
    return _blank_xmp(bytes(out))


def _end_of_text(words: bytes, start: int) -> int:
    depth, position = 1, start
    while position < min(len(words), start + _LONGEST_TEXT):
        sign = words[position : position + 1]
        if sign == b"\\":
            position += 1
        elif sign == b"(":
            depth += 1
        elif sign == b")":
            depth -= 1
            if not depth:
                return position
        position += 1
    return -1
