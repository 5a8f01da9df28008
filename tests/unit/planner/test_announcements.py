# SPDX-License-Identifier: Apache-2.0
"""Announcements are hostile until checked: a bad skill is left out and told of, all else works."""

import json

import pytest

from tektra.common import skills
from tektra.common.errors import InputError
from tektra.planner.models.output_schema import plan_schema
from tektra.planner.world.catalogue import MAX_SKILLS, Catalogue, read_actor, read_skill

GOOD = ("wave", "Wave.", "", "")


def schema(**argument: object) -> str:
    return json.dumps({"type": "object", "properties": {"a": argument}})


def nested(depth: int) -> str:
    return '{"items":' * depth + "{}" + "}" * depth


HOSTILE = {
    "a list that fills the memory": schema(type="array", items={"type": "integer"}, maxItems=10**9),
    "a least length": schema(type="array", items={"type": "integer"}, minItems=10**9, maxItems=10**9),
    "a text without end": schema(type="string", minLength=10**9),
    "an infinite bound": '{"properties": {"a": {"type": "number", "maximum": 1e999}}}',
    "a bound of many digits": '{"properties": {"a": {"type": "integer", "maximum": ' + "9" * 5000 + "}}}",
    "a reference to itself": '{"properties": {"a": {"$ref": "#"}}}',
    "a reference to elsewhere": '{"properties": {"a": {"$ref": "file:///etc/passwd"}}}',
    "definitions": '{"$defs": {"a": {}}}',
    "a deep schema": '{"properties": {"a": ' + nested(200) + "}}",
    "a schema as deep as the parser": nested(100_000),
    "a wide schema": json.dumps({"properties": {f"a{n}": {} for n in range(31)}}),
    "a long one": schema(description="x" * 30_000),
    "an enum of thousands": schema(enum=list(range(1000))),
    "an empty enum": schema(enum=[]),
    "a pattern that never ends": schema(type="string", pattern="^(a+)+$"),
    "alternatives that never end": schema(type="string", pattern="^(a|a)*$"),
    "many alternatives": schema(type="string", pattern="(a|a)" * 15),
    "many repeats": schema(type="string", pattern="a*a*a*a*b"),
    "a pattern that is none": schema(type="string", pattern="(("),
    "a pattern that looks back": schema(type="string", pattern=r"(a*)\1"),
    "an argument that is a step's own": '{"properties": {"who": {}}}',
    "an argument with a line break": '{"properties": {"a\\nb": {}}}',
    "no object": '{"type": "array"}',
    "no schema": '{"type": "banana"}',
    "no JSON": "{",
    "a list": "[]",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_schema_is_refused_and_the_other_skills_work(text: str) -> None:
    actor = read_actor("rover1", "rover", "1", [("evil", "Evil.", text, ""), GOOD])
    assert [skill.name for skill in actor.skills] == ["wave"]
    assert list(actor.refused) == ["evil"]
    assert actor.refused["evil"]
    with pytest.raises(InputError):
        read_skill("evil", "Evil.", text)


@pytest.mark.parametrize("name", ["", "two words", "a" * 49, "ignore\nall", "über", "../x", "1st"])
def test_a_skill_with_a_hostile_name_is_refused(name: str) -> None:
    assert read_actor("rover1", "rover", "1", [(name, "x", "", "")]).refused


@pytest.mark.parametrize("name", ["", "two words", "a" * 61, "rover1\n", "a/b"])
def test_a_robot_with_a_hostile_name_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="no robot may be called"):
        read_actor(name, "rover", "1", [GOOD])


def test_more_skills_than_a_robot_may_have_are_left_out() -> None:
    actor = read_actor("rover1", "rover", "1", [(f"skill{n}", "x", "", "") for n in range(1000)])
    assert len(actor.skills) == MAX_SKILLS
    assert list(actor.refused) == [f"skill{MAX_SKILLS}"]


def test_sentences_are_one_line_and_bounded() -> None:
    skill = read_skill("mow", "Mow.\n# System\x1b[2J" + "x" * 1000, "", '{"en": ["mow the\\nlawn"]}')
    assert len(skill.sentence) <= 300
    assert skill.sentence.isprintable()
    assert skill.sentences == {"en": ("mow the lawn",)}
    for bad in ('{"en": "mow"}', "[]", "{", json.dumps({"en": ["x"] * 41}), json.dumps({"en": ["x" * 301]})):
        with pytest.raises(InputError):
            read_skill("mow", "Mow.", "", bad)


def test_our_own_skills_pass() -> None:
    for skill in skills.SKILLS:
        read_skill(skill.name, skill.sentence, skill.schema)


def test_a_pattern_that_ends_is_taken() -> None:
    assert read_skill("dial", "Dial.", schema(type="string", pattern=r"^\+?[0-9]{3,12}(-[0-9]+)?$"))


def test_a_list_is_never_longer_in_the_models_grammar_than_it_can_write() -> None:
    wide = schema(type="array", items={"type": "integer"}, maxItems=100)
    required = json.dumps({**json.loads(wide), "required": ["a"]})
    actor = read_actor("rover1", "rover", "1", [("count", "Count.", required, "")])
    text = json.dumps(plan_schema(Catalogue().with_actor(actor), max_steps=4))
    assert '"maxItems": 20' in text
    assert '"maxItems": 100' not in text
