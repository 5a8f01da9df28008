# SPDX-License-Identifier: Apache-2.0
"""Models of earlier files are kept out of the collector's way, as a process of the body does: a look at all of them
takes 0.1 s, in which no driver speaks. And a voice that draws its noise draws the same in each run: what a recogniser makes of it
fails or passes by what was changed, not by chance."""

import gc
import os

import onnxruntime
import pytest

#: Of the models that are loaded from now on. Another number is another voice.
onnxruntime.set_seed(int(os.environ.get("TEKTRA_TESTS_SEED", "1")))


@pytest.fixture(autouse=True, scope="module")
def calm_collector():
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
