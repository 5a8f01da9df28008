# SPDX-License-Identifier: Apache-2.0
"""What is refused between a model's plan and the robots, and in which words."""

import math

import pytest

from tektra.common.world import World
from tektra.planner.plans.checks import Circumstances, Verdict, judge, read_goal
from tektra.planner.plans.plan import Step
from tektra.planner.world.catalogue import Catalogue


def step(id_: int, who: str, skill: str, /, *after: int, **arguments: object) -> Step:
    return Step(id_, who, skill, arguments, after)


@pytest.fixture
def judged(catalogue: Catalogue, world: World):
    def judge_it(*steps: Step, words: str = "", **more: object) -> Verdict:
        said = words or " and ".join(
            str(value) for step in steps for value in [step.who, *step.arguments.values()]
        )
        return judge(steps, Circumstances(catalogue, world, said, **more))

    return judge_it


def test_a_right_plan_has_no_problems(judged) -> None:
    steps = (
        step(1, "rover1", "navigate_to", place="kitchen"),
        step(2, "rover2", "navigate_to", place="hall"),
    )
    assert judged(*steps) == Verdict(steps, ())


def test_nobody_moves_while_everything_is_stopped(judged) -> None:
    verdict = judged(step(1, "rover1", "move", distance_m=1), halted="I cannot move: stopped.")
    assert verdict.problems == ("I cannot move: stopped.",)


def test_tektra_may_speak_while_everything_is_stopped(judged) -> None:
    assert judged(step(1, "tektra", "say", text="hello"), halted="stopped").problems == ()


def test_a_robot_that_the_gate_holds_is_refused_with_the_reason(judged) -> None:
    verdict = judged(step(1, "rover1", "move", distance_m=1), held={"rover1": "its driver is silent"})
    assert verdict.problems == ("rover1 may not move now: its driver is silent.",)


def test_an_unknown_robot_is_refused_with_those_there_are(judged) -> None:
    (problem, *_) = judged(step(1, "rover7", "move", distance_m=1), words="rover7 move a metre").problems
    assert problem == "There is no robot called rover7; there are arm1, rover1 and rover2."


def test_a_robot_that_is_gone_is_unknown(catalogue: Catalogue, world: World) -> None:
    now = Circumstances(catalogue.without("rover1"), world, "rover1 ahead")
    assert "no robot called rover1" in judge([step(1, "rover1", "move", distance_m=1)], now).problems[0]


@pytest.mark.parametrize(
    "words", ["rover7 go to the kitchen", "send rover number 7 to the kitchen", "robot 9 to the kitchen"]
)
def test_a_model_may_not_give_the_task_of_an_unknown_robot_to_a_known_one(judged, words: str) -> None:
    verdict = judged(step(1, "rover1", "navigate_to", place="kitchen"), words=words)
    assert any("There is no robot called" in problem for problem in verdict.problems)


def test_a_model_may_not_move_another_robot_than_the_named_one(judged) -> None:
    verdict = judged(step(1, "rover1", "navigate_to", place="kitchen"), words="rover2 go to the kitchen")
    assert verdict.problems == ("You spoke of rover2, so I will not move rover1; name it if you mean it.",)


def test_words_for_several_robots_let_all_of_them_move(judged) -> None:
    steps = (step(1, "rover1", "move", distance_m=1), step(2, "rover2", "move", distance_m=1))
    assert judged(*steps, words="rover1 and the other one go ahead").problems == ()


def test_a_number_with_a_unit_is_no_robots_name(judged) -> None:
    verdict = judged(
        step(1, "rover1", "move", distance_m=5), words="move the rover 5 metres and the arm 2 times"
    )
    assert verdict.problems == ()


def test_an_unknown_skill_is_refused_with_those_who_can(judged) -> None:
    (problem,) = judged(step(1, "arm1", "navigate_to", place="kitchen"), words="arm1 to the kitchen").problems
    assert problem == "arm1 cannot navigate to; rover1 and rover2 can."


def test_a_skill_that_nobody_has_is_refused_with_what_the_robot_can_do(judged) -> None:
    (problem,) = judged(step(1, "rover1", "fly")).problems
    assert problem.startswith("rover1 cannot 'fly'; it can move, turn, navigate_to")


@pytest.mark.parametrize(
    ("skill", "arguments", "said"),
    [
        ("move", {"distance_m": 500}, "distance_m of move for rover1 must be at most 20, and it is 500."),
        ("move", {"distance_m": "far"}, "does not fit"),
        ("move", {}, "'distance_m' is a required property"),
        ("move", {"distance_m": 1, "wings": 2}, "Additional properties"),
        ("navigate_to", {}, "navigate to for rover1 does not fit"),
        ("navigate_to", {"place": "kitchen", "x": 1, "y": 2}, "navigate to for rover1 does not fit"),
        ("move", {"distance_m": math.nan}, "is not a finite number"),
        ("move", {"distance_m": math.inf}, "is not a finite number"),
        ("navigate_to", {"place": "kit\x00chen"}, "control characters"),
        ("navigate_to", {"place": "k" * 5000}, "too long"),
        ("move", {"distance_m": True}, "does not fit"),
    ],
)
def test_arguments_must_fit_the_announced_schema(judged, skill: str, arguments: dict, said: str) -> None:
    problems = judged(step(1, "rover1", skill, **arguments), words="rover1 go 500 to the kitchen").problems
    assert any(said in problem for problem in problems)


def test_an_enum_names_its_choices(judged) -> None:
    (problem,) = judged(step(1, "arm1", "arm_pose", pose="yoga")).problems
    assert problem == "pose of arm pose for arm1 must be home, ready or up, not 'yoga'."


def test_an_unknown_place_is_refused_with_the_known_ones(judged) -> None:
    (problem,) = judged(step(1, "rover1", "navigate_to", place="garage")).problems
    assert problem == "I know no place called 'garage'; I know kitchen, hall, living_room and dock1."


def test_a_model_may_not_put_a_known_place_for_the_unknown_one_that_was_said(judged) -> None:
    (problem,) = judged(
        step(1, "rover1", "navigate_to", place="kitchen"), words="rover1 to the garage"
    ).problems
    assert problem.startswith("I am not sure which place you mean")


@pytest.mark.parametrize("words", ["to the fridge", "into the Kitchen", "kitchen!", "the kítchen"])
def test_a_place_may_be_said_by_its_name_or_an_alias(judged, words: str) -> None:
    assert judged(step(1, "rover1", "navigate_to", place="kitchen"), words=words).problems == ()


def test_an_alias_in_the_plan_becomes_the_places_own_name(judged) -> None:
    verdict = judged(step(1, "rover1", "navigate_to", place="Living  Room"), words="into the living room")
    assert verdict.problems == ()
    assert verdict.steps[0].arguments == {"place": "living_room"}


def test_one_word_of_a_places_name_is_not_enough(judged) -> None:
    assert judged(step(1, "rover1", "navigate_to", place="living_room"), words="to the dining room").problems


def test_a_place_may_have_been_said_before(judged) -> None:
    verdict = judged(
        step(1, "rover2", "navigate_to", place="hall"), words="rover2 too", earlier=("rover1 to the hall",)
    )
    assert verdict.problems == ()


def test_a_point_of_the_map_must_have_been_said(judged) -> None:
    invented, said = step(1, "rover1", "navigate_to", x=2, y=3.5), "rover1 go to the pond"
    assert judged(invented, words=said).problems
    assert judged(invented, words="rover1 go to two, 3.5").problems == ()


def test_two_steps_with_one_number_are_refused(judged) -> None:
    verdict = judged(step(1, "rover1", "wait", seconds=1), step(1, "rover2", "wait", seconds=1))
    assert verdict.problems == ("Two steps of the plan have the number 1.",)


@pytest.mark.parametrize(
    ("after", "why"),
    [((9,), "does not exist"), ((2,), "does not come before"), ((1,), "does not come before")],
)
def test_a_step_may_only_follow_an_earlier_one(judged, after: tuple[int, ...], why: str) -> None:
    verdict = judged(step(1, "rover1", "wait", *after, seconds=1), step(2, "rover2", "wait", seconds=1))
    assert any(why in problem for problem in verdict.problems)


def test_a_circle_is_refused(judged) -> None:
    verdict = judged(step(1, "rover1", "wait", 2, seconds=1), step(2, "rover2", "wait", 1, seconds=1))
    assert verdict.problems


def test_the_steps_of_one_robot_follow_each_other(judged) -> None:
    steps = (
        step(1, "rover1", "wait", seconds=1),
        step(2, "rover2", "wait", seconds=1),
        step(3, "rover1", "wait", seconds=1),
    )
    assert [each.after for each in judged(*steps).steps] == [(), (), (1,)]


def test_words_of_order_put_an_unordered_plan_in_order(judged) -> None:
    steps = (step(1, "rover1", "wait", seconds=1), step(2, "rover2", "wait", seconds=1))
    ordered = judged(*steps, words="rover1 waits a second and then rover2")
    assert [each.after for each in ordered.steps] == [(), (1,)]
    at_once = judged(*steps, words="rover1 waits while rover2 does the same")
    assert [each.after for each in at_once.steps] == [(), ()]


def test_words_of_company_let_no_robot_wait_for_another(judged) -> None:
    steps = (
        step(1, "rover1", "wait", seconds=1),
        step(2, "rover2", "wait", 1, seconds=1),
        step(3, "rover2", "wait", 2, seconds=1),
    )
    at_once = judged(*steps, words="rover1 waits while rover2 waits twice")
    assert [each.after for each in at_once.steps] == [(), (), (2,)]
    mixed = judged(*steps, words="rover1 waits, then rover2 while I watch")
    assert [each.after for each in mixed.steps] == [(), (1,), (2,)]


def test_a_step_after_a_missing_one_stays_refused_whatever_the_words(judged) -> None:
    verdict = judged(step(1, "rover1", "wait", 9, seconds=1), words="rover1 waits while I watch")
    assert any("does not exist" in problem for problem in verdict.problems)


@pytest.mark.parametrize(("words", "angle"), [("turn right by 45", -45), ("turn left", 45), ("turn", 45)])
def test_the_sign_of_a_turn_follows_the_words(judged, words: str, angle: float) -> None:
    assert judged(step(1, "rover1", "turn", angle_deg=45), words=words).steps[0].arguments == {
        "angle_deg": angle
    }


def test_too_many_steps_are_refused(judged) -> None:
    steps = [step(number, "rover1", "wait", seconds=1) for number in range(1, 10)]
    assert "I take at most 8" in judged(*steps).problems[0]


def test_a_schema_that_breaks_the_validator_refuses_the_step(world: World) -> None:
    from tektra.planner.world.catalogue import Actor, Skill

    broken = Skill("dance", "", {"type": "object", "properties": {"x": {"$ref": "#/nowhere"}}})
    catalogue = Catalogue().with_actor(Actor("rover1", "rover", "1", (broken,)))
    verdict = judge([step(1, "rover1", "dance", x=1)], Circumstances(catalogue, world, "rover1 dance"))
    assert "cannot be checked" in verdict.problems[0]


@pytest.mark.parametrize(
    "arguments", ["", "{", "[]", "null", '{"text": 5}', '{"text": ""}', '{"text": "x", "y": 1}']
)
def test_a_bad_goal_for_tektra_itself_is_refused(catalogue: Catalogue, arguments: str) -> None:
    assert read_goal(catalogue.actors["tektra"], "say", arguments)[1]


def test_a_good_goal_for_tektra_itself_is_read(catalogue: Catalogue) -> None:
    assert read_goal(catalogue.actors["tektra"], "say", '{"text": "hello"}') == ({"text": "hello"}, "")


def test_objects_spots_and_places_of_a_path_get_their_own_names(judged) -> None:
    verdict = judged(
        step(1, "arm1", "grasp", object="Red Cube"),
        step(2, "arm1", "place", 1, spot="the tray"),
        step(3, "rover1", "follow_path", places=["corridor", "the kitchen"]),
        words="arm1, pick up the red cube and put it on the tray, and rover1 by the corridor to the kitchen",
    )
    assert verdict.problems == ()
    assert [s.arguments for s in verdict.steps] == [
        {"object": "red_cube"},
        {"spot": "tray"},
        {"places": ["hall", "kitchen"]},
    ]


@pytest.mark.parametrize(
    ("who", "skill", "arguments", "words", "problem"),
    [
        ("arm1", "grasp", {"object": "teapot"}, "take the teapot", "I know no object called 'teapot'; I know red_cube and blue_cube."),
        ("arm1", "grasp", {"object": "red_cube"}, "take the cube", "I am not sure which object you mean; I know red_cube and blue_cube."),
        ("arm1", "place", {"spot": "moon"}, "put it on the moon", "I know no spot called 'moon'; I know tray."),
        ("arm1", "place", {"spot": "tray"}, "put it down", "I am not sure which spot you mean; I know tray."),
        ("arm1", "place", {"x": 1.0, "y": 2.0}, "put it down", "I am not sure which place you mean; I know kitchen, hall, living_room and dock1."),
        ("rover1", "follow_path", {"points": [[1.0, 2.0], [3.0, 4.0]]}, "go to 1 2 and on", "I am not sure which place you mean; I know kitchen, hall, living_room and dock1."),
        ("rover1", "look_at", {"robot": "rover9"}, "look at it", "There is no robot called rover9; there are arm1, rover1 and rover2."),
        ("rover1", "follow_path", {"places": ["hall", "moon"]}, "by the hall to the moon", "I know no place called 'moon'; I know kitchen, hall, living_room and dock1."),
    ],
)  # fmt: skip
def test_what_an_argument_names_must_be_there_and_in_the_persons_words(
    judged, who, skill, arguments, words, problem
) -> None:
    assert judged(step(1, who, skill, **arguments), words=words).problems == (problem,)
