# SPDX-License-Identifier: Apache-2.0
"""Reads a sentence: an order, a question, an answer, a correction or talk. Rules over data; milliseconds; no model.

    words ─▶ chunks ─▶ clauses, each matched with the sentences of the language and of the robots ─▶ steps, doubts, refusals

docs/decisions/reading.md tells why it is made so; docs/languages.md how a language, a name or a sentence is added.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from tektra.common import paths
from tektra.language import files
from tektra.planner.understanding.chunks import cut
from tektra.planner.understanding.clauses import MAX_CHUNKS, divide
from tektra.planner.understanding.enclitics import row_of
from tektra.planner.understanding.lexicon import SceneLexicon, make_lexicon, make_scene_lexicon
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.phrasing import phrased
from tektra.planner.understanding.reading import Act, Reading
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.sentence import Sentence
from tektra.planner.understanding.vocabulary import Vocabulary, load_vocabulary


def make_reader(environment: Mapping[str, str] = os.environ) -> Reader:
    """A reader of all languages of config/language that have sentences, with those of the person's own folder.

    Blocks for about a second a language. Raises ConfigError, naming the file to correct.
    """
    folders = [files.folder(), paths.config_dir(environment) / "language"]
    codes = [code for code in files.languages() if (folders[0] / code / "sentences").is_dir()]
    return Reader([load_vocabulary(code, folders) for code in codes])


class Reader:
    """Reads in the languages of its vocabularies. One thread uses it: it keeps what the last scene's names are."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._lexicons = {vocabulary.language: make_lexicon(vocabulary) for vocabulary in vocabularies}
        self._scene: Scene | None = None
        self._own: dict[str, SceneLexicon] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._lexicons)

    def read(self, words: str, scene: Scene, language: str = "") -> Reading:
        """What the words mean in that scene. `language`: the one to read in; empty: the one in which most is read."""
        self._know(scene)
        languages = [language] if language in self._lexicons else list(self._lexicons)
        readings = [self._read(words, scene, each) for each in languages]
        return min(readings, key=_unread)

    def _know(self, scene: Scene) -> None:
        known = self._scene
        if known is None or known.robots != scene.robots or known.named != scene.named:
            self._own = {
                language: make_scene_lexicon(scene, lexicon.vocabulary)
                for language, lexicon in self._lexicons.items()
            }
        self._scene = scene

    def _read(self, words: str, scene: Scene, language: str) -> Reading:
        lexicon, own = self._lexicons[language], self._own[language]
        chunks = cut(words, lexicon, own)
        if not chunks or len(chunks) > MAX_CHUNKS:
            return Reading(words, language, Act.TALK if not chunks else Act.UNCLEAR, whole=False)
        matcher = Matcher(lexicon, own, scene)
        row = [token.plain for token in row_of(words, lexicon)]
        parts = divide(chunks, matcher, words, row)
        reading = Sentence(words, language, scene, matcher, lexicon.vocabulary, chunks, parts).read()
        return phrased(reading, lexicon.vocabulary)


def _unread(reading: Reading) -> tuple[int, bool]:
    return sum(len(clause.unread) for clause in reading.clauses), not reading.whole
