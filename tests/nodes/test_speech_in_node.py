# SPDX-License-Identifier: Apache-2.0
"""speech_in's node on real topics: a person's recording goes in as microphone audio, text comes out."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from std_msgs.msg import Bool, Empty, String
from std_srvs.srv import SetBool, Trigger

from tektra.common import models, wav
from tektra.common.known_people import KnownPeople
from tektra.common.sealing import Sealer
from tektra.ros import qos
from tektra.ros.clock import seconds
from tektra.ros.speech_messages import audio_chunk
from tektra.speech_in.backends import Transcript
from tektra.speech_in.node import SpeechIn
from tektra.speech_out.backends.piper import Piper
from tektra_interfaces.action import Say
from tektra_interfaces.msg import AudioChunk, IdsMatch, LiveSpeech, StopRequest
from tektra_interfaces.srv import EnrolPerson, Transcribe

pytestmark = pytest.mark.model
RATE = 16000
CHUNK = 512
#: A state of which each change counts: the newest alone would hide one that was short.
EACH = QoSProfile(
    depth=50, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
#: Sound is given no faster than the ear takes it: a slow machine shall lose none.
MOST_WAITING = 50


@pytest.fixture(scope="module")
def recording() -> np.ndarray:
    """A person says "go forward ten meters"; int16 at 16 kHz."""
    return np.fromfile(models.path("goforward"), dtype="<i2")


@pytest.fixture(scope="module")
def spoken_stop() -> tuple[np.ndarray, int]:
    """A voice that says "Please stop now.", and its rate."""
    piper = Piper(["piper-joe"], threads=2)
    piper.load()
    (piece,) = piper.synthesize("Please stop now.", "", 1.0)
    return piece.samples, piece.sample_rate_hz


class Person(Node):
    """Speaks into a microphone and watches what is heard."""

    def __init__(self) -> None:
        super().__init__("person")
        self.speech: list[LiveSpeech] = []
        self.speaking: list[bool] = []
        self.stops: list[Empty] = []
        self.diagnostics: list[DiagnosticArray] = []
        self.create_subscription(
            LiveSpeech, "/humans/voices/default/speech", self.speech.append, qos.RELIABLE
        )
        speaking = "/humans/voices/default/is_speaking"
        self.create_subscription(Bool, speaking, lambda m: self.speaking.append(m.data), EACH)
        self.create_subscription(Empty, "/safety/stop", self.stops.append, qos.RELIABLE)
        self.reasons: list[StopRequest] = []
        self.create_subscription(StopRequest, "/safety/stop_request", self.reasons.append, qos.RELIABLE)
        self.create_subscription(DiagnosticArray, "/diagnostics", self.diagnostics.append, 10)
        self.audio = self.create_publisher(AudioChunk, "/humans/voices/default/audio", qos.AUDIO)
        self.tektra = self.create_publisher(Bool, "/humans/voices/tektra/is_speaking", qos.LATCHED)
        self.start = self.create_client(Trigger, "/tektra/speech_in/start")
        self.stop = self.create_client(Trigger, "/tektra/speech_in/stop")
        self.states: list[str] = []
        self.create_subscription(
            String, "/tektra/speech_in/state", lambda m: self.states.append(m.data), qos.LATCHED
        )
        self.mute = self.create_client(SetBool, "/tektra/speech_in/mute")
        self.transcribe = self.create_client(Transcribe, "/tektra/speech_in/transcribe")

    @property
    def last_speaker(self) -> tuple[str, str]:
        """Name and role, of the last final text."""
        final = next(message for message in reversed(self.speech) if message.final)
        return final.person, final.role

    @property
    def finals(self) -> list[str]:
        return [message.final for message in self.speech if message.final]


def said(text: str) -> str:
    """Its words: how long the silence behind them was, and so how they are written, is a matter of how busy the machine is."""
    return text.casefold().rstrip(".")


class Stage:
    """The node, the person, and what spins them."""

    def __init__(self, spinner, **parameters) -> None:
        self.spinner = spinner
        given = {"microphone": "none", **parameters}
        self.node = SpeechIn(
            parameter_overrides=[Parameter(key, value=value) for key, value in given.items()]
        )
        self.person = Person()
        spinner.add(self.node, self.person)
        spinner.until(lambda: self.node.active, 60, "speech_in is active")
        spinner.until(lambda: self.person.speaking, what="is_speaking is latched")
        spinner.until(
            lambda: self.person.audio.get_subscription_count() == 1, what="the microphone's topic is heard"
        )
        spinner.until(lambda: self.person.stop.service_is_ready())

    def speak(
        self,
        samples: np.ndarray,
        rate: int = RATE,
        *,
        tail_s: float = 1.0,
        skip: frozenset[int] = frozenset(),
        against: bool = False,
    ) -> None:
        """Publishes sound as a microphone would, as fast as it is taken, with silence behind it. `against`: on two channels that
        work against each other."""
        whole = np.concatenate([samples, np.zeros(int(tail_s * rate), dtype=np.int16)])
        begin_s = self.person.get_clock().now().nanoseconds * 1e-9 - len(whole) / rate
        for sequence, at in enumerate(range(0, len(whole), CHUNK)):
            if sequence not in skip:
                stamp_s, piece = begin_s + at / rate, whole[at : at + CHUNK]
                piece = np.stack([piece, -piece], axis=1).reshape(-1) if against else piece
                message = audio_chunk(piece, rate, stamp_s=stamp_s, sequence=sequence, last=False)
                message.channels = 2 if against else 1
                self.person.audio.publish(message)
            self.spinner.during(0.001)
            self.spinner.until(lambda: self.node._hearing._ear.waiting < MOST_WAITING, 60, "it is taken")

    def tektra_speaks(self, speaks: bool) -> None:
        """What is heard from now on is heard while it does, or not."""
        self.person.tektra.publish(Bool(data=speaks))
        self.spinner.until(lambda: self.node._tektra_speaks == speaks, what="that Tektra speaks is known")

    def final(self) -> str:
        return self.spinner.until(lambda: self.person.finals, 30, "a final text")[-1]

    def call(self, client, request):
        got = client.call_async(request)
        return self.spinner.until(lambda: got.done() and got.result(), 60, "the service answers")

    def told(self) -> dict[str, str]:
        ours = [s for a in self.person.diagnostics for s in a.status if s.name == "/tektra/speech_in"]
        return {entry.key: entry.value for entry in ours[-1].values} if ours else {}


@pytest.fixture
def stage(spinner) -> Iterator[Stage]:
    made = Stage(spinner)
    yield made
    made.node.close()


def test_a_recorded_command_becomes_final_text(stage: Stage, recording: np.ndarray) -> None:
    stage.speak(recording)
    assert said(stage.final()) == "go forward 10 meters"
    final = stage.person.speech[-1]
    assert final.incremental == ""
    assert 0.5 < final.confidence <= 1.0
    assert final.locale == "en"
    assert [speaks for speaks, _ in groupby(stage.person.speaking)] == [False, True, False]
    age_s = stage.person.get_clock().now().nanoseconds * 1e-9 - seconds(final.header.stamp)
    assert 1.0 < age_s < 60.0  # the end of the speech, a second and more ago, not the end of the silence
    assert not stage.person.stops


def test_sound_at_44100_hz_is_understood(stage: Stage, recording: np.ndarray) -> None:
    fast = np.interp(np.arange(0, len(recording), RATE / 44100), np.arange(len(recording)), recording)
    stage.speak(fast.astype(np.int16), 44100)
    assert "forward" in stage.final().lower()


def test_a_spoken_stop_is_published_to_everyone(stage: Stage, spoken_stop: tuple[np.ndarray, int]) -> None:
    stage.speak(*spoken_stop)
    stage.spinner.until(lambda: stage.person.stops, 30, "/safety/stop")
    stage.final()
    assert len(stage.person.stops) == 1
    assert [(reason.cause, reason.who) for reason in stage.person.reasons] == [("voice", "speech_in")]


def test_while_tektra_speaks_nothing_is_heard_but_a_stop(
    stage: Stage, recording: np.ndarray, spoken_stop: tuple[np.ndarray, int]
) -> None:
    stage.tektra_speaks(True)
    stage.speak(recording)
    stage.speak(*spoken_stop)
    stage.spinner.until(lambda: stage.person.stops, 30, "/safety/stop")
    assert stage.person.finals == []
    stage.tektra_speaks(False)
    stage.speak(np.concatenate([np.zeros(RATE // 2, dtype=np.int16), recording]))
    assert said(stage.final()) == "go forward 10 meters"


def test_with_full_duplex_tektra_s_speech_keeps_nothing_back(spinner, recording: np.ndarray) -> None:
    stage = Stage(spinner, duplex="full")
    stage.tektra_speaks(True)
    stage.speak(recording)
    assert "orward" in stage.final()
    stage.node.close()


def test_its_own_stop_heard_again_stops_nothing_and_is_no_turn(stage: Stage) -> None:
    """Said by Tektra and heard 0.1 s later through its own microphone."""
    piper = Piper(["piper-joe"], threads=2)
    piper.load()
    (piece, *rest) = piper.synthesize("Stop signs are red. Stop.", "", 1.0)
    own = np.concatenate([piece.samples, *(more.samples for more in rest)])
    person = stage.person
    sound = person.create_publisher(AudioChunk, "/tektra/speech_out/audio", qos.AUDIO)
    words = person.create_publisher(Say.Impl.FeedbackMessage, "/tektra/say/_action/feedback", qos.RELIABLE)
    stage.spinner.until(lambda: sound.get_subscription_count() and words.get_subscription_count())
    stage.spinner.until(lambda: stage.told().get("duplex") == "full", what="its own sound is known")
    person.tektra.publish(Bool(data=True))
    now_s = person.get_clock().now().nanoseconds * 1e-9
    whole_s = len(own) / piece.sample_rate_hz
    sound.publish(audio_chunk(own, piece.sample_rate_hz, stamp_s=now_s, sequence=0, last=False))
    for word in ("Stop", "signs", "are", "red.", "Stop."):
        words.publish(Say.Impl.FeedbackMessage(feedback=Say.Feedback(word=word)))
        stage.spinner.during(whole_s / 5)
    echo = np.concatenate([np.zeros(piece.sample_rate_hz // 10, np.int16), own // 3])
    for sequence, samples in enumerate((echo, np.zeros(piece.sample_rate_hz, np.int16))):
        stamp_s = now_s + sequence * len(echo) / piece.sample_rate_hz
        person.audio.publish(
            audio_chunk(samples, piece.sample_rate_hz, stamp_s=stamp_s, sequence=sequence, last=False)
        )
    stage.spinner.until(lambda: int(stage.told().get("own_voice", "0")) > 0, 30, "it was heard")
    assert not person.stops
    assert not person.speech


@pytest.mark.parametrize(
    ("sentence", "calls"),
    [("Go to the office, please.", ["pause", "stop"]), ("Mm-hmm.", ["pause", "resume"])],
)
def test_whoever_begins_to_speak_over_tektra_silences_it_and_only_words_take_the_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, sentence: str, calls: list[str]
) -> None:
    """Of headphones: nothing of Tektra's sound is in the microphone. The words are given: of a synthesizer's "Mm-hmm" behind a canceller
    that has learnt nothing yet the recogniser makes "In a month." in one run and "In Emma." in the next."""
    told = Transcript(sentence, 0.9, "en", 0.0)
    monkeypatch.setattr(stage.node._stt, "transcribe", lambda samples, locale: told)
    monkeypatch.setattr("tektra.speech_in.own_sound.OwnSound.person_over", lambda self, position: True)
    piper = Piper(["piper-joe"], threads=2)
    piper.load()
    (piece,) = piper.synthesize(sentence, "", 1.0)
    person, called = stage.person, []

    def mouth(name: str) -> None:
        def answer(_: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
            called.append(name)
            if name != "resume":  # it falls silent, and says so
                person.tektra.publish(Bool(data=False))
            return response

        person.create_service(Trigger, f"/tektra/speech_out/{name}", answer)

    for name in ("pause", "resume", "stop"):
        mouth(name)
    watch = stage.node._own_speech
    calls_of = (watch._pause, watch._resume, watch._stop)
    stage.spinner.until(lambda: all(client.service_is_ready() for client in calls_of))
    sound = person.create_publisher(AudioChunk, "/tektra/speech_out/audio", qos.AUDIO)
    stage.spinner.until(lambda: stage.told().get("duplex") == "full", what="its own sound is known")
    stage.tektra_speaks(True)
    own = np.random.default_rng(1).normal(0, 3000, RATE).astype(np.int16)
    now_s = person.get_clock().now().nanoseconds * 1e-9
    for second in range(-4, 4):
        sound.publish(audio_chunk(own, RATE, stamp_s=now_s + second, sequence=second + 4, last=False))
    said = stage.node._own_voice
    stage.spinner.until(lambda: said.sounded(now_s + 3.5, now_s + 3.9), what="all its own sound is known")
    stage.speak(piece.samples, piece.sample_rate_hz)
    stage.spinner.until(lambda: set(called) - {"pause"}, 30, "what they wanted is known")
    assert list(dict.fromkeys(called)) == calls


def test_lost_chunks_are_counted_and_the_sentence_is_still_heard(stage: Stage, recording: np.ndarray) -> None:
    stage.speak(recording, skip=frozenset({30, 55}))
    assert "forward" in stage.final().lower()
    stage.spinner.until(lambda: stage.told().get("lost_chunks") == "2")


def test_garbage_on_the_audio_topic_is_refused_and_the_next_sentence_heard(
    stage: Stage, recording: np.ndarray
) -> None:
    noise = np.random.default_rng(1).integers(-32768, 32767, 1000).astype(np.int16)
    for rate, channels in ((0, 1), (1_000_000, 1), (RATE, 0), (RATE, 3), (RATE, 200)):
        message = audio_chunk(noise, rate, stamp_s=0.0, sequence=0, last=False)
        message.channels = channels
        stage.person.audio.publish(message)
    stage.speak(recording)
    assert said(stage.final()) == "go forward 10 meters"
    stage.spinner.until(lambda: stage.told().get("refused_chunks") == "5")


def test_a_sentence_far_off_zero_and_one_whose_channels_work_against_each_other_are_heard(
    stage: Stage, recording: np.ndarray
) -> None:
    """A cheap sound card's offset; a balanced microphone on a stereo plug."""
    offset = (np.concatenate([recording, np.zeros(RATE, np.int16)]) + 20_000).clip(-32768, 32767)
    stage.speak(offset.astype(np.int16), tail_s=0.0)
    assert "forward" in stage.final().lower()
    stage.person.speech.clear()
    stage.speak(recording, against=True)
    assert "forward" in stage.final().lower()


def test_a_mouth_that_is_killed_while_it_speaks_leaves_nobody_deaf(
    stage: Stage, recording: np.ndarray
) -> None:
    stage.tektra_speaks(True)
    stage.person.destroy_publisher(stage.person.tektra)
    stage.spinner.until(lambda: not stage.node._tektra_speaks, 30, "nobody speaks any more")
    stage.speak(np.concatenate([np.zeros(RATE // 2, np.int16), recording]))
    assert "forward" in stage.final().lower()


def test_more_recordings_than_there_are_places_are_refused_and_who_leaves_is_not_read(
    stage: Stage, recording: np.ndarray
) -> None:
    """The recogniser is held up meanwhile, as by a long sentence."""
    other = Node("other")
    stage.spinner.add(other)
    client = other.create_client(Transcribe, "/tektra/speech_in/transcribe")
    stage.spinner.until(client.service_is_ready)
    request = Transcribe.Request(wav=wav.write(recording, RATE))
    heard = stage.person.transcribe
    with stage.node._stt._lock:
        for _ in range(4):
            client.call_async(request)
        stage.spinner.until(lambda: len(stage.node._recordings._taken) == 4)
        assert stage.call(heard, request).message == "4 wait for this already: try again when one is done"
        stage.spinner.remove(other)
        stage.spinner.until(lambda: len(stage.node._recordings._taken) == 1, what="their places are free")
    assert stage.call(heard, request).speech.final == "Go forward 10 meters."


def test_silence_and_noise_are_no_speech(stage: Stage) -> None:
    noise = np.random.default_rng(1).normal(0, 3000, 3 * RATE).clip(-32768, 32767).astype(np.int16)
    stage.speak(noise)
    stage.spinner.until(lambda: int(stage.told().get("vad.count", 0)) >= 120)
    stage.spinner.during(1.0)
    assert stage.person.speech == []


def test_after_stop_nothing_is_heard_until_start(stage: Stage, recording: np.ndarray) -> None:
    assert stage.call(stage.person.stop, Trigger.Request()).success
    stage.speak(recording)
    stage.spinner.during(1.5)
    assert stage.person.speech == []
    started = stage.call(stage.person.start, Trigger.Request())
    assert started.success, started.message
    stage.speak(recording)
    assert "forward 10 meters" in stage.final()


def test_mute_closes_the_ears_until_it_is_taken_back_also_over_a_restart(
    spinner, recording: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEKTRA_STATE", str(tmp_path))
    first = Stage(spinner)
    spinner.until(lambda: first.person.states[-1:] == ["listening"], what="the state is told")
    answer = first.call(first.person.mute, SetBool.Request(data=True))
    assert (answer.success, "unmute" in answer.message) == (True, True)
    assert not first.call(first.person.start, Trigger.Request()).success
    first.node.close()
    for node in (first.node, first.person):
        spinner.remove(node)
    again = Stage(spinner)
    spinner.until(lambda: again.person.states[-1:] == ["muted"], what="the state is told to who comes later")
    again.speak(recording)
    again.spinner.during(1.5)
    assert again.person.speech == []
    assert again.call(again.person.mute, SetBool.Request(data=False)).success
    spinner.until(lambda: again.person.states[-1:] == ["listening"], what="the state is told")
    again.speak(recording)
    assert "forward 10 meters" in again.final()
    again.node.close()


def test_an_utterance_whose_sound_breaks_off_is_still_recognised(stage: Stage, recording: np.ndarray) -> None:
    stage.speak(recording, tail_s=0.0)
    assert "forward" in stage.final().lower()


def test_transcribe_reads_a_wav_and_samples(stage: Stage, recording: np.ndarray) -> None:
    request = Transcribe.Request(wav=wav.write(recording, RATE))
    answer = stage.call(stage.person.transcribe, request)
    assert (answer.success, answer.message, answer.speech.final) == (True, "", "Go forward 10 meters.")
    assert answer.duration == pytest.approx(len(recording) / RATE)
    assert answer.seconds > 0
    request = Transcribe.Request(samples=recording.tolist(), sample_rate=RATE)
    assert stage.call(stage.person.transcribe, request).speech.final == "Go forward 10 meters."


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Transcribe.Request(), "a request without sound"),
        (Transcribe.Request(wav=b"\x00\xff garbage" * 1000), "do not begin as RIFF/WAVE"),
        (Transcribe.Request(wav=wav.write(np.zeros(0, np.int16), RATE)), "without a single sample"),
        (Transcribe.Request(wav=wav.write(np.ones(9, np.int16), 96000)), "a sample rate of 96000 Hz"),
        (Transcribe.Request(wav=wav.write(np.ones(900, np.int16), RATE)[:-9]), "1791 of 1800 bytes"),
        (Transcribe.Request(samples=[1, 2, 3], sample_rate=7), "a sample rate of 7 Hz"),
        (
            Transcribe.Request(samples=[0] * 8000 * 121, sample_rate=8000),
            "121 s of sound: give at most 120 s",
        ),
    ],
    ids=["nothing", "garbage", "no-samples", "wrong-rate", "truncated", "wrong-rate-of-samples", "too-long"],
)
def test_an_unusable_recording_is_refused_with_the_reason(
    stage: Stage, request_: Transcribe.Request, message: str
) -> None:
    answer = stage.call(stage.person.transcribe, request_)
    assert not answer.success
    assert message in answer.message
    assert answer.speech.final == ""


def test_a_recording_of_silence_has_no_text(stage: Stage) -> None:
    answer = stage.call(stage.person.transcribe, Transcribe.Request(samples=[0] * 48000, sample_rate=RATE))
    assert (answer.success, answer.speech.final) == (True, "")
    assert answer.message == "no speech in the recording"


def test_a_language_that_the_model_lacks_is_refused(stage: Stage, recording: np.ndarray) -> None:
    request = Transcribe.Request(wav=wav.write(recording, RATE), locale="de-DE")
    answer = stage.call(stage.person.transcribe, request)
    assert not answer.success
    assert "does not know the language 'de-DE'" in answer.message


def test_a_voice_is_learnt_from_sentences_that_are_no_requests_and_then_has_its_role(
    spinner, recording: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = KnownPeople(tmp_path / "people", lambda: Sealer((b"k" * 32,)))
    monkeypatch.setattr("tektra.speech_in.node.known_people", lambda: known)
    stage = Stage(spinner)
    person = stage.person
    matches: list[IdsMatch] = []
    person.create_subscription(IdsMatch, "/humans/candidate_matches", matches.append, qos.RELIABLE)
    enrol = person.create_client(EnrolPerson, "/tektra/speech_in/enrol")
    spinner.until(lambda: enrol.service_is_ready())
    wish = EnrolPerson.Request(name="Ada", role="operator")
    assert "consent" in stage.call(enrol, wish).message

    wish.consent = True
    answer = enrol.call_async(wish)
    spinner.until(lambda: stage.node._speakers._enrolments, what="it listens for her")
    sentences = [
        wav.read(file.read_bytes()).samples.reshape(-1)
        for file in sorted(models.path("librivox").glob("*.wav"))
    ]
    for sentence in sentences:
        stage.speak(sentence)
    assert spinner.until(lambda: answer.done() and answer.result(), 60, "the voice is learnt").success
    assert all(
        message.person == "Ada" for message in person.speech if message.final
    )  # what came after it was enough

    person.speech.clear()
    stage.speak(sentences[0])
    stage.final()
    assert person.last_speaker == ("Ada", "operator")
    spinner.until(lambda: matches)
    assert (matches[0].id1, matches[0].id2) == (answer.result().id, "default")
    stage.speak(recording)
    spinner.until(lambda: "orward" in person.finals[-1], 30, "another voice is heard")
    assert person.last_speaker == ("", "guest")
    known.forget(answer.result().id)
    person.speech.clear()
    stage.speak(sentences[0])
    stage.final()
    assert person.last_speaker == ("", "")
    stage.node.close()
