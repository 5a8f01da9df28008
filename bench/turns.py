# SPDX-License-Identifier: Apache-2.0
"""How soon the end of a turn is decided, and how often a person is cut off who only paused.

What goes on after an early end is joined to it, and is no cut: then the first part is withdrawn ("begun early"). Synthetic turns with pauses of 0.2 to 1.5 s (by a fixed seed) inside, in the sound's own time; the recogniser is the real one, and its
text is taken to come 0.25 s after it was asked for, whatever this machine needs just now. Baseline: silence alone, on the same sound, as
long as ours waits for an order, and as long as it must be to cut off no more of them. `--quick` takes a tenth.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from common import emit, table

from tektra.common.timings import percentile
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation, Said
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
class Ends:
    """Of a turn: `requests`: how many it became, `early`: how often it seemed over and was not, `silence_s`: how long it had been silent
    when its end was decided, `runs`: of the recogniser."""

    requests: int
    early: int
    silence_s: float | None
    runs: int


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

    def hear(self, turn: Spoken) -> Ends:
        voice = Voice("v", self._vad, self._options)
        self._vad.begin(turn)
        due: list[tuple[float, Callable[[], list[Heard]]]] = []
        now_s = 0.0

        def expect(heard: Heard, silence_ms: int) -> None:
            utterance: Utterance = heard.utterance
            due.append((now_s + STT_S, lambda: voice.expect_end(utterance, silence_ms)))

        told: list[Said] = []
        dictation = Dictation(self._stt, self._options, told.append, expect) if self._stt else None
        ends: list[float] = []
        runs = 0

        def take(heard: Heard) -> None:
            nonlocal runs
            if heard.kind is Kind.ENDED:
                ends.append(now_s - heard.speech_end_s)
            if heard.kind in (Kind.PAUSED, Kind.ENDED) and dictation is not None:
                runs += heard.kind is Kind.PAUSED
                dictation.take(heard)

        ints = (turn.samples * 32767).clip(-32768, 32767).astype(np.int16)
        for sequence, at in enumerate(range(0, len(ints) - FRAME_SAMPLES, FRAME_SAMPLES)):
            now_s = (at + FRAME_SAMPLES) / SAMPLE_RATE_HZ
            for one in [one for one in due if one[0] <= now_s]:
                due.remove(one)
                now_s, frame_s = one[0], now_s
                for heard in one[1]():
                    take(heard)
                now_s = frame_s
            chunk = Chunk(
                ints[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, at / SAMPLE_RATE_HZ
            )
            for heard in voice.feed(chunk, now_s):
                take(heard)
        texts = [one.transcript.text if one.transcript else "" for one in told if one.final]
        joined = sum(b.startswith(a.rstrip(" .,!?…")) for a, b in itertools.pairwise(texts) if a)
        return Ends(len(ends) - joined, joined, ends[-1] if ends else None, runs)


@dataclass(frozen=True)
class Score:
    """Shares of the turns, how long after the end of each it was decided, and the recogniser's runs for each."""

    cut: float
    early: float
    delays_s: list[float]
    runs: float

    def row(self, name: str) -> list[object]:
        p50, p90 = (1e3 * percentile(self.delays_s, share) for share in (0.5, 0.9))
        return [name, 100 * self.cut, 100 * self.early, p50, p90, self.runs]


def score(listener: Listener, turns: list[Spoken]) -> Score:
    ends = [listener.hear(turn) for turn in turns]
    return Score(
        sum(one.requests > 1 for one in ends) / len(turns),
        sum(one.early > 0 for one in ends) / len(turns),
        [one.silence_s for one in ends if one.silence_s is not None],
        sum(one.runs for one in ends) / len(turns),
    )


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
    ours = score(Listener(vad, stt, SpeechInOptions()), turns)
    slower = score(Listener(vad, stt, SpeechInOptions(join_s=0.0, end_over_ms=800)), turns)
    alone = {ms: score(Listener(vad, None, SpeechInOptions(end_ms=ms)), turns) for ms in SILENCES_MS}
    rows = [ours.row("by words, joined"), slower.row("800 ms, not joined")]
    rows += [one.row(f"silence {ms} ms") for ms, one in alone.items()]
    print(table(["", "cut off %", "begun early %", "p50 ms", "p90 ms", "runs a turn"], rows))
    same = next((ms for ms in SILENCES_MS if alone[ms].cut <= ours.cut), SILENCES_MS[-1])
    figures = {
        "cut_off_share": ours.cut,
        "begun_early_share": ours.early,
        "decided_ms_p50": 1e3 * percentile(ours.delays_s, 0.5),
        "decided_ms_p90": 1e3 * percentile(ours.delays_s, 0.9),
        "recogniser_runs_a_turn": ours.runs,
        "silence_alone_ms_p50_same_cut_off": 1e3 * percentile(alone[same].delays_s, 0.5),
        "silence_600_ms_cut_off_share": alone[600].cut,
    }
    targets = {"cut_off_share": "<= 0.05", "decided_ms_p50": "<= 350", "decided_ms_p90": "<= 900"}
    emit("turns", n=len(turns), figures={k: round(v, 3) for k, v in figures.items()}, targets=targets)


if __name__ == "__main__":
    main()
