# SPDX-License-Identifier: Apache-2.0
"""Whether Tektra's ear hears better than its recogniser alone, and what it adds to the time.

Words: people's recordings and synthetic voices in five languages, each in silence, and over Tektra's own voice in a room with white noise
10 dB below the speaker. The node's chain hears each scene whole and in the sound's own time. Baseline: faster-whisper alone, as its users
call it, with just the seconds of each sentence.
Time: English sentences go through the stage's own threads at the pace of a microphone. Baseline: the bare call for the same sound, at once
behind it. `--quick` takes every third sentence; `--people` adds recordings (each NAME.wav with its NAME.txt, English).
"""

from __future__ import annotations

import argparse
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from barge_in import LEARNING_S, Track, listen, room
from common import emit, table
from faster_whisper import WhisperModel
from text_to_num import alpha2digit
from voices.household import NATIVE, OWN, PERSON_RMS, Sentence, sentences
from voices.speakers import ManyVoices, Speaker

from tektra.common import models
from tektra.common.timings import percentile
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.hearing import Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.voice import Chunk, Heard, Voice

#: The noise lies 10 dB below the person, the echo of Tektra's own voice 6 dB.
NOISE_DB, ECHO_DB, ECHO_S = -10.0, -6.0, 0.1
GAP_S, TAIL_S = 2.5, 1.5
BEGAN_S = 1000.0  # of `listen`


@dataclass
class Words:
    """Errors by the words that were said: of the chain, and of the bare recogniser."""

    said: int = 0
    chain: int = 0
    bare: int = 0
    languages: list[bool] = field(default_factory=list)

    def shares(self) -> tuple[float, float]:
        return self.chain / max(1, self.said), self.bare / max(1, self.said)


def scene(said: Sequence[Sentence], own: Track) -> tuple[Float32s, list[tuple[int, int]]]:
    """What the microphone hears of them, one after the other, over `own` where it has sound; and where each stands."""
    at, spans = int((LEARNING_S if len(own.own) else 1.0) * SAMPLE_RATE_HZ), []
    for one in said:
        spans.append((at, at + len(one.samples)))
        at += len(one.samples) + int(GAP_S * SAMPLE_RATE_HZ)
    near = np.zeros(at, np.float32)
    for one, (begin, end) in zip(said, spans, strict=True):
        near[begin:end] = one.samples
    noise = np.random.default_rng(7).standard_normal(at) * PERSON_RMS
    if not len(own.own):
        return (near + 1e-3 * noise).astype(np.float32), spans
    loud_db = 20 * np.log10(PERSON_RMS / float(np.sqrt(np.mean(own.own**2))))
    echo = room(own.own, ECHO_S, loud_db + ECHO_DB, 5)[:at]
    return (near + echo + 10 ** (NOISE_DB / 20) * noise).astype(np.float32), spans


def spoken_by_tektra(voices: ManyVoices, length: int) -> Track:
    """Its own words without a pause, for so many samples."""
    sounds: list[Float32s] = []
    words: list[tuple[str, float]] = []
    at = 0
    while at < length:
        text = OWN[len(sounds) % len(OWN)]
        sound = voices.say(text, "en", Speaker("piper"))
        told = text.split()
        words += [
            (word, (at + len(sound) * number / len(told)) / SAMPLE_RATE_HZ)
            for number, word in enumerate(told)
        ]
        sounds.append(sound)
        at += len(sound)
    return Track(
        np.concatenate(sounds)[:length], [word for word in words if word[1] * SAMPLE_RATE_HZ < length]
    )


def hear(said: Sequence[Sentence], own: Track, stt: FasterWhisper, bare: WhisperModel, locale: str) -> Words:
    """One scene through the chain, and through the bare recogniser."""
    words = Words()
    near, spans = scene(said, own)
    told = listen(own, near, stt, SpeechInOptions(locale=locale, incremental_s=0.0))
    for one, span in zip(said, spans, strict=True):
        finals = [each for each in told if each.final and _nearest(each, spans) == span]
        heard = " ".join(made.text for each in finals if (made := each.apart or each.transcript))
        slice_s = near[max(0, span[0] - 3200) : span[1] + 3200]
        language = "en" if locale == "en" else None
        alone = "".join(part.text for part in bare.transcribe(slice_s, language=language)[0])
        words.said += len(plain(one.text, one.language))
        words.chain += errors(one, heard)
        words.bare += errors(one, alone)
        words.languages += [each.transcript.locale == one.language for each in finals if each.transcript]
        if errors(one, heard):
            print(f"  {one.language} {one.who}: {one.text!r}: {heard!r}; alone {alone.strip()!r}")
    return words


def _nearest(said: Said, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The sentence in which it ended, or that it follows."""
    end = (said.heard.speech_end_s - BEGAN_S) * SAMPLE_RATE_HZ
    return min(spans, key=lambda span: max(span[0] - end, end - span[1], 0.0))


def plain(text: str, language: str) -> list[str]:
    """Its words as a listener takes them: numbers, case and marks alike."""
    return re.findall(r"\w+", alpha2digit(re.sub(r"[’']", "", text.casefold()), language))


def errors(one: Sentence, heard: str) -> int:
    """Levenshtein distance in words."""
    a, b = plain(one.text, one.language), plain(heard, one.language)
    row = list(range(len(b) + 1))
    for i, mine in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, theirs in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (mine != theirs))
    return row[-1]


class TimedVoice(Voice):
    """Tells how long after its last sample was captured each chunk was judged, and when ends were decided."""

    def __init__(self, options: SpeechInOptions) -> None:
        vad = SileroVad()
        vad.load()
        super().__init__("v", vad, options)
        self.judged_s: list[float] = []
        self.decided_s = 0.0

    def feed(self, chunk: Chunk, now_s: float) -> list[Heard]:
        news = super().feed(chunk, now_s)
        at_s = time.monotonic()
        self.judged_s.append(at_s - chunk.stamp_s - len(chunk.samples) / SAMPLE_RATE_HZ)
        return self._noted(news, at_s)

    def expect_end(self, utterance: object, silence_ms: int) -> list[Heard]:
        return self._noted(super().expect_end(utterance, silence_ms), time.monotonic())  # type: ignore[arg-type]

    def _noted(self, news: list[Heard], at_s: float) -> list[Heard]:
        if any(heard.kind is Kind.ENDED for heard in news):
            self.decided_s = at_s
        return news


@dataclass
class Times:
    judged_s: list[float] = field(default_factory=list)
    overhead_s: list[float] = field(default_factory=list)
    after_speech_s: list[float] = field(default_factory=list)
    bare_s: list[float] = field(default_factory=list)
    between_partials_s: list[float] = field(default_factory=list)


def live(said: Sequence[Sentence], stt: FasterWhisper, bare: WhisperModel) -> Times:
    """Each sentence at the pace of a microphone, with silence behind it, through the stage's threads."""
    options, times = SpeechInOptions(), Times()
    voice = TimedVoice(options)
    told: list[tuple[float, float, Said]] = []
    ended = threading.Event()

    def tell(one: Said) -> None:
        told.append((time.monotonic(), voice.decided_s, one))
        if one.final:
            ended.set()

    hearing = Hearing(
        {"v": voice}, stt, options, tell=tell, on_speaking=lambda *_: None, report=print, now=time.monotonic
    )
    hearing.start()
    sequence = 0
    for one in said:
        told.clear()
        ended.clear()
        ints = (
            (np.pad(one.samples, (0, int(TAIL_S * SAMPLE_RATE_HZ))) * 32767)
            .clip(-32768, 32767)
            .astype(np.int16)
        )
        began_s = time.monotonic()
        for at in range(0, len(ints), FRAME_SAMPLES):
            block, stamp_s = ints[at : at + FRAME_SAMPLES], began_s + at / SAMPLE_RATE_HZ
            time.sleep(max(0.0, stamp_s + len(block) / SAMPLE_RATE_HZ - time.monotonic()))
            hearing.feed("v", Chunk(block, SAMPLE_RATE_HZ, 1, sequence, False, stamp_s))
            sequence += 1
        if not ended.wait(30.0):
            raise SystemExit(f"nothing was heard of {one.text!r} for 30 s")
        began_s = time.perf_counter()
        at_s, decided_s, last = next(row for row in reversed(told) if row[2].final)
        list(bare.transcribe(last.heard.utterance.samples, language="en")[0])
        times.bare_s.append(time.perf_counter() - began_s)
        times.overhead_s.append(at_s - decided_s)
        times.after_speech_s.append(at_s - last.heard.speech_end_s)
        partial_s = [row[0] for row in told if row[2].heard.kind is Kind.GROWN]
        times.between_partials_s += [after - before for before, after in pairwise(partial_s)]
    hearing.close()
    times.judged_s = voice.judged_s
    return times


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="every third sentence")
    parser.add_argument("--people", type=Path, help="a folder with more recordings of people")
    given = parser.parse_args()
    voices = ManyVoices()
    said = list(sentences(voices, given.people, 3 if given.quick else 1))
    english = [one for one in said if one.language == "en"]
    others = [one for one in said if one.language != "en"]
    print(f"{len(said)} sentences, {sum(len(one.samples) for one in said) / SAMPLE_RATE_HZ:.0f} s")
    rows: list[list[object]] = []
    total = {"clean": Words(), "noise and echo": Words()}
    times = Times()
    for model, locale, part in (
        ("whisper-tiny.en", "en", english),
        ("whisper-base", ",".join(NATIVE), others),
    ):
        stt = FasterWhisper(model, 2)
        stt.load()
        bare = WhisperModel(str(models.path(model)), device="cpu", compute_type="int8", cpu_threads=2)
        for surroundings, sums in total.items():
            length = len(scene(part, Track(np.ones(1, np.float32), []))[0])
            own = (
                Track(np.zeros(0, np.float32), [])
                if surroundings == "clean"
                else spoken_by_tektra(voices, length)
            )
            words = hear(part, own, stt, bare, locale)
            rows.append(
                [model, surroundings, len(part), words.said, *(100 * share for share in words.shares())]
            )
            for name in ("said", "chain", "bare"):
                setattr(sums, name, getattr(sums, name) + getattr(words, name))
            sums.languages += words.languages if locale != "en" else []
        if locale == "en":
            times = live(part, stt, bare)
    print(table(["model", "surroundings", "sentences", "words", "wrong %", "alone %"], rows))
    (clean, clean_bare), (noisy, noisy_bare) = (sums.shares() for sums in total.values())
    figures = {
        "wer_clean": clean, "wer_clean_bare": clean_bare, "wer_clean_excess_points": 100 * (clean - clean_bare),
        "wer_noise": noisy, "wer_noise_bare": noisy_bare, "wer_noise_gain": 1 - noisy / noisy_bare,
        "language_right": float(np.mean(total["clean"].languages)), "frame_to_event_ms_p99": 1e3 * percentile(times.judged_s, 0.99),
        "after_decision_ms_p50": 1e3 * percentile(times.overhead_s, 0.5), "after_decision_ms_p95": 1e3 * percentile(times.overhead_s, 0.95),
        "bare_call_ms_p50": 1e3 * percentile(times.bare_s, 0.5), "after_speech_ms_p50": 1e3 * percentile(times.after_speech_s, 0.5),
        "after_speech_ms_p95": 1e3 * percentile(times.after_speech_s, 0.95),
        "between_partials_ms_p50": 1e3 * percentile(times.between_partials_s, 0.5), "between_partials_ms_p95": 1e3 * percentile(times.between_partials_s, 0.95),
    }  # fmt: skip
    targets = {
        "wer_clean_excess_points": "<= 0.5", "wer_noise_gain": ">= 0.25", "language_right": ">= 0.95", "frame_to_event_ms_p99": "<= 50",
        "after_decision_ms_p95": "<= 60", "between_partials_ms_p95": "<= 500",
    }  # fmt: skip
    emit("speech_in", n=2 * len(said), figures={k: round(v, 4) for k, v in figures.items()}, targets=targets)


if __name__ == "__main__":
    main()
