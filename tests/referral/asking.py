"""What tests ask of the query that puts services in order."""

from core.actors import acting
from partners.eligibility import Facts
from partners.models import Service
from referral.matching import DEFAULTS
from referral.ranking import Wanted, ask
from tests.world import NOON

KNOWN = Facts(
    age=27, sex="female", migration_status="irregular", citizenships=frozenset({"AF"}), languages=frozenset({"prs"}),
    areas=frozenset({"BY-MI-12", "BY-MI"}), documents=frozenset({"passport"}), household="single",
)  # fmt: skip


def wanted(facts=KNOWN, **more) -> Wanted:
    return Wanted(**{"category": "legal", "urgency": "routine", "facts": facts, **more})


def asked(world, *args, **more):
    actor = world.actors["caseworker"]
    with acting(actor):
        return ask(wanted(*args, **more), DEFAULTS, actor=actor, at=NOON, most=500, most_unfit=500)


def value(world, term: str, facts=KNOWN, **more) -> float:
    found = asked(world, facts, **more)
    (row,) = [row for row in (*found.fitting, *found.unfit) if row.key == world.of.service.pk]
    return row.values[term]


def change(world, **facts) -> None:
    Service.objects.filter(pk=world.of.service.pk).update(**facts)
