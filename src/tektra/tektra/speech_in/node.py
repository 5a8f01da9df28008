# SPDX-License-Identifier: Apache-2.0
"""Hears voices on /humans/voices/<id>/audio and tells what they say."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np

from tektra.common import backends
from tektra.common.errors import TektraError
from tektra.common.kept_flag import KeptFlag
from tektra.common.known_people import known_people
from tektra.common.paths import state_dir
from tektra.common.scheduling import HEARING_NICENESS
from tektra.common.wav import Int16s
from tektra.ros import qos
from tektra.ros.asked_person import AskedPerson, FacesInView
from tektra.ros.calls import serve
from tektra.ros.clock import seconds
from tektra.ros.diagnostics import OK, WARN
from tektra.ros.listening import Listening
from tektra.ros.microphone_topic import MicrophoneTopic
from tektra.ros.mind import MindNode
from tektra.ros.own_speech import OwnSpeechWatch
from tektra.ros.parameters import declare
from tektra.ros.people_topics import VoiceTopics
from tektra.ros.places import Places
from tektra.ros.process import run_mind
from tektra.ros.robots_here import RobotsHere
from tektra.ros.speaking import SpeakingPublisher, SpeakingWatch
from tektra.ros.speech_messages import live_speech
from tektra.ros.stops import StopPublisher
from tektra.ros.traces import heard
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Vad
from tektra.speech_in.backends.measured import MeasuredStt, MeasuredVad
from tektra.speech_in.dictation import Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.hearing import Hearing
from tektra.speech_in.names import home_names, sentences
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import own_sound
from tektra.speech_in.own_voice import OwnVoice
from tektra.speech_in.recorder import Recorder
from tektra.speech_in.recording import MOST_RECORDINGS, TRANSCRIBE, sound_of, transcribe
from tektra.speech_in.speakers import Speakers
from tektra.speech_in.spotting import load_spotter, spotting
from tektra.speech_in.voice import Chunk, Voice
from tektra_interfaces.msg import AudioChunk, LiveSpeech
from tektra_interfaces.srv import Transcribe

#: How long /diagnostics shows a warning after the last trouble.
WARNING_S = 10.0


class SpeechIn(MindNode):
    """/tektra/speech_in."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("speech_in", **ros)
        self._options = declare(self, SpeechInOptions)
        self._options.check_voices()
        self._hearing: Hearing | None = None
        self._recordings = Places(self, TRANSCRIBE, MOST_RECORDINGS)
        self._spoke: dict[str, str] = {}  # who said the last sentence on each voice
        self._hears, self._tektra_speaks, self._warned_s = False, False, 0.0
        self._stops, self._robots = StopPublisher(self, "voice", "speech_in"), RobotsHere(self)
        self._speech = {
            voice: self.create_publisher(LiveSpeech, f"/humans/voices/{voice}/speech", qos.RELIABLE)
            for voice in self._options.voices
        }
        self._speaking = {voice: SpeakingPublisher(self, voice) for voice in self._options.voices}
        for voice in self._options.voices:
            topic = f"/humans/voices/{voice}/audio"
            self.create_subscription(AudioChunk, topic, partial(self._on_audio, voice), qos.AUDIO)
        # The node hears its microphone by its own subscription, as it hears everyone.
        microphone = MicrophoneTopic(self, self._options.microphone_voice, self._options.microphone != "none")
        self._tektra = SpeakingWatch(self, "tektra", self._on_tektra)
        self._own_voice = OwnVoice()
        self._own_speech = OwnSpeechWatch(self, self._own_voice)
        serve(self, Transcribe, TRANSCRIBE, self._on_transcribe)
        self.create_timer(0.25, self._on_timer)
        how = self._options.microphone, microphone.publish, self._options.microphone_device
        self._recorder = Recorder(*how, now=self._now_s, report=self._report)
        self._listening = Listening(self, self, KeptFlag(state_dir() / "microphone_muted"), self._why_not)

    def configure(self) -> None:
        options = self._options
        vad_class = backends.load("vad", options.vad)
        stt = backends.load("stt", options.stt)(options.stt_model, options.stt_threads)
        self._stt = MeasuredStt(stt, self.diagnostics.stage("stt.run"))
        self._stt.load()
        vads: dict[str, Vad] = {}
        for voice in (*options.voices, ""):
            vads[voice] = MeasuredVad(vad_class(), self.diagnostics.stage("vad"))
            vads[voice].load()
        self._recording_vad = vads.pop("")
        self._home = home_names(options.world_file)
        # The first run allocates and is slow; nobody shall wait for that.
        self._stt.transcribe(np.zeros(SAMPLE_RATE_HZ, dtype=np.float32), options.locale)
        encoder = backends.load("speaker_encoder", options.speaker_encoder)
        voices, view = (options.microphone_voice, *options.voices), FacesInView(self)
        how = voices, self._report, time.monotonic, time.time, view
        self._speakers = Speakers(known_people(), encoder, encoder.model, *how)
        self._asked = AskedPerson(self, view, self._speakers.answers)
        self._persons = VoiceTopics(self, "/tektra/speech_in/enrol", self._speakers.enrol)
        spotter, spotter_told = load_spotter(options, self.get_logger().warning)
        said = self._own_voice
        self._hearing = Hearing(
            {v: Voice(v, vads[v], options, own_sound(said, options), spotting(spotter)) for v in vads},
            self._stt,
            options,
            tell=self._tell,
            on_speaking=lambda voice, speaks: self._speaking[voice].tell(speaks),
            report=self._report,
            now=time.monotonic,
            begins_over=lambda heard: self._own_speech.hold(heard.key),
            calmed=lambda heard: self._own_speech.judged(heard.key, takes=False, so_far=False),
        )
        self.diagnostics.value("spotter", lambda: spotter_told)
        self.diagnostics.value("hearing", lambda: self._listening.state)
        self.diagnostics.value("microphone", lambda: self._recorder.told)
        self.diagnostics.value("microphone_dropped_chunks", lambda: self._recorder.dropped)
        self.diagnostics.value("duplex", partial(getattr, self._hearing, "duplex"))
        for key in ("dropped_chunks", "lost_chunks", "refused_chunks", "dropped_utterances", "own_voice"):
            self.diagnostics.value(key, partial(getattr, self._hearing, key))

    def activate(self) -> None:
        assert self._hearing is not None
        self._hearing.start()
        self._listening.begin()
        self._hearing.own_sound_known(self._own_speech.known)
        self._hearing.tektra_speaks(self._tektra_speaks)
        for speaking in self._speaking.values():
            speaking.tell(False)

    def deactivate(self) -> None:
        self._hears = False
        self._recorder.close()
        self._listening.tell()
        if self._hearing is not None:
            self._hearing.close()

    def cleanup(self) -> None:
        if self._hearing is not None:
            for part in (self._persons, self._hearing, self._stt, self._speakers, self._asked):
                part.close()
        self._hearing = None

    def _on_audio(self, voice: str, message: AudioChunk) -> None:
        if not self._hears or self._hearing is None:
            return
        samples: Int16s = np.array(message.data, dtype=np.int16)
        stamp_s, where = seconds(message.stamp) or self._now_s(), (message.sequence, message.last)
        self._hearing.feed(voice, Chunk(samples, message.sample_rate, message.channels, *where, stamp_s))

    def _on_tektra(self, speaks: bool) -> None:
        self._tektra_speaks = speaks  # also while it loads: that is not to be heard afterwards
        if self._hearing is not None and self.active:
            self._hearing.tektra_speaks(speaks)

    def _on_timer(self) -> None:
        self._listening.tell()
        if self.active and self._hearing is not None:
            self._hearing.own_sound_known(self._own_speech.known)
        if self._hears and self._hearing is not None:
            names = (*self._options.names, *sorted(self._robots.names), *self._home)
            for language, told in sentences(names, self._options.locale).items():
                self._stt.expect(told, language)
            self._hearing.check(self._robots.names, moved=self._robots.moved)
            self._listening.waits(self._hearing.waits(self._now_s()))
            self._recorder.check()
        if self.active and self._warned_s and time.monotonic() - self._warned_s > WARNING_S:
            self._warned_s = 0.0
            self.diagnostics.set(OK, "running")

    def open_ears(self) -> str:
        self._recorder.open()
        self._hears = True
        return self._recorder.told

    def close_ears(self) -> None:
        self._hears = False
        self._recorder.close()
        if self._hearing is not None and self.active:
            self._hearing.finish()

    def _why_not(self) -> str:
        return "" if self.active else f"speech_in is not running: {self.diagnostics.message}"

    async def _on_transcribe(
        self, request: Transcribe.Request, response: Transcribe.Response
    ) -> Transcribe.Response:
        began, response.message = time.perf_counter(), self._why_not()
        if self._hearing is None:
            return response
        try:
            samples: Int16s = np.array(request.samples, dtype=np.int16)
            sound = sound_of(bytes(request.wav), samples, request.sample_rate, self._options.transcribe_max_s)
            work = partial(transcribe, sound, self._stt, self._recording_vad)
            work = partial(work, locale=request.locale or self._options.locale, options=self._options)
            result = await self._recordings.work(lambda wanted: work(wanted=lambda: self.active and wanted()))
        except TektraError as error:
            response.message = str(error)
            return response
        response.success, response.message = True, result.refused
        if result.transcript is not None:
            response.speech = live_speech(result.transcript, final=True, end_s=self._now_s())
        response.duration, response.seconds = sound.duration_s, time.perf_counter() - began
        return response

    def _tell(self, said: Said) -> None:
        """On the recogniser's thread."""
        if said.stops:
            self._stops.stop_these(said.robots, f"spoken, heard as {said.heard.voice}")
            self.get_logger().warning(f"heard a spoken stop from {said.heard.voice!r} and passed it on")
        takes = said.interrupts and (self._tektra_speaks or self._own_speech.held)
        self._own_speech.judged(said.heard.key, takes=takes, so_far=said.heard.kind is Kind.GROWN)
        if self._listening.muted:
            return
        if said.transcript is None or said.only_stops:
            self.get_logger().debug(f"refused: {said.refused or 'Tektra spoke meanwhile'}")
            return
        speaker = self._speakers.who(said.heard, said.transcript.text)
        if speaker.enrolling:
            return
        end_s, voice = said.heard.speech_end_s, said.heard.voice
        text = said.of_one_speaker(self._spoke.get(voice, "") == speaker.id)
        if said.final:
            self._spoke[voice] = speaker.id
        message = live_speech(text, final=said.final, end_s=end_s)
        message.person, message.role = speaker.name, speaker.role
        self._speech[voice].publish(message)
        self._persons.recognised(speaker.id, voice, speaker.confidence, end_s)
        if said.final:
            heard(self, self.diagnostics.stage("stt.after_speech"), message, self._now_s() - end_s)

    def _report(self, error: Exception) -> None:
        self._warned_s = time.monotonic()
        self.diagnostics.set(WARN, str(error))
        self.get_logger().warning(str(error), throttle_duration_sec=5.0)

    def _now_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9


def main() -> None:
    run_mind(SpeechIn, niceness=HEARING_NICENESS)
