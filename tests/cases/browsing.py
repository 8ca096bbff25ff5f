"""Needs, questions to the database and readings, for the tests of the pages."""

from uuid import uuid4

from cases.actions.cases import add_need
from core.actors import Actor, acting
from core.models import Reading
from partners.roles import permissions_of

OVERHEAD = ("SAVEPOINT", "RELEASE", "ROLLBACK", "WITH was AS")  # transactions and saying who acts, not reading


def need(network, case, category="shelter", **facts):
    with acting(network.actors["worker"]) as actor:
        return add_need(case, actor=actor, at=network.at, category=category, **facts)


def asked(seen) -> list[str]:
    return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(OVERHEAD)]


def readings(network) -> list[tuple]:
    officer = Actor(
        organisation_id=network.home.pk, user_id=uuid4(), permissions=permissions_of("data_protection_officer")
    )
    with acting(officer):
        return list(Reading.objects.visible_to(officer).values_list("about", "field_class", "member_id"))


def carried(client, url) -> dict:
    """Open a form over a row with a version, and return what the page carries along."""
    page = client.get(url)
    assert page.status_code == 200, url
    return dict(page.context["edit"].hidden)
