# SPDX-License-Identifier: Apache-2.0
"""Words found in the sound itself: Google's speech embedding (Apache-2.0) by ONNX Runtime, and small heads of our own over it.

J. Lin et al., "Training keyword spotters with limited and synthesized speech data", ICASSP 2020. The model gives 96 numbers for
each 80 ms, from 775 ms of sound; a layer of hidden units over the newest 8 of them, and one output for each word, were trained by
scripts/train_spotter.py, which writes config/spotter.npz (docs/decisions/spoken-stop.md says with what, and how well they hear).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.common.paths import share_dir
from tektra.speech_in.backends import Float32s

MODEL = "speech-embedding"
HEADS = "config/spotter.npz"
#: A new embedding comes every 80 ms; the first needs 775 ms.
HOP, FIRST = 1280, 12400
FRAMES = 8
WINDOW = FIRST + (FRAMES - 1) * HOP
REMEDY = f"tektra models pull {MODEL}"


class SpeechEmbeddingSpotter:
    """Meets Spotter. 3.5 ms of one core a look; 15 MB."""

    window = WINDOW

    def __init__(self) -> None:
        self._session: onnxruntime.InferenceSession | None = None
        self._heads: dict[str, NDArray[np.float32]] = {}
        self._words: tuple[str, ...] = ()

    def load(self) -> None:
        if self._session is not None:
            return
        model = models.path(MODEL)
        heads = share_dir() / HEADS
        if not heads.exists():
            raise BackendError(
                f"there are no heads for it: {heads}", "train some: scripts/train_spotter.py --help"
            )
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.log_severity_level = 3
        try:
            self._heads, self._words = read_heads(heads)
            self._session = onnxruntime.InferenceSession(
                str(model), sess_options=settings, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # files from outside: numpy and ONNX Runtime each raise their own
            raise BackendError(f"the word spotter does not load: {error}", REMEDY) from error

    def close(self) -> None:
        self._session = None

    def scores(self, samples: Float32s) -> dict[str, float]:
        if self._session is None:
            raise BackendError("the word spotter is not loaded", "call load() first")
        if samples.shape != (WINDOW,):
            raise BackendError(f"sound of shape {samples.shape}", f"give ({WINDOW},)")
        embeddings = self._session.run(None, {"samples:0": samples[None]})[0][0, :, 0, :]
        found = scores(self._heads, embeddings[None])[0]
        return {word: float(score) for word, score in zip(self._words, found, strict=True)}


def scores(heads: dict[str, NDArray[np.float32]], embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """0..1 for each window and word. `embeddings`: shape (n, FRAMES, 96)."""
    flat = (embeddings.reshape(len(embeddings), -1) - heads["mean"]) / heads["spread"]
    hidden = np.maximum(0.0, flat @ heads["hidden"] + heads["hidden_bias"])
    out: NDArray[np.float32] = 1.0 / (
        1.0 + np.exp(-np.clip(hidden @ heads["out"] + heads["out_bias"], -30, 30))
    )
    return out


def read_heads(file: Path) -> tuple[dict[str, NDArray[np.float32]], tuple[str, ...]]:
    """Weights by name, and the words in their order. Raises OSError, KeyError or ValueError for another file."""
    with np.load(file, allow_pickle=False) as given:
        words = tuple(str(word) for word in given["words"])
        heads = {
            name: given[name].astype(np.float32)
            for name in ("mean", "spread", "hidden", "hidden_bias", "out", "out_bias")
        }
    if heads["out"].shape[1] != len(words) or heads["hidden"].shape[0] != FRAMES * 96:
        raise ValueError(f"{file.name} does not fit the model")
    return heads, words
