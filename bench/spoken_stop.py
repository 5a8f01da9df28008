# SPDX-License-Identifier: Apache-2.0
"""From the end of a spoken stop to the order to stop, how many are missed, and how often speech without one stops.

Words that stop, in five languages, by synthetic voices at other pitches, in silence and with noise 10 dB below them in a room, go through
detector, endpointer and recogniser as in the node. Time is the sound's own, and the recogniser's on this machine, which does one utterance
after the other. Baseline: a bare faster-whisper call on the same sound, whose text has a word that stops. What must not stop: sentences
of five languages without such a word, and people's recordings. `--quick` takes fewer; `--speech FOLDER` adds recordings (WAV at 16 kHz).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from common import emit, table
from many_voices import ManyVoices, Speaker, room
from spoken_words import WORDS, sentences

from tektra.common import models, wav
from tektra.common.timings import percentile
from tektra.language.stop import is_stop
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Transcript
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.names import home_names, sentence
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.voice import Chunk, Voice

#: A stop that comes later than this after its word is missed.
MISSED_S = 5.0
LEAD_S, TAIL_S = 0.6, 1.5


@dataclass
class Timed:
    """Meets Stt; notes how long the last run took."""

    stt: FasterWhisper
    took_s: float = 0.0

    def load(self) -> None:
        self.stt.load()

    def close(self) -> None: ...
    def expect(self, names: str) -> None:
        self.stt.expect(names)

    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        began = time.perf_counter()
        found = self.stt.transcribe(samples, locale)
        self.took_s += time.perf_counter() - began
        return found


def stops(sound: Float32s, stt: Timed, options: SpeechInOptions) -> list[float]:
    """When stops are told of a sound, in s from its beginning."""
    vad = SileroVad()
    vad.load()
    voice, told = Voice("v", vad, options), list[float]()
    free_s = 0.0  # from when on the recogniser has nothing to do
    said: list[Said] = []
    dictation = Dictation(stt, options, said.append)
    ints = (sound * 32767).clip(-32768, 32767).astype(np.int16)
    for sequence, at in enumerate(range(0, len(ints) - FRAME_SAMPLES, FRAME_SAMPLES)):
        now_s = (at + FRAME_SAMPLES) / SAMPLE_RATE_HZ
        chunk = Chunk(ints[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, at / SAMPLE_RATE_HZ)
        for heard in voice.feed(chunk, now_s):
            if heard.kind is Kind.STARTED or (heard.kind is Kind.GROWN and free_s > now_s):
                continue
            stt.took_s = 0.0
            dictation.take(heard)
            free_s = max(free_s, now_s) + stt.took_s
            told += [free_s] * said[-1].stops
    return told


def placed(sound: Float32s, rng: np.random.Generator, *, noisy: bool) -> tuple[Float32s, float]:
    """The word between silences; and when it ends, in s."""
    sound = sound / np.abs(sound).max() * 10 ** rng.uniform(-1.0, -0.1)
    end_s = LEAD_S + len(sound) / SAMPLE_RATE_HZ
    level = np.sqrt(np.mean(sound**2)) * (10 ** (-10 / 20) if noisy else 1e-3)
    sound = room(sound, rng) if noisy else sound
    lead, tail = (np.zeros(int(length_s * SAMPLE_RATE_HZ), np.float32) for length_s in (LEAD_S, TAIL_S))
    whole = np.concatenate([lead, sound, tail])
    return (whole + level * rng.standard_normal(len(whole))).astype(np.float32), end_s


def spoken(voices: ManyVoices, *, quick: bool) -> Iterator[tuple[str, str, Float32s]]:
    """Language, word and sound; English by three voices, others by two."""
    said = [one for word, texts in WORDS.items() if word != "wake" for one in texts]
    pitches = (0.85, 1.0, 1.15) if quick else (0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25)
    for pitch in pitches:
        for language, text in said:
            yield language, text, voices.say(text, language, Speaker("espeak", (), pitch, 0.9))
        for text in ("Stop!", "Please stop.", "Stop now!", "Everybody stop!"):
            yield "en", text, voices.say(text, "en", Speaker("piper", (), pitch))


def without(voices: ManyVoices, folder: Path | None, *, quick: bool) -> Iterator[Float32s]:
    """Speech in which nobody says such a word."""
    for number, (language, text) in enumerate(list(sentences())[:: 200 if quick else 2]):
        engine = "piper" if language == "en" else "espeak"
        yield voices.say(text, language, Speaker(engine, (), 0.85 + 0.05 * (number % 7)))
    folders = [models.path("librivox"), *([folder] if folder else [])]
    for file in (one for kept in folders for one in sorted(kept.rglob("*.wav"))):
        yield wav.read(file.read_bytes()).samples.astype(np.float32) / 32768


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="three pitches, and a hundredth of the sentences"
    )
    parser.add_argument("--speech", type=Path, help="more recordings of people without these words")
    given = parser.parse_args()
    options, rng = SpeechInOptions(), np.random.default_rng(11)
    stt = Timed(FasterWhisper(options.stt_model, options.stt_threads))
    stt.load()
    stt.expect(sentence((*options.names, "rover1", "rover2", "arm1", *home_names("")), options.locale))
    voices = ManyVoices()
    found: dict[str, list[float | None]] = {}
    bare: list[float | None] = []
    for number, (language, _, sound) in enumerate(spoken(voices, quick=given.quick)):
        noisy = number % 2 == 1
        whole, end_s = placed(sound, rng, noisy=noisy)
        times = [at_s - end_s for at_s in stops(whole, stt, options) if at_s - end_s < MISSED_S]
        told = times[0] if times else None
        for key in ("all", language, "in noise" if noisy else "in silence"):
            found.setdefault(key, []).append(told)
        if language == "en":
            stt.took_s = 0.0
            stopped = is_stop(stt.transcribe(whole, "en").text)
            bare.append(stt.took_s if stopped else None)
    rows = [_row(key, times) for key, times in {**found, "bare call, en": bare}.items()]
    print(table(["", "n", "missed %", "p50 ms", "p95 ms"], rows))
    false, heard_s = 0, 0.0
    for sound in without(voices, given.speech, quick=given.quick):
        padded = np.pad(sound, (8000, 16000)).astype(np.float32)
        false, heard_s = false + len(stops(padded, stt, options)), heard_s + len(padded) / SAMPLE_RATE_HZ
    _, n, missed, p50, p95 = rows[0]
    english = next(row for row in rows if row[0] == "en")
    figures = {
        "missed_share": missed / 100, "missed_share_en": english[2] / 100, "delay_ms_p50": p50, "delay_ms_p95": p95,
        "delay_ms_p95_en": english[4], "bare_missed_share_en": rows[-1][2] / 100, "bare_ms_p50_en": rows[-1][3],
        "false_stops": float(false), "hours_without": heard_s / 3600, "false_per_hour": 3600 * false / heard_s,
    }  # fmt: skip
    targets = {
        "missed_share": "<= 0.01",
        "delay_ms_p95": "<= 400",
        "false_per_hour": "<= 0.5",
        "hours_without": ">= 2",
    }
    emit(
        "spoken_stop", n=n, figures={key: round(value, 4) for key, value in figures.items()}, targets=targets
    )


def _row(name: str, times: list[float | None]) -> tuple[str, int, float, float, float]:
    """Missed in %, delays in ms."""
    there = [at_s for at_s in times if at_s is not None] or [float("nan")]
    missed = 100 * (len(times) - sum(at_s is not None for at_s in times)) / max(1, len(times))
    return name, len(times), missed, 1e3 * percentile(there, 0.5), 1e3 * percentile(there, 0.95)


if __name__ == "__main__":
    main()
