"""A member's notices, the bell, and the mailbox of the demonstration."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.models import Case
from core import events
from core.counting import counts
from core.dates import moment
from core.faces import demand, visible_or_404
from core.lists import Filter, Search, Sort, Table, coded, listed
from core.navigation import counted
from notifications.inbox import mark_read, unread
from notifications.models import MailboxMessage, Notice
from referral.models import Referral

ICONS = {
    "deadline": "clock-exclamation",
    "message": "message-circle",
    "case": "folders",
    "reminder": "calendar-event",
    "export": "download",
    "import": "upload",
    "transfer": "arrows-right-left",
    "incident": "alert-triangle",
}
# What has a list of its own, and no case or referral that it is about.
PLACES = {
    "approval": "cases:approvals",
    "emergency": "cases:emergencies",
    "export": "cases:exports",
    "import": "cases:imports",
    "webhook": "notifications:webhooks",
    "incident": "cases:incidents",
    "transfer": "cases:transfers",
}
TONES = {"emergency": "red", "urgent": "amber"}
counted("notifications:list")(unread)


def _unread(actor) -> int:
    return counts({"unread": unread(actor)})["unread"]


ABOUT = (
    ("referral", gettext_lazy("Referrals")),
    ("message", gettext_lazy("Messages")),
    ("deadline", gettext_lazy("Time limits")),
    ("case", gettext_lazy("Cases")),
    ("approval", gettext_lazy("Approvals")),
    ("emergency", gettext_lazy("Emergency openings")),
    ("reminder", gettext_lazy("Reminders")),
)
TABLE = listed(
    Table(
        name="notifications:list",
        filters=(
            Filter(
                name="read",
                label=gettext_lazy("Read"),
                choices=lambda _actor: [("no", _("Not read yet")), ("yes", _("Read"))],
                where=lambda value, _actor, _at: Q(read_at__isnull=value == "no"),
            ),
            coded("urgency", gettext_lazy("Urgency"), "urgency"),
            Filter(
                name="about",
                label=gettext_lazy("What it is about"),
                choices=lambda _actor: ABOUT,
                where=lambda value, _actor, _at: Q(kind__startswith=f"{value}."),
            ),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-at", "pk")),
            Sort(name="oldest", label=gettext_lazy("Oldest"), by=("at", "pk")),
        ),
        views=(
            (gettext_lazy("All notices"), ""),
            (gettext_lazy("Not read yet"), "read=no"),
            (gettext_lazy("Emergencies"), "urgency=emergency"),
        ),
    )
)


@require_safe
def notices(request):
    """Show one's notices, newest first. They hold no words of people, so there is nothing to search."""
    demand(request.actor, "notice.read")
    found = TABLE.open(request, Notice.objects.visible_to(request.actor), at=timezone.now())
    shown = found["page"].rows
    names = names_of(shown, request.actor)
    rows = [item(notice, names) for notice in shown]
    context = found | {"rows": rows, "groups": grouped(rows), "unread": _unread(request.actor)}
    return render(request, "notifications/list.html", context)


def names_of(rows: list[Notice], actor) -> dict:
    """Return how the list calls each referral and case, as far as the actor may still see it; two queries."""
    referrals = (
        Referral.objects.visible_to(actor)
        .filter(pk__in=[notice.referral_id for notice in rows if notice.referral_id])
        .select_related("service")
    )
    cases = Case.objects.visible_to(actor).filter(
        pk__in=[notice.case_id for notice in rows if notice.case_id and not notice.referral_id]
    )
    names = {referral.pk: f"{referral.reference} · {referral.service.label}" for referral in referrals}
    return names | {case.pk: case.reference for case in cases}


def item(notice: Notice, names: dict) -> dict:
    """Return what the list shows of a notice: what happened, to which referral or case, and when."""
    name = names.get(notice.referral_id or notice.case_id, "")
    return {
        "title": events.sentence(notice.kind),
        "meta": " · ".join(part for part in (name, moment(notice.at)) if part),
        "icon": ICONS.get(notice.kind.partition(".")[0], "arrows-right-left"),
        "tone": TONES.get(notice.urgency, ""),
        "urgency": notice.urgency,
        "about": notice.referral_id or notice.case_id or notice.pk,
        "unread": notice.read_at is None,
        "open_url": reverse("notifications:open", args=[notice.pk]),
    }


def grouped(rows: list[dict]) -> list[dict]:
    """Return each referral or case once, where its first notice stands; what else was told of it lies folded."""
    groups: dict = {}
    for row in rows:
        groups.setdefault(row["about"], []).append(row)
    return [{"first": first, "rest": rest, "label": _more(rest)} for first, *rest in groups.values()]


def _more(rest: list[dict]) -> str:
    new = sum(row["unread"] for row in rest)
    words = ngettext("%(count)d more notice about it", "%(count)d more notices about it", len(rest))
    text = words % {"count": len(rest)}
    return f"{text}, {ngettext('%(count)d new', '%(count)d new', new) % {'count': new}}" if new else text


@require_POST
def open_notice(request, pk):
    """Mark a notice as read and go to what it is about."""
    notice = visible_or_404(Notice, request.actor, pk=pk)
    mark_read(actor=request.actor, at=timezone.now(), notice_id=notice.pk)
    if place := PLACES.get(notice.kind.partition(".")[0]):
        return HttpResponseRedirect(reverse(place))
    if not (notice.referral_id or notice.case_id):
        return HttpResponseRedirect(reverse("notifications:list"))  # it says all there is to say
    if not names_of([notice], request.actor):
        messages.info(request, _("You cannot see any more what this notice was about."))
        return HttpResponseRedirect(reverse("notifications:list"))
    if notice.referral_id:
        return HttpResponseRedirect(reverse("referral:detail", args=[notice.referral_id]))
    return HttpResponseRedirect(reverse("cases:detail", args=[notice.case_id]))


@require_POST
def read_all(request):
    """Mark all notices as read."""
    demand(request.actor, "notice.read")
    count = mark_read(actor=request.actor, at=timezone.now())
    done = ngettext("%(count)d notice marked as read", "%(count)d notices marked as read", count) % {"count": count}
    messages.success(request, done if count else _("There was nothing new"))
    return HttpResponseRedirect(reverse("notifications:list"))


@require_safe
def bell(request):
    """Answer the bell's poll with the bell, or with 304 while it would look the same; one query either way."""
    demand(request.actor, "notice.read")
    unread_now = _unread(request.actor)
    tag = f'"{get_language()}-{unread_now}"'  # as ui/bell.html sends it
    if same := get_conditional_response(request, etag=tag):
        return same
    facts = {
        "url": reverse("notifications:list"),
        "fragment_url": reverse("notifications:bell"),
        "unread": unread_now,
    }
    answer = render(request, "ui/bell.html", facts)
    answer["ETag"] = tag
    return answer


MAILS = listed(
    Table(
        name="notifications:mailbox",
        filters=(
            Filter(
                name="way",
                label=gettext_lazy("Way"),
                choices=lambda _actor: [("email", _("E-mail")), ("sms", _("Text message"))],
                where=lambda value, _actor, _at: Q(channel=value),
            ),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-at", "id")),
            Sort(name="oldest", label=gettext_lazy("Oldest"), by=("at", "id")),
        ),
        search=Search(
            find=lambda rows, words, _actor: (
                rows.filter(Q(to__icontains=words.strip()) | Q(subject__icontains=words.strip())),
                "",
            ),
            label=gettext_lazy("To whom, or subject"),
        ),
    )
)


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request):
    """Show the mails of the demonstration; elsewhere there is no such page."""
    if not settings.DEMO:
        raise Http404
    found = MAILS.open(request, MailboxMessage.objects.all(), at=timezone.now())
    return render(request, "notifications/mailbox.html", found, status=found["status"])
