"""The rules of `core.access`, compiled into PostgreSQL: functions, privileges, row-level security, triggers."""

from collections.abc import Callable

from django.apps import apps
from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models, transaction
from psycopg2.extensions import adapt

from core.access import IN_DATABASE, OPEN, PROTECTED, Protection, Rule

APP, WORKER, OWNER = "waymark_app", "waymark_worker", "waymark_owner"

# Tables of libraries, and why they need no policy of ours.
LIBRARY_TABLES = {
    "django_session": "random keys, encrypted facts of signing in; read before anybody acts",
    "django_content_type": "names of models",
    "auth_permission": "unused table of django.contrib.auth",
    "auth_group": "unused table of django.contrib.auth",
    "auth_group_permissions": "unused table of django.contrib.auth",
    "account_emailaddress": "staff accounts; read at sign-in before anybody acts",
    "account_emailconfirmation": "staff accounts; read at sign-in before anybody acts",
    "mfa_authenticator": "second factors, encrypted; read at sign-in before anybody acts",
    "core_cache": "rate limits; holds no record",
}

_FUNCTIONS = """
CREATE SCHEMA IF NOT EXISTS waymark;
GRANT USAGE ON SCHEMA waymark TO waymark_app, waymark_worker;

CREATE OR REPLACE FUNCTION waymark.told(name text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE value text := current_setting('waymark.' || name, true);
BEGIN
    -- After one SET LOCAL the setting is '' and not NULL; both mean that nobody acts. An empty answer would
    -- look like success, so this raises.
    IF value IS NULL OR value = '' THEN
        RAISE EXCEPTION 'nobody is acting' USING ERRCODE = '42501';
    END IF;
    RETURN value;
END $$;
"""

_ID_FUNCTION = """
CREATE OR REPLACE FUNCTION waymark.{name}_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT waymark.told('{name}')::uuid $$;
"""

_MAY = """
CREATE OR REPLACE FUNCTION waymark.may(verb text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT position(',' || verb || ',' IN waymark.told('permissions')) > 0 $$;
"""

_firsts: dict[str, Callable[[], str]] = {}
_extras: dict[str, Callable[[], str]] = {}


def contribute(name: str, sql: Callable[[], str], *, before_policies: bool = False) -> None:
    """Add SQL of a slice (a trigger, a SECURITY DEFINER function) to what `manage.py policies` applies.

    `sql` returns statements that can be run again and again; `before_policies` where a rule uses the function.
    """
    (_firsts if before_policies else _extras)[name] = sql


def condition(model: type[models.Model], rule: Rule, actor=IN_DATABASE) -> str:
    """Return the rule of `model` as one SQL condition on its own columns.

    `actor` stands for who asks; its facts are SQL. Raises ValueError when the rule joins another table: a policy
    sees one row.
    """
    query = model._base_manager.filter(rule(actor)).query
    compiler = query.get_compiler(connection=connection)
    try:
        sql, params = query.where.as_sql(compiler, connection)
    except EmptyResultSet:
        return "false"
    except FullResultSet:
        return "true"
    joined = sorted(alias for alias, uses in query.alias_refcount.items() if uses and alias != model._meta.db_table)
    if joined:
        raise ValueError(f"The rule of {model.__name__} joins {joined}")
    return sql % tuple(_literal(param) for param in params)


def _literal(value) -> str:
    quoted = adapt(value)
    if hasattr(quoted, "encoding"):
        quoted.encoding = "utf8"
    return quoted.getquoted().decode()


def _policies(protection: Protection) -> str:
    table = protection.model._meta.db_table
    lines = [
        f"-- {protection.model._meta.label}",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
    ]
    for role in (OWNER, WORKER):
        lines.append(_policy(table, role.removeprefix("waymark_"), "ALL", role, "USING (true) WITH CHECK (true)"))
    granted = []
    for command, rule in (
        ("SELECT", protection.read),
        ("INSERT", protection.insert),
        ("UPDATE", protection.update),
        ("DELETE", protection.delete),
    ):
        if rule is None:
            lines.append(f"DROP POLICY IF EXISTS app_{command.lower()} ON {table};")
            continue
        sql = condition(protection.model, rule)
        using, check = f"USING ({sql})", f"WITH CHECK ({sql})"
        clause = {"INSERT": check, "UPDATE": f"{using} {check}"}.get(command, using)
        granted.append(command)
        lines.append(_policy(table, f"app_{command.lower()}", command, APP, clause))
    lines.append(f"REVOKE ALL ON {table} FROM {APP}, {WORKER};")
    lines.append(f"GRANT {', '.join(granted)} ON {table} TO {APP};")
    worker = "SELECT, INSERT" if protection.append_only else "SELECT, INSERT, UPDATE, DELETE"
    lines.append(f"GRANT {worker} ON {table} TO {WORKER};")
    return "\n".join(lines)


def _policy(table: str, name: str, command: str, role: str, clause: str) -> str:
    return (
        f"DROP POLICY IF EXISTS {name} ON {table};\n"
        f"CREATE POLICY {name} ON {table} FOR {command} TO {role}\n    {clause};"
    )


def _open_tables() -> str:
    reasons = {**OPEN, **LIBRARY_TABLES}
    protected = {model._meta.db_table for model in PROTECTED}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    unexplained = tables - set(reasons) - protected
    if unexplained:
        raise ValueError(f"Neither protected nor said to be open: {sorted(unexplained)}")
    lines = []
    for table in sorted(set(reasons) & (tables | {"core_cache"})):
        lines += [
            f"-- {table}: {reasons[table]}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}, {WORKER};",
        ]
    return "\n".join(lines)


def compiled() -> str:
    """Return the whole SQL: functions, then each table in the order of its name, then what slices contribute."""
    ids = "".join(_ID_FUNCTION.format(name=name) for name in ("user", "principal", "organisation", "team"))
    protections = sorted(PROTECTED.values(), key=lambda protection: protection.model._meta.db_table)
    parts = [
        _FUNCTIONS + ids + _MAY,
        f"GRANT SELECT ON django_migrations TO {APP}, {WORKER};",
        _open_tables(),
        *(_firsts[name]() for name in sorted(_firsts)),
        *(_policies(protection) for protection in protections),
        *(_extras[name]() for name in sorted(_extras)),
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}, {WORKER};",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def apply() -> None:
    """Run the compiled SQL in one transaction. Needs the owner's connection."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Without parameters psycopg2 leaves percent signs alone.
        cursor.execute(compiled())
