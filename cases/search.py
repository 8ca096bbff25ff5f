"""Finding a person by name before registering one again (DOMAIN 3, 14).

Policies keep PostgreSQL from using a trigram index, since its operators are not leakproof. So one function of the
database goes round them and applies the same rule itself: matches that the actor may not see come back without
an id, as a number that says "ask your supervisor".
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cases.models import Person
from cases.models.persons import sees_person
from cases.names import search_key, tokens
from core.actions import not_permitted
from core.policies import condition, contribute

VERB = "person.search"
LIMIT = 20
SHORTEST = 2  # letters; one letter would list half the organisation


@dataclass(frozen=True)
class Match:
    """A person of one's own organisation whose name resembles the words; `score` is from 0 to 1."""

    person_id: UUID
    score: float

    @property
    def likely(self) -> bool:
        return self.score >= 0.6


class Matches(list):
    """The matches that the actor may open, best first; `hidden` counts those of the organisation it may not."""

    hidden = 0


def search_persons(words: str, *, actor) -> Matches:
    """Return the persons of the actor's organisation whose names resemble `words`, in any script.

    Raises NotPermitted. Words without a letter or digit, or with one letter only, find nothing.
    """
    if not actor.may(VERB):
        raise not_permitted()
    found = Matches()
    if len("".join(tokens(words))) < SHORTEST:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, score FROM waymark.search_persons(%s)", [search_key(words)])
        for person_id, score in cursor.fetchall():
            if person_id is None:
                found.hidden += 1
            else:
                found.append(Match(person_id=person_id, score=score))
    return found


def _function() -> str:
    # The rule is the one of `Person`, compiled; verb and limit are constants of this module.
    open_to_actor = condition(Person, sees_person)
    # Before its library is loaded, only a superuser may set what belongs to pg_trgm: a second `migrate` would fail.
    return f"""
SELECT show_limit();
CREATE OR REPLACE FUNCTION waymark.search_persons(words text)
    RETURNS TABLE (person_id uuid, score real)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET pg_trgm.similarity_threshold = 0.35
    SET pg_trgm.word_similarity_threshold = 0.6
    AS $$
        SELECT CASE WHEN found.open THEN found.id END, found.score
        FROM (
            SELECT cases_person.id, best.score, ({open_to_actor}) AS open
            FROM (
                SELECT n.person_id,
                    max(greatest(similarity(n.search_key, words), word_similarity(words, n.search_key))) AS score
                FROM public.cases_personname n
                WHERE (n.search_key % words OR words <% n.search_key)
                    AND n.organisation_id = (SELECT waymark.organisation_id())
                    AND (SELECT waymark.may('{VERB}'))
                GROUP BY n.person_id
                ORDER BY score DESC, n.person_id
                LIMIT {LIMIT}
            ) best JOIN public.cases_person ON cases_person.id = best.person_id
            WHERE cases_person.sealed_at IS NULL OR ({open_to_actor})
        ) found
        ORDER BY found.score DESC, found.id
    $$;
REVOKE ALL ON FUNCTION waymark.search_persons(text) FROM public;
GRANT EXECUTE ON FUNCTION waymark.search_persons(text) TO waymark_app;
"""  # noqa: S608


contribute("search_persons", _function)
