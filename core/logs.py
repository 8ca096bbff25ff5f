"""Logs hold no personal data: exception texts of the database, which quote values, are cut."""

import logging

from django.db import DatabaseError


class NoValues(logging.Filter):
    """Replace a database error's text by its class and SQLSTATE; drop request bodies and query strings."""

    def filter(self, record):
        kind, error = (record.exc_info or (None, None))[:2]
        if kind and issubclass(kind, DatabaseError):
            record.exc_info = None
            record.msg = f"{record.getMessage()} [{kind.__name__} {getattr(error.__cause__, 'pgcode', '')}]"
            record.args = ()
        request = getattr(record, "request", None)
        if request is not None:
            record.request = None
        return True
