# SPDX-License-Identifier: Apache-2.0
"""What is read is decided without a model; what is not must be borne out by the words, or is asked about."""

import json
from dataclasses import dataclass, field

import pytest

from tektra.common.errors import BackendError
from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.memory import PENDING_S
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.permissions import Permissions
from tektra.planner.conversation.request import Role
from tektra.planner.plans.lasting_orders import Event
from tektra.planner.plans.plan import PlanStatus, StepStatus
from tektra.planner.understanding.borne_out import Problem, bear_out_all
from tektra.planner.understanding.reading import (
    Act,
    Choice,
    Clause,
    Condition,
    Doubt,
    Quantity,
    Question,
    Reading,
    ReadStep,
    Refusal,
    Topic,
    When,
)
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.safety_state import SafetyState

GO = ReadStep(1, "rover1", "navigate_to", {"place": "kitchen"})
WAVE = ReadStep(1, "arm1", "wave", {})
CHOICES = (Choice("red", "red_cube"), Choice("blue", "blue_cube"))
SURE = Doubt("object", 1, "object", CHOICES, sentence="Which one?", options=("red one", "blue one"))
MEANT = Doubt("place", 1, "place", (Choice("kitchen", "kitchen"),), "kitchn", "Did you mean kitchen?")


class Scripted:
    """A reader that knows what each sentence of a test means, and remembers against what it read."""

    def __init__(self) -> None:
        self.known: dict[str, Reading] = {}
        self.scenes = []

    def read(self, words, scene, language=""):
        self.scenes.append(scene)
        return self.known.get(words, Reading(words, "en", Act.UNCLEAR, whole=False))

    def asked(self, doubt, language):
        return doubt


@dataclass
class Told:
    """An Outbox that writes down what it is told."""

    thinking: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    canceled: list = field(default_factory=list)
    unthought: list = field(default_factory=list)
    announced: list = field(default_factory=list)
    announced_in: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    said: dict = field(default_factory=dict)
    outcomes: dict = field(default_factory=dict)
    robots_stopped: list = field(default_factory=list)
    options: dict = field(default_factory=dict)
    stops: int = 0
    hushes: int = 0

    def think(self, request):
        self.thinking.append(request.request_id)

    def stop_thinking(self, request_id):
        self.unthought.append(request_id)

    def give(self, request, text, *, last):
        self.said[request.request_id] = self.said.get(request.request_id, "") + text

    def show(self, request, steps, status, message):
        self.shown.append((request.request_id, status))

    def send_goal(self, request, step):
        self.sent.append((step.who, step.skill, dict(step.arguments)))

    def cancel_goal(self, request, step_id):
        self.canceled.append(step_id)

    def stop_everything(self, request):
        self.stops += 1

    def stop_robots(self, request, robots):
        self.robots_stopped += robots

    def hush(self):
        self.hushes += 1

    def announce(self, text, language, feeling=None):
        self.announced.append(text)
        self.announced_in.append(language)

    def finished(self, request, outcome, message):
        assert self.outcomes.get(request.request_id) is None or request.asked_s, "a request ends once"
        self.outcomes[request.request_id] = outcome
        self.options[request.request_id] = request.options


class House:
    """A dialogue manager with a scripted reader; time stands still unless a test moves it."""

    def __init__(
        self, world, catalogue, *, permissions=None, bears=lambda *_: (Problem("skill", "", "not said"),)
    ):
        self.reader, self.told = Scripted(), Told()
        self.mind = Mind(world, self.reader, bears=bears)
        self.manager = DialogueManager(
            world,
            self.told,
            SafetyState(),
            max_steps=8,
            max_waiting=4,
            mind=self.mind,
            permissions=permissions,
        )
        self.manager.catalogue = catalogue
        self.safety(1, stopped=False)

    def safety(self, epoch, *, stopped, now_s=0.0):
        self.manager.safety.heard(epoch=epoch, stopped=stopped, causes=[], robots={}, now_s=now_s)
        self.manager.safety_changed(now_s)

    def say(self, words, reading=None, now_s=0.0, **request):
        """Asks; the request's id is its words."""
        if reading is not None:
            self.reader.known[words] = reading
        self.told.said.pop(words, None)
        self.manager.safety.heard(
            epoch=self.manager.safety.epoch,
            stopped=self.manager.safety.stopped,
            causes=[],
            robots={},
            now_s=now_s,
        )
        self.manager.ask(Request(words, "talk", words, "test", now_s, -1, **request), now_s)
        return self.told.said.get(words, "")


@pytest.fixture
def house(world, catalogue):
    return House(world, catalogue)


def order(*steps, words="go", **more):
    return Reading(
        words, more.pop("language", "en"), more.pop("act", Act.ORDER), more.pop("whole", True), steps, **more
    )


def output(reply, *steps):
    return json.dumps({"reply": reply, "steps": [{"who": w, "do": s, **a} for w, s, a in steps]})


def test_an_order_that_was_read_is_carried_out_without_a_model_and_told_by_its_plan(house) -> None:
    assert house.say("go", order(GO)) == "rover1 goes to the kitchen."
    assert house.told.sent == [("rover1", "navigate_to", {"place": "kitchen"})]
    assert house.told.thinking == []


def test_it_is_told_in_the_language_of_the_order(house) -> None:
    assert house.say("los", order(GO, language="de")) == "rover1 fährt in die Küche."
    house.manager.ended("los", 1, StepStatus.FAILED, "blocked", now_s=1.0)
    assert "Küche" in house.told.announced[-1]
    assert "blocked" in house.told.announced[-1]
    assert house.told.announced_in == ["de"]


def test_what_was_read_passes_the_checks_before_anything_is_said(house) -> None:
    said = house.say("up", order(ReadStep(1, "rover1", "wave", {})))
    assert said == "rover1 cannot wave; arm1 can."
    assert house.told.sent == []
    assert house.told.outcomes["up"] == "refused"
    house.say("why?", Reading("why?", "en", Act.QUESTION, True, question=Question(Topic.WHY)))
    assert house.told.said["why?"] == "Because: rover1 cannot wave; arm1 can."


def test_a_doubt_is_asked_and_the_short_answer_carried_out(house) -> None:
    grasp = ReadStep(1, "arm1", "grasp", {})
    assert house.say("take it", order(grasp, doubts=(SURE,))) == "Which one?"
    assert house.told.sent == []
    red = ReadStep(1, "arm1", "grasp", {"object": "red_cube"})
    house.say("the red one", order(red, act=Act.ANSWER), 1.0)
    assert house.reader.scenes[-1].memory.pending is not None
    assert house.told.sent == [("arm1", "grasp", {"object": "red_cube"})]
    house.say("the red one", now_s=2.0)
    assert house.reader.scenes[-1].memory.pending is None


@pytest.mark.parametrize(("doubt", "options"), [(SURE, ("red one", "blue one")), (MEANT, ("Yes", "No"))])
def test_a_question_tells_what_may_be_answered(house, doubt, options) -> None:
    house.say("do it", order(GO, doubts=(doubt,)))
    assert house.told.options == {"do it": options}
    house.say("hello", Reading("hello", "en", Act.QUESTION, True, question=Question(Topic.TIME)), 1.0)
    assert house.told.options["hello"] == ()


def test_a_question_expires_and_ends_with_a_stop(house) -> None:
    house.say("take it", order(ReadStep(1, "arm1", "grasp", {}), doubts=(SURE,)))
    house.say("later", now_s=PENDING_S + 1)
    assert house.reader.scenes[-1].memory.pending is None
    house.say("take it", now_s=100.0)
    house.say("stop", now_s=101.0)
    house.say("the red one", now_s=102.0)
    assert house.reader.scenes[-1].memory.pending is None


def test_other_conversations_do_not_see_the_question(house) -> None:
    house.say("take it", order(ReadStep(1, "arm1", "grasp", {}), doubts=(SURE,)))
    house.manager.ask(Request("b", "other", "the red one", "test", 0.0, -1), 0.0)
    assert house.reader.scenes[-1].memory.pending is None


def test_a_refusal_of_the_reading_is_said(house) -> None:
    nowhere = Refusal("place", "garage", sentence="I know no place called garage.")
    assert house.say("to the garage", order(refusals=(nowhere,))) == "I know no place called garage."
    assert house.told.outcomes["to the garage"] == "refused"


def test_a_models_plan_that_the_words_do_not_bear_out_is_asked_about_and_yes_carries_it_out(house) -> None:
    house.say("hm")
    house.manager.piece("hm", "It is on its way!", 0.1)
    assert house.told.said.get("hm", "") == ""
    house.manager.thought("hm", output("On its way!", ("rover1", "navigate_to", {"place": "hall"})), 0.2)
    assert house.told.sent == []
    assert house.told.said["hm"] == "Did you mean this: rover1 goes to the hall. Yes or no?"
    assert house.told.sent == []
    yes = order(ReadStep(1, "rover1", "navigate_to", {"place": "hall"}), act=Act.ANSWER)
    assert house.say("yes", yes) == "rover1 goes to the hall."
    assert house.told.sent == [("rover1", "navigate_to", {"place": "hall"})]


def test_what_a_model_proposes_without_a_robot_that_was_named_is_of_whom_was_spoken_of_last(house) -> None:
    house.say("rover2 go", order(ReadStep(1, "rover2", "navigate_to", {"place": "kitchen"})))
    house.say("hm")
    house.manager.thought("hm", output("ok", ("rover1", "move", {"distance_m": 1})), 0.2)
    assert house.told.said["hm"] == "Did you mean this: rover2 drives 1 m ahead. Yes or no?"
    house.say("wink")
    house.manager.thought("wink", output("ok", ("arm1", "wave", {})), 0.3)
    assert house.told.said["wink"] == "Did you mean this: arm1 waves. Yes or no?", "rover2 has no arm"


def test_no_leaves_it(house) -> None:
    house.say("the hall, hm")
    house.manager.thought("the hall, hm", output("!", ("rover1", "navigate_to", {"place": "hall"})), 0.2)
    assert house.say("no", Reading("no", "en", Act.ANSWER, True)) == "All right, I leave it."
    assert house.told.sent == []


def test_a_models_plan_that_is_borne_out_is_carried_out(world, catalogue) -> None:
    house = House(world, catalogue, bears=lambda *_: ())
    house.say("hm")
    house.manager.thought("hm", output("No!", ("rover1", "navigate_to", {"place": "hall"})), 0.2)
    assert house.told.said["hm"] == "rover1 goes to the hall."
    assert len(house.told.sent) == 1


def test_a_step_that_a_model_doubles_is_not_carried_out_twice(world, catalogue) -> None:
    house = House(world, catalogue, bears=bear_out_all)
    metre = Quantity("length", 1.0, (7, 12), 1)
    clause = Clause((0, 12), robots=("rover1",), skills=("move",), quantities=(metre,))
    house.say("rover1 ahead", Reading("rover1 ahead", "en", Act.UNCLEAR, False, clauses=(clause,)))
    ahead = ("rover1", "move", {"distance_m": 1})
    house.manager.thought("rover1 ahead", output("ok", ahead, ahead), 0.2)
    assert house.told.sent == []


@pytest.mark.parametrize("indirect", ["it is quoted", "it is reported"])
def test_of_words_that_order_nothing_no_model_can_make_a_plan(world, catalogue, indirect) -> None:
    house = House(world, catalogue, bears=lambda *_: ())
    house.say("he said go", Reading("he said go", "en", Act.UNCLEAR, False, indirect=indirect))
    house.manager.thought("he said go", output("ok", ("rover1", "move", {"distance_m": 1})), 0.2)
    assert house.told.sent == []
    assert house.told.shown == []


@pytest.mark.parametrize(
    "claim",
    [
        "I am driving to the kitchen now.",
        "Sure! I'll bring it to you.",
        "rover1 is on its way to the kitchen.",
        "Okay, rover2 will now go to the hall.",
        "I have sent the rover.",
        "Done!",
    ],
)
@pytest.mark.parametrize("pieces", [1, 3, 1000])
def test_talk_that_claims_a_deed_is_not_said(house, claim, pieces) -> None:
    house.say("hi", Reading("hi", "en", Act.TALK, True))
    for start in range(0, len(claim), pieces):
        house.manager.piece("hi", claim[start : start + pieces], 0.1)
    house.manager.thought("hi", output(claim), 0.2)
    said = house.told.said["hi"]
    assert said.endswith("I have begun nothing new. Tell me which robot shall do what.")
    assert not any(word in said for word in ("driving", "bring it", "way", "will now go", "sent", "Done"))
    assert house.told.outcomes["hi"] == "answered"


def test_a_yes_behind_which_nothing_is_done_is_not_said(house) -> None:
    house.say("hm")
    house.manager.piece("hm", "Of course!", 0.1)
    house.manager.thought("hm", output("Of course!"), 0.2)
    assert house.told.said["hm"] == "I did not get that right; please say it in other words."


@pytest.mark.parametrize(
    "talk",
    [
        "I am well, thank you!",
        "Paris is the capital of France. It lies on the Seine.",
        "I can drive to places and wave.",
        "Rovers have wheels; the arm has a gripper.",
        "Good night.",
        "I am Tektra. I drive robots.",
    ],
)
@pytest.mark.parametrize("pieces", [1, 4])
def test_free_talk_streams_and_is_whole(house, talk, pieces) -> None:
    house.say("hi", Reading("hi", "en", Act.TALK, True))
    for start in range(0, len(talk), pieces):
        house.manager.piece("hi", talk[start : start + pieces], 0.1)
    assert len(house.told.said["hi"]) > len(talk) / 3
    house.manager.thought("hi", output(talk), 0.2)
    assert house.told.said["hi"] == talk


def test_questions_are_answered_from_data_and_what_is_not_known_is_said_to_be(house) -> None:
    def ask(topic, *about, words=""):
        words = words or f"{topic} {about}"
        return house.say(words, Reading(words, "en", Act.QUESTION, True, question=Question(topic, about)))

    assert ask(Topic.BATTERY, "rover1") == "I do not know the battery of rover1."
    house.mind.robots["rover1"] = RobotNow(0.0, localized=True, x_m=1.0, y_m=1.2, battery=0.734)
    assert ask(Topic.BATTERY, "rover1", words="b") == "rover1 has 73 percent of its battery."
    assert ask(Topic.WHERE, "rover1") == "rover1 is at the kitchen."
    assert ask(Topic.WHERE, "rover2") == "I do not know where rover2 is."
    assert ask(Topic.IS_THERE, "rover1", "hall") == "No, rover1 is not at the hall."
    assert ask(Topic.HOW_FAR, "rover1", "hall") == "From rover1 to hall it is 5.5 m in a straight line."
    assert ask(Topic.WHICH, "robots") == "Here now: arm1, rover1 and rover2."
    assert ask(Topic.DID) == "Nothing has been done yet."
    assert ask(Topic.DOING, "rover1") == "rover1 has nothing to do."
    assert ask(Topic.SEE) == "No picture came lately, so I cannot tell."
    assert ask(Topic.WHO, "tektra") == "I am Tektra."
    assert ask(Topic.PLANS) == "Nothing is planned."
    house.say("go", order(GO))
    assert ask(Topic.DOING, "rover1", words="d") == "rover1 goes to the kitchen."
    assert ask(Topic.IS_THERE, "rover1", words="there yet?") == "Not yet: rover1 goes to the kitchen."
    house.manager.ended("go", 1, StepStatus.FAILED, "the way is blocked", now_s=1.0)
    assert ask(Topic.WHY, words="why not?") == "Because: rover1: the way is blocked."
    assert ask(Topic.DID, "rover1", words="did you?").startswith("Not done: rover1 goes to the kitchen.")
    assert house.told.thinking == []


@pytest.mark.parametrize("topic", list(Topic))
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
@pytest.mark.parametrize(
    "about", [(), ("rover1",), ("kitchen",), ("nobody",), ("people",), ("tektra",), ("me",)]
)
def test_every_topic_has_an_answer_in_every_language(house, topic, language, about) -> None:
    said = house.say("?", Reading("?", language, Act.QUESTION, True, question=Question(topic, about)))
    if topic is Topic.HOW_MANY and about in (("nobody",), ("me",)):  # "how many planets are there?"
        assert not said
        return
    assert said
    assert "{" not in said


def test_plan_only_does_nothing_and_says_what_would_be_done(house) -> None:
    assert house.say("go", order(GO), plan_only=True) == "I would do this: rover1 goes to the kitchen."
    assert house.told.sent == []
    assert house.told.shown == [("go", PlanStatus.PLANNED)]
    assert house.told.outcomes["go"] == "planned"
    house.say("stop", plan_only=True)
    assert house.told.stops == 0
    assert house.told.said["stop"] == "I would stop everything."
    house.say("take it", order(ReadStep(1, "arm1", "grasp", {}), doubts=(SURE,)), plan_only=True)
    house.say("the red one")
    assert house.reader.scenes[-1].memory.pending is None


@pytest.mark.parametrize(
    ("person", "role", "moves"),
    [
        ("", Role.OPERATOR, True),
        ("ann", Role.OPERATOR, True),
        ("", Role.UNKNOWN, False),
        ("ann", Role.UNKNOWN, False),
        ("ann", Role.GUEST, False),
        ("ann", Role.OBSERVER, False),
    ],
)
def test_who_may_not_move_robots_may_talk_and_stop(world, catalogue, person, role, moves) -> None:
    house = House(world, catalogue, permissions=Permissions(unknown_may_move=False))
    house.say("go", order(GO), person=person, role=role)
    assert bool(house.told.sent) == moves
    assert (house.told.outcomes.get("go") == "refused") != moves
    house.say("stop", person=person, role=role)
    assert house.told.stops == 1


def lasting(when, *steps, **condition):
    return order(*steps, conditions=(Condition(when, "if so", (0, 1), **condition),))


def test_what_waits_for_an_event_is_carried_out_when_it_comes_once(house) -> None:
    said = house.say("if you see a person, wave", lasting(When.IF, WAVE, event="person_seen"))
    assert said == "I keep that in mind: if you see a person, wave."
    assert house.told.sent == []
    house.manager.happened([Event("object_seen", "bicycle")], 0.1)
    assert house.told.sent == []
    house.manager.happened([Event("person_seen")], 0.2)
    house.manager.happened([Event("person_seen")], 0.3)
    assert house.told.sent == [("arm1", "wave", {})]


def test_every_some_minutes_comes_again_until_it_is_canceled(house) -> None:
    house.say("every ten seconds wave", lasting(When.EVERY, WAVE, seconds=10.0))
    for now_s in (5.0, 10.0, 15.0, 20.1):
        house.manager.safety.heard(epoch=1, stopped=False, causes=[], robots={}, now_s=now_s)
        house.manager.tick(now_s)
    assert len(house.told.sent) >= 1
    listing = Reading("plans?", "en", Act.QUESTION, True, question=Question(Topic.PLANS))
    assert "every ten seconds wave" in house.say("plans?", listing, 21.0)
    assert house.say("cancel", now_s=22.0) == "Canceled."
    assert house.mind.lasting.words == ()


def test_when_it_arrives_somebody_is_told(house) -> None:
    house.say("go", order(GO))
    house.say("when it arrives tell me", lasting(When.IF, event="arrived", about=("rover1",)))
    house.manager.ended("go", 1, StepStatus.SUCCEEDED, "reached kitchen", now_s=3.0)
    assert "It is time: when it arrives tell me." in house.told.announced


def test_lasting_orders_do_not_survive_a_stop(house) -> None:
    house.say("in five minutes wave", lasting(When.IN, WAVE, seconds=300.0))
    house.safety(2, stopped=True, now_s=1.0)
    house.safety(3, stopped=False, now_s=2.0)
    house.manager.tick(301.0)
    house.manager.safety.heard(epoch=3, stopped=False, causes=[], robots={}, now_s=302.0)
    house.manager.tick(302.0)
    assert house.told.sent == []


def test_a_condition_that_nobody_can_notice_is_refused(house) -> None:
    house.say("if the moon is full, wave", lasting(When.IF, WAVE, event=""))
    assert house.told.outcomes["if the moon is full, wave"] == "refused"
    assert house.mind.lasting.words == ()


def test_a_lasting_order_that_could_not_be_carried_out_is_refused_at_once(house) -> None:
    house.say("x", lasting(When.IN, ReadStep(1, "rover1", "wave", {}), seconds=5.0))
    assert house.told.outcomes["x"] == "refused"
    assert house.mind.lasting.words == ()


def test_a_correction_ends_what_it_corrects_also_where_another_robot_is_meant(house) -> None:
    house.say("go", order(GO))
    other = ReadStep(1, "rover2", "navigate_to", {"place": "kitchen"})
    house.say("no, rover2", order(other, words="no, rover2", act=Act.CORRECTION))
    assert house.told.canceled == [1]
    assert house.told.sent[-1] == ("rover2", "navigate_to", {"place": "kitchen"})


def test_an_order_that_depends_on_what_cannot_be_read_is_refused_and_no_model_may_plan_it(house) -> None:
    clause = Clause((0, 4), skills=("dock",))
    unread = order(words="dock if", whole=False, conditional="the moon is full", clauses=(clause,))
    assert "the moon is full" in house.say("dock if", unread)
    assert (house.told.outcomes["dock if"], house.told.thinking) == ("refused", [])


def test_greetings_are_answered_without_a_model(house) -> None:
    said = house.say("hello", Reading("hello", "de", Act.TALK, True, talk="hello"))
    assert (said, house.told.thinking) == ("Hallo. Was soll ich tun?", [])


def test_half_a_sentence_is_asked_about(house) -> None:
    said = house.say("go to the hall and", order(GO, whole=False, unfinished=True))
    assert (said[-1], house.told.sent) == ("?", [])


def test_whether_a_robot_can_is_answered_and_offered(house) -> None:
    can = Question(Topic.CAN_DO, ("rover1",), (GO,), offers=True)
    asks = Reading(
        "can rover1 go to the kitchen", "en", Act.QUESTION, True, question=can, indirect="a question"
    )
    assert house.say("can it", asks) == "Yes, rover1 can do that. Shall I have it done?"
    house.say("yes", order(GO, act=Act.ANSWER))
    assert house.told.sent == [("rover1", "navigate_to", {"place": "kitchen"})]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("stop rover1", "Stopping rover1."),
        ("rover one, stop!", "Stopping rover1."),
        ("stopp rover1", "Stopping rover1."),
        ("arrête rover1", "Stopping rover1."),
        ("para rover1", "Stopping rover1."),
        ("ferma rover1", "Stopping rover1."),
    ],
)
def test_a_stop_of_one_robot_stops_it_alone_and_ends_its_plans(house, words: str, told: str) -> None:
    house.say("go", order(GO))
    other = ReadStep(1, "rover2", "navigate_to", {"place": "hall"})
    house.say("go too", order(other, words="go too"))
    assert house.say(words) == told
    assert (house.told.robots_stopped, house.told.stops) == (["rover1"], 0)
    house.manager.ended("go", 1, StepStatus.CANCELED, "halted", now_s=1.0)
    assert (house.told.outcomes["go"], house.told.outcomes.get("go too")) == ("canceled", None)


@pytest.mark.parametrize(
    "words", ["stop rover7", "stop rover1 and the others", "stop", "rover1 stop everything"]
)
def test_a_doubt_about_the_robot_stops_all(house, words: str) -> None:
    house.say(words)
    assert (house.told.robots_stopped, house.told.stops) == ([], 1)


def test_a_stop_of_one_robot_leaves_the_lasting_orders_of_others(house) -> None:
    when = Condition(When.IF, "when you see a person", (0, 21), "person_seen")
    house.say("wave then", order(WAVE, words="wave then", conditions=(when,)))
    house.say("go then", order(GO, words="go then", conditions=(when,)))
    house.say("stop rover1")
    assert house.mind.lasting.words == ("wave then",)


@pytest.mark.parametrize("words", ["stop", "cancel that", "be quiet"])
def test_stop_cancel_and_quiet_end_the_speech(house, words: str) -> None:
    house.say(words)
    assert house.told.hushes == 1


def test_without_a_model_an_order_that_was_read_but_for_some_words_is_asked_about(house) -> None:
    house.say(
        "go to ze kitchen",
        order(GO, whole=False, clauses=(Clause((0, 16), skills=("navigate_to",), unread=("ze",)),)),
    )
    house.manager.failed("go to ze kitchen", BackendError("no model is loaded", "select one"))
    assert house.told.said["go to ze kitchen"] == "Did you mean this: rover1 goes to the kitchen. Yes or no?"
    assert house.told.sent == []
    house.say("yes", Reading("yes", "en", Act.ANSWER, whole=True, steps=(GO,)))
    assert house.told.sent == [("rover1", "navigate_to", {"place": "kitchen"})]


def test_why_is_answered_with_what_was_asked_for(house) -> None:
    house.say("to the kitchen, rover1", order(GO))
    house.manager.ended("to the kitchen, rover1", 1, StepStatus.SUCCEEDED, "", now_s=1.0)
    why = Reading("why", "en", Act.QUESTION, whole=True, question=Question(Topic.WHY, ("rover1",)))
    assert house.say("why", why).endswith("somebody whom I do not know said: to the kitchen, rover1.")
