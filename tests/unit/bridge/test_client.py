# SPDX-License-Identifier: Apache-2.0
import json
import random
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.bridge.catalogue import publishable
from tektra.bridge.client import Act, Called, Client, Fetched, Leave, Limits, Published, Say, Watched
from tektra.bridge.offers import Offers
from tektra.bridge.options import CALLABLE, PUBLIC, PUBLISHABLE
from tektra.bridge.rights import Rights
from tektra.bridge.wire import Schema
from tektra.common.access import Role
from tektra.common.errors import InputError, TektraError

EMPTY, STRING = "std_msgs/msg/Empty", "std_msgs/msg/String"
RIGHTS = Rights(
    {"/safety/stop": EMPTY, "/tektra/command": STRING},
    ["/safety/reset", "/*/emergency_stop"],
    ["/safety/state"],
)
STOP = struct.pack("<BI", 1, 1)
COMMAND = struct.pack("<BI", 1, 2) + b"go"


class Seat:
    """A client before a server that offers two topics and two services."""

    def __init__(self, role: Role = Role.OPERATOR, limits: Limits = Limits()) -> None:
        self.offers = Offers()
        for topic in ("/safety/state", "/camera/image_raw"):
            self.offers.add_channel(topic, "cdr", Schema(STRING, "ros2msg", "string data"))
        for name in ("/safety/reset", "/rover1/emergency_stop"):
            self.offers.add_service(name, "std_srvs/srv/Trigger", "", "bool success")
        self.client = Client(role, RIGHTS, self.offers, limits)
        self.now_s = 0.0

    def say(self, message: str | bytes | dict[str, Any]) -> list[Act]:
        text = json.dumps(message) if isinstance(message, dict) else message
        return list(self.client.read(text, self.now_s))

    def advertise(self, *channels: tuple[int, str, str]) -> list[Act]:
        entries = [{"id": n, "topic": t, "encoding": "cdr", "schemaName": s} for n, t, s in channels]
        return self.say({"op": "advertise", "channels": entries})

    def offered(self) -> str:
        return "".join(str(act.message) for act in self.client.greet())


def call(service: int, encoding: bytes = b"cdr") -> bytes:
    return struct.pack("<BIII", 2, service, 9, len(encoding)) + encoding + b"request"


def test_an_operator_publishes_what_is_listed_under_both_spellings_of_its_type() -> None:
    seat = Seat()
    assert seat.advertise((1, "/safety/stop", "std_msgs/Empty"), (2, "/tektra/command", STRING)) == []
    assert seat.say(STOP) == [Published("/safety/stop", EMPTY, b"")]
    assert seat.say(COMMAND) == [Published("/tektra/command", STRING, b"go")]


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.GUEST])
def test_everybody_may_stop_and_only_operators_more(role: Role) -> None:
    seat = Seat(role)
    seat.advertise((1, "/safety/stop", EMPTY), (2, "/tektra/command", STRING))
    assert seat.say(STOP) == [Published("/safety/stop", EMPTY, b"")]
    with pytest.raises(
        InputError, match="clients may not publish '/tektra/command': allowed are /safety/stop"
    ):
        seat.say(COMMAND)
    assert seat.say(call(4)) == [Called("/rover1/emergency_stop", 4, 9, b"request")]
    (act,) = seat.say(call(3))
    assert isinstance(act, Say) and "Unknown service" in str(act.message)


@pytest.mark.parametrize(
    "topic",
    [
        "/tektra/plan",
        "/tektra/reply",
        "/tektra/say",
        "/humans/voices/default/speech",
        "/camera/image_raw/compressed",
    ],
)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.GUEST])
def test_guests_do_not_read_what_others_say(role: Role, topic: str) -> None:
    """A plan has what was asked for in words, and what is to be said: the gateway leaves it out for them."""
    rights = Rights(publishable(PUBLISHABLE), CALLABLE, PUBLIC)
    assert not rights.sees(role, topic)
    assert rights.sees(role, "/safety/state") and rights.sees(Role.OPERATOR, topic)


def test_guests_are_offered_only_what_is_public() -> None:
    assert "/camera/image_raw" in Seat().offered() and "/safety/reset" in Seat().offered()
    offered = Seat(Role.GUEST).offered()
    assert "/safety/state" in offered and "/rover1/emergency_stop" in offered
    assert "/camera/image_raw" not in offered and "/safety/reset" not in offered


def test_a_topic_that_is_not_offered_to_a_role_cannot_be_watched_by_its_number() -> None:
    subscribe = {"op": "subscribe", "subscriptions": [{"id": 5, "channelId": 2}]}
    assert Seat().say(subscribe) == [Watched("/camera/image_raw", begun=True)]
    (act,) = Seat(Role.GUEST).say(subscribe)
    assert isinstance(act, Say) and "Unknown channel ID: 2" in str(act.message)


def test_who_leaves_watches_nothing_any_more() -> None:
    seat = Seat()
    seat.say({"op": "subscribe", "subscriptions": [{"id": 5, "channelId": 1}, {"id": 6, "channelId": 2}]})
    assert seat.say({"op": "unsubscribe", "subscriptionIds": [5, 77]}) == [
        Watched("/safety/state", begun=False)
    ]
    assert list(seat.client.leave()) == [Watched("/camera/image_raw", begun=False)]
    assert list(seat.client.leave()) == []


def test_the_same_channel_is_watched_once() -> None:
    seat = Seat()
    entry = {"op": "subscribe", "subscriptions": [{"id": 5, "channelId": 1}]}
    seat.say(entry)
    (act,) = seat.say(entry)
    assert isinstance(act, Say) and "already subscribed" in str(act.message)


def test_a_client_with_a_thousand_channels_disables_no_stop_button_but_its_own_excess() -> None:
    """All clients shared one table of 1,000 channels: whoever filled it disabled everybody's stop."""
    greedy, other = Seat(), Seat()
    greedy.advertise(*[(n, "/safety/stop", EMPTY) for n in range(10, 1010)])
    greedy.advertise(*[(n, f"/mine/{n}", STRING) for n in range(2000, 3000)])
    assert len(greedy.client._channels) + len(greedy.client._closed) == 2 * Limits().channels
    other.advertise((1, "/safety/stop", EMPTY))
    assert other.say(STOP) == [Published("/safety/stop", EMPTY, b"")]


def test_refused_channels_take_no_room_from_the_stop() -> None:
    seat = Seat()
    seat.advertise(*[(n, f"/mine/{n}", STRING) for n in range(2000, 3000)])
    seat.advertise((1, "/safety/stop", EMPTY))
    assert seat.say(STOP) == [Published("/safety/stop", EMPTY, b"")]


def test_too_many_messages_are_dropped_but_never_a_stop() -> None:
    seat = Seat(limits=Limits(rate_hz=10.0, burst=5, refused=50))
    seat.advertise((1, "/safety/stop", EMPTY), (2, "/tektra/command", STRING))
    answers = [seat.say(COMMAND) for _ in range(20)]
    assert sum(answer == [Published("/tektra/command", STRING, b"go")] for answer in answers) == 4
    assert sum("too many messages" in str(answer) for answer in answers) == 1
    assert seat.say(STOP) == [Published("/safety/stop", EMPTY, b"")]
    assert seat.say(call(4)) == [Called("/rover1/emergency_stop", 4, 9, b"request")]
    seat.now_s = 0.1
    assert seat.say(COMMAND) == [Published("/tektra/command", STRING, b"go")]


def test_who_never_ceases_is_sent_away() -> None:
    seat = Seat(limits=Limits(rate_hz=10.0, burst=5, refused=50))
    seat.advertise((2, "/tektra/command", STRING))
    acts = [act for _ in range(60) for act in seat.say(COMMAND)]
    assert Leave("too many messages") in acts


def test_calls_under_way_are_limited_but_not_those_that_stop() -> None:
    seat = Seat()
    seat.client.pending = Limits().pending
    (act,) = seat.say(call(3))
    assert isinstance(act, Say) and "under way" in str(act.message)
    assert seat.say(call(4)) == [Called("/rover1/emergency_stop", 4, 9, b"request")]


def test_a_file_is_asked_for() -> None:
    assert Seat().say({"op": "fetchAsset", "uri": "package://a", "requestId": 3}) == [
        Fetched(3, "package://a")
    ]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{not json",
        "[]",
        "null",
        "1" * 5000,
        "[" * 100_000,
        '{"op": 1}',
        '{"op": "what"}',
        '{"op": "getParameters"}',
    ]
    + [
        '{"op": "subscribe"}',
        '{"op": "subscribe", "subscriptions": [7]}',
        '{"op": "unsubscribe", "subscriptionIds": [-1]}',
    ]
    + [
        '{"op": "unsubscribe", "subscriptionIds": [true]}',
        '{"op": "unsubscribe", "subscriptionIds": [4294967296]}',
    ]
    + [
        '{"op": "advertise", "channels": [{"id": 1}]}',
        json.dumps({"op": "unadvertise", "channelIds": [1] * 5000}),
    ]
    + [
        b"",
        b"\1",
        b"\2\0\0",
        b"\xff" * 100,
        struct.pack("<BIII", 2, 3, 9, 0xFFFFFFFF),
        struct.pack("<BI", 1, 99),
    ],
)
def test_nonsense_is_refused_with_the_reason(message: str | bytes) -> None:
    with pytest.raises(InputError):
        Seat().say(message)


@given(st.binary(max_size=64) | st.text(max_size=64))
def test_no_message_does_more_than_be_refused(message: str | bytes) -> None:
    seat = Seat()
    seat.advertise((1, "/safety/stop", EMPTY))
    try:
        acts = seat.say(message)
    except TektraError:
        return
    assert all(isinstance(act, (Say, Watched, Published, Called, Fetched)) for act in acts)


def test_messages_with_one_byte_changed_publish_nothing_that_is_not_listed() -> None:
    dice = random.Random(1)
    base = json.dumps(
        {
            "op": "advertise",
            "channels": [{"id": 2, "topic": "/tektra/command", "encoding": "cdr", "schemaName": STRING}],
        }
    )
    for _ in range(2000):
        seat = Seat(Role.GUEST)
        at = dice.randrange(len(base))
        try:
            seat.say(base[:at] + chr(dice.randrange(32, 127)) + base[at + 1 :])
            acts = seat.say(COMMAND)
        except TektraError:
            continue
        assert not any(isinstance(act, Published) for act in acts)


def lists(count: int) -> list[dict[str, Any]]:
    """Messages that make a reader go through so many entries of nothing."""
    channels = [{"id": n, "topic": "/x", "encoding": "cdr", "schemaName": "x"} for n in range(count)]
    return [
        {"op": "subscribe", "subscriptions": [{"id": n, "channelId": 10**6 + n} for n in range(count)]},
        {"op": "advertise", "channels": channels},
        {"op": "unsubscribe", "subscriptionIds": list(range(count))},
    ]


@pytest.mark.parametrize("message", lists(1000), ids=["subscribe", "advertise", "unsubscribe"])
def test_long_lists_count_as_what_they_cost(message: dict[str, Any]) -> None:
    """200 lists of 4,096 entries a second kept everybody's stop waiting for over a second."""
    seat = Seat()
    seat.advertise((1, "/safety/stop", EMPTY))
    read = 0
    for _ in range(400):
        acts = seat.say(message)
        slow = any("too many messages" in str(act.message) for act in acts if isinstance(act, Say))
        read += not slow and not any(isinstance(act, Leave) for act in acts)
        if any(isinstance(act, Leave) for act in acts):
            break
        seat.now_s += 0.005
        assert seat.say(STOP) == [Published("/safety/stop", EMPTY, b"")]
    assert read * len(json.dumps(message)) < 3_000_000


def test_channels_that_are_none_are_told_of_at_once_and_not_one_by_one() -> None:
    seat = Seat()
    (act,) = seat.say(lists(1000)[0])
    assert isinstance(act, Say) and "1000000 and 999 more" in str(act.message)


@pytest.mark.parametrize("message", ["[" * 300_000, '{"op":"subscribe","subscriptions":[' + "{}," * 90_000])
def test_text_that_is_too_long_is_not_read(message: str) -> None:
    with pytest.raises(InputError, match="send at most"):
        list(Seat(limits=Limits(burst=2000)).client.read(message, 0.0))


def test_a_flood_of_stops_is_sent_on_so_often_as_helps() -> None:
    seat = Seat()
    acts = []
    for _ in range(1000):
        (act,) = seat.say(call(4))
        acts.append(act)
        seat.client.pending += isinstance(act, Called)
    assert [type(act) for act in acts[:64]] == [Called] * 64
    assert not any(isinstance(act, Called) for act in acts[64:])
