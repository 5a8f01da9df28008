# SPDX-License-Identifier: Apache-2.0
"""What can be set of speech_in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.errors import OptionError
from tektra.common.options import option


@dataclass(frozen=True)
class SpeechInOptions:
    """Parameters of /tektra/speech_in."""

    FIXED: ClassVar[str] = "recogniser, microphone and topics are opened with it"

    voices: list[str] = option(
        ["default", "web1", "web2", "web3", "web4"],
        "Whose sound is heard: /humans/voices/<id>/audio for each id; web1 to web4 are the page's microphones.",
    )
    stt: str = option("faster_whisper", "Back end that turns sound into text.")
    stt_model: str = option("whisper-tiny.en", "Model of that back end, as named in config/models.lock.")
    stt_threads: int = option(2, "Threads of the recogniser.", low=1, high=64)
    vad: str = option("silero", "Back end that tells speech from other sound.")
    spotter: str = option(
        "speech_embedding",
        "Back end that finds words that stop, and Tektra's name, in the sound itself, or none; speech_embedding hears five languages, also "
        "while the recogniser is busy or dead (docs/decisions/spoken-stop.md).",
    )
    stop_at_alarms: bool = option(
        True,
        "Whether cries that name no stop (`you are on my foot`) stop everything while something moves. See docs/decisions/alarms.md.",
        fixed="what stops robots is settled at the start",
    )
    wake_word: str = option(
        "off",
        "When Tektra's name is needed: on (before each request), rest (only when nothing was said to it for wake_rest_s), or off. A spoken "
        "stop never needs it.",
        choices=("off", "on", "rest"),
        live=True,
    )
    wake_words: list[str] = option(
        ["Hey Tektra", "Tektra"],
        "Its names, at the beginning or the end of what is said; slips of the recogniser count.",
        live=True,
    )
    wake_rest_s: float = option(
        30.0,
        "With wake_word at rest: so long after a request its name is not needed.",
        unit="s",
        low=2.0,
        high=3600.0,
        live=True,
    )
    speaker_encoder: str = option(
        "resemblyzer", "Back end that tells voices apart, once somebody is enrolled."
    )
    microphone: str = option(
        "auto",
        "Where own sound comes from: a back end's name, auto (the sound device if there is one), or none.",
    )
    microphone_device: str = option(
        "",
        "Which sound device: its name or a part of it (`python3 -m sounddevice` lists them); empty: the default. With microphone at file: a "
        "WAV file, played once at its own pace.",
    )
    microphone_voice: str = option("default", "Id under which the microphone's sound is published and heard.")
    locale: str = option(
        "en",
        "Language of the voices (BCP 47); several, parted by commas (`en,de,fr,es,it`): found by the sound of each utterance, with a model "
        "of many languages (whisper-base).",
        live=True,
    )
    names: list[str] = option(
        ["Tektra"],
        "Names that the recogniser is told of, besides those of live robots and of the home: people, things, places.",
        live=True,
    )
    world_file: str = option("", "World file, for the names in it; empty: config/world.yaml.")
    speech_threshold: float = option(
        0.5, "Speech probability above which a frame is speech.", low=0.05, high=0.99, live=True
    )
    silence_threshold: float = option(
        0.35,
        "Speech probability below which a frame within speech is silence.",
        low=0.01,
        high=0.99,
        live=True,
    )
    start_ms: int = option(96, "Speech that begins an utterance.", unit="ms", low=32, high=2000, live=True)
    pause_ms: int = option(
        192,
        "Silence after which an utterance is recognised in advance.",
        unit="ms",
        low=64,
        high=2000,
        live=True,
    )
    end_ms: int = option(
        800,
        "Silence that ends an utterance of which the words do not tell.",
        unit="ms",
        low=100,
        high=5000,
        live=True,
    )
    end_over_ms: int = option(
        320,
        "Silence that ends a question, an answer or a whole order.",
        unit="ms",
        low=100,
        high=5000,
        live=True,
    )
    join_s: float = option(
        2.0,
        "What is said so soon after a sentence, and goes on with it, is joined to it; 0 for never.",
        unit="s",
        low=0.0,
        high=5.0,
        live=True,
    )
    end_open_ms: int = option(
        1600,
        "Silence that ends an utterance whose last words call for more: `go to the`.",
        unit="ms",
        low=100,
        high=5000,
        live=True,
    )
    pre_roll_ms: int = option(
        320,
        "Sound kept from before the first speech, so that no onset is cut off.",
        unit="ms",
        low=0,
        high=1000,
        live=True,
    )
    max_utterance_s: float = option(
        20.0, "Longest utterance; it is cut there.", unit="s", low=1.0, high=30.0, live=True
    )
    incremental_s: float = option(
        0.5,
        "How often a running utterance is recognised, 0 for only at pauses; a recogniser that needs longer rests for as long in between.",
        unit="s",
        low=0.0,
        high=10.0,
        live=True,
    )
    stale_s: float = option(
        1.0, "Without sound for so long, an open utterance ends.", unit="s", low=0.2, high=10.0, live=True
    )
    echo_canceller: str = option(
        "kalman", "Back end that takes Tektra's own sound out of what is heard, or none."
    )
    duplex: str = option(
        "auto",
        "Whether people are heard while Tektra speaks: half (only stop words), full (all, for headsets), or auto (all where Tektra's own "
        "sound is known and taken out).",
        choices=("auto", "half", "full"),
    )
    echo_tail_ms: int = option(
        300,
        "How long after Tektra's last sound its echo is still expected.",
        unit="ms",
        low=0,
        high=3000,
        live=True,
    )
    min_confidence: float = option(0.2, "Text that is less certain is refused.", low=0.0, high=1.0, live=True)
    transcribe_max_s: float = option(
        120.0, "Longest recording to transcribe.", unit="s", low=1.0, high=600.0, live=True
    )

    def check(self) -> None:
        """Raises OptionError for thresholds between which a frame is both."""
        if self.silence_threshold > self.speech_threshold:
            raise OptionError(
                f"silence_threshold = {self.silence_threshold}",
                f"give at most speech_threshold = {self.speech_threshold}",
            )

    def check_voices(self) -> None:
        """Raises OptionError for a voice that has no topic of its own, or a microphone without a voice."""
        for voice in self.voices:
            if not voice.replace("_", "").isalnum() or voice == "tektra":
                raise OptionError(
                    f"voices holds {voice!r}", "give names of letters, digits and _, except tektra"
                )
        if self.microphone_voice not in self.voices:
            raise OptionError(f"microphone_voice = {self.microphone_voice!r}", "give one of voices")

    @property
    def cancels_echo(self) -> bool:
        """Whether Tektra's own sound is taken out, where it is known."""
        return self.duplex == "auto" and self.echo_canceller != "none"

    def duplex_told(self, own_sound_known: bool) -> str:
        """In words: whether people are heard while Tektra speaks, and why not."""
        if self.duplex != "auto":
            return self.duplex
        if not self.cancels_echo:
            return "half: no echo canceller is chosen"
        return "full" if own_sound_known else "half: nobody publishes Tektra's own sound"
