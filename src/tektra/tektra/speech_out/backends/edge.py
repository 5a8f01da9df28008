# SPDX-License-Identifier: Apache-2.0
"""The voices by which Microsoft's browser reads pages aloud, by edge-tts (LGPL-3.0): **what is said leaves this machine.**

Nothing chooses it but a person: by `tts: edge`, or a voice's name. It needs no key, and Microsoft may end it any day. edge-tts keeps up with
what its servers want, and is imported when a voice is first asked for. Not tried with the real service: the tests drive a server that speaks its protocol.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.common.wav import Int16s
from tektra.language.sentences import sentences
from tektra.speech_out.backends import SpeechPiece, VoiceChoice, check_speed

RATE_HZ = 24000
LICENCE = "Microsoft's terms; the text goes to its servers"
PULL = "pip install -r requirements/cloud_voices.in"
REMEDY = "check the network, or choose a voice of this machine (tektra voices)"
CONNECT_S, SILENT_S, LIST_S, WHOLE_S = 5, 10, 10.0, 60.0
#: A minute of what it sends, 48 kbit/s; no sentence is longer.
MOST_BYTES, MOST_VOICES = 60 * 6000, 1000


class Edge:
    """Meets Tts. `names`: voices that may be chosen without being named, the default first. `threads` is not used."""

    def __init__(self, names: list[str], threads: int) -> None:
        self._names = names
        self._voices: dict[str, VoiceChoice] = {}

    def load(self) -> None:
        """Asks for the voices that there are. Blocks on the network."""
        if self._voices:
            return
        library = _library()
        try:
            told = asyncio.run(asyncio.wait_for(library.list_voices(), LIST_S))
        except Exception as error:  # aiohttp's, edge-tts's and JSON's own kinds
            raise _failure(error) from None
        found = {voice.name: voice for entry in told[:MOST_VOICES] if (voice := _voice(entry, self._names))}
        if not found:
            raise BackendError("the service of Edge's voices told of none", REMEDY)
        first = [name for name in self._names if name in found]
        self._voices = {name: found[name] for name in dict.fromkeys((*first, *found))}

    def close(self) -> None:
        self._voices = {}

    def voices(self) -> list[VoiceChoice]:
        return list(self._voices.values())

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        if not self._voices:
            raise BackendError("edge is not loaded", "call load() first")
        name = voice or next(iter(self._voices))
        if name not in self._voices:
            raise InputError(f"no voice is called {voice!r}", "tektra voices lists them")
        check_speed(speed)
        for sentence in sentences(text):
            if any(letter.isalnum() for letter in sentence):
                samples = _spoken(sentence, name, speed)
                if len(samples):
                    yield SpeechPiece(samples, RATE_HZ, ())


def _voice(entry: Any, names: list[str]) -> VoiceChoice | None:
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(key), str) for key in ("ShortName", "Locale")
    ):
        return None
    name, locale = entry["ShortName"][:60], "-".join(entry["Locale"].split("-")[:2])
    style = gender if (gender := str(entry.get("Gender", "")).lower()) in ("female", "male") else ""
    return VoiceChoice(name, locale, RATE_HZ, LICENCE, style, only_named=name not in names, cloud=True)


def _spoken(text: str, voice: str, speed: float) -> Int16s:
    try:
        return _decoded(asyncio.run(asyncio.wait_for(_sound(text, voice, speed), WHOLE_S)))
    except BackendError:
        raise
    except Exception as error:  # aiohttp's, edge-tts's and PyAV's own kinds
        raise _failure(error) from None


async def _sound(text: str, voice: str, speed: float) -> bytes:
    """As MP3. Its own way without asyncio waits for ever when its thread fails."""
    rate = f"{round(100 * (speed - 1)):+d}%"
    asked = _library().Communicate(
        text, voice, rate=rate, connect_timeout=CONNECT_S, receive_timeout=SILENT_S
    )
    sound = bytearray()
    async for part in asked.stream():
        sound += part["data"] if part["type"] == "audio" else b""
        if len(sound) > MOST_BYTES:
            raise BackendError("Edge's voice does not end", REMEDY)
    return bytes(sound)


def _decoded(sound: bytes) -> Int16s:
    """MP3 as samples of RATE_HZ, shape (n,)."""
    import av  # 0.2 s, for nothing where nobody speaks so

    parts: list[Int16s] = []
    with av.open(io.BytesIO(sound), "r", format="mp3") as file:
        resampler = av.AudioResampler("s16", "mono", RATE_HZ)
        for frame in file.decode(audio=0):
            parts += [done.to_ndarray()[0] for done in resampler.resample(frame)]
        parts += [done.to_ndarray()[0] for done in resampler.resample(None)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _failure(error: Exception) -> BackendError:
    """In no words of the service's."""
    return BackendError(f"Edge's voices failed ({type(error).__name__})", REMEDY)


def _library() -> Any:
    try:
        import edge_tts
    except ImportError as error:
        raise BackendError(f"edge-tts is not here ({error})", PULL) from error
    return edge_tts
