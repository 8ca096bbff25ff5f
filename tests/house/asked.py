"""Questions of an organisation and answers to them, for the twin test's world."""

from cases.actions.answers import change_answers
from cases.actions.extensions import load_fields, publish_form
from cases.extensions.definition import Field
from core.actors import Actor, acting
from tests.world import NOON


def ask(w, short: str, about) -> None:
    """Publish a form of this person's organisation, and answer it: in class 1, and in class 4."""
    met = Field("met", "yes_no", {"en": "Met"}, field_class=1)
    scar = Field("scar", "text", {"en": "Scar"}, field_class=4)
    manager = Actor(organisation_id=w.actors[short].organisation_id, permissions=frozenset({"form.manage"}))
    with acting(manager):
        form = load_fields(actor=manager, at=NOON, subject="person", scope="own", fields=[met, scar])
        publish_form(form.pk, actor=manager, at=NOON)
    with acting(w.actors[short]) as actor:
        change_answers("person", about, actor=actor, at=NOON, extra={"own": {"met": True, "scar": "left"}})
