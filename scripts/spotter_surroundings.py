# SPDX-License-Identifier: Apache-2.0
"""Where a word is said: near and far, in quiet, noise and music, behind other speech and among people; at random, by a seed."""

from __future__ import annotations

import numpy as np
from voices.speakers import room

from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.speech_embedding import FIRST, FRAMES, HOP

#: What the spotter looks at.
LEAD = FIRST + (FRAMES - 1) * HOP
#: What of a word's surroundings is looked at, before and behind its end.
LOOKED_S, BEHIND_S = 1.8, 0.36
#: Shares of the words that are said from afar, in a room, behind other speech, and before it.
FAR, IN_A_ROOM, BEHIND_SPEECH, BEFORE_SPEECH = 0.25, 0.5, 0.25, 0.2
#: How far the noise is below the word, in dB, and the share of those that are noisy.
NOISY_DB, QUIET_DB, NOISY = (1.0, 20.0), (20.0, 45.0), 0.6
KINDS = ("white", "brownish", "somebody", "recorded", "people", "music")


def resampled(clip: Float32s, factor: float) -> Float32s:
    """Faster and higher by a factor."""
    return np.interp(np.arange(0, len(clip) - 1, factor), np.arange(len(clip)), clip).astype(np.float32)


class Surroundings:
    """Rooms, noises and other speech."""

    def __init__(self, speech: list[Float32s], noises: list[Float32s], rng: np.random.Generator) -> None:
        self._speech, self._noises, self.rng = speech, noises, rng

    def word(self, clip: Float32s) -> tuple[Float32s, int]:
        """A word by another throat, at another place; and where it ends."""
        rng = self.rng
        if rng.random() < FAR:
            clip = self.far(clip)
        shaped = self.coloured(resampled(clip, float(rng.uniform(0.86, 1.16))))
        length = len(shaped)
        if rng.random() < IN_A_ROOM:
            shaped = room(shaped, rng)
        before = self.piece(int(rng.uniform(0.2, 1.5) * SAMPLE_RATE_HZ)) * (rng.random() < BEHIND_SPEECH)
        gap = np.zeros(int(rng.uniform(0.0, 0.3) * SAMPLE_RATE_HZ), np.float32)
        lead = np.zeros(LEAD, np.float32)
        behind = np.zeros(int(BEHIND_S * SAMPLE_RATE_HZ), np.float32)
        if rng.random() < BEFORE_SPEECH:
            behind = self.piece(len(behind))
        start = len(lead) + len(before) + len(gap)
        whole = self.noisy(np.concatenate([lead, before, gap, shaped, behind]), start, start + length)
        cut = max(0, start + length - int(LOOKED_S * SAMPLE_RATE_HZ) - int(rng.integers(HOP)))
        return whole[cut:], start + length - cut

    def far(self, sound: Float32s) -> Float32s:
        """From the other end of a room with bare walls: what comes back is about as loud as what comes straight."""
        length = int(self.rng.uniform(0.4, 0.8) * SAMPLE_RATE_HZ)
        tail = self.rng.standard_normal(length) * np.exp(-np.arange(length) / (length / 5))
        tail[:80] = 0.0  # 5 ms
        tail *= self.rng.uniform(0.6, 1.2) / np.sqrt(np.sum(tail**2))
        tail[0] = 1.0
        size = 1 << (len(sound) + length).bit_length()
        heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
        return heard[: len(sound)].astype(np.float32)

    def noisy(self, sound: Float32s, begin: int = 0, end: int | None = None) -> Float32s:
        """At a level, and with a noise, of its own."""
        rng = self.rng
        sound = sound / (np.abs(sound).max() + 1e-6) * 10 ** rng.uniform(-1.7, 0.1)
        noise = self.noise(KINDS[int(rng.integers(len(KINDS)))], len(sound))
        loud = np.sqrt(np.mean(sound[begin:end] ** 2)) / (np.sqrt(np.mean(noise**2)) + 1e-9)
        below_db = rng.uniform(*(NOISY_DB if rng.random() < NOISY else QUIET_DB))
        return (sound + noise * loud * 10 ** (-below_db / 20)).clip(-1, 1).astype(np.float32)

    def noise(self, kind: str, length: int) -> Float32s:
        """`kind`: one of KINDS; white where nothing was recorded."""
        white = self.rng.standard_normal(length).astype(np.float32)
        match kind:
            case "brownish":
                return np.convolve(white, np.ones(24, np.float32) / 24, "same")
            case "somebody":
                return self.piece(length)
            case "people":
                return np.sum([self.piece(length) for _ in range(int(self.rng.integers(3, 6)))], axis=0)
            case "recorded" if self._noises:
                return np.resize(self._noises[int(self.rng.integers(len(self._noises)))], length)
            case "music":
                chords = self._chords(length)
                return (chords + 0.3 * float(chords.std()) * white).astype(np.float32)
            case _:
                return white

    def coloured(self, sound: Float32s) -> Float32s:
        """As by another microphone: brighter or duller."""
        rng = self.rng
        taps = np.array([1.0, rng.uniform(-0.7, 0.7), rng.uniform(-0.25, 0.25)])
        return np.convolve(sound, taps)[: len(sound)].astype(np.float32)

    def piece(self, length: int) -> Float32s:
        """Of somebody's speech."""
        if not self._speech:
            return np.zeros(length, np.float32)
        one = self._speech[int(self.rng.integers(len(self._speech)))]
        at = int(self.rng.integers(max(1, len(one) - length)))
        return np.pad(one[at : at + length], (0, max(0, length - len(one[at : at + length]))))

    def _chords(self, length: int) -> Float32s:
        """Plucked chords of three notes with five partials each, one after the other."""
        rng, whole, at = self.rng, np.zeros(length), 0
        while at < length:
            end = min(length, at + int(rng.uniform(0.1, 0.6) * SAMPLE_RATE_HZ))
            time_s = np.arange(end - at) / SAMPLE_RATE_HZ
            root_hz, decay = 110.0 * 2 ** (int(rng.integers(36)) / 12), float(rng.uniform(1.0, 6.0))
            for ratio in (1.0, 1.26, 1.5):
                for partial in range(1, 6):
                    phase = 2 * np.pi * root_hz * ratio * partial * time_s + rng.uniform(0.0, 6.0)
                    whole[at:end] += np.sin(phase) / partial * np.exp(-decay * time_s)
            at = end
        return whole.astype(np.float32)
