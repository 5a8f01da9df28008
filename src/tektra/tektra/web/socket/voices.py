# SPDX-License-Identifier: Apache-2.0
"""Which of Tektra's voices (/humans/voices/<id>) a page's microphone has, and whose words are heard on it.

Words come after their sound: what is heard on a voice is said by whoever had it when the speech ended, not by whoever has it now.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tektra.web.access.people import ApiError
from tektra.web.socket.session import SocketSession

#: A microphone that sends nothing for so long, in the middle of a sentence, is let go where another needs its voice.
SILENT_S = 5.0
#: Those who had a voice lately.
REMEMBERED = 16


@dataclass
class _Voice:
    name: str
    holder: SocketSession | None = None
    #: The session for which alone it is heard now; empty: for anybody.
    reserved: str = ""
    heard_s: float = 0.0
    had: deque[tuple[float, SocketSession]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


class Voices:
    """One thread; `now_s` is the time since the epoch by which sound is stamped."""

    def __init__(self, names: Iterable[str]) -> None:
        self._voices = [_Voice(name) for name in dict.fromkeys(names)]

    def of(self, one: SocketSession, now_s: float) -> tuple[str, bool]:
        """The voice of a socket that sends sound, and whether what was said on it before is to be ended first. Raises ApiError."""
        mine = next((voice for voice in self._voices if voice.holder is one), None)
        if mine is not None:
            mine.heard_s = now_s
            return mine.name, False
        found = self._free(one, now_s)
        if found is None:
            raise ApiError(
                503, "no_voice_free", "as many microphones are open as can be heard", "try again later"
            )
        ended = found.holder is not None
        found.holder, found.heard_s = one, now_s
        if not found.had or found.had[-1][1] is not one:  # who pauses between sentences is no other
            found.had.append((now_s, one))
        return found.name, ended

    def let_go(self, one: SocketSession) -> str:
        """The voice that a socket had, which comes behind the others; empty: none."""
        mine = next((voice for voice in self._voices if voice.holder is one), None)
        if mine is None:
            return ""
        mine.holder = None
        self._voices.remove(mine)
        self._voices.append(mine)
        return mine.name

    def who(self, name: str, at_s: float) -> SocketSession | None:
        """Who had the voice when a speech ended; its first holder, where that was before anybody had it: the clocks differ."""
        had = next((voice.had for voice in self._voices if voice.name == name), None)
        if not had:
            return None
        first = had[0][1] if len(had) < REMEMBERED else None
        return next((one for since_s, one in reversed(had) if since_s <= at_s), first)

    def heard(self, session_id: str) -> bool:
        """Whether a microphone of that session is open."""
        return bool(self._held(session_id))

    @contextmanager
    def reserved(self, session_id: str) -> Iterator[str]:
        """The voice on which that session was heard last, which nobody else gets meanwhile. Raises ApiError where none is open."""
        voice = max(self._held(session_id), key=lambda voice: voice.heard_s, default=None)
        if voice is None or voice.reserved:
            raise ApiError(
                409,
                "no_microphone",
                "no microphone of yours is heard",
                "open it in the page, and begin again",
            )
        voice.reserved = session_id
        try:
            yield voice.name
        finally:
            voice.reserved = ""

    def _held(self, session_id: str) -> list[_Voice]:
        return [
            voice
            for voice in self._voices
            if voice.holder is not None and voice.holder.person.session_id == session_id
        ]

    def _free(self, one: SocketSession, now_s: float) -> _Voice | None:
        """One that nobody has, first that which it had last: what was said on it before goes on; else one that is silent; else one of an account that has several, for an account that has none."""
        mine = one.person.session_id
        voices = [voice for voice in self._voices if voice.reserved in ("", mine)]
        held = sorted((voice for voice in voices if voice.holder), key=lambda voice: voice.heard_s)
        accounts = [voice.holder.person.account_id for voice in held if voice.holder]
        free = sorted(
            (voice for voice in voices if voice.holder is None),
            key=lambda voice: (voice.reserved != mine, not (voice.had and voice.had[-1][1] is one)),
        )
        free += [voice for voice in held if now_s - voice.heard_s > SILENT_S]
        if one.person.account_id not in accounts:
            free += [
                voice for voice, account in zip(held, accounts, strict=True) if accounts.count(account) > 1
            ]
        return free[0] if free else None
