"""Small signs: icons, buttons, status, risk, urgency, deadlines, dates, avatars."""

from functools import lru_cache, wraps

from django.forms.utils import flatatt
from django.template import Library
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import codelists, dates, icons

register = Library()

# code -> (glyph, tone): the filling circle of DESIGN, one drawing for cases, referrals, needs and consents.
STATUS = {
    "referral_status": {
        "draft": ("dash", ""),
        "pending_approval": ("clock", "warn"),
        "sent": ("ring", "go"),
        "received": ("dot", "go"),
        "info_requested": ("question", "warn"),
        "waitlisted": ("clock", ""),
        "accepted": ("half", "go"),
        "in_progress": ("most", "go"),
        "on_hold": ("pause", ""),
        "completed": ("full", "ok"),
        "not_completed": ("cross", "stop"),
        "declined": ("cross", "stop"),
        "cancelled": ("minus", ""),
        "withdrawn": ("minus", "warn"),
        "expired": ("clock", "stop"),
        "entered_in_error": ("cross", ""),
    },
    "case_status": {
        "intake": ("ring", "go"),
        "assessment": ("dot", "go"),
        "active": ("half", "go"),
        "follow_up": ("most", "go"),
        "on_hold": ("pause", ""),
        "closed": ("full", ""),
        "transferred": ("full", ""),
        "merged": ("minus", ""),
    },
    "need_status": {
        "open": ("dash", ""),
        "in_referral": ("half", "go"),
        "met": ("full", "ok"),
        "partly_met": ("most", "ok"),
        "unmet": ("cross", "stop"),
        "refused": ("minus", ""),
    },
    "consent_status": {
        "proposed": ("dash", ""),
        "given": ("full", "ok"),
        "refused": ("cross", "stop"),
        "withdrawn": ("minus", "warn"),
        "expired": ("clock", "stop"),
        "superseded": ("minus", ""),
    },
    "capacity_status": {
        "capacity": ("full", "ok"),
        "waitlist": ("clock", "warn"),
        "no_capacity": ("cross", "stop"),
        "assessment_required": ("question", "warn"),
    },
}
RISK_BARS = {"low": 1, "medium": 2, "high": 3, "critical": 4}
URGENCY_TONE = {"emergency": "red", "urgent": "amber"}


@lru_cache(maxsize=4096)
def drawn(template, function, _language, *args, **kwargs):
    """Return the HTML of a mark; see `mark`."""
    return render_to_string(template, function(*args, **kwargs))


def mark(template: str):
    """Return a decorator: an inclusion tag whose drawing follows from its arguments and the language alone.

    Each drawing is kept: a page has a hundred of them, and there are a few hundred in all. Not for words that somebody
    wrote, which must not stay in memory.
    """

    def decorate(function):
        @register.simple_tag(name=function.__name__)
        @wraps(function)
        def draw(*args, **kwargs):
            return drawn(template, function, get_language(), *args, **kwargs)

        return draw

    return decorate


@mark("ui/icon.html")
def icon(name, size="", flip=False, tone="", label=""):
    """Draw a Tabler outline icon; see ui/icon.html. Raises UnknownIcon when strict (see core.icons.paths)."""
    return {"paths": icons.paths(name), "size": size, "flip": flip, "tone": tone, "label": label}


@register.simple_tag
def button(
    label, *, kind="default", href="", icon="", size="", type="submit", hide_label=False, flip=False, **attributes
):
    """Draw a button, or a link that looks like one when `href` is given; see ui/button.html.

    Further arguments become HTML attributes, `_` as `-` (hx_post, aria_describedby, data_wm_open, name, value).
    `busy=True` shows the turning circle, `disabled=True` sets aria-disabled and keeps the button in the tab order.
    """
    about = attributes.pop("about", "")
    extra = attributes.pop("css", "")
    busy = attributes.pop("busy", False)
    if attributes.pop("disabled", False):
        attributes["aria-disabled"] = "true"
    cleaned = {key.replace("_", "-"): value for key, value in attributes.items() if value not in (None, "")}
    known = {"label": label, "kind": kind, "href": href, "icon": icon, "size": size, "type": type, "about": about}
    more = {"hide_label": hide_label, "flip": flip, "busy": busy, "css": extra, "attributes": flatatt(cleaned)}
    return render_to_string("ui/button.html", known | more)


@mark("ui/status.html")
def status(list_name, code, text=""):
    """Draw the status of a code list as a filling circle and a word; see ui/status.html."""
    glyph, tone = STATUS.get(list_name, {}).get(code, ("ring", ""))
    return {"glyph": glyph, "tone": tone, "text": text or codelists.label(list_name, code)}


@mark("ui/glyph.html")
def glyph(name, size=16):
    """Draw the circle alone (dash, ring, dot, half, most, full, question, cross, clock, pause, minus)."""
    return {"glyph": name, "size": size}


@mark("ui/risk.html")
def risk(level, text=""):
    """Draw a risk level (low, medium, high, critical) as bars and a word; see ui/risk.html."""
    bars = [
        {"x": 4 * step, "y": 9 - 3 * step, "height": 3 + 3 * step, "on": step < RISK_BARS.get(level, 0)}
        for step in range(4)
    ]
    return {"level": level, "bars": bars, "text": text or codelists.label("risk_level", level)}


@mark("ui/tag.html")
def urgency(code):
    """Draw an urgency (emergency, urgent, routine) as a tag; see ui/tag.html."""
    return {"text": codelists.label("urgency", code), "tone": URGENCY_TONE.get(code, ""), "icon": ""}


@register.inclusion_tag("ui/tag.html")
def tag(text, tone="", icon=""):
    """Draw a tag; see ui/tag.html."""
    return {"text": text, "tone": tone, "icon": icon}


@mark("ui/ring.html")
def ring(share, large=False):
    """Draw the ring of a deadline with the share left in per cent; see ui/ring.html."""
    return {"share": share, "large": large}


@register.inclusion_tag("ui/clock.html")
def clock(due_at, started_at=None, *, paused=None, met_at=None, large=False, note="", at=None):
    """Draw a deadline: ring with the share left, and the words; see ui/clock.html and core.dates.clock."""
    facts = {"clock": None, "large": large, "note": note, "until": "", "exact": "", "iso": ""}
    if not due_at:
        return facts
    drawn = dates.clock(due_at, started_at, at=at, paused=paused, met_at=met_at)
    facts |= {"clock": drawn, "exact": dates.exact(due_at), "iso": due_at.isoformat()}
    return facts | {"until": dates.stamp(due_at, at=at) if large else ""}


@register.inclusion_tag("ui/when.html")
def when(value, at=None, tone="wm-3"):
    """Write a moment, relative when near, with the exact time in the tooltip; see ui/when.html."""
    if not value:
        return {"words": "", "exact": "", "iso": "", "tone": tone}
    return {"words": dates.moment(value, at=at), "exact": dates.exact(value), "iso": value.isoformat(), "tone": tone}


@register.inclusion_tag("ui/avatar.html")
def avatar(name, size="", alone=False):
    """Draw a person's initials; `alone=True` when no name stands beside it; see ui/avatar.html."""
    return {"name": name, "letters": initials(name), "size": size, "alone": alone}


@register.inclusion_tag("ui/redacted.html")
def redacted(opens="never"):
    """Draw a hidden value: opens "after" acceptance, "never" shared, or "restricted"; see ui/redacted.html."""
    return {"opens": opens}


@register.inclusion_tag("ui/progress.html")
def progress(value, maximum=100, label="", tone=""):
    """Draw a bar; see ui/progress.html. `tone` is red, amber, green or empty."""
    share = max(0, min(100, round(100 * value / maximum))) if maximum else 0
    fill = {"red": "fr", "amber": "fa", "green": "fg"}.get(tone, "f")
    return {"share": share, "label": label, "fill": fill}


@register.inclusion_tag("ui/skeleton.html")
def skeleton(label=""):
    """Draw the loading state; see ui/skeleton.html."""
    return {"label": label or _("Loading")}


@register.filter
def code(value, list_name):
    """Return the label of a code of a list in the active language: `{{ referral.state|code:"referral_status" }}`."""
    return codelists.label(list_name, value) if value else ""


@register.filter
def day(value):
    """Return a date in words, with the year only when it is not this year."""
    return dates.day(value) if value else ""


@register.filter
def moment(value):
    """Return a moment in words, relative when near."""
    return dates.moment(value) if value else ""


@register.filter
def initials(name):
    """Return one or two initials of a name, in its own letters."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
