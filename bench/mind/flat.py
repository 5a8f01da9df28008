# SPDX-License-Identifier: Apache-2.0
"""A flat, and a robot of somebody else's that can carry: what errands are mapped on (mind/errands.py).

The robot announces its skills as any driver may: a schema whose arguments say what they mean, and how people ask for it.
"""

from __future__ import annotations

import json
from typing import Any

from mind.errands import CATEGORIES, OBJECTS, PEOPLE, PLACES, ROOMS

ROBOT = "helper"


def place_names() -> dict[str, tuple[str, ...]]:
    """Places by their own names, with aliases."""
    return {name.replace(" ", "_"): (name, f"the {name}") for name in (*ROOMS, *PLACES)}


def thing_names() -> dict[str, tuple[str, ...]]:
    """Things, and kinds of things, by their own names, with aliases."""
    return {name.replace(" ", "_"): (name,) for name in (*OBJECTS, *CATEGORIES)}


def people_names() -> tuple[str, ...]:
    return PEOPLE


_ANYBODY = {"type": "string", "minLength": 1, "maxLength": 80, "x-tektra-meaning": "person"}
_PLACE = {"type": "string", "minLength": 1, "maxLength": 60, "x-tektra-meaning": "place"}
_THING = {"type": "string", "minLength": 1, "maxLength": 60, "x-tektra-meaning": "object"}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 120, "x-tektra-meaning": "text"}

_FIND = "(find|look for|locate|search for)"
_TAKE = "(take|get|grab|fetch|pick up)"
_HAND = "(hand|give|bring|deliver|take)"
_LEAD = "(guide|lead|escort|take|accompany)"
_MANY = "[tell me|count] how many"

SKILLS: tuple[dict[str, Any], ...] = (
    {
        "name": "navigate_to",
        "sentence": "Drive to a place.",
        "properties": {"place": _PLACE},
        "required": ["place"],
        "sentences": ["(go|drive|head|navigate) to {place}"],
    },
    {
        "name": "find_object",
        "sentence": "Look for a thing, in a room or at a place.",
        "properties": {"object": _THING, "place": _PLACE},
        "required": ["object"],
        "sentences": [f"{_FIND} {{object}} [(in|at|on) {{place}}]"],
    },
    {
        "name": "find_person",
        "sentence": "Look for a person, by name or by look.",
        "properties": {"person": _ANYBODY, "place": _PLACE},
        "required": ["person"],
        "sentences": [f"({_FIND}|meet) {{person}} [(in|at) {{place}}]"],
    },
    {
        "name": "pick_up",
        "sentence": "Take a thing into the hand.",
        "properties": {"object": _THING, "place": _PLACE},
        "required": ["object"],
        "sentences": [f"{_TAKE} {{object}} [from {{place}}]", "pick {object} up [from {place}]"],
    },
    {
        "name": "put_down",
        "sentence": "Put down what the hand holds.",
        "properties": {"place": _PLACE},
        "required": ["place"],
        "sentences": ["(put|place|leave|set) [it] [down] on {place}"],
    },
    {
        "name": "hand_over",
        "sentence": "Hand what the hand holds to a person.",
        "properties": {"person": _ANYBODY, "place": _PLACE, "object": _THING},
        "required": ["person"],
        "sentences": [f"{_HAND} [it|{{object}}] to {{person}} [(in|at) {{place}}]"],
    },
    {
        "name": "bring",
        "sentence": "Fetch a thing from a place and hand it to a person.",
        "properties": {"object": _THING, "from": _PLACE, "person": _ANYBODY},
        "required": ["object"],
        "sentences": ["(bring|fetch|give|get) {person} {object} [from {from}]"],
    },
    {
        "name": "guide",
        "sentence": "Lead a person to a place.",
        "properties": {"person": _ANYBODY, "from": _PLACE, "place": _PLACE},
        "required": ["person", "place"],
        "sentences": [f"{_LEAD} {{person}} [from {{from}}] to {{place}}"],
    },
    {
        "name": "follow",
        "sentence": "Follow a person.",
        "properties": {"person": _ANYBODY, "from": _PLACE, "place": _PLACE},
        "required": ["person"],
        "sentences": ["follow {person} [(from|in) {from}] [to {place}]"],
    },
    {
        "name": "greet",
        "sentence": "Greet a person.",
        "properties": {"person": _ANYBODY, "place": _PLACE},
        "required": ["person"],
        "sentences": ["(greet|say hello to|introduce yourself to) {person} [(in|at) {place}]"],
    },
    {
        "name": "tell",
        "sentence": "Tell a person something.",
        "properties": {"text": _TEXT, "person": _ANYBODY, "place": _PLACE},
        "required": ["text"],
        "sentences": ["tell {person} [in {place}] {text}", "(say|tell) {text} to {person} [in {place}]"],
    },
    {
        "name": "answer_question",
        "sentence": "Answer a person's question.",
        "properties": {"person": _ANYBODY, "place": _PLACE},
        "required": [],
        "sentences": ["answer the question of {person} [(in|at) {place}]", "answer {person} question"],
    },
    {
        "name": "count",
        "sentence": "Count things or people at a place and report.",
        "properties": {"what": _TEXT, "place": _PLACE},
        "required": ["what", "place"],
        "sentences": [f"{_MANY} {{what}} [there are|are there|are] (on|in|at) {{place}}"],
    },
    {
        "name": "describe",
        "sentence": "Report what is asked about a person or thing at a place.",
        "properties": {"what": _TEXT, "place": _PLACE},
        "required": ["what", "place"],
        "sentences": ["tell me (the|which is) {what} (on|in|at) {place}"],
    },
)  # fmt: skip


def announced() -> dict[str, Any]:
    """The robot as mind.setting.Setting.announced has it."""
    return {"name": ROBOT, "kind": "helper", "skills": [_announced(skill) for skill in SKILLS]}


def _announced(skill: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": skill["properties"],
        "required": skill["required"],
        "additionalProperties": False,
        "x-tektra-sentences": (sentences := {"en": skill["sentences"]}),
    }
    return {
        "name": skill["name"],
        "sentence": skill["sentence"],
        "schema": json.dumps(schema),
        "sentences": sentences,
    }
