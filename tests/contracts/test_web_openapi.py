# SPDX-License-Identifier: Apache-2.0
"""The whole OpenAPI of the gateway, tried by schemathesis: whatever fits or does not fit the description gets an answer
that the description knows, and none that says that the gateway failed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tektra.web.access import limits
from tektra.web.access.limits import Attempts
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions
from tektra.web.schema import openapi

PASSWORD = "a long enough password"
schemathesis.serializer.alias("model/gltf-binary", "application/octet-stream")


def described() -> dict[str, Any]:
    gateway = gateway_for(WebOptions(), Path(tempfile.mkdtemp()), PASSWORD)
    found = openapi(gateway.parts(FakeGraph()))
    gateway.close()
    # These sign the caller out, or keep an account from being used: everything after them would be refused.
    for path, method in (("/api/v1/auth/logout", "post"), ("/api/v1/camera/stream", "get")):
        del found["paths"][path][method]
    return found


schema = schemathesis.openapi.from_dict(described())


def test_every_answer_has_a_shape_that_a_client_can_be_made_of() -> None:
    """A file, or a stream of pictures, was described as an answer without content."""
    found, names = described(), []
    for methods in found["paths"].values():
        for route in methods.values():
            names.append(route["operationId"])
            good = [answer for status, answer in route["responses"].items() if status.startswith("2")]
            assert len(good) == 1 and good[0]["content"], route["operationId"]
            assert {"400", "401", "403", "404", "408", "409", "413", "422", "429", "503"} <= set(
                route["responses"]
            )
            for kind, content in good[0]["content"].items():
                binary = kind not in ("application/json", "text/plain")
                assert content["schema"] != {} and binary == (content["schema"].get("format") == "binary")
    assert len(set(names)) == len(names)
    assert found["paths"]["/api/v1/recordings/{name}"]["get"]["parameters"][-1]["name"] == "ticket"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    # Otherwise most answers would be 429.
    patch = pytest.MonkeyPatch()
    patch.setattr(limits, "RATES", dict.fromkeys(limits.Kind, limits.Rate(1e9, 1e9)))
    patch.setattr(Attempts, "PAIR", limits.Rate(1e9, 1e9))
    patch.setattr(Attempts, "ACCOUNT", limits.Rate(1e9, 1e9))
    patch.setattr(Attempts, "ADDRESS", limits.Rate(1e9, 1e9))
    gateway = gateway_for(WebOptions(port=0), tmp_path_factory.mktemp("gateway"), PASSWORD)
    graph = FakeGraph()
    graph.piece_s = 0.0
    gateway.open(lambda loop: (loop.call_soon(graph.start), graph)[1])
    body = {"name": "admin", "password": PASSWORD, "cookie": False}
    token = httpx.post(f"{gateway.url}/api/v1/auth/login", json=body).json()["access_token"]
    yield gateway.url, token
    gateway.close()
    patch.undo()


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_route_answers_as_described(case: Any, served: tuple[str, str]) -> None:
    url, token = served
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
    response = case.call(base_url=url)
    # 503 says that a node is not there, which the stand-in says of its camera.
    assert response.status_code < 500 or response.status_code == 503
    case.validate_response(response, checks=[status_code_conformance, response_schema_conformance])
