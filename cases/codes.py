"""Countries and languages as cases name them: the lists themselves serve the whole house (`core.isocodes`)."""

from core.isocodes import country_choices, country_codes, country_label, language_choices, language_label

__all__ = ["country_choices", "country_codes", "country_label", "language_choices", "language_label"]
