"""Templates: they compile, carry no script or style of their own, and every word in them is translated."""

import re

import pytest
from django.template import engines

from referral.states import State
from tests.house.sources import name_of, templates

PAGES = [path for path in templates() if path.suffix == ".html"]
GALLERY = [path for path in PAGES if "gallery" in name_of(path)]
SHOWN = [path for path in PAGES if path not in GALLERY]  # the gallery shows examples, in English
NAMES = {"Waymark", "API", "HSDS", "CSV", "JSON", "PDF"}  # the same in every language

COMMENT = re.compile(r"{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)
TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?%}.*?{%\s*endblocktranslate\s*%}", re.S)
CLASSES = re.compile(r"{%\s*block \w*class\w*\s*%}.*?{%\s*endblock[^%]*%}", re.S)  # words for the style sheet
DATA = re.compile(r"\bdata-[\w-]+=\"[^\"]*\"")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.S)
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\shx-on[:-]", re.I),
    "a script without a file": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a javascript address": re.compile(r"[\"']\s*javascript:", re.I),
}
SPOKEN = re.compile(r"(?:title|alt|placeholder|aria-label|aria-description|label)\s*=\s*\"([^\"]*)\"", re.I)
ELEMENT = re.compile(r"<[^>]*>", re.S)
ENTITY = re.compile(r"&[a-z]+;|&#x?[0-9a-f]+;", re.I)
WORD = re.compile(r"[A-Za-zА-Яа-яЁёІіЎў]{2,}")
# Words that are arguments of a component: `{% button "Send" %}` would never be translated.
LITERAL = re.compile(
    r"{%\s*+(?!translate\b|blocktranslate\b|url\b|comment\b)[^%]*?(?<!_\()\"([A-ZА-Я][a-zа-я]+[^\"]*)\"[^%]*%}"
)
STATES = "|".join(State)
STATE = re.compile(rf"{{%\s*(?:el)?if\b[^%]*\b(?:state|status)\s*(?:==|!=|in)\s*[\"'(]\s*(?:{STATES})\b")


def inline(text: str) -> list[str]:
    """Return the kinds of inline script and style in a template."""
    text = TAG.sub("x", COMMENT.sub("", text))
    return [kind for kind, pattern in INLINE.items() if pattern.search(text)]


def untranslated(text: str) -> list[str]:
    """Return words that would be shown as they are in every language."""
    text = COMMENT.sub("", text)
    found = [match for match in LITERAL.findall(text) if match not in NAMES]
    text = DATA.sub("", TAG.sub("", TRANSLATED.sub("", CLASSES.sub("", text))))
    found += [word for value in SPOKEN.findall(text) for word in WORD.findall(value)]
    found += WORD.findall(ENTITY.sub("", ELEMENT.sub(" ", text)))
    return [word for word in found if word not in NAMES]


@pytest.mark.parametrize(
    "text",
    ['<p style="color: red">', '<a onclick="go()">', "<script>go()</script>", "<style>", '<a href="javascript:go()">'],
)
def test_inline_script_and_style_are_found(text):
    assert inline(text)


@pytest.mark.parametrize(
    "text", ["<p>Send it</p>", '<img alt="A map">', '{% button "Send referral" %}', '{% tag "New" tone="ok" %}']
)
def test_untranslated_words_are_found(text):
    assert untranslated(text)


@pytest.mark.parametrize(
    "text",
    [
        '<p class="wm-sm">{% translate "Send it" %}</p>',
        "{% blocktranslate trimmed %}Send it{% endblocktranslate %}",
        '{% button _("Send") kind="primary" %}',
        "{% comment %}Parameters: item.{% endcomment %}",
    ],
)
def test_translated_words_are_not_found(text):
    assert untranslated(text) == []


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_every_template_compiles(path):
    engines["django"].from_string(path.read_text(encoding="utf-8"))


def test_no_template_carries_a_script_or_a_style():
    found = {name_of(path): kinds for path in PAGES if (kinds := inline(path.read_text(encoding="utf-8")))}
    assert found == {}


def test_every_word_in_a_template_is_translated():
    found = {name_of(path): words for path in SHOWN if (words := untranslated(path.read_text(encoding="utf-8")))}
    assert found == {}


def test_no_template_compares_a_state_or_names_a_role():
    assert STATE.search('{% if referral.state == "sent" %}')
    found = [name_of(path) for path in PAGES if STATE.search(path.read_text(encoding="utf-8"))]
    found += [
        name_of(path) for path in PAGES if re.search(r"\brole\s*(?:==|!=|in)\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []
