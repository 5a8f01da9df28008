# SPDX-License-Identifier: Apache-2.0
import pytest

from tektra.bridge.inbound import MAX_CHANNELS, ClientChannel, Inbound
from tektra.common.errors import InputError

COMMAND = ClientChannel(3, "/tektra/command", "cdr", "std_msgs/msg/String")


@pytest.fixture
def inbound() -> Inbound:
    return Inbound({"/tektra/command": "std_msgs/msg/String"}, max_bytes=10)


def test_a_message_on_an_accepted_channel_has_the_type_of_the_list(inbound: Inbound) -> None:
    inbound.open(1, COMMAND)
    assert inbound.accept(1, 3, b"x" * 10) == ("/tektra/command", "std_msgs/msg/String")


def test_the_short_form_of_a_type_name_means_the_same(inbound: Inbound) -> None:
    inbound.open(1, ClientChannel(4, "/tektra/command", "cdr", "std_msgs/String"))
    assert inbound.accept(1, 4, b"")[0] == "/tektra/command"


@pytest.mark.parametrize(
    "channel",
    [
        ClientChannel(3, "/rover1/motion/permitted", "cdr", "tektra_interfaces/msg/MotionPermit"),
        ClientChannel(3, "/tektra/command", "cdr", "std_msgs/msg/Empty"),
        ClientChannel(3, "/tektra/command", "json", "std_msgs/msg/String"),
        ClientChannel(3, "", "", ""),
    ],
)
def test_messages_of_a_channel_off_the_list_are_refused_with_the_reason(
    inbound: Inbound, channel: ClientChannel
) -> None:
    inbound.open(1, channel)
    for _ in range(2):
        with pytest.raises(InputError, match=r"may not publish|publish it as"):
            inbound.accept(1, 3, b"")


def test_a_channel_that_was_never_announced_is_refused(inbound: Inbound) -> None:
    with pytest.raises(InputError, match="not open"):
        inbound.accept(1, 3, b"")


def test_no_number_of_channels_makes_it_grow_without_end(inbound: Inbound) -> None:
    for number in range(3 * MAX_CHANNELS):
        inbound.open(1, ClientChannel(number, "/x", "cdr", "t"))
    with pytest.raises(InputError, match="may not publish"):
        inbound.accept(1, MAX_CHANNELS - 1, b"")
    with pytest.raises(InputError, match="not open"):
        inbound.accept(1, MAX_CHANNELS, b"")


def test_a_channel_belongs_to_the_client_that_opened_it(inbound: Inbound) -> None:
    inbound.open(1, COMMAND)
    with pytest.raises(InputError):
        inbound.accept(2, 3, b"")


def test_a_closed_channel_is_closed(inbound: Inbound) -> None:
    inbound.open(1, COMMAND)
    inbound.close(1, 3)
    inbound.close(1, 3)
    with pytest.raises(InputError):
        inbound.accept(1, 3, b"")


def test_a_message_too_large_is_refused_with_the_limit(inbound: Inbound) -> None:
    inbound.open(1, COMMAND)
    with pytest.raises(InputError, match="at most 10 bytes"):
        inbound.accept(1, 3, b"x" * 11)
