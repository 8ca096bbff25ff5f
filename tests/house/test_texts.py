"""Translations: every text of the code and the templates is in both catalogues, whole and with its placeholders."""

import ast
import re

import polib
import pytest
from django.utils.translation.template import templatize

from tests.house.sources import ROOT, python_files, templates, tree
from tests.house.test_templates import GALLERY

LANGUAGES = ("ru", "be")
PLURALS = 3  # one, few, many
FUNCTIONS = {  # name -> positions of context, text and plural
    "gettext": (None, 0, None), "gettext_lazy": (None, 0, None), "gettext_noop": (None, 0, None), "_": (None, 0, None),
    "ngettext": (None, 0, 1), "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None), "pgettext_lazy": (0, 1, None), "npgettext": (0, 1, 2), "npgettext_lazy": (0, 1, 2),
}  # fmt: skip
CALL = re.compile(r"\b(?:(?:np|n|p)?gettext|_)\((?:[^()\"']|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")*\)", re.S)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)\{(\w*)\}|(%[sd])")

Text = tuple[str, str, str]  # context, text, plural


def texts_of(module: ast.AST) -> set[Text]:
    """Return the translatable texts of Python code. Raises TypeError for a text that is put together at run time."""
    found = set()
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS or not node.args:
            continue
        parts = []
        for position in FUNCTIONS[name]:
            if position is None:
                parts.append("")
                continue
            argument = node.args[position]
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                raise TypeError(f"line {node.lineno}: a text that no catalogue can hold: {ast.unparse(node)}")
            parts.append(argument.value)
        found.add(tuple(parts))
    return found


def texts_of_template(source: str) -> set[Text]:
    """Return the translatable texts of a template, from the calls that Django's own `makemessages` makes of it."""
    return {text for call in CALL.findall(templatize(source)) for text in texts_of(ast.parse(call))}


def wanted() -> set[Text]:
    """Return every text of the product. The gallery shows examples and is not translated."""
    found = set()
    for path in python_files():
        try:
            found |= texts_of(tree(path))
        except TypeError as error:
            raise TypeError(f"{path}: {error}") from None
    for path in templates():
        if path not in GALLERY:
            found |= texts_of_template(path.read_text(encoding="utf-8"))
    return {text for text in found if text[1]}


def placeholders(text: str) -> set[str]:
    return {next(filter(None, match), "") for match in PLACEHOLDER.findall(text)}


def faults(entry: polib.POEntry) -> list[str]:
    """Return what is wrong with one translation."""
    found = []
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(text.strip() for text in translations) or (entry.msgid_plural and len(translations) != PLURALS):
        found.append("empty")
    if entry.fuzzy:
        found.append("fuzzy")
    expected = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    if any(not placeholders(text) <= expected for text in translations):
        found.append("a placeholder that is not in the text")
    if not entry.msgid_plural and placeholders(entry.msgid) != placeholders(entry.msgstr):
        found.append("a placeholder is missing")
    return found


def catalogue(language: str) -> polib.POFile:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    assert path.is_file(), f"{path} is missing: make messages"
    return polib.pofile(str(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue(language):
    held = {
        (entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in catalogue(language) if not entry.obsolete
    }
    assert sorted(wanted() - held) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_catalogue_is_translated(language):
    entries = [entry for entry in catalogue(language) if not entry.obsolete]
    assert entries
    assert {entry.msgid: found for entry in entries if (found := faults(entry))} == {}


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Send", msgstr=""), "empty"),
        (polib.POEntry(msgid="Send", msgstr="Отправить", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="Until %(day)s", msgstr="До"), "a placeholder is missing"),
        (polib.POEntry(msgid="Until %(day)s", msgstr="До %(date)s"), "a placeholder that is not in the text"),
        (polib.POEntry(msgid="{n} day", msgid_plural="{n} days", msgstr_plural={0: "день", 1: "дня", 2: ""}), "empty"),
    ],
)
def test_a_faulty_translation_is_found(entry, fault):
    assert fault in faults(entry)


def test_texts_are_found_in_code_and_templates():
    assert texts_of(ast.parse("x = _('Send')")) == {("", "Send", "")}
    assert texts_of(ast.parse("ngettext('%(n)s day', '%(n)s days', n)")) == {("", "%(n)s day", "%(n)s days")}
    template = (
        '{% load i18n %}{% translate "Don\'t send" %}{% button _("Close") %}'
        "{% blocktranslate trimmed count n=days %}\n {{ n }} day\n{% plural %}\n {{ n }} days\n{% endblocktranslate %}"
        "{% blocktranslate trimmed %}\n  Until\n  tomorrow\n{% endblocktranslate %}"
        '{% translate "May" context "month" %}'
    )
    assert texts_of_template(template) == {
        ("", "Don't send", ""),
        ("", "Close", ""),
        ("", "%(n)s day", "%(n)s days"),
        ("", "Until tomorrow", ""),
        ("month", "May", ""),
    }


def test_a_text_put_together_at_run_time_is_refused():
    with pytest.raises(TypeError, match="line 1"):
        texts_of(ast.parse("_(f'Send to {name}')"))
