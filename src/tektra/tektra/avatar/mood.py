# SPDX-License-Identifier: Apache-2.0
"""What the avatar is about, from what happens around it: stopped, speaking, thinking, muted, listening or idle."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Manner:
    """How a mode shows: expression, where the eyes go (rad, yaw and pitch), and how much the head sways."""

    expression: str
    gaze_yaw_rad: float = 0.0
    gaze_pitch_rad: float = 0.0
    head_pitch_rad: float = 0.0
    sway: float = 1.0
    wander: float = 1.0  # how far the eyes leave whom it looks at
    attention: float = 1.0  # how far it turns to whom it sees


MANNERS: Mapping[str, Manner] = {
    "idle": Manner("neutral"),
    "muted": Manner("neutral", sway=0.5),
    "listening": Manner("attentive", head_pitch_rad=0.03, sway=0.5, wander=0.25),
    "thinking": Manner(
        "thinking", gaze_yaw_rad=0.22, gaze_pitch_rad=-0.16, head_pitch_rad=-0.03, attention=0.35
    ),
    "speaking": Manner("neutral", sway=1.6, wander=0.7),
    "stopped": Manner("alert", sway=0.15, wander=0.2),
}
#: What an answer is meant like, as Say.action has it, and how it looks.
FELT: Mapping[str, str] = {
    "happy": "happy",
    "excited": "happy",
    "sad": "sad",
    "angry": "angry",
    "surprised": "surprised",
    "concerned": "concerned",
    "urgent": "alert",
    "doubtful": "confused",
}
#: A feeling is worn while the answer is spoken, at most so long; where nothing sounds, and after the last sound, so long.
FELT_AT_MOST_S, FELT_SILENT_S, FELT_AFTER_S = 60.0, 5.0, 2.0
THINKING_AT_MOST_S = 60.0  # an answer that never comes does not make it think for ever
SAFETY_SILENCE_S = 1.0  # a gate that was there and is silent has stopped everything


class Mood:
    """Collects events, each with its time, and says the mode. Stopped comes first, then speaking."""

    def __init__(self) -> None:
        self._stopped = False
        self._safety_heard_s: float | None = None
        self._asked_s: float | None = None
        self._answered: deque[str] = deque(maxlen=16)
        self._hearing: dict[str, bool] = {}
        self._muted = False
        self._felt, self._felt_s = "", 0.0
        self._spoken_s: float | None = None  # last sound of the answer that is felt so

    def safety(self, *, stopped: bool, now_s: float) -> None:
        """A state of the safety gate came."""
        self._stopped, self._safety_heard_s = stopped, now_s

    def hearing(self, voice: str, *, speaking: bool) -> None:
        """A voice began or ended to speak."""
        self._hearing[voice] = speaking

    def muted(self, muted: bool) -> None:
        """It hears nothing, and wants that to be seen."""
        self._muted = muted

    def asked(self, now_s: float, request_id: str = "") -> None:
        """A request came, to be answered. One whose answer came before it, as on two topics it may, is answered."""
        if not request_id or request_id not in self._answered:
            self._asked_s = now_s

    def answered(self, request_id: str = "") -> None:
        """The answer is complete, or there will be none."""
        self._asked_s = None
        self._answered.append(request_id)

    def feels(self, emotion: str, now_s: float) -> None:
        """How the answer that is being given is meant; empty: in no particular way."""
        self._felt, self._felt_s, self._spoken_s = FELT.get(emotion, ""), now_s, None

    def expression(self, mode: str, now_s: float) -> str:
        """What the face wears in that mode. Only talk has feelings: a stop, thinking and listening look as they do."""
        if mode == "speaking":
            felt = now_s - self._felt_s < FELT_AT_MOST_S
            self._spoken_s = now_s if felt else self._spoken_s
        elif mode == "idle":
            silent_s = FELT_SILENT_S if self._spoken_s is None else FELT_AFTER_S
            felt = now_s - (self._felt_s if self._spoken_s is None else self._spoken_s) < silent_s
        else:
            felt = False
        return self._felt if self._felt and felt else MANNERS[mode].expression

    def mode(self, now_s: float, *, speaking: bool) -> str:
        """One of MANNERS at a time; `speaking` says whether the avatar's own voice sounds."""
        silent = self._safety_heard_s is not None and now_s - self._safety_heard_s > SAFETY_SILENCE_S
        if self._stopped or silent:
            return "stopped"
        if speaking:
            return "speaking"
        if self._asked_s is not None and now_s - self._asked_s < THINKING_AT_MOST_S:
            return "thinking"
        if self._muted:
            return "muted"
        return "listening" if any(self._hearing.values()) else "idle"
