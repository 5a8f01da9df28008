# SPDX-License-Identifier: Apache-2.0
"""How soon a text sounds, how much of that is ours, whether sentences join, and whether mouth and captions keep step with the sound.

The real synthesizers and the stage's own threads speak into a sink that records when each sample leaves it, at the pace of a device with
60 ms of buffer. Baseline: the engine alone, asked for the same first clause, before each text. `--quick` takes a third.
"""

from __future__ import annotations

import argparse
import threading
import time
from dataclasses import dataclass, field

import numpy as np
from common import emit, table

from tektra.common.timings import percentile
from tektra.common.wav import Int16s
from tektra.speech_out.backends import SpeechPiece, Tts
from tektra.speech_out.backends.kokoro import Kokoro
from tektra.speech_out.backends.null import BUFFER_S, NullSpeaker
from tektra.speech_out.backends.piper import Piper
from tektra.speech_out.mouth import Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance
from tektra.speech_out.text.script import clauses, read
from tektra.speech_out.visemes import visemes
from tektra.speech_out.words import TimedWord

TEXTS = (
    "The first rover is driving to the kitchen now. It will be there in half a minute.",
    "I see two people and a bicycle. Nobody is near the arm.",
    "Yes. Rover two is at the door, and waits for you.",
    "The battery of rover one is at eighty percent. That is enough for two hours.",
    "Everything has stopped because you asked me to. Say reset when it is safe.",
    "There is a red cube on the table. Shall I bring it?",
    "I cannot reach the office: the door is closed. Please open it.",
    "Good morning! It is half past eight. What shall we do?",
    "The arm holds the bottle. Rover one may pass below it.",
)
ROUNDS = 4
LONGEST_S = 60.0


class Sink(NullSpeaker):
    """Keeps a device's pace, and notes what leaves it when: `left` holds a time and a length for each block, in s; `gaps_s` how long nothing
    did, between two blocks of one utterance."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[tuple[float, float]] = []
        self.gaps_s: list[float] = []

    def play(self, samples: Int16s) -> None:
        now_s, length_s = time.monotonic(), len(samples) / max(1, self._rate_hz)
        begins_s = max(now_s + BUFFER_S, sum(self.left[-1]) if self.left else 0.0)
        if self.left:
            self.gaps_s.append(begins_s - sum(self.left[-1]))
        self.left.append((begins_s, length_s))
        super().play(samples)


@dataclass
class Listener:
    """Meets Audience: keeps what is announced."""

    blocks_s: list[float] = field(default_factory=list)
    shapes_s: list[tuple[float, float]] = field(default_factory=list)  # announced, and within the piece
    words_s: list[tuple[float, float]] = field(default_factory=list)
    pieces: list[int] = field(default_factory=list)  # blocks before each
    ended: threading.Event = field(default_factory=threading.Event)
    _per_piece: list[tuple[int, list[float], list[float], float]] = field(default_factory=list)

    def on_piece(
        self, utterance: Utterance, piece: SpeechPiece, words: list[TimedWord], text: str, sounds_s: float
    ) -> None:
        spans = [span.start_s for span in visemes(piece.phonemes)]
        self._per_piece.append((len(self.blocks_s), spans, [word.start_s for word in words], sounds_s))

    def on_block(self, samples: Int16s, sample_rate_hz: int, sounds_s: float, last: bool) -> None:
        if len(samples):
            self.blocks_s.append(sounds_s)

    def on_word(self, utterance: Utterance, word: TimedWord, progress: float) -> None: ...
    def on_speaking(self) -> None: ...
    def on_silent(self, utterance: Utterance, *, cut: bool) -> None: ...
    def on_ended(self, utterance: Utterance) -> None:
        self.ended.set()

    def errors_s(self, sink: Sink, which: int) -> list[float]:
        """Of each mouth shape (1) or word (2): when it was announced, against when its sample left the sink."""
        found = []
        starts = [one[0] for one in self._per_piece] + [len(self.blocks_s)]
        for piece, end in zip(self._per_piece, starts[1:], strict=True):
            blocks = sink.left[piece[0] : end]
            within_s = np.cumsum([0.0, *(length for _, length in blocks)])
            for at_s in piece[which]:  # type: ignore[attr-defined]
                index = min(len(blocks) - 1, int(np.searchsorted(within_s, at_s, side="right")) - 1)
                if index >= 0:
                    left_s = blocks[index][0] + at_s - float(within_s[index])
                    found.append(abs(piece[3] + at_s - left_s))
        return found


@dataclass
class Figures:
    """In s."""

    first: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    shapes: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)


def speak(tts: Tts, text: str, figures: Figures, options: SpeechOutOptions) -> None:
    sentence = next(iter(read(text, "en")))
    first = clauses(sentence, options.first_piece_chars)[0]
    began_s = time.monotonic()
    next(iter(tts.synthesize(first.spoken, "", 1.0)))
    figures.bare.append(time.monotonic() - began_s)
    sink, listener = Sink(), Listener()
    mouth = Mouth(tts, sink, options, listener, time.monotonic)
    mouth.start()
    began_s = time.monotonic()
    mouth.say(Utterance("u", text, "", began_s, language="en"), interrupt=False)
    if not listener.ended.wait(LONGEST_S):
        raise TimeoutError(f"not spoken within {LONGEST_S} s: {text}")
    mouth.close()
    figures.first.append(sink.left[0][0] - BUFFER_S - began_s)
    figures.gaps += sink.gaps_s
    figures.shapes += listener.errors_s(sink, 1)
    figures.words += listener.errors_s(sink, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a third of the texts, once")
    quick = parser.parse_args().quick
    options, rows, figures = SpeechOutOptions(), [], {}
    n = 0
    for name, tts, texts in (
        ("piper", Piper(["piper-joe"], 2), TEXTS[:: 3 if quick else 1] * (1 if quick else ROUNDS)),
        ("kokoro", Kokoro(["kokoro"], 2), TEXTS[:: 3 if quick else 1]),
    ):
        tts.load()
        list(tts.synthesize("Ready when you are.", "", 1.0))
        found = Figures()
        for text in texts:
            speak(tts, text, found, options)
        n += len(texts)
        over = [ours - bare for ours, bare in zip(found.first, found.bare, strict=True)]
        for key, values in (
            ("first_sample", found.first), ("bare_engine", found.bare), ("overhead", over), ("gap", found.gaps),
            ("viseme_error", found.shapes), ("caption_error", found.words),
        ):  # fmt: skip
            p50, p95, most = (1e3 * percentile(values, share) for share in (0.5, 0.95, 1.0))
            rows.append([name, key, len(values), p50, p95, most])
            figures[f"{name}_{key}_ms_p50"], figures[f"{name}_{key}_ms_p95"] = round(p50, 1), round(p95, 1)
            if key == "gap":
                figures[f"{name}_gap_ms_max"] = round(most, 1)
    print(table(["", "", "n", "p50 ms", "p95 ms", "max ms"], rows))
    targets = {
        "piper_first_sample_ms_p95": "<= 200", "piper_overhead_ms_p50": "<= 20", "piper_gap_ms_max": "<= 50",
        "piper_viseme_error_ms_p95": "<= 20", "piper_caption_error_ms_p95": "<= 20",
    }  # fmt: skip
    emit("speech_out", n=n, figures=figures, targets=targets)


if __name__ == "__main__":
    main()
