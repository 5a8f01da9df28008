# SPDX-License-Identifier: Apache-2.0
"""Resemblyzer's speaker encoder (resemble-ai, Apache-2.0), in numpy.

Three layers of LSTM and a linear one over 40 mel bands, trained by the GE2E loss (Wan et al. 2018, "Generalized end-to-end loss
for speaker verification"). Its weights come as a file that Python would unpickle; nothing of it is unpickled here: the lock pins
the file's bytes, so the numbers are read from where they lie in it. 30 ms for each 1.6 s of speech.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tektra.common import models
from tektra.common.errors import BackendError, InputError
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s

MODEL = "resemblyzer"
MELS, HIDDEN, LAYERS = 40, 256, 3
WINDOW, HOP = 400, 160
#: Frames of one partial, and how far the next one begins later: as the encoder's own `embed_utterance` at a rate of 1.3.
PARTIAL, STEP = 160, 77
#: Where the numbers lie in the pinned file: bytes from its beginning.
LSTM_AT, LINEAR_AT, BIAS_AT = 269883, 7731, 6699
#: What is quieter is made as loud as this, as in its training; frames this much below the loudest are silence.
LOUDNESS_DB, SILENCE_DB = -30.0, -35.0
LEAST_S = 0.5

Matrix: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class _Layer:
    inputs: Matrix
    recurrent: Matrix
    bias: Matrix


class ResemblyzerEncoder:
    """Meets SpeakerEncoder. 6 MB; one thread."""

    model = MODEL

    def __init__(self) -> None:
        self._layers: list[_Layer] = []
        self._weight: Matrix = np.zeros((0, 0), np.float32)
        self._bias: Matrix = np.zeros(0, np.float32)
        self._bands = _mel_bands()

    def load(self) -> None:
        if self._layers:
            return
        file = models.path(MODEL)
        try:
            self._layers = _read_layers(file)
            self._weight = _numbers(file, LINEAR_AT, HIDDEN * HIDDEN).reshape(HIDDEN, HIDDEN)
            self._bias = _numbers(file, BIAS_AT, HIDDEN)
        except (OSError, ValueError) as error:
            self._layers = []
            raise BackendError(
                f"{file} does not load: {error}", f"run `tektra models pull {MODEL}`"
            ) from error

    def close(self) -> None:
        self._layers = []

    def embed(self, samples: Float32s) -> Float32s:
        if not self._layers:
            raise BackendError("the speaker encoder is not loaded", "call load() first")
        if samples.ndim != 1 or not np.isfinite(samples).all():
            raise InputError(f"sound of shape {samples.shape}", "give finite mono samples, shape (n,)")
        speech = _without_silence(_loud_enough(samples.astype(np.float32)))
        if len(speech) < LEAST_S * SAMPLE_RATE_HZ:
            raise InputError(
                f"{len(speech) / SAMPLE_RATE_HZ:.1f} s of speech", f"say at least {LEAST_S} s to be known by"
            )
        partials = self._run(self._partials(speech))
        mean = partials.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _partials(self, speech: Float32s) -> Matrix:
        """Overlapping pieces of the mel spectrogram, shape (n, PARTIAL, MELS); what is too short is filled with silence, and the
        last piece is left out where it would be silence by more than a quarter."""
        frames = len(speech) // HOP + 1
        starts = list(range(0, max(1, frames - PARTIAL + STEP + 1), STEP))
        if len(starts) > 1 and (len(speech) - starts[-1] * HOP) < 0.75 * PARTIAL * HOP:
            starts.pop()
        padded = np.pad(speech, (0, max(0, (starts[-1] + PARTIAL) * HOP - len(speech))))
        mels = self._mels(padded)
        return np.stack([mels[start : start + PARTIAL] for start in starts])

    def _mels(self, samples: Float32s) -> Matrix:
        """Power in each mel band, one row each 10 ms."""
        padded = np.pad(samples, WINDOW // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
        window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
        power = np.abs(np.fft.rfft(frames * window)) ** 2
        return np.asarray(power @ self._bands.T, np.float32)

    def _run(self, partials: Matrix) -> Matrix:
        """What the network makes of each piece: unit vectors, shape (n, HIDDEN)."""
        sequence = partials
        for layer in self._layers:
            sequence = _lstm(layer, sequence)
        raw = np.maximum(sequence[:, -1] @ self._weight.T + self._bias, 0.0)
        return np.asarray(raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9), np.float32)


def _lstm(layer: _Layer, sequence: Matrix) -> Matrix:
    """All outputs of one layer; gates in torch's order: input, forget, cell, output."""
    given = sequence @ layer.inputs.T + layer.bias
    count, steps, _ = given.shape
    out = np.empty((count, steps, HIDDEN), np.float32)
    hidden: Matrix = np.zeros((count, HIDDEN), np.float32)
    cell: Matrix = np.zeros((count, HIDDEN), np.float32)
    recurrent = np.ascontiguousarray(layer.recurrent.T)
    for step in range(steps):
        gates = given[:, step] + hidden @ recurrent
        opened = 0.5 * np.tanh(0.5 * gates) + 0.5  # the logistic function, without overflow
        new = np.tanh(gates[:, 2 * HIDDEN : 3 * HIDDEN])
        cell = opened[:, HIDDEN : 2 * HIDDEN] * cell + opened[:, :HIDDEN] * new
        hidden = opened[:, 3 * HIDDEN :] * np.tanh(cell)
        out[:, step] = hidden
    return out


def _read_layers(file: Path) -> list[_Layer]:
    """The weights of all layers lie first, one layer after the other, then the biases in the same order."""
    sizes = [(MELS if layer == 0 else HIDDEN) for layer in range(LAYERS)]
    count = sum(4 * HIDDEN * (size + HIDDEN + 2) for size in sizes)
    numbers = _numbers(file, LSTM_AT, count)
    biases = numbers[count - LAYERS * 8 * HIDDEN :].reshape(LAYERS, 2, 4 * HIDDEN)
    layers, at = [], 0
    for number, size in enumerate(sizes):
        inputs = numbers[at : at + 4 * HIDDEN * size].reshape(4 * HIDDEN, size)
        at += inputs.size
        recurrent = numbers[at : at + 4 * HIDDEN * HIDDEN].reshape(4 * HIDDEN, HIDDEN)
        at += recurrent.size
        layers.append(_Layer(inputs, recurrent, biases[number].sum(axis=0)))
    return layers


def _numbers(file: Path, at: int, count: int) -> Matrix:
    numbers = np.fromfile(file, "<f4", count, offset=at)
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise ValueError(f"{count} numbers from byte {at} on are not there")
    return numbers.astype(np.float32)


def _mel_bands() -> Matrix:
    """Triangles of equal area, as librosa's default (Slaney's Auditory Toolbox, 1998): shape (MELS, WINDOW // 2 + 1)."""
    top = _mel_of(np.array([SAMPLE_RATE_HZ / 2.0]))[0]
    edges = _hz_of(np.linspace(0.0, top, MELS + 2))
    bins = np.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE_HZ)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    bands = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return np.asarray(bands, np.float32)


#: Linear below 1 kHz, 15 mel there; above it 27 mel are a factor of 6.4.
_LINEAR_HZ, _KNEE_HZ, _LOG_STEP = 200.0 / 3.0, 1000.0, np.log(6.4) / 27.0


def _mel_of(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _KNEE_HZ / _LINEAR_HZ + np.log(np.maximum(hz, _KNEE_HZ) / _KNEE_HZ) / _LOG_STEP
    return np.asarray(np.where(hz < _KNEE_HZ, hz / _LINEAR_HZ, above))


def _hz_of(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = _KNEE_HZ / _LINEAR_HZ
    above = _KNEE_HZ * np.exp(_LOG_STEP * np.maximum(mel - knee, 0.0))
    return np.asarray(np.where(mel < knee, mel * _LINEAR_HZ, above))


def _loud_enough(samples: Float32s) -> Float32s:
    loudness = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    gain = 10.0 ** (LOUDNESS_DB / 20.0) / loudness if loudness > 0.0 else 1.0
    return samples * np.float32(max(gain, 1.0))


def _without_silence(samples: Float32s) -> Float32s:
    """Frames of 30 ms that are not much quieter than the loud ones, and up to 0.2 s round each."""
    size = int(0.03 * SAMPLE_RATE_HZ)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames):
        return samples[:0]
    level = np.sqrt((frames**2).mean(axis=1))
    loud = level > np.percentile(level, 95) * 10.0 ** (SILENCE_DB / 20.0)
    near = np.convolve(loud, np.ones(7), mode="same") > 0.5 if len(loud) >= 7 else loud
    return frames[near & (level > 0.0)].reshape(-1)
