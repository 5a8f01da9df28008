# SPDX-License-Identifier: Apache-2.0
"""With `wake_word: on`, how often Tektra misses what was said to it by name, and takes for its own what was said to somebody else.

Orders with the name before or behind them, by synthetic voices at several pitches, in silence and with noise 10 dB below them in a room; and
speech of five languages without it, among it words that sound alike ("hey Petra", "a tractor"), and people's recordings. All of it goes through
detector, endpointer, spotter and recogniser as in the node. English by the default recogniser, the other languages by whisper-base, told by
the sound. Baseline: the same sound, and the name looked for in the recogniser's text as it is written. `--quick` takes a tenth.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from common import emit, table
from spoken_stop import placed
from voices.speakers import UNHEARD, ManyVoices, Speaker
from voices.stops import sentences

from tektra.common import models, wav
from tektra.common.errors import MissingModel
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.names import home_names, sentence
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.spotting import load_spotter, spotting
from tektra.speech_in.voice import Chunk, Voice

ORDERS = {
    "en": ("{}, drive to the kitchen.", "{}, what time is it?", "{}, turn around.", "Go to the hall, {}.", "{}, where is the red cube?"),
    "de": ("{}, fahr in die Küche.", "{}, wie spät ist es?", "Fahr in den Flur, {}."),
    "fr": ("{}, va dans la cuisine.", "{}, quelle heure est-il ?", "Va dans le couloir, {}."),
    "es": ("{}, ve a la cocina.", "{}, ¿qué hora es?", "Ve al pasillo, {}."),
    "it": ("{}, vai in cucina.", "{}, che ore sono?", "Vai nel corridoio, {}."),
}  # fmt: skip
NAMES = ("Hey Tektra", "Tektra")
PITCHES = (0.85, 0.95, 1.05, 1.15)
#: Behind it the recogniser is done and the end of a turn decided.
TAIL_S = 1.5
TARGETS = {"missed_share": "<= 0.05", "taken_per_hour": "<= 0.5", "hours_without": ">= 1"}


@dataclass
class Ear:
    """One voice's way through the stage: what of a sound becomes a request."""

    stt: FasterWhisper
    options: SpeechInOptions
    spotter: object

    def hears(self, sound: Float32s) -> tuple[list[str], list[str]]:
        """Texts that are for Tektra; and all texts that came."""
        vad, said = SileroVad(), list[Said]()
        vad.load()
        voice = Voice("v", vad, self.options, None, spotting(self.spotter))  # type: ignore[arg-type]
        dictation = Dictation(self.stt, self.options, said.append)
        written: list[str] = []
        ints = (np.pad(sound, (0, int(TAIL_S * SAMPLE_RATE_HZ))) * 32767).clip(-32768, 32767).astype(np.int16)
        for sequence, at in enumerate(range(0, len(ints) - FRAME_SAMPLES, FRAME_SAMPLES)):
            now_s = (at + FRAME_SAMPLES) / SAMPLE_RATE_HZ
            piece = ints[at : at + FRAME_SAMPLES]
            for heard in voice.feed(
                Chunk(piece, SAMPLE_RATE_HZ, 1, sequence, False, at / SAMPLE_RATE_HZ), now_s
            ):
                if heard.kind is Kind.ENDED:
                    dictation.take(heard)
                    written.append(self.stt.transcribe(heard.utterance.samples, self.options.locale).text)
        return [each.transcript.text for each in said if each.transcript is not None], written


def addressed(voices: ManyVoices, *, quick: bool) -> Iterator[tuple[str, Float32s]]:
    said = [
        (language, order.format(name))
        for language, orders in ORDERS.items()
        for order in orders
        for name in NAMES
    ]
    there = (
        [name for name in UNHEARD if (models.path("kokoro") / f"{name}.bin").exists()] if _kokoro() else []
    )
    for number, pitch in enumerate(PITCHES[:: 4 if quick else 1]):
        for language, text in said:
            yield language, voices.say(text, language, Speaker("espeak", (), pitch, 0.9))
            if language == "en":
                yield language, voices.say(text, language, Speaker("piper", (), pitch))
            if there:
                yield (
                    language,
                    voices.say(text, language, Speaker("kokoro", ((there[number % len(there)], 1.0),))),
                )


def _kokoro() -> bool:
    try:
        return models.path("kokoro").is_dir()
    except MissingModel:
        return False


def without(voices: ManyVoices, *, quick: bool) -> Iterator[tuple[str, Float32s]]:
    for number, (language, text) in enumerate(list(sentences())[:: 40 if quick else 4]):
        engine = "piper" if language == "en" else "espeak"
        yield language, voices.say(text, language, Speaker(engine, (), 0.85 + 0.05 * (number % 7)))
    for file in sorted(models.path("librivox").rglob("*.wav")):
        yield "en", wav.read(file.read_bytes()).samples.astype(np.float32) / 32768


def ears() -> dict[bool, Ear]:
    """For English, and for all others where their model is here."""
    made = {}
    options = replace(SpeechInOptions(), wake_word="on")
    spotter, told = load_spotter(options, print)
    print(f"spotter: {told}")
    for english in (True, False):
        own = options if english else replace(options, stt_model="whisper-base", locale="en,de,fr,es,it")
        stt = FasterWhisper(own.stt_model, own.stt_threads)
        try:
            stt.load()
        except MissingModel as error:
            print(f"left out: {error}")
            continue
        stt.expect(sentence((*own.names, "rover1", "rover2", "arm1", *home_names("")), own.locale))
        made[english] = Ear(stt, own, spotter)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one pitch, a tenth of the sentences")
    quick = parser.parse_args().quick
    voices, rng, ear_of = ManyVoices(), np.random.default_rng(5), ears()
    found: dict[str, list[tuple[bool, bool]]] = {}
    for number, (language, sound) in enumerate(addressed(voices, quick=quick)):
        if (ear := ear_of.get(language == "en")) is None:
            continue
        noisy = number % 2 == 1
        ours, written = ear.hears(placed(sound, rng, noisy=noisy)[0])
        bare = any("tektra" in text.casefold() for text in written)
        for key in ("all", language, "in noise" if noisy else "in silence"):
            found.setdefault(key, []).append((not ours, not bare))
    rows = [
        (key, len(all_), 100 * np.mean([m for m, _ in all_]), 100 * np.mean([b for _, b in all_]))
        for key, all_ in found.items()
    ]
    print(table(["said by name", "n", "missed %", "bare missed %"], rows))
    taken, heard_s = list[tuple[str, str]](), 0.0
    for language, sound in without(voices, quick=quick):
        if (ear := ear_of.get(language == "en")) is not None:
            taken += [(language, text) for text in ear.hears(np.pad(sound, 8000).astype(np.float32))[0]]
            heard_s += len(sound) / SAMPLE_RATE_HZ + 1.0
    for language, text in taken:
        print(f"taken for its own, {language}: {text}")
    shares = {key: round(float(np.mean([m for m, _ in all_])), 4) for key, all_ in found.items()}
    figures = {
        "missed_share": shares["all"],
        "missed_share_en": shares["en"],
        "bare_missed_share": round(float(np.mean([b for _, b in found["all"]])), 4),
        "taken": float(len(taken)),
        "taken_per_hour": round(3600 * len(taken) / heard_s, 3),
        "hours_without": round(heard_s / 3600, 3),
    }
    emit("wake_word", n=len(found["all"]), figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
