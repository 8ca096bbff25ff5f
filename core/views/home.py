"""My work: what is late or waits for this person, from every slice, in one list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.middleware import public
from core.navigation import address

SHOWN = 25  # of each part


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do: what it is, where it is done, the verb on the button, and its clock if it has one."""

    title: str
    url: str
    verb: str
    meta: str = ""
    icon: str = "checklist"
    due_at: datetime | None = None
    started_at: datetime | None = None
    paused_at: datetime | None = None
    pressing: bool = False  # first among those that are not late: an emergency, a question


Source = Callable[..., list[Item]]
SOURCES: list[Source] = []


def offers_work(source: Source) -> Source:
    """Register `source(actor, *, at, limit)`; slices above `core` hand in their work this way."""
    SOURCES.append(source)
    return source


@require_safe
def home(request):
    """Show what is late, what waits today, and the rest."""
    now = timezone.now()
    items = [item for source in SOURCES for item in source(request.actor, at=now, limit=SHOWN)]
    tasks = address("referral:tasks") if request.actor.may("task.write") else ""
    context = {"sections": sections(items, at=now), "start": _start(request.actor), "tasks_url": tasks}
    return render(request, "home.html", context)


def sections(items: list[Item], *, at: datetime) -> list[dict]:
    """Return the items in headed parts, each by its due time; a stopped clock is never late."""
    end_of_day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def is_late(item: Item) -> bool:
        return item.due_at is not None and item.paused_at is None and item.due_at < at

    def is_today(item: Item) -> bool:
        return item.pressing or (item.due_at is not None and item.due_at < end_of_day)

    ordered = sorted(items, key=lambda item: (not item.pressing, item.due_at is None, item.due_at or at, item.title))
    late = [item for item in ordered if is_late(item)]
    today = [item for item in ordered if not is_late(item) and is_today(item)]
    rest = [item for item in ordered if not is_late(item) and not is_today(item)]
    week = [item for item in rest if item.due_at is not None and item.due_at < end_of_day + timedelta(days=7)]
    rest = [item for item in rest if item not in week]
    parts = (
        {"title": _("Late"), "tone": "red", "item_tone": "red", "items": late},
        {"title": _("Today"), "tone": "accent", "item_tone": "accent", "items": today},
        {"title": _("Next 7 days"), "tone": "", "item_tone": "", "items": week},
        {"title": _("Later"), "tone": "", "item_tone": "", "items": rest},
    )
    return [part for part in parts if part["items"]]


def _start(actor) -> dict:
    """Return where somebody begins who has nothing to do: the first of these pages that the actor may open."""
    for verb, name, label in (
        ("referral.read_in", "referral:inbox", _("Open the inbox")),
        ("case.open", "cases:new", _("Log a new case")),
        ("board.read", "referral:board", _("Open the board")),
        ("network.read", "referral:board", _("Open the board")),
        ("directory.read", "partners:directory", _("Open the service directory")),
    ):
        if actor.may(verb) and (url := address(name)):
            return {"url": url, "label": label}
    return {"url": "", "label": ""}


@public
def no_membership(request):
    """Tell somebody who is signed in but belongs to no organisation whom to ask; a POST signs them out."""
    if not request.user.is_authenticated:
        return redirect(reverse("account_login"))
    if request.actor is not None:
        return redirect(reverse("home"))
    if request.method == "POST":
        logout(request)
        return redirect(reverse("account_login"))
    return render(request, "no_membership.html", {})
