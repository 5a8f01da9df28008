# SPDX-License-Identifier: Apache-2.0
"""How long after the end of speech its text is there, and how soon after a request Tektra sounds.

Hearing: a person's recording and spoken commands go in at the pace of a microphone; the time counts from the end of the
last frame of speech to the final text (so it holds the silence that ends an utterance), and to a spoken stop. Baseline: a raw
faster-whisper call on the same sound. Speaking: from the request to the first sound at a speaker that keeps real time.
Baseline: a raw piper call for the same text. `--quick` takes every third input.
"""

from __future__ import annotations

import argparse
import json
import math
import threading
import time
from dataclasses import dataclass, field

import numpy as np
from faster_whisper import WhisperModel
from piper import PiperVoice

from tektra.common import models
from tektra.common.timings import Timings, percentile
from tektra.common.wav import Int16s
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.measured import MeasuredStt, MeasuredVad
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Said
from tektra.speech_in.hearing import Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.resample import resample
from tektra.speech_in.voice import Chunk, Voice
from tektra.speech_out.backends import SpeechPiece, Tts
from tektra.speech_out.backends.measured import MeasuredTts
from tektra.speech_out.backends.null import NullSpeaker
from tektra.speech_out.backends.piper import Piper
from tektra.speech_out.mouth import Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance
from tektra.speech_out.words import TimedWord

COMMANDS = (
    "Rover one, go to the kitchen.",
    "Turn left and drive two meters forward.",
    "What do you see?",
    "Rover two, come back to the hall, please.",
    "Pick up the red cube.",
    "How much battery is left?",
    "Drive to the door and wait there.",
    "Tell me what is on the table.",
)
STOPS = ("Stop!", "Stop now!", "Please stop.", "Everybody stop!")
ANSWERS = (
    "Okay.",
    "I am going to the kitchen.",
    "I see two people and a bicycle.",
    "That place is not known to me.",
    "Rover one has arrived.",
    "Everything has stopped.",
    "The battery is at eighty percent.",
    "Which of the two rovers do you mean?",
    "I have turned to the left.",
    "Good morning!",
    "The arm holds the red cube now.",
    "I cannot do that while we are stopped.",
)
TAIL_S = 1.5


@dataclass
class Ear:
    """What came of one sound."""

    finals: list[tuple[float, Said]] = field(default_factory=list)
    stopped: list[tuple[float, Said]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def tell(self, said: Said) -> None:
        now_s = time.monotonic()
        if said.stops:
            self.stopped.append((now_s, said))
        if said.final:
            self.finals.append((now_s, said))
            self.done.set()


class Listening:
    """The stage's two threads with the real models, as the node runs them."""

    def __init__(self) -> None:
        self.options = SpeechInOptions()
        self.vad_timings = Timings(keep=100_000)
        vad = MeasuredVad(SileroVad(), self.vad_timings)
        vad.load()
        stt = MeasuredStt(FasterWhisper(self.options.stt_model, self.options.stt_threads), Timings())
        stt.load()
        stt.transcribe(np.zeros(SAMPLE_RATE_HZ, np.float32), self.options.locale)
        self._ear = Ear()
        self._hearing = Hearing(
            {"v": Voice("v", vad, self.options)},
            stt,
            self.options,
            tell=lambda said: self._ear.tell(said),
            on_speaking=lambda voice, speaks: None,
            report=print,
            now=time.monotonic,
        )
        self._hearing.start()
        self._sequence = 0

    def close(self) -> None:
        self._hearing.close()

    def hear(self, samples: Int16s) -> Ear:
        """Plays a sound to it in real time, with silence behind; waits for the final text."""
        self._ear = Ear()
        whole = np.concatenate([samples, np.zeros(int(TAIL_S * SAMPLE_RATE_HZ), np.int16)])
        began_s = time.monotonic()
        for at in range(0, len(whole), FRAME_SAMPLES):
            stamp_s = began_s + at / SAMPLE_RATE_HZ
            block = whole[at : at + FRAME_SAMPLES]
            time.sleep(max(0.0, stamp_s + len(block) / SAMPLE_RATE_HZ - time.monotonic()))
            self._hearing.feed("v", Chunk(block, SAMPLE_RATE_HZ, 1, self._sequence, False, stamp_s))
            self._sequence += 1
        self._ear.done.wait(60.0)
        return self._ear


class Applause:
    """Meets Audience; waits for the end of an utterance."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def on_piece(
        self, utterance: Utterance, piece: SpeechPiece, words: list[TimedWord], text: str, sounds_s: float
    ) -> None: ...
    def on_block(self, samples: Int16s, sample_rate_hz: int, sounds_s: float, last: bool) -> None: ...
    def on_word(self, utterance: Utterance, word: TimedWord, progress: float) -> None: ...
    def on_speaking(self) -> None: ...
    def on_silent(self, utterance: Utterance) -> None: ...
    def on_ended(self, utterance: Utterance) -> None:
        self.ended.set()


def spoken(tts: Tts, text: str) -> Int16s:
    """A sentence at 16 kHz."""
    pieces = list(tts.synthesize(text, "", 1.0))
    whole = np.concatenate([piece.samples for piece in pieces])
    return (resample(whole, pieces[0].sample_rate_hz) * 32767).clip(-32768, 32767).astype(np.int16)


def measure_hearing(tts: Tts, step: int) -> tuple[dict[str, float], int]:
    recording: Int16s = np.fromfile(models.path("goforward"), dtype="<i2").astype(np.int16)
    sounds = {"(a person) go forward ten meters": recording} | {
        text: spoken(tts, text) for text in COMMANDS[::step]
    }
    raw = WhisperModel(str(models.path("whisper-tiny.en")), device="cpu", compute_type="int8", cpu_threads=2)
    listening = Listening()
    latencies, raw_s, stops = [], [], []
    try:
        for text, samples in sounds.items():
            ear = listening.hear(samples)
            floats = samples.astype(np.float32) / 32768
            began = time.perf_counter()
            list(raw.transcribe(floats, language="en", beam_size=1)[0])
            raw_s.append(time.perf_counter() - began)
            # an utterance with a pause in it may come as two; the time after the last one counts
            at_s, said = ear.finals[-1]
            latencies.append(at_s - said.heard.speech_end_s)
            heard = said.transcript.text if said.transcript else f"(refused: {said.refused})"
            print(f"  {1e3 * latencies[-1]:6.0f} ms   raw {1e3 * raw_s[-1]:6.0f} ms   {text} -> {heard}")
        for text in STOPS[::step]:
            ear = listening.hear(spoken(tts, text))
            told = [at_s - said.heard.speech_end_s for at_s, said in ear.stopped]
            print(f"  {1e3 * told[0]:6.0f} ms   stop   {text}" if told else f"  no stop heard: {text}")
            stops += told[:1]
    finally:
        listening.close()
    figures = {
        "stt_latency_ms_p50": 1e3 * percentile(latencies, 0.5),
        "stt_latency_ms_p95": 1e3 * percentile(latencies, 0.95),
        "stt_raw_call_ms_p50": 1e3 * percentile(raw_s, 0.5),
        "stop_after_speech_ms_p50": 1e3 * percentile(stops, 0.5),
        "stops_heard_share": len(stops) / len(STOPS[::step]),
        "vad_us_p50": 1e3 * listening.vad_timings.milliseconds()["p50"],
    }
    return figures, len(latencies)


def measure_speaking(tts: MeasuredTts, step: int) -> tuple[dict[str, float], int]:
    raw = PiperVoice.load(models.path("piper-joe"))
    list(raw.synthesize("Ready when you are."))
    applause = Applause()
    mouth = Mouth(tts, NullSpeaker(), SpeechOutOptions(), applause, time.monotonic)
    mouth.start()
    first_s, raw_first_s, raw_all_s, raw_sound_s = [], [], 0.0, 0.0
    try:
        for text in ANSWERS[::step]:
            began = time.perf_counter()
            for index, chunk in enumerate(raw.synthesize(text)):
                if index == 0:
                    raw_first_s.append(time.perf_counter() - began)
                raw_sound_s += len(chunk.audio_int16_array) / chunk.sample_rate
            raw_all_s += time.perf_counter() - began
            utterance = Utterance("bench", text, "", asked_s=time.monotonic())
            applause.ended.clear()
            mouth.say(utterance, interrupt=False)
            applause.ended.wait(30.0)
            first_s.append(utterance.first_audio_s)
            print(f"  {1e3 * first_s[-1]:6.0f} ms   raw {1e3 * raw_first_s[-1]:6.0f} ms   {text}")
    finally:
        mouth.close()
    figures = {
        "first_audio_ms_p50": 1e3 * percentile(first_s, 0.5),
        "first_audio_ms_p95": 1e3 * percentile(first_s, 0.95),
        "first_audio_raw_call_ms_p50": 1e3 * percentile(raw_first_s, 0.5),
        "tts_rtf": tts.real_time_factor,
        "tts_rtf_raw": raw_all_s / raw_sound_s,
    }
    return figures, len(first_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every third input")
    step = 3 if parser.parse_args().quick else 1
    piper = Piper(["piper-joe"], threads=2)
    piper.load()
    list(piper.synthesize("Ready when you are.", "", 1.0))
    print("Hearing: from the end of speech to the final text")
    hearing, heard = measure_hearing(piper, step)
    print("Speaking: from the request to the first sound")
    speaking, said = measure_speaking(MeasuredTts(piper, Timings()), step)
    found = hearing | speaking
    figures = {key: round(value, 3) for key, value in found.items() if not math.isnan(value)}
    targets = {
        "stt_latency_ms_p50": "<= 900",
        "vad_us_p50": "<= 300",
        "first_audio_ms_p50": "<= 200",
        "tts_rtf": "<= 0.3",
        "stops_heard_share": ">= 1.0",
    }
    for key, value in figures.items():
        print(f"{key:30} {value:10.3f}   {targets.get(key, '')}")
    met = {key: _met(figures[key], target) for key, target in targets.items()}
    print(
        json.dumps({"bench": "speech", "n": heard + said, "figures": figures, "targets": targets, "met": met})
    )


def _met(value: float, target: str) -> bool:
    sign, bound = target.split()
    return value <= float(bound) if sign == "<=" else value >= float(bound)


if __name__ == "__main__":
    main()
