"""Requests made from the OpenAPI document: no fault, no status or body that the document does not know."""

from datetime import timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.api.schema import document
from partners.roles import SCOPES
from tests import world as worlds
from tests.api.conftest import token_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


EXAMPLES = settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=timedelta(seconds=20),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name.lower())
def test_generated_requests_meet_the_document(server, mode):
    world = worlds.build()
    secret, _row = token_of(world.of.sender, *SCOPES)
    described = schemathesis.openapi.from_dict(document())
    failures, tried = [], 0
    for found in described.get_all_operations():
        operation = found.ok()
        try:
            cases = operation.as_strategy(generation_mode=mode)
            _try(cases, f"http://127.0.0.1:{server}", {"Authorization": f"Bearer {secret}"})
            tried += 1
        except Unsatisfiable:
            continue  # nothing can be wrong about it
        except (Exception, BaseExceptionGroup) as failure:
            failures.append(f"{operation.label}: {failure}"[:1500])
    assert not failures, "\n\n".join(failures)
    assert tried > 20


def _try(cases, address, headers) -> None:
    @EXAMPLES
    @given(case=cases)
    def run(case):
        case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)

    run()
