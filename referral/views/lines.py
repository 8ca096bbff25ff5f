"""The waiting lines of one's own services: who waits, in which order, who is next when a place is free."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core import dates
from core.faces import attempt, demand, page_of, speaks, visible_or_404
from partners.directory import own_services
from referral import lines, lining
from referral.forms_lines import ExpectForm, MoveForm
from referral.models import Referral
from referral.states import S
from referral.views.drawing import first_words_of, title_of

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request):
    """Show the services of one's own that keep a waiting list, with how many wait and who is next.

    A fragment for the page of free places shows only who can come now.
    """
    demand(request.actor, "referral.read_in")
    actor, today = request.actor, timezone.localdate()
    passed = Count("pk", filter=Q(expected_on__lt=today))
    counted = lines.line_of(actor).values("service_id").annotate(all=Count("pk"), passed=passed)
    waiting = {row["service_id"]: row for row in counted}
    free = {row.service_id: row for row in lines.next_in_line(actor)}
    words = first_words_of(list(free.values()), actor)
    items = [
        _service_item(service, waiting.get(service.pk), free.get(service.pk), words, actor)
        for service in own_services(actor)
        if service.waiting_list or service.pk in waiting
    ]
    return render(request, "referral/_free_places.html" if request.htmx else "referral/lines.html", {"items": items})


def _service_item(service, waiting: dict | None, first, words: dict, actor) -> dict:
    number, passed = (waiting["all"], waiting["passed"]) if waiting else (0, 0)
    return {
        "name": service.label,
        "url": reverse("referral:line", args=[service.pk]),
        "waits": ngettext("%(count)s person waits", "%(count)s people wait", number) % {"count": number},
        "passed": passed,
        "first": free_note(first, words.get(first.pk, ""), actor) if first else None,
    }


def free_note(referral, person: str, actor) -> dict:
    """Return who is next where a place is free, with the way to accept. Needs `service.capacity`."""
    free = lines.free_for(referral.service.capacity)
    return {
        "title": ngettext("%(count)s place is free", "%(count)s places are free", free) % {"count": free},
        "who": " · ".join(filter(None, [person, referral.reference])),
        "url": reverse("referral:step", args=[referral.pk, "accept"]) if actor.may("referral.answer") else "",
    }


@require_safe
def line(request, service_pk):
    """Show who waits for one service, in order."""
    demand(request.actor, "referral.read_in")
    actor, now = request.actor, timezone.now()
    service = own_services(actor).filter(pk=service_pk).first()
    if service is None:
        raise Http404
    rows = lines.line_of(actor, service_id=service.pk).select_related("sender")
    page = page_of(request, rows, by=lines.ORDER)
    places, words = lines.places_of(page.rows), first_words_of(page.rows, actor)
    first = next((row for row in page.rows if places[row.pk][0] == 1), None)
    free = lines.free_for(getattr(service, "capacity", None))
    note = None
    if first and free:
        first.service = service
        note = free_note(first, words.get(first.pk, ""), actor)
    context = {
        "service": service,
        "items": [_waiting(row, places[row.pk][0], words.get(row.pk, ""), actor, now) for row in page.rows],
        "page": page,
        "note": note,
        "capacity_url": reverse("partners:capacity") if actor.may("capacity.set") else "",
    }
    return render(request, "referral/line.html", context)


def _waiting(row, place: int, person: str, actor, now) -> dict:
    answers = actor.may("referral.answer")
    return {
        "place": place,
        "who": person or row.reference,
        "reference": row.reference,
        "sender": row.sender.label,
        "url": reverse("referral:detail", args=[row.pk]),
        "urgency": row.urgency,
        "since": dates.day(row.state_since, at=now),
        "long": dates.span(now - row.state_since),
        "expected_on": row.expected_on,
        "passed": row.expected_on is not None and row.expected_on < timezone.localdate(now),
        "accept_url": reverse("referral:step", args=[row.pk, "accept"]) if answers else "",
        "move_url": reverse("referral:move_up", args=[row.pk]) if answers and place > 1 else "",
        "expect_url": reverse("referral:expect", args=[row.pk]) if answers else "",
    }


def _of_line(request, pk) -> Referral:
    """Return a referral that waits for a service of one's own. Raises PermissionDenied, Http404."""
    demand(request.actor, "referral.answer")
    rows = Referral.objects.select_related("service")
    return visible_or_404(rows, request.actor, pk=pk, receiver_id=request.actor.organisation_id)


@_GET_POST
@speaks
def move_up(request, pk):
    """Move somebody to an earlier place, with the reason."""
    referral = _of_line(request, pk)
    place = lines.places_of([referral]).get(referral.pk, (1, 1))[0]
    form = MoveForm(request.POST or None, last=place - 1, initial={"version": referral.version, "place": 1})
    tried = attempt(
        request, form, lambda: lining.move_up(pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    )
    if tried.done:
        messages.success(request, _("Moved up"))
        return redirect("referral:line", service_pk=referral.service_id)
    context = {"form": form, "referral": referral, "title": title_of(referral), "place": place}
    context |= {"can": place > 1 and referral.state == S.WAITLISTED}
    return render(request, "referral/move_up.html", context, status=tried.status)


@_GET_POST
@speaks
def expected(request, pk):
    """Say another day on which a place is expected."""
    referral = _of_line(request, pk)
    initial = {"version": referral.version, "expected_on": referral.expected_on}
    form = ExpectForm(request.POST or None, initial=initial)
    tried = attempt(
        request, form, lambda: lining.expect(pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    )
    if tried.done:
        messages.success(request, _("The sender was told the new date"))
        return redirect("referral:line", service_pk=referral.service_id)
    context = {"form": form, "referral": referral, "title": title_of(referral)}
    return render(request, "referral/expected.html", context, status=tried.status)
