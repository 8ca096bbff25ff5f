"""What people see comes from the gallery (house rule 15): every component, from plain values, without a database."""

import re
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.utils import timezone, translation

from core import codelists, dates, icons
from core.templatetags.ui_marks import STATUS, drawn
from core.views.appearance import theme
from core.views.gallery import gallery

CORE = Path(icons.__file__).parent
TEMPLATES = CORE / "templates"
INVALID = "UNDEFINED-VARIABLE"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 12:00 in Minsk


def shell(request):
    """Stand for the navigation that a signed-in person has."""
    item = {"url": "/ui/", "label": "My work", "icon": "checklist", "count": 3, "current": True, "group": ""}
    person = {"name": "Vera Lisova", "note": "Caseworker"}
    urls = {"home_url": "/", "search_url": "/", "search_label": "Search", "notices_url": "/", "settings_url": "/"}
    return {
        "navigation": [item, item | {"group": "Team"}],
        "shell": urls | {"bell_url": "/bell/", "unread": 5, "person": person, "exit_url": ""},
    }


@pytest.fixture(autouse=True)
def strict_templates(settings):
    """Make undefined variables visible and unknown icons an error."""
    engine = deepcopy(settings.TEMPLATES[0])
    engine["OPTIONS"]["string_if_invalid"] = INVALID
    processors = ["django.template.context_processors.request", "django.template.context_processors.i18n"]
    engine["OPTIONS"]["context_processors"] = [*processors, f"{__name__}.shell"]
    settings.TEMPLATES = [engine]
    settings.STRICT_TEMPLATES = True


def draw(source, **context):
    """Render a piece of template."""
    return engines["django"].from_string(source).render(context)


def page(path="/ui/"):
    """Return the gallery as HTML."""
    return gallery(RequestFactory().get(path)).content.decode()


def test_the_gallery_shows_every_component_and_none_asks_for_an_undefined_variable():
    seen = set()

    def note(template, **_):
        seen.add(template.name)

    drawn.cache_clear()  # what is remembered is not rendered again
    template_rendered.connect(note)
    try:
        html = page()
    finally:
        template_rendered.disconnect(note)
    assert INVALID not in html
    components = {f"ui/{path.name}" for path in (TEMPLATES / "ui").glob("*.html")} - {"ui/error_page.html"}
    assert components - seen == set()


def test_the_gallery_has_no_inline_script_style_or_handler():
    html = page()
    assert not re.findall(r"<[^>]+\s(?:on[a-z]+|style)=", html)
    assert not re.findall(r"<style|<script(?![^>]*\bsrc=)", html)
    assert "javascript:" not in html


def test_no_id_of_the_gallery_is_given_twice_and_every_reference_leads_somewhere():
    html = page()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert {name for name in ids if ids.count(name) > 1} == set()
    for attribute in ("aria-describedby", "aria-labelledby", "for"):
        for words in re.findall(rf'\s{attribute}="([^"]+)"', html):
            assert set(words.split()) <= set(ids), (attribute, words)


def test_every_component_says_its_parameters():
    for path in (TEMPLATES / "ui").glob("*.html"):
        assert "{% comment %}" in path.read_text(encoding="utf-8"), path.name


def test_templates_stay_small():
    for path in TEMPLATES.rglob("*.html"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 120, path.name


def test_every_icon_named_in_the_code_is_in_the_list_and_has_a_file():
    named = set()
    for path in CORE.parent.glob("*/templates/**/*.html"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', source)) | set(re.findall(r'\bicon="([a-z0-9-]+)"', source))
    assert len(named) > 20
    for name in named:
        assert icons.drawing(name).startswith("<path d=")


def test_an_unknown_icon_is_an_error_in_development_and_no_failure_in_production(settings, caplog):
    with pytest.raises(icons.UnknownIcon, match=r"icons\.txt"):
        draw('{% icon "no-such-icon" %}')
    settings.STRICT_TEMPLATES = False
    assert "<path" not in draw('{% icon "no-such-icon" %}')
    assert "no-such-icon" in caplog.text


@pytest.mark.parametrize("name", sorted(STATUS))
def test_every_code_of_a_status_list_has_its_drawing(name):
    assert set(STATUS[name]) == set(codelists.codes(name))


@pytest.mark.parametrize(
    ("facts", "tone", "share", "words"),
    [
        ({"due": 72, "start": -20}, "go", 78, "3 days left"),
        ({"due": 7.5, "start": -16.5}, "go", 31, "7 h 30 min left"),
        ({"due": 5, "start": -19}, "soon", 21, "5 h left"),
        ({"due": 2, "start": 0}, "soon", 100, "2 h left"),
        ({"due": -1.1667, "start": -20}, "late", 100, "Late by 1 h 10 min"),
        ({"due": 8, "start": -20, "paused": -1}, "paused", 32, "Clock stopped"),
        ({"due": 8, "start": -20, "met": -1}, "met", 32, "In time"),
        ({"due": 8, "start": -20, "met": 10}, "late", 0, "Late by 2 h"),
        ({"due": 40}, "go", 100, "40 h left"),
    ],
)
def test_a_deadline_is_amber_under_a_quarter_or_two_hours_and_red_when_late(facts, tone, share, words):
    at = {name: NOW + timedelta(hours=hours) for name, hours in facts.items()}
    drawn = dates.clock(at["due"], at.get("start"), at=NOW, paused=at.get("paused"), met_at=at.get("met"))
    assert (drawn.tone, drawn.share, drawn.words) == (tone, share, words)


def test_a_clock_writes_the_exact_time_and_is_refreshed_only_while_it_runs():
    source = "{% clock due start at=now paused=paused %}"
    facts = {"due": NOW + timedelta(hours=3), "start": NOW, "now": NOW}
    running, stopped = draw(source, **facts, paused=None), draw(source, **facts, paused=NOW)
    assert 'title="23 November 2026, 15:00"' in running
    assert 'data-due="2026-11-23T12:00:00+00:00"' in running
    assert "data-due" not in stopped
    assert "Until today, 15:00, 3 h in all" in draw("{% clock due start at=now large=True %}", **facts)
    assert draw("{% clock none %}", none=None).strip() == ""


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=-12), "12 min ago"),
        (timedelta(minutes=20), "in 20 min"),
        (timedelta(hours=-3), "today, 09:00"),
        (timedelta(hours=-20), "yesterday, 16:00"),
        (timedelta(hours=22), "tomorrow, 10:00"),
        (timedelta(days=-30), "24 October, 12:00"),
        (timedelta(days=-400), "19 October 2025, 12:00"),
    ],
)
def test_moments_are_relative_when_near_and_absolute_when_far(step, words):
    assert dates.moment(NOW + step, at=NOW) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "23 November 2026"), ("ru", "23 ноября 2026"), ("be", "23 лістапада 2026")],
)
def test_dates_have_the_form_of_their_language(language, words):
    with translation.override(language):
        assert draw('{{ day|date:"DATE_FORMAT" }}', day=date(2026, 11, 23)) == words
        assert draw("{{ day|day }}", day=date(timezone.localdate().year, 11, 23)) == words.removesuffix(" 2026")


class Answer(forms.Form):
    """A form with one of each that needs care."""

    phone = forms.CharField(label="Phone", help_text="With the country.")
    note = forms.CharField(label="Note", required=False)
    why = forms.ChoiceField(label="Why?", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)


def test_a_field_is_tied_to_its_label_hint_and_error():
    html = draw("{% field form.phone %}", form=Answer({}))
    assert '<label class="form-label" for="id_phone">' in html
    assert 'aria-describedby="id_phone_error id_phone_hint"' in html
    assert 'aria-invalid="true"' in html
    assert html.index('id="id_phone_hint"') < html.index('id="id_phone_error"') < html.index("<input")


def test_optional_is_written_out_and_only_there():
    form = Answer()
    assert "(optional)" in draw("{% field form.note %}", form=form)
    assert "(optional)" not in draw("{% field form.phone %}", form=form)


def test_choices_are_a_group_with_a_legend_and_keep_the_answer():
    html = draw('{% field form.why look="cards" %}', form=Answer({"why": "b"}))
    assert re.search(r"<fieldset[^>]*><legend>Why\?", html)
    assert re.search(r'<input[^>]*value="b"[^>]*checked', html)
    assert not re.search(r'<input[^>]*value="a"[^>]*checked', html)


def test_the_error_summary_links_each_error_to_its_field():
    form = Answer({})
    html = draw("{% form_fields form %}", form=form)
    links = re.findall(r'<a href="#([^"]+)">', html)
    assert links == ["id_phone", "id_why_0"]
    assert all(f'id="{link}"' in html for link in links)
    assert "3 answers need a change" in html
    assert draw("{% error_summary form %}", form=Answer()).strip() == ""


def test_text_of_people_is_escaped_everywhere():
    bad = "<img src=x>"
    facts = {"bad": bad, "items": [{"label": bad, "value": bad}], "at": NOW}
    source = (
        "{% button bad %}{% tag bad %}{% card bad lead=bad %}{{ bad }}{% endcard %}{% facts items %}{% avatar bad %}"
        "{% note 'info' title=bad %}{{ bad }}{% endnote %}{% row bad meta=bad %}{% endrow %}"
        "{% status 'case_status' bad %}"
    )
    assert "<img" not in draw(source, **facts)


def test_a_hidden_value_is_never_drawn():
    fields = [{"label": "Name", "value": "Amina", "opens": "after"}, {"label": "Sex", "value": "Woman", "opens": "now"}]
    html = draw('{% preview "As seen" fields %}{% endpreview %}{% facts fields %}', fields=fields[:1])
    assert "Amina" not in html
    assert "after acceptance" in html
    assert "Woman" in draw('{% preview "As seen" fields %}{% endpreview %}', fields=fields)


@pytest.mark.parametrize(
    ("mark", "offered"), [("undo:/tasks/1/undo/", True), ("undo://evil.test/", False), ("", False)]
)
def test_a_toast_offers_undo_only_on_this_site(mark, offered):
    class Message:
        extra_tags, level_tag = mark, "success"

        def __str__(self):
            return "Task marked as done"

    html = draw("{% toast message %}", message=Message())
    assert ("<form" in html) is offered


@pytest.mark.parametrize("code", ["400", "403", "404", "409", "500", "503"])
def test_error_pages_need_neither_a_request_nor_a_database(code):
    html = render_to_string(f"{code}.html")
    assert INVALID not in html
    assert html.count("<h1>") == 1
    assert "<form" not in html


def test_the_page_for_nothing_here_is_the_same_whatever_was_asked():
    pages = {
        render_to_string("404.html", {"request_path": path, "exception": path}, RequestFactory().get(path))
        for path in ("/cases/0191a/", "/cases/nothing/?q=Amina")
    }
    assert len(pages) == 1


def test_the_theme_is_kept_in_a_cookie_and_leads_back_to_a_page_of_ours():
    post = RequestFactory().post
    kept = theme(post("/ui/theme/", {"theme": "dark", "next": "/cases/"}))
    assert (kept.cookies["theme"].value, kept["Location"]) == ("dark", "/cases/")
    stray = theme(post("/ui/theme/", {"theme": "<b>", "next": "https://evil.test/"}))
    assert ("theme" in stray.cookies, stray["Location"]) == (False, "/")
    assert theme(RequestFactory().get("/ui/theme/")).status_code == 405


@pytest.mark.parametrize(("cookie", "shown"), [("dark", "dark"), ("light", "light"), ("x", "light")])
def test_the_server_writes_the_theme_so_that_no_page_flashes(cookie, shown):
    request = RequestFactory().get("/ui/")
    request.COOKIES["theme"] = cookie
    assert f'data-bs-theme="{shown}"' in gallery(request).content.decode()[:300]


def test_our_script_never_turns_text_into_code_or_markup():
    source = (CORE / "static" / "app.js").read_text(encoding="utf-8")
    assert not re.findall(r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", source)


def test_no_page_tells_the_browser_to_hide_its_origin():
    # With a no-referrer page Chromium posts plain forms with "Origin: null", which the CSRF check refuses.
    assert "no-referrer" not in page()


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_gallery_is_drawn_in_every_language(language):
    with translation.override(language):
        html = page()
    assert f'<html lang="{language}" dir="ltr"' in html
    assert re.search(rf'value="{language}" lang="{language}" aria-current="true"', html)
    assert INVALID not in html
