"""Countries and languages are offered in the order of each language's alphabet."""

import pytest
from django.utils import translation

from cases.codes import country_choices, language_choices


@pytest.mark.parametrize(
    ("language", "choices", "names"),
    [
        ("be", country_choices, ["Азербайджан", "Злучаныя Штаты Амерыкі", "Іран", "Катар", "Японія"]),
        ("be", language_choices, ["егіпецкая арабская", "ёруба", "зулу", "іўрыт", "казахская"]),
        ("ru", country_choices, ["Афганистан", "Иран", "Йемен", "Катар", "Япония"]),
        ("en", country_choices, ["Afghanistan", "Iran", "Zimbabwe"]),
    ],
)
def test_names_stand_in_the_order_of_the_alphabet(language, choices, names):
    with translation.override(language):
        offered = [name for code, name in choices()]
    assert [name for name in offered if name in names] == names
