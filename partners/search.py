"""Finding services by words: with typing errors, in three languages, transliterated (issue 4).

Each service keeps the words that it is found by in one spelling (`partners/folding.py`), with a trigram index. The
table is open to everybody, so that PostgreSQL may use the index: a policy would forbid it.
"""

from datetime import datetime

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Round

from partners.directory import covering, listed, referable, with_free_places
from partners.folding import folded, words_of
from partners.models import Area, Service

MOST_WORDS = 6
SHORTEST = 2  # letters
ALIKE = 0.5  # of the trigrams of a word; one wrong letter in six leaves half of them
BATCH = 500

TextField.register_lookup(TrigramWordSimilar)  # the app of these lookups would ask the database at each connection


def found_by(rows: QuerySet, text: str) -> QuerySet:
    """Return the services that have words like all of `text`, each with `rank`: the smaller, the more alike.

    Two queries with the caller's own: the threshold of likeness is set for this transaction. Words of one letter do
    not count; a text without words finds everything, with rank 0.
    """
    words = [word for word in words_of(text) if len(word) >= SHORTEST][:MOST_WORDS]
    if not words:
        return rows.annotate(rank=Value(0, output_field=IntegerField()))
    with connection.cursor() as cursor:
        # The first function loads the library: before that, only a superuser may set what belongs to it.
        cursor.execute("SELECT show_limit(), set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        cursor.fetchone()
    score = Value(0.0)
    for word in words:
        rows = rows.filter(search_key__trigram_word_similar=word)
        score = score + TrigramWordSimilarity(word, "search_key")
    # In hundredths: a cursor in the address is made of whole numbers.
    return rows.annotate(rank=Cast(Round(Value(-100.0) * score), IntegerField()))


def search(
    actor, *, at: datetime, words: str = "", category: str = "", area: str = "", language: str = "", free: bool = False
) -> QuerySet:
    """Return listed services that have all the words and all the filters; those one can refer to come first."""
    rows = ordered(found_by(listed(actor, at=at), words), at=at)
    if category:
        rows = rows.filter(category=category)
    if area:
        known = Area.objects.filter(pk=area).first()
        rows = rows.filter(covering(known)) if known else rows.none()
    if language:
        rows = rows.filter(speaks(language))
    return rows.filter(with_free_places(at)) if free else rows


def ordered(rows: QuerySet, *, at: datetime) -> QuerySet:
    """Return the rows with `browse_only` (1: cannot be referred to now), those with 0 first, then the most alike."""
    rows = rows.annotate(browse_only=Case(When(referable(at), then=Value(0)), default=Value(1)))
    return rows.select_related("organisation", "capacity").order_by("browse_only", "rank", "name", "pk")


def speaks(language: str) -> Q:
    """Return the condition of a service where one is understood in a language, by an interpreter too."""
    by_interpreter = Q(interpreter=True) & (Q(interpreter_languages=[]) | Q(interpreter_languages__contains=[language]))
    return Q(languages__contains=[language]) | by_interpreter


def index_missing(*, limit: int = BATCH) -> int:
    """Make the words of services that were brought in without them; return how many there were."""
    rows = list(Service.objects.filter(search_key="").select_related("organisation").order_by("pk")[:limit])
    for row in rows:
        row.search_key = row.found_by() or folded(str(row.pk))
    Service.objects.bulk_update(rows, ["search_key"], batch_size=BATCH)
    return len(rows)
