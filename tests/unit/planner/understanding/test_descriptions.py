# SPDX-License-Identifier: Apache-2.0
"""A robot of somebody else's that can carry: people as they are described, free text between words, "it" and "them"."""

import json

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Named, Scene, Sort

MEANINGS = {
    "person": "person",
    "place": "place",
    "from": "place",
    "object": "object",
    "text": "text",
    "what": "text",
}


def skill(name: str, arguments: str, *sentences: str) -> KnownSkill:
    properties = {key: {"type": "string", "x-tektra-meaning": MEANINGS[key]} for key in arguments.split()}
    schema = {"type": "object", "properties": properties, "required": arguments.split()[:1]}
    return KnownSkill(name, name, {**schema, "x-tektra-sentences": {"en": list(sentences)}})


PORTER = KnownRobot(
    "porter",
    "porter",
    (
        skill("seek", "person place", "(find|meet) {person} [(in|at) {place}]"),
        skill("seek_thing", "object place", "(find|look for) {object} [(in|at|on) {place}]"),
        skill("take", "object place", "(take|get|pick up) {object} [from {place}]", "pick {object} up"),
        skill("give", "person object place", "(give|bring|hand) [it|{object}] to {person} [in {place}]"),
        skill("lead", "person from place", "(lead|guide) {person} [from {from}] to {place}"),
        skill("tell", "text person place", "tell {person} [in {place}] {text}"),
        skill("count", "what place", "[tell me] how many {what} (there are|are) (on|in) {place}"),
        skill("answer", "person", "answer {person} question", "answer the question of {person}"),
    ),
)
PLACES = [
    Named(name, Sort.PLACE, (name.replace("_", " "),)) for name in ("kitchen", "living_room", "desk", "sofa")
]
SCENE = Scene((PORTER,), (*PLACES, Named("cup", Sort.OBJECT), Named("apple", Sort.OBJECT)), asker="Ada")


def steps(reader: Reader, words: str) -> list[tuple[str, dict[str, object]]]:
    reading = reader.read(words, SCENE, "en")
    assert reading.carried_out, (reading.doubts, reading.refusals, reading.clauses)
    return [(step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("find the waving woman in the kitchen", [("seek", {"person": "waving woman", "place": "kitchen"})]),
        ("find the person in the red coat", [("seek", {"person": "person in the red coat"})]),
        ("meet Mary Ann at the desk", [("seek", {"person": "Mary Ann", "place": "desk"})]),
        ("lead the man with a hat from the desk to the sofa",
         [("lead", {"person": "man with a hat", "from": "desk", "place": "sofa"})]),
        ("find the person pointing to the left in the living room and guide them to the sofa",
         [("seek", {"person": "person pointing to the left", "place": "living_room"}),
          ("lead", {"person": "person pointing to the left", "place": "sofa"})]),
        ("meet Bo in the kitchen and answer their question",
         [("seek", {"person": "Bo", "place": "kitchen"}), ("answer", {"person": "Bo"})]),
        ("tell the tall guest in the kitchen that dinner is ready",
         [("tell", {"person": "tall guest", "place": "kitchen", "text": "that dinner is ready"})]),
        ("tell me how many people in blue shirts are in the kitchen",
         [("count", {"what": "people in blue shirts", "place": "kitchen"})]),
        ("look for the cup in the kitchen, pick it up and give it to me",
         [("seek_thing", {"object": "cup", "place": "kitchen"}), ("take", {"object": "cup"}), ("give", {"person": "Ada"})]),
    ],
)  # fmt: skip
def test_an_errand_is_read(reader: Reader, words: str, expected: list[tuple[str, dict[str, object]]]) -> None:
    assert json.dumps(steps(reader, words), sort_keys=True) == json.dumps(expected, sort_keys=True)


WAITER = KnownRobot(
    "waiter",
    "waiter",
    (
        skill("serve", "object from person", "(bring|fetch|get|give) {person} {object} [from {from}]"),
        skill("take", "object place", "(take|get|fetch|pick up) {object} [from {place}]"),
    ),
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bring me the cup from the desk", ("serve", {"person": "Ada", "object": "cup", "from": "desk"})),
        ("could you fetch me an apple from the kitchen", ("serve", {"person": "Ada", "object": "apple", "from": "kitchen"})),
        ("get me the cup please", ("serve", {"person": "Ada", "object": "cup"})),
        ("give Mary Ann the cup from the sofa", ("serve", {"person": "Mary Ann", "object": "cup", "from": "sofa"})),
        ("get the cup from the desk for me", ("take", {"object": "cup", "place": "desk"})),
    ],
)  # fmt: skip
def test_what_is_to_be_brought_to_whoever_asks_is_brought_by_whoever_can(
    reader: Reader, words: str, expected: tuple[str, dict[str, object]]
) -> None:
    """ "me" beside another name was a mere favour: one robot fetched the thing and kept it, another was said not to be able to."""
    reading = reader.read(words, Scene((WAITER,), SCENE.named, asker="Ada"), "en")
    assert [(step.skill, dict(step.arguments)) for step in reading.steps] == [expected]
    assert reading.carried_out


def test_whom_nobody_knows_and_nobody_describes_is_asked_about(reader: Reader) -> None:
    reading = reader.read("find zorkmid in the kitchen", SCENE, "en")
    assert not reading.carried_out
