# SPDX-License-Identifier: Apache-2.0
"""How voices run in ONNX Runtime."""

from __future__ import annotations

import onnxruntime


def opened(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    """A session for one voice. Raises ONNX Runtime's own errors."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.inter_op_num_threads = 1
    # Spinning threads take the cores from the others: on a busy machine of 2 cores it doubles the time (n = 6).
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # It keeps what the longest piece took, and doubles by chance: 200 to 350 MB, for 17 to 28 % less time (two pairs each).
    settings.enable_cpu_mem_arena = False
    settings.log_severity_level = 3
    return onnxruntime.InferenceSession(model, sess_options=settings, providers=["CPUExecutionProvider"])
