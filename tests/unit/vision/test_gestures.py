# SPDX-License-Identifier: Apache-2.0
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tektra.common.errors import ConfigError
from tektra.common.paths import share_dir
from tektra.vision.gesture_table import GESTURES, Sign, read_table
from tektra.vision.gestures import GREETED_S, Act, GestureActs, Shower
from tektra.vision.hand_owners import HandOwners
from tektra.vision.sightings import FACE, Box, Kind, Sighting
from tektra.vision.tracker import Track
from tektra.vision.waving import Waves

SIGNS = [
    Sign("closed_fist", "stop", score=0.5),
    Sign("open_palm", "quiet", score=0.5),
    Sign("thumb_up", "agree", score=0.5, by="operator"),
    Sign("thumb_down", "refuse", score=0.5, by="known"),
    Sign("victory", "greet", score=0.5),
]
TABLE = {sign.gesture: sign for sign in SIGNS}
HELD = [sign for sign in GESTURES if sign != "wave"]
LOOK_S = 0.34
ANN = Shower("Ann", "operator")


def hand(gesture: str, name: str = "h1", score: float = 0.8, box: Box | None = None) -> Track:
    return Track(name, Sighting(Kind.GESTURES, gesture, score, box or Box(0, 0, 10, 10)), 0.0)


def shown(
    *gestures: str,
    every_s: float = LOOK_S,
    score: float = 0.8,
    by: Shower | None = None,
    table: dict[str, Sign] | None = None,
) -> list[tuple[int, str]]:
    """Which looks told which act, when one hand shows these gestures in turn; "" for no hand."""
    acts = GestureActs(table or TABLE)
    acts.update(-1.5, [])  # it looked before
    told = []
    for look, gesture in enumerate(gestures):
        hands = [hand(gesture, score=score)] if gesture else []
        found = acts.update(look * every_s, hands, lambda _: by or Shower())
        told += [(look, act.sign.means) for act in found]
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
    assert shown(*["i_love_you"] * 20) == []


def test_each_hand_holds_for_itself() -> None:
    acts = GestureActs(TABLE)
    told = []
    for look in range(8):
        hands = (
            [hand("open_palm", "h1"), hand("closed_fist", "h2")] if look >= 2 else [hand("open_palm", "h1")]
        )
        told += [(look, act.sign.means) for act in acts.update(look * LOOK_S, hands)]
    assert told == [(3, "quiet"), (5, "stop")]


def test_a_clock_that_steps_back_begins_every_hold_anew() -> None:
    acts = GestureActs(TABLE)
    for look in range(3):
        assert acts.update(100.0 + look * LOOK_S, [hand("closed_fist")]) == []
    assert acts.update(50.0, [hand("closed_fist")]) == []
    assert acts.update(50.3, [hand("closed_fist")]) == []


def test_restless_hands_do_nothing_and_held_ones_are_never_missed() -> None:
    dice = random.Random(5)
    for _ in range(200):
        restless: list[str] = []
        while len(restless) < 60:
            gesture = dice.choice(HELD)
            if not restless or restless[-1] != gesture:
                restless += [gesture] * dice.randint(1, 3)  # at most 0.67 s each
        assert shown(*restless, by=ANN) == []
        held = shown(*restless, *["closed_fist"] * 6)
        assert [act for _, act in held] == ["stop"]


# Who may


def test_what_an_operator_alone_may_say_nobody_else_says() -> None:
    held = ["thumb_up"] * 6
    assert shown(*held, by=ANN) == [(3, "agree")]
    for other in (Shower(), Shower(role="guest"), Shower("Bob", "guest"), Shower("Ann", "guest")):
        assert shown(*held, by=other) == []
    assert shown(*["thumb_down"] * 6, by=Shower("Bob", "guest")) == [(3, "refuse")]
    assert shown(*["thumb_down"] * 6, by=Shower(role="guest")) == []


def test_who_becomes_known_while_holding_is_heard_then() -> None:
    acts = GestureActs(TABLE)
    acts.update(-1.5, [])
    whose = [Shower(role="guest")] * 5 + [ANN] * 3
    told = [
        [act.told for act in acts.update(look * LOOK_S, [hand("thumb_up")], lambda _, who=who: who)]  # type: ignore[misc]
        for look, who in enumerate(whose)
    ]
    assert told[5] == [("agree", "thumb_up", "Ann", "operator", 0.0)]
    assert [act for look in (*told[:5], *told[6:]) for act in look] == []


def test_what_is_to_be_confirmed_is_shown_twice_soon_after_each_other() -> None:
    table = {"thumb_up": Sign("thumb_up", "agree", score=0.5, times=2)}
    once, let_go, later = ["thumb_up"] * 5, [""] * 4, [""] * 25
    assert shown(*once, table=table) == []
    assert shown(*once, *let_go, *once, table=table) == [(12, "agree")]
    assert shown(*once, *later, *once, table=table) == []


def test_nobody_is_greeted_again_and_again() -> None:
    gap, hello = int(GREETED_S / LOOK_S) + 1, ["victory"] * 5
    assert shown(*hello, *[""] * 4, *hello) == [(3, "greet")]
    assert [look for look, _ in shown(*hello, *[""] * gap, *hello)] == [3, 5 + gap + 3]


def face(name: str, x: float, size: float = 100.0) -> Track:
    return Track(name, Sighting(Kind.FACES, FACE, 1.0, Box(x, 100, size * 0.8, size)), 0.0)


def test_a_hand_belongs_to_the_face_it_is_plainly_nearest_to() -> None:
    owners = HandOwners()
    beside = hand("thumb_up", box=Box(320, 260, 60, 80))
    assert owners.owner(10.0, beside) == ""
    owners.saw(10.0, [face("f1", 300.0), face("f2", 900.0)])
    assert owners.owner(10.2, beside) == "f1"
    assert owners.owner(12.0, beside) == "", "faces of long ago"
    assert owners.owner(10.2, hand("thumb_up", box=Box(620, 260, 60, 80))) == "", "between two"
    assert owners.owner(10.2, hand("thumb_up", box=Box(1700, 260, 60, 80))) == "", "out of reach"


# Waving


def waved(path: Callable[[float], tuple[float, float]], for_s: float, rate_hz: float, seed: int = 0) -> int:
    """In how many looks a hand of 60 px waves that is at `path(s)`, looked at unevenly."""
    dice, waves, at_s, count = random.Random(seed), Waves(), 0.0, 0
    while at_s < for_s:
        x, y = path(at_s)
        box = Box(x + dice.gauss(0, 1.5), y + dice.gauss(0, 1.5), 60, 60)
        gesture = "open_palm" if dice.random() < 0.85 else ""
        hands = waves.update(at_s, [hand(gesture, box=box)])
        count += hands[0].sighting.class_id == "wave"
        at_s += max(0.05, dice.gauss(1.0 / rate_hz, 0.02))
    return count


@pytest.mark.parametrize("swings_hz", [0.7, 1.0, 1.4, 1.8])
@pytest.mark.parametrize("rate_hz", [5.0, 8.0, 15.0])
def test_a_hand_that_goes_from_side_to_side_waves(swings_hz: float, rate_hz: float) -> None:
    def path(at_s: float) -> tuple[float, float]:
        return 300 + 35 * math.sin(2 * math.pi * swings_hz * at_s), 200 + 5 * math.sin(at_s)

    known = sum(waved(path, 4.0, rate_hz, seed) > 0 for seed in range(20))
    assert known >= 19


STILL: list[Callable[[float], tuple[float, float]]] = [
    lambda s: (300, 200),
    lambda s: (300 + 80 * s, 200),  # goes by
    lambda s: (300 + 6 * math.sin(8 * s), 200),  # trembles
    lambda s: (300 + 10 * math.sin(6 * s), 200 + 50 * math.sin(6 * s)),  # up and down
    lambda s: (300 + 40 * math.cos(5 * s), 200 + 40 * math.sin(5 * s)),  # in circles
]


@pytest.mark.parametrize("path", STILL, ids=["still", "by", "trembles", "up and down", "circles"])
def test_other_movements_are_no_wave(path: Callable[[float], tuple[float, float]]) -> None:
    assert sum(waved(path, 10.0, rate, seed) for rate in (3.0, 5.0, 8.0) for seed in range(10)) == 0


def test_a_fist_that_goes_from_side_to_side_does_not_wave() -> None:
    waves = Waves()
    for look in range(40):
        box = Box(300 + 40 * math.sin(look), 200, 60, 60)
        assert waves.update(look * 0.15, [hand("closed_fist", box=box)])[0].sighting.class_id == "closed_fist"


def test_two_hands_that_wave_are_told_apart_though_their_names_change() -> None:
    waves, names = Waves(), iter(range(1000))
    told: Sequence[Track] = ()
    for look in range(20):
        swing = 35 * math.sin(2 * math.pi * 1.2 * look * 0.13)
        told = waves.update(
            look * 0.13,
            [
                hand("open_palm", f"h{next(names)}", box=Box(100 + swing, 200, 60, 60)),
                hand("open_palm", f"h{next(names)}", box=Box(500, 200, 60, 60)),
            ],
        )
    assert [track.sighting.class_id for track in told] == ["wave", "open_palm"]


# The table


def table_of(folder: Path, text: str) -> dict[str, Sign]:
    file = folder / "gestures.yaml"
    file.write_text(text)
    return dict(read_table(str(file)))


def test_a_table_is_read(tmp_path: Path) -> None:
    assert read_table("") == {}
    text = "thumb_up: {means: agree, by: operator, times: 2, dwell_s: 0.5, score: 0.7}\nclosed_fist: {means: stop}"
    assert table_of(tmp_path, text) == {
        "thumb_up": Sign("thumb_up", "agree", 0.5, 0.7, 2, "operator"),
        "closed_fist": Sign("closed_fist", "stop"),
    }


def test_the_table_that_comes_with_tektra_is_sound() -> None:
    table = read_table(str(share_dir() / "config" / "gestures.yaml"))
    assert {sign.means for sign in table.values()} >= {"stop", "quiet", "agree", "refuse", "greet"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("fist: {means: stop}", "fist"),
        ("closed_fist: {means: drive}", "drive"),
        ("thumb_up: {means: yes}", "True"),
        ("closed_fist: stop", "closed_fist"),
        ("closed_fist: {dwell_s: 1}", "closed_fist"),
        ("thumb_up: {means: agree, by: everybody}", "everybody"),
        ("thumb_up: {means: agree, dwell_s: long}", "long"),
        ("thumb_up: {means: agree, dwell_s: 6}", "6"),
        ("thumb_up: {means: agree, times: 1.5}", "1.5"),
        ("thumb_up: {means: agree, times: true}", "True"),
        ("thumb_up: {means: agree, score: .nan}", "nan"),
        ("thumb_up: {means: agree, who: ann}", "who"),
        ("open_palm: {means: point}", "points nowhere"),
        ("closed_fist: {means: stop, by: operator}", "anybody may stop"),
        ("[closed_fist]", "no gestures"),
        ("a: b: c", "no YAML"),
    ],
)
def test_mistakes_of_a_table_are_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as raised:
        table_of(tmp_path, text)
    assert named in str(raised.value)
    assert "gestures.yaml" in str(raised.value)


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="/nowhere/gestures"):
        read_table("/nowhere/gestures.yaml")


# Hands that nobody raised


def thumbs(acts: GestureActs, since_look: int, looks: int, *, still: bool = False) -> list[float]:
    """Since when each answer was shown that a thumb gives in these looks."""
    told = []
    for look in range(since_look, since_look + looks):
        told += [
            act.since_s for act in acts.update(look * LOOK_S, [hand("thumb_up")], lambda _: ANN, still=still)
        ]
    return told


def looked(acts: GestureActs, since_look: int, looks: int) -> None:
    for look in range(since_look, since_look + looks):
        acts.update(look * LOOK_S, [])


def test_an_answer_tells_since_when_its_hand_is_up() -> None:
    acts = GestureActs(TABLE)
    looked(acts, 0, 10)
    assert thumbs(acts, 10, 20) == [pytest.approx(10 * LOOK_S)]


def test_a_thumb_that_is_up_all_the_time_is_not_raised_anew_by_a_look_that_was_misread() -> None:
    """It would answer a question that was asked meanwhile."""
    acts = GestureActs(TABLE)
    looked(acts, 0, 10)
    thumbs(acts, 10, 8)
    acts.update(18 * LOOK_S, [hand("closed_fist")])
    assert all(since_s == pytest.approx(10 * LOOK_S) for since_s in thumbs(acts, 19, 10))
    weak = GestureActs(TABLE)
    looked(weak, 0, 10)
    for look in range(10, 20):
        weak.update(look * LOOK_S, [hand("thumb_up", score=0.3)])
    assert thumbs(weak, 20, 6) == [pytest.approx(10 * LOOK_S)]


def test_a_thumb_that_was_there_when_looks_began_answers_nothing_and_a_fist_stops() -> None:
    """The node starts, or its camera comes back, before a poster."""
    acts = GestureActs(TABLE)
    assert thumbs(acts, 0, 8) == []
    looked(acts, 8, 10)
    assert len(thumbs(acts, 18, 6)) == 1, "let go and raised"
    looked(acts, 24, 4)
    assert thumbs(acts, 100, 10) == [], "a gap of 25 s: nobody knows since when"
    assert shown(*["closed_fist"] * 5)
    fresh, told = GestureActs(TABLE), []
    for look in range(5):
        told += fresh.update(look * LOOK_S, [hand("closed_fist")])
    assert [act.sign.means for act in told] == ["stop"]


def test_a_picture_that_repeats_itself_gives_no_answer_and_still_stops() -> None:
    acts = GestureActs(TABLE)
    looked(acts, 0, 10)
    assert thumbs(acts, 10, 2) == []
    assert thumbs(acts, 12, 20, still=True) == []
    told = []
    for look in range(40, 46):
        told += acts.update(look * LOOK_S, [hand("closed_fist", "h2")], still=True)
    assert [act.sign.means for act in told] == ["stop"]


def test_a_printed_thumb_is_raised_by_nobody_who_walks_past_it() -> None:
    acts, dice = GestureActs(TABLE), random.Random(4)
    looked(acts, 0, 10)
    first = []
    told = []
    for look in range(10, 2000):
        box = Box(300 + dice.gauss(0, 2), 100 + dice.gauss(0, 2), 60, 80)
        hidden = look % 40 < 8  # somebody walks past: its track is another one then
        hands = [] if hidden or dice.random() < 0.3 else [hand("thumb_up", f"h{look // 40}", box=box)]
        found = acts.update(look * LOOK_S, hands, lambda _: ANN)
        (first if look * LOOK_S < 25.0 else told).extend(found)
    assert told == []
    elsewhere = [hand("thumb_up", "own", box=Box(500, 300, 60, 80))]
    assert [a for n in range(2000, 2006) for a in acts.update(n * LOOK_S, elsewhere, lambda _: ANN)]


def test_a_printed_finger_points_nowhere_once_it_is_known() -> None:
    acts = GestureActs({"pointing": Sign("pointing", "point", dwell_s=0.6, score=0.5)})
    told = [look for look in range(100) if acts.update(look * LOOK_S, [hand("pointing")])]
    assert told and max(told) * LOOK_S < 10.0


def test_who_answers_often_at_one_place_is_no_poster() -> None:
    acts = GestureActs(TABLE)
    looked(acts, 0, 10)
    count, look = 0, 10
    for _ in range(20):
        count += len(thumbs(acts, look, 6))
        looked(acts, look + 6, 12)
        look += 18
    assert count == 20


# Looks that miss it, and looks that are rare


def test_a_look_that_names_nothing_or_hardly_does_not_break_a_hold() -> None:
    acts = GestureActs(TABLE)
    told = []
    for look, (gesture, score) in enumerate([("closed_fist", 0.8), ("closed_fist", 0.45), ("closed_fist", 0.8), ("thumb_up", 0.45), ("closed_fist", 0.8)]):  # fmt: skip
        told += [look for _ in acts.update(look * LOOK_S, [hand(gesture, score=score)])]
    assert told == [4]


def test_a_gesture_that_most_looks_do_not_show_is_none() -> None:
    assert shown(*["closed_fist", "", ""] * 10) == []


def test_a_gesture_that_means_nothing_breaks_a_hold_as_any_other() -> None:
    assert shown(*["closed_fist", "closed_fist", "i_love_you"] * 10) == []


def test_where_looks_are_rare_a_hold_lasts_from_one_to_the_next() -> None:
    """Four cameras share a core: each looks for hands every 1.4 s, and a fist before one of them was never held."""
    assert shown(*["closed_fist"] * 4, every_s=1.4) == [(2, "stop")]
    assert shown("closed_fist", "closed_fist", *[""] * 3, "closed_fist", every_s=1.4) == []


def test_a_hold_that_flickers_acts_once() -> None:
    assert shown(*["closed_fist"] * 5, "", *["closed_fist"] * 5) == [(3, "stop")]


def test_a_printed_thumb_that_is_missed_in_some_looks_is_not_raised_again() -> None:
    """Two looks without it were a thumb that was let go."""
    dice, acts = random.Random(4), GestureActs(read_table(str(share_dir() / "config" / "gestures.yaml")))
    told: list[Act] = []
    for look in range(900):
        thumb = Sighting(
            Kind.GESTURES, "thumb_up", 0.9, Box(400 + dice.gauss(0, 5), 100 + dice.gauss(0, 5), 40, 40)
        )
        shown = [Track("h1", thumb, 0.4 * look)] if look == 0 or dice.random() < 0.8 else []
        told += acts.update(0.4 * look, shown)
    assert told == []


def test_who_shows_yes_and_no_by_turns_says_neither() -> None:
    """A thumb that is held level is read as both."""
    acts = GestureActs(read_table(str(share_dir() / "config" / "gestures.yaml")))
    acts.update(0.0, [])
    told: list[Act] = []
    for look in range(6, 120):
        name = "thumb_down" if look % 6 == 0 else "thumb_up"
        thumb = Sighting(Kind.GESTURES, name, 0.9, Box(300 + 30 * (look % 7), 100, 60, 60))
        told += acts.update(look / 3.0, [Track("h1", thumb, look / 3.0)])
    assert told == []
    for look in range(120, 135):
        told += acts.update(look / 3.0, [Track("h1", thumb, look / 3.0)])
    assert [act.sign.means for act in told] == ["agree"]
