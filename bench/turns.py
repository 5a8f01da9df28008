# SPDX-License-Identifier: Apache-2.0
"""How soon the end of a turn is decided, and how often a person is cut off who only paused.

Synthetic turns with pauses of 0.2 to 1.5 s (by a fixed seed) inside, in the sound's own time; the recogniser is the real one, and its
text is taken to come 0.25 s after it was asked for, whatever this machine needs just now. Baseline: silence alone, on the same sound, as
long as ours waits for an order, and as long as it must be to cut off no more of them. `--quick` takes a tenth.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from common import emit, table

from tektra.common.timings import percentile
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.resample import resample
from tektra.speech_in.voice import Chunk, Heard, Voice
from tektra.speech_out.backends.piper import Piper

#: | is where a person pauses.
TURNS = (
    "Rover one, go to the | kitchen.",
    "Go to the kitchen | and then to the office.",
    "Pick up the | red cube.",
    "Turn left and | drive two meters forward.",
    "Take the red cube, | and put it on the table.",
    "Rover two, come back to | the hall, please.",
    "What do you see?",
    "Go to the kitchen.",
    "Yes.",
    "Where is rover one?",
    "Drive to the | garage and wait there.",
    "I would like you to | turn around.",
    "Tell me what is on the | table.",
    "Bring me the | blue ball from the office.",
    "No, thank you.",
    "How much battery is left?",
    "Follow me.",
    "When you are in the kitchen, | look for the cup.",
    "Rover one and | rover two, come here.",
    "Move two meters forward | and then turn right.",
)
PACES = (0.9, 1.0, 1.15)
ROUNDS = 15
STT_S = 0.25
TAIL_S = 3.5
SILENCES_MS = (200, 350, 500, 600, 800, 1000, 1200, 1400, 1600)


@dataclass(frozen=True)
class Spoken:
    """A turn's sound with its pause; silence behind."""

    samples: Float32s
    pause_s: float


def spoken(piper: Piper, text: str, pace: float, pause_s: float) -> Spoken:
    parts: list[Float32s] = []
    for part in text.split("|"):
        pieces = list(piper.synthesize(part.strip(), "", pace))
        sound = np.concatenate([resample(piece.samples, piece.sample_rate_hz) for piece in pieces])
        loud = np.flatnonzero(np.abs(sound) > 0.01)
        parts.append(sound[loud[0] : loud[-1] + 1])
        parts.append(np.zeros(int(pause_s * SAMPLE_RATE_HZ), np.float32))
    parts[-1] = np.zeros(int(TAIL_S * SAMPLE_RATE_HZ), np.float32)
    noise = np.random.default_rng(1).standard_normal(sum(map(len, parts))) * 1e-4
    return Spoken((np.concatenate(parts) + noise).astype(np.float32), pause_s if "|" in text else 0.0)


class RememberedVad:
    """Meets Vad: the detector's verdict on a turn, asked for once and used in every run over that turn."""

    def __init__(self) -> None:
        self._vad = SileroVad()
        self._known: dict[int, list[float]] = {}
        self._turn, self._frame = 0, 0

    def load(self) -> None:
        self._vad.load()

    def close(self) -> None:
        self._vad.close()

    def begin(self, turn: Spoken) -> None:
        self._turn, self._frame = id(turn), 0
        self._vad.reset()

    def reset(self) -> None: ...

    def probability(self, frame: Float32s) -> float:
        known = self._known.setdefault(self._turn, [])
        if self._frame == len(known):
            known.append(self._vad.probability(frame))
        self._frame += 1
        return known[self._frame - 1]


class Listener:
    """Runs the stage over a sound in the sound's own time; the recogniser answers STT_S after it was asked."""

    def __init__(self, vad: RememberedVad, stt: FasterWhisper | None, options: SpeechInOptions) -> None:
        self._vad, self._stt, self._options = vad, stt, options

    def hear(self, turn: Spoken) -> list[tuple[float, float]]:
        """Each end that was decided: when, and how long it had been silent, in s."""
        voice = Voice("v", self._vad, self._options)
        self._vad.begin(turn)
        due: list[tuple[float, Callable[[], object]]] = []
        now_s = 0.0

        def expect(heard: Heard, silence_ms: int) -> None:
            utterance: Utterance = heard.utterance
            due.append((now_s + STT_S, lambda: voice.expect_end(utterance, silence_ms)))

        dictation = Dictation(self._stt, self._options, lambda said: None, expect) if self._stt else None
        ends: list[tuple[float, float]] = []
        ints = (turn.samples * 32767).clip(-32768, 32767).astype(np.int16)
        for sequence, at in enumerate(range(0, len(ints) - FRAME_SAMPLES, FRAME_SAMPLES)):
            now_s = (at + FRAME_SAMPLES) / SAMPLE_RATE_HZ
            for one in [one for one in due if one[0] <= now_s]:
                due.remove(one)
                one[1]()
            chunk = Chunk(
                ints[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, at / SAMPLE_RATE_HZ
            )
            for heard in voice.feed(chunk, now_s):
                if heard.kind is Kind.ENDED:
                    ends.append((now_s, now_s - heard.speech_end_s))
                elif heard.kind is Kind.PAUSED and dictation is not None:
                    dictation.take(heard)
        return ends


def score(listener: Listener, turns: list[Spoken]) -> tuple[float, list[float]]:
    """Share of the turns that were cut, and how long after the end of the others it was decided."""
    cut, delays_s = 0, []
    for turn in turns:
        ends = listener.hear(turn)
        cut += len(ends) > 1
        if ends:
            delays_s.append(ends[-1][1])
    return cut / len(turns), delays_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the turns")
    rounds = range(0, ROUNDS, 10) if parser.parse_args().quick else range(ROUNDS)
    piper = Piper(["piper-joe"], threads=2)
    piper.load()
    rng = np.random.default_rng(5)
    turns = [
        spoken(piper, text, PACES[index % len(PACES)], float(rng.uniform(0.2, 1.5)))
        for index in rounds
        for text in TURNS
    ]
    stt = FasterWhisper("whisper-tiny.en", 2)
    stt.load()
    vad = RememberedVad()
    vad.load()
    cut, delays_s = score(Listener(vad, stt, SpeechInOptions()), turns)
    rows: list[list[object]] = [
        ["by words", 100 * cut, 1e3 * percentile(delays_s, 0.5), 1e3 * percentile(delays_s, 0.9)]
    ]
    alone: dict[int, tuple[float, list[float]]] = {}
    for silence_ms in SILENCES_MS:
        alone[silence_ms] = score(
            Listener(vad, None, SpeechInOptions(end_ms=silence_ms, pause_ms=192)), turns
        )
        share, delays = alone[silence_ms]
        rows.append(
            [
                f"silence {silence_ms} ms",
                100 * share,
                1e3 * percentile(delays, 0.5),
                1e3 * percentile(delays, 0.9),
            ]
        )
    print(table(["", "cut off %", "p50 ms", "p90 ms"], rows))
    same = next((ms for ms in SILENCES_MS if alone[ms][0] <= cut), SILENCES_MS[-1])
    figures = {
        "cut_off_share": cut,
        "decided_ms_p50": 1e3 * percentile(delays_s, 0.5),
        "decided_ms_p90": 1e3 * percentile(delays_s, 0.9),
        "silence_alone_ms_p50_same_cut_off": 1e3 * percentile(alone[same][1], 0.5),
        "silence_600_ms_cut_off_share": alone[600][0],
    }
    targets = {"cut_off_share": "<= 0.05", "decided_ms_p50": "<= 350", "decided_ms_p90": "<= 900"}
    emit("turns", n=len(turns), figures={k: round(v, 3) for k, v in figures.items()}, targets=targets)


if __name__ == "__main__":
    main()
