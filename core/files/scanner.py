"""Viruses: ClamAV where the operator runs one (`CLAMAV_URL`), and the one test signature that everybody knows.

Without ClamAV the other checks still hold: nothing that runs by itself is taken. They are no virus scanner, and a
system check says so.
"""

import io
from urllib.parse import urlsplit

import clamd
from django.conf import settings
from django.core.checks import Warning, register
from django.utils.translation import gettext as _

from core.actions import NotNow
from core.files.kinds import FileRefused

# Written in two halves, so that no scanner takes this module for a virus.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECONDS = 8


def scan(content: bytes) -> None:
    """Raise FileRefused for a virus, NotNow when ClamAV is set up but does not answer: then nothing is taken."""
    known(content)
    if not settings.CLAMAV_URL:
        return
    try:
        answer = _connection(settings.CLAMAV_URL).instream(io.BytesIO(content))
        verdict = answer["stream"][0]
    except (clamd.ClamdError, OSError, KeyError, ValueError) as error:
        raise _unavailable() from error
    if verdict == "FOUND":
        raise _virus()
    if verdict != "OK":
        raise _unavailable()


def known(content: bytes) -> None:
    """Raise FileRefused for the signature that shows whether a virus check is there at all."""
    if EICAR in content:
        raise _virus()


def _connection(url: str):
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return clamd.ClamdUnixSocket(path=parts.path, timeout=SECONDS)
    return clamd.ClamdNetworkSocket(host=parts.hostname or "localhost", port=parts.port or 3310, timeout=SECONDS)


def _unavailable() -> NotNow:
    return NotNow(
        "file_scan_unavailable",
        _("The virus check does not answer now. Nothing was kept; try again in some minutes."),
    )


def _virus() -> FileRefused:
    return FileRefused("file_virus", _("The virus check found something harmful in this file. It was not kept."))


@register()
def says_when_nothing_scans(app_configs, **_more):
    """Warn an operator whose uploads no virus scanner sees (not in the demonstration)."""
    if settings.DEMO or settings.CLAMAV_URL:
        return []
    return [
        Warning(
            "No virus scanner sees the uploads.",
            hint="Run ClamAV and set CLAMAV_URL (tcp://host:3310 or unix:///path/of/clamd.sock).",
            id="waymark.W001",
        )
    ]
