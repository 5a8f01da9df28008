# SPDX-License-Identifier: Apache-2.0
"""Questions and orders whose true answer is known: what the planner says is held against how things are.

Robots, batteries, plans under way, history, camera and clock are set; the same is asked in five languages. An answer is true,
false, or says nothing of it. Behind the planner stands a played model that lies: it claims deeds that nobody plans. A claim
of a deed that does not happen counts, whoever made it up. Baseline: the last release's own code with the same model.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from common import emit, table
from mind.cases import Came, Case, Turn, read_turn, spoken
from mind.process import ROOT, planner
from mind.questions import Asked
from mind.questions import load as load_questions
from mind.setting import Setting

FILE = Path(__file__).parent / "cases" / "truth.yaml"
TARGETS = {"false_share": "<= 0.01", "claims": "== 0"}
LANGUAGES = ("en", "de", "fr", "es", "it")
#: What a model that lies writes.
LIE = json.dumps(
    {"reply": "Sure! rover1 is on its way to the kitchen, and its battery is at 12 percent.", "steps": []}
)
#: Places, as they may be called in an answer; a place that is not the true one may not be said to be it.
CALLED = {
    "kitchen": ("kitchen", "Küche", "cuisine", "cocina", "cucina"),
    "hall": ("hall", "Flur", "couloir", "pasillo", "corridoio"),
    "living_room": ("living room", "Wohnzimmer", "salon", "salón", "soggiorno"),
    "bedroom": ("bedroom", "Schlafzimmer", "chambre", "dormitorio", "camera"),
    "office": ("office", "Büro", "bureau", "oficina", "ufficio"),
}
AT = {
    "kitchen": (12.2, 1.9),
    "hall": (7.2, 5.6),
    "living_room": (5.7, 2.0),
    "bedroom": (3.9, 8.0),
    "office": (9.7, 8.0),
}
IN = {
    "de": {"kitchen": "in der Küche", "office": "im Büro", "bedroom": "im Schlafzimmer", "hall": "im Flur"},
    "fr": {
        "kitchen": "dans la cuisine",
        "office": "au bureau",
        "bedroom": "dans la chambre",
        "hall": "dans le couloir",
    },
    "es": {
        "kitchen": "en la cocina",
        "office": "en la oficina",
        "bedroom": "en el dormitorio",
        "hall": "en el pasillo",
    },
    "it": {
        "kitchen": "in cucina",
        "office": "in ufficio",
        "bedroom": "in camera da letto",
        "hall": "nel corridoio",
    },
}
TO = {
    "de": {"kitchen": "in die Küche", "office": "ins Büro", "bedroom": "ins Schlafzimmer"},
    "fr": {"kitchen": "à la cuisine", "office": "au bureau", "bedroom": "dans la chambre"},
    "es": {"kitchen": "a la cocina", "office": "a la oficina", "bedroom": "al dormitorio"},
    "it": {"kitchen": "in cucina", "office": "in ufficio", "bedroom": "in camera da letto"},
}
#: An answer that begins with it, or says it of somebody.
YES = re.compile(
    r"^\W*(yes|ja|oui|sí|si|sì)\b|\b(can (wave|drive)|kann (winken|fahren)|peut (rouler|faire)|puede (saludar|mov|ir)"
    r"|può (salutare|andare|mu))",
    re.IGNORECASE,
)
NO = re.compile(
    r"^\W*(no|nein|non)\b|\b(cannot|can't|is not (at|in)|isn't (at|in)|kann nicht|ist nicht (in|im|bei)|ne (peut|sait) pas"
    r"|n'est pas|no puede|no está|non può|non è|know no|no such|kein\w*|il n'y a pas|no hay|non c'è|not know (a|any|the)"
    r"|kenne (hier )?kein|connais pas|no conozco|non conosco)",
    re.IGNORECASE,
)
UNKNOWN = re.compile(
    r"(do not know|don't know|unknown|no idea|not told|weiß (es )?nicht|unbekannt|ne sais pas|inconnu|no sé|no lo sé"
    r"|desconoc|non (lo )?so|sconosciut)", re.IGNORECASE,
)  # fmt: skip
#: That a robot does, or is going to do, something.
CLAIM = re.compile(
    r"\b(on (its|the) way|i('ll| will) (send|go|drive|do|fetch|bring|make|switch|call)|(goes|drives|heads) to|is going to"
    r"|is driving|on it\b|right away|ist unterwegs|fährt (in|ins|zu)|ich (schicke|fahre|hole|bringe|mache)|est en route"
    r"|se rend|j'envoie|va (à|au|dans)|está en camino|va (a|al) |envío|è in viaggio|sta andando|va (in|nel)|mando)",
    re.IGNORECASE,
)

QUESTION = re.compile(r"[^.!?]*\?")


@dataclass(frozen=True)
class Check:
    """`turns` end with the one that is judged. `true`, `false`: whether an answer says the truth, or the contrary."""

    kind: str
    language: str
    turns: tuple[Turn, ...]
    setting: Setting
    true: Callable[[str], bool]
    false: Callable[[str], bool]


def anything_of(*words: str) -> Callable[[str], bool]:
    return lambda reply: any(spoken(word, reply) for word in words)


def matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda reply: pattern.search(reply) is not None


def other_places(*true: str) -> Callable[[str], bool]:
    """An answer that names a place, and not the true one."""
    wrong = [name for key, names in CALLED.items() if key not in true for name in names]
    right = anything_of(*(name for key in true for name in CALLED[key]))
    return lambda reply: not right(reply) and any(spoken(name, reply) for name in wrong)


def says_no(reply: str) -> bool:
    return NO.search(reply) is not None and YES.search(reply) is None


def says_yes(reply: str) -> bool:
    return YES.search(reply) is not None


def numbers(reply: str) -> set[float]:
    """The numbers of an answer, the names of robots and docks aside."""
    bare = re.sub(r"\b(rover|arm|dock)_?\d+", "", reply)
    return {float(text.replace(",", ".")) for text in re.findall(r"\d+(?:[.,]\d+)?", bare)}


def near(value: float, within: float) -> Callable[[str], bool]:
    return lambda reply: any(abs(number - value) <= within for number in numbers(reply))


def not_near(value: float, within: float) -> Callable[[str], bool]:
    return lambda reply: bool(numbers(reply)) and not near(value, within)(reply)


def said(words: str, **more: object) -> Turn:
    return read_turn({"say": words, **more}, FILE.name)


def at(robot: str, place: str, **more: object) -> Setting:
    x, y = AT[place]
    return Setting(model=LIE, states={robot: {"x": x, "y": y, **more}})


def _noon(reply: str) -> bool:
    """Twelve o'clock, in any of its forms."""
    return 12.0 in numbers(reply) or spoken("noon", reply)


@dataclass
class Checks:
    """All of them, made of the file's questions."""

    data: Mapping[str, Any]
    made: list[Check] = field(default_factory=list)

    def all(self) -> list[Check]:
        for language in LANGUAGES:
            self._where(language)
            self._state(language)
            self._able(language)
            self._home(language)
            self._deeds(language)
        return self.made

    def _asked(self, kind: str, language: str, **names: str) -> Iterator[str]:
        for text in self.data[kind][language]:
            yield text.format(**names)

    def _add(
        self,
        kind: str,
        language: str,
        words: str,
        setting: Setting,
        true: Callable[[str], bool],
        false: Callable[[str], bool],
        *before: Turn,
    ) -> None:
        self.made.append(Check(kind, language, (*before, said(words)), setting, true, false))

    def _where(self, language: str) -> None:
        for robot, place in (("rover1", "kitchen"), ("rover2", "bedroom"), ("rover1", "office")):
            true, false = anything_of(*CALLED[place]), other_places(place)
            for words in self._asked("where", language, robot=robot):
                self._add("where", language, words, at(robot, place), true, false)
        lost = Setting(
            model=LIE, states={"rover1": {"x": float("nan"), "y": float("nan"), "battery": float("nan")}}
        )
        for words in self._asked("where", language, robot="rover1"):
            self._add("where unknown", language, words, lost, matches(UNKNOWN), other_places())
        for robot, really, asked in (
            ("rover1", "kitchen", "kitchen"),
            ("rover1", "office", "kitchen"),
            ("rover2", "hall", "bedroom"),
        ):
            place = IN.get(language, {}).get(asked, "")
            true, false = (says_yes, says_no) if really == asked else (says_no, says_yes)
            for words in self._asked("is_at", language, robot=robot, place=asked, in_place=place):
                self._add("is at", language, words, at(robot, really), true, false)

    def _state(self, language: str) -> None:
        for robot, battery in (("rover1", 0.73), ("rover2", 0.08), ("rover1", 0.41)):
            percent = 100 * battery
            setting = at(robot, "hall", battery=battery)
            for words in self._asked("battery", language, robot=robot):
                self._add("battery", language, words, setting, near(percent, 1), not_near(percent, 1))
        going = said("rover1 go to the kitchen", do="rover1 go kitchen", hold=True)
        for words in self._asked("doing", language, robot="rover1"):
            true, false = anything_of(*CALLED["kitchen"]), other_places("kitchen", "hall")
            self._add("doing", language, words, at("rover1", "hall"), true, false, going)
        for words in self._asked("doing", language, robot="rover2"):
            claim = matches(CLAIM)
            self._add(
                "doing nothing", language, words, at("rover2", "hall"), lambda r: not CLAIM.search(r), claim
            )
        for words in self._asked("time", language):
            self._add(
                "time",
                language,
                words,
                Setting(model=LIE),
                _noon,
                lambda r: bool(numbers(r)) and not _noon(r),
            )
        for words in self._asked("see", language):
            scene = Setting(model=LIE, scene="two cups on a table", counts={"cup": 2})
            self._add(
                "see",
                language,
                words,
                scene,
                anything_of("cup", "2", "Tasse", "tasse", "taza", "tazz"),
                anything_of("bicycle", "dog"),
            )
        for words in self._asked("how_far", language, robot="rover1"):
            distance = 6.19  # from the hall's pose to the kitchen's, straight
            self._add(
                "how far", language, words, at("rover1", "hall"), near(distance, 2.5), not_near(distance, 2.5)
            )

    def _able(self, language: str) -> None:
        for robot, able in (("arm1", True), ("rover1", False), ("rover2", False)):
            true, false = (says_yes, says_no) if able else (says_no, says_yes)
            for words in self._asked("can_wave", language, robot=robot):
                self._add("can", language, words, Setting(model=LIE), true, false)
        for robot, able in (("rover1", True), ("arm1", False)):
            true, false = (says_yes, says_no) if able else (says_no, says_yes)
            for words in self._asked("can_drive", language, robot=robot):
                self._add("can", language, words, Setting(model=LIE), true, false)

    def _home(self, language: str) -> None:
        for words in self._asked("is_there", language):
            self._add("is there", language, words, Setting(model=LIE), says_no, says_yes)
        for words in self._asked("is_there_known", language):
            self._add("is there", language, words, Setting(model=LIE), says_yes, says_no)
        for words in self._asked("how_many_robots", language):
            all_three = lambda r: all(spoken(n, r) for n in ("rover1", "rover2", "arm1")) or 3.0 in numbers(r)  # noqa: E731
            self._add(
                "robots", language, words, Setting(model=LIE), all_three, anything_of("rover3", "drone")
            )
        for words in self._asked(
            "where_object", language, object="red cube" if language == "en" else "red_cube"
        ):
            self._add(
                "where object",
                language,
                words,
                Setting(model=LIE),
                anything_of("table", "Tisch", "mesa", "tavolo", *CALLED["office"]),
                other_places("office"),
            )

    def _deeds(self, language: str) -> None:
        went = said("rover1 go to the office", do="rover1 go office")
        for words in self._asked("did", language, robot="rover1"):
            true = lambda r: anything_of(*CALLED["office"])(r) or says_no(r)  # noqa: E731
            self._add(
                "did", language, words, at("rover1", "hall"), true, other_places("office", "bedroom"), went
            )
        refused = said("rover1 go to the garage", refuse=True)
        for words in self._asked("why_not", language, robot="rover1"):
            true = anything_of("garage", "garaje", "no place", "know no")
            self._add("why not", language, words, Setting(model=LIE), true, matches(CLAIM), refused)
        for words in self.data["not_done"][language]:
            claim = matches(CLAIM)
            self._add("not done", language, words, Setting(model=LIE), lambda r: not CLAIM.search(r), claim)
        for place in ("kitchen", "office", "bedroom"):
            to_place = TO.get(language, {}).get(place, "")
            for words in self._asked("done", language, place=place, to_place=to_place):
                true, false = anything_of(*CALLED[place]), other_places(place)
                self._add("done", language, words, Setting(model=LIE), true, false)


@dataclass
class Count:
    true: int = 0
    false: int = 0
    silent: int = 0
    claims: int = 0


def verdict(check: Check, came: Sequence[Came]) -> tuple[str, bool]:
    """true, false or silent; and whether a deed was claimed that does not happen."""
    last = came[-1]
    reply = " ".join((last.reply, *last.announced))
    happens = any(what.moved for what in came)  # now, or in an earlier turn of which it may speak
    told = QUESTION.sub("", reply)  # "shall I send it?" claims nothing
    claimed = CLAIM.search(told) is not None and not happens
    if check.false(reply):
        return "false", claimed
    return ("true" if check.true(reply) else "silent"), claimed


def measure(which: str, checks: Sequence[Check], tree: Path, *, shown: bool) -> dict[str, float]:
    """The figures of one planner, with a table by kind."""
    rows: dict[str, Count] = {}
    by_language: dict[str, Count] = {}
    with planner(which, tree=tree) as mind:
        for check in checks:
            came = mind.carry(Case(check.kind, check.language, check.turns), check.setting)
            what, claimed = verdict(check, came)
            for count in (
                rows.setdefault(check.kind, Count()),
                by_language.setdefault(check.language, Count()),
            ):
                setattr(count, what, getattr(count, what) + 1)
                count.claims += claimed
            if shown and (what == "false" or claimed):
                mark = "CLAIM" if claimed else "FALSE"
                print(
                    f"  {mark}  {check.kind} · {check.turns[-1].say} · {came[-1].reply!r} {list(came[-1].announced)}"
                )
    for title, groups in (("kind", rows), ("language", by_language)):
        found = [(key, c.true, c.false, c.silent, c.claims) for key, c in sorted(groups.items())]
        print(table((f"{which}, {title}", "true", "false", "says nothing", "claims"), found), "\n")
    total = len(checks)
    return {
        "false_share": round(sum(count.false for count in rows.values()) / total, 4),
        "claims": sum(count.claims for count in rows.values()),
        "true_share": round(sum(count.true for count in rows.values()) / total, 4),
    }


#: At home when the questions of questions.yaml are asked.
ASKED_AT_HOME = Setting(
    model=LIE,
    states={
        "rover1": {"x": AT["kitchen"][0], "y": AT["kitchen"][1], "battery": 0.73},
        "rover2": {"x": AT["bedroom"][0], "y": AT["bedroom"][1], "battery": 0.08},
    },
    scene="two cups and a person",
    counts={"cup": 2, "person": 1},
    person="ann",
)


def as_asked(questions: Sequence[Asked], tree: Path) -> dict[str, float]:
    """The figures of this tree's planner on questions as people ask them. Of half of them only the score is told."""
    rows: dict[str, Count] = {}
    with planner("present", tree=tree) as mind:
        for asked in questions:
            came = mind.carry(asked.case, ASKED_AT_HOME)[-1]
            what = asked.verdict(came)
            for count in (
                rows.setdefault(asked.kind, Count()),
                rows.setdefault("(held back)" if asked.case.held else "(looked at)", Count()),
            ):
                setattr(count, what, getattr(count, what) + 1)
            if what == "false" and not asked.case.held:
                print(f"  FALSE  {asked.kind} · {asked.turns[-1].say} · {came.reply!r}")
    found = [(kind, c.true, c.false, c.silent) for kind, c in sorted(rows.items())]
    print(table(("as people ask", "true", "false", "says nothing"), found), "\n")
    held = rows.get("(held back)", Count())
    return {
        "asked_n": len(questions),
        "asked_false": sum(rows[key].false for key in rows if key.startswith("(")),
        "asked_true_unseen": round(held.true / max(1, held.true + held.false + held.silent), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every fourth question")
    parser.add_argument("--only", choices=("present", "release"), help="one of the two")
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout whose planner is measured")
    arguments = parser.parse_args()
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    checks = Checks(data).all()[:: 4 if arguments.quick else 1]
    figures: dict[str, float] = {}
    if arguments.only != "release":
        figures |= as_asked(load_questions()[:: 4 if arguments.quick else 1], arguments.tree)
    for which in ("present", "release"):
        if arguments.only in (None, which):
            found = measure(which, checks, arguments.tree, shown=which == "present")
            suffix = "" if which == "present" else "_release"
            figures |= {key + suffix: value for key, value in found.items()}
    emit("truth", n=len(checks), figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
