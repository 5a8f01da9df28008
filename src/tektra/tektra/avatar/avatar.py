# SPDX-License-Identifier: Apache-2.0
"""The avatar itself: everything that happens to it goes in with its time, its state at a time comes out."""

from __future__ import annotations

import math

import numpy as np

from tektra.avatar import arkit
from tektra.avatar.arkit import INDEX, Weights, both
from tektra.avatar.arms import INDEX as ARM_INDEX
from tektra.avatar.arms import Angles, angles
from tektra.avatar.attention import Attention, Direction
from tektra.avatar.expressions import Face
from tektra.avatar.gestures import Gesturing
from tektra.avatar.head_joints import GAZE_PITCH_RAD, GAZE_YAW_RAD
from tektra.avatar.life import Blinker, Breath, Startle, Sway, Wander
from tektra.avatar.look import Look
from tektra.avatar.mood import MANNERS, Manner, Mood
from tektra.avatar.prosody import Bearing, Prosody
from tektra.avatar.state import AvatarState, HeadPose
from tektra.avatar.visemes import VisemeTimeline

# While it speaks, the mouth follows the visemes, and the expression keeps this much of its part there.
EXPRESSION_IN_SPEECH = 0.45
#: What a stressed word adds to the face; a frown does not rise, it deepens.
_RAISED = arkit.weights(
    {"browInnerUp": 0.30, **both("browOuterUp", 0.34), **both("eyeWide", 0.16), **both("cheekSquint", 0.10)}
)
_FROWNED = arkit.weights({**both("browDown", 0.22), **both("eyeWide", 0.22), **both("noseSneer", 0.18)})
FROWNING = ("angry", "alert")
NOD_RAD = 0.055
#: What a stop adds at once, before the face is alert.
_STARTLED = arkit.weights(
    {
        "browInnerUp": 0.8,
        **both("browOuterUp", 0.8),
        **both("eyeWide", 0.8),
        "jawOpen": 0.20,
        **both("mouthStretch", 0.2),
    }
)
STARTLED_BACK_RAD = 0.09
#: What a full breath adds: shoulders up by some 5 mm, and the head a little back.
BREATH_LIFT_RAD, BREATH_BACK_RAD = 0.035, 0.006
_SHOULDERS = [ARM_INDEX[f"{side}_shoulder_lift"] for side in ("left", "right")]
_MOUTH = np.array([name.startswith(("jaw", "mouth", "tongue")) for name in arkit.NAMES])


class Avatar:
    """One thread owns it. Times are seconds of one clock, the one in which visemes say when they sound."""

    def __init__(self, look: Look, *, seed: int = 1) -> None:
        self.look = look
        self.visemes = VisemeTimeline()
        self.face = Face()
        self.gestures = Gesturing()
        self.mood = Mood()
        self.prosody = Prosody()
        self.attention = Attention()
        self._startle = Startle()
        self._blinker = Blinker(seed)
        self._breath = Breath()
        self._sway = Sway(seed + 1)
        self._wander = Wander(seed + 2)

    def at(self, now_s: float) -> AvatarState:
        """The avatar's state at a time. Cheap: some 0.1 ms."""
        mode = self.mood.mode(now_s, speaking=self.visemes.speaking(now_s))
        manner = MANNERS[mode]
        self.face.set_mood(self.mood.expression(mode, now_s))
        bearing, startled = self.prosody.at(now_s), self._startle.at(now_s, stopped=mode == "stopped")
        weights, viseme = self._speaking_face(now_s, bearing)
        weights += startled * _STARTLED
        breath = self._breath.at(now_s, awake=mode not in ("idle", "muted"))
        nod = NOD_RAD * bearing.nod - STARTLED_BACK_RAD * startled - BREATH_BACK_RAD * breath
        gesture, head, eyes = self._head(manner, now_s, nod)
        yaw, pitch = (manner.wander * turn for turn in self._wander.at(now_s))
        gaze_yaw, gaze_pitch = (
            manner.gaze_yaw_rad + yaw + eyes.yaw_rad,
            manner.gaze_pitch_rad + pitch + eyes.pitch_rad,
        )
        _look_to(weights, gaze_yaw, gaze_pitch)
        closed = max(self._blinker.at(now_s), bearing.closed)
        for side in ("Left", "Right"):
            weights[INDEX[f"eyeBlink{side}"]] = max(weights[INDEX[f"eyeBlink{side}"]], closed)
            weights[INDEX[f"eyeWide{side}"]] *= 1.0 - closed
        return AvatarState(
            weights=np.clip(weights, 0.0, 1.0).astype(np.float32),
            head=head,
            arms=_breathing(self.gestures.arms(now_s), breath),
            gaze=_direction(gaze_yaw, gaze_pitch),
            expression=self.face.expression,
            viseme=viseme,
            gesture=gesture,
            mode=mode,
            look=self.look,
        )

    def _speaking_face(self, now_s: float, bearing: Bearing) -> tuple[Weights, str]:
        mouth, viseme = self.visemes.at(now_s)
        face = self.face.at(now_s).copy()
        talking = min(float(np.abs(mouth).max()) * 4.0, 1.0)
        face[_MOUTH] *= 1.0 - talking * (1.0 - EXPRESSION_IN_SPEECH)
        stress = _FROWNED if self.face.expression in FROWNING else _RAISED
        return face + mouth + bearing.brows * stress, viseme

    def _head(self, manner: Manner, now_s: float, pitch_rad: float) -> tuple[str, HeadPose, Direction]:
        """The gesture, the head, and where the eyes look from it: they stay on whom it looks at while the head moves."""
        gesture, turned = self.gestures.at(now_s)
        sway = self._sway.at(now_s, manner.sway)
        eyes, look = self.attention.at(now_s, manner.attention)
        pose = HeadPose(
            turned.yaw_rad + sway.yaw_rad + look.yaw_rad,
            turned.pitch_rad + sway.pitch_rad + look.pitch_rad + manner.head_pitch_rad + pitch_rad,
            turned.roll_rad + sway.roll_rad,
        )
        # What the head does by itself, the eyes make up for by half; where it turns to somebody, they are there before it.
        ahead = eyes.yaw_rad - look.yaw_rad - 0.5 * (turned.yaw_rad + sway.yaw_rad)
        return gesture, pose, Direction(ahead, eyes.pitch_rad - look.pitch_rad)


def _breathing(arms: Angles | None, breath: float) -> Angles:
    """The arms as a gesture has them, with the shoulders of the breath."""
    out = angles({}) if arms is None else arms.copy()
    out[_SHOULDERS] += BREATH_LIFT_RAD * breath
    return out


def _look_to(weights: Weights, yaw_rad: float, pitch_rad: float) -> None:
    """Turn the eyes, by their eight eyeLook shapes: yaw > 0 to the avatar's left, pitch > 0 down."""
    left, down = yaw_rad / GAZE_YAW_RAD, pitch_rad / GAZE_PITCH_RAD
    for name, value in (
        ("eyeLookOutLeft", left), ("eyeLookInLeft", -left), ("eyeLookInRight", left), ("eyeLookOutRight",
        -left),
        ("eyeLookDownLeft", down), ("eyeLookDownRight", down), ("eyeLookUpLeft", -down), ("eyeLookUpRight",
        -down),
    ):  # fmt: skip
        weights[INDEX[name]] += max(value, 0.0)


def _direction(yaw_rad: float, pitch_rad: float) -> tuple[float, float, float]:
    """The unit vector of a gaze: forward, left, up."""
    flat = math.cos(pitch_rad)
    return flat * math.cos(yaw_rad), flat * math.sin(yaw_rad), -math.sin(pitch_rad)
