"""The three database roles, and how they come to be on a fresh PostgreSQL (ARCHITECTURE, "Authorisation").

`waymark_owner` owns the tables and runs migrations; `waymark_app` is the web; `waymark_worker` is Celery.
None may bypass row-level security, none inherits anything.
"""

import os
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from config.kept import kept
from config.processes import LaunchError

ROLES = {"owner": "waymark_owner", "app": "waymark_app", "worker": "waymark_worker"}
VARIABLES = {"app": "DATABASE_URL", "owner": "OWNER_DATABASE_URL", "worker": "WORKER_DATABASE_URL"}
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
ATTRIBUTES = "LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEROLE NOREPLICATION"
# A web request waits neither for a lock nor for a query longer than a person would. The policies make a query of
# milliseconds look costly, and PostgreSQL would compile it for longer than it runs.
APP_LIMITS = {
    "lock_timeout": "3s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",
}


def connect(url: str):
    """Open an autocommit connection."""
    connection = psycopg2.connect(url, connect_timeout=10)
    connection.autocommit = True
    return connection


def with_role(url: str, *, user: str, password: str) -> str:
    """Return the same URL for another role."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def prepare(admin_url: str, *, passwords: dict[str, str]) -> dict[str, str]:
    """Create or adjust the roles, their limits and the extensions in the URL's database; return the three URLs.

    Idempotent. Raises psycopg2.Error when the role of `admin_url` may not do it.
    """
    database = unquote(urlsplit(admin_url).path.lstrip("/"))
    connection = connect(admin_url)
    with connection.cursor() as cursor:
        for kind, role in ROLES.items():
            name = sql.Identifier(role)
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {}").format(name))
            attributes = ATTRIBUTES if _is_superuser(cursor) else "LOGIN NOINHERIT"
            may_create = "CREATEDB" if kind == "owner" else "NOCREATEDB"
            cursor.execute(
                sql.SQL("ALTER ROLE {} WITH {} {} PASSWORD {}").format(
                    name, sql.SQL(attributes), sql.SQL(may_create), sql.Literal(passwords[role])
                )
            )
        for setting, value in APP_LIMITS.items():
            cursor.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(ROLES["app"]), sql.Identifier(setting), sql.Literal(value)
                )
            )
        if not _is_superuser(cursor):
            # Before PostgreSQL lets us hand the database over, we must be a member of the new owner.
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(ROLES["owner"])))
        cursor.execute(
            "SELECT pg_get_userbyid(datdba) = %s FROM pg_database WHERE datname = %s", [ROLES["owner"], database]
        )
        if not cursor.fetchone()[0]:
            cursor.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                    sql.Identifier(database), sql.Identifier(ROLES["owner"])
                )
            )
        add_extensions(cursor)
    connection.close()
    return {VARIABLES[kind]: with_role(admin_url, user=role, password=passwords[role]) for kind, role in ROLES.items()}


def add_extensions(cursor) -> None:
    """Create the extensions in the current database."""
    for extension in EXTENSIONS:
        cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _is_superuser(cursor) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return cursor.fetchone()[0]


def external(environ, *, secrets_file: Path) -> dict[str, str]:
    """Return the three URLs for a database server that is not ours (DATABASE_URL is set).

    A role that may create roles makes the three; their passwords are kept in `secrets_file`. Any other role is
    taken as the app role, and then the other two URLs must be given. Raises LaunchError with what to do.
    """
    if environ.get("OWNER_DATABASE_URL") and environ.get("WORKER_DATABASE_URL"):
        return {name: environ[name] for name in VARIABLES.values()}
    url = environ["DATABASE_URL"]
    try:
        connection = connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            may_create = cursor.fetchone()[0]
        connection.close()
        if may_create:
            return prepare(url, passwords=kept(secrets_file, *ROLES.values()))
    except psycopg2.Error as error:
        raise LaunchError(f"DATABASE_URL is set, but the database could not be prepared: {error}") from error
    raise LaunchError(
        "DATABASE_URL names a role that may not create roles. Set OWNER_DATABASE_URL (waymark_owner) and "
        "WORKER_DATABASE_URL (waymark_worker) too, or give DATABASE_URL a role with CREATEROLE and CREATEDB."
    )


def main(environ) -> None:
    """Prepare a database from ADMIN_DATABASE_URL, OWNER_PASSWORD, APP_PASSWORD, WORKER_PASSWORD (compose.yaml)."""
    passwords = {role: environ[f"{kind.upper()}_PASSWORD"] for kind, role in ROLES.items()}
    prepare(environ["ADMIN_DATABASE_URL"], passwords=passwords)


if __name__ == "__main__":
    main(os.environ)
