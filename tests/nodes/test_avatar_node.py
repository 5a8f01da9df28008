# SPDX-License-Identifier: Apache-2.0
"""The avatar's node on real topics."""

import io
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from builtin_interfaces.msg import Duration
from diagnostic_msgs.msg import DiagnosticArray
from PIL import Image
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, JointState
from std_msgs.msg import Bool, String

from tektra.avatar.arkit import INDEX
from tektra.avatar.head_joints import JOINTS
from tektra.avatar.node import AvatarNode
from tektra.ros.clock import time_msg
from tektra.ros.qos import LATCHED, RELIABLE, SAFETY_STATE
from tektra_interfaces.msg import (
    AvatarState,
    Expression,
    LiveSpeech,
    ReplyDelta,
    SafetyState,
    Viseme,
    Visemes,
)
from tektra_interfaces.srv import CustomizeAvatar, PlayGesture, SetExpression


class Audience(Node):
    """Watches the avatar, and plays everyone whom the avatar listens to."""

    def __init__(self) -> None:
        super().__init__("audience")
        self.states: list[AvatarState] = []
        self.joints: list[JointState] = []
        self.images: list[CompressedImage] = []
        self.diagnostics: list[DiagnosticArray] = []
        self.create_subscription(AvatarState, "/tektra/avatar/state", self.states.append, RELIABLE)
        self.create_subscription(JointState, "/tektra/avatar/joint_states", self.joints.append, RELIABLE)
        self.create_subscription(DiagnosticArray, "/diagnostics", self.diagnostics.append, 10)
        self.visemes = self.create_publisher(Visemes, "/tektra/visemes", RELIABLE)
        self.request = self.create_publisher(String, "/tektra/request", RELIABLE)
        self.reply = self.create_publisher(ReplyDelta, "/tektra/reply", RELIABLE)
        self.safety = self.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self.speaking = self.create_publisher(Bool, "/humans/voices/guest/is_speaking", RELIABLE)
        self.speech = self.create_publisher(LiveSpeech, "/humans/voices/guest/speech", RELIABLE)
        self.express = self.create_client(SetExpression, "/tektra/avatar/express")
        self.gesture = self.create_client(PlayGesture, "/tektra/avatar/gesture")
        self.customize = self.create_client(CustomizeAvatar, "/tektra/avatar/customize")

    @property
    def newest(self) -> AvatarState:
        return self.states[-1]

    def now_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9

    def say(self, shape: str, *, in_s: float, for_s: float, utterance: str = "u") -> None:
        """Sends one viseme that sounds in a moment."""
        whole, rest = divmod(round(for_s * 1e9), 10**9)
        entry = Viseme(
            stamp=time_msg(self.now_s() + in_s),
            duration=Duration(sec=whole, nanosec=rest),
            shape=shape,
            weight=1.0,
        )
        self.visemes.publish(Visemes(utterance_id=utterance, visemes=[entry]))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def stage(home: Path, spinner):
    """The avatar and its audience, once they see each other."""
    avatar, audience = AvatarNode(), Audience()
    spinner.add(avatar, audience)
    spinner.until(lambda: audience.states and audience.joints, what="a first state")
    spinner.until(lambda: audience.visemes.get_subscription_count(), what="the avatar's ears")
    yield audience
    avatar.close()


def mode(audience: Audience, wanted: str):
    return lambda: audience.newest.mode == wanted


def test_it_brings_itself_up_and_publishes_whole_states(stage: Audience, spinner):
    spinner.until(lambda: len(stage.states) > 5)
    state = stage.newest
    assert len(state.weights) == 52
    assert (state.mode, state.viseme, state.gesture) == ("idle", "sil", "")
    assert state.gaze.x > 0.9
    assert json.loads(state.look)["hair_style"]


def test_states_come_at_about_their_rate_with_rising_stamps(stage: Audience, spinner):
    spinner.until(lambda: len(stage.states) > 40, what="40 states")
    stamps = [state.stamp.sec + state.stamp.nanosec * 1e-9 for state in stage.states]
    assert stamps == sorted(stamps)
    assert len(set(stamps)) == len(stamps)


def test_a_viseme_moves_the_mouth_at_its_time_and_not_before(stage: Audience, spinner):
    began_s = stage.now_s()
    stage.say("aa", in_s=0.6, for_s=0.5)
    spinner.until(lambda: stage.newest.viseme == "aa" and stage.newest.weights[INDEX["jawOpen"]] > 0.3)
    first = next(state for state in stage.states if state.viseme == "aa")
    assert first.stamp.sec + first.stamp.nanosec * 1e-9 > began_s + 0.5
    assert stage.newest.mode == "speaking"
    spinner.until(lambda: stage.newest.viseme == "sil" and stage.newest.weights[INDEX["jawOpen"]] < 0.1)


def test_a_cancelled_utterance_is_not_mouthed(stage: Audience, spinner):
    stage.say("O", in_s=0.8, for_s=0.3, utterance="gone")
    stage.visemes.publish(Visemes(utterance_id="gone", cancelled=True))
    spinner.during(1.4)
    assert {state.viseme for state in stage.states} == {"sil"}


def test_a_viseme_that_does_not_exist_is_ignored_and_the_next_works(stage: Audience, spinner):
    stage.say("nonsense", in_s=0.2, for_s=0.3)
    stage.say("aa", in_s=0.2, for_s=0.3)
    spinner.until(lambda: stage.newest.viseme == "aa")


def test_joint_states_name_every_joint_of_the_urdf_that_is_published_latched(stage: Audience, spinner):
    descriptions: list[String] = []
    stage.create_subscription(String, "/tektra/avatar/robot_description", descriptions.append, LATCHED)
    spinner.until(lambda: descriptions and stage.joints)
    joints = [joint.get("name") for joint in ElementTree.fromstring(descriptions[0].data).iter("joint")]
    assert sorted(joints) == sorted(JOINTS) == sorted(stage.joints[-1].name)
    assert len(stage.joints[-1].position) == len(JOINTS)


def test_the_jaw_joint_opens_with_the_mouth(stage: Audience, spinner):
    stage.say("aa", in_s=0.1, for_s=0.6)
    spinner.until(lambda: stage.joints[-1].position[list(JOINTS).index("jaw")] > 0.08)


def test_it_listens_thinks_and_idles_with_the_conversation(stage: Audience, spinner):
    spinner.until(lambda: stage.speaking.get_subscription_count() and stage.speech.get_subscription_count())
    stage.speaking.publish(Bool(data=True))
    spinner.until(mode(stage, "listening"))
    assert stage.newest.expression == "attentive"
    stage.speaking.publish(Bool(data=False))
    stage.speech.publish(LiveSpeech(final="go forward"))
    spinner.until(mode(stage, "thinking"))
    stage.reply.publish(ReplyDelta(text="Done.", last=True))
    spinner.until(mode(stage, "idle"))
    stage.request.publish(String(data="{}"))
    spinner.until(mode(stage, "thinking"))


def test_what_somebody_has_it_say_is_worn_as_it_is_meant(stage: Audience, spinner):
    meant = stage.create_publisher(Expression, "/tektra/speech_out/expression", RELIABLE)
    spinner.until(lambda: meant.get_subscription_count() == 1)
    meant.publish(Expression(expression="sad"))
    stage.say("aa", in_s=0.2, for_s=1.0)
    spinner.until(lambda: stage.newest.expression == "sad")
    meant.publish(Expression(expression="neutral"))
    spinner.until(lambda: stage.newest.expression == "neutral")


def test_a_voice_that_leaves_in_mid_word_is_not_listened_to_for_ever(stage: Audience, spinner):
    spinner.until(stage.speaking.get_subscription_count)
    stage.speaking.publish(Bool(data=True))
    spinner.until(mode(stage, "listening"))
    stage.destroy_publisher(stage.speaking)
    spinner.until(mode(stage, "idle"))


def test_a_stop_shows_and_a_silent_gate_shows_too(stage: Audience, spinner):
    spinner.until(lambda: stage.safety.get_subscription_count())
    stage.safety.publish(SafetyState(stopped=True))
    spinner.until(mode(stage, "stopped"))
    assert stage.newest.expression == "alert"
    stage.safety.publish(SafetyState(stopped=False))
    spinner.until(mode(stage, "idle"))
    spinner.until(mode(stage, "stopped"), what="the silence of the gate is noticed")


def test_expressions_and_gestures_come_by_service_and_wrong_names_are_explained(stage: Audience, spinner):
    def call(client, request):
        assert client.wait_for_service(10)
        future = client.call_async(request)
        spinner.until(future.done)
        return future.result()

    assert call(stage.express, SetExpression.Request(expression="happy")).success
    spinner.until(
        lambda: stage.newest.expression == "happy" and stage.newest.weights[INDEX["mouthSmileLeft"]] > 0.5
    )
    assert call(stage.gesture, PlayGesture.Request(gesture="shake")).success
    spinner.until(lambda: stage.newest.gesture == "shake" and abs(stage.newest.head.z) > 0.15)
    spinner.until(lambda: stage.newest.gesture == "")
    for answer in (
        call(stage.express, SetExpression.Request(expression="smug")),
        call(stage.express, SetExpression.Request(expression="happy", intensity=7.0)),
        call(stage.gesture, PlayGesture.Request(gesture="juggle")),
        call(stage.customize, CustomizeAvatar.Request(look='{"hair": "red"}')),
    ):
        assert not answer.success
        assert len(answer.message) > 10
    assert stage.newest.expression == "happy"


def test_a_look_is_worn_told_and_kept_over_a_restart(stage: Audience, spinner, home: Path):
    assert stage.customize.wait_for_service(10)
    future = stage.customize.call_async(
        CustomizeAvatar.Request(look='{"hair": "#803010", "hair_style": "cap"}')
    )
    spinner.until(future.done)
    assert future.result().success
    assert json.loads(future.result().look)["hair"] == "#803010"
    spinner.until(lambda: json.loads(stage.newest.look)["hair_style"] == "cap")
    again = AvatarNode()
    spinner.add(again)
    spinner.until(lambda: again.active)
    assert again._avatar.look.hair == "#803010"
    again.close()


def test_pictures_come_only_while_somebody_watches(stage: Audience, spinner):
    def drawn() -> int:
        values = {value.key: value.value for array in stage.diagnostics for status in array.status for value in status.values
                  if status.name == "/tektra/avatar"}  # fmt: skip
        return int(values.get("picture.count", 0))

    spinner.until(lambda: stage.diagnostics)
    spinner.during(0.5)
    assert drawn() == 0
    watching = stage.create_subscription(
        CompressedImage, "/tektra/avatar/image/compressed", stage.images.append, RELIABLE
    )
    spinner.until(lambda: len(stage.images) >= 3, timeout_s=30.0, what="three pictures")
    picture = Image.open(io.BytesIO(bytes(stage.images[-1].data)))
    assert picture.size == (640, 480)
    assert (stage.images[-1].format, stage.images[-1].header.frame_id) == ("jpeg", "avatar_base")
    stage.destroy_subscription(watching)
    spinner.until(lambda: drawn() >= 3)
    spinner.during(0.5)
    settled = drawn()
    spinner.during(1.5)
    assert drawn() <= settled + 1


def test_it_reports_its_timing_on_diagnostics(stage: Audience, spinner):
    def own():
        found = [s for array in stage.diagnostics for s in array.status if s.name == "/tektra/avatar"]
        return found[-1] if found and any(v.key == "state.p99_ms" for v in found[-1].values) else None

    status = spinner.until(own)
    assert status.message == "running"
    assert {"state.p50_ms", "state.p95_ms", "mode"} <= {value.key for value in status.values}


def test_deactivated_it_is_silent_and_activated_again_it_goes_on(home: Path, spinner):
    avatar, audience = AvatarNode(), Audience()
    spinner.add(avatar, audience)
    spinner.until(lambda: audience.states)
    avatar.trigger_deactivate()
    spinner.during(0.3)
    count = len(audience.states)
    spinner.during(0.5)
    assert len(audience.states) == count
    avatar.trigger_activate()
    spinner.until(lambda: len(audience.states) > count + 3)
    avatar.close()
