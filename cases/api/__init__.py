"""Persons, consents, cases and needs over `/api/v1/`."""
