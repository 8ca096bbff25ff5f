"""The main navigation: what an actor may do decides what is in it. Counts come from the slices that own them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from core.actors import identity
from core.counting import counts

Counter = Callable[[object], QuerySet]

COUNTERS: dict[str, Counter] = {}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A link of the navigation: `verbs` of which one is enough ("" for everybody signed in)."""

    name: str
    label: str
    icon: str
    verbs: tuple[str, ...] = ("",)
    group: str = ""
    demonstration: bool = False


_TEAM = _("Team and network")

ENTRIES = (
    Entry(name="home", label=_("My work"), icon="clipboard-check"),
    Entry(name="referral:inbox", label=_("Inbox"), icon="inbox", verbs=("referral.read_in", "referral.read_assigned")),
    Entry(name="cases:list", label=_("Cases"), icon="folders", verbs=("case.read", "case.read_team")),
    Entry(name="referral:list", label=_("Referrals"), icon="arrows-right-left", verbs=("referral.draft",)),
    Entry(
        name="partners:directory", label=_("Service directory"), icon="building-community", verbs=("directory.read",)
    ),
    Entry(name="partners:capacity", label=_("Free places"), icon="users", verbs=("capacity.set",)),
    Entry(name="referral:lines", label=_("Waiting lists"), icon="clock-pause", verbs=("referral.answer",)),
    Entry(name="notifications:list", label=_("Notices"), icon="bell", verbs=("notice.read",)),
    Entry(
        name="referral:ageing",
        label=_("Ageing"),
        icon="clock-exclamation",
        verbs=("board.read", "network.read"),
        group=_TEAM,
    ),
    Entry(name="referral:board", label=_("Board"), icon="chart-bar", verbs=("board.read", "network.read"), group=_TEAM),
    Entry(
        name="referral:unmet", label=_("Unmet needs"), icon="flag", verbs=("board.read", "network.read"), group=_TEAM
    ),
    Entry(
        name="referral:corrections",
        label=_("Your entries in the directory"),
        icon="pencil",
        verbs=("capacity.set", "service.manage"),
        group=_TEAM,
    ),
    Entry(name="cases:duplicates", label=_("Possible duplicates"), icon="users", verbs=("person.match",), group=_TEAM),
    Entry(name="cases:imports", label=_("Bring records in"), icon="upload", verbs=("record.import",), group=_TEAM),
    Entry(
        name="cases:exports",
        label=_("Lists to take out"),
        icon="download",
        verbs=("record.export", "export.approve"),
        group=_TEAM,
    ),
    Entry(
        name="cases:emergencies",
        label=_("Emergency openings"),
        icon="lock-open",
        verbs=("emergency.review",),
        group=_TEAM,
    ),
    Entry(
        name="cases:approvals",
        label=_("Approvals"),
        icon="checklist",
        verbs=("approval.decide",),
        group=_TEAM,
    ),
    Entry(
        name="cases:transfers",
        label=_("Cases handed over"),
        icon="arrows-right-left",
        verbs=("transfer.answer",),
        group=_TEAM,
    ),
    Entry(name="cases:load", label=_("Load of the team"), icon="users", verbs=("board.read",), group=_TEAM),
    Entry(name="cases:absences", label=_("Absences"), icon="calendar-event", verbs=("absence.set",), group=_TEAM),
    Entry(
        name="referral:weights",
        label=_("Order of candidates"),
        icon="adjustments-horizontal",
        verbs=("matching.set",),
        group=_TEAM,
    ),
    Entry(
        name="partners:agreements",
        label=_("Agreements"),
        icon="clipboard-check",
        verbs=("agreement.write", "agreement.confirm"),
        group=_TEAM,
    ),
    Entry(
        name="partners:proposals",
        label=_("Proposed partners"),
        icon="building-community",
        verbs=("organisation.approve",),
        group=_TEAM,
    ),
    Entry(
        name="partners:claims",
        label=_("Asked for an account"),
        icon="user-plus",
        verbs=("member.manage", "organisation.approve"),
        group=_TEAM,
    ),
    Entry(
        name="partners:entitlements",
        label=_("Who may identify victims"),
        icon="shield-check",
        verbs=("entitlement.set",),
        group=_TEAM,
    ),
    Entry(
        name="referral:rules",
        label=_("Intake rules"),
        icon="arrows-right-left",
        verbs=("rule.manage", "rule.manage_network"),
        group=_TEAM,
    ),
    Entry(
        name="partners:organisation",
        label=_("Our organisation"),
        icon="building-community",
        verbs=("service.manage",),
        group=_TEAM,
    ),
    Entry(
        name="partners:closures",
        label=_("Closed days"),
        icon="calendar-event",
        verbs=("service.manage",),
        group=_TEAM,
    ),
    Entry(
        name="partners:people",
        label=_("People and services"),
        icon="user-plus",
        verbs=("member.manage", "service.manage"),
        group=_TEAM,
    ),
    Entry(
        name="cases:forms",
        label=_("Forms"),
        icon="list-check",
        verbs=("form.manage", "form.manage_network"),
        group=_TEAM,
    ),
    Entry(
        name="notifications:webhooks",
        label=_("Webhooks"),
        icon="plug-connected-x",
        verbs=("webhook.manage",),
        group=_TEAM,
    ),
    Entry(name="cases:audit", label=_("Activity log"), icon="fingerprint", verbs=("audit.read",), group=_TEAM),
    Entry(
        name="cases:incidents",
        label=_("Data breaches"),
        icon="alert-triangle",
        verbs=("incident.report",),
        group=_TEAM,
    ),
    Entry(name="cases:keeping", label=_("Data protection"), icon="shield-lock", verbs=("rights.decide",), group=_TEAM),
    Entry(
        name="notifications:undelivered",
        label=_("Undelivered notices"),
        icon="bell",
        verbs=("network.read", "board.read"),
        group=_TEAM,
    ),
    Entry(name="notifications:operation", label=_("Operation"), icon="chart-bar", verbs=("system.read",), group=_TEAM),
    Entry(name="notifications:mailbox", label=_("Mailbox"), icon="mail", group=_("Demonstration"), demonstration=True),
)


def counted(name: str) -> Callable[[Counter], Counter]:
    """Return a decorator: how many rows the function gives for an actor stands beside the entry with this URL name.

    It returns a queryset, not a number: those of all entries are counted in one query, on every page.
    """

    def register(function: Counter) -> Counter:
        COUNTERS[name] = function
        return function

    return register


def navigation(request) -> dict:
    """Return what the shell draws: `navigation` (entries) and `shell` (search, bell, who is signed in).

    Both are lazy: an error page draws neither and so asks the database nothing.
    """
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    numbers = cache(lambda: numbers_of(actor))  # bell and entries ask the same
    return {
        "navigation": SimpleLazyObject(lambda: entries(actor, request.path, numbers=numbers())),
        "shell": SimpleLazyObject(lambda: shell(actor, numbers=numbers())),
    }


def numbers_of(actor) -> dict[str, int]:
    """Return {URL name: number} for the entries that the actor's verbs open. One query."""
    return counts({entry.name: COUNTERS[entry.name](actor) for entry in _open_to(actor) if entry.name in COUNTERS})


def _open_to(actor) -> list[Entry]:
    return [
        entry
        for entry in ENTRIES
        if any(not verb or actor.may(verb) for verb in entry.verbs) and (settings.DEMO or not entry.demonstration)
    ]


def entries(actor, path: str, *, numbers: dict[str, int]) -> list[dict]:
    """Return the entries that the actor's verbs open, with the one that `path` belongs to marked as current."""
    found = [
        {
            "url": address(entry.name),
            "label": entry.label,
            "icon": entry.icon,
            "count": numbers.get(entry.name, 0),
            "group": entry.group,
        }
        for entry in _open_to(actor)
        if address(entry.name)
    ]
    current = max((item["url"] for item in found if _covers(item["url"], path)), key=len, default="")
    return [item | {"current": item["url"] == current} for item in found]


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def shell(actor, *, numbers: dict[str, int]) -> dict:
    """Return the facts of the top bar and of the account menu."""
    notices = address("notifications:list") if actor.may("notice.read") else ""
    search = actor.may("person.search")
    return {
        "home_url": reverse("home"),
        "search_url": address("cases:list") if search else "",
        "search_label": _("Name, alias or case number"),
        "notices_url": notices,
        "bell_url": address("notifications:bell") if notices else "",
        "unread": numbers.get("notifications:list", 0),
        "settings_url": address("notifications:settings") if notices else "",
        "exit_url": "",
        "person": {"name": actor.name, "note": identity().role_label(actor.role)},
    }


def address(name: str, *args) -> str:
    """Return the URL of a name, or "" where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
