# SPDX-License-Identifier: Apache-2.0
"""From the end of a spoken stop to the order to stop, how many are missed, and how often speech without one stops.

Words that stop, in five languages, by synthetic voices at other pitches, in silence and with noise 10 dB below them in a room, go through
detector, endpointer, spotter and recogniser as in the node; and once more with the recogniser dead. No voice here was used to train the
spotter. Time is the sound's own, and that of recogniser and spotter on this machine, each doing one thing after the other. Baseline: a
bare faster-whisper call on the same sound, whose text has a word that stops. What must not stop: sentences of five languages without such
a word, words that sound alike, and people's recordings. `--quick` takes fewer; `--people FOLDER` adds people who say "stop", `--speech
FOLDER` recordings without such a word. `--spotter none` measures the recogniser alone.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from common import emit, table
from voices.speakers import UNHEARD, ManyVoices, Speaker, room
from voices.stops import WORDS, sentences

from tektra.common import models, wav
from tektra.common.timings import percentile
from tektra.language.stop import is_stop
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Spotter, Transcript
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.names import home_names, sentence
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.spotting import load_spotter, spotting
from tektra.speech_in.voice import Chunk, Heard, Voice

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
    def expect(self, names: str, language: str = "") -> None:
        self.stt.expect(names, language)

    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        began = time.perf_counter()
        found = self.stt.transcribe(samples, locale)
        self.took_s += time.perf_counter() - began
        return found


class Ear:
    """One voice's way through the stage, in the sound's own time."""

    def __init__(
        self, stt: Timed, spotter: Spotter | None, options: SpeechInOptions, *, dead: bool = False
    ) -> None:
        """`dead`: the recogniser never answers."""
        vad = SileroVad()
        vad.load()
        self._voice = Voice("v", vad, options, None, spotting(spotter))
        self._stt, self._dead = stt, dead
        self._free_s = 0.0  # from when on the recogniser has nothing to do
        self._said: list[Said] = []
        self._judged: list[tuple[float, Heard]] = []
        self._dictation = Dictation(stt, options, self._said.append)
        self._stops: list[float] = []

    def stops(self, sound: Float32s) -> list[float]:
        """When stops are told of a sound, in s from its beginning."""
        ints = (sound * 32767).clip(-32768, 32767).astype(np.int16)
        for sequence, at in enumerate(range(0, len(ints) - FRAME_SAMPLES, FRAME_SAMPLES)):
            now_s = (at + FRAME_SAMPLES) / SAMPLE_RATE_HZ
            self._told_back(now_s)
            piece = ints[at : at + FRAME_SAMPLES]
            began = time.perf_counter()
            news = self._voice.feed(
                Chunk(piece, SAMPLE_RATE_HZ, 1, sequence, False, at / SAMPLE_RATE_HZ), now_s
            )
            took_s = time.perf_counter() - began
            for heard in news:
                self._take(heard, now_s, took_s)
        return self._stops

    def _take(self, heard: Heard, now_s: float, took_s: float) -> None:
        if heard.kind is Kind.SPOTTED:
            before = len(self._said)
            self._dictation.spotted(heard)
            self._stops += [now_s + took_s] * (len(self._said) - before)
        elif not (self._dead or not heard.has_words or (heard.kind is Kind.GROWN and self._free_s > now_s)):
            self._stt.took_s = 0.0
            self._dictation.take(heard)
            self._free_s = max(self._free_s, now_s) + self._stt.took_s
            self._stops += [self._free_s] * self._said[-1].stops
            self._judged.append((self._free_s, heard))

    def _told_back(self, now_s: float) -> None:
        while self._judged and self._judged[0][0] <= now_s:
            self._voice.judged(self._judged.pop(0)[1])


def placed(sound: Float32s, rng: np.random.Generator, *, noisy: bool) -> tuple[Float32s, float]:
    """The word between silences; and when it ends, in s."""
    sound = sound / np.abs(sound).max() * 10 ** rng.uniform(-1.0, -0.1)
    end_s = LEAD_S + len(sound) / SAMPLE_RATE_HZ
    level = np.sqrt(np.mean(sound**2)) * (10 ** (-10 / 20) if noisy else 1e-3)
    sound = room(sound, rng) if noisy else sound
    lead, tail = (np.zeros(int(length_s * SAMPLE_RATE_HZ), np.float32) for length_s in (LEAD_S, TAIL_S))
    whole = np.concatenate([lead, sound, tail])
    return (whole + level * rng.standard_normal(len(whole))).astype(np.float32), end_s


def spoken(voices: ManyVoices, folder: Path | None, *, quick: bool) -> Iterator[tuple[str, str, Float32s]]:
    """Who says it, its language and sound."""
    said = [one for word, texts in WORDS.items() if word != "wake" for one in texts]
    pitches = (0.85, 1.0, 1.15) if quick else (0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25)
    for pitch in pitches:
        for language, text in said:
            yield "espeak-ng", language, voices.say(text, language, Speaker("espeak", (), pitch, 0.9))
        for text in ("Stop!", "Please stop.", "Stop now!", "Everybody stop!"):
            yield "piper", "en", voices.say(text, "en", Speaker("piper", (), pitch))
    there = [name for name in UNHEARD if (models.path("kokoro") / f"{name}.bin").exists()]
    for name in there[: 1 if quick else None]:
        for language, text in said:
            yield "kokoro", language, voices.say(text, language, Speaker("kokoro", ((name, 1.0),)))
    for file in sorted(folder.rglob("*.wav"))[:: 5 if quick else 1] if folder else []:
        yield "people", "en", wav.read(file.read_bytes()).samples.astype(np.float32) / 32768


def without(voices: ManyVoices, folder: Path | None, *, quick: bool) -> Iterator[Float32s]:
    """Speech in which nobody says such a word."""
    for number, (language, text) in enumerate(list(sentences())[:: 50 if quick else 2]):
        engine = "piper" if language == "en" else "espeak"
        yield voices.say(text, language, Speaker(engine, (), 0.85 + 0.05 * (number % 7)))
    folders = [models.path("librivox"), *([folder] if folder else [])]
    for file in (one for kept in folders for one in sorted(kept.rglob("*.wav"))):
        yield wav.read(file.read_bytes()).samples.astype(np.float32) / 32768


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three pitches, a tenth of the sentences")
    parser.add_argument("--people", type=Path, help="recordings of people who say `stop` and nothing else")
    parser.add_argument("--speech", type=Path, help="more recordings of people without these words")
    parser.add_argument("--spotter", default=SpeechInOptions().spotter, help="or none")
    given = parser.parse_args()
    options, rng = replace(SpeechInOptions(), spotter=given.spotter), np.random.default_rng(11)
    spotter, told = load_spotter(options, print)
    stt = Timed(FasterWhisper(options.stt_model, options.stt_threads))
    stt.load()
    stt.expect(sentence((*options.names, "rover1", "rover2", "arm1", *home_names("")), options.locale))
    voices = ManyVoices()
    found: dict[str, list[float | None]] = {}
    for number, (who, language, sound) in enumerate(spoken(voices, given.people, quick=given.quick)):
        noisy = number % 2 == 1
        whole, end_s = placed(sound, rng, noisy=noisy)
        for dead in (False, True):
            times = [at_s - end_s for at_s in Ear(stt, spotter, options, dead=dead).stops(whole)]
            first = next((at_s for at_s in times if at_s < MISSED_S), None)
            keys = (
                ("recogniser dead",)
                if dead
                else ("all", language, who, "in noise" if noisy else "in silence")
            )
            for key in keys:
                found.setdefault(key, []).append(first)
        if language == "en":
            stt.took_s = 0.0
            stopped = is_stop(stt.transcribe(whole, "en").text)
            found.setdefault("bare call, en", []).append(stt.took_s if stopped else None)
    rows = {key: _row(key, times) for key, times in found.items()}
    print(f"spotter: {told}")
    print(table(["", "n", "missed %", "p50 ms", "p95 ms"], list(rows.values())))
    false, heard_s = 0, 0.0
    for sound in without(voices, given.speech, quick=given.quick):
        padded = np.pad(sound, (8000, 16000)).astype(np.float32)
        false += len(Ear(stt, spotter, options).stops(padded))
        heard_s += len(padded) / SAMPLE_RATE_HZ
    everything, english, dead_row, bare = (
        rows[key] for key in ("all", "en", "recogniser dead", "bare call, en")
    )
    figures = {
        "missed_share": everything[2] / 100, "missed_share_en": english[2] / 100, "delay_ms_p50": everything[3],
        "delay_ms_p95": everything[4], "delay_ms_p95_en": english[4], "missed_share_dead": dead_row[2] / 100,
        "delay_ms_p95_dead": dead_row[4], "bare_missed_share_en": bare[2] / 100, "bare_ms_p50_en": bare[3],
        "false_stops": float(false), "hours_without": heard_s / 3600, "false_per_hour": 3600 * false / heard_s,
    }  # fmt: skip
    targets = {
        "missed_share": "<= 0.01",
        "delay_ms_p95": "<= 400",
        "false_per_hour": "<= 0.5",
        "hours_without": ">= 2",
    }
    emit(
        "spoken_stop",
        n=everything[1],
        figures={key: round(value, 4) for key, value in figures.items()},
        targets=targets,
    )


def _row(name: str, times: list[float | None]) -> tuple[str, int, float, float, float]:
    """Missed in %, delays in ms."""
    there = [at_s for at_s in times if at_s is not None] or [float("nan")]
    missed = 100 * (len(times) - sum(at_s is not None for at_s in times)) / max(1, len(times))
    return name, len(times), missed, 1e3 * percentile(there, 0.5), 1e3 * percentile(there, 0.95)


if __name__ == "__main__":
    main()
