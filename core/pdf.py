"""The one way to make a PDF: a typst template of ours and data (DOMAIN 12; printed papers).

What people wrote reaches the template as a JSON value and is set as text: it is never read as markup, and no path comes
from it.
The compiler sees one folder, our templates; no font, package or file of the machine, and no network.
"""

import json
from datetime import datetime
from pathlib import Path

import typst

CORE = Path(__file__).resolve().parent
TEMPLATES = CORE / "typst"
FONTS = CORE / "static" / "vendor" / "noto"
NO_PACKAGES = TEMPLATES / "packages"  # a folder that does not exist: `#import "@preview/..."` finds nothing there
LONGEST = 4_000_000  # characters of data: a record of a thousand pages


class TooLong(ValueError):
    """The data would make a paper that nobody can read."""


def make(template: str, data: dict, *, at: datetime) -> bytes:
    """Return a PDF of a template in `core/typst` with `data`, dated `at` in its properties.

    Args: `template` is a name without ending; `data` holds texts, numbers, lists and dicts, ready in words. The same
    input gives the same file. Raises TooLong, and FileNotFoundError for an unknown template.
    """
    source = TEMPLATES / f"{template}.typ"
    if source.parent != TEMPLATES or not source.is_file():
        raise FileNotFoundError(template)
    words = json.dumps(data, ensure_ascii=False)
    if len(words) > LONGEST:
        raise TooLong
    return typst.compile(
        str(source),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": words},
        package_path=str(NO_PACKAGES),
        package_cache_path=str(NO_PACKAGES),
        timestamp=int(at.timestamp()),
    )
