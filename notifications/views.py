"""A member's notices, the bell, and the mailbox of the demonstration."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core import events
from core.dates import moment
from core.faces import demand, page_of, visible_or_404
from core.navigation import counted
from notifications.inbox import mark_read, unread
from notifications.models import MailboxMessage, Notice

ICONS = {"deadline": "clock-exclamation", "message": "message-circle", "case": "folders"}
TONES = {"emergency": "red", "urgent": "amber"}
counted("notifications:list")(unread)


@require_safe
def notices(request):
    """Show one's notices, newest first."""
    demand(request.actor, "notice.read")
    page = page_of(request, Notice.objects.visible_to(request.actor), by=("-at", "pk"))
    facts = {"rows": [item(notice) for notice in page.rows], "page": page, "unread": unread(request.actor)}
    return render(request, "notifications/list.html", facts)


def item(notice: Notice) -> dict:
    """Return what the list shows of a notice: what happened and when; the page behind it says about whom."""
    return {
        "title": events.sentence(notice.kind),
        "meta": moment(notice.at),
        "icon": ICONS.get(notice.kind.partition(".")[0], "arrows-right-left"),
        "tone": TONES.get(notice.urgency, ""),
        "urgency": notice.urgency,
        "unread": notice.read_at is None,
        "open_url": reverse("notifications:open", args=[notice.pk]),
    }


@require_POST
def open_notice(request, pk):
    """Mark a notice as read and go to what it is about."""
    notice = visible_or_404(Notice, request.actor, pk=pk)
    mark_read(actor=request.actor, at=timezone.now(), notice_id=notice.pk)
    return HttpResponseRedirect(target_of(notice))


def target_of(notice: Notice) -> str:
    """Return the page that a notice is about."""
    if notice.referral_id:
        return reverse("referral:detail", args=[notice.referral_id])
    if notice.case_id:
        return reverse("cases:detail", args=[notice.case_id])
    return reverse("notifications:list")


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
    """Answer the bell's poll with the bell."""
    demand(request.actor, "notice.read")
    facts = {
        "url": reverse("notifications:list"),
        "fragment_url": reverse("notifications:bell"),
        "unread": unread(request.actor),
    }
    return render(request, "ui/bell.html", facts)


@require_safe
def mailbox(request):
    """Show the mails of the demonstration; elsewhere there is no such page."""
    if not settings.DEMO:
        raise Http404
    page = page_of(request, MailboxMessage.objects.all(), by=("-at", "pk"))
    return render(request, "notifications/mailbox.html", {"page": page})
