# SPDX-License-Identifier: Apache-2.0
"""A whole recording to text: what /tektra/speech_in/transcribe does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tektra.common.errors import InputError
from tektra.common.wav import Int16s, NoSamples, Sound, check_rate, read
from tektra.speech_in.backends import Stt, Transcript, Vad
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.heard_again import heard_again
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.trust import refusal
from tektra.speech_in.voice import Chunk, Heard, Voice

TRANSCRIBE = "/tektra/speech_in/transcribe"
#: Recordings that are read or wait for it; one more is refused.
MOST_RECORDINGS = 4


@dataclass(frozen=True)
class Result:
    """`transcript`: None when the recording holds no speech that can be believed; `refused` then says why."""

    transcript: Transcript | None
    refused: str


def sound_of(wav: bytes, samples: Int16s, sample_rate_hz: int, longest_s: float) -> Sound:
    """The recording, given either as a WAV file or as samples. Raises InputError (WavError where the sound is at fault)."""
    if wav:
        sound = read(wav)
    else:
        if not len(samples):
            raise NoSamples(
                "a request without sound", "give a WAV file in `wav`, or `samples` with their rate"
            )
        check_rate(sample_rate_hz)
        sound = Sound(samples, sample_rate_hz)
    if sound.duration_s > longest_s:
        raise InputError(f"{sound.duration_s:.0f} s of sound", f"give at most {longest_s:.0f} s")
    return sound


def transcribe(
    sound: Sound,
    stt: Stt,
    vad: Vad,
    *,
    locale: str,
    options: SpeechInOptions,
    wanted: Callable[[], bool] = lambda: True,
) -> Result:
    """The text of a recording, utterance by utterance, so that live speech gets its turn at the recogniser in between.

    Blocks as the recogniser does, and raises what it raises; between two utterances it asks whether it is `wanted` still, and raises
    InputError if not.
    """
    believed: list[Transcript] = []
    why = "no speech in the recording"
    for utterance in _utterances(sound, vad, options):
        if not wanted():
            raise InputError("whoever asked is gone", "ask again")
        transcript = stt.transcribe(utterance.samples, locale)
        refused = refusal(transcript, utterance.speech_s, options.min_confidence)
        if refused:
            why = f"no speech that can be believed: {refused}"
        else:
            believed.append(heard_again(stt, utterance.samples, transcript))
    return Result(_joined(believed), "") if believed else Result(None, why)


def _utterances(sound: Sound, vad: Vad, options: SpeechInOptions) -> list[Utterance]:
    vad.reset()
    voice = Voice("", vad, options)
    step = sound.sample_rate_hz
    heard: list[Heard] = []
    for sequence, at in enumerate(range(0, len(sound.samples), step)):
        last = at + step >= len(sound.samples)
        chunk = Chunk(sound.samples[at : at + step], sound.sample_rate_hz, 1, sequence, last, stamp_s=0.0)
        heard += voice.feed(chunk, now_s=0.0)
    return [one.utterance for one in heard if one.kind is Kind.ENDED]


def _joined(parts: list[Transcript]) -> Transcript:
    """One transcript, as sure as the least sure of its parts."""
    return Transcript(
        text=" ".join(part.text for part in parts),
        confidence=min(part.confidence for part in parts),
        locale=parts[0].locale,
        no_speech=min(part.no_speech for part in parts),
    )
