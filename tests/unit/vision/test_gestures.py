# SPDX-License-Identifier: Apache-2.0
import random

import pytest

from tektra.common.errors import OptionError
from tektra.vision.gestures import ACTS, GESTURES, GestureActs, parse_acts
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.tracker import Track

TABLE = {"closed_fist": "stop", "open_palm": "quiet"}
LOOK_S = 0.34


def hand(gesture: str, name: str = "h1", score: float = 0.8) -> Track:
    return Track(name, Sighting(Kind.GESTURES, gesture, score, Box(0, 0, 10, 10)), 0.0)


def shown(*gestures: str, every_s: float = LOOK_S, score: float = 0.8) -> list[tuple[int, str]]:
    """Which looks told which act, when one hand shows these gestures in turn; "" for no hand."""
    acts = GestureActs(TABLE, 1.0, 0.5)
    told = []
    for look, gesture in enumerate(gestures):
        hands = [hand(gesture, score=score)] if gesture else []
        told += [(look, act) for act, _ in acts.update(look * every_s, hands)]
    return told


def test_a_fist_that_is_held_stops_once() -> None:
    assert shown(*["closed_fist"] * 30) == [(3, "stop")]


def test_a_gesture_in_passing_does_nothing() -> None:
    assert shown("closed_fist", "closed_fist", "closed_fist", "", "", "", "", "closed_fist") == []
    assert shown(*["closed_fist", "open_palm"] * 20) == []


def test_one_look_without_the_hand_does_not_break_a_hold() -> None:
    assert shown("closed_fist", "closed_fist", "", "closed_fist", "closed_fist") == [(3, "stop")]


def test_after_letting_go_it_acts_again() -> None:
    again = shown(*["closed_fist"] * 5, *[""] * 4, *["closed_fist"] * 5)
    assert again == [(3, "stop"), (12, "stop")]


def test_two_slow_looks_are_no_hold_however_long_apart() -> None:
    assert shown("closed_fist", "closed_fist", every_s=0.9) == []
    assert shown(*["closed_fist"] * 3, every_s=0.9) == [(2, "stop")]


def test_a_weak_gesture_and_one_that_is_not_in_the_table_do_nothing() -> None:
    assert shown(*["closed_fist"] * 20, score=0.4) == []
    assert shown(*["victory"] * 20) == []


def test_each_hand_holds_for_itself() -> None:
    acts = GestureActs(TABLE, 1.0, 0.5)
    told = []
    for look in range(8):
        hands = (
            [hand("open_palm", "h1"), hand("closed_fist", "h2")] if look >= 2 else [hand("open_palm", "h1")]
        )
        told += [(look, act) for act, _ in acts.update(look * LOOK_S, hands)]
    assert told == [(3, "quiet"), (5, "stop")]


def test_a_clock_that_steps_back_begins_every_hold_anew() -> None:
    acts = GestureActs(TABLE, 1.0, 0.5)
    for look in range(3):
        assert acts.update(100.0 + look * LOOK_S, [hand("closed_fist")]) == []
    assert acts.update(50.0, [hand("closed_fist")]) == []
    assert acts.update(50.3, [hand("closed_fist")]) == []


def test_restless_hands_do_nothing_and_held_ones_are_never_missed() -> None:
    dice = random.Random(5)
    for _ in range(200):
        restless: list[str] = []
        while len(restless) < 60:
            gesture = dice.choice(GESTURES)
            if not restless or restless[-1] != gesture:
                restless += [gesture] * dice.randint(1, 3)  # at most 0.67 s each
        assert shown(*restless) == []
        held = shown(*restless, *["closed_fist"] * 6)
        assert [act for _, act in held] == ["stop"]


def test_a_table_is_read_and_its_mistakes_are_named() -> None:
    assert parse_acts(["closed_fist=stop", " open_palm = quiet "]) == TABLE
    assert parse_acts([]) == parse_acts([""]) == {}
    assert set(ACTS) == {"stop", "quiet"}
    for bad in ("fist=stop", "closed_fist=drive", "closed_fist", "=stop", "closed_fist=stop=stop"):
        with pytest.raises(OptionError, match="gesture_acts holds"):
            parse_acts([bad])
    with pytest.raises(OptionError):
        parse_acts(["closed_fist=stop", "closed_fist=quiet"])
