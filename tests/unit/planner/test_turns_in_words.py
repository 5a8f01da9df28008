# SPDX-License-Identifier: Apache-2.0
"""Several turns: what is changed, undone, answered and asked about the last order, by the real reader, without a model."""

import contextlib

import pytest

from tektra.common.errors import BackendError
from tektra.planner.conversation.memory import PENDING_S
from tektra.planner.conversation.request import Role
from tektra.planner.plans.plan import StepStatus
from tektra.planner.world.robot_state import RobotNow

ONE_METRE = "rover1 drive one metre ahead"
KITCHEN = "rover1 go to the kitchen"


@pytest.mark.parametrize(
    ("before", "words", "who", "skill", "arguments"),
    [
        (ONE_METRE, "now the same but two", "rover1", "move", {"distance_m": 2.0}),
        (ONE_METRE, "undo that", "rover1", "move", {"distance_m": -1.0}),
        (ONE_METRE, "mach das rückgängig", "rover1", "move", {"distance_m": -1.0}),
        (ONE_METRE, "twice as far", "rover1", "move", {"distance_m": 2.0}),
        (ONE_METRE, "half of that", "rover1", "move", {"distance_m": 0.5}),
        ("rover1 turn left 30 degrees", "take that back", "rover1", "turn", {"angle_deg": -30.0}),
        ("rover1 dreh dich 30 Grad nach links", "das Doppelte", "rover1", "turn", {"angle_deg": 60.0}),
        ("rover1 avance d'un mètre", "le double", "rover1", "move", {"distance_m": 2.0}),
        ("rover1 avanza un metro", "el doble", "rover1", "move", {"distance_m": 2.0}),
        ("rover1 avanza di un metro", "il doppio", "rover1", "move", {"distance_m": 2.0}),
        (KITCHEN, "rover2 instead", "rover2", "navigate_to", {"place": "kitchen"}),
        (KITCHEN, "same for rover2", "rover2", "navigate_to", {"place": "kitchen"}),
        ("rover1 fahr in die Küche", "rover2 stattdessen", "rover2", "navigate_to", {"place": "kitchen"}),
        ("arm1 open the gripper", "undo that", "arm1", "close_gripper", {}),
    ],
)
def test_the_last_order_is_changed_or_taken_back(home, before, words, who, skill, arguments) -> None:
    home.say(before)
    home.end()
    home.say(words)
    assert home.driven[-1] == (
        who,
        skill,
        pytest.approx(arguments) if "place" not in arguments else arguments,
    )


@pytest.mark.parametrize(
    "words", ["undo that", "repeat that", "rover2 too", "and back", "noch einmal", "encore une fois"]
)
def test_where_nothing_was_ordered_before_nothing_moves_and_that_is_said(home, words) -> None:
    assert home.say(words) and home.driven == []


def test_what_cannot_be_undone_is_not(home) -> None:
    home.say("pick up the red cube")
    home.end()
    assert home.say("undo that") == "I cannot undo that." and len(home.driven) == 1


def test_a_bare_number_of_another_size_is_no_amount(home) -> None:
    home.say("rover1 drive 50 cm ahead")
    home.end()
    with pytest.raises(AssertionError, match="no model"):
        home.say("the same but sixty")
    assert len(home.driven) == 1


@pytest.mark.parametrize(
    "between",
    [
        ("rover2 go to the hall",),
        (PENDING_S + 1.0,),
        ("what time is it", "rover1 go to the hall"),
    ],
)
@pytest.mark.parametrize("answer", ["the red one", "the second one", "red cube"])
def test_an_answer_that_comes_after_other_talk_or_too_late_moves_nothing(home, between, answer) -> None:
    home.say("pick up the cube")
    for each in between:
        home.later(each) if isinstance(each, float) else home.say(each)
    moved = len(home.driven)
    assert "waits no more" in home.say(answer) and len(home.driven) == moved


def test_a_question_in_between_leaves_open_which_one_was_meant(home) -> None:
    home.say("pick up the cube")
    home.say("what time is it")
    home.say("the red one")
    assert home.driven == [("arm1", "grasp", {"object": "red_cube"})]


@pytest.mark.parametrize(
    ("side", "angle"), [("left", 90.0), ("to the right please", -90.0), ("around", 180.0)]
)
def test_a_side_alone_answers_how_far_and_to_which_side(home, side, angle) -> None:
    assert "which side" in home.say("turn rover1")
    home.say(side)
    assert home.driven == [("rover1", "turn", {"angle_deg": angle})]


def test_two_sides_answer_nothing(home) -> None:
    home.say("turn rover1")
    with contextlib.suppress(AssertionError):  # it is the model's turn, which is not there
        home.say("left or right")
    assert home.driven == []


@pytest.mark.parametrize(
    ("question", "again", "answers"),
    [
        ("what is rover1 doing?", "and rover2?", "rover2 has nothing to do."),
        ("what is rover1 doing?", "what about the other one?", "rover2 has nothing to do."),
        ("can rover2 wave?", "and the arm?", "Yes, arm1 can do that."),
        ("was macht rover1?", "und rover2", "rover2 hat nichts zu tun."),
        ("was macht rover1?", "und was ist mit rover2?", "rover2 hat nichts zu tun."),
        ("¿qué hace rover1?", "¿y rover2?", "rover2 no tiene nada que hacer."),
        ("que fait rover1 ?", "et rover2 ?", "rover2 n'a rien à faire."),
        ("cosa fa rover1?", "e rover2?", "rover2 non ha niente da fare."),
    ],
)
def test_a_name_behind_and_asks_the_last_question_once_more(home, question, again, answers) -> None:
    home.say(question)
    assert home.say(again) == answers and home.driven == []


def test_after_an_order_a_name_behind_and_with_a_question_mark_is_asked_about(home) -> None:
    home.say("where is rover1?")
    home.say("rover2 go to the hall")
    assert "rover1 goes to the hall" in home.say("and rover1?") and len(home.driven) == 1
    home.say("and rover1")
    assert home.driven[1:] == [("rover1", "navigate_to", {"place": "hall"})]


def all_end(home, status=StepStatus.SUCCEEDED) -> None:
    """All that is under way comes to its end."""
    for request_id, step in list(home.out.sent):
        home.manager.ended(request_id, step.id, status, "", now_s=home.now_s)


@pytest.mark.parametrize(
    ("more", "metres"), [("and back", -1.0), ("a bit more", 0.2), ("twice as far", 2.0), ("again", 1.0)]
)
def test_what_both_did_at_once_both_do_once_more(home, more, metres) -> None:
    home.say("both rovers a metre ahead")
    all_end(home)
    home.say(more)
    assert home.driven[2:] == [(rover, "move", {"distance_m": metres}) for rover in ("rover1", "rover2")]


def test_a_correction_is_of_both_who_were_told_the_same(home) -> None:
    home.say("both rovers to the hall")
    home.say("no, the kitchen")
    all_end(home, StepStatus.CANCELED)
    assert home.driven[2:] == [(rover, "navigate_to", {"place": "kitchen"}) for rover in ("rover1", "rover2")]


@pytest.mark.parametrize(
    ("order", "cancels"),
    [
        ("in five minutes rover2 goes to the kitchen", "on second thought, cancel it"),
        ("in fünf Minuten fährt rover1 in die Küche", "nein, doch nicht, abbrechen"),
        ("en cinco minutos rover1 va a la cocina", "he cambiado de idea, cancela"),
        ("dans cinq minutes rover2 va à la cuisine", "en fait non, annule"),
        ("dans cinq minutes rover2 va à la cuisine", "finalement, pas la peine"),
        ("tra cinque minuti rover1 va in cucina", "non serve più"),
    ],
)
def test_second_thoughts_before_a_cancel_cancel_what_was_to_come(home, order, cancels) -> None:
    home.say(order)
    home.say(cancels)
    home.later(400.0)
    assert home.driven == []


def test_a_yes_after_a_question_in_between_may_mean_either_and_moves_nothing(home) -> None:
    home.say("rover1 go to the kitchn")
    home.say("is rover2 at the dock?")
    assert "waits no more" in home.say("yes") and home.driven == []


def test_after_a_stop_no_answer_moves_anything(home) -> None:
    home.say("pick up the cube")
    home.say("stop")
    home.say("the red one")
    assert home.driven == []


def test_an_answer_of_another_person_or_channel_is_none(home) -> None:
    home.say("pick up the cube", person="ann", channel="voice", role=Role.OPERATOR)
    for other in ({"person": "bob", "channel": "voice"}, {"person": "ann", "channel": "web"}, {}):
        with contextlib.suppress(AssertionError):  # it is the model's turn, which is not there
            home.say("the red one", role=Role.OPERATOR, **other)
        assert home.driven == []


def test_a_yes_names_none_of_several_and_is_asked_again(home) -> None:
    question = home.say("pick up the cube")
    assert home.say("yes") == question and home.driven == []
    home.say("the blue one")
    assert home.driven == [("arm1", "grasp", {"object": "blue_cube"})]


def test_no_and_another_place_answers_did_you_mean(home) -> None:
    home.say("rover1 go to the kitchn")
    home.say("no, the hall")
    assert home.driven == [("rover1", "navigate_to", {"place": "hall"})]


@pytest.mark.parametrize("words", ["never mind", "neither", "no"])
def test_a_question_is_left(home, words) -> None:
    home.say("pick up the cube")
    assert home.say(words) == "All right, I leave it." and home.driven == []


def test_the_other_one_alone_is_asked_about(home) -> None:
    home.say(KITCHEN)
    home.end()
    assert home.say("the other one").startswith("Did you mean this: rover2 goes to the kitchen.")
    assert len(home.driven) == 1
    home.say("yes")
    assert home.driven[-1] == ("rover2", "navigate_to", {"place": "kitchen"})


@pytest.mark.parametrize(
    "words",
    [
        "no, further",
        "no, more",
        "no, again",
        "no, a bit more",
        "no no, further please",
        "no, not that one",
        "not that",
        "sorry",
        "oh, wrong one",
        "that's wrong",
        "no, I mean",
        "nein, ich meine",
        "pardon",
        "no, rover2 should stay",
        "nope, not now",
        "no, leave it",
        "no, yes, no",
        "yes... no",
        "no thanks, too far",
        "nein, weiter",
        "nein, noch mal",
        "non, encore",
        "non, plus loin",
        "no, más",
        "no, otra vez",
        "no, ancora",
        "no, di più",
    ],
)
def test_what_is_denied_is_not_done_whatever_else_is_said(home, words) -> None:
    home.say(KITCHEN)
    home.end()
    assert home.say("the other one").startswith("Did you mean this: rover2")
    with contextlib.suppress(
        AssertionError
    ):  # to be left to a model, which carries nothing out that is not borne out
        home.say(words)
    assert [robot for robot, *_ in home.driven] == ["rover1"], home.driven


def test_who_asked_and_when_is_told_and_nobody_is_named_who_is_not_known(home) -> None:
    home.say(KITCHEN, person="ann", role=Role.OPERATOR)
    home.end()
    assert "ann asked for it at" in home.say("why did rover1 go to the kitchen", person="bob")
    assert home.say("why did rover1 go to the kitchen", person="ann").startswith("You asked for it at")
    home.say("rover1 go to the hall")
    home.end()
    assert "whom I do not know" in home.say("why did rover1 go to the hall")


@pytest.mark.parametrize(
    "words",
    [
        "why did rover2 go to the kitchen",
        "who sent rover2 to the kitchen",
        "when did rover2 go to the kitchen",
        "warum ist rover2 in die Küche gefahren",
    ],
)
def test_of_what_nobody_asked_for_no_order_is_told(home, words) -> None:
    home.say(KITCHEN)
    home.end()
    assert KITCHEN not in home.say(words)


def test_while_it_is_under_way_who_asked_is_known_too(home) -> None:
    home.say(KITCHEN, person="ann", role=Role.OPERATOR)
    assert "ann asked for it at" in home.say("why is rover1 going to the kitchen")


def test_how_long_it_takes_is_told_by_its_progress_or_not_at_all(home) -> None:
    assert home.say("how long will it take") == "How long it takes I cannot tell."
    home.say(KITCHEN)
    home.now_s += 10.0
    home.manager.progressed(home.out.sent[-1][0], 1, share=0.5, message="")
    assert home.say("how long will it take") == "rover1 needs about 10 s more."


def test_the_closest_is_named(home) -> None:
    home.say("what time is it")
    at = {"rover1": (4.0, 4.0), "rover2": (1.0, 2.0)}
    home.gate = lambda *, stopped: [
        home.manager.mind.robots.__setitem__(
            n, RobotNow(home.now_s, connected=True, localized=True, x_m=x, y_m=y)
        )
        for n, (x, y) in at.items()
    ]
    assert home.say("which robot is closest to the kitchen").startswith("The closest to kitchen is rover2.")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("what did I ask you first", True),
        ("what was my first order", True),
        ("was habe ich dich zuerst gefragt", True),
        ("qu'est-ce que je t'ai demandé en premier ?", True),
        ("¿qué te pregunté primero?", True),
        ("cosa ti ho chiesto per primo?", True),
        ("what did I ask you before", False),
    ],
)
def test_what_was_said_first_and_before_is_told_from_the_conversation(home, words, first) -> None:
    home.say(KITCHEN)
    home.say("what time is it")
    assert (KITCHEN if first else "what time is it") in home.say(words)
    assert KITCHEN not in home.say(words, person="bob")


def test_a_step_that_was_ended_is_not_told_as_done(home) -> None:
    home.say(KITCHEN)
    home.end(StepStatus.FAILED)
    assert "Done" not in home.say("what did you just do")


def test_why_not_is_answered_for_what_was_refused_before_there_was_a_plan(home) -> None:
    refused = home.say("rover1, go to the garage")
    assert home.driven == [] and "garage" in refused
    assert home.say("why not?") == f"Because: {refused}"


def test_a_refusal_is_no_reason_any_more_once_something_else_was_done(home) -> None:
    home.say("rover1, go to the garage")
    home.say(KITCHEN)
    home.end()
    assert "garage" not in home.say("why?")
    assert home.say("what did rover1 do?") == "Done: rover1 goes to the kitchen."


@pytest.fixture
def thoughtless(home):
    """A home where no model is loaded."""
    error = BackendError("no model is loaded", "select one")
    home.out.think = lambda request: home.manager.failed(request.request_id, error)
    return home


@pytest.mark.parametrize(
    "words", ["rover2", "rover2, please", "hey rover2!", "rover2 frobnicate the kitchen thing", "rover2!"]
)
def test_who_was_called_is_who_is_told_next(thoughtless, words) -> None:
    home = thoughtless
    home.say(words)
    assert not home.driven
    home.say("go to the hall")
    assert home.driven == [("rover2", "navigate_to", {"place": "hall"})]


def test_who_is_not_to_move_is_not_who_is_told_next(home) -> None:
    home.say("don't move rover2")
    home.say("go to the hall")
    assert [who for who, *_ in home.driven] == ["rover1"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("rover2 frobnicate the kitchen thing", "What shall rover2 do?"),
        ("rover1 and rover2 frobnicate the kitchen thing", "Which robot shall do what?"),
        ("rover2 verwurschtel die Küche", "Was soll rover2 tun?"),
    ],
)
def test_an_order_that_was_not_read_is_asked_for_where_no_model_can_think(thoughtless, words, asked) -> None:
    assert thoughtless.say(words).endswith(asked) and not thoughtless.driven


def test_now_both_back_asks_whether_they_shall_return(home) -> None:
    home.say("rover1 go to the kitchen")
    home.end()
    home.say("rover2 go to the hall")
    home.end()
    driven = len(home.driven)
    assert home.say("now both back").endswith("?") and len(home.driven) == driven


def test_the_same_for_another_is_all_of_it(home) -> None:
    home.say("rover1 to the kitchen and turn left")
    home.end()
    home.end()
    home.say("and rover2 the same")
    home.end()
    assert [(who, skill) for who, skill, _ in home.driven[2:]] == [
        ("rover2", "navigate_to"),
        ("rover2", "turn"),
    ]


def test_what_was_only_asked_about_is_not_done_the_other_way_unasked(home) -> None:
    home.say("rover1 drive one metre ahead")
    home.end()
    assert home.say("another robot").endswith("?")
    assert home.say("and back the same distance").endswith("?") and len(home.driven) == 1


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (KITCHEN, "when it arrives tell me"),
        (KITCHEN, "and when it arrives tell me"),
        (KITCHEN, "let me know once it is there"),
        (KITCHEN, "tell me once it's there"),
        ("rover1 fahr in die Küche", "wenn er da ist sag bescheid"),
        ("rover1 fahr in die Küche", "und wenn er ankommt sag es mir"),
        ("rover1 va à la cuisine", "quand rover1 arrive dis-le-moi"),
    ],
)
def test_who_is_under_way_is_told_of_when_it_is_there(home, before, words) -> None:
    home.say(before)
    home.say(words)
    home.later(1.0)
    assert not home.out.announced
    home.end()
    home.later(0.1)
    assert len(home.out.announced) == 1 and len(home.driven) == 1


def test_an_order_behind_a_condition_without_a_comma_waits_for_it(home) -> None:
    assert home.say("if you see a person wave") == "I keep that in mind: if you see a person wave."
    assert not home.driven


@pytest.mark.parametrize(
    ("refused", "done", "why", "reason"),
    [
        ("go to the bathroom", KITCHEN, "why did you not go to the bathroom?", "bathroom"),
        ("rover1 can you climb the stairs", KITCHEN, "why can't you climb the stairs?", "climb the stairs"),
        ("rover1 fahr in die Garage", KITCHEN, "warum fährst du nicht in die Garage?", "Garage"),
    ],
)
def test_why_not_is_about_what_its_words_name(home, refused, done, why, reason) -> None:
    home.say(refused)
    home.say(done)
    home.end()
    assert reason in home.say(why)
    assert "kitchen" in home.say("why did rover1 go to the kitchen?")
