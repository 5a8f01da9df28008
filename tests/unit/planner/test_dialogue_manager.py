# SPDX-License-Identifier: Apache-2.0
"""What becomes of a request, from its words to its end."""

import json

import pytest

from tektra.common.errors import BackendError
from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.mind import Mind
from tektra.planner.plans.plan import PlanStatus, StepStatus
from tektra.planner.world.safety_state import SafetyState


class Heard:
    """An Outbox that writes down what the dialogue manager causes."""

    def __init__(self) -> None:
        self.thinking: list[str] = []
        self.unthought: list[str] = []
        self.said: dict[str, str] = {}
        self.lasts: dict[str, int] = {}
        self.shown: list[tuple[str, PlanStatus]] = []
        self.sent: list[tuple[str, int, str]] = []
        self.canceled: list[tuple[str, int]] = []
        self.stops = 0
        self.hushes = 0
        self.announced: list[str] = []
        self.outcomes: dict[str, tuple[str, str]] = {}

    def think(self, request) -> None:
        self.thinking.append(request.request_id)

    def stop_thinking(self, request_id) -> None:
        self.unthought.append(request_id)

    def give(self, request, text, *, last) -> None:
        self.said[request.request_id] = self.said.get(request.request_id, "") + text
        self.lasts[request.request_id] = self.lasts.get(request.request_id, 0) + last

    def show(self, request, steps, status, message) -> None:
        self.shown.append((request.request_id, status))

    def send_goal(self, request, step) -> None:
        self.sent.append((request.request_id, step.id, step.who))

    def cancel_goal(self, request, step_id) -> None:
        self.canceled.append((request.request_id, step_id))

    def stop_everything(self, request) -> None:
        self.stops += 1

    def stop_robots(self, request, robots) -> None:
        self.stops += 1

    def hush(self) -> None:
        self.hushes += 1

    def announce(self, text, language, feeling=None) -> None:
        self.announced.append(text)

    def finished(self, request, outcome, message) -> None:
        assert request.request_id not in self.outcomes, "a request ends once"
        self.outcomes[request.request_id] = (outcome, message)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def dialogue(heard: Heard, catalogue, world) -> DialogueManager:
    mind = Mind(world, bears=lambda *_: ())  # no reader: everything is the model's turn, and is borne out
    made = DialogueManager(world, heard, SafetyState(), max_steps=8, max_waiting=2, mind=mind)
    made.catalogue = catalogue
    made.safety.heard(epoch=1, stopped=False, causes=[], robots={}, now_s=0.0)
    return made


def ask(dialogue: DialogueManager, request_id: str, words: str, now_s: float = 0.0) -> None:
    dialogue.ask(Request(request_id, "talk", words, "test", now_s, epoch=-1), now_s)


def answer(reply: str, *steps: tuple[str, str, dict]) -> str:
    listed = [{"who": who, "do": skill, **arguments} for who, skill, arguments in steps]
    return json.dumps({"reply": reply, "steps": listed})


AHEAD = ("rover1", "move", {"distance_m": 1})


def move(dialogue: DialogueManager, request_id: str = "a", who: str = "rover1") -> None:
    """A request that leads to a running plan."""
    ask(dialogue, request_id, f"{who} one metre ahead")
    dialogue.thought(request_id, answer("ok", (who, "move", {"distance_m": 1})), 0.1)


def stop(dialogue: DialogueManager, now_s: float, *, epoch: int, stopped: bool) -> None:
    dialogue.safety.heard(
        epoch=epoch, stopped=stopped, causes=["operator"] if stopped else [], robots={}, now_s=now_s
    )
    dialogue.safety_changed(now_s)


@pytest.mark.parametrize("words", ["stop", "Stop!" + " now" * 2000, "rover1 halt", "stop\x00"])
def test_a_stop_word_stops_at_once_and_without_the_model(dialogue, heard, words) -> None:
    move(dialogue)
    ask(dialogue, "b", words)
    assert heard.stops == 1
    assert heard.thinking == ["a"]
    assert heard.canceled == [("a", 1)]
    assert heard.outcomes["b"][0] == "done"


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001, "go \x07 on", "\x1b[2J", "hi\x85"])
def test_a_text_that_nobody_can_have_meant_is_refused_and_never_reaches_the_model(
    dialogue, heard, words
) -> None:
    ask(dialogue, "a", words)
    assert heard.outcomes["a"][0] == "refused"
    assert heard.said["a"].startswith("I cannot take that: the text")
    assert heard.thinking == heard.sent == []


def test_while_everything_is_stopped_a_motion_is_refused_and_only_the_reason_is_said(dialogue, heard) -> None:
    stop(dialogue, 0.0, epoch=2, stopped=True)
    ask(dialogue, "a", "rover1 ahead")
    dialogue.piece("a", "Off we go!", 0.1)
    assert heard.said.get("a", "") == ""
    dialogue.thought("a", answer("Off we go!", AHEAD), 0.2)
    assert (
        heard.said["a"]
        == "I cannot move anything: everything is stopped (operator). Reset it first, then ask me again."
    )
    assert heard.outcomes["a"][0] == "refused"
    assert heard.sent == []


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the kitchen",
        "Please send both rovers to the hall",
        "arm1, wave",
        "go forward two metres",
    ],
)
def test_while_everything_is_stopped_a_plain_order_is_refused_without_the_model(
    dialogue, heard, words
) -> None:
    stop(dialogue, 0.0, epoch=2, stopped=True)
    ask(dialogue, "a", words)
    assert heard.thinking == []
    assert heard.outcomes["a"][0] == "refused"
    assert heard.said["a"].startswith("I cannot move anything: everything is stopped (operator).")
    assert heard.shown == [("a", PlanStatus.REFUSED)]
    stop(dialogue, 0.1, epoch=3, stopped=False)
    ask(dialogue, "b", words, 0.2)
    assert heard.thinking == ["b"], "and the model is asked again once things may move"


def test_while_everything_is_stopped_a_plan_is_refused_as_soon_as_it_names_a_robot(dialogue, heard) -> None:
    stop(dialogue, 0.0, epoch=2, stopped=True)
    ask(dialogue, "a", "we miss a rover in the hall")
    ask(dialogue, "b", "how are you?")
    dialogue.piece("a", "On its way.", 0.1)
    dialogue.moves("a", 0.2)
    assert heard.unthought == ["a"]
    assert heard.outcomes["a"][0] == "refused"
    assert heard.said["a"].startswith("I cannot move anything")
    assert heard.thinking == ["a", "b"]
    dialogue.thought("a", answer("On its way.", AHEAD), 0.3)
    assert heard.sent == []


def test_a_plan_that_moves_a_robot_is_waited_for_while_things_may_move(dialogue, heard) -> None:
    ask(dialogue, "a", "rover1 ahead")
    dialogue.moves("a", 0.1)
    assert heard.unthought == []
    dialogue.thought("a", answer("ok", AHEAD), 0.2)
    assert heard.sent == [("a", 1, "rover1")]


def test_while_everything_is_stopped_small_talk_is_answered(dialogue, heard) -> None:
    stop(dialogue, 0.0, epoch=2, stopped=True)
    ask(dialogue, "a", "how are you?")
    dialogue.piece("a", "I am well.", 0.1)
    dialogue.thought("a", answer("I am well."), 0.2)
    assert heard.said["a"] == "I am well."
    assert heard.outcomes["a"] == ("answered", "")


def test_with_a_silent_gate_nothing_moves(dialogue, heard) -> None:
    ask(dialogue, "a", "rover1 ahead")
    dialogue.thought("a", answer("ok", AHEAD), 5.0)
    assert heard.outcomes["a"] == ("refused", "I cannot move anything: the safety gate is silent.")


def test_a_stop_while_the_model_thinks_voids_the_request_even_after_a_reset(dialogue, heard) -> None:
    ask(dialogue, "a", "rover1 ahead")
    stop(dialogue, 0.1, epoch=2, stopped=True)
    stop(dialogue, 0.2, epoch=3, stopped=False)
    dialogue.thought("a", answer("ok", AHEAD), 0.3)
    assert "ask me again" in heard.outcomes["a"][1]
    assert heard.sent == []


def test_a_stop_cancels_every_plan_and_a_reset_resumes_none(dialogue, heard) -> None:
    move(dialogue, "a", "rover1")
    move(dialogue, "b", "rover2")
    stop(dialogue, 0.2, epoch=2, stopped=True)
    assert heard.canceled == [("a", 1), ("b", 1)]
    stop(dialogue, 0.3, epoch=3, stopped=False)
    for request_id in ("a", "b"):
        dialogue.ended(request_id, 1, StepStatus.CANCELED, "", now_s=0.4)
    assert heard.sent == [("a", 1, "rover1"), ("b", 1, "rover2")]
    assert {outcome for outcome, _ in heard.outcomes.values()} == {"canceled"}
    assert "everything is stopped" in heard.announced[0]


def test_a_gate_that_falls_silent_cancels_the_plan(dialogue, heard) -> None:
    move(dialogue)
    dialogue.safety_changed(2.0)
    assert heard.canceled == [("a", 1)]


def test_a_plan_that_is_not_right_is_refused_and_what_the_model_promised_is_not_said(dialogue, heard) -> None:
    ask(dialogue, "a", "rover1 to the garage")
    dialogue.piece("a", "On my way.", 0.1)
    dialogue.thought("a", answer("On my way.", ("rover1", "navigate_to", {"place": "garage"})), 0.2)
    assert heard.said["a"].startswith("I know no place called 'garage'")
    assert heard.outcomes["a"][0] == "refused"
    assert heard.shown == [("a", PlanStatus.REFUSED)]
    assert heard.sent == []


@pytest.mark.parametrize("output", ["", "{", '{"reply":"a","steps":[{"who":', "not JSON"])
def test_an_answer_that_was_cut_short_moves_nothing(dialogue, heard, output) -> None:
    ask(dialogue, "a", "rover1 ahead")
    dialogue.thought("a", output, 0.1)
    assert heard.outcomes["a"][0] == "failed"
    assert "other words" in heard.said["a"]


def test_a_model_that_fails_ends_the_request_and_the_next_one_goes_on(dialogue, heard) -> None:
    ask(dialogue, "a", "hello")
    ask(dialogue, "b", "hello again")
    assert heard.thinking == ["a"]
    dialogue.failed("a", BackendError("the model failed", "load it"))
    assert heard.outcomes["a"][0] == "failed"
    assert heard.thinking == ["a", "b"]


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "big does not answer; small.gguf answers in its place. "),
        ("de", "big antwortet nicht; an seiner Stelle antwortet small.gguf. "),
        ("fr", "big ne répond pas ; small.gguf répond à sa place. "),
        ("es", "big no responde; small.gguf responde en su lugar. "),
        ("it", "big non risponde; small.gguf risponde al suo posto. "),
    ],
)
def test_whoever_asked_hears_that_another_model_answers(dialogue, heard, language, word) -> None:
    ask(dialogue, "a", "hello")
    dialogue._thinking["a"].language = language
    assert dialogue.stood_in("a", "big", "/models/small.gguf") == "/models/small.gguf for big"
    assert heard.said["a"] == word, "before the words that it concerns"
    dialogue.thought("a", answer("Well met."), 0.1)
    assert heard.said["a"].startswith(word)
    ask(dialogue, "b", "hello")
    dialogue._thinking["b"].language = language
    assert dialogue.stood_in("b", "big", "big") == "nobody"
    assert "big" in heard.said["b"]
    dialogue.thought("b", answer(""), 0.2)
    assert "other words" in heard.said["b"] or language != "en", (
        "an empty answer is none, whatever stood before it"
    )
    assert dialogue.stood_in("gone", "big", "small") == "small for big"


def test_the_whole_way_of_a_motion(dialogue, heard) -> None:
    move(dialogue)
    assert heard.sent == [("a", 1, "rover1")]
    assert "a" not in heard.outcomes
    dialogue.ended("a", 1, StepStatus.SUCCEEDED, "moved 1 m", now_s=1.0)
    assert heard.outcomes["a"] == ("done", "")
    assert heard.announced == ["rover1 moved 1 m."]
    assert heard.shown == [("a", PlanStatus.RUNNING), ("a", PlanStatus.SUCCEEDED)]
    assert heard.lasts["a"] == 1


def test_a_failure_is_told_with_its_reason(dialogue, heard) -> None:
    move(dialogue)
    dialogue.ended("a", 1, StepStatus.FAILED, "blocked after 0.3 m", now_s=1.0)
    assert heard.outcomes["a"] == ("failed", "rover1: blocked after 0.3 m")
    assert heard.announced == ["rover1 did not move: blocked after 0.3 m."]


def test_a_robot_that_leaves_fails_its_plan(dialogue, heard) -> None:
    move(dialogue)
    dialogue.robot_gone("rover1", 0.5)
    assert heard.outcomes["a"] == ("failed", "rover1: rover1 is gone")
    dialogue.ended("a", 1, StepStatus.SUCCEEDED, "too late", now_s=1.0)


def send(dialogue: DialogueManager, words: str, *steps: tuple[str, str, dict]) -> None:
    ask(dialogue, "a", words)
    dialogue.thought("a", answer("On the way.", *steps), 0.2)


TO_KITCHEN = ("rover1", "navigate_to", {"place": "kitchen"})


def test_a_robot_that_nobody_named_is_replaced_when_it_is_lost(dialogue, heard) -> None:
    send(
        dialogue,
        "somebody go to the kitchen, then to the hall",
        TO_KITCHEN,
        ("rover1", "navigate_to", {"place": "hall"}),
    )
    assert heard.sent == [("a", 1, "rover1")]
    dialogue.robot_gone("rover1", 0.5)
    assert heard.sent[-1] == ("a", 1, "rover2")
    assert heard.announced == ["rover1 is gone, so rover2 takes over."]
    dialogue.ended("a", 1, StepStatus.SUCCEEDED, "reached kitchen", now_s=5.0)
    assert heard.sent[-1] == ("a", 2, "rover2")
    dialogue.ended("a", 2, StepStatus.SUCCEEDED, "reached hall", now_s=9.0)
    assert heard.outcomes["a"] == ("done", "")


def test_skills_that_lost_their_robot_hand_the_step_on_too(dialogue, heard) -> None:
    send(dialogue, "somebody go to the kitchen", TO_KITCHEN)
    dialogue.ended("a", 1, StepStatus.FAILED, "the driver of rover1 is silent", now_s=1.0, lost=True)
    assert heard.sent[-1] == ("a", 1, "rover2")
    assert heard.announced == ["the driver of rover1 is silent, so rover2 takes over."]
    dialogue.ended("a", 1, StepStatus.FAILED, "blocked", now_s=2.0)
    assert heard.outcomes["a"] == ("failed", "rover2: blocked"), "a failure of its own is not handed on"


@pytest.mark.parametrize(
    ("words", "steps", "busy", "reason"),
    [
        ("rover1 to the kitchen", [TO_KITCHEN], False, "rover1 is gone"),
        ("both to the kitchen", [TO_KITCHEN], False, "rover1 is gone"),
        (
            "go a metre ahead",
            [("rover1", "move", {"distance_m": 1})],
            False,
            "rover1 is gone, and another robot cannot take over its move",
        ),
        (
            "somebody go to the kitchen",
            [TO_KITCHEN],
            True,
            "rover1 is gone, and no other robot is free to do it",
        ),
    ],
)
def test_what_cannot_be_handed_on_fails_with_the_reason(dialogue, heard, words, steps, busy, reason) -> None:
    if busy:
        ask(dialogue, "b", "rover2 to the hall")
        dialogue.thought("b", answer("Yes.", ("rover2", "navigate_to", {"place": "hall"})), 0.1)
    send(dialogue, words, *steps)
    dialogue.robot_gone("rover1", 0.5)
    assert heard.outcomes["a"] == ("failed", f"rover1: {reason}")


def test_a_robot_that_the_gate_holds_is_no_heir(dialogue, heard) -> None:
    send(dialogue, "somebody go to the kitchen", TO_KITCHEN)
    dialogue.safety.heard(epoch=1, stopped=False, causes=[], robots={"rover2": "link down"}, now_s=0.3)
    dialogue.robot_gone("rover1", 0.5)
    assert "no other robot is free" in heard.outcomes["a"][1]


def test_a_newer_order_for_a_robot_replaces_the_older_one(dialogue, heard) -> None:
    move(dialogue, "a")
    move(dialogue, "b")
    assert heard.canceled == [("a", 1)]
    assert heard.sent == [("a", 1, "rover1")]
    dialogue.ended("a", 1, StepStatus.CANCELED, "", now_s=0.3)
    assert heard.sent[-1] == ("b", 1, "rover1")
    assert heard.outcomes["a"] == ("canceled", "a newer request took over")


def test_a_cancel_ends_what_is_under_way_without_a_stop(dialogue, heard) -> None:
    move(dialogue)
    ask(dialogue, "b", "hello")
    ask(dialogue, "c", "never mind")
    assert heard.stops == 0
    assert heard.canceled == [("a", 1)]
    assert heard.unthought == ["b"]
    assert heard.outcomes["b"][0] == "canceled"
    assert heard.said["c"] == "Canceled."


def test_a_cancel_of_nothing_says_so(dialogue, heard) -> None:
    ask(dialogue, "a", "cancel")
    assert heard.said["a"] == "Nothing is under way."


def test_a_wish_for_silence_ends_the_speech_alone(dialogue, heard) -> None:
    move(dialogue)
    ask(dialogue, "b", "be quiet")
    assert (heard.hushes, heard.stops, heard.canceled) == (1, 0, [])


def test_too_many_waiting_requests_are_refused(dialogue, heard) -> None:
    for request_id in "abc":
        ask(dialogue, request_id, "hello")
    assert heard.outcomes["c"] == ("refused", "I am still busy: too many requests wait.")


def test_a_request_may_be_canceled_while_the_model_thinks_or_the_plan_runs(dialogue, heard) -> None:
    ask(dialogue, "a", "rover1 ahead")
    dialogue.cancel("a", "not wanted", 0.1)
    dialogue.thought("a", answer("ok", AHEAD), 0.2)
    assert heard.outcomes["a"] == ("canceled", "not wanted")
    assert heard.sent == []
    move(dialogue, "b")
    dialogue.cancel("b", "not wanted", 0.3)
    assert heard.canceled == [("b", 1)]


def test_a_name_that_two_drivers_use_is_not_moved(dialogue, heard) -> None:
    dialogue.doubled = {"rover1": "two drivers announce themselves"}
    move(dialogue)
    assert heard.outcomes["a"] == ("refused", "rover1 may not move now: two drivers announce themselves.")
