# SPDX-License-Identifier: Apache-2.0
"""The voices of an ElevenLabs account, by its REST interface: **what is said leaves this machine.**

Nothing chooses it but a person: by `tts: elevenlabs`, or a voice's name. The key comes from ELEVENLABS_API_KEY at each request and appears
in no message. Its own client was not taken: three requests of it are needed, and it brings a second HTTP library. Not tried with the real
service: the tests drive a server that speaks its interface (/v1/voices, /v1/text-to-speech/{voice_id}/stream with pcm_24000).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.language.sentences import sentences
from tektra.speech_out.backends import SpeechPiece, VoiceChoice, check_speed

KEY, ADDRESS = "ELEVENLABS_API_KEY", "ELEVENLABS_BASE_URL"
SERVICE = "https://api.elevenlabs.io"
#: Theirs with the shortest wait, in 32 languages.
MODEL = "eleven_flash_v2_5"
RATE_HZ = 24000
#: What its speed can be; beyond, the nearest.
SLOW, FAST = 0.7, 1.2
LICENCE = "ElevenLabs' terms; the text goes to its servers"
#: Between two bytes, and in all.
SILENT_S, WHOLE_S = 10.0, 60.0
MOST_LIST_BYTES, MOST_SOUND_BYTES, MOST_VOICES = 8_000_000, 60 * 2 * RATE_HZ, 500
REMEDY = f"check the network and ${KEY}, or choose a voice of this machine (tektra voices)"


class ElevenLabs:
    """Meets Tts. `names`: voices that may be chosen without being named, the default first. `threads` is not used."""

    def __init__(self, names: list[str], threads: int) -> None:
        self._names = names
        self._voices: dict[str, tuple[str, VoiceChoice]] = {}  # by name: id, and what is told of it

    def load(self) -> None:
        """Asks for the account's voices. Blocks on the network."""
        if self._voices:
            return
        told = _json(_ask("GET", "/v1/voices", None, MOST_LIST_BYTES))
        entries = told.get("voices") if isinstance(told, dict) else None
        if not isinstance(entries, list):
            raise BackendError("ElevenLabs sent no list of voices", REMEDY)
        found: dict[str, tuple[str, VoiceChoice]] = {}
        for entry in entries[:MOST_VOICES]:
            if (voice := _voice(entry, found, self._names)) is not None:
                found[voice[1].name] = voice
        if not found:
            raise BackendError("this ElevenLabs account has no voices", "add one to it")
        first = [name for name in self._names if name in found]
        self._voices = {name: found[name] for name in dict.fromkeys((*first, *found))}

    def close(self) -> None:
        self._voices = {}

    def voices(self) -> list[VoiceChoice]:
        return [choice for _, choice in self._voices.values()]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        if not self._voices:
            raise BackendError("elevenlabs is not loaded", "call load() first")
        name = voice or next(iter(self._voices))
        if name not in self._voices:
            raise InputError(f"no voice is called {voice!r}", f"use one of {', '.join(self._voices)}")
        check_speed(speed)
        path = (
            f"/v1/text-to-speech/{quote(self._voices[name][0], safe='')}/stream?output_format=pcm_{RATE_HZ}"
        )
        settings = {"speed": round(min(max(speed, SLOW), FAST), 2)}
        for sentence in sentences(text):
            if any(letter.isalnum() for letter in sentence):
                body = {"text": sentence, "model_id": MODEL, "voice_settings": settings}
                sound = _ask("POST", path, body, MOST_SOUND_BYTES)
                samples = np.frombuffer(sound[: len(sound) & ~1], dtype="<i2").astype(np.int16)
                if len(samples):
                    yield SpeechPiece(samples, RATE_HZ, ())


def _voice(entry: Any, known: Mapping[str, object], names: list[str]) -> tuple[str, VoiceChoice] | None:
    """Its id and what is told of it; None for what is none."""
    if not isinstance(entry, dict) or not isinstance(entry.get("voice_id"), str):
        return None
    labels = found if isinstance(found := entry.get("labels"), dict) else {}
    said = re.sub(r"[^a-z0-9]+", "-", str(entry.get("name", "")).lower()).strip("-")[:40] or entry["voice_id"]
    name = f"elevenlabs-{said}"
    if name in known:
        name = f"{name}-{entry['voice_id'][:6]}"
    language = str(labels.get("language") or "en").lower()
    locale = language if re.fullmatch(r"[a-z]{2,3}", language) else "en"
    style = gender if (gender := str(labels.get("gender", "")).lower()) in ("female", "male") else ""
    choice = VoiceChoice(name, locale, RATE_HZ, LICENCE, style, only_named=name not in names, cloud=True)
    return entry["voice_id"], choice


def _ask(method: str, path: str, body: Mapping[str, object] | None, most_bytes: int) -> bytes:
    """What the service answers. No redirect is followed: the key would go with it. Raises BackendError without the service's words."""
    key = os.environ.get(KEY, "")
    if not key:
        raise BackendError("no key of an ElevenLabs account", f"export {KEY}=…")
    url = _address()
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    until_s = time.monotonic() + WHOLE_S
    try:
        link = kind(url.hostname or "", url.port, timeout=SILENT_S)
        try:
            headers = {"xi-api-key": key, "Content-Type": "application/json", "Accept": "*/*"}
            link.request(method, url.path.rstrip("/") + path, json.dumps(body) if body else None, headers)
            return _read(link.getresponse(), most_bytes, until_s)
        finally:
            link.close()
    except (
        OSError,
        ValueError,
        http.client.HTTPException,
    ) as error:  # ValueError: a key with a line's end in it
        reason = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
        raise BackendError(f"ElevenLabs failed ({reason})", REMEDY) from None


def _address() -> SplitResult:
    try:
        url = urlsplit(os.environ.get(ADDRESS) or SERVICE)
        is_one = url.scheme in ("http", "https") and bool(url.hostname) and (url.port or 1) > 0
    except ValueError:  # of a port, or of brackets, that are none
        is_one = False
    if not is_one:
        raise BackendError(f"${ADDRESS} is no address", f"give something like {SERVICE}")
    return url


def _read(response: http.client.HTTPResponse, most_bytes: int, until_s: float) -> bytes:
    if response.status != 200:
        raise BackendError(
            f"ElevenLabs answered {response.status} {http.client.responses.get(response.status, '')}".strip(),
            REMEDY,
        )
    parts, size = [], 0
    while part := response.read1(65536):
        parts.append(part)
        size += len(part)
        if size > most_bytes or time.monotonic() > until_s:
            raise BackendError("ElevenLabs sent more than was asked for, or too slowly", REMEDY)
    if response.length:
        raise BackendError("ElevenLabs ended in the middle of its answer", REMEDY)
    return b"".join(parts)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BackendError("ElevenLabs sent no list of voices", REMEDY) from None
