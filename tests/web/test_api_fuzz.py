"""Every route of the API with whatever fits its schema and whatever does not: no fault of ours comes back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from served import Served

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")


def test_no_route_answers_with_a_fault_of_ours(server: Served, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--whole-screen", default=False):
        pytest.skip("every route is tried by make test-app")
    api = schemathesis.openapi.from_url(f"{server.address}openapi.json")
    tried = 0
    for result in api.get_all_operations():
        operation = result.ok()
        if operation.path == "/api/export/page":
            continue  # a minute each; what it takes is what the others take

        @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def probe(case: object) -> None:
            nonlocal tried
            answer = case.call()  # type: ignore[attr-defined]
            tried += 1
            assert answer.status_code < 500, (case, answer.content[:300])

        schemathesis_test = operation.as_strategy()
        from hypothesis import given

        given(case=schemathesis_test)(probe)()
    assert tried > 100
