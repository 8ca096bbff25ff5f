"""Moving what belongs to one person to another, in the database itself: also rows that the merging actor cannot see.

A data request, a hold or a reminder may be open to somebody else only; a merge that left it behind would lose it. The
functions move what refers to a person, whatever table it stands in, and hand back what they moved. They refuse where a
case of one of the two is not open to the actor: nobody merges what they cannot see.
"""

import json

from django.apps import apps
from django.db import connection

from cases.models import Case, DuplicateCandidate, MergeRecord, Person
from cases.models.persons import sees_person
from core.access import PROTECTED
from core.policies import condition, contribute

VERB = "person.merge"
OWN = (DuplicateCandidate, MergeRecord, Person)


def columns() -> list[tuple[str, str, str]]:
    """Return (table, column, key) of every column that refers to a person, in the order of the names."""
    found = []
    for model in apps.get_models():
        if model in OWN:
            continue
        for column in model._meta.concrete_fields:
            if column.related_model is Person:
                found.append((model._meta.db_table, column.column, model._meta.pk.column))
    return sorted(found)


def move(shell, survivor) -> dict | None:
    """Move all rows of `shell` to `survivor`; return "table.column" -> ids, or None where a case is hidden."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.merge_persons(%s, %s)", [shell.pk, survivor.pk])
        moved = cursor.fetchone()[0]
    return moved if moved is None else json.loads(moved)  # Django leaves jsonb as text


def move_back(record: MergeRecord) -> None:
    """Move back what a merge moved, as far as it still belongs to the survivor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.unmerge_persons(%s)", [record.pk])


# A row that would stand there twice (a reminder of the same day) stays with the shell.
_MOVE = """
        ids := '[]';
        FOR row_id IN SELECT {key} FROM public.{table} WHERE {column} = shell LOOP
            BEGIN
                UPDATE public.{table} SET {column} = survivor WHERE {key} = row_id;
                ids := ids || to_jsonb(row_id);
            EXCEPTION WHEN unique_violation OR check_violation OR exclusion_violation THEN NULL;
            END;
        END LOOP;
        moved := moved || jsonb_build_object('{table}.{column}', ids);"""
_BACK = """
        UPDATE public.{table} SET {column} = m.shell_id
            WHERE {column} = m.survivor_id AND to_jsonb({key}) <@ coalesce(m.moved -> '{table}.{column}', '[]');"""


def _functions() -> str:
    seen, case_seen = condition(Person, sees_person), condition(Case, PROTECTED[Case].read)
    places = [{"table": table, "column": column, "key": key} for table, column, key in columns()]
    moves = "".join(_MOVE.format(**place) for place in places)
    back = "".join(_BACK.format(**place) for place in places)
    return f"""
CREATE OR REPLACE FUNCTION waymark.merge_persons(shell uuid, survivor uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
    DECLARE moved jsonb := '{{}}'; ids jsonb; row_id uuid;
    BEGIN
        IF NOT waymark.may('{VERB}') OR 2 <> (
            SELECT count(*) FROM public.cases_person
            WHERE cases_person.id IN (shell, survivor) AND organisation_id = waymark.organisation_id()
                AND (merged_into_id IS NULL OR (cases_person.id = shell AND merged_into_id = survivor)) AND ({seen})
        ) THEN
            RAISE EXCEPTION 'these persons cannot be merged' USING ERRCODE = '42501';
        END IF;
        IF EXISTS (SELECT FROM public.cases_case WHERE person_id IN (shell, survivor) AND NOT ({case_seen})) THEN
            RETURN NULL;
        END IF;{moves}
        RETURN moved;
    END $$;
CREATE OR REPLACE FUNCTION waymark.unmerge_persons(record uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    AS $$
    DECLARE m public.cases_mergerecord;
    BEGIN
        SELECT * INTO m FROM public.cases_mergerecord
            WHERE id = record AND organisation_id = waymark.organisation_id() AND undone_at IS NULL;
        IF NOT waymark.may('{VERB}') OR m.id IS NULL THEN
            RAISE EXCEPTION 'this merge cannot be undone' USING ERRCODE = '42501';
        END IF;{back}
    END $$;
REVOKE ALL ON FUNCTION waymark.merge_persons(uuid, uuid), waymark.unmerge_persons(uuid) FROM public;
GRANT EXECUTE ON FUNCTION waymark.merge_persons(uuid, uuid), waymark.unmerge_persons(uuid) TO waymark_app;
"""  # noqa: S608


contribute("merge_persons", _functions)
