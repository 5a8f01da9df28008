# SPDX-License-Identifier: Apache-2.0
"""Whether what is said is meant for Tektra, by its name. Times in s, on the chunks' clock; no model, no state but when it was meant last."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from tektra.speech_in.options import SpeechInOptions

#: A recogniser that does not know the name writes "Hey Tectra", "Hey, Tetra", "hey tech tra".
LIKE = 0.8
#: After the name alone, what is meant follows within this.
NAME_ALONE_S = 8.0

#: Stamps of one voice are as right as this.
CLOCKS_TREMBLE_S = 1.0

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Addressed:
    """Of one voice. One thread."""

    def __init__(self, options: SpeechInOptions) -> None:
        self._options = options
        self._opened_s, self._open_until_s = float("inf"), float("-inf")

    @property
    def _mode(self) -> str:
        return self._options.wake_word

    def waits(self, now_s: float) -> bool:
        """Whether its name is needed now."""
        return self._mode != "off" and not self._is_open(now_s)

    def take(self, text: str, *, named: bool, begin_s: float, end_s: float, final: bool) -> tuple[str, str]:
        """The text without the name, and why it is not for Tektra, which is empty when it is. `named`: the name is in it by its sound.
        `final`: only that opens the ear for what follows."""
        if self._mode == "off":
            return text, ""
        rest = self._without_name(text)
        if rest is None and not named and not self._is_open(begin_s):
            return text, "not said to Tektra"
        rest = text if rest is None else rest
        alone = not _WORD.search(rest)
        if final:
            self._opened_s, self._open_until_s = begin_s, end_s + self._open_s(alone)
        return rest, "its name alone" if alone else ""

    def meant(self, end_s: float) -> None:
        """The rest of a sentence that was meant was said until then."""
        self._opened_s = min(self._opened_s, end_s)
        self._open_until_s = max(self._open_until_s, end_s + self._open_s(False))

    def _is_open(self, now_s: float) -> bool:
        """Before it was opened it is not: a clock that was set back must not leave it open for as long."""
        return self._opened_s - CLOCKS_TREMBLE_S <= now_s <= self._open_until_s

    def _open_s(self, alone: bool) -> float:
        if self._mode == "rest":
            return self._options.wake_rest_s
        return NAME_ALONE_S if alone else float("-inf")

    def _without_name(self, text: str) -> str | None:
        """What is left when the name at its beginning or end is taken off; None when there is none."""
        words = list(_WORD.finditer(text))
        ends = [(words[:count], words[-count:]) for count in (3, 2, 1) if len(words) >= count]
        first = max((first for first, _ in ends), key=self._likeness, default=[])
        if self._likeness(first) >= LIKE:
            return text[first[-1].end() :].lstrip(" ,.!?;:–-")
        last = max((last for _, last in ends), key=self._likeness, default=[])
        if self._likeness(last) >= LIKE:
            return text[: last[0].start()].rstrip(" ,;:–-")
        return None

    def _likeness(self, words: list[re.Match[str]]) -> float:
        said = "".join(word.group().casefold() for word in words)
        names = ("".join(_WORD.findall(name.casefold())) for name in self._options.wake_words)
        return max((SequenceMatcher(None, said, name, autojunk=False).ratio() for name in names), default=0.0)
