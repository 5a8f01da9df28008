# SPDX-License-Identifier: Apache-2.0
"""The avatar's node: what happens around it goes in, one state for every renderer comes out."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from rclpy.publisher import Publisher
from rclpy.service import Service
from sensor_msgs.msg import CompressedImage, JointState
from std_msgs.msg import String

from tektra.avatar import files, kept
from tektra.avatar.avatar import Avatar
from tektra.avatar.backends.stopwatch import Stopwatch
from tektra.avatar.convert import (
    joints_message,
    picture_message,
    request_of,
    state_message,
    visemes_of,
    words_of,
)
from tektra.avatar.errors import BadLookError
from tektra.avatar.look import Look, changed
from tektra.avatar.onlookers import Onlookers
from tektra.avatar.options import AvatarOptions
from tektra.avatar.pace import pace_of
from tektra.avatar.painter import Painter
from tektra.avatar.voices import Voices
from tektra.common.errors import ConfigError, TektraError
from tektra.ros.calls import serve
from tektra.ros.clock import time_msg
from tektra.ros.diagnostics import OK, WARN
from tektra.ros.mind import MindNode
from tektra.ros.parameters import declare
from tektra.ros.process import run_mind
from tektra.ros.qos import LATCHED, RELIABLE
from tektra_interfaces.msg import AvatarState as AvatarStateMsg
from tektra_interfaces.msg import Captions, Expression, ReplyDelta, SafetyState, Visemes
from tektra_interfaces.srv import CustomizeAvatar, PlayGesture, SetExpression

#: How often the graph is looked at for new voices.
LOOK_S = 1.0
#: How often it is looked whether somebody watches, while nobody does.
UNWATCHED_S = 0.2
#: What a question ends with, whichever the language.
QUESTIONS = ("?", '?"', "?»", "?“", "？", "؟")
Response = TypeVar("Response", SetExpression.Response, PlayGesture.Response, CustomizeAvatar.Response)


class AvatarNode(MindNode):
    """All on the executor's one thread but the pictures, which are drawn and published by the painter's."""

    def __init__(self) -> None:
        super().__init__("avatar")
        self._options = declare(self, AvatarOptions)
        self._avatar = Avatar(Look(), seed=self._options.seed)
        self._voices = Voices(self, self._avatar.mood, self._now_s, RELIABLE)
        self._pace = pace_of(self._options, os.cpu_count() or 1)
        self._stopwatch = Stopwatch(self.diagnostics.timed)
        self._look_file = files.look_file()
        self._painter = Painter(
            self._options,
            on_picture=self._on_picture,
            on_error=self._on_error,
            timed=self._stopwatch.measured,
        )
        self._mode = ""
        self._services_made: list[Service[Any, Any]] = []
        self._publishers_made: list[Publisher[Any]] = []
        self.diagnostics.value("mode", lambda: self._mode)
        self.diagnostics.value("picture_cpu_ms", lambda: f"{1000.0 * self._pace.cpu_s:.1f}")
        self.diagnostics.value("picture_rate_hz", lambda: f"{self._pace.rate_hz(self._now_s()):.1f}")

    def configure(self) -> None:
        try:
            self._avatar.look = kept.read(self._look_file)
        except BadLookError as error:
            self.get_logger().warning(str(error))
        description = String(data=files.text(files.urdf_file()))
        self._state_out = self.create_publisher(AvatarStateMsg, "avatar/state", RELIABLE)
        self._joints_out = self.create_publisher(JointState, "avatar/joint_states", RELIABLE)
        self._image_out = self.create_publisher(CompressedImage, "avatar/image/compressed", RELIABLE)
        self._urdf_out = self.create_publisher(String, "avatar/robot_description", LATCHED)
        self._publishers_made = [self._state_out, self._joints_out, self._image_out, self._urdf_out]
        self._urdf_out.publish(description)
        self._services_made = [
            serve(self, SetExpression, "avatar/express", self._express),
            serve(self, PlayGesture, "avatar/gesture", self._gesture),
            serve(self, CustomizeAvatar, "avatar/customize", self._customize),
        ]

    def activate(self) -> None:
        self._mode = "idle"
        self._painter.start()
        self._heard = [
            self.create_subscription(Visemes, "visemes", self._on_visemes, RELIABLE),
            self.create_subscription(Captions, "captions", self._on_captions, RELIABLE),
            self.create_subscription(Expression, "speech_out/expression", self._on_meant, RELIABLE),
            self.create_subscription(ReplyDelta, "reply", self._on_reply, RELIABLE),
            self.create_subscription(String, "request", self._on_request, RELIABLE),
            self.create_subscription(SafetyState, "/safety/state", self._on_safety, LATCHED),
        ]
        options = self._options
        camera, hfov_rad = options.gaze_camera, options.gaze_hfov_rad
        self._onlookers = Onlookers(
            self, self._avatar.attention, self._now_s, camera=camera, hfov_rad=hfov_rad
        )
        self._timers_of_work = [
            self.create_timer(UNWATCHED_S, self._tick),
            self.create_timer(LOOK_S, self._voices.look),
        ]

    def deactivate(self) -> None:
        for timer in self._timers_of_work:
            self.destroy_timer(timer)
        for subscription in self._heard:
            self.destroy_subscription(subscription)
        self._voices.close()
        self._onlookers.close()
        self._painter.stop()

    def cleanup(self) -> None:
        for service in self._services_made:
            self.destroy_service(service)
        for publisher in self._publishers_made:
            self.destroy_publisher(publisher)
        self._services_made, self._publishers_made = [], []

    def _now_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9

    def _tick(self) -> None:
        """The face of the moment, while somebody looks; else only whether somebody does."""
        now_s, watched = self._now_s(), self._watched()
        period_ns = round(1e9 * (1.0 / self._options.rate_hz if watched else UNWATCHED_S))
        if self._timers_of_work[0].timer_period_ns != period_ns:
            self._timers_of_work[0].timer_period_ns = period_ns
        if not watched:
            self._mode = self._avatar.at(now_s).mode
            return
        with self.diagnostics.timed("state"):
            state = self._avatar.at(now_s)
            self._mode = state.mode
            self._state_out.publish(state_message(state, time_msg(now_s)))
            self._joints_out.publish(joints_message(state, time_msg(now_s)))
        for took in self._stopwatch.taken():
            self._pace.took(*took)
        if self._image_out.get_subscription_count() > 0 and self._pace.due(state, now_s):
            self._painter.give(state)

    def _watched(self) -> bool:
        outs = (self._state_out, self._joints_out, self._image_out)
        return any(out.get_subscription_count() > 0 for out in outs)

    def _on_visemes(self, message: Visemes) -> None:
        timeline = self._avatar.visemes
        if message.cancelled:
            timeline.cancel(message.utterance_id, self._now_s())
            return
        try:
            timeline.add(message.utterance_id, visemes_of(message))
        except TektraError as error:
            self.get_logger().warning(f"visemes were refused: {error}", throttle_duration_sec=5.0)

    def _on_captions(self, message: Captions) -> None:
        prosody = self._avatar.prosody
        if message.cancelled:
            prosody.cancel(message.utterance_id, self._now_s())
            return
        try:
            question = message.text.rstrip().endswith(QUESTIONS)
            prosody.add(message.utterance_id, words_of(message), question=question)
        except TektraError as error:
            self.get_logger().warning(f"words were refused: {error}", throttle_duration_sec=5.0)

    def _on_reply(self, message: ReplyDelta) -> None:
        self._avatar.mood.feels(message.emotion, self._now_s())
        if message.last:
            self._avatar.mood.answered(message.request_id)

    def _on_meant(self, message: Expression) -> None:
        """What is said now is meant so, whoever has it said."""
        self._avatar.mood.feels(message.expression, self._now_s())

    def _on_request(self, message: String) -> None:
        """Whoever asked, and by whichever way: an answer is made."""
        self._avatar.mood.asked(self._now_s(), request_of(message))

    def _on_safety(self, message: SafetyState) -> None:
        self._avatar.mood.safety(stopped=message.stopped, now_s=self._now_s())

    def _express(
        self, request: SetExpression.Request, response: SetExpression.Response
    ) -> SetExpression.Response:
        ask = partial(self._avatar.face.ask, request.expression, now_s=self._now_s())
        return _told(response, partial(ask, intensity=request.intensity, duration_s=request.duration))

    def _gesture(self, request: PlayGesture.Request, response: PlayGesture.Response) -> PlayGesture.Response:
        return _told(response, partial(self._avatar.gestures.play, request.gesture, self._now_s()))

    def _customize(
        self, request: CustomizeAvatar.Request, response: CustomizeAvatar.Response
    ) -> CustomizeAvatar.Response:
        _told(response, partial(self._change_look, request.look))
        response.look = self._avatar.look.to_json()
        return response

    def _change_look(self, text: str) -> None:
        look = changed(self._avatar.look, text)
        if look != self._avatar.look:
            self._avatar.look = look
            try:
                kept.write(self._look_file, look)
            except OSError as error:
                raise ConfigError(
                    f"the look is worn but cannot be kept: {error}", f"make {self._look_file} writable"
                ) from error

    def _on_picture(self, jpeg: bytes) -> None:
        self._image_out.publish(picture_message(jpeg, self.get_clock().now().to_msg()))
        self.diagnostics.set(OK, "running")

    def _on_error(self, error: TektraError) -> None:
        self.diagnostics.set(WARN, f"no pictures: {error}")


def _told(response: Response, act: Callable[[], None]) -> Response:
    """Does `act` and says in a service's response whether it worked."""
    try:
        act()
        response.success = True
    except TektraError as error:
        response.success, response.message = False, str(error)
    return response


def main() -> None:
    """The command `avatar`."""
    run_mind(AvatarNode)
