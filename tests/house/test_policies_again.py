"""A second start applies the policies to a database that has them: nothing may depend on the first session."""

from core import policies
from tests.conftest import role


def test_the_policies_are_applied_again_in_a_session_that_has_made_no_index(committed):
    with role("OWNER_DATABASE_URL"):
        policies.apply()
