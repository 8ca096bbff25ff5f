"""Three invented people with a need: how would the services of today be put in order for them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from partners.eligibility import Facts
from partners.models import Area
from referral.matching import rank
from referral.ranking import Wanted, ask

SHOWN, COMPARED = 5, 500


@dataclass(frozen=True, kw_only=True)
class Example:
    """Somebody nobody knows, in a place, with a need."""

    category: str
    urgency: str
    words: str
    place: str
    facts: Facts


EXAMPLES = (
    Example(
        category="shelter",
        urgency="urgent",
        words=_("Woman of 27, Dari, no papers, Minsk; urgent"),
        place="BY-HM",
        facts=Facts(
            age=27, sex="female", citizenships=frozenset({"AF"}), languages=frozenset({"prs"}), no_documents=True,
            areas=frozenset({"BY-HM"}), household="single",
        ),
    ),
    Example(
        category="legal",
        urgency="routine",
        words=_("Man of 40 with family, Russian, asks for asylum, Brest; not urgent"),
        place="BY-BR-02",
        facts=Facts(
            age=40, sex="male", migration_status="asylum_seeker", languages=frozenset({"rus"}),
            areas=frozenset({"BY-BR-02", "BY-BR"}), household="family_with_children",
        ),
    ),
    Example(
        category="child_protection",
        urgency="emergency",
        words=_("Boy of 15 alone, Arabic, Gomel; emergency"),
        place="BY-HO-05",
        facts=Facts(
            age=15, sex="male", languages=frozenset({"ara"}), areas=frozenset({"BY-HO-05", "BY-HO"}),
            household="unaccompanied_child",
        ),
    ),
)  # fmt: skip


def compare(
    before: Mapping[str, Decimal], after: Mapping[str, Decimal], *, actor, at: datetime
) -> list[tuple[Example, list[tuple]]]:
    """Return each example with [(service id, place now, place with the other weights)], by the new place.

    Compared are the first 500 of the present order. One query an example, and one.
    """
    areas = Area.objects.in_bulk([example.place for example in EXAMPLES])
    found = []
    for example in EXAMPLES:
        wanted = Wanted(
            category=example.category, urgency=example.urgency, facts=example.facts, area=areas[example.place]
        )
        fitting = ask(wanted, before, actor=actor, at=at, most=COMPARED, most_unfit=0).fitting
        rows = [(row.key, row.name, row.values) for row in fitting]
        old, new = ({row.key: row.rank for row in rank(rows, weights)} for weights in (before, after))
        shown = [key for key, place in new.items() if place <= SHOWN]
        shown += [key for key, place in old.items() if place <= SHOWN and key not in shown]
        found.append((example, [(key, old[key], new[key]) for key in shown]))
    return found
