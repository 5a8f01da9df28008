# SPDX-License-Identifier: Apache-2.0
"""What can be set of speech_out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class SpeechOutOptions:
    """Parameters of /tektra/speech_out."""

    FIXED: ClassVar[str] = "voices and speaker are opened with it"

    tts: str = option("piper", "Back end that turns text into sound, for its voices' language.")
    tts_models: list[str] = option(
        ["piper-joe"], "Voices of that back end, as named in config/models.lock; the first is the default."
    )
    more_tts: list[str] = option(
        ["kokoro", "espeak"],
        "Back ends for other languages and voices, best first; those that are here are used.",
    )
    language: str = option("en", "Language of a text that does not show its own.", unit="BCP 47", live=True)
    tts_threads: int = option(2, "Threads of the synthesizer.", low=1, high=64)
    speaker: str = option(
        "auto",
        "Where sound goes: a back end's name, or auto (the sound device); while it is not there, speech keeps its pace in silence.",
    )
    speaker_device: str = option(
        "",
        "Which sound device: its name or a part of it (`python3 -m sounddevice` lists them); empty: the default.",
    )
    volume: float = option(
        1.0,
        "How loud it speaks; 1 is as loud as the voice was made, 0 is silence.",
        low=0.0,
        high=1.0,
        live=True,
    )
    speed: float = option(1.0, "How fast is spoken; 1 is the voice's own pace.", low=0.5, high=2.0, live=True)
    max_text_chars: int = option(
        4000, "Longest text to speak.", unit="characters", low=1, high=100000, live=True
    )
    max_waiting: int = option(20, "Most utterances that wait for their turn.", low=1, high=1000)
    first_piece_chars: int = option(
        60,
        "A longer first sentence is begun clause by clause, to sound sooner.",
        unit="characters",
        low=20,
        high=1000,
        live=True,
    )
    block_ms: int = option(
        40,
        "Sound handed to the speaker at a time; a stop acts between two.",
        unit="ms",
        low=10,
        high=500,
        live=True,
    )
