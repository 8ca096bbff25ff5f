"""Fill a migrated database with a network of 201 organisations and any number of referrals, by SQL alone.

Rows follow from their numbers (md5 of a letter and a number is the id), so that two databases of one size are
the same. Organisation 1 receives one referral in fifty and more: it is the partner that is measured. Organisation
201 is a newcomer with a handful of everything, for counting queries against the number of rows.
"""

import hashlib
import time
from uuid import UUID, uuid4

from django.db import connection

from cases.models import Case, Consent, Grant, MigrationStatus, Need, Person, PersonName
from cases.models.cases import CLASS_OF_CATEGORY
from core.models import Event, User
from notifications.models import Notice
from partners.models import Agreement, ApiToken, Capacity, Member, Organisation, Service, Team
from partners.roles import SCOPES
from referral.models import Deadline, Packet, Referral, StepTaken
from referral.states import OPEN, RUNNING, SHOWS_IDENTITY, UNSENT, codes

ORGANISATIONS, NEWCOMER, PARTNER = 201, 201, 1
SENDER = 5  # has one case in twenty: its list of cases is measured
SERVICES = 5  # of each organisation
ROLES = ("focal_point", "caseworker", "supervisor", "caseworker", "organisation_admin")
CATEGORIES = ("legal", "shelter", "food_nfi", "health", "education", "cash", "employment", "language", "documents")
# One in twenty each: the states of a network that works, where most referrals are done.
STATES = ("sent", "received", "received", "info_requested", "waitlisted", "accepted", "in_progress", "in_progress",
          "on_hold", *["completed"] * 6, "not_completed", "declined", "declined", "cancelled", "expired")  # fmt: skip
URGENCIES = ("routine", "routine", "routine", "urgent", "emergency")
TABLES = (Person, PersonName, MigrationStatus, Consent, Grant, Case, Need, Referral, Packet, StepTaken, Deadline)
TABLES = (*TABLES, Event, Notice)
# Triggers that look a row up by its key, which has no index while the rows are written. Nobody here restricts.
ASKING = (("cases_grant", "keep_rest"), ("cases_case", "keep_rest_of_case"))
NOW_FIELDS = {
    "need": {"category": "legal", "description": "Wages were not paid for three months"},
    "note": "The person has the contract and two witnesses; the labour inspection was written to.",
    "case_code": "C-7F3K9Q2D",
    "sex_age": {"sex": "female", "band": "25-59"},
    "language": [{"code": "prs", "level": "native", "interpreter": True}],
}
SHARE = '{"need": "now", "note": "now", "case_code": "now", "sex_age": "band", "language": "now", "name": "after"}'
AFTER_FIELDS = {
    "name": "Амина Хайдари",
    "contact": {"channel": "phone_call", "value": "+375290000000", "hours": "9-12", "warning": "Только до обеда"},
}


def ident(letter: str, number) -> UUID:
    """Return the id of row `number` of a kind, as the SQL below makes it."""
    return UUID(hashlib.md5(f"{letter}{number}".encode()).hexdigest())


def _id(letter: str, number: str) -> str:
    return f"md5('{letter}' || ({number}))::uuid"


def _array(words) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]"


def _in(words) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def insert(cursor, model, source: str, **expressions: str) -> None:
    """INSERT ... SELECT: the named columns from SQL expressions, all others from the model's own defaults.

    Raises KeyError for a column that has neither a default nor an expression.
    """
    values = {}
    for field in model._meta.concrete_fields:
        if field.name in expressions or field.attname in expressions:
            values[field.column] = expressions.pop(field.attname, None) or expressions.pop(field.name)
        elif getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            values[field.column] = "now()"
        elif not field.null:
            default = field.get_default()
            if default is None or field.default is uuid4:
                raise KeyError(f"{model.__name__}.{field.name} needs an expression")
            prepared = field.get_db_prep_save(default, connection)
            values[field.column] = cursor.mogrify("%s", [prepared]).decode() + _cast(field)
    if expressions:
        raise KeyError(f"{model.__name__} has no {sorted(expressions)}")
    columns = ", ".join(f'"{column}"' for column in values)
    cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(values.values())} FROM {source}")


def _cast(field) -> str:
    return f"::{field.db_type(connection)}"


def sealed(cursor, model, name: str, value) -> str:
    """Return an encrypted column's value as a literal. It is bound to the column only, so all rows may share it."""
    field = model._meta.get_field(name)
    return cursor.mogrify("%s", [field.get_db_prep_save(value, connection)]).decode()


def fill(size: int, *, say) -> float:
    """Load `size` referrals and what belongs to them into Django's database, as the owner; returns the seconds."""
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET client_min_messages = warning")
        _network(cursor)
        again = _without_indexes(cursor)
        _people(cursor, size)
        _referrals(cursor, size)
        say(f"    {size:,} referrals written after {time.monotonic() - began:.0f} s; making the indexes")
        for statement in again:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
    return time.monotonic() - began


def _without_indexes(cursor) -> list[str]:
    """Drop the keys and indexes of the large tables, and stop what asks by them; return what makes all that again.

    A million rows with sixteen indexes on random identifiers would otherwise take ten times as long.
    """
    tables = [model._meta.db_table for model in TABLES]
    cursor.execute(
        "SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid), c.contype "
        "FROM pg_constraint c WHERE c.contype IN ('p', 'u', 'f', 'x') "
        "AND (c.conrelid = ANY(%s::regclass[]) OR c.confrelid = ANY(%s::regclass[])) "
        "ORDER BY array_position(ARRAY['f', 'x', 'u', 'p']::\"char\"[], c.contype)",
        [tables, tables],
    )
    constraints = cursor.fetchall()
    for table, name, _definition, _kind in constraints:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[])",
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    keys = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}" for table, name, made, _kind in reversed(constraints)]
    count = sum(kind != "f" for *_rest, kind in constraints)
    for table, trigger in ASKING:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    asking = [f"ALTER TABLE {table} ENABLE TRIGGER {trigger}" for table, trigger in ASKING]
    return keys[:count] + [definition for _name, definition in indexes] + keys[count:] + asking


def _network(cursor) -> None:
    """Organisations, accounts, services, one agreement of all, a token of the measured partner."""
    orgs, members = f"generate_series(1, {ORGANISATIONS}) o", f"generate_series(1, {len(ROLES)}) k"
    insert(cursor, Organisation, orgs, id=_id("o", "o"), name="'Organisation ' || o", member_of_network="true",
           short_name="'Org ' || o", email="'desk' || o || '@example.test'", phone="'+375170000000'")  # fmt: skip
    insert(cursor, Team, orgs, id=_id("t", "o"), organisation=_id("o", "o"), name="'North'")
    both = f"{orgs}, {members}"
    insert(cursor, User, both, id=_id("u", "o || '.' || k"), password="'!' || md5(o || '.' || k)",
           email="'u' || o || '.' || k || '@example.test'", name="'Person ' || k || ' of ' || o")  # fmt: skip
    insert(cursor, Member, both, id=_id("m", "o || '.' || k"), user=_id("u", "o || '.' || k"),
           organisation=_id("o", "o"), team=f"CASE WHEN k BETWEEN 2 AND 4 THEN {_id('t', 'o')} END",
           name="'Person ' || k || ' of ' || o", role=f"({_array(ROLES)})[k]")  # fmt: skip
    services = f"{orgs}, generate_series(0, {SERVICES - 1}) s"
    insert(cursor, Service, services, id=_id("s", "o || '.' || s"), organisation=_id("o", "o"),
           name="'Service ' || s || ' of organisation ' || o", accepts_referrals="true", waiting_list="true",
           category=f"({_array(CATEGORIES)})[1 + s % {len(CATEGORIES)}]",
           covers_country="true", verified_on="current_date", languages="ARRAY['rus', 'bel']")  # fmt: skip
    insert(cursor, Capacity, services, service=_id("s", "o || '.' || s"), maximum="1000000", updated_at="now()")
    insert(cursor, Agreement, "(SELECT 1) one", id=_id("a", "1"), title="'Network agreement'",
           organisation_ids=f"(SELECT array_agg(id) FROM {Organisation._meta.db_table})",
           purposes="ARRAY['referral_disclosure']", data_classes="ARRAY[1, 2, 3, 4]", countries="ARRAY['BY']",
           valid_from="current_date - 300", valid_to="current_date + 300")  # fmt: skip
    insert(cursor, ApiToken, orgs, id=_id("k", "o"), organisation=_id("o", "o"), name="'System'",
           scopes=_array(sorted(SCOPES)),
           digest="encode(sha256(convert_to('bench-token-' || o, 'UTF8')), 'hex')")  # fmt: skip
    cursor.execute(
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) SELECT id, 'totp', '{}', now() FROM core_user"
    )


def token_of(organisation: int) -> str:
    """Return the token whose digest `fill` gave to an organisation."""
    return f"bench-token-{organisation}"


def _home(c: str) -> str:
    """Return which organisation case and person number `c` belong to."""
    return f"CASE WHEN {c} <= 3 THEN {NEWCOMER} WHEN {c} % 20 = 0 THEN {SENDER} ELSE 2 + ({c} % 199 * 58) % 199 END"


def _people(cursor, size: int) -> None:
    """As many persons as referrals; the first third has a case each, with three needs and grants of its own people."""

    def numbered(most: int) -> str:
        return (
            f"(SELECT c, {_home('c')} AS o, 2 + 2 * (c / 20 % 2) AS k, now() - (c % 400) * interval '1 day' AS at "
            f"FROM generate_series(1, {most}) c) rows"
        )

    source = numbered(size)
    ours = {"organisation": _id("o", "o")}
    insert(cursor, Person, source, id=_id("p", "c"), reference="'P-' || c", registered_by_id=_id("m", "o || '.' || k"),
           sex="'female'", birth_date="date '1980-01-01' + (c % 9000)::int", birth_precision="'day'",
           citizenships="ARRAY['AF']", contact_channel="'phone_call'", created_at="at",
           languages="""'[{"code": "prs", "level": "native", "interpreter": true}]'::jsonb""",
           contact_value=sealed(cursor, Person, "contact_value", "+375290000000"), **ours)  # fmt: skip
    insert(cursor, PersonName, source, id=_id("n", "c"), person=_id("p", "c"), script="'Cyrl'", is_primary="true",
           full_as_written="'Амина Хайдари ' || c", search_key="'amina khaidari ' || c", **ours)  # fmt: skip
    insert(cursor, MigrationStatus, source, id=_id("y", "c"), person=_id("p", "c"), recorded_at="at", **ours)
    source = numbered(size // 3 + 1)
    insert(cursor, Consent, source, id=_id("q", "c"), person=_id("p", "c"), receiver_class="'network'",
           purposes="ARRAY['case_management', 'referral_disclosure']", data_classes="ARRAY[1, 2, 3]",
           text_version="'1'", language="'prs'", method="'written'", given_at="at",
           expires_at="now() + interval '300 days'", **ours)  # fmt: skip
    grant = {"case": _id("c", "c"), "owner": _id("o", "o"), "level": "'full'", "opened_at": "at", **ours}
    insert(cursor, Grant, source, id=_id("g", "c"), basis="'team'", team=_id("t", "o"), **grant)
    insert(cursor, Grant, source, id=_id("h", "c"), basis="'assignment'", member=_id("m", "o || '.' || k"), **grant)
    insert(cursor, Grant, source, id=_id("i", "c"), basis="'supervision'", member=_id("m", "o || '.3'"), **grant)
    insert(cursor, Case, source, id=_id("c", "c"), reference="'C-' || c", person=_id("p", "c"), team=_id("t", "o"),
           caseworker=_id("m", "o || '.' || k"), supervisor=_id("m", "o || '.3'"), status="'active'",
           status_since="at", opened_at="at", **ours)  # fmt: skip
    for letter, kind in (("z", "case.opened"), ("b", "case.assessed"), ("a", "case.activated")):
        insert(cursor, Event, source, id=_id(letter, "'event' || c"), kind=f"'{kind}'", about=_id("c", "c"), at="at",
               case_id=_id("c", "c"), actor_organisation_id=_id("o", "o"), actor_member_id=_id("m", "o || '.' || k"),
               organisation_ids=f"ARRAY[{_id('o', 'o')}]")  # fmt: skip


def _referrals(cursor, size: int) -> None:
    """Referrals with need, packet of two parts, grant, two steps, an event, clocks and notices."""
    # The newcomer has one referral in each part of its inbox, and late ones among those that it sent.
    states = "CASE i WHEN 51 THEN 'received' WHEN 52 THEN 'in_progress' WHEN 53 THEN 'completed' ELSE "
    states += f"({_array(STATES)})[1 + (i / 50 + i) % {len(STATES)}] END"
    special = f"WHEN i BETWEEN 51 AND 53 THEN {NEWCOMER} WHEN i % 50 = 0 THEN {PARTNER}"
    receiver = f"CASE {special} ELSE 1 + (o + i % 198) % 200 END"
    cursor.execute(f"""
        CREATE TEMP TABLE plan AS
        SELECT i, c, o, 2 + 2 * (c / 20 % 2) AS k, r, s, i / 50 % {SERVICES} AS v,
            CASE WHEN o = {NEWCOMER} THEN now() - interval '4 days'
                 WHEN s IN {_in(codes(OPEN))} THEN now() - (i * 37 % 20000) * interval '1 minute'
                 ELSE now() - (i * 37 % 500000) * interval '1 minute' END AS at,
            ({_array(CATEGORIES)})[1 + (i / 50 % {SERVICES}) % {len(CATEGORIES)}] AS category
        FROM (SELECT i, c, o, {receiver} AS r,
                     CASE WHEN i % 50 <> 0 AND i % 97 = 0 THEN 'draft' ELSE {states} END AS s
              FROM (SELECT i, 1 + (i - 1) / 3 AS c,
                           {_home("(1 + (i - 1) / 3)")} AS o
                    FROM generate_series(1, {size}) i) a) b""")
    cursor.execute("ANALYZE plan")
    classes = " ".join(f"WHEN category = '{name}' THEN {level}" for name, level in CLASS_OF_CATEGORY.items())
    field_class = f"CASE {classes} ELSE 2 END"
    sent, running = f"s NOT IN {_in(codes(UNSENT))}", f"s IN {_in(codes(RUNNING))}"
    named, second = f"s IN {_in(codes(SHOWS_IDENTITY))}", _id("m", "r || '.2'")
    is_open, urgency = f"s IN {_in(codes(OPEN))}", f"({_array(URGENCIES)})[1 + (i / 50 + i) / 20 % 5]"
    outcomes = "WHEN 'completed' THEN 'provided_full' WHEN 'not_completed' THEN 'client_no_show'"
    insert(cursor, Need, "plan", id=_id("d", "i"), organisation=_id("o", "o"), case=_id("c", "c"), category="category",
           field_class=field_class, identified_at="at", priority=urgency,
           description=sealed(cursor, Need, "description", "Wages were not paid for three months"))  # fmt: skip
    insert(cursor, Referral, "plan", id=_id("r", "i"), reference="'R-' || i", case=_id("c", "c"), need=_id("d", "i"),
           sender=_id("o", "o"), receiver=_id("o", "r"), service=_id("s", "r || '.' || v"), consent=_id("q", "c"),
           category="category", field_class=field_class, urgency=urgency, state="s", state_since="at",
           sent_by=_id("m", "o || '.' || k"), sender_name="'Person ' || k || ' of ' || o",
           worker=f"CASE WHEN {named} THEN {second} END",
           worker_name=f"CASE WHEN {named} THEN 'Person 2 of ' || r ELSE '' END",
           share=f"'{SHARE}'::jsonb", outcome=f"CASE s {outcomes} ELSE '' END",
           reason="CASE WHEN s = 'declined' THEN 'no_capacity' ELSE '' END",
           created_at="at - interval '3 days'", sent_at=f"CASE WHEN {sent} THEN at - interval '2 days' END",
           received_at=f"CASE WHEN {sent} AND s <> 'sent' THEN at - interval '1 day' END",
           decided_at=f"CASE WHEN {named} OR s = 'declined' THEN at - interval '12 hours' END",
           closed_at=f"CASE WHEN NOT {is_open} THEN at END",
           due_at=f"CASE WHEN {is_open} AND {sent} THEN at + interval '3 days' END",
           due_from=f"CASE WHEN {is_open} AND {sent} THEN at END", holds_place=running, steps_taken="2", version="3",
           line_key="CASE WHEN s = 'waitlisted' THEN 1e11 + extract(epoch FROM at) END",
           expected_on="CASE WHEN s = 'waitlisted' THEN current_date + 30 END")  # fmt: skip
    disclosed = f"(SELECT * FROM plan WHERE {sent}) rows"
    for letter, stage, fields in (("e", "now", NOW_FIELDS), ("f", "after", AFTER_FIELDS)):
        insert(cursor, Packet, disclosed, id=_id(letter, "i"), referral=_id("r", "i"), sender=_id("o", "o"),
               stage=f"'{stage}'", fields=sealed(cursor, Packet, "fields", fields), created_at="at")  # fmt: skip
    insert(cursor, Grant, disclosed, id=_id("j", "i"), case=_id("c", "c"), owner=_id("o", "o"),
           organisation=_id("o", "r"), level="'packet'", basis="'referral'", referral_id=_id("r", "i"),
           consent=_id("q", "c"), opened_at="at", until="now() + interval '300 days'",
           closed_at="CASE WHEN s IN ('declined', 'expired', 'withdrawn') THEN at END")  # fmt: skip
    for number, name, side in ((1, "send", "sender"), (2, "receive", "receiver")):
        insert(cursor, StepTaken, disclosed, id=_id("l", f"i || '.{number}'"), referral=_id("r", "i"),
               number=str(number), name=f"'{name}'", to_state=f"'{'sent' if number == 1 else 'received'}'",
               side=f"'{side}'", organisation_id=_id("o", "o" if number == 1 else "r"), at="at")  # fmt: skip
    insert(cursor, Event, disclosed, id=_id("v", "i"), kind="'referral.sent'", about=_id("r", "i"),
           referral_id=_id("r", "i"), case_id=_id("c", "c"), actor_organisation_id=_id("o", "o"),
           organisation_ids=f"ARRAY[{_id('o', 'o')}, {_id('o', 'r')}]", at="at")  # fmt: skip
    waiting = f"(SELECT * FROM plan WHERE {sent} AND s IN ('sent', 'received', 'info_requested')) rows"
    insert(cursor, Deadline, waiting, id=_id("w", "i"), referral=_id("r", "i"), sender=_id("o", "o"),
           receiver=_id("o", "r"), clock="'decide'", started_at="at",
           due_at="at + interval '3 days'", next_alarm_at="at + interval '36 hours'")  # fmt: skip
    insert(cursor, Notice, disclosed, id=_id("x", "i"), recipient=_id("m", "r || '.1'"), event_id=_id("v", "i"),
           kind="'referral.sent'", urgency=urgency, referral_id=_id("r", "i"), at="at",
           read_at="CASE WHEN s NOT IN ('sent', 'received') THEN at END")  # fmt: skip
    cursor.execute("DROP TABLE plan")
