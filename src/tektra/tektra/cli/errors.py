# SPDX-License-Identifier: Apache-2.0
"""Errors of the command line.

TektraError
└── NoAnswer     nobody answers: Tektra, or the part of it that is asked, does not run
"""

import time

from tektra.common import run_record
from tektra.common.errors import TektraError
from tektra.common.paths import state_dir


class NoAnswer(TektraError):
    """Nobody answers. Exit status 3. Without a remedy of its own it names the one that fits: what is running need not be started."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy or _remedy())


def _remedy() -> str:
    if run_record.read(state_dir(), time.time()).processes:
        return "Tektra runs here, but not all of it is ready: see tektra status, and ask again when it is"
    return "start it: tektra up (and see: tektra status)"
