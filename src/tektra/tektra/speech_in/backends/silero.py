# SPDX-License-Identifier: Apache-2.0
"""Silero's voice activity detector (MIT), by ONNX Runtime.

The model file is the one inside the `faster-whisper` wheel (`assets/silero_vad_v6.onnx`), not the `silero-vad` package:
that wheel is needed anyway, it pins the file's version, and `silero-vad` would add a second copy and want torch.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime

from tektra.common.errors import BackendError
from tektra.speech_in.backends import FRAME_SAMPLES, Float32s

#: The model wants the end of the frame before in front of each frame (silero-vad, utils_vad.py, 16 kHz).
CONTEXT_SAMPLES = 64
STATE_SHAPE = (1, 1, 128)


class SileroVad:
    """Meets Vad. 2 MB of model; one thread."""

    def __init__(self) -> None:
        self._session: onnxruntime.InferenceSession | None = None
        self._context: Float32s = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)
        self._h: Float32s = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._c: Float32s = np.zeros(STATE_SHAPE, dtype=np.float32)

    def load(self) -> None:
        if self._session is not None:
            return
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.enable_cpu_mem_arena = False
        settings.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(_model_file()), sess_options=settings, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise BackendError(
                f"silero does not load: {error}", "install faster-whisper of requirements/ anew"
            ) from error
        self.reset()

    def close(self) -> None:
        self._session = None

    def probability(self, frame: Float32s) -> float:
        if self._session is None:
            raise BackendError("silero is not loaded", "call load() first")
        if frame.shape != (FRAME_SAMPLES,):
            raise BackendError(f"a frame of shape {frame.shape}", f"give ({FRAME_SAMPLES},)")
        given = np.concatenate([self._context, frame])[np.newaxis]
        self._context = frame[-CONTEXT_SAMPLES:]
        result, self._h, self._c = self._session.run(None, {"input": given, "h": self._h, "c": self._c})
        probability = float(result[0])
        if not np.isfinite(probability):  # something broken came in, and would never leave the state
            self.reset()
            return 0.0
        return probability

    def reset(self) -> None:
        self._context = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)
        self._h, self._c = np.zeros(STATE_SHAPE, dtype=np.float32), np.zeros(STATE_SHAPE, dtype=np.float32)


def _model_file() -> Path:
    """Found without importing faster_whisper, which would load the recogniser's libraries too."""
    spec = find_spec("faster_whisper")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(folder.glob("assets/silero_vad_v6*.onnx")) if folder else []
    if not found:
        raise BackendError("no silero_vad_v6.onnx in faster-whisper", "pip install faster-whisper==1.2.1")
    return found[-1]
