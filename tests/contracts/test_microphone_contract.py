# SPDX-License-Identifier: Apache-2.0
"""What every microphone must do. One without its device here is passed over, in words."""

import threading

import numpy as np
import pytest

from tektra.common import backends
from tektra.common.errors import BackendError


@pytest.mark.parametrize("name", backends.names("microphone"))
def test_a_device_gives_sound_until_closed(name: str) -> None:
    microphone = backends.load("microphone", name)("")
    missing = microphone.available()
    if missing:
        pytest.skip(missing)
    blocks: list[np.ndarray] = []
    came = threading.Event()

    def on_sound(samples: np.ndarray) -> None:
        blocks.append(samples)
        if len(blocks) >= 5:
            came.set()

    microphone.open(on_sound)
    microphone.open(on_sound)
    assert came.wait(10)
    microphone.close()
    microphone.close()
    heard = len(blocks)
    assert all(block.dtype == np.int16 and block.ndim == 1 for block in blocks)
    assert microphone.sample_rate_hz >= 8000
    assert len(blocks) == heard


@pytest.mark.parametrize("name", backends.names("microphone"))
def test_without_a_device_it_tells_why_and_open_is_an_error(name: str) -> None:
    microphone = backends.load("microphone", name)("")
    missing = microphone.available()
    if not missing:
        pytest.skip("there is a microphone here")
    assert missing.startswith("no ")
    with pytest.raises(BackendError, match="no "):
        microphone.open(lambda samples: None)
    microphone.close()
