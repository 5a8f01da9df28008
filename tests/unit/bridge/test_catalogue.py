# SPDX-License-Identifier: Apache-2.0
import pytest

from tektra.bridge.catalogue import Catalogue, Offer, allows, is_hidden, publishable
from tektra.bridge.options import CALLABLE
from tektra.common.errors import InputError, OptionError

STRING, IMAGE = "std_msgs/msg/String", "sensor_msgs/msg/Image"


def check(type_name: str) -> None:
    if type_name.startswith("unknown/"):
        raise InputError(f"type {type_name} is not installed", "install it")


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(lambda name: not is_hidden(name), check)


def test_topics_come_and_go(catalogue: Catalogue) -> None:
    assert catalogue.update({"/a": [STRING], "/b": [IMAGE]}).added == (
        Offer("/a", STRING),
        Offer("/b", IMAGE),
    )
    changes = catalogue.update({"/b": [IMAGE], "/c": [STRING]})
    assert (changes.added, changes.removed) == ((Offer("/c", STRING),), (Offer("/a", STRING),))
    assert catalogue.update({"/b": [IMAGE], "/c": [STRING]}).added == ()


def test_a_topic_that_changes_its_type_is_removed_and_added_again(catalogue: Catalogue) -> None:
    catalogue.update({"/a": [STRING]})
    changes = catalogue.update({"/a": [IMAGE]})
    assert changes.removed == (Offer("/a", STRING),)
    assert changes.added == (Offer("/a", IMAGE),)


def test_an_unknown_type_is_skipped_with_the_reason_until_it_is_gone(catalogue: Catalogue) -> None:
    assert catalogue.update({"/x": ["unknown/msg/Y"]}).added == ()
    assert "unknown/msg/Y is not installed" in catalogue.skipped["/x"]
    catalogue.update({})
    assert catalogue.skipped == {}


def test_two_types_on_one_name_are_refused_and_the_topic_comes_back_when_one_is_left(
    catalogue: Catalogue,
) -> None:
    catalogue.update({"/a": [STRING]})
    assert catalogue.update({"/a": [STRING, IMAGE]}).removed == (Offer("/a", STRING),)
    assert "several types" in catalogue.skipped["/a"]
    assert catalogue.update({"/a": [IMAGE]}).added == (Offer("/a", IMAGE),)
    assert catalogue.skipped == {}


def test_inner_topics_of_actions_are_hidden(catalogue: Catalogue) -> None:
    catalogue.update({"/rover1/run_skill/_action/feedback": [STRING]})
    assert catalogue.offered == {} and catalogue.skipped == {}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("/safety/reset", True),
        ("/rover1/emergency_stop", True),
        ("/tektra/avatar/express", True),
        ("/tektra/avatar/set_parameters", False),
        ("/tektra/avatar/change_state", False),
        ("/a/b/emergency_stop", False),
        ("/safety/reset/more", False),
        ("safety/reset", False),
        ("", False),
    ],
)
def test_only_what_is_on_the_list_may_be_called(name: str, allowed: bool) -> None:
    assert allows(CALLABLE, name) is allowed


@pytest.mark.parametrize("entry", ["/a", "a std_msgs/msg/String", "/a String", ""])
def test_a_malformed_entry_of_the_publish_list_is_named(entry: str) -> None:
    with pytest.raises(OptionError, match="publishable"):
        publishable([entry])
