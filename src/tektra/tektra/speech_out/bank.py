# SPDX-License-Identifier: Apache-2.0
"""All synthesizers as one, and which voice speaks a text: by name, by style, by language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tektra.common import backends, models
from tektra.common.errors import BackendError, InputError, TektraError
from tektra.speech_out.backends import SpeechPiece, Tts, VoiceChoice
from tektra.speech_out.options import SpeechOutOptions

STYLES = ("female", "male")


def makers(options: SpeechOutOptions) -> list[tuple[str, Callable[[], Tts]]]:
    """Of the back ends that the options name, the default first. Making one may raise BackendError."""

    def make(name: str) -> Tts:
        models_of = options.tts_models if name == options.tts else [name]
        made: Tts = backends.load("tts", name)(models_of, options.tts_threads)
        return made

    return [(name, partial(make, name)) for name in dict.fromkeys((options.tts, *options.more_tts))]


class VoiceBank:
    """Meets Tts. `makers`: by name, in order of preference; `load` takes those that are on this machine, and is content with
    one. Voices of config/models.lock that are not pulled are known too, and named with their remedy."""

    def __init__(
        self, makers: Sequence[tuple[str, Callable[[], Tts]]], default_language: str | Callable[[], str]
    ) -> None:
        self._makers = makers
        self._default = default_language
        self._loaded: dict[str, Tts] = {}
        self.missing: dict[str, TektraError] = {}

    def load(self) -> None:
        """Raises the first back end's error when none can speak."""
        for name, make in self._makers:
            if name in self._loaded:
                continue
            try:
                tts = make()
                tts.load()
            except TektraError as error:
                self.missing[name] = error
            else:
                self._loaded[name] = tts
                self.missing.pop(name, None)
        if not self._loaded:
            raise next(iter(self.missing.values()), BackendError("no synthesizer is named", "set tts"))

    def close(self) -> None:
        for tts in self._loaded.values():
            tts.close()
        self._loaded = {}

    def voices(self) -> list[VoiceChoice]:
        return [voice for tts in self._loaded.values() for voice in tts.voices()]

    def listed(self) -> list[tuple[str, VoiceChoice, str]]:
        """Back end, voice and remedy (empty for those that are here) of all that are known."""
        here = [(name, voice, "") for name, tts in self._loaded.items() for voice in tts.voices()]
        known = {voice.name for _, voice, _ in here}
        gone = [(name, VoiceChoice(name, "", 0), str(error)) for name, error in self.missing.items()]
        for entry in models.lock().models.values():
            if entry.kind == "tts" and entry.name not in known and not models.is_here(entry.name):
                choice = VoiceChoice(entry.name, "", 0, entry.licence)
                gone.append(("", choice, f"tektra models pull {entry.name}"))
        return here + gone

    def choose(self, voice: str, language: str) -> VoiceChoice:
        """`voice`: a name, a style (female, male) or empty; `language`: BCP 47, empty for the voice's own or the default.
        Raises InputError that names what there is."""
        voices = self.voices()
        if voice and voice not in STYLES:
            return self._named(voice, voices)
        voices = [known for known in voices if not known.only_named]
        wanted = _tag(language or self._language)
        fits = [known for known in voices if _tag(known.locale)[:1] == wanted[:1]]
        if not fits:
            languages = ", ".join(sorted({_tag(known.locale)[0] for known in voices}))
            raise InputError(
                f"no voice speaks {language or self._language!r}", f"use one of {languages}{self._remedies()}"
            )
        fits.sort(key=lambda known: len(wanted) > 1 and _tag(known.locale) != wanted)
        return next((known for known in fits if not voice or known.style == voice), fits[0])

    @property
    def _language(self) -> str:
        return self._default if isinstance(self._default, str) else self._default()

    def refuses(self, options: SpeechOutOptions) -> str:
        """Why it cannot speak by these options; empty: it can."""
        try:
            self.choose("", options.language)
        except InputError as error:
            return str(error)
        return ""

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        chosen = self.choose(voice, "")
        for tts in self._loaded.values():
            if chosen in tts.voices():
                return tts.synthesize(text, chosen.name, speed)
        raise BackendError("the voices are not loaded", "call load() first")

    def _named(self, voice: str, voices: Sequence[VoiceChoice]) -> VoiceChoice:
        for known in voices:
            if known.name == voice:
                return known
        for _, known, remedy in self.listed():
            if known.name == voice:
                raise InputError(f"the voice {voice!r} is not on this machine", remedy)
        names = ", ".join(known.name for known in voices) or "none"
        raise InputError(
            f"no voice is called {voice!r}", f"use one of {names}, or a style: {', '.join(STYLES)}"
        )

    def _remedies(self) -> str:
        return "".join(f"; {error}" for error in self.missing.values())


def _tag(locale: str) -> tuple[str, ...]:
    return tuple(locale.replace("_", "-").lower().split("-"))
