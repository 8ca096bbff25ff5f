"""State x step x person: `available` and `advance` agree, and the database refuses what is not in the table."""

import pytest
from django.db import IntegrityError, connection, transaction

from core.actions import Incomplete, NotNow, NotPermitted
from core.actors import acting
from referral.lifecycle import advance, available
from referral.models import Referral
from referral.states import STEPS, State, codes, pairs
from tests.conftest import role
from tests.referral.steps import sent
from tests.world import NOON

PEOPLE = ["caseworker", "supervisor", "partner", "partner_supervisor", "worker", "coordinator", "stranger", "admin"]


def placed(w, state: str) -> Referral:
    """Put a referral into a state behind the door's back, as the owner may, with what the constraints ask for."""
    referral = sent(w)
    outcome = {"completed": "provided_full", "not_completed": "client_moved"}.get(state, "")
    with role("OWNER_DATABASE_URL"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE referral_referral DISABLE TRIGGER keep_lifecycle")
        cursor.execute(
            "UPDATE referral_referral SET state = %s, worker_name = 'W', reason = 'duplicate', outcome = %s,"
            " line_key = 1",
            [state, outcome],
        )
        cursor.execute("ALTER TABLE referral_referral ENABLE TRIGGER keep_lifecycle")
    return referral


@pytest.mark.parametrize("state", codes(State))
def test_what_is_offered_is_what_is_allowed(committed_world, state):
    w = committed_world
    referral = placed(w, state)

    for person in PEOPLE:
        with acting(w.actors[person]) as actor:
            seen = Referral.objects.visible_to(actor).filter(pk=referral.pk).select_related("service").first()
            offered = {step.name for step in available(seen, actor)} if seen else set()
            for name in STEPS:
                try:
                    with transaction.atomic():
                        advance(referral.pk, name, actor=actor, at=NOON)
                        transaction.set_rollback(True)
                    passed = True
                except Incomplete:
                    passed = True  # past side, permission and state: only facts are missing
                except NotNow as refusal:
                    # Past the state as well: a guard of what is disclosed speaks, or a rule that `available` knows.
                    passed = refusal.code not in {
                        "wrong_state",
                        "approval_needed",
                        "approval_not_needed",
                        "no_waiting_list",
                        "emergency_stays",
                        "not_an_emergency",
                    }
                except (NotPermitted, Referral.DoesNotExist):
                    passed = False
                assert passed == (name in offered), (state, person, name)


@pytest.mark.django_db
def test_an_update_behind_the_door_is_refused_by_the_database(world):
    referral = sent(world)
    with acting(world.actors["partner"]):
        for target in codes(State):
            if (referral.state, target) in pairs() or target == referral.state:
                continue
            with pytest.raises(IntegrityError, match="does not go"), transaction.atomic():
                Referral.objects.filter(pk=referral.pk).update(state=target)
