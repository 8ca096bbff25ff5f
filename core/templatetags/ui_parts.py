"""Parts of a page, made of small signs. Lists come as lists of dicts of plain values."""

import re

from django.conf import settings
from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from core import codelists

register = Library()

NOTE_ICONS = {"info": "info-circle", "warn": "alert-triangle", "stop": "alert-circle", "ok": "circle-check"}
UNDO = re.compile(r"undo:/(?!/)")  # a path of ours, never another host
SHORT_LANGUAGE = {"en": "EN", "ru": "РУ", "be": "БЕ"}


def _block(template: str, content: str, **facts) -> SafeString:
    """Render a component around `content`, which the engine has already escaped."""
    return render_to_string(f"ui/{template}.html", facts | {"content": mark_safe(content)})  # noqa: S308


@register.simple_block_tag
def card(
    content, title="", *, lead="", id="", url="", link="", count=None, tone="", body=True, level=2, mark="", css=""
):
    """Draw a card around its content; see ui/card.html."""
    facts = {"title": title, "lead": lead, "id": id, "url": url, "link": link, "count": count, "tone": tone}
    return _block("card", content, **facts, body=body, level=level, mark=mark, css=css)


@register.simple_block_tag
def card_footer(content):
    """Draw the last line of a card with `body=False`; see ui/card_footer.html."""
    return _block("card_footer", content)


@register.simple_block_tag
def page_header(content, title, *, lead="", back_url="", back_label="", urgency=""):
    """Draw the page's one h1, the line under it and, as content, its actions; see ui/page_header.html."""
    facts = {"title": title, "lead": lead, "back_url": back_url, "back_label": back_label, "urgency": urgency}
    return _block("page_header", content, **facts)


@register.simple_block_tag
def section(content, title, count=None, tone=""):
    """Draw a headed part of a page that holds cards; see ui/section.html."""
    return _block("section", content, title=title, count=count, tone=tone)


@register.simple_block_tag
def note(content, kind="info", *, title="", icon="", url="", link="", role=""):
    """Draw a note (info, warn, stop, ok): one bold line, what to do, and a link; see ui/note.html."""
    facts = {"kind": kind, "title": title, "url": url, "link": link, "role": role}
    return _block("note", content, icon=icon or NOTE_ICONS[kind], **facts)


@register.simple_block_tag
def lock(content, title, icon="lock"):
    """Draw a dashed box that names hidden data and says when it opens; see ui/lock.html."""
    return _block("lock", content, title=title, icon=icon)


@register.simple_block_tag
def row(content, title, *, url="", meta="", icon="", tone="", unread=False, compact=False):
    """Draw a line of a work list inside `<ul class="wm-rows">`; content is its end; see ui/row.html."""
    facts = {"title": title, "url": url, "meta": meta, "icon": icon, "tone": tone}
    return _block("row", content, **facts, unread=unread, compact=compact)


@register.simple_block_tag
def table(content, caption, *columns):
    """Draw a table that becomes cards on phones; content is its rows; see ui/table.html."""
    return _block("table", content, caption=caption, columns=columns)


@register.simple_block_tag
def fold(content, title, open=False, id=""):
    """Draw content that opens on demand; see ui/fold.html."""
    return _block("fold", content, title=title, open=open, id=id)


@register.simple_block_tag
def dialog(content, id, title, open=False):
    """Draw a dialog that `data-wm-open="id"` opens; see ui/dialog.html."""
    return _block("dialog", content, id=id, title=title, open=open)


@register.simple_block_tag
def match(content, candidate):
    """Draw a service that fits, with its reasons; content is its action; see ui/match.html."""
    return _block("match", content, candidate=candidate)


@register.simple_block_tag
def identity_bar(content, bar):
    """Draw who the case is about, on top of every page of the case; see ui/identity_bar.html."""
    safe = {"url": "", "text": ""} | bar["safe"] if bar.get("safe") else None
    level = codelists.label("risk_level", bar["risk"]).lower() if bar.get("risk") else ""
    words = _("Risk: %(level)s") % {"level": level}
    return _block("identity_bar", content, bar=bar | {"safe": safe, "risk_words": words})


@register.simple_block_tag
def preview(content, title, fields):
    """Draw exactly what a partner sees: fields now, after acceptance, not shared; see ui/preview.html."""
    return _block("preview", content, title=title, fields=fields)


@register.inclusion_tag("ui/steps.html")
def steps(items, current=1, label=""):
    """Draw the steps of a form; `current` counts from 1; see ui/steps.html."""
    return {"items": items, "current": current, "label": label, "total": len(items)}


@register.inclusion_tag("ui/life.html")
def life(items, label=""):
    """Draw the life of a referral; see ui/life.html."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/gates.html")
def gates(items):
    """Draw the checks before an act; see ui/gates.html."""
    return {"items": items}


@register.inclusion_tag("ui/facts.html")
def facts(items, small=False):
    """Draw names and values; see ui/facts.html."""
    return {"items": items, "small": small}


@register.inclusion_tag("ui/timeline.html")
def timeline(items):
    """Draw what happened, newest first; see ui/timeline.html."""
    return {"items": [{"icon": "history"} | item for item in items]}


@register.inclusion_tag("ui/thread.html")
def thread(items, id=""):
    """Draw messages between sender and receiver; see ui/thread.html."""
    return {"items": items, "id": id}


@register.inclusion_tag("ui/kpis.html")
def kpis(items, label=""):
    """Draw board figures, each a link; see ui/kpis.html."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/bars.html")
def bars(items, caption, head="", figure=""):
    """Draw a small table with bars; see ui/bars.html."""
    top = max((item["value"] for item in items), default=0) or 1
    rows = [item | {"share": round(100 * item["value"] / top)} for item in items]
    return {"items": rows, "caption": caption, "head": head, "figure": figure}


@register.inclusion_tag("ui/chips.html")
def chips(items, label="", clear_url=""):
    """Draw filters as chips; see ui/chips.html."""
    return {"items": items, "label": label, "clear_url": clear_url}


@register.inclusion_tag("ui/tabs.html")
def tabs(items, label, segmented=False):
    """Draw tabs, or with `segmented=True` a switch between views; see ui/tabs.html."""
    return {"items": items, "label": label, "segmented": segmented}


@register.inclusion_tag("ui/listing.html", takes_context=True)
def listing(context, found, label, search=None):
    """Draw the bar of a work list: views, filters, words to search for; see ui/listing.html and core.lists."""
    return {"list": found.drawn(), "label": label, "search": search, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("ui/empty.html")
def empty(title, text="", *, icon="checklist", url="", link="", level=2):
    """Draw "nothing here" with what to do next; see ui/empty.html."""
    return {"title": title, "text": text, "icon": icon, "url": url, "link": link, "level": level}


@register.inclusion_tag("ui/pages.html")
def pages(previous_url="", next_url="", shown=""):
    """Draw links to the previous and next page of a cursor; see ui/pages.html."""
    return {"previous_url": previous_url, "next_url": next_url, "shown": shown}


@register.inclusion_tag("ui/breadcrumbs.html")
def breadcrumbs(items):
    """Draw the way here; the last item is this page; see ui/breadcrumbs.html."""
    return {"items": items}


@register.inclusion_tag("ui/coverage.html")
def coverage(items, label=""):
    """Draw which regions a service covers; see ui/coverage.html."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/inbox_card.html")
def inbox_card(item):
    """Draw a referral that waits for an answer; see ui/inbox_card.html."""
    return {"item": {"started_at": None, "paused": None} | item}


@register.inclusion_tag("ui/bell.html")
def bell(url, unread=0, fragment_url=""):
    """Draw the bell of the top bar, which htmx polls; see ui/bell.html."""
    return {"url": url, "unread": int(unread or 0), "fragment_url": fragment_url}


@register.inclusion_tag("ui/toast.html", takes_context=True)
def toast(context, message):
    """Draw a Django message as a toast, with Undo when its extra_tags hold `undo:/url/`; see ui/toast.html."""
    marks = (getattr(message, "extra_tags", "") or "").split()
    undo = next((mark.removeprefix("undo:") for mark in marks if UNDO.match(mark)), "")
    failed = getattr(message, "level_tag", "") in ("error", "warning")
    return {"text": str(message), "undo_url": undo, "failed": failed, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("ui/languages.html", takes_context=True)
def languages(context, short=False):
    """Draw the language switch, a form that posts to Django's set_language; see ui/languages.html."""
    request, active = context.get("request"), get_language()
    items = [
        {"code": code, "name": get_language_info(code)["name_local"].capitalize(), "short": SHORT_LANGUAGE[code]}
        for code, _english in settings.LANGUAGES
    ]
    back = request.get_full_path() if request else ""
    facts = {"items": items, "short": short, "active": active, "back": back}
    return facts | {"csrf_token": context.get("csrf_token", "")}
