# SPDX-License-Identifier: Apache-2.0
"""Says aloud what /tektra/say asks for, and tells when which mouth shape sounds."""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

from rclpy.action import CancelResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.task import Future
from std_srvs.srv import Trigger

from tektra.common import backends
from tektra.common.errors import TektraError
from tektra.common.wav import Int16s, write
from tektra.ros import qos
from tektra.ros.calls import action_server, serve
from tektra.ros.mind import MindNode
from tektra.ros.offload import in_thread, resolve
from tektra.ros.parameters import declare
from tektra.ros.process import run_mind
from tektra.ros.speaking import SpeakingPublisher
from tektra.ros.speech_messages import audio_chunk, caption_messages, viseme_messages
from tektra.speech_out.backends import Speaker, SpeechPiece
from tektra.speech_out.backends.measured import MeasuredTts
from tektra.speech_out.mouth import Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance
from tektra.speech_out.visemes import visemes
from tektra.speech_out.whole import check_text, synthesize
from tektra.speech_out.words import TimedWord
from tektra_interfaces.action import Say
from tektra_interfaces.msg import AudioChunk, Captions, Visemes, VoiceInfo
from tektra_interfaces.srv import ListVoices, Synthesize


class SpeechOut(MindNode):
    """/tektra/speech_out."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("speech_out", **ros)
        self._options = declare(self, SpeechOutOptions)
        self._tts: MeasuredTts | None = None
        self._mouth: Mouth | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="synthesize_whole")
        self._goals: dict[str, tuple[ServerGoalHandle, Future]] = {}
        self._sequence = 0
        self._audio = self.create_publisher(AudioChunk, "/tektra/speech_out/audio", qos.AUDIO)
        self._visemes = self.create_publisher(Visemes, "/tektra/visemes", qos.RELIABLE)
        self._captions = self.create_publisher(Captions, "/tektra/captions", qos.RELIABLE)
        self._speaking = SpeakingPublisher(self, "tektra")
        serve(self, Trigger, "/tektra/speech_out/stop", self._on_stop)
        serve(self, ListVoices, "/tektra/speech_out/voices", self._on_voices)
        serve(self, Synthesize, "/tektra/speech_out/synthesize", self._on_synthesize)
        self._say = action_server(
            self, Say, "/tektra/say", execute=self._on_say, cancel_callback=self._on_cancel
        )

    def configure(self) -> None:
        options = self._options
        tts = backends.load("tts", options.tts)(options.tts_models, options.tts_threads)
        self._tts = MeasuredTts(tts, self.diagnostics.stage("tts.piece"))
        self._tts.load()
        # The first run allocates and is slow; nobody shall wait for that.
        for _ in tts.synthesize("Ready when you are.", "", options.speed):
            pass
        speaker, told = self._choose_speaker()
        self._mouth = Mouth(self._tts, speaker, options, self, self._now_s)
        self.diagnostics.value("speaker", lambda: told)
        self.diagnostics.value("tts.rtf", lambda: f"{self._tts.real_time_factor:.3f}" if self._tts else "")
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
        self._mouth = self._tts = None

    def _choose_speaker(self) -> tuple[Speaker, str]:
        """The speaker, and in words which one and why."""
        choice = self._options.speaker
        if choice != "auto":
            return backends.load("speaker", choice)(), choice
        device: Speaker = backends.load("speaker", "sounddevice")()
        missing = device.available()
        if not missing:
            return device, "sounddevice"
        self.get_logger().info(f"no sound device is used: {missing}")
        return backends.load("speaker", "null")(), f"null: {missing}"

    def _checked(self, text: str, voice: str) -> tuple[MeasuredTts, Mouth]:
        """What speaks, for a text that can be said. Raises TektraError."""
        if self._tts is None or self._mouth is None or not self.active:
            raise TektraError("speech_out is not running", self.diagnostics.message)
        check_text(text, voice, tts=self._tts, max_chars=self._options.max_text_chars)
        return self._tts, self._mouth

    def _language(self, asked: str, voice: str) -> str:
        """Of a text: as asked, otherwise that of the voice."""
        voices = self._tts.voices() if self._tts is not None else []
        locales = [known.locale for known in voices if not voice or known.name == voice]
        return asked or next(iter(locales), "en")

    async def _on_say(self, handle: ServerGoalHandle) -> Say.Result:
        goal = handle.request
        utterance = Utterance(
            uuid4().hex, goal.text, goal.voice, self._now_s(), self._language(goal.language, goal.voice)
        )
        future: Future = Future()
        self._goals[utterance.utterance_id] = (handle, future)
        try:
            _, mouth = self._checked(goal.text, goal.voice)
            mouth.say(utterance, interrupt=goal.interrupt)
            if handle.is_cancel_requested:
                self._on_cancel(handle)
            await future
        except TektraError as error:
            utterance.ended, utterance.message = "failed", str(error)
        finally:
            del self._goals[utterance.utterance_id]
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
        response.success, response.message = (
            True,
            f"{ended} utterances ended" if ended else "nothing was said",
        )
        return response

    def _on_voices(self, request: ListVoices.Request, response: ListVoices.Response) -> ListVoices.Response:
        if self._tts is None:
            response.message = f"speech_out is not running: {self.diagnostics.message}"
            return response
        response.success = True
        response.voices = [
            VoiceInfo(name=v.name, backend=self._options.tts, locale=v.locale, sample_rate=v.sample_rate_hz)
            for v in self._tts.voices()
        ]
        return response

    async def _on_synthesize(
        self, request: Synthesize.Request, response: Synthesize.Response
    ) -> Synthesize.Response:
        speed = request.speed or self._options.speed
        try:
            tts, _ = self._checked(request.text, request.voice)
            language = self._language(request.language, request.voice)
            work = partial(synthesize, request.text, tts, voice=request.voice, speed=speed, language=language)
            made = await in_thread(self, self._pool, work)
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
        self._visemes.publish(Visemes(utterance_id=id_, visemes=spans))
        captions = Captions(utterance_id=id_, text=text, language=utterance.language)
        captions.words = caption_messages(words, utterance.text, from_s=sounds_s)
        self._captions.publish(captions)
        if utterance.duration_s == 0.0:
            self.diagnostics.stage("first_audio").add(utterance.first_audio_s)

    def on_block(self, samples: Int16s, sample_rate_hz: int, sounds_s: float, last: bool) -> None:
        self._audio.publish(
            audio_chunk(samples, sample_rate_hz, stamp_s=sounds_s, sequence=self._sequence, last=last)
        )
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

    def on_silent(self, utterance: Utterance) -> None:
        if utterance.ended:  # once more, behind a piece that was announced at the same moment
            self._take_back(utterance)
        self._speaking.tell(False)

    def _take_back(self, utterance: Utterance) -> None:
        """What was announced of it will not sound."""
        self._visemes.publish(Visemes(utterance_id=utterance.utterance_id, cancelled=True))
        self._captions.publish(Captions(utterance_id=utterance.utterance_id, cancelled=True))

    def on_ended(self, utterance: Utterance) -> None:
        if utterance.ended != "said" and utterance.first_sound_s is not None:
            self._take_back(utterance)
        known = self._goals.get(utterance.utterance_id)
        if known is not None:
            resolve(self.executor, known[1], None)

    def _now_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9


def _result(utterance: Utterance) -> Say.Result:
    return Say.Result(
        success=utterance.ended == "said",
        message=utterance.message,
        utterance_id=utterance.utterance_id,
        duration=utterance.duration_s,
        first_audio_s=utterance.first_audio_s,
        spoken=utterance.text if utterance.ended == "said" else utterance.text[: utterance.spoken_chars],
    )


def main() -> None:
    run_mind(SpeechOut)
