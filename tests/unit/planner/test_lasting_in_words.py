# SPDX-License-Identifier: Apache-2.0
"""Orders that last, as people give, list and end them: read by the real reader, in a home without a model."""

import pytest

from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.mind import Mind
from tektra.planner.plans.lasting_orders import REST_S, Event
from tektra.planner.plans.plan import StepStatus
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.safety_state import SafetyState

ROUND = ["kitchen", "hall"]


class Outlet:
    """An Outbox that writes down what it is told; a step waits until the test ends it."""

    def __init__(self):
        self.sent, self.canceled, self.announced, self.stops = [], [], [], 0
        self.said, self.outcomes = {}, {}

    def think(self, request):
        raise AssertionError(f"no model: {request.words}")

    def stop_thinking(self, request_id):
        pass

    def give(self, request, text, *, last):
        self.said[request.request_id] = self.said.get(request.request_id, "") + text

    def show(self, request, steps, status, message):
        pass

    def send_goal(self, request, step):
        self.sent.append((request.request_id, step))

    def cancel_goal(self, request, step_id):
        self.canceled.append((request.request_id, step_id))

    def stop_everything(self, request):
        self.stops += 1

    def stop_robots(self, request, robots):
        self.stops += 1

    def hush(self):
        pass

    def announce(self, text, language):
        self.announced.append(text)

    def finished(self, request, outcome, message):
        self.outcomes[request.request_id] = outcome


@pytest.fixture
def home(world, catalogue, reader):
    return Home(world, catalogue, reader)


class Home:
    """A dialogue manager whose clock moves only when the test says so."""

    def __init__(self, world, catalogue, reader):
        self.out, self.now_s, self.asked = Outlet(), 100.0, 0
        self.manager = DialogueManager(
            world, self.out, SafetyState(), max_steps=8, max_waiting=4, mind=Mind(world, reader)
        )
        self.manager.catalogue = catalogue
        self.gate(stopped=False)

    def gate(self, *, stopped):
        self.manager.safety.heard(
            epoch=1, stopped=stopped, causes=["test"] if stopped else [], robots={}, now_s=self.now_s
        )
        self.manager.safety_changed(self.now_s)
        for robot in ("rover1", "rover2", "arm1"):
            self.manager.mind.robots[robot] = RobotNow(self.now_s, connected=True)

    def say(self, words, **request):
        self.asked += 1
        self.gate(stopped=False)
        id_ = f"request{self.asked}"
        self.manager.ask(Request(id_, "talk", words, "test", self.now_s, 1, **request), self.now_s)
        return self.out.said.get(id_, "")

    def later(self, seconds):
        self.now_s += seconds
        self.gate(stopped=False)
        self.manager.tick(self.now_s)

    def end(self, status=StepStatus.SUCCEEDED):
        """The oldest step that is under way comes to its end."""
        request_id, step = self.out.sent[-1]
        self.manager.ended(request_id, step.id, status, "", now_s=self.now_s)

    @property
    def driven(self):
        return [(step.who, step.skill, step.arguments) for _, step in self.out.sent]


PATROLS = [
    ("rover1 patrol between the kitchen and the hall", "stop the patrol"),
    ("rover1 patrol between the kitchen and the hall", "please stop patrolling"),
    ("rover1 go back and forth between the kitchen and the hall", "cancel the patrol"),
    ("rover1 pendle zwischen Küche und Flur", "beende die Patrouille"),
    ("rover1 patrouilliert zwischen Küche und Flur", "hör auf zu patrouillieren"),
    ("rover1 patrouille entre la cuisine et le couloir", "arrête la patrouille"),
    ("rover1 patrulla entre la cocina y el pasillo", "para la patrulla"),
    ("rover1 pattuglia tra la cucina e il corridoio", "smetti di pattugliare"),
]


@pytest.mark.parametrize(("order", "ending"), PATROLS)
def test_a_patrol_goes_round_until_it_is_ended_and_then_nothing_is_latched(home, order, ending) -> None:
    home.say(order)
    for _ in range(3):
        assert home.driven[-1] == ("rover1", "follow_path", {"places": ROUND})
        home.end()
        home.later(REST_S + 0.1)
    rounds = len(home.driven)
    home.say(ending)
    assert home.out.stops == 0 and home.out.canceled[-1][0] == home.out.sent[-1][0]
    home.end(StepStatus.CANCELED)
    home.later(60.0)
    assert len(home.driven) == rounds and home.manager.mind.lasting.words == ()


@pytest.mark.parametrize(
    "words", ["stop the patrol", "hör auf zu patrouillieren", "arrête la patrouille", "smetti di pattugliare"]
)
def test_where_nothing_lasts_a_stop_is_a_stop_of_everything(home, words) -> None:
    home.say("rover1 go to the kitchen")
    home.say(words)
    assert home.out.stops == 1


def test_the_patrol_that_is_named_ends_and_the_other_goes_on(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    home.say("rover2 patrol between the kitchen and the hall")
    home.say("stop the patrol of rover2")
    assert home.manager.mind.lasting.words == ("rover1 patrol between the kitchen and the hall",)
    assert home.out.stops == 0 and [id_ for id_, _ in home.out.canceled] == ["request2"]


def test_what_is_said_behind_the_end_of_a_patrol_is_done(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    home.say("stop the patrol and send rover1 to the hall")
    home.end(StepStatus.CANCELED)
    assert home.driven[-1] == ("rover1", "navigate_to", {"place": "hall"}) and home.out.stops == 0


def test_too_late_it_ends_the_patrol_and_begins_nothing(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    home.say("stop the patrol and send rover1 to the hall", late=True)
    home.end(StepStatus.CANCELED)
    assert home.driven[-1][1] == "follow_path" and home.manager.mind.lasting.words == ()


def test_a_round_that_fails_is_the_last(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    home.end(StepStatus.FAILED)
    home.later(60.0)
    assert len(home.driven) == 1 and home.manager.mind.lasting.words == ()


def test_a_stop_ends_a_patrol_for_good(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    home.gate(stopped=True)
    home.end(StepStatus.CANCELED)
    home.later(60.0)
    assert len(home.driven) == 1 and home.manager.mind.lasting.words == ()


def test_who_gets_another_order_between_two_rounds_does_not_go_back_to_them(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    home.end()
    home.say("rover1 go to the living room")
    home.later(60.0)
    assert [skill for _, skill, _ in home.driven] == ["follow_path", "navigate_to"]


def test_what_goes_on_until_something_is_seen_begins_at_once_and_ends_then(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall until you see a person")
    assert home.driven == [("rover1", "follow_path", {"places": ROUND})]
    home.manager.happened([Event("person_seen")], home.now_s)
    assert home.out.canceled == [("request1", 1)] and home.manager.mind.lasting.words == ()


def test_a_patrol_that_is_only_asked_about_begins_nothing(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall", plan_only=True)
    home.later(60.0)
    assert home.driven == [] and home.manager.mind.lasting.words == ()


TWO = ("every ten minutes rover1 go to the hall", "in five minutes send rover2 to the kitchen")


@pytest.mark.parametrize(
    ("ending", "left"),
    [
        ("cancel the second one", TWO[:1]),
        ("cancel the first order", TWO[1:]),
        ("cancel the order for rover2", TWO[:1]),
        ("you don't need to go to the hall any more", TWO[1:]),
        ("don't send rover2 to the kitchen", TWO[:1]),
        ("cancel the rest", ()),
        ("cancel all orders", ()),
        ("vergiss alle Aufträge", ()),
        ("storniere den zweiten", TWO[:1]),
        ("annule le deuxième", TWO[:1]),
        ("cancela todas las órdenes", ()),
        ("annulla il primo", TWO[1:]),
        ("cancel the dentist", TWO),
        ("don't go to the living room", TWO),
    ],
)
def test_one_of_several_ends_or_all_and_never_another(home, ending, left) -> None:
    for words in TWO:
        home.say(words)
    try:
        home.say(ending)
    except AssertionError:  # it is left to the model, and is none of these
        assert left == TWO
    assert home.manager.mind.lasting.words == left and home.driven == []


def test_which_is_meant_is_asked_where_several_may_be(home) -> None:
    for words in TWO:
        home.say(words)
    assert "1." in home.say("cancel the lasting order") and home.manager.mind.lasting.words == TWO
    listed = home.say("what do you have planned?")
    assert listed.index("1.") < listed.index("hall") < listed.index("2.") < listed.index("kitchen")


def test_what_comes_due_is_not_what_it_means(home) -> None:
    home.say("in five minutes send rover2 to the kitchen")
    home.say("rover1 turn left 20 degrees")
    home.end()
    home.later(301.0)
    home.say("once more")
    assert home.driven[-1][:2] == ("rover1", "turn")


@pytest.mark.parametrize(
    "words",
    ["no wait, the hall", "nein warte, in den Flur", "no espera, al pasillo", "no aspetta, il corridoio"],
)
def test_no_wait_with_another_place_is_a_correction(home, words) -> None:
    home.say("rover1 go to the kitchen")
    home.say(words)
    home.end(StepStatus.CANCELED)
    assert home.out.stops == 0 and home.driven[-1] == ("rover1", "navigate_to", {"place": "hall"})


@pytest.mark.parametrize(
    "words",
    [
        "no wait!",
        "wait!",
        "wait, a child",
        "no wait, the cat",
        "no wait stop",
        "Warte!",
        "attends !",
        "¡espera!",
        "aspetta!",
    ],
)
def test_a_cry_to_wait_stops_everything(home, words) -> None:
    home.say("rover1 go to the kitchen")
    home.say(words)
    assert home.out.stops == 1
