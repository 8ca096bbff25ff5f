"""Work lists: one way to filter, sort, page and keep views. The state is in the URL, so it can be kept and shared.

A list is data: `Table(filters=..., sorts=..., views=..., search=...)`, and a page of it is one call: `table.open`.
Words to search persons by are never part of the URL; they come by POST.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from core import codelists
from core.actors import Actor
from core.faces import PAGE_SIZE, Page, page_of
from core.models import SavedView

CURSORS = ("before", "after")
MOST_VIEWS = 12  # a person keeps of one list
MOST_LETTERS = 100  # of words to search by


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One question: `choices(actor)` gives its answers as (value, label), `where(value, actor, at)` the rows of one.

    `otherwise` are the rows of a list that does not ask it. A question for a `day` is answered by any date.
    """

    name: str
    label: str
    choices: Callable[[Actor], Sequence[tuple[str, str]]] = lambda _actor: ()
    where: Callable[[str, Actor, datetime], Q]
    otherwise: Q = field(default_factory=Q)
    day: bool = False

    def fits(self, value: str, offered: dict) -> bool:
        """Return whether a value of the URL is an answer to this question."""
        if not self.day:
            return value in offered
        try:
            return len(value) == len("2026-01-31") and parse_date(value) is not None
        except ValueError:
            return False

    def words(self, value: str, offered: dict) -> str:
        """Return an answer as a person reads it."""
        return date_format(parse_date(value), "DATE_FORMAT") if self.day else offered[value]


def coded(name: str, label: str, codes: str, *, column: str = "", otherwise: Q | None = None) -> Filter:
    """Return the filter of a column that holds a code of the list `codes`; the column is called `name` if not said."""
    return Filter(
        name=name,
        label=label,
        choices=lambda _actor: codelists.choices(codes),
        where=lambda value, _actor, _at: Q(**{column or name: value}),
        otherwise=otherwise or Q(),
    )


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One order: `by` are columns as `core.faces.page_of` takes them; `prepare` annotates what stands in no column."""

    name: str
    label: str
    by: tuple[str, ...]
    prepare: Callable[[QuerySet], QuerySet] = lambda rows: rows


class WordsForm(forms.Form):
    """The box of words of a list. Its label says what they are looked for in."""

    q = forms.CharField(max_length=255, widget=forms.TextInput(attrs={"autocomplete": "off"}))


@dataclass(frozen=True, kw_only=True)
class Search:
    """The words of a list: `find(rows, words, actor)` gives the rows they fit, and a sentence about hidden ones or "".

    `form` may be another form with a field `q`; `label` is that of the plain one.
    """

    find: Callable[[QuerySet, str, Actor], tuple[QuerySet, str]]
    label: str = ""
    form: type[forms.Form] = WordsForm

    def ask(self, request) -> forms.Form:
        """Return the box; bound only when words were posted: an emptied box shows the whole list again."""
        form = self.form(request.POST if request.POST.get("q", "").strip() else None)
        form.fields["q"].label = self.label or form.fields["q"].label
        return form


def named(*columns: str, label: str) -> Search:
    """Return the search of a list by a part of the text of some columns: for names of bodies, things and colleagues."""

    def find(rows: QuerySet, words: str, _actor: Actor) -> tuple[QuerySet, str]:
        condition = Q(pk__in=[])
        for column in columns:
            condition |= Q(**{f"{column}__icontains": words.strip()})
        return rows.filter(condition), ""

    return Search(find=find, label=label)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list: its URL name, what it can be filtered and sorted by (the first sort is the default), and ready views.

    `views` are (label, query) such as ("High risk", "risk=high"); the first one stands for no query at all. `search`
    is what words are looked for in, None where a list has nothing to search; `words` is the parameter of words that are
    nobody's, such as those for services: they stay in the URL, and the view narrows the rows.
    """

    name: str
    words: str = ""
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...]
    views: tuple[tuple[str, str], ...] = ()
    search: Search | None = None
    size: int = PAGE_SIZE

    def open(self, request, rows: QuerySet, *, at: datetime) -> dict:
        """Return what the page of a list draws: form, searched, hidden, listing, heads, page, paged, status.

        Two queries, and those of the words. `status` is that of the answer: 422 for words that cannot be searched.
        """
        form, searched, hidden = None, False, ""
        if self.search is not None:
            form = self.search.ask(request)
            searched = form.is_valid()
        if searched:
            rows, hidden = self.search.find(rows, form.cleaned_data["q"], request.actor)
        listing = self.read(request, rows, at=at, searched=searched)
        page = listing.page
        return {
            "form": form,
            "searched": searched,
            "hidden": hidden,
            "listing": listing,
            "heads": listing.heads(),
            "page": page,
            "paged": not searched and bool(page.previous_url or page.next_url),
            "status": 422 if form is not None and form.errors else 200,
        }

    def read(self, request, rows: QuerySet, *, at: datetime, searched: bool = False) -> "Listing":
        """Return one page of `rows` with everything that its bar and its heads draw. Two queries.

        `searched`: the rows were found by words, so nothing is left out that no filter names.

        What the URL holds and this list does not know is left out, so that an old link still opens.
        """
        actor, query = request.actor, QueryDict(mutable=True)
        offered = {item.name: [(str(value), label) for value, label in item.choices(actor)] for item in self.filters}
        for item in self.filters:
            value = request.GET.get(item.name, "")
            if item.fits(value, dict(offered[item.name])):
                rows = rows.filter(item.where(value, actor, at))
                query[item.name] = value
            elif not searched:
                rows = rows.filter(item.otherwise)
        if self.words and (text := request.GET.get(self.words, "").strip()[:MOST_LETTERS]):
            query[self.words] = text
        chosen, turned = self._order(request.GET.get("sort", ""))
        if chosen is not self.sorts[0] or turned:
            query["sort"] = f"-{chosen.name}" if turned else chosen.name
        page = page_of(request, chosen.prepare(rows), by=turn(chosen.by) if turned else chosen.by, size=self.size)
        return Listing(self, query, page, offered, chosen, turned, _kept(self.name, actor))

    def _order(self, wanted: str) -> tuple[Sort, bool]:
        found = next((item for item in self.sorts if item.name == wanted.removeprefix("-")), None)
        return (self.sorts[0], False) if found is None else (found, wanted.startswith("-"))

    def clean(self, query: str) -> str:
        """Return of a query string only what this list knows: what is kept as a view."""
        given, kept = QueryDict(query), QueryDict(mutable=True)
        for name in (*(item.name for item in self.filters), *filter(None, [self.words]), "sort"):
            if given.get(name):
                kept[name] = given[name][:100]
        return kept.urlencode()


TABLES: dict[str, Table] = {}


def listed(table: Table) -> Table:
    """Make a list known under its URL name, so that views of it can be kept. Returns it."""
    TABLES[table.name] = table
    return table


def turn(by: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of an order in the opposite direction."""
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in by)


def _kept(name: str, actor: Actor) -> list[SavedView]:
    return list(SavedView.objects.visible_to(actor).filter(list_name=name).order_by("created_at", "id")[:MOST_VIEWS])


@dataclass(frozen=True)
class Listing:
    """A list as it is open now, for `{% listing %}` and the heads of `{% table %}`."""

    table: Table
    query: QueryDict
    page: Page
    offered: dict[str, list[tuple[str, str]]]
    sort: Sort
    turned: bool
    kept: list[SavedView] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse(self.table.name)

    @property
    def here(self) -> str:
        """The address of this list as it is filtered and sorted, from its first page."""
        return self._with()

    @property
    def filtered(self) -> bool:
        return any(item.name in self.query for item in self.table.filters)

    @property
    def state(self) -> str:
        """The query string that a kept view holds."""
        return self.query.urlencode()

    def _with(self, **changes: str) -> str:
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"{self.url}?{query.urlencode()}" if query else self.url

    def on(self) -> list[dict]:
        """Return the filters that are on: {label, value, url without it}."""
        return [
            {
                "label": item.label,
                "value": item.words(self.query[item.name], dict(self.offered[item.name])),
                "url": self._with(**{item.name: ""}),
            }
            for item in self.table.filters
            if item.name in self.query
        ]

    def choices(self) -> list[dict]:
        """Return the filters as the form asks them: {name, label, day, value, options: [{value, label, chosen}]}."""
        return [
            {
                "name": item.name,
                "label": item.label,
                "day": item.day,
                "value": self.query.get(item.name, ""),
                "options": [
                    {"value": value, "label": label, "chosen": self.query.get(item.name) == value}
                    for value, label in self.offered[item.name]
                ],
            }
            for item in self.table.filters
            if self.offered[item.name] or item.day
        ]

    def sorting(self) -> str:
        """Return the value of `sort` in the URL, "" for the default order."""
        return self.query.get("sort", "")

    def views(self) -> list[dict]:
        """Return the ready views and those that the person kept, as tabs: {label, url, current, forget_url}."""
        ready = [
            {
                "label": label,
                "url": f"{self.url}?{query}" if query else self.url,
                "current": self._is(query),
                "forget_url": "",
            }
            for label, query in self.table.views
        ]
        own = [
            {
                "label": view.label,
                "url": f"{self.url}?{view.query}",
                "current": self._is(view.query),
                "forget_url": reverse("forget_view", args=[view.pk]),
            }
            for view in self.kept
        ]
        return [item | {"count": 0} for item in ready + own]

    def _is(self, query: str) -> bool:
        return dict(QueryDict(query).items()) == dict(self.query.items())

    @property
    def may_keep(self) -> bool:
        """Whether this state is worth keeping: something is chosen, it is no view yet, and there is room."""
        known = any(view["current"] for view in self.views())
        return bool(self.query) and not known and len(self.kept) < MOST_VIEWS

    def head(self, name: str, label: str = "") -> dict:
        """Return a head that sorts: {label, url, sorted: "", "ascending" or "descending"}. Raises KeyError."""
        item = {sort.name: sort for sort in self.table.sorts}[name]
        if item is not self.sort:
            wanted = "" if item is self.table.sorts[0] else item.name
            return {"label": label or item.label, "url": self._with(sort=wanted), "sorted": ""}
        back = "" if self.turned and item is self.table.sorts[0] else item.name if self.turned else f"-{item.name}"
        falls = item.by[0].startswith("-") != self.turned
        return {
            "label": label or item.label,
            "url": self._with(sort=back),
            "sorted": "descending" if falls else "ascending",
        }

    def heads(self) -> dict[str, dict]:
        """Return {name: head} of every sort, for templates."""
        return {item.name: self.head(item.name) for item in self.table.sorts}

    def drawn(self) -> dict:
        """Return what `ui/listing.html` draws."""
        return {
            "views": self.views(),
            "on": self.on(),
            "choices": self.choices(),
            "sort": self.sorting(),
            "url": self.url,
            "here": self.here,
            "state": self.state,
            "may_keep": self.may_keep,
            "name": self.table.name,
            "words_name": self.table.words,
            "words": self.query.get(self.table.words, "") if self.table.words else "",
            "clear_url": self._with(**{item.name: "" for item in self.table.filters}) if self.filtered else "",
        }


def keep(table: Table, *, actor: Actor, at: datetime, label: str, query: str) -> bool:
    """Keep a view of a list for who acts; returns False when there is no room. It is no record, so no event is written.

    `query` is cleaned of what the list does not know; an empty one is the list itself and is not kept.
    """
    query = table.clean(query)
    if len(_kept(table.name, actor)) >= MOST_VIEWS:
        return False
    if query:
        SavedView(
            id=uuid4(),
            organisation_id=actor.organisation_id,
            principal_id=actor.principal_id,
            list_name=table.name,
            label=label,
            query=query,
            created_at=at,
        ).save(force_insert=True)
    return True


def forget(view: SavedView, *, actor: Actor) -> None:
    """Delete one's own view."""
    SavedView.objects.visible_to(actor).filter(pk=view.pk).delete()
