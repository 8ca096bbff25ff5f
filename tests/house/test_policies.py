"""The database holds the rules, whatever the application forgets."""

import pytest
from django.db import connection

from core.access import PROTECTED

pytestmark = pytest.mark.django_db


def test_tests_connect_as_the_app_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == ("waymark_app", False)


def test_every_protected_table_is_enabled_and_forced():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert {row[0] for row in cursor.fetchall()} == {model._meta.db_table for model in PROTECTED}
