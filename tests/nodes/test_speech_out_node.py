# SPDX-License-Identifier: Apache-2.0
"""speech_out's node on real topics, with the real voice and without a sound device."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby, pairwise

import numpy as np
import pytest
from action_msgs.msg import GoalStatus
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.action import ActionClient
from rclpy.node import Node
from rclpy.parameter import Parameter
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from tektra.common import wav
from tektra.ros import qos
from tektra.ros.clock import seconds
from tektra.speech_out.node import SpeechOut
from tektra_interfaces.action import Say
from tektra_interfaces.msg import AudioChunk, Expression, Visemes
from tektra_interfaces.srv import ListVoices, Synthesize

pytestmark = pytest.mark.model
LONG = (
    "This is a long sentence that goes on for quite some time, so that it can be stopped in its middle. " * 2
)


class Listener(Node):
    """Asks speech_out to speak and hears what it says."""

    def __init__(self) -> None:
        super().__init__("listener")
        self.audio: list[AudioChunk] = []
        self.heard_at_s: list[float] = []
        self.visemes: list[Visemes] = []
        self.viseme_at_s: list[float] = []
        self.speaking: list[bool] = []
        self.words: list[str] = []
        self.meant: list[str] = []
        self.diagnostics: list[DiagnosticArray] = []
        self.create_subscription(AudioChunk, "/tektra/speech_out/audio", self._on_audio, qos.AUDIO)
        self.create_subscription(Visemes, "/tektra/visemes", self._on_visemes, qos.RELIABLE)
        speaking = "/humans/voices/tektra/is_speaking"
        self.create_subscription(Bool, speaking, lambda m: self.speaking.append(m.data), qos.LATCHED)
        self.create_subscription(DiagnosticArray, "/diagnostics", self.diagnostics.append, 10)
        meant = "/tektra/speech_out/expression"
        self.create_subscription(Expression, meant, lambda m: self.meant.append(m.expression), qos.RELIABLE)
        self.say = ActionClient(self, Say, "/tektra/say")
        self.stop = self.create_client(Trigger, "/tektra/speech_out/stop")
        self.voices = self.create_client(ListVoices, "/tektra/speech_out/voices")
        self.synthesize = self.create_client(Synthesize, "/tektra/speech_out/synthesize")

    def _on_audio(self, message: AudioChunk) -> None:
        self.heard_at_s.append(self._now_s())
        self.audio.append(message)

    def _on_visemes(self, message: Visemes) -> None:
        self.viseme_at_s.append(self._now_s())
        self.visemes.append(message)

    def _now_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9


class Stage:
    """The node, the listener, and what spins them."""

    def __init__(self, spinner) -> None:
        self.spinner = spinner
        self.node = SpeechOut(parameter_overrides=[Parameter("speaker", value="null")])
        self.listener = Listener()
        spinner.add(self.node, self.listener)
        spinner.until(lambda: self.node.active, 60, "speech_out is active")
        spinner.until(self.listener.say.server_is_ready, what="/tektra/say is there")
        spinner.until(lambda: self.listener.speaking, what="is_speaking is latched")

    def goal(self, text: str, **fields):
        feedback = lambda message: self.listener.words.append(message.feedback.word)  # noqa: E731
        sent = self.listener.say.send_goal_async(Say.Goal(text=text, **fields), feedback_callback=feedback)
        return self.spinner.until(lambda: sent.done() and sent.result(), what="the goal is accepted")

    def result(self, handle, timeout_s: float = 40.0):
        got = handle.get_result_async()
        return self.spinner.until(lambda: got.done() and got.result(), timeout_s, "the utterance has ended")

    def call(self, client, request, timeout_s: float = 30.0):
        self.spinner.until(client.service_is_ready)
        got = client.call_async(request)
        return self.spinner.until(lambda: got.done() and got.result(), timeout_s, "the service answers")

    def sounds(self) -> bool:
        return len(self.listener.audio) > 5


@pytest.fixture
def stage(spinner) -> Iterator[Stage]:
    made = Stage(spinner)
    yield made
    made.node.close()


def test_a_sentence_is_said_with_audio_visemes_words_and_is_speaking(stage: Stage) -> None:
    ended = stage.result(stage.goal("I am going to the kitchen. Please wait here."))
    result, listener = ended.result, stage.listener
    stage.spinner.until(lambda: listener.audio[-1].last and listener.speaking[-1] is False)
    assert ended.status == GoalStatus.STATUS_SUCCEEDED
    assert (result.success, result.message) == (True, "")
    assert result.utterance_id
    assert 0.0 < result.first_audio_s < 30.0
    assert [speaks for speaks, _ in groupby(listener.speaking)] == [False, True, False]
    assert [chunk.sequence for chunk in listener.audio] == list(range(len(listener.audio)))
    assert [chunk.last for chunk in listener.audio] == [False] * (len(listener.audio) - 1) + [True]
    sound = np.concatenate([np.array(chunk.data, dtype=np.int16) for chunk in listener.audio])
    assert len(sound) / 22050 == pytest.approx(result.duration, abs=0.001)
    assert np.abs(sound).max() > 3000
    assert {"kitchen.", "wait"} <= set(listener.words)


def test_the_face_is_told_how_a_sentence_is_meant(stage: Stage) -> None:
    stage.result(stage.goal("The red cube is gone.", emotion="sad"))
    stage.spinner.until(lambda: stage.listener.meant, what="it is told")
    stage.result(stage.goal("Here it is."))
    assert set(stage.listener.meant) == {"sad"}


def test_visemes_come_ahead_of_their_sound_and_cover_it(stage: Stage) -> None:
    result = stage.result(stage.goal("Good morning. Nice to see you.")).result
    listener = stage.listener
    stage.spinner.until(lambda: listener.audio[-1].last)
    assert all(message.utterance_id == result.utterance_id for message in listener.visemes)
    for message, came_s in zip(listener.visemes, listener.viseme_at_s, strict=True):
        assert seconds(message.visemes[0].stamp) > came_s
        for one, following in pairwise(message.visemes):
            assert seconds(one.stamp) + seconds(one.duration) == pytest.approx(
                seconds(following.stamp), abs=1e-6
            )
    total_s = sum(seconds(one.duration) for message in listener.visemes for one in message.visemes)
    assert total_s == pytest.approx(result.duration, abs=0.01)
    assert seconds(listener.visemes[0].visemes[0].stamp) == pytest.approx(
        seconds(listener.audio[0].stamp), abs=1e-6
    )


def test_stop_ends_the_sound_and_cancels_the_visemes(stage: Stage) -> None:
    handle = stage.goal(LONG)
    stage.spinner.until(stage.sounds)
    assert stage.call(stage.listener.stop, Trigger.Request()).success
    ended = stage.result(handle)
    stage.spinner.until(lambda: stage.listener.speaking[-1] is False)
    stage.spinner.until(lambda: stage.listener.visemes[-1].cancelled)
    assert ended.status == GoalStatus.STATUS_ABORTED
    assert not ended.result.success
    assert "stopped" in ended.result.message
    assert ended.result.duration < 8.0
    assert stage.listener.audio[-1].last


def test_an_interrupting_utterance_ends_the_one_before_it(stage: Stage) -> None:
    first = stage.goal(LONG)
    waiting = stage.goal("I wait for my turn.")
    stage.spinner.until(stage.sounds)
    urgent = stage.goal("Careful!", interrupt=True)
    assert stage.result(first).result.message == "something more urgent was to be said"
    assert not stage.result(waiting).result.success
    assert stage.result(urgent).result.success


def test_two_who_say_something_at_once_are_both_heard(stage: Stage) -> None:
    first, second, third = (stage.goal(f"This is sentence {number}.") for number in ("one", "two", "three"))
    assert [stage.result(goal).result.message for goal in (first, second, third)] == ["", "", ""]
    assert stage.result(third).status == GoalStatus.STATUS_SUCCEEDED
    stage.spinner.until(lambda: stage.listener.speaking[-1] is False)


def test_two_commands_say_at_once(stage: Stage) -> None:
    command = [sys.executable, "-m", "tektra.cli.main", "say"]
    said = [
        subprocess.Popen([*command, text], stdout=subprocess.PIPE) for text in ("Good morning.", "Hello.")
    ]
    stage.spinner.until(lambda: all(each.poll() is not None for each in said), 60, "both commands ended")
    assert all(each.communicate()[0].startswith(b"said:") for each in said)


def test_a_canceled_goal_is_silent_and_the_next_is_said(stage: Stage) -> None:
    handle = stage.goal(LONG)
    following = stage.goal("Next.")
    stage.spinner.until(stage.sounds)
    handle.cancel_goal_async()
    assert stage.result(handle).status == GoalStatus.STATUS_CANCELED
    assert stage.result(following).result.success


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": ""}, "a text without anything to say"),
        ({"text": " ... \n"}, "a text without anything to say"),
        ({"text": "a" * 4001}, "a text of 4001 characters: give at most 4000"),
        ({"text": "word " * 2_000_000}, "a text of 10000000 characters"),
        ({"text": "Hello.", "voice": "nobody"}, "no voice is called 'nobody': use one of piper-joe"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(stage: Stage, fields: dict, message: str) -> None:
    ended = stage.result(stage.goal(**fields))
    assert ended.status == GoalStatus.STATUS_ABORTED
    assert message in ended.result.message
    assert not stage.listener.audio
    assert message in stage.call(stage.listener.synthesize, Synthesize.Request(**fields)).message


def test_synthesize_gives_a_wav_and_its_visemes_without_playing(stage: Stage) -> None:
    made = stage.call(
        stage.listener.synthesize, Synthesize.Request(text="Hello there. How are you?", speed=1.5)
    )
    assert made.success, made.message
    sound = wav.read(bytes(made.wav))
    assert sound.sample_rate_hz == made.sample_rate == 22050
    end_s = seconds(made.visemes[-1].stamp) + seconds(made.visemes[-1].duration)
    assert end_s == pytest.approx(sound.duration_s, abs=0.01)
    assert not stage.listener.audio
    refused = stage.call(stage.listener.synthesize, Synthesize.Request(text="Hello.", speed=9.0))
    assert "a speed of 9:" in refused.message


def test_a_text_whose_asker_left_is_made_no_further_and_its_place_is_free(stage: Stage) -> None:
    other = Node("other")
    stage.spinner.add(other)
    client = other.create_client(Synthesize, "/tektra/speech_out/synthesize")
    stage.spinner.until(client.service_is_ready)
    request = Synthesize.Request(text=("This takes a while to be made. " * 130)[:3990])
    places = stage.node._syntheses
    for _ in range(4):
        client.call_async(request)
    stage.spinner.until(lambda: len(places._taken) == 4)
    assert "4 wait for this already" in stage.call(stage.listener.synthesize, request).message
    stage.spinner.remove(other)
    stage.spinner.until(lambda: not places._taken, what="their places are free")
    assert stage.call(stage.listener.synthesize, Synthesize.Request(text="Hello.")).success


def test_voices_are_listed(stage: Stage) -> None:
    listed = stage.call(stage.listener.voices, ListVoices.Request())
    told = [(v.name, v.backend, v.locale, v.sample_rate) for v in listed.voices]
    assert told[0] == ("piper-joe", "piper", "en-US", 22050)
    assert len({name for name, *_ in told}) == len(told)


def test_diagnostics_tell_first_audio_and_real_time_factor(stage: Stage) -> None:
    stage.result(stage.goal("Ready."))

    def told() -> dict[str, str]:
        ours = [s for a in stage.listener.diagnostics for s in a.status if s.name == "/tektra/speech_out"]
        return {entry.key: entry.value for entry in ours[-1].values} if ours else {}

    stage.spinner.until(lambda: told().get("first_audio.count") == "1")
    assert float(told()["first_audio.p50_ms"]) > 0
    assert float(told()["tts.rtf"]) > 0
    assert told()["speaker"] == "null"


def test_a_pause_is_silence_and_goes_on(stage: Stage) -> None:
    pause, resume = (
        stage.listener.create_client(Trigger, f"/tektra/speech_out/{name}") for name in ("pause", "resume")
    )
    assert not stage.call(pause, Trigger.Request()).success
    goal = stage.goal(LONG)
    stage.spinner.until(lambda: stage.listener.speaking and stage.listener.speaking[-1], 30)
    assert stage.call(pause, Trigger.Request()).success
    stage.spinner.until(lambda: not stage.listener.speaking[-1], 5)
    assert stage.call(resume, Trigger.Request()).success
    stage.spinner.until(lambda: stage.listener.speaking[-1], 5)
    assert stage.call(stage.listener.stop, Trigger.Request()).success
    result = stage.result(goal).result
    assert LONG.startswith(result.spoken)
    assert 0 < len(result.spoken) < len(LONG)


def test_what_cannot_be_said_names_the_value_and_the_remedy(stage: Stage) -> None:
    for given, told in (
        ({"voice": "nobody"}, "no voice is called 'nobody': use one of piper-joe"),
        ({"language": "xx"}, "no voice speaks 'xx': use one of"),
        ({"emotion": "grumpy"}, "no emotion is called 'grumpy'"),
        ({"speed": 9.0}, "a speed of 9"),
    ):
        request = Synthesize.Request(text="Hello.", **given)
        answer = stage.call(stage.listener.synthesize, request)
        assert not answer.success
        assert told in answer.message
