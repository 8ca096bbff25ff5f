"""Tabler outline icons as inline SVG, read once from the vendored files of `core/static_src/icons.txt`."""

import logging
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

HOME = Path(__file__).parent
LIST = HOME / "static_src" / "icons.txt"
FOLDER = HOME / "static" / "vendor" / "icons"
PATH = re.compile(r'<path d="([A-Za-z0-9 .,-]+)"')
logger = logging.getLogger(__name__)


class UnknownIcon(LookupError):
    """An icon that `core/static_src/icons.txt` does not list, or whose file `make setup` has not brought yet."""


@cache
def names() -> frozenset[str]:
    """Return the names of the icons that the project uses."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


@cache
def drawing(name: str) -> SafeString:
    """Return the paths of an icon. Only path data is taken from the file: no script, style or link can come in.

    Raises UnknownIcon when the icon is not listed or its file is missing.
    """
    if name not in names():
        raise UnknownIcon(f'"{name}" is not in core/static_src/icons.txt: add the line and run `make setup`')
    try:
        source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UnknownIcon(f'the file of icon "{name}" is missing: run `make setup`') from None
    return mark_safe("".join(f'<path d="{d}"/>' for d in PATH.findall(source)))  # noqa: S308 - only path data


def paths(name: str) -> SafeString:
    """Return the paths of an icon for a page: strict when DEBUG or STRICT_TEMPLATES, else nothing and a log line."""
    try:
        return drawing(name)
    except UnknownIcon as error:
        if getattr(settings, "STRICT_TEMPLATES", settings.DEBUG):
            raise
        logger.error("%s", error)
        return mark_safe("")
