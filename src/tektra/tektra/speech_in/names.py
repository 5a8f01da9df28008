# SPDX-License-Identifier: Apache-2.0
"""Names that are likely to be said, as a recogniser is told of them: "rover1" is said "rover one"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tektra.common.errors import ConfigError, TektraError
from tektra.common.paths import share_dir
from tektra.common.world import load_world
from tektra.language import files

#: Whisper takes 224 tokens of a prompt; a name has three or four.
MOST_CHARS = 500
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_PART = re.compile(r"[^\W\d_]+|\d+")


def as_said(name: str, locale: str) -> str:
    """ "living_room" is "living room"; a number is a word in English, as there it is confused with others ("to", "for")."""
    parts = _PART.findall(name)
    if locale.startswith("en"):
        parts = [_NUMBERS[int(part)] if part.isdecimal() and int(part) <= 12 else part for part in parts]
    return " ".join(parts)


def sentence(names: Iterable[str], locale: str) -> str:
    """All of them in one sentence, the first first, as far as a recogniser takes them; empty without any."""
    said: list[str] = []
    for name in dict.fromkeys(as_said(name, locale) for name in names):
        if name and sum(map(len, said)) + 2 * len(said) + len(name) < MOST_CHARS:
            said.append(name)
    text = ", ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def languages_of(locale: str) -> tuple[str, ...]:
    """ "en,de-AT" is "en" and "de"."""
    return tuple(dict.fromkeys(tag.strip().split("-")[0].lower() for tag in locale.split(",")))


def in_language(name: str, language: str) -> str:
    """A place or thing of the home as that language calls it (config/language/<code>/replies.yaml); any other name as it is."""
    try:
        places = files.read(language, "replies").get("places")
    except ConfigError:  # a language without words of its own
        return name
    called = places.get(name) if isinstance(places, dict) else None
    return str(called.get("name", name)) if isinstance(called, dict) else name


def sentences(names: Iterable[str], locale: str) -> dict[str, str]:
    """For each language of the locale, the names as they are said in it: with another language's names before it, a recogniser takes what it
    hears for that language."""
    all_names = tuple(names)
    return {
        language: sentence((in_language(name, language) for name in all_names), language)
        for language in languages_of(locale)
    }


def home_names(world_file: str) -> tuple[str, ...]:
    """Of the places, rooms and small things of a world file, empty for Tektra's own; none where it cannot be read. Blocks on the disk."""
    try:
        world = load_world(world_file or share_dir() / "config" / "world.yaml")
    except (TektraError, OSError):
        return ()
    return (*world.rooms, *world.places, *world.objects)


def is_recital(text: str, names: str) -> bool:
    """Whether a text is that sentence, or a part of three and more names of it: what a recogniser makes of noise."""
    given, heard = (" ".join(re.findall(r"\w+", one.casefold())) for one in (names, text))
    return text.count(",") >= 2 and bool(heard) and f" {heard} " in f" {given} "
