"""Copies of a referral that leave the house, for other systems (FHIR) and on paper: they hold what a reader reads."""
