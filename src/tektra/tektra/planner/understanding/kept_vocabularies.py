# SPDX-License-Identifier: Apache-2.0
"""Vocabularies that are kept written out: the templates of a language make some forty thousand frames, in half a second of a core.

What is kept is told by all that it was made of: the files' content, this code and the parser's version. It is kept only where it
reads back as the very same, and what does not read back is made anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tektra.common.kept_json import KeptJson
from tektra.language import text
from tektra.language.files import read_file
from tektra.planner.understanding import templates, tokens, vocabulary
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.vocabulary import (
    Frame,
    Part,
    Use,
    Vocabulary,
    make_vocabulary,
    sentence_files,
)

_CODE = (text, templates, tokens, vocabulary, sys.modules[__name__])
#: Of a frame, what its forms may differ in; and what all forms of one template have in common.
VARYING = ("phrases", "slots", "opens", "after")
COMMON = tuple(each.name for each in fields(Frame) if each.name not in VARYING)


def load_kept(language: str, folders: Sequence[Path], kept: KeptJson) -> Vocabulary:
    """As load_vocabulary, from what was kept where that is still the same. Blocks on the disk. Raises ConfigError."""
    files = sentence_files(language, folders)
    key = _key(language, files)
    if (found := _read_back(kept.find(language, key))) is not None:
        return found
    made = make_vocabulary(language, [(str(file), read_file(file)) for file in files])
    told = written(made)
    if _read_back(_through_json(told)) == made:  # YAML has values that JSON has no words for, or other ones
        kept.keep(language, key, told)
    return made


def written(vocabulary: Vocabulary) -> dict[str, Any]:
    """A vocabulary as JSON holds it: each run of words, and what frames have in common, once."""
    runs: dict[Phrase, int] = {}
    commons: list[Any] = []
    frames: list[Any] = []
    last: list[Any] | None = None
    for frame in vocabulary.frames:
        common = [getattr(frame, name) for name in COMMON]
        if common != last:
            last = common
            steps = [[part.skill, dict(part.arguments), part.unless_held] for part in frame.steps]
            given = dict(zip(COMMON, common, strict=True))
            commons.append(given | {"use": frame.use.value, "fixed": dict(frame.fixed), "steps": steps})
        numbers = [runs.setdefault(run, len(runs)) for run in frame.phrases]
        frames.append([len(commons) - 1, numbers, frame.slots, frame.opens, frame.after])
    words = [[kind, value, runs.setdefault(run, len(runs))] for kind, value, run in vocabulary.words]
    values = {
        argument: {value: [runs.setdefault(run, len(runs)) for run in ways] for value, ways in table.items()}
        for argument, table in vocabulary.values.items()
    }
    return {
        "language": vocabulary.language,
        "runs": list(runs),
        "words": words,
        "commons": commons,
        "frames": frames,
        "names": vocabulary.names,
        "values": values,
        "small_amounts": vocabulary.small_amounts,
        "sentences": vocabulary.sentences,
        "articles": sorted(vocabulary.articles),
        "letters": vocabulary.letters,
        "noun_first": vocabulary.noun_first,
        "no_comma_before": sorted(vocabulary.no_comma_before),
        "verb_last": vocabulary.verb_last,
    }


def _through_json(told: Any) -> Any:
    with suppress(TypeError, ValueError, RecursionError):
        return json.loads(json.dumps(told))
    return None


def _read_back(told: Any) -> Vocabulary | None:
    """None for what is no vocabulary."""
    try:
        return _vocabulary(told)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return None


def _vocabulary(told: dict[str, Any]) -> Vocabulary:
    same: dict[str, str] = {}
    runs = [tuple(same.setdefault(word, word) for word in run) for run in told["runs"]]
    commons = [_common(given) for given in told["commons"]]
    tuples: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    frames: list[Frame] = []
    for number, phrases, named, opens, counts in told["frames"]:
        slots, after = tuple(named), tuple(counts)
        frames.append(
            Frame(
                phrases=tuple([runs[run] for run in phrases]),
                slots=tuples.setdefault(slots, slots),
                opens=opens,
                after=tuples.setdefault(after, after),
                **commons[number],
            )
        )
    return Vocabulary(
        told["language"],
        tuple((kind, value, runs[run]) for kind, value, run in told["words"]),
        tuple(frames),
        {name: tuple(called) for name, called in told["names"].items()},
        {
            argument: {value: tuple(runs[run] for run in ways) for value, ways in table.items()}
            for argument, table in told["values"].items()
        },
        told["small_amounts"],
        told["sentences"],
        frozenset(told["articles"]),
        told["letters"],
        told["noun_first"],
        frozenset(told["no_comma_before"]),
        told["verb_last"],
    )


def _common(given: dict[str, Any]) -> dict[str, Any]:
    parts = tuple(Part(skill, arguments, held) for skill, arguments, held in given["steps"])
    return given | {"use": Use(given["use"]), "steps": parts}


def _key(language: str, files: Iterable[Path]) -> str:
    """Of all that a vocabulary is made of. Raises nothing: a file that cannot be read is told of by who reads it."""
    digest = hashlib.sha256("\0".join((language, _made_by())).encode())
    for file in files:
        try:
            content = file.read_bytes()
        except OSError:
            content = b""
        digest.update(f"\0{file}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def _made_by() -> str:
    """The code that makes them."""
    sources = (Path(str(module.__file__)).read_text(encoding="utf-8") for module in _CODE)
    return "\0".join((*sources, version("hassil"), unicodedata.unidata_version, sys.version))
