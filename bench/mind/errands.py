# SPDX-License-Identifier: Apache-2.0
"""Errands for a robot that can carry, sampled by a fixed seed: the classes of command of RoboCup@Home's GPSR test.

The competition's generator has no licence that would let its sentences lie here, so this is a grammar of our own: the
same classes (go and find, take and place, bring, meet, greet, guide, follow, count, tell a property, answer), our own
words for them, on a flat of our own. The classes and what each demands are those of
https://github.com/RoboCupAtHome/CommandGenerator, read for its facts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mind.steps import SELF, Made

SEED = 2026
ROOMS = ("kitchen", "living room", "office", "bedroom", "hallway")
PLACES = (
    "kitchen table", "sink", "fridge", "sofa", "armchair", "desk", "bookshelf", "side table", "cupboard", "bed",
    "wardrobe", "waste bin", "coat rack", "window sill",
)  # fmt: skip
#: Those on which things can lie.
TOPS = ("kitchen table", "sink", "desk", "bookshelf", "side table", "cupboard", "window sill")
CATEGORIES = {
    "fruit": ("apple", "banana", "lemon", "peach"),
    "drink": ("cola", "milk", "orange juice", "lemonade"),
    "snack": ("crackers", "chocolate bar", "pretzels"),
    "dish": ("mug", "bowl", "plate", "fork"),
    "toy": ("tennis ball", "teddy bear", "puzzle"),
    "cleaning supply": ("sponge", "bleach", "dish soap"),
}
PLURALS = {"fruit": "fruits", "drink": "drinks", "snack": "snacks", "dish": "dishes", "toy": "toys",
           "cleaning supply": "cleaning supplies"}  # fmt: skip
OBJECTS = tuple(name for names in CATEGORIES.values() for name in names)
PEOPLE = ("Adel", "Charlie", "Jane", "Jules", "Morgan", "Paris", "Robin", "Simone")
LOOKS = ("waving person", "sitting person", "standing person", "person lying down", "person pointing to the right",
         "person raising their left arm")  # fmt: skip
LOOKS_PLURAL = ("waving people", "sitting people", "standing people", "people pointing to the left")
COLOURS = ("red", "blue", "white", "black", "yellow", "grey")
CLOTHES = ("coat", "jacket", "sweater", "shirt", "t-shirt")
SAYINGS = ("the time", "what day it is today", "a joke", "something about yourself", "the name of your team",
           "the day of the week")  # fmt: skip
COMPARED = ("biggest", "smallest", "heaviest", "lightest", "thinnest")
ABOUT_PEOPLE = ("name", "pose", "gesture")


@dataclass(frozen=True)
class Need:
    """A step that the plan must have: one of these skills, with these words among its arguments."""

    skills: frozenset[str]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Errand:
    """`needs`: in this order. What comes between may only go to, or look for, what the sentence speaks of."""

    kind: str
    words: str
    needs: tuple[Need, ...] = field(default=())


def need(skills: str, *words: str) -> Need:
    return Need(frozenset(skills.split("|")), words)


class Sampler:
    """Makes errands. The same seed gives the same ones."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)

    def errands(self, count: int) -> list[Errand]:
        """That many different ones, the kinds in turn."""
        kinds: tuple[Callable[[], Errand], ...] = (
            self._go_and, self._take, self._find_thing, self._find_person, self._meet, self._greet, self._bring,
            self._follow, self._guide, self._guide_dressed, self._count_things, self._count_people, self._tell_person,
            self._tell_thing, self._say_to, self._answer, self._meet_then_find,
        )  # fmt: skip
        found: dict[str, Errand] = {}
        while len(found) < count:
            errand = kinds[len(found) % len(kinds)]()
            found.setdefault(errand.words, errand)
        return list(found.values())

    def _one(self, options: Sequence[str]) -> str:
        return self._random.choice(options)

    def _thing(self) -> tuple[str, str]:
        """An object or a kind of object, with its article; and its name."""
        name = self._one([*OBJECTS, *CATEGORIES])
        plural = name in ("crackers", "pretzels")
        article = "some" if plural or name in ("milk", "bleach", "dish soap") else _article(name)
        return f"{article} {name}", name

    def _somebody(self) -> tuple[str, str]:
        """A person by look, and the words of it."""
        look = self._one(LOOKS)
        return f"the {look}", look

    def _with_thing(self) -> tuple[str, tuple[Need, ...]]:
        """What may be done with something that is held."""
        return self._random.choice([self._put_it, self._to_me, self._to_somebody, self._to_named])()

    def _put_it(self) -> tuple[str, tuple[Need, ...]]:
        top = self._one(TOPS)
        return f"{self._one(['put it down', 'place it', 'leave it'])} on the {top}", (need("put_down", top),)

    def _to_me(self) -> tuple[str, tuple[Need, ...]]:
        return f"{self._one(['bring it to me', 'hand it to me', 'give it to me'])}", (need("hand_over"),)

    def _to_somebody(self) -> tuple[str, tuple[Need, ...]]:
        (text, look), room = self._somebody(), self._one(ROOMS)
        verb = self._one(["bring it to", "give it to", "deliver it to"])
        return f"{verb} {text} in the {room}", (need("hand_over", _key(look)),)

    def _to_named(self) -> tuple[str, tuple[Need, ...]]:
        name, room = self._one(PEOPLE), self._one(ROOMS)
        verb = self._one(["bring it to", "take it to", "hand it to"])
        return f"{verb} {name} in the {room}", (need("hand_over", name),)

    def _with_person(self) -> tuple[str, tuple[Need, ...]]:
        """What may be done with somebody who was found."""
        target = self._one([*ROOMS, *PLACES])
        saying = self._one(SAYINGS)
        return self._random.choice(
            [
                (f"tell them {saying}", (need("tell", saying.split()[-1]),)),
                ("answer their question", (need("answer_question"),)),
                ("follow them", (need("follow"),)),
                (f"follow them to the {target}", (need("follow", target),)),
                (f"{self._one(['lead', 'guide', 'escort'])} them to the {target}", (need("guide", target),)),
            ]
        )

    def _go_and(self) -> Errand:
        where = self._one([*ROOMS, *PLACES])
        there = need("navigate_to|find_person|find_object", where)
        start = f"{self._one(['go', 'drive', 'head'])} to the {where}"
        if self._random.random() < 0.5:
            (text, name), (end, needs) = self._thing(), self._with_thing()
            words = f"{start}, look for {text}, pick it up and {end}"
            return Errand("go and take", words, (there, need("pick_up", name), *needs))
        (text, look), (end, needs) = self._somebody(), self._with_person()
        words = f"{start}, find {text} and {end}"
        return Errand("go and meet", words, (there, need("find_person", _key(look)), *needs))

    def _take(self) -> Errand:
        (text, name), top, (end, needs) = self._thing(), self._one(TOPS), self._with_thing()
        verb = self._one(["take", "get", "grab", "fetch"])
        return Errand("take", f"{verb} {text} from the {top} and {end}", (need("pick_up", name), *needs))

    def _find_thing(self) -> Errand:
        (text, name), room, (end, needs) = self._thing(), self._one(ROOMS), self._with_thing()
        verb = self._one(["find", "look for", "locate"])
        words = f"{verb} {text} in the {room}, then {self._one(['take', 'grab'])} it and {end}"
        return Errand("find a thing", words, (need("find_object", name), need("pick_up"), *needs))

    def _find_person(self) -> Errand:
        (text, look), room, (end, needs) = self._somebody(), self._one(ROOMS), self._with_person()
        words = f"{self._one(['find', 'look for'])} {text} in the {room} and {end}"
        return Errand("find a person", words, (need("find_person", _key(look)), *needs))

    def _meet(self) -> Errand:
        name, room, (end, needs) = self._one(PEOPLE), self._one(ROOMS), self._with_person()
        return Errand(
            "meet", f"meet {name} in the {room} and {end}", (need("find_person|greet", name), *needs)
        )

    def _greet(self) -> Errand:
        room, (end, needs) = self._one(ROOMS), self._with_person()
        whom = self._one(PEOPLE)
        if self._random.random() < 0.5:
            whom = (
                f"the person wearing {_article(colour := self._one(COLOURS))} {colour} {self._one(CLOTHES)}"
            )
        verb = self._one(["greet", "say hello to", "introduce yourself to"])
        return Errand("greet", f"{verb} {whom} in the {room} and {end}", (need("greet", _key(whom)), *needs))

    def _bring(self) -> Errand:
        (text, name), top = self._thing(), self._one(TOPS)
        words = f"{self._one(['bring me', 'fetch me', 'give me'])} {text} from the {top}"
        return Errand("bring", words, (need("pick_up|bring", name), need("hand_over|bring")))

    def _follow(self) -> Errand:
        if self._random.random() < 0.5:
            name, place, room = self._one(PEOPLE), self._one(PLACES), self._one(ROOMS)
            words = f"follow {name} from the {place} to the {room}"
            return Errand("follow", words, (need("follow", name),))
        (text, look), where = self._somebody(), self._one([*ROOMS])
        return Errand("follow", f"follow {text} in the {where}", (need("follow", _key(look)),))

    def _guide(self) -> Errand:
        name, place, end = self._one(PEOPLE), *self._random.sample(PLACES, 2)
        verb = self._one(["guide", "take", "lead", "escort"])
        return Errand("guide", f"{verb} {name} from the {place} to the {end}", (need("guide", end),))

    def _guide_dressed(self) -> Errand:
        colour, what, (place, end) = self._one(COLOURS), self._one(CLOTHES), self._random.sample(PLACES, 2)
        whom = f"the person in the {colour} {what}"
        return Errand("guide", f"lead {whom} from the {place} to the {end}", (need("guide", end),))

    def _count_things(self) -> Errand:
        kind, top = self._one(list(CATEGORIES)), self._one(TOPS)
        start = self._one(["tell me how many", "count how many", "how many"])
        words = f"{start} {PLURALS[kind]} there are on the {top}"
        words = words.replace("there are", "are there") if start == "how many" else words
        return Errand("count things", words, (need("count", top),))

    def _count_people(self) -> Errand:
        room, who = self._one(ROOMS), self._one(LOOKS_PLURAL)
        if self._random.random() < 0.5:
            who = f"people in {self._one(COLOURS)} {self._one(CLOTHES)}s"
        return Errand("count people", f"tell me how many {who} are in the {room}", (need("count", room),))

    def _tell_person(self) -> Errand:
        what, place = self._one(ABOUT_PEOPLE), self._one([*ROOMS, *PLACES])
        words = f"tell me the {what} of the person {'in' if place in ROOMS else 'at'} the {place}"
        return Errand("tell of a person", words, (need("describe", place),))

    def _tell_thing(self) -> Errand:
        how, top = self._one(COMPARED), self._one(TOPS)
        kind = self._one(["object", *CATEGORIES])
        return Errand(
            "tell of a thing", f"tell me which is the {how} {kind} on the {top}", (need("describe", top),)
        )

    def _say_to(self) -> Errand:
        saying, (text, _), room = self._one(SAYINGS), self._somebody(), self._one(ROOMS)
        return Errand("say", f"tell {text} in the {room} {saying}", (need("tell", saying.split()[-1]),))

    def _answer(self) -> Errand:
        (text, _), room = self._somebody(), self._one(ROOMS)
        return Errand("answer", f"answer the question of {text} in the {room}", (need("answer_question"),))

    def _meet_then_find(self) -> Errand:
        name, place, room = self._one(PEOPLE), self._one(PLACES), self._one(ROOMS)
        words = f"meet {name} at the {place} and then find them in the {room}"
        return Errand("meet", words, (need("find_person|greet", name), need("find_person", room)))


def _article(name: str) -> str:
    return "an" if name[0] in "aeiou" else "a"


def _key(look: str) -> str:
    """The word that tells the person from others."""
    for word in ("waving", "sitting", "standing", "lying", "pointing", "raising"):
        if word in look:
            return word
    return look.split()[-1]


def is_valid(errand: Errand, made: Sequence[Made]) -> bool:
    """Whether the plan does what was asked: all that is needed, in its order, and nothing that was not spoken of."""
    steps = [step for step in made if step.who != SELF or step.skill == "say"]
    return _in_turn(errand, steps) and all(_spoken_of(errand, step) for step in steps)


def _in_turn(errand: Errand, steps: Sequence[Made]) -> bool:
    at = 0
    near = ""  # places that were driven to count as said for the next step
    for wanted in errand.needs:
        while at < len(steps) and not _meets(wanted, steps[at], near):
            near = f"{near} {_values(steps[at])}"
            at += 1
        if at == len(steps):
            return False
        near = f"{near} {_values(steps[at])}"
        if len(wanted.skills) == 1:
            at += 1  # a step that may serve for the going, too, is not used up
    return True


def _meets(wanted: Need, step: Made, near: str) -> bool:
    skill = "tell" if (step.who, step.skill) == (SELF, "say") else step.skill
    said = _bare(f"{near} {_values(step)}")
    return skill in wanted.skills and all(_bare(word) in said for word in wanted.words)


def _spoken_of(errand: Errand, step: Made) -> bool:
    """Going and looking are free where the words name the place; every other skill must be one that was needed."""
    free = {"navigate_to", "find_person", "find_object"}
    needed = free.union(*(wanted.skills for wanted in errand.needs))
    if step.who == SELF:
        return True
    places = [name for name in (*ROOMS, *PLACES) if _bare(name) in _bare(_values(step))]
    return step.skill in needed and all(_bare(place) in _bare(errand.words) for place in places)


def _values(step: Made) -> str:
    return " ".join(str(value) for value in step.arguments.values())


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
