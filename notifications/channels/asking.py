"""What the answer of another system means for a delivery; the same for webhooks, devices and gateways."""

import re
from datetime import timedelta

from core import egress
from notifications.channels import Done, Result, Retry

LONGEST_WISH = timedelta(hours=2)  # of a Retry-After


def ask(url: str, *, body: bytes, headers: dict[str, str], finals: dict[int, Result], **options) -> Result:
    """POST once and return what it means: any 2xx is Done, `finals` are the statuses that end it, all else is Retry.

    A redirect is a failure. `options` go to `egress.fetch`.
    """
    try:
        answer = egress.fetch("POST", url, body=body, headers=headers, **options)
    except egress.Refused as refused:
        return Retry(f"refused_{refused.code}")
    except egress.Failed as failed:
        return Retry(failed.code)
    if 200 <= answer.status < 300:
        return Done()
    if answer.status in finals:
        return finals[answer.status]
    error = "redirect" if 300 <= answer.status < 400 else f"http_{answer.status}"
    return Retry(error, after=_wish(answer.headers.get("retry-after", "")))


def _wish(text: str) -> timedelta | None:
    """Return the seconds of a Retry-After, up to two hours; a date is left unread."""
    return min(timedelta(seconds=int(text)), LONGEST_WISH) if re.fullmatch(r"[0-9]{1,6}", text) else None
