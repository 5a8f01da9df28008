# SPDX-License-Identifier: Apache-2.0
"""Which voice speaks: by name, by style, by language; and what is told of those that are not here."""

from collections.abc import Iterator

import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.speech_out.backends import SpeechPiece, VoiceChoice
from tektra.speech_out.bank import VoiceBank


class Choir:
    """Meets Tts with the voices that it is given; its sound is as long as its name's place."""

    def __init__(self, *voices: VoiceChoice) -> None:
        self._voices = list(voices)
        self.closed = False

    def load(self) -> None: ...
    def close(self) -> None:
        self.closed = True

    def voices(self) -> list[VoiceChoice]:
        return self._voices

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        names = [known.name for known in self._voices]
        yield SpeechPiece(np.ones(1 + names.index(voice), np.int16), 8000, ())


class Absent(Choir):
    def load(self) -> None:
        raise MissingModel("kokoro is not here", "tektra models pull kokoro")


def bank(*more: Choir) -> VoiceBank:
    first = Choir(VoiceChoice("joe", "en-US", 22050, "CC0", "male"))
    second = Choir(
        VoiceChoice("emma", "en-GB", 24000, "Apache-2.0", "female"),
        VoiceChoice("dora", "es-ES", 24000, "Apache-2.0", "female"),
        VoiceChoice("alex", "es-ES", 24000, "Apache-2.0", "male"),
    )
    choirs = [first, second, *more]
    made = VoiceBank(
        [(f"choir{index}", lambda choir=choir: choir) for index, choir in enumerate(choirs)], "en"
    )
    made.load()
    return made


@pytest.mark.parametrize(
    ("voice", "language", "chosen"),
    [
        ("", "", "joe"),
        ("", "en", "joe"),
        ("", "en-GB", "emma"),
        ("", "en_GB", "emma"),
        ("", "en-AU", "joe"),
        ("", "es", "dora"),
        ("male", "es-MX", "alex"),
        ("female", "", "emma"),
        ("dora", "", "dora"),
        ("dora", "en", "dora"),
    ],
)
def test_a_voice_is_chosen_by_name_style_and_language(voice: str, language: str, chosen: str) -> None:
    assert bank().choose(voice, language).name == chosen


def test_an_unknown_voice_or_language_names_what_there_is() -> None:
    with pytest.raises(InputError, match="no voice is called 'bob': use one of joe, emma, dora, alex"):
        bank().choose("bob", "")
    with pytest.raises(InputError, match="no voice speaks 'xx': use one of en, es"):
        bank().choose("", "xx")


def test_one_that_is_missing_is_listed_with_its_remedy_and_the_others_speak() -> None:
    made = bank(Absent())
    assert [voice.name for voice in made.voices()] == ["joe", "emma", "dora", "alex"]
    remedies = {voice.name: remedy for _, voice, remedy in made.listed()}
    assert remedies["joe"] == ""
    assert "tektra models pull kokoro" in remedies["choir2"]
    with pytest.raises(InputError, match="tektra models pull kokoro"):
        made.choose("", "fr")
    (piece,) = made.synthesize("hi", "dora", 1.0)
    assert len(piece.samples) == 2


def test_without_any_synthesizer_it_says_why() -> None:
    with pytest.raises(MissingModel, match="pull kokoro"):
        VoiceBank([("kokoro", Absent)], "en").load()
    with pytest.raises(BackendError, match="no synthesizer is named"):
        VoiceBank([], "en").load()
