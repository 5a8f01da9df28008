# SPDX-License-Identifier: Apache-2.0
"""What the model is shown: who it is, who is there, a few examples, the conversation, and the request with its data.

What changes rarely comes first and is the same text each time, so that the back end can keep its work on it; what
changes with each request (camera, state) comes last, beside the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tektra.common.errors import ConfigError
from tektra.planner.backends import Message
from tektra.planner.conversation.context_window import Turn
from tektra.planner.plans.plan import SELF
from tektra.planner.world.catalogue import Catalogue, Skill

_HEADING = re.compile(r"^# (System|Example)\b *(\w*) *$", re.MULTILINE)
_TURN = re.compile(r"\s*user: (.*)\nanswer: (.*)\s*$")
#: Longest line of seen or remembered text that goes into a prompt.
DATA_MAX_CHARS = 300


@dataclass(frozen=True)
class Example:
    """A turn shown before the real one; only where two robots have `skill` (none: always)."""

    skill: str
    user: str
    answer: str


@dataclass(frozen=True)
class Template:
    """A prompt file, read."""

    system: str
    examples: tuple[Example, ...]


def read_template(path: Path) -> Template:
    """Reads a prompt file. Blocks on the disk. Raises ConfigError naming the file and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error})", "give the path of a prompt file") from None
    heads = list(_HEADING.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
    system, examples = "", []
    for head, end in zip(heads, ends, strict=True):
        body = text[head.end() : end].strip()
        if head[1] == "System":
            system = body
        elif turn := _TURN.match(body):
            examples.append(Example(head[2], turn[1], turn[2]))
        else:
            raise ConfigError(
                f"{path}: {head[0]!r} is not followed by user: and answer:", "write one line for each"
            )
    if not system:
        raise ConfigError(f"{path} has no part '# System'", "add it; see config/prompts/planner.md")
    return Template(system, tuple(examples))


@dataclass(frozen=True)
class Now:
    """What is so at the moment of a request. Seen, heard and kept text: data, cleaned before it is shown."""

    scene: str = ""
    state: str = ""
    facts: tuple[str, ...] = ()
    manner: str = ""  # of the house's own file
    language: str = ""  # that the answer is to be in, by its English name


class Prompt:
    """Writes the messages for one catalogue and places. Immutable; it always opens with the same."""

    def __init__(self, template: Template, catalogue: Catalogue, places: Sequence[str]) -> None:
        filled = {"robots": "\n".join(_people(catalogue)), "places": ", ".join(places) or "none"}
        self.opening: tuple[Message, ...] = (Message("system", _fill(template.system, filled)),)
        for example in template.examples:
            self.opening += tuple(_shown(example, catalogue, places))

    def messages(
        self, words: str, *, turns: Sequence[Turn] = (), now: Now = Now(), before: str = ""
    ) -> list[Message]:
        """The whole prompt for a request. `words` is the person's sentence, already checked for length. `before`: what was
        talked about before those turns."""
        data = [f"Camera sees (data): {cleaned(now.scene)}"] if now.scene else []
        data += [f"State (data): {cleaned(now.state)}"] if now.state else []
        data += [f"Memory (data): {cleaned(fact)}" for fact in now.facts]
        data += [f"Your manner: {cleaned(now.manner)}"] if now.manner else []
        data += [f"Answer in {now.language}."] if now.language else []
        request = Message("user", "\n".join([*data, words]))
        talk = [*(message for turn in turns for message in turn.messages), request]
        if before:
            talk[0] = Message("user", f"Earlier talk (data): {cleaned(before)}\n{talk[0].content}")
        return [*self.opening, *talk]


def cleaned(text: str) -> str:
    """Seen or kept text as one line of plain data: no line breaks, braces or control characters, not too long."""
    plain = "".join(" " if ord(character) < 32 or character in "{}<>|`" else character for character in text)
    return " ".join(plain.split())[:DATA_MAX_CHARS]


def _people(catalogue: Catalogue) -> Iterable[str]:
    """For each group of robots with the same skills, and for Tektra, a line and one for each skill."""
    groups: dict[str, list[str]] = {}
    for name, actor in catalogue.actors.items():
        kind = "you" if name == SELF else actor.kind
        skills = "".join(f"\n- {_signature(skill)}: {cleaned(skill.sentence)}" for skill in actor.skills)
        groups.setdefault(f" ({kind}):{skills}", []).append(name)
    for what, names in groups.items():
        yield f"{', '.join(names)}{what}"
    if not catalogue.robots:
        yield "No robot is here now."


def _signature(skill: Skill) -> str:
    """As `turn(angle_deg)`."""
    properties = skill.schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    return f"{skill.name}({', '.join(known)})"


def _shown(example: Example, catalogue: Catalogue, places: Sequence[str]) -> Iterable[Message]:
    able = [name for name in catalogue.robots if catalogue.actors[name].skill(example.skill)]
    filled = dict(zip("AB", able, strict=False)) | dict(zip("PQ", places, strict=False))
    wanted = set(re.findall(r"\{([A-Z])\}", example.user + example.answer))
    if wanted <= filled.keys():
        yield Message("user", _fill(example.user, filled))
        yield Message("assistant", _fill(example.answer, filled))


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Puts in the values of {names}; other braces stay, since answers are JSON."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
