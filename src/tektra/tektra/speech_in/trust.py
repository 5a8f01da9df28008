# SPDX-License-Identifier: Apache-2.0
"""Whether a transcript is to be believed: Whisper makes up words out of silence and noise ("Thanks for watching")."""

from __future__ import annotations

import math
import zlib

from tektra.speech_in.backends import Transcript

#: Whisper's own rule (openai/whisper, transcribe.py) is: silence when no_speech is above 0.6 and the mean log probability of the tokens
#: below -1. Of coughs and laughter it is surer ("Thank you." with 0.57), and of speech it hardly ever doubts that it is some
#: (docs/decisions/speaking-over-tektra.md): so it may be surer of a text, or less sure that there was no speech, than that.
NO_SPEECH, PERHAPS_NONE = 0.6, 0.5
UNSURE = math.exp(-1.0)
#: Whisper's own mark of a decoder caught in a loop: text that compresses better than this.
LOOP_RATIO = 2.4
#: Texts below this length cannot be told from loops by how they compress.
LOOP_TEXT_BYTES = 60
#: A short word that the recogniser knows is surer than this (docs/decisions/spoken-stop.md).
KNOWN = 0.6
FEW_WORDS = 2
#: Shorter than any word.
SHORTEST_WORD_S = 0.09
#: Fast readers reach 6 words a second; 3 more for words that begin and end below the detector's threshold.
WORDS_PER_S = 6.0
WORDS_FREE = 3.0


def may_stop(transcript: Transcript, speech_s: float, min_confidence: float) -> bool:
    """Whether a stop word in it is to be obeyed: easier than being believed, as a missed stop is worse than a needless one.

    Whisper's own doubt whether there was speech does not count; the detector heard some, and short words raise that doubt.
    """
    return speech_s >= SHORTEST_WORD_S and transcript.confidence >= min_confidence


def is_doubtful(transcript: Transcript, speech_s: float, min_confidence: float) -> bool:
    """Whether a sound that is like a word that stops may be one, whatever the text says. A sneeze is like one, and is no speech."""
    unsure = transcript.confidence < KNOWN or bool(refusal(transcript, speech_s, min_confidence))
    return unsure and transcript.no_speech <= PERHAPS_NONE


def may_interrupt(transcript: Transcript) -> bool:
    """Whether it may take the word from Tektra while that speaks: harder than being believed, as Tektra goes on where it broke off for
    whoever did not want the word. Of laughter the recogniser makes "Thank you.", and of "oh" a "Help.", and doubts them itself."""
    few = len(transcript.text.split()) <= FEW_WORDS
    return transcript.confidence >= KNOWN or (transcript.no_speech <= NO_SPEECH and not few)


def refusal(transcript: Transcript, speech_s: float, min_confidence: float) -> str:
    """Why the text is not to be believed, for diagnostics (without the text itself); empty when it is.

    `speech_s`: how much of the sound the voice activity detector took for speech.
    """
    words = sum(any(letter.isalnum() for letter in word) for word in transcript.text.split())
    if not words:
        return "no words"
    if speech_s < SHORTEST_WORD_S:
        return f"only {speech_s:.2f} s of speech"
    doubted = KNOWN if transcript.no_speech > NO_SPEECH else UNSURE
    if transcript.no_speech > PERHAPS_NONE and transcript.confidence < doubted:
        return f"no speech (probability {transcript.no_speech:.2f}, confidence {transcript.confidence:.2f})"
    if transcript.confidence < min_confidence:
        return f"confidence {transcript.confidence:.2f}"
    if words > WORDS_PER_S * speech_s + WORDS_FREE:
        return f"{words} words in {speech_s:.1f} s of speech"
    data = transcript.text.encode()
    if len(data) >= LOOP_TEXT_BYTES and len(data) / len(zlib.compress(data)) > LOOP_RATIO:
        return "the same words over and over"
    return ""
