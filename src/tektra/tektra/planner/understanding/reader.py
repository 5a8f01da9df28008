# SPDX-License-Identifier: Apache-2.0
"""Reads a sentence: an order, a question, an answer, a correction or talk. Rules over data; milliseconds; no model.

    words ─▶ chunks ─▶ clauses, each matched with the sentences of the language and of the robots ─▶ steps, doubts, refusals

docs/decisions/reading.md tells why it is made so; docs/languages.md how a language, a name or a sentence is added.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tektra.common.kept_json import KeptJson
from tektra.language import files
from tektra.language.detect import Detected, Detector, detector, plain_words
from tektra.language.text import Shape
from tektra.planner.understanding.choosing import chosen
from tektra.planner.understanding.chunks import cut, spelled
from tektra.planner.understanding.clauses import MAX_CHUNKS, divide
from tektra.planner.understanding.embedded import with_embedded
from tektra.planner.understanding.enclitics import row_of
from tektra.planner.understanding.kept_vocabularies import load_kept
from tektra.planner.understanding.lexicon import SceneLexicon, SmallTalk, make_lexicon, make_scene_lexicon
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.names import robot_phrases, stems
from tektra.planner.understanding.phrasing import phrased, phrased_doubt
from tektra.planner.understanding.reading import FOREIGN, SMALL_TALK, Act, Doubt, Reading
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.sentence import Sentence
from tektra.planner.understanding.suggested import with_suggested
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.told_before import against_told, with_told
from tektra.planner.understanding.vocabulary import Vocabulary, load_vocabulary
from tektra.planner.understanding.who_is_meant import pointed_out


def make_reader(environment: Mapping[str, str] = os.environ, kept: Path | None = None) -> Reader:
    """A reader of all languages that have sentences, with those of the person's own folder.

    Blocks for about a second a language; half of that where the folder `kept` has them of an earlier time. Raises ConfigError,
    naming the file to correct.
    """
    folders = [files.folder(), files.own_folder(environment)]
    codes = [code for code in files.languages() if files.has(code, "sentences")]
    collects = gc.isenabled()
    gc.disable()  # a million small objects are made, and none is dropped: looking for garbage would take as long again
    try:
        load = load_vocabulary if kept is None else partial(load_kept, kept=KeptJson(kept))
        return Reader([load(code, folders) for code in codes])
    finally:
        gc.freeze()  # it would be looked through at once
        if collects:
            gc.enable()


class Reader:
    """Reads in the languages of its vocabularies. One thread uses it: it keeps what the last scene's names are."""

    def __init__(self, vocabularies: Sequence[Vocabulary], detector_: Detector | None = None) -> None:
        self._lexicons = {vocabulary.language: make_lexicon(vocabulary) for vocabulary in vocabularies}
        self._small = SmallTalk(phrase for vocabulary in vocabularies for phrase in vocabulary.small_talk)
        self._greeted = self._small
        self._detector = detector_
        self._scene: Scene | None = None
        self._names: frozenset[str] = frozenset()
        self._own: dict[str, SceneLexicon] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._lexicons)

    def read(self, words: str, scene: Scene, language: str = "") -> Reading:
        """What the words mean in that scene. `language`: the one to read in; empty: the one that the words are of.

        Of languages that are as likely, the one in which most is read.
        """
        self._know(scene)
        if language in self._lexicons:
            return self._unless_small(self._read(words, scene, language))
        detected = self._detected(words, scene.memory.language)
        if detected.foreign:
            if scene.memory.pending is not None and scene.memory.language in self._lexicons:
                answer = self._read(words, scene, scene.memory.language)  # "Not nineteen, ninety."
                if answer.whole and answer.act in (Act.ANSWER, Act.ORDER, Act.CORRECTION):
                    return self._unless_small(answer)
            return Reading(words, scene.memory.language, Act.UNCLEAR, whole=False, indirect=FOREIGN)
        likely = [each for each in detected.likely if each in self._lexicons]
        likely += [each for each in self._lexicons if each not in detected.scores]
        if not likely:
            return Reading(words, detected.language, Act.UNCLEAR, whole=False)
        found = min((self._read(words, scene, each) for each in likely), key=_unread)
        vocabulary = self._lexicons[found.language].vocabulary
        again = partial(self._read, scene=scene, language=found.language)
        found = with_suggested(found, again, vocabulary, scene.memory.steps)
        whole = with_embedded(found, again, vocabulary)
        return self._unless_small(phrased(whole, vocabulary))

    def asked(self, doubt: Doubt, language: str) -> Doubt:
        """The doubt with its question and its choices in that language, or the first that there is."""
        lexicon = self._lexicons.get(language) or next(iter(self._lexicons.values()))
        return phrased_doubt(doubt, lexicon.vocabulary)

    def _detected(self, words: str, before: str) -> Detected:
        self._detector = self._detector or detector()
        return self._detector.detect(words, names=self._names, before=before)

    def _unless_small(self, reading: Reading) -> Reading:
        """Small talk is an order to nobody, whatever a robot calls its skills."""
        row = [token.plain for token in tokens(reading.words) if token.shape is not Shape.MARK]
        if reading.act is not Act.UNCLEAR or not self._greeted.covers(row):
            return reading
        return replace(reading, act=Act.TALK, whole=True, indirect=SMALL_TALK)

    def _know(self, scene: Scene) -> None:
        known = self._scene
        if known is None or known.robots != scene.robots or known.named != scene.named:
            self._own = {
                language: make_scene_lexicon(scene, lexicon.vocabulary, self._small)
                for language, lexicon in self._lexicons.items()
            }
            phrases = (robot_phrases(scene.robots, lexicon.vocabulary) for lexicon in self._lexicons.values())
            self._greeted = self._small.with_(phrase for names in phrases for _, phrase in names)
            called = (*(robot.name for robot in scene.robots), *(named.name for named in scene.named))
            self._names = plain_words(called) | stems(scene.robots)
        self._scene = scene

    def _read(self, words: str, scene: Scene, language: str) -> Reading:
        lexicon, own = self._lexicons[language], self._own[language]
        said = row_of(spelled(words, lexicon, own), lexicon)
        chunks = pointed_out(cut(words, said, lexicon, own), said, lexicon, scene)
        if not chunks or len(chunks) > MAX_CHUNKS:
            return Reading(words, language, Act.TALK if not chunks else Act.UNCLEAR, whole=False)
        if (answer := chosen(words, language, scene, chunks, lexicon)) is not None:
            return phrased(answer, lexicon.vocabulary)
        matcher = Matcher(lexicon, own, scene)
        row = [token.plain for token in said]
        parts = divide(chunks, matcher, words, row)
        reading = Sentence(words, language, scene, matcher, lexicon.vocabulary, chunks, parts).read()
        told = with_told(against_told(reading, scene), parts, lexicon.vocabulary)
        return phrased(told, lexicon.vocabulary)


def _unread(reading: Reading) -> tuple[int, bool]:
    return sum(len(clause.unread) for clause in reading.clauses), not reading.whole
