# SPDX-License-Identifier: Apache-2.0
"""Twenty calls at once of every service that Tektra offers: each is answered, or refused in words; none is lost."""

import time

import pytest

from tektra.ros.calls import service_client
from tektra.ros.cdr import interface

OURS = ("tektra_interfaces/", "std_srvs/")
AT_ONCE = 20
#: Of services that there should be at least; fewer means that they were not found, and nothing is proved.
SOME = {
    "/safety/emergency_stop",
    "/safety/reset_all",
    "/rover1/emergency_stop",
    "/tektra/models/list",
    "/tektra/conversations/list",
    "/tektra/speech_in/stop",
    "/tektra/speech_out/voices",
    "/tektra/vision/capture",
    "/tektra/avatar/express",
}


@pytest.fixture(scope="module")
def person(start_for_all, model_that_says, meet):
    return meet(start_for_all(*model_that_says([["nothing", "{}"]]), timeout_s=400.0))


def offered(person) -> dict[str, str]:
    found = person.node.get_service_names_and_types()
    return {name: kinds[0] for name, kinds in found if kinds[0].startswith(OURS) and "/_action/" not in name}


def test_each_of_twenty_calls_at_once_is_answered_by_every_service(person) -> None:
    """Of twenty in parallel eight to eleven got no answer at all, the gate's among them."""
    person.until(lambda: {*offered(person)} >= SOME, "all services are found")
    lost = {}
    for name, kind in sorted(offered(person).items()):
        client = service_client(person.node, interface(kind), name)
        person.until(client.service_is_ready, name)
        asked = [client.call_async(client.srv_type.Request()) for _ in range(AT_ONCE)]
        until_s = time.monotonic() + 90.0
        while not all(each.done() for each in asked) and time.monotonic() < until_s:
            person.spin()
        if unanswered := sum(not each.done() for each in asked):
            lost[name] = unanswered
        person.node.destroy_client(client)
    assert not lost


def test_all_at_once_are_answered_too(person) -> None:
    """A burst over all services, as a page that opens makes."""
    made = {
        name: service_client(person.node, interface(kind), name) for name, kind in offered(person).items()
    }
    for name, client in made.items():
        person.until(client.service_is_ready, name)
    asked = [(name, client.call_async(client.srv_type.Request())) for name, client in made.items()]
    until_s = time.monotonic() + 90.0
    while not all(each.done() for _, each in asked) and time.monotonic() < until_s:
        person.spin()
    assert [name for name, each in asked if not each.done()] == []
