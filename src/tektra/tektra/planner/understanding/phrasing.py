# SPDX-License-Identifier: Apache-2.0
"""Puts doubts and refusals into the language of the reading, by the sentences of its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.reading import Doubt, Reading, Refusal
from tektra.planner.understanding.vocabulary import Vocabulary


def phrased(reading: Reading, vocabulary: Vocabulary) -> Reading:
    """The reading with a sentence for each doubt and refusal."""
    doubts = tuple(phrased_doubt(doubt, vocabulary) for doubt in reading.doubts)
    refusals = tuple(replace(refusal, sentence=_refusal(refusal, vocabulary)) for refusal in reading.refusals)
    return replace(reading, doubts=doubts, refusals=refusals)


def listed(names: Sequence[str], vocabulary: Vocabulary) -> str:
    """ "the red, the green or the blue one": names joined as the language joins a choice."""
    if len(names) < 2:
        return "".join(names)
    template = vocabulary.sentences.get("or", "{first} / {last}")
    return template.format(first=", ".join(names[:-1]), last=names[-1])


def phrased_doubt(doubt: Doubt, vocabulary: Vocabulary) -> Doubt:
    """The doubt with its question, and with its options where there are several."""
    named = tuple(vocabulary.sentences.get(choice.words, choice.words) for choice in doubt.choices)
    return replace(
        doubt, sentence=_question(doubt, named, vocabulary), options=named if len(named) > 1 else ()
    )


def _question(doubt: Doubt, named: Sequence[str], vocabulary: Vocabulary) -> str:
    template = vocabulary.sentences.get(doubt.kind, "")
    if len(doubt.choices) == 1 or (doubt.said and doubt.kind == "place" and doubt.choices):
        template = vocabulary.sentences.get("meant", template)
    return _filled(
        template, choices=listed(named, vocabulary), part=doubt.part.replace("_", " "), said=doubt.said
    )


def _refusal(refusal: Refusal, vocabulary: Vocabulary) -> str:
    key = f"no_{refusal.kind}"
    if refusal.kind == "skill" and refusal.who:
        key = "not_its_skill_but" if refusal.able else "not_its_skill"
    name = refusal.name.replace("_", " ")
    if refusal.kind == "skill":
        name = vocabulary.sentences.get(f"do {refusal.name}", name)
    able = listed(refusal.able, vocabulary)
    return _filled(vocabulary.sentences.get(key, ""), name=name, who=refusal.who, able=able)


def _filled(template: str, **values: str) -> str:
    for name, text in values.items():
        template = template.replace("{" + name + "}", text)
    return template
