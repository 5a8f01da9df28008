# SPDX-License-Identifier: Apache-2.0
"""What Tektra says by itself, in the language of the request: sentences made from data, by config/language/<code>/replies.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from tektra.common.sight_skills import thing_in
from tektra.language import files
from tektra.language.text import words as plain_words
from tektra.planner.conversation.claims import ClaimWords, read_claims
from tektra.planner.conversation.promises import PromiseWords, read_promises
from tektra.planner.conversation.reasons import Reasons, filled
from tektra.planner.conversation.statements import StatementWords, read_statements
from tektra.planner.plans.plan import SELF, Step

ENGLISH = "en"
NAME, REASONS, PROMISES = "replies", "reasons", "promises"
#: Braces that hold a reason, which others give in English.
_REASONS = ("why", "remedy")


class Replies:
    """The sentences of one language; what it does not have is said in English. Immutable once made."""

    def __init__(
        self, language: str, own: Mapping[str, object], english: Mapping[str, object],
        reasons: Mapping[str, object] | None = None, promises: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        self.language = language
        self._own = own
        self._english = english
        self._decimal = self._template("decimal") or "."
        claims = own.get("claims", {})
        self.claims: ClaimWords = read_claims(claims if isinstance(claims, Mapping) else {})
        statements = own.get("statements") or english.get("statements", {})
        self.statements: StatementWords = read_statements(
            statements if isinstance(statements, Mapping) else {}
        )
        self.promises: PromiseWords = read_promises(promises or {})
        self._reasons = Reasons(
            reasons or {}, name=self.name, skill=self.skill, listed=self.listed,
            decimal=self._decimal,
        )  # fmt: skip

    def say(self, key: str, **values: object) -> str:
        """The sentence of that name ("answers.at"), with its braces filled. A value is data and never a template."""
        told = {name: str(value) for name, value in values.items()}
        told |= {name: self.reason(told[name]) for name in _REASONS if name in told}
        return filled(self._template(key), told)

    def reason(self, text: str) -> str:
        """A reason that the checks, the gate or a robot gave in English; one that is not known stays as it is."""
        return self._reasons.told(text)

    def plan(self, steps: Sequence[Step]) -> str:
        """What a plan does, one sentence for each step."""
        told: list[str] = []
        for step in steps:
            sentence = self.step(step)
            if told and step.after and sentence:
                sentence = self.say("plan.then", sentence=sentence)
            if sentence:
                told.append(sentence)
        return " ".join(told)

    def still(self, steps: Sequence[Step]) -> str:
        """What goes on beside something new; empty where nothing does."""
        what = self.plan([replace(step, after=()) for step in steps if step.who != SELF])
        return self.say("answers.doing", what=what) if what else ""

    def step(self, step: Step) -> str:
        """What a step does; empty for what speaks for itself."""
        key = _key(step)
        if not key:
            return ""
        values = {name: self._value(name, value) for name, value in step.arguments.items()}
        place, distance = step.arguments.get("place"), step.arguments.get("distance_m")
        what = place or step.arguments.get("robot") or step.arguments.get("spot") or ""
        if isinstance(distance, (int, float)):
            values["distance"] = f"{self.number(abs(distance))} m"
        if isinstance(angle := step.arguments.get("angle_deg"), (int, float)):
            values["angle"] = self.number(abs(angle))
        if isinstance(seconds := step.arguments.get("seconds"), (int, float)):
            values["seconds"] = f"{self.number(seconds)} s"
        for name, form in (("object", "object"), ("spot", "to")):
            if isinstance(thing := step.arguments.get(name), str):
                values[name] = self._place(thing, form) or self.name(thing)
        if isinstance(pose := step.arguments.get("pose"), str):
            values["pose"] = self._template(f"values.{pose}") or pose.replace("_", " ")
        values |= {"who": self.who(step.who), "what": self.name(str(what)), "to": self.to(str(place or ""))}
        skill = self.skill(step.skill)
        arguments = ", ".join(f"{self._value(name, value)}" for name, value in step.arguments.items())
        values["skill"] = f"{skill} ({arguments})" if arguments else skill
        own = step.who == SELF and self._template(f"plan_me.{key}")
        return self.say(f"plan_me.{key}" if own else f"plan.{key}", **values)

    def who(self, name: str) -> str:
        return self.say("me") if name == SELF else name

    def name(self, name: str) -> str:
        """A place, object or spot as people of that language call it."""
        plain = name.replace("_", " ")
        return self._place(name, "name") or thing_in(self.language, plain) or plain

    def to(self, place: str) -> str:
        return self._place(place, "to") or self.say("to", place=self._shown(place))

    def at(self, place: str) -> str:
        return self._place(place, "at") or self.say("at", place=self._shown(place))

    def called(self, name: str) -> tuple[str, ...]:
        """What a place or thing is called in that language, without its article; empty where it goes by its own name."""
        forms = (self._place(name, form) for form in ("name", "object"))
        return tuple(dict.fromkeys(form.split(" ", 1)[-1] for form in forms if form))

    def skill(self, name: str) -> str:
        found = self._template(f"skills.{name}")
        return found or name.replace("_", " ")

    def talk(self, kind: str) -> str:
        """What is said to a greeting, thanks and the like; empty where there is nothing of that kind."""
        return self._template(f"talk.{kind}") if kind else ""

    def listed(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return self.say("and", first=", ".join(names[:-1]), last=names[-1])

    def numbered(self, names: Sequence[str]) -> str:
        """Several as "1. ..., 2. ...", so that a person may say which."""
        if len(names) < 2:
            return "".join(names)
        return ", ".join(f"{number}. {name}" for number, name in enumerate(names, start=1))

    def languages(self) -> str:
        """Those that are spoken, which there are files for, by their names."""
        return self.listed([self._template(f"languages.{code}") or code for code in files.languages()])

    def number(self, value: float) -> str:
        return f"{round(value, 2):g}".replace(".", self._decimal)

    def time(self, now_s: float) -> str:
        return datetime.fromtimestamp(now_s).strftime("%H:%M")

    def date(self, now_s: float) -> str:
        on = datetime.fromtimestamp(now_s)
        parts = {"dd": f"{on:%d}", "mm": f"{on:%m}", "month": f"{on:%B}", "year": f"{on:%Y}"}
        return self.say("date", weekday=self.day(now_s), **parts)

    def quoted(self, words: str) -> str:
        return self.say("quoted", words=words)

    def day(self, now_s: float) -> str:
        """The day of the week."""
        return self.say(f"days.{datetime.fromtimestamp(now_s).isoweekday()}")

    def is_phrase(self, key: str, words: str, *, begun: bool = False) -> bool:
        """Whether the words are one of the phrases of that name, of this language or English, and nothing else.
        `begun`: or the first words of one."""
        said = [word for word in plain_words(words) if word[0].isalnum()]
        for content in (self._own, self._english):
            phrases = _at(content, f"phrases.{key}")
            known = phrases if isinstance(phrases, list) else []
            rows = ([w for w in plain_words(str(phrase)) if w[0].isalnum()] for phrase in known)
            if any(said == (row[: len(said)] if begun else row) for row in rows):
                return True
        return False

    def _template(self, key: str) -> str:
        for content in (self._own, self._english):
            if isinstance(found := _at(content, key), str):
                return found
        return ""

    def _place(self, name: str, form: str) -> str:
        found = _at(self._own, f"places.{name}.{form}") if "." not in name else None
        return found if isinstance(found, str) else ""

    def _shown(self, place: str) -> str:
        name = place.replace("_", " ")
        numbered = any(character.isdigit() for character in name)
        form = _at(self._own, "place")  # of a name that the language has no words for
        return name if numbered or not isinstance(form, str) else filled(form, {"place": name})

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, (int, float)):
            return self.number(value)
        if isinstance(value, list):
            return ", ".join(self._value(name, inner) for inner in value)
        return self.name(str(value)) if name not in ("text",) else str(value)


@cache
def replies(language: str) -> Replies:
    """Those of a language, or English where it has none. Reads the file once. Raises ConfigError."""
    english = files.read(ENGLISH, NAME)
    known = files.has(language, NAME)
    own = files.read(language, NAME) if known else english
    told, claims = (known and files.has(language, name) for name in (REASONS, PROMISES))
    return Replies(
        language if known else ENGLISH, own, english, files.read(language, REASONS) if told else None,
        files.read(language if claims else ENGLISH, PROMISES),
    )  # fmt: skip


def _key(step: Step) -> str:
    """The sentence that tells a step; the sign of a distance or an angle chooses between two."""
    arguments = step.arguments
    if step.who == SELF and step.skill in ("say", "look", "express"):
        return ""
    if step.skill == "move":
        return "move_back" if _negative(arguments.get("distance_m")) else "move_on"
    if step.skill == "turn":
        return "turn_right" if _negative(arguments.get("angle_deg")) else "turn_left"
    if step.skill == "navigate_to" and "place" not in arguments:
        return "point"
    if step.skill == "place" and "spot" not in arguments:
        return "put_point"
    if step.skill == "follow_path" and "places" not in arguments:
        return "other"
    if step.skill == "look_at" and "x" in arguments:
        return "other"
    known = ("navigate_to", "follow_path", "dock", "look_at", "wait", "arm_pose", "wave", "open_gripper",
             "close_gripper", "grasp", "place", "remember", "find", "come_to", "follow")  # fmt: skip
    return step.skill if step.skill in known else "other"


def _negative(value: object) -> bool:
    return isinstance(value, (int, float)) and value < 0


def _at(content: object, key: str) -> object:
    for part in key.split("."):
        content = content.get(part) if isinstance(content, Mapping) else None
    return content
