# SPDX-License-Identifier: Apache-2.0
"""Whether somebody agreed, in their own voice, that it be copied: what the recogniser heard, and whose voice it was.

The sentence is asked for anew each time and holds words drawn by lot, so that no older recording of the person serves. Both have to
confirm it: the words that were heard, and the speaker of the consent and of every piece of what is to be copied being one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError
from tektra.common.wav import Sound
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, SpeakerEncoder, Stt
from tektra.speech_in.heard_again import words_of
from tektra.speech_in.resample import resample
from tektra.speech_in.speakers import THRESHOLD
from tektra.speech_in.trust import refusal

#: Of the sentence's words, besides those by lot: so many, in their order, are to be heard.
MOST_WORDS = 0.8
#: A word by lot may be spelt a little otherwise.
SPELT = 0.75
#: What is heard less surely is to be said again.
SURE = 0.5
#: Words by lot in a sentence.
LOTS = 3
#: Of what is to be copied: pieces of so long are compared one by one; so much in all, and no more.
PIECE_S, LEAST_S, MOST_S = 5.0, 6.0, 60.0
#: A piece of 5 s is like the same person's whole recording by this (bench/run speakers).
SAME_PIECE = 0.7


@dataclass(frozen=True)
class _Words:
    """Of a language: the sentence, words to draw from, and those that would turn it into its contrary."""

    sentence: str
    lots: tuple[str, ...]
    against: frozenset[str]


def _words(sentence: str, lots: str, against: str) -> _Words:
    return _Words(sentence, tuple(lots.split()), frozenset(against.split()))


LANGUAGES = {
    "en": _words(
        "I agree that Tektra may speak with a copy of my voice until I take it back. Today's words are {lots}.",
        "apple river window garden silver monday yellow bridge lemon winter pencil island orange summer mountain butter",
        "not don't disagree never no cannot can't won't mustn't nobody",
    ),
    "de": _words(
        "Ich bin damit einverstanden, dass Tektra mit einer Kopie meiner Stimme spricht, bis ich es widerrufe. Die Wörter von heute sind {lots}.",
        "Apfel Garten Fenster Silber Montag Brücke Zitrone Winter Insel Sommer Butter Wasser Himmel Blume Teller Kerze",
        "nicht kein keine keiner nie niemals nein",
    ),
    "fr": _words(
        "J'accepte que Tektra parle avec une copie de ma voix jusqu'à ce que je le retire. Les mots du jour sont {lots}.",
        "pomme jardin fenêtre argent lundi orange citron hiver crayon rivière soleil montagne beurre maison chocolat table",
        "pas jamais refuse non aucun aucune",
    ),
    "es": _words(
        "Acepto que Tektra hable con una copia de mi voz hasta que lo retire. Las palabras de hoy son {lots}.",
        "manzana jardín ventana plata lunes puente limón invierno lápiz verano montaña naranja camino agua mesa libro",
        "no nunca jamás niego rechazo",
    ),
    "it": _words(
        "Accetto che Tektra parli con una copia della mia voce finché non lo ritiro. Le parole di oggi sono {lots}.",
        "mela giardino finestra argento lunedì ponte limone inverno matita estate montagna arancia strada acqua tavolo fiore",
        "mai rifiuto no nessuno",
    ),
}  # fmt: skip


def sentence_of(language: str, draw: Callable[[int], int]) -> str:
    """A fresh sentence to be said; `draw(n)` gives 0..n-1 by lot. Raises InputError for a language without one."""
    if language not in LANGUAGES:
        raise InputError(f"no sentence of consent in {language!r}", f"use one of {', '.join(LANGUAGES)}")
    left, drawn = list(LANGUAGES[language].lots), []
    for _ in range(LOTS):
        drawn.append(left.pop(draw(len(left))))
    return LANGUAGES[language].sentence.format(lots=", ".join(drawn))


def check_words(sentence: str, heard: str, language: str) -> None:
    """Raises InputError unless the sentence was said, whole, with its words by lot, and nothing to the contrary."""
    fixed, lots = _parted(sentence, language)
    said = words_of(heard, language)
    whole = {word.replace("’", "'") for word in re.findall(r"[\w'’]+", heard.casefold())}
    against = LANGUAGES[language].against & ((whole | set(said)) - set(fixed))
    if against:
        raise InputError(
            f"{sorted(against)[0]!r} was heard, which is no consent", "say the sentence as it is"
        )
    row = difflib.SequenceMatcher(None, fixed, said, autojunk=False)
    share = sum(block.size for block in row.get_matching_blocks()) / max(1, len(fixed))
    if share < MOST_WORDS:
        raise InputError(
            f"{share:.0%} of the words of the sentence were heard",
            "say it again, slowly and whole, without noise",
        )
    for word in lots:
        if not difflib.get_close_matches(word, said, 1, SPELT):
            raise InputError(f"the word {word!r} was not heard", "say the sentence that was asked for last")


def check_recordings(
    sentence: str,
    language: str,
    consent: Sound,
    samples: Sequence[Sound],
    stt: Stt,
    encoder: SpeakerEncoder,
    known: NDArray[np.float32] | None = None,
) -> None:
    """Raises InputError, with what to do, unless recognition and speaker comparison confirm it. Blocks as both do.

    `known`: the mean print of whom the name belongs to, where their voice is enrolled: it has to be theirs.
    """
    spoken = resample(consent.samples, consent.sample_rate_hz)
    transcript = stt.transcribe(spoken, language)
    doubt = refusal(transcript, len(spoken) / SAMPLE_RATE_HZ, SURE)
    if doubt:
        raise InputError(
            f"the consent is not heard surely ({doubt})", "say it again, slowly and without noise"
        )
    check_words(sentence, transcript.text, language)
    voice = encoder.embed(spoken)
    if known is not None and float(known @ voice) < THRESHOLD:
        raise InputError(
            "the consent is not in the voice that is enrolled under this name", "let the person say it"
        )
    length_s = sum(one.duration_s for one in samples)
    if not LEAST_S <= length_s <= MOST_S:
        raise InputError(f"{length_s:.0f} s to copy from", f"give {LEAST_S:.0f} to {MOST_S:.0f} s of speech")
    for one in samples:
        _check_same(voice, resample(one.samples, one.sample_rate_hz), encoder)


def _check_same(voice: NDArray[np.float32], sound: Float32s, encoder: SpeakerEncoder) -> None:
    if float(voice @ encoder.embed(sound)) < THRESHOLD:
        raise InputError("what is to be copied is not the voice that agreed", "record both with one person")
    step = int(PIECE_S * SAMPLE_RATE_HZ)
    for at in range(0, len(sound) - step // 2, step):
        try:
            like = float(voice @ encoder.embed(sound[at : at + step]))
        except InputError:  # silence
            continue
        if like < SAME_PIECE:
            raise InputError(
                f"from second {at / SAMPLE_RATE_HZ:.0f} on somebody else speaks in what is to be copied",
                "record one person alone",
            )


def _parted(sentence: str, language: str) -> tuple[list[str], list[str]]:
    """The words that are always in it, and those by lot."""
    said = words_of(sentence, language)
    return said[:-LOTS], said[-LOTS:]
