# SPDX-License-Identifier: Apache-2.0
"""Many synthetic speakers for what is learnt and measured: Kokoro's voices, blends of them, espeak-ng and piper, at other pitches.

A blend of two of Kokoro's style vectors is a voice of its own, and any of them speaks the phonemes of any language. The voices in
UNHEARD, piper's, and espeak-ng's own voice without a variant are in no blend and never trained with: what is measured, is measured on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.resample import resample
from tektra.speech_out.backends import Tts
from tektra.speech_out.backends.espeak import VOICES, Espeak
from tektra.speech_out.backends.kokoro import ENGLISH, RATE_HZ, REWRITTEN, STYLE, VOCAB, Kokoro, _phonemizer
from tektra.speech_out.backends.piper import Piper

ESPEAK = {"en": "en-us", "de": "de", "fr": "fr", "es": "es", "it": "it"}
HEARD = ("af_heart", "bf_emma", "bm_george", "ef_dora", "ff_siwis", "im_nicola", "pf_dora", "pm_alex")
UNHEARD = ("am_michael", "if_sara", "em_alex", "bm_fable", "af_bella", "am_onyx")
#: Other throats of espeak-ng, with the same phonemes; without those that whisper, croak or are robots.
VARIANTS = (
    "Alex Alicia Andrea Andy Annie Denis Diogo Gene Henrique Hugo Jacky Lee Mario Michael Mike Nguyen Reed adam anika antonio aunty belinda "
    "benjamin boris david ed edward f1 f2 f3 f4 f5 grandma grandpa ian iven john kaukovalta linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max "
    "michel miguel norbert pablo paul pedro quincy rob robert sandro shelby steph travis victor zac"
).split()


@dataclass(frozen=True)
class Speaker:
    """`engine`: kokoro, espeak or piper. `weights`: of Kokoro's voices. `pitch`: factor, without a change of pace. `variant`: of espeak."""

    engine: str
    weights: tuple[tuple[str, float], ...] = ()
    pitch: float = 1.0
    pace: float = 1.0
    variant: str = ""


def speakers_to_train(count: int, seed: int, heard: tuple[str, ...] = HEARD) -> list[Speaker]:
    """Kokoro's voices that may be heard, then blends of them; all at seeded pitches and paces."""
    rng = np.random.default_rng(seed)
    found = []
    for index in range(count):
        if index < len(heard):
            weights: tuple[tuple[str, float], ...] = ((heard[index], 1.0),)
        else:
            one, other = rng.choice(len(heard), 2, replace=False)
            share = float(rng.uniform(0.3, 0.7))
            weights = ((heard[one], share), (heard[other], 1 - share))
        found.append(Speaker("kokoro", weights, float(rng.uniform(0.85, 1.2)), float(rng.uniform(0.8, 1.25))))
    return found


def espeak_to_train(seed: int) -> list[Speaker]:
    """Every variant of espeak-ng, at a seeded pitch and pace."""
    rng = np.random.default_rng(seed)
    return [
        Speaker("espeak", (), float(rng.uniform(0.75, 1.3)), float(rng.uniform(0.65, 1.3)), variant)
        for variant in VARIANTS
    ]


class ManyVoices:
    """Speech at 16 kHz, float32, shape (n,), without silence around it."""

    def __init__(self, threads: int = 2, styles: Path | None = None) -> None:
        """`styles`: a folder with more of Kokoro's voices, as npm's kokoro-js has them."""
        self._kokoro = Kokoro(["kokoro"], threads)
        self._espeak = Espeak([], 1)
        self._piper = Piper(["piper-joe"], threads)
        for engine in (self._kokoro, self._espeak, self._piper):
            engine.load()
        if styles is not None:
            self._kokoro._styles |= {
                file.stem: np.frombuffer(file.read_bytes(), "<f4").reshape(-1, STYLE)
                for file in sorted(styles.glob("*.bin"))
            }
        self._phonemes = _phonemizer()

    def say(self, text: str, language: str, speaker: Speaker) -> Float32s:
        """`language`: en, de, fr, es or it; piper speaks English alone."""
        pace = speaker.pace / speaker.pitch
        match speaker.engine:
            case "kokoro":
                sound = self._by_kokoro(text, language, speaker.weights, pace)
            case "espeak" if speaker.variant:
                voice = f"{VOICES.get(language, language)}+{speaker.variant}"
                piece = self._espeak._spoken(text, voice, min(2.0, max(0.5, pace)))
                sound = resample(piece.samples, piece.sample_rate_hz)
            case "espeak":
                sound = _joined(self._espeak, text, f"espeak-{language}", pace)
            case _:
                sound = _joined(self._piper, text, "", pace)
        if speaker.pitch != 1.0:
            sound = np.interp(np.arange(0, len(sound) - 1, speaker.pitch), np.arange(len(sound)), sound)
        return _trimmed(np.asarray(sound, np.float32))

    def _by_kokoro(
        self, text: str, language: str, weights: tuple[tuple[str, float], ...], pace: float
    ) -> Float32s:
        parts = []
        for sentence in self._phonemes.phonemize(ESPEAK[language], text):
            letters = "".join(sentence)
            for before, after in (*REWRITTEN, *(ENGLISH if language == "en" else ())):
                letters = letters.replace(before, after)
            letters = "".join(letter for letter in letters if letter in VOCAB)[:500]
            style: NDArray[np.float32] = sum(
                share * self._kokoro._style(name)[min(len(letters), 509)] for name, share in weights
            )  # type: ignore[assignment]
            given = {
                "tokens": np.array([[0, *(VOCAB[letter] for letter in letters), 0]], np.int64),
                "style": style[None].astype(np.float32),
                "speed": np.array([min(2.0, max(0.5, pace))], np.float32),
            }
            parts.append(np.ravel(self._kokoro._model().run(None, given)[0]))
        whole = np.concatenate(parts)
        return resample((whole.clip(-1, 1) * 32767).astype(np.int16), RATE_HZ)


def _joined(tts: Tts, text: str, voice: str, pace: float) -> Float32s:
    pieces = list(tts.synthesize(text, voice, min(2.0, max(0.5, pace))))
    return resample(np.concatenate([piece.samples for piece in pieces]), pieces[0].sample_rate_hz)


def _trimmed(sound: Float32s) -> Float32s:
    """Without what is 34 dB below its loudest."""
    loud = np.flatnonzero(np.abs(sound) > 0.02 * max(1e-6, float(np.abs(sound).max())))
    return sound[max(0, loud[0] - 160) : loud[-1] + 160] if len(loud) else sound


def room(sound: Float32s, rng: np.random.Generator) -> Float32s:
    """With a decaying reverberation of a seeded length."""
    length = int(rng.uniform(0.05, 0.35) * SAMPLE_RATE_HZ)
    tail = rng.standard_normal(length) * rng.uniform(0.03, 0.15) * np.exp(-np.arange(length) / (length / 4))
    tail[0] = 1.0
    size = 1 << (len(sound) + length).bit_length()
    heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
    return heard[: len(sound) + length // 4].astype(np.float32)
