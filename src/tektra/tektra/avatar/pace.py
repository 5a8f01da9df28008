# SPDX-License-Identifier: Apache-2.0
"""How often a picture is drawn: fluid while the face is alive, as far as a share of the processor allows; seldom while it rests."""

from __future__ import annotations

from tektra.avatar.options import AvatarOptions
from tektra.avatar.state import AvatarState

#: Of each newly measured picture so much counts: one slow picture is no slow machine.
NEWEST = 0.15
#: The first picture, which also loads the model and compiles shaders, tells nothing.
UNMEASURED = 1
#: A picture that takes longer on the clock than on the processor had to wait for others: of the time so much is left to them.
WAITING_SHARE = 0.7
#: After something happened the face is still in motion for so long.
LIVELY_S = 1.5
RESTING = ("idle", "muted", "stopped")


def share_of(cores: int, asked: float) -> float:
    """Of a core: what was asked for, or for 0 a quarter of the machine and at most one core."""
    return asked or min(1.0, cores / 4.0)


class PicturePace:
    """One thread owns it. `at_most_hz` while the face is alive, `rest_hz` while it rests; `share`: of one core at most."""

    def __init__(self, *, at_most_hz: float, rest_hz: float, share: float) -> None:
        self._at_most_hz = at_most_hz
        self._rest_hz = min(rest_hz, at_most_hz)
        self._share = share
        self._cpu_s = self._wall_s = 0.0
        self._measured = 0
        self._due_s: float | None = None
        self._lively_s = -LIVELY_S

    @property
    def cpu_s(self) -> float:
        """What a picture takes of the processors; 0 until one was measured."""
        return self._cpu_s

    def rate_hz(self, now_s: float) -> float:
        """How often one is drawn now."""
        allowed = self._share / self._cpu_s if self._cpu_s > 0.0 else self._rest_hz
        waited = WAITING_SHARE / self._wall_s if self._wall_s > self._cpu_s else allowed
        wanted = self._at_most_hz if now_s - self._lively_s < LIVELY_S else self._rest_hz
        return max(min(wanted, allowed, waited), min(0.2, self._rest_hz))

    def took(self, cpu_s: float, wall_s: float) -> None:
        """A picture was drawn: seconds of all processors together, and on the clock."""
        self._measured += 1
        if self._measured <= UNMEASURED:
            return
        part = 1.0 if self._measured == UNMEASURED + 1 else NEWEST
        self._cpu_s += part * (max(cpu_s, 0.0) - self._cpu_s)
        self._wall_s += part * (max(wall_s, 0.0) - self._wall_s)

    def due(self, state: AvatarState, now_s: float) -> bool:
        """Whether the state is to be drawn. Call with each state while somebody watches."""
        if state.mode not in RESTING or state.gesture or state.viseme != "sil":
            if now_s - self._lively_s >= LIVELY_S:
                self._due_s = None  # what begins is shown at once
            self._lively_s = now_s
        if self._due_s is not None and now_s < self._due_s:
            return False
        self._due_s = max((self._due_s or now_s) + 1.0 / self.rate_hz(now_s), now_s)
        return True


def pace_of(options: AvatarOptions, cores: int) -> PicturePace:
    """As the options have it, on a machine with so many cores."""
    return PicturePace(
        at_most_hz=options.image_rate_hz,
        rest_hz=options.image_rest_rate_hz,
        share=share_of(cores, options.image_cpu_share),
    )
