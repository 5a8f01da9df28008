# SPDX-License-Identifier: Apache-2.0
"""Says aloud what /tektra/say asks for, and tells when which mouth shape sounds."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from rclpy.action import CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.task import Future
from std_srvs.srv import Trigger

from tektra.common.errors import TektraError
from tektra.common.heap import one_arena
from tektra.common.wav import Int16s, write
from tektra.ros import qos
from tektra.ros.calls import action_server, serve
from tektra.ros.mind import MindNode
from tektra.ros.offload import resolve
from tektra.ros.parameters import declare
from tektra.ros.places import Places
from tektra.ros.process import run_mind
from tektra.ros.publishers import tell
from tektra.ros.speaking import SpeakingPublisher
from tektra.ros.speech_messages import audio_chunk, caption_messages, viseme_messages, voice_info
from tektra.speech_out.backends import SpeechPiece
from tektra.speech_out.backends.language_id import LanguageId
from tektra.speech_out.backends.measured import MeasuredTts
from tektra.speech_out.bank import VoiceBank, makers
from tektra.speech_out.manner import CONTROLS
from tektra.speech_out.mouth import Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance
from tektra.speech_out.request import Asked, Requests
from tektra.speech_out.sinks import choose_speaker
from tektra.speech_out.visemes import visemes
from tektra.speech_out.whole import synthesize
from tektra.speech_out.words import TimedWord
from tektra_interfaces.action import Say
from tektra_interfaces.msg import AudioChunk, Captions, Expression, Visemes
from tektra_interfaces.srv import ListVoices, Synthesize

#: Texts that wait to be a WAV; one more is refused.
MOST_SYNTHESES = 4
#: How what is said now is meant, as in Say: the face follows it.
MEANT = "/tektra/speech_out/expression"
#: What is answered where it was done, and where not.
PAUSED, RESUMED = ("paused", "nothing is being said"), ("goes on", "nothing was paused")


class SpeechOut(MindNode):
    """/tektra/speech_out."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("speech_out", **ros)
        self._options = declare(self, SpeechOutOptions)
        self._bank: VoiceBank | None = None
        self._requests: Requests | None = None
        self._tts: MeasuredTts | None = None
        self._mouth: Mouth | None = None
        self._syntheses = Places(self, "/tektra/speech_out/synthesize", MOST_SYNTHESES)
        self._goals: dict[str, tuple[ServerGoalHandle, Future]] = {}
        self._sequence = 0
        self._audio = self.create_publisher(AudioChunk, "/tektra/speech_out/audio", qos.AUDIO)
        self._visemes = self.create_publisher(Visemes, "/tektra/visemes", qos.RELIABLE)
        self._captions = self.create_publisher(Captions, "/tektra/captions", qos.RELIABLE)
        self._meant = self.create_publisher(Expression, MEANT, qos.RELIABLE)
        self._speaking = SpeakingPublisher(self, "tektra")
        serve(self, Trigger, "/tektra/speech_out/stop", self._on_stop)
        serve(self, Trigger, "/tektra/speech_out/pause", partial(self._on_trigger, Mouth.pause, PAUSED))
        serve(self, Trigger, "/tektra/speech_out/resume", partial(self._on_trigger, Mouth.resume, RESUMED))
        serve(self, ListVoices, "/tektra/speech_out/voices", self._on_voices)
        serve(self, Synthesize, "/tektra/speech_out/synthesize", self._on_synthesize)
        self._say = action_server(
            self, Say, "/tektra/say", execute=self._on_say, cancel_callback=self._on_cancel
        )

    def configure(self) -> None:
        options = self._options
        self._bank = bank = VoiceBank(makers(options), lambda: options.language)
        self._tts = tts = MeasuredTts(self._bank, self.diagnostics.stage("tts.piece"))
        tts.load()
        for error in self._bank.missing.values():
            self.get_logger().info(f"a synthesizer is not used: {error}")
        languages = LanguageId([known.locale.split("-")[0] for known in self._bank.voices()])
        self._requests = Requests(self._bank, options, languages.find)
        # The first run allocates and is slow; nobody shall wait for that. So are the tables by which numbers are read.
        synthesize(Utterance("warm", "Ready at 9:15.", "", 0.0, language=options.language), tts)
        which, self.options_refused = (options.speaker, options.speaker_device), bank.refuses
        speaker = choose_speaker(*which, now=self._now_s, report=self.get_logger().warning)
        self._mouth = Mouth(self._tts, speaker, options, self, self._now_s)
        self.diagnostics.value("speaker", lambda: speaker.told)
        self.diagnostics.value("tts.rtf", lambda: f"{tts.real_time_factor:.3f}")
        self.diagnostics.value("speaking_or_waiting", lambda: len(self._goals))

    def activate(self) -> None:
        assert self._mouth is not None
        self._mouth.start()
        self._speaking.tell(False)

    def deactivate(self) -> None:
        if self._mouth is not None:
            self._mouth.close()

    def cleanup(self) -> None:
        self.deactivate()
        if self._tts is not None:
            self._tts.close()
        self._mouth = self._tts = self._bank = self._requests = None

    def _utterance(self, asked: Asked) -> tuple[Utterance, Mouth]:
        """What was asked for, and what says it. Raises TektraError."""
        if self._requests is None or self._mouth is None or not self.active:
            raise TektraError("speech_out is not running", self.diagnostics.message)
        return self._requests.utterance(asked, self._now_s()), self._mouth

    async def _on_say(self, handle: ServerGoalHandle) -> Say.Result:
        goal = handle.request
        utterance = Utterance(uuid4().hex, goal.text, goal.voice, self._now_s())
        future: Future = Future()
        try:
            utterance, mouth = self._utterance(goal)
            utterance.priority = goal.priority
            self._goals[utterance.utterance_id] = (handle, future)
            mouth.say(utterance, interrupt=goal.interrupt)
            if handle.is_cancel_requested:
                self._on_cancel(handle)
            await future
        except TektraError as error:
            utterance.ended, utterance.message = "failed", str(error)
        finally:
            self._goals.pop(utterance.utterance_id, None)
        if utterance.ended == "said":
            handle.succeed()
        elif handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return _result(utterance)

    def _on_cancel(self, handle: ServerGoalHandle) -> CancelResponse:
        for utterance_id, (known, _) in list(self._goals.items()):
            if known.goal_id == handle.goal_id and self._mouth is not None:
                self._mouth.end_by_id(utterance_id, "canceled", "canceled by whoever asked for it")
        return CancelResponse.ACCEPT

    def _on_stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        ended = self._mouth.stop("stopped by /tektra/speech_out/stop") if self._mouth is not None else 0
        response.success, response.message = True, f"{ended} utterances ended"
        return response

    def _on_trigger(
        self, act: Callable[[Mouth], bool], told: tuple[str, str], request: Any, response: Trigger.Response
    ) -> Trigger.Response:
        response.success = self._mouth is not None and act(self._mouth)
        response.message = told[0] if response.success else told[1]
        return response

    def _on_voices(self, request: ListVoices.Request, response: ListVoices.Response) -> ListVoices.Response:
        if self._bank is None:
            response.message = f"speech_out is not running: {self.diagnostics.message}"
            return response
        response.success = True
        response.voices = [voice_info(b, v, remedy, CONTROLS) for b, v, remedy in self._bank.listed()]
        return response

    async def _on_synthesize(
        self, request: Synthesize.Request, response: Synthesize.Response
    ) -> Synthesize.Response:
        try:
            asked, _ = self._utterance(request)
            assert self._tts is not None
            work = partial(synthesize, asked, self._tts)
            made = await self._syntheses.work(lambda wanted: work(wanted=lambda: self.active and wanted()))
        except TektraError as error:
            response.message = str(error)
            return response
        response.wav = array("B", write(made.samples, made.sample_rate_hz))
        response.success, response.sample_rate = True, made.sample_rate_hz
        response.visemes = viseme_messages(made.visemes, from_s=0.0)
        response.words = caption_messages(made.words, request.text, from_s=0.0)
        return response

    def on_piece(
        self, utterance: Utterance, piece: SpeechPiece, words: list[TimedWord], text: str, sounds_s: float
    ) -> None:
        id_ = utterance.utterance_id
        spans = viseme_messages(visemes(piece.phonemes), from_s=sounds_s)
        tell(self, self._visemes, Visemes(utterance_id=id_, visemes=spans))
        captions = Captions(utterance_id=id_, text=text, language=utterance.language)
        captions.words = caption_messages(words, utterance.text, from_s=sounds_s)
        tell(self, self._captions, captions)
        if utterance.emotion:
            tell(self, self._meant, Expression(expression=utterance.emotion, confidence=1.0))
        if utterance.duration_s == 0.0:
            self.diagnostics.stage("first_audio").add(utterance.first_audio_s)

    def on_block(self, samples: Int16s, sample_rate_hz: int, sounds_s: float, last: bool) -> None:
        chunk = audio_chunk(samples, sample_rate_hz, stamp_s=sounds_s, sequence=self._sequence, last=last)
        tell(self, self._audio, chunk)
        self._sequence = 0 if last else self._sequence + 1

    def on_word(self, utterance: Utterance, word: TimedWord, progress: float) -> None:
        known = self._goals.get(utterance.utterance_id)
        if known is None:
            return
        begin, end = word.word.begin, word.word.end
        feedback = Say.Feedback(utterance_id=utterance.utterance_id, word=utterance.text[begin:end])
        feedback.progress, feedback.begin, feedback.end = progress, begin, end
        known[0].publish_feedback(feedback)

    def on_speaking(self) -> None:
        self._speaking.tell(True)

    def on_silent(self, utterance: Utterance, *, cut: bool) -> None:
        if cut:  # once more, behind a piece that was announced at the same moment
            self._take_back(utterance)
        self._speaking.tell(False)

    def _take_back(self, utterance: Utterance) -> None:
        """What was announced of it will not sound."""
        tell(self, self._visemes, Visemes(utterance_id=utterance.utterance_id, cancelled=True))
        tell(self, self._captions, Captions(utterance_id=utterance.utterance_id, cancelled=True))

    def on_ended(self, utterance: Utterance) -> None:
        if utterance.ended != "said" and utterance.first_sound_s is not None:
            self._take_back(utterance)
        known = self._goals.get(utterance.utterance_id)
        if known is not None:
            resolve(self.executor, known[1], None)

    def _now_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9


def _result(utterance: Utterance) -> Say.Result:
    is_said = utterance.ended == "said"
    result = Say.Result(success=is_said, message=utterance.message, utterance_id=utterance.utterance_id)
    result.duration, result.first_audio_s = utterance.duration_s, utterance.first_audio_s
    result.spoken = utterance.text if is_said else utterance.text[: utterance.spoken_chars]
    return result


def main() -> None:
    one_arena()  # each synthesis left other holes in other places: 15 MB more or less from one utterance to the next
    run_mind(SpeechOut)
