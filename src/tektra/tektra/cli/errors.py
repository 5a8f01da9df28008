# SPDX-License-Identifier: Apache-2.0
"""Errors of the command line.

TektraError
└── NoAnswer     nobody answers: Tektra, or the part of it that is asked, does not run
"""

from tektra.common.errors import TektraError


class NoAnswer(TektraError):
    """Nobody answers. Exit status 3."""

    def __init__(self, what: str, remedy: str = "start it: tektra up (and see: tektra status)") -> None:
        super().__init__(what, remedy)
