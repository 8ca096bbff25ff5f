"""Languages that services speak (ISO 639-3), with their names."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = {
    "bel": _("Belarusian"),
    "rus": _("Russian"),
    "eng": _("English"),
    "ukr": _("Ukrainian"),
    "pol": _("Polish"),
    "ara": _("Arabic"),
    "prs": _("Dari"),
    "fas": _("Persian"),
    "pus": _("Pashto"),
    "ckb": _("Central Kurdish"),
    "som": _("Somali"),
    "tir": _("Tigrinya"),
    "vie": _("Vietnamese"),
    "zho": _("Chinese"),
    "fra": _("French"),
    "tuk": _("Turkmen"),
    "uzb": _("Uzbek"),
    "tgk": _("Tajik"),
}


def known_languages() -> frozenset[str]:
    """Return the codes that a service may name."""
    return frozenset(LANGUAGES)


def language_label(code: str) -> str:
    """Return the name of a language; a code outside the list comes back as it is."""
    return str(LANGUAGES.get(code, code))


def language_choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs in the order of the names."""
    return sorted(((code, str(name)) for code, name in LANGUAGES.items()), key=lambda pair: pair[1])
