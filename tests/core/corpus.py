"""The upload corpus of RELIABILITY 2.5, made by code: no harmful file lies in the repository.

`CORPUS` is a list of (name of the case, file name, maker, expectation): a code of refusal, or the kind that is taken.
"""
# ruff: noqa: E501, PLW0108 (a case is a line)

import io
import struct
import zipfile
import zlib

from PIL import Image

from core.files.kinds import LIMIT
from core.files.scanner import EICAR

MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
WORD, SHEET = MAIN.format("wordprocessingml.document"), MAIN.format("spreadsheetml.sheet")
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODT = "application/vnd.oasis.opendocument.text"
GPS_MARK = "SECRET-PLACE"


def packed(parts: dict, *, method=zipfile.ZIP_DEFLATED, comment=b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            entry.compress_type = method
            archive.writestr(entry, content)
        archive.comment = comment
    return out.getvalue()


def types(main: str) -> str:
    return f'<?xml version="1.0"?><Types><Override PartName="/x" ContentType="{main}"/></Types>'


def docx(**more) -> bytes:
    parts = {
        "[Content_Types].xml": types(WORD),
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": '<w:document xmlns:w="w"><w:body><w:p><w:ins w:author="Zahra Karimi"/></w:p></w:body></w:document>',
        "docProps/core.xml": "<cp:coreProperties xmlns:cp='c'>Zahra Karimi</cp:coreProperties>",
        "docProps/app.xml": "<Properties><Company>Harbour House</Company></Properties>",
    }
    return packed({**parts, **more.pop("parts", {})}, **more)


def xlsx(sheet: str = "<sheetData><row r='1'/></sheetData>", **parts) -> bytes:
    return packed(
        {
            "[Content_Types].xml": types(SHEET),
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": f"<worksheet>{sheet}</worksheet>",
            **parts.get("parts", {}),
        }
    )


def odt(content: str = "<office:document-content xmlns:office='o'/>", **parts) -> bytes:
    return packed({"mimetype": ODT, "content.xml": content, "meta.xml": "<x>Zahra Karimi</x>", **parts})


def pdf(body: bytes = b"", *, trailer: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + trailer + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Author (Zahra \\) Karimi) /Creator <5A6168726120> /Producer (Phone) >>",
    ]
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    out += body
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in offsets)
    out += b"trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n" % start + end
    return bytes(out)


def stream(dictionary: bytes, content: bytes) -> bytes:
    return b"9 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (dictionary, len(content), content)


def object_stream(content: bytes) -> bytes:
    return stream(b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", zlib.compress(content))


def picture(
    kind: str = "JPEG", size=(64, 48), *, mode="RGB", gps=False, orientation=0, colour="green", **more
) -> bytes:
    image = Image.new(mode, size, colour)
    exif = Image.Exif()
    if gps:
        exif[0x010F] = GPS_MARK  # the maker of the camera
        exif.get_ifd(0x8825).update({1: "N", 2: (53.0, 54.0, 8.0), 3: "E", 4: (27.0, 33.0, 0.0), 29: GPS_MARK})
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    if kind == "JPEG" and gps:
        more["comment"] = GPS_MARK
    image.save(out, kind, exif=exif, **more)
    return out.getvalue()


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that says how large it is; its points may be missing."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data or zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def pixel_flood() -> bytes:
    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(50_001)) for _ in range(50_000))
    return png_of(50_000, 50_000, rows + squeeze.flush())


def jpeg_of(width: int, height: int) -> bytes:
    """A small JPEG whose header says another size."""
    content = bytearray(picture())
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def bomb(size: int) -> bytes:
    return packed({"[Content_Types].xml": types(WORD), "word/document.xml": b" " * size})


def nested(depth: int) -> bytes:
    content = packed({"zeros": bytes(1024 * 1024)})
    for level in range(depth):
        content = packed({f"{level}-{number}.zip": content for number in range(10)})
    return content


def overlapping() -> bytes:
    """Many entries that share one body, as in flat and quine-like bombs: the directory points to the same place."""
    one = packed({"word/document.xml": bytes(20 * 1024 * 1024)})
    start = one.index(b"PK\x01\x02")
    directory = one[start : one.index(b"PK\x05\x06")]
    count = 50
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory) * count, start, 0)
    return one[:start] + directory * count + tail


def links_to_itself() -> bytes:
    """An archive whose one part is the archive's own beginning, as a quine's is."""
    inner = packed({"r.zip": b""}, method=zipfile.ZIP_STORED)
    return packed({"r/r.zip": inner}, method=zipfile.ZIP_STORED)


def symlink() -> bytes:
    entry = zipfile.ZipInfo("word/media/link")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return packed({"[Content_Types].xml": types(WORD), entry: "/etc/passwd"})


def lying() -> bytes:
    """The directory says one byte, the part holds ten thousand."""
    content = docx(parts={"word/styles.xml": b"<x>" + b"a" * 10_000 + b"</x>"})
    place = content.rindex(b"word/styles.xml") - 46 + 24
    return content[:place] + struct.pack("<I", 1) + content[place + 4 :]


def relation(kind: str, target: str) -> str:
    return f'<Relationships><Relationship Id="a" Type="{RELS}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'


def of_size(size: int) -> bytes:
    return b"a" * size


JPEG, PNG, WEBP = picture(), picture("PNG"), picture("WEBP")
TEXT = "Встреча в 10:00, Mina сказала: نعم\n".encode()

CORPUS = [
    # What people really send.
    ("a JPEG", "photo.jpg", picture, "jpeg"),
    ("a JPEG with a place in it", "photo.jpg", lambda: picture(gps=True), "jpeg"),
    ("a JPEG lying on its side", "photo.jpg", lambda: picture(orientation=6), "jpeg"),
    ("a JPEG in grey", "photo.jpg", lambda: picture(mode="L", colour=7), "jpeg"),
    ("a JPEG for print", "photo.jpg", lambda: picture(mode="CMYK", colour=(1, 2, 3, 4)), "jpeg"),
    ("a progressive JPEG", "photo.jpg", lambda: picture(progressive=True), "jpeg"),
    ("a PNG", "scan.png", lambda: PNG, "png"),
    ("a PNG with a place in it", "scan.png", lambda: picture("PNG", gps=True), "png"),
    ("a PNG one can see through", "scan.png", lambda: picture("PNG", mode="RGBA", colour=(1, 2, 3, 4)), "png"),
    ("a PNG with few colours", "scan.png", lambda: picture("PNG", mode="P", colour=3), "png"),
    ("a WebP", "scan.webp", lambda: WEBP, "webp"),
    ("a WebP with a place in it", "scan.webp", lambda: picture("WEBP", gps=True), "webp"),
    ("a PDF", "letter.pdf", pdf, "pdf"),
    ("a PDF that opens at its first page", "letter.pdf", lambda: pdf(trailer=b"/OpenAction [3 0 R /Fit]"), "pdf"),
    ("a PDF with a link", "letter.pdf", lambda: pdf(b"8 0 obj << /S /URI /URI (https://example.org) >> endobj\n"), "pdf"),
    ("a PDF with packed objects", "letter.pdf", lambda: pdf(object_stream(b"1 0 << /Author (Zahra Karimi) >>")), "pdf"),
    ("a PDF with a photo with a place in it", "scan.pdf",
     lambda: pdf(stream(b"/Subtype /Image /Filter /DCTDecode", picture(gps=True))), "pdf"),
    ("a DOCX", "statement.docx", docx, "docx"),
    ("a DOCX with a photo with a place in it", "statement.docx",
     lambda: docx(parts={"word/media/image1.jpg": picture(gps=True)}), "docx"),
    ("a DOCX with a link to click", "statement.docx",
     lambda: docx(parts={"word/_rels/document.xml.rels": relation("hyperlink", "https://example.org")}), "docx"),
    ("an XLSX", "budget.xlsx", xlsx, "xlsx"),
    ("an ODT", "letter.odt", odt, "odt"),
    ("a text in three scripts", "note.txt", lambda: TEXT, "txt"),
    ("a text with a byte order mark", "note.txt", lambda: b"\xef\xbb\xbf" + TEXT, "txt"),
    ("a text that begins like a bitmap", "note.txt", lambda: b"BM means the border market.", "txt"),
    ("a CSV", "list.csv", lambda: b"name;date\nA;2026-01-01\n", "csv"),
    # Sizes.
    ("nothing", "empty.pdf", lambda: b"", "file_empty"),
    ("one byte", "one.txt", lambda: b"a", "txt"),
    ("one byte below the limit", "long.txt", lambda: of_size(LIMIT - 1), "txt"),
    ("exactly the limit", "long.txt", lambda: of_size(LIMIT), "txt"),
    ("one byte above the limit", "long.txt", lambda: of_size(LIMIT + 1), "file_too_large"),
    ("twice the limit", "long.txt", lambda: of_size(LIMIT * 2), "file_too_large"),
    # Names decide nothing.
    ("a double extension", "passport.jpg.exe", lambda: JPEG, "jpeg"),
    ("a turned extension", "passport\u202egpj.exe", lambda: JPEG, "jpeg"),
    ("a NUL in the name", "photo.jpg\x00.php", lambda: JPEG, "jpeg"),
    ("a name that climbs", "../../etc/cron.d/waymark", lambda: JPEG, "jpeg"),
    ("a name that climbs the other way", "..\\..\\windows\\system32\\a.jpg", lambda: JPEG, "jpeg"),
    ("an absolute name", "/etc/passwd", lambda: TEXT, "txt"),
    ("a name of 300 signs", "ж" * 300 + ".pdf", pdf, "pdf"),
    ("a reserved name", "CON.txt", lambda: TEXT, "txt"),
    ("another reserved name", "aux", lambda: TEXT, "txt"),
    ("no name at all", "", lambda: PNG, "png"),
    ("a name with line breaks", "a\r\nSet-Cookie: x=1.pdf", pdf, "pdf"),
    ("a name of dots", "...", lambda: TEXT, "txt"),
    ("a PDF that calls itself a picture", "photo.jpg", pdf, "pdf"),
    ("a picture that calls itself a PDF", "letter.pdf", lambda: PNG, "png"),
    # Kinds that are not taken.
    ("an SVG", "logo.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file_markup"),
    ("an SVG with a head", "logo.svg", lambda: b"<?xml version='1.0'?><svg onload='alert(1)'/>", "file_markup"),
    ("a web page", "page.html", lambda: b"<!doctype html><script>alert(1)</script>", "file_markup"),
    ("a web page behind blanks", "page.txt", lambda: b" \n\t<html><script>alert(1)</script>", "file_markup"),
    ("XML", "a.xml", lambda: b"<?xml version='1.0'?><a/>", "file_markup"),
    ("XML that grows", "a.xml", lambda: b"<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>", "file_markup"),
    ("a shell script", "run.txt", lambda: b"#!/bin/sh\nrm -rf /\n", "file_markup"),
    ("PHP", "a.txt", lambda: b"<?php system($_GET['c']); ?>", "file_markup"),
    ("PostScript", "a.txt", lambda: b"%!PS-Adobe-3.0\n(x) run\n", "file_markup"),
    ("RTF", "a.txt", lambda: b"{\\rtf1\\object}", "file_markup"),
    ("a GIF", "a.gif", lambda: picture("GIF", mode="P", colour=1), "file_kind_refused"),
    ("a GIF that is a script", "a.gif", lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "file_kind_refused"),
    ("a GIF that is a script, as text", "a.js", lambda: b"GIF89a=1;alert(1)", "file_markup"),
    ("a TIFF", "a.tif", lambda: picture("TIFF"), "file_kind_refused"),
    ("a bitmap", "a.bmp", lambda: picture("BMP"), "file_kind_refused"),
    ("a program for Windows", "a.exe", lambda: b"MZ\x90\x00\x03" + bytes(100), "file_kind_refused"),
    ("a program for Linux", "a", lambda: b"\x7fELF\x02\x01\x01" + bytes(100), "file_kind_refused"),
    ("an old Word file", "a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind_refused"),
    ("gzip", "a.gz", lambda: b"\x1f\x8b\x08" + bytes(50), "file_kind_refused"),
    ("RAR", "a.rar", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(50), "file_kind_refused"),
    ("7-zip", "a.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50), "file_kind_refused"),
    ("an MP4", "a.mp4", lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(50), "file_kind_refused"),
    ("noise", "a.pdf", lambda: bytes(range(256)) * 9, "file_kind_refused"),
    # Text that reads otherwise than it is written.
    ("a text with NUL", "a.txt", lambda: b"a" * 500 + b"\x00", "file_control_signs"),
    ("a text that turns round", "a.txt", lambda: "a \u202eb".encode(), "file_control_signs"),
    ("a text with isolates", "a.txt", lambda: "a \u2067b\u2069".encode(), "file_control_signs"),
    ("UTF-16", "a.txt", lambda: "Привет".encode("utf-16"), "file_not_utf8"),
    ("an old Russian encoding", "a.txt", lambda: "Привет".encode("cp1251"), "file_not_utf8"),
    ("a broken UTF-8", "a.csv", lambda: b"a;\xff\xff", "file_not_utf8"),
    # Pictures that are not what they say.
    ("a pixel flood", "flood.png", pixel_flood, "picture_too_large"),
    ("a pixel flood without points", "flood.png", lambda: png_of(50_000, 50_000), "picture_too_large"),
    ("a JPEG that says 60,000 x 60,000", "flood.jpg", lambda: jpeg_of(60_000, 60_000), "picture_too_large"),
    ("a cut JPEG", "cut.jpg", lambda: picture(size=(600, 600))[:-900], "file_damaged"),
    ("a cut PNG", "cut.png", lambda: picture("PNG", size=(600, 600), colour="red")[:-60], "file_damaged"),
    ("only the head of a WebP", "cut.webp", lambda: WEBP[:16], "file_damaged"),
    ("a PNG with wrong sums", "bad.png", lambda: PNG[:40] + b"\x00\x01" + PNG[42:], "file_damaged"),
    ("a JPEG with an archive behind it", "two.jpg", lambda: JPEG + packed({"a.phar": "<?php"}), "jpeg"),
    ("a JPEG with a script in its comment", "two.jpg",
     lambda: picture(comment="<?php __HALT_COMPILER(); alert(1)"), "jpeg"),
    ("a PNG with a page behind it", "two.png", lambda: PNG + b"<script>alert(1)</script>", "png"),
    # PDF files that act, carry, hide.
    ("a PDF with a script", "a.pdf", lambda: pdf(trailer=b"/OpenAction << /S /JavaScript /JS (x) >>"), "file_acts"),
    ("a PDF with a script under another spelling", "a.pdf", lambda: pdf(trailer=b"/A << /S /J#61vaScript >>"), "file_acts"),
    ("a PDF with a packed script", "a.pdf",
     lambda: pdf(object_stream(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")), "file_acts"),
    ("a PDF with a packed script of another type", "a.pdf",
     lambda: pdf(stream(b"/Filter /FlateDecode", zlib.compress(b"1 0 2 9 << /S /Java#53cript >>"))), "file_acts"),
    ("a PDF with objects packed twice", "a.pdf", lambda: pdf(
        stream(b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", zlib.compress(b"1 0 x").hex().encode())), "file_acts"),
    ("a PDF that hides its script in a false stream", "a.pdf",
     lambda: pdf(b"8 0 obj (stream\n) << /S /JavaScript >> (endstream) endobj\n"), "file_acts"),
    ("a PDF that starts a program", "a.pdf", lambda: pdf(trailer=b"/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "file_acts"),
    ("a PDF with a file inside", "a.pdf", lambda: pdf(stream(b"/Type /EmbeddedFile", b"MZ")), "file_acts"),
    ("a PDF that opens a page of the web", "a.pdf",
     lambda: pdf(b"8 0 obj << /S /URI /URI (https://x) >> endobj\n", trailer=b"/OpenAction 8 0 R"), "file_acts"),
    ("a PDF that sends a form", "a.pdf", lambda: pdf(trailer=b"/A << /S /SubmitForm >>"), "file_acts"),
    ("a PDF with a password", "a.pdf", lambda: pdf(trailer=b"/Encrypt 7 0 R"), "file_locked"),
    ("a cut PDF", "a.pdf", lambda: pdf()[:-30], "file_damaged"),
    ("a PDF with an archive behind it", "a.pdf", lambda: pdf() + packed({"a.txt": "a"}), "file_damaged"),
    ("a PDF that is an archive", "a.pdf", lambda: pdf(stream(b"", packed({"a": "b"})), end=b"%%EOF\n"), "file_two_kinds"),
    ("a PDF that is a page", "a.pdf", lambda: pdf(b"8 0 obj (<script>alert(1)</script>) endobj\n"), "file_two_kinds"),
    ("a PDF behind other bytes", "a.pdf", lambda: b"\n\n" + pdf(), "file_markup"),
    # Archives and office files.
    ("an archive", "a.zip", lambda: packed({"a.txt": "a"}), "file_archive"),
    ("a Java archive", "a.jar", lambda: packed({"META-INF/MANIFEST.MF": "a"}), "file_archive"),
    ("an ODS", "a.ods", lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
     "file_archive"),
    ("a flat bomb", "a.docx", lambda: bomb(60 * 1024 * 1024), "file_bomb"),
    ("a flat bomb of small parts", "a.docx", lambda: docx(parts={f"word/{n}.xml": b" " * 900_000 for n in range(90)}), "file_bomb"),
    ("a nested bomb", "a.zip", lambda: nested(3), "file_archive"),
    ("a nested bomb as a document", "a.docx", lambda: docx(parts={"word/media/a.xml": nested(2)}), "file_embedded"),
    ("an archive of itself", "a.zip", links_to_itself, "file_archive"),
    ("parts that lie over each other", "a.docx", overlapping, "file_bomb"),
    ("ten thousand parts", "a.docx", lambda: docx(parts={f"word/{n}.xml": "" for n in range(10_000)}), "file_bomb"),
    ("an XLSX with 1,048,576 rows", "a.xlsx",
     lambda: xlsx("<sheetData>" + "".join(f'<row r="{n}"/>' for n in range(1, 1_048_577)) + "</sheetData>"), "file_too_many_rows"),
    ("an XLSX bomb", "a.xlsx", lambda: xlsx("<row/>" * 9_000_000), "file_bomb"),
    ("a DOCX that lies about its size", "a.docx", lying, "file_damaged"),
    ("a symbolic link", "a.docx", symlink, "file_names"),
    ("a part that climbs", "a.docx", lambda: docx(parts={"../../evil.xml": "<a/>"}), "file_names"),
    ("an absolute part", "a.docx", lambda: docx(parts={"/etc/passwd": "a"}), "file_names"),
    ("a part with a backslash", "a.docx", lambda: docx(parts={"word\\..\\..\\a.xml": "<a/>"}), "file_names"),
    ("a part with 300 signs", "a.docx", lambda: docx(parts={"word/" + "a" * 300 + ".xml": "<a/>"}), "file_names"),
    ("a DOCX with macros", "a.docm", lambda: docx(parts={"word/vbaProject.bin": "a"}), "file_macros"),
    ("a DOCX of the kind with macros", "a.docx",
     lambda: packed({"[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml")}), "file_macros"),
    ("an ODT with macros", "a.odt", lambda: odt(**{"Basic/Standard/Module1.xml": "<a/>"}), "file_macros"),
    ("an ODT that listens to events", "a.odt",
     lambda: odt("<a xmlns:script='s'><script:event-listener/></a>"), "file_macros"),
    ("a DOCX with a template elsewhere", "a.docx",
     lambda: docx(parts={"word/_rels/settings.xml.rels": relation("attachedTemplate", "https://x/a.dotm")}), "file_links_outside"),
    ("a DOCX with a picture elsewhere", "a.docx",
     lambda: docx(parts={"word/_rels/document.xml.rels": relation("image", "https://x/a.png")}), "file_links_outside"),
    ("a DOCX that spells it otherwise", "a.docx", lambda: docx(parts={"word/_rels/document.xml.rels":
     relation("image", "https://x").replace("External", "&#69;xternal")}), "file_links_outside"),
    ("a DOCX with a link that runs", "a.docx",
     lambda: docx(parts={"word/_rels/document.xml.rels": relation("hyperlink", "file:///c:/a.exe")}), "file_links_outside"),
    ("a DOCX with a field that starts a program", "a.docx", lambda: docx(parts={"word/header1.xml":
     "<w:h xmlns:w='w'><w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\cmd.exe</w:instrText></w:h>"}), "file_links_outside"),
    ("an XLSX with links to other tables", "a.xlsx", lambda: xlsx(parts={"xl/externalLinks/externalLink1.xml": "<a/>"}),
     "file_links_outside"),
    ("an ODT with a picture elsewhere", "a.odt",
     lambda: odt("<a xmlns:draw='d' xmlns:xlink='x'><draw:image xlink:href='http://x/a.png'/></a>"), "file_links_outside"),
    ("a DOCX with another file inside", "a.docx", lambda: docx(parts={"word/embeddings/oleObject1.bin": "a"}), "file_embedded"),
    ("a DOCX with a program as a picture", "a.docx", lambda: docx(parts={"word/media/image1.png": b"MZ" + bytes(99)}), "file_damaged"),
    ("a DOCX with entities", "a.docx",
     lambda: docx(parts={"word/a.xml": "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"}), "file_entities"),
    ("a DOCX in UTF-16", "a.docx", lambda: docx(parts={"word/a.xml": "<a/>".encode("utf-16")}), "file_damaged"),
    ("a DOCX with broken XML", "a.docx", lambda: docx(parts={"word/a.xml": "<a><b></a>"}), "file_damaged"),
    ("a cut DOCX", "a.docx", lambda: docx()[:-40], "file_damaged"),
    ("a DOCX with something behind it", "a.docx", lambda: docx(comment=b"<?php"), "file_damaged"),
    ("a DOCX packed in another way", "a.docx", lambda: docx(method=zipfile.ZIP_BZIP2), "file_damaged"),
    ("a locked ODT", "a.odt", lambda: odt(**{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}), "file_locked"),
    # Viruses: the test signature.
    ("EICAR", "eicar.com", lambda: EICAR, "file_virus"),
    ("EICAR in a PDF", "a.pdf", lambda: pdf(b"8 0 obj (" + EICAR + b") endobj\n"), "file_virus"),
    ("EICAR stored in a DOCX", "a.docx",
     lambda: docx(parts={"word/a.xml": EICAR}, method=zipfile.ZIP_STORED), "file_virus"),
    ("EICAR packed in a DOCX", "a.docx", lambda: docx(parts={"word/a.xml": EICAR * 3}), "file_virus"),
]  # fmt: skip
