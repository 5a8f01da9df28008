# SPDX-License-Identifier: Apache-2.0
"""Questions as people ask them, read from bench/cases/questions.yaml; and the judge of their answers.

Half of them are held back: only their score is ever told (mind/cases.py says how that half is drawn).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from mind.cases import Came, Case, Turn, read_turn, spoken

FILE = Path(__file__).resolve().parents[1] / "cases" / "questions.yaml"
KEYS = frozenset("say before says not number affirms negates unknown denies talk most".split())
#: A way is longer than the straight line.
NEAR_M = 0.6
#: What was said before, by name and language; `_going` is still under way when the question comes.
OFFICE = {
    "en": "rover1 go to the office", "de": "rover1 fahr ins Büro", "fr": "rover1 va au bureau",
    "es": "rover1 ve a la oficina", "it": "rover1 vai in ufficio",
}  # fmt: skip
GARAGE = {
    "en": "rover1 go to the garage", "de": "rover1 fahr in die Garage", "fr": "rover1 va au garage",
    "es": "rover1 ve al garaje", "it": "rover1 vai in garage",
}  # fmt: skip
EARLIER: Mapping[str, Mapping[str, str]] = {
    "went": OFFICE, "going": OFFICE, "refused": GARAGE,
    "where2": {"en": "where is rover2?"}, "can": {"en": "what can you do?"},
}  # fmt: skip
YES = re.compile(r"^\W*(yes|ja|oui|sí|si|sì)\b", re.IGNORECASE)
NO = re.compile(r"^\W*(no|nein|non)\b", re.IGNORECASE)
UNKNOWN = re.compile(
    r"(do not know|don't know|unknown|cannot tell|weiß (\w+ )?nicht|kann ich nicht sagen|ne (le )?sais pas|no (lo )?sé"
    r"|non (lo )?so)", re.IGNORECASE,
)  # fmt: skip
#: That nothing of the kind is known: no deed, no fault, no order, no such place.
DENIES = re.compile(
    r"(know of no|know no|nothing (has been done|that failed)|never|is not|von nichts|weiß ich nichts|nichts getan|ist nicht"
    r"|ne sais rien|ne connais pas|n'est pas|aucun|rien n'|no sé de|de nada|no conozco|ningun|nada|no está|non so|di nulla|di niente|nessun|niente"
    r"|non è)", re.IGNORECASE,
)  # fmt: skip
#: What only an answer from data would name.
HERE = re.compile(r"\b(rover\s?\d|arm1|dock|prozent|percent|pour cent|por ciento|per cento)", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """One question. `wanted`: what the file says of its true answer."""

    kind: str
    language: str
    turns: tuple[Turn, ...]
    wanted: Mapping[str, object]

    @property
    def case(self) -> Case:
        return Case(self.kind, self.language, self.turns)

    def verdict(self, came: Came) -> str:
        """true, false or silent: whether the answer is the true one, another one, or none."""
        if came.moved or came.stops:
            return "false"
        reply, wanted = " ".join((came.reply, *came.announced)), self.wanted
        if wanted.get("talk"):
            if HERE.search(reply):
                return "false"
            return "true" if came.model or not (UNKNOWN.search(reply) or DENIES.search(reply)) else "silent"
        if any(spoken(word, reply) for word in _listed(wanted.get("not"))):
            return "false"
        if self._true(reply):
            return (
                "true" if len(re.findall(r"\w+", reply)) <= int(str(wanted.get("most", 1000))) else "silent"
            )
        if UNKNOWN.search(reply) or came.model:
            return "silent"
        contrary = {"affirms": NO, "negates": YES, "denies": YES}
        expected = [pattern for key, pattern in contrary.items() if wanted.get(key)]
        return "false" if not expected or expected[0].search(reply) else "silent"

    def _true(self, reply: str) -> bool:
        wanted = self.wanted
        if "number" in wanted:
            near = float(str(wanted["number"]))
            bare = re.sub(r"\b(rover|arm|dock)_?\d+", "", reply)
            return any(
                abs(float(n.replace(",", ".")) - near) < NEAR_M for n in re.findall(r"\d+(?:[.,]\d+)?", bare)
            )
        if "says" in wanted and any(spoken(word, reply) for word in _listed(wanted["says"])):
            return True
        right = {"affirms": YES, "negates": NO, "unknown": UNKNOWN, "denies": DENIES}
        return any(wanted.get(key) and pattern.search(reply) for key, pattern in right.items()) or bool(
            wanted.get("denies") and UNKNOWN.search(reply)
        )


def load() -> list[Asked]:
    """All questions. Raises ValueError naming the one that is wrong."""
    found = []
    for kind, languages in yaml.safe_load(FILE.read_text(encoding="utf-8")).items():
        for language, entries in languages.items():
            for entry in entries:
                if "say" not in entry or entry.keys() - KEYS or len(entry.keys() - {"before"}) < 2:
                    raise ValueError(
                        f"{FILE.name}: {entry!r} is no question; it has say, and what is true of {sorted(KEYS)}"
                    )
                before = entry.get("before")
                first = [_earlier(str(before), language)] if before else []
                turns = (*first, read_turn({"say": entry["say"]}, FILE.name))
                found.append(Asked(kind, language, turns, entry))
    return found


def _earlier(name: str, language: str) -> Turn:
    return read_turn({"say": EARLIER[name][language], "hold": name == "going"}, FILE.name)


def _listed(value: object) -> Sequence[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
