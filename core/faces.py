"""What every page does: find what the actor may see, ask the door, and let a refusal speak (house rules 3, 5, 10)."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from core.actions import Refusal
from core.edits import BASE, CHANGED, Edit

PAGE_SIZE = 25


def visible_or_404(rows, actor, **lookup):
    """Return the one row of a model or queryset that the actor may see. Hidden and missing are both Http404."""
    queryset = rows if isinstance(rows, QuerySet) else rows.objects.all()
    found = queryset.visible_to(actor).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def demand(actor, *verbs: str) -> None:
    """Raise PermissionDenied (the 403 page) when the actor holds none of the verbs."""
    if not any(actor.may(verb) for verb in verbs):
        raise PermissionDenied


def into_form(form, refusal: Refusal) -> None:
    """Write a refusal into a form: beside the fields it names, else above all of them."""
    known = {name: texts for name, texts in refusal.fields.items() if name in form.fields}
    for name, texts in known.items():
        for text in texts:
            form.add_error(name, text)
    if not known:
        form.add_error(None, ValidationError(refusal.sentence, code=refusal.code))


@dataclass(frozen=True)
class Attempt:
    """What came of a posted form: `done` with the door's `result`, or the `status` to show the form with."""

    status: int
    done: bool = False
    result: object = None


def attempt(request, form, door, *, aloud: tuple[int, ...] = ()) -> Attempt:
    """Ask `door()` once when the posted form is complete; what it refuses is written into the form.

    The status is 200 for a page that is only opened, 422 for an incomplete form, else that of the refusal. Refusals
    with a status in `aloud` are raised: they have a page of their own (`speaks`).
    """
    if request.method != "POST":
        return Attempt(200)
    if not form.is_valid():
        return Attempt(422)
    try:
        return Attempt(302, done=True, result=door())
    except Refusal as refusal:
        if refusal.status in aloud:
            raise
        form.shows(refusal)
        return Attempt(refusal.status)


def attempt_edit(request, make, read, door, *, aloud: tuple[int, ...] = ()) -> tuple[Attempt, Edit]:
    """Ask a door from a form over a row with a version; return what came of it, and the edit to draw.

    `make(data, initial=)` gives the form, `read()` the values and the version that stand now, and `door(edit)` acts
    with `edit.based_on`. Who was second sees both versions; when nothing that this form asks was changed by the
    other, the door is asked again, since nothing can be lost.
    """
    edit = Edit(make, request.POST if request.method == "POST" else None, *read())
    tried = attempt(request, edit.form, lambda: _tried(door, edit), aloud=aloud)
    if not isinstance(tried.result, Moved):
        return tried, edit
    edit = edit.against(*read())
    if edit.differences or edit.taken or BASE not in request.POST:
        return Attempt(409), edit
    again = attempt(request, edit.form, lambda: door(edit), aloud=aloud)
    return again, edit


class Moved:
    """The row was saved by somebody else meanwhile."""


def _tried(door, edit: Edit):
    try:
        return door(edit)
    except Refusal as refusal:
        if refusal.code == CHANGED:
            return Moved()
        raise


def refused(request, refusal: Refusal) -> HttpResponse:
    """Return the page of a refusal with its status: 403, 409 or 422 and the sentence."""
    template = {403: "403.html", 409: "409.html"}.get(refusal.status, "400.html")
    return render(request, template, {"reason": refusal.sentence}, status=refusal.status)


def speaks(view):
    """Wrap a view so that a refusal it does not treat itself becomes its page, not an error."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)

    return wrapped


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows and the links around it ("" where there is none)."""

    rows: list
    previous_url: str
    next_url: str


def page_of(request, rows: QuerySet, *, by: tuple[str, ...], size: int = PAGE_SIZE) -> Page:
    """Return a page of `rows` ordered by the columns `by`, ascending, by cursor: stable while rows come and go.

    `by` ends in the key and holds no NULL; a leading "-" turns a column round. The cursor in the URL is made of times,
    numbers and ids alone: where a column holds text it is the key, and what stands there is asked of its row.
    """
    before, after = _cursor(request.GET.get("before")), _cursor(request.GET.get("after"))
    back = before is not None
    order = tuple(_turned(name) for name in by) if back else by
    start = before if back else after
    if start is not None and len(start) == 1 < len(by):
        start = _stood(rows, start[0], order)
    if start is not None and len(start) == len(by):
        try:
            rows = rows.filter(_beyond(order, start))
        except (TypeError, ValueError, OverflowError, ValidationError):
            start = None  # changed by hand: the first page
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    has_previous = bool(found) and (more if back else start is not None)
    has_next = bool(found) and (True if back else more)
    return Page(
        found,
        _link(request, "before", found[0], by) if has_previous else "",
        _link(request, "after", found[-1], by) if has_next else "",
    )


def _stood(rows: QuerySet, key, order: tuple[str, ...]) -> list | None:
    """Return the values of the row that a page ended with; None (the first page) where it is gone."""
    try:
        found = rows.filter(pk=key).values_list(*(name.lstrip("-") for name in order)).first()
    except (TypeError, ValueError, ValidationError):
        return None
    return None if found is None else list(found)


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], start: list) -> Q:
    """Return the condition of standing after `start` in this order, column by column."""
    condition, same = Q(pk__in=[]), Q()
    for name, value in zip(order, start, strict=True):
        column = name.lstrip("-")
        side = "lt" if name.startswith("-") else "gt"
        condition |= same & Q(**{f"{column}__{side}": value})
        same &= Q(**{column: value})
    return condition


def _cursor(text: str | None) -> list | None:
    """Read a cursor; one that somebody changed by hand counts as none."""
    if not text:
        return None
    try:
        values = json.loads(text)
    except ValueError:
        return None
    if not isinstance(values, list) or not all(isinstance(value, str | int | float) for value in values):
        return None
    return [_moment(value) for value in values]


def _moment(value):
    try:
        return (parse_datetime(value) if isinstance(value, str) and "T" in value else None) or value
    except ValueError:
        return value


def _link(request, side: str, row, by: tuple[str, ...]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in by]
    if any(isinstance(value, str) for value in values):
        values = values[-1:]  # text may be a name, and names do not belong into addresses
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    query[side] = json.dumps(
        [value if isinstance(value, int | float) else str(value) for value in plain], separators=(",", ":")
    )
    return f"{request.path}?{query.urlencode()}"
