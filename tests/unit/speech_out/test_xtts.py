# SPDX-License-Identifier: Apache-2.0
"""The back end of copied voices, over a stand-in of coqui's interface: its weights are nowhere near."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError
from tektra.common.voice_profiles import VoiceProfile, VoiceProfiles, voice_profiles
from tektra.speech_out.backends import VoiceChoice
from tektra.speech_out.backends.xtts import RATE_HZ, Xtts
from tektra.speech_out.bank import VoiceBank
from tektra.speech_out.watermark import is_marked

SAID: list[dict[str, Any]] = []


class Engine:
    """As TTS.api.TTS."""

    def __init__(self, model: str, progress_bar: bool) -> None:
        self.model = model

    def tts(self, text: str, speaker_wav: list[str], language: str, speed: float) -> list[float]:
        files = [Path(file) for file in speaker_wav]
        SAID.append(
            {
                "text": text,
                "files": files,
                "read": [file.read_bytes() for file in files],
                "language": language,
            }
        )
        rng = np.random.default_rng(len(text))
        low = np.convolve(rng.standard_normal(3 * RATE_HZ), np.ones(24) / 24, "same")
        return list(0.5 * low / np.abs(low).max())


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[VoiceProfiles]:
    monkeypatch.setattr("tektra.common.paths.data_dir", lambda: tmp_path)
    api = ModuleType("TTS.api")
    api.TTS = Engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "TTS", ModuleType("TTS"))
    monkeypatch.setitem(sys.modules, "TTS.api", api)
    SAID.clear()
    return voice_profiles()


def agrees(known: VoiceProfiles) -> None:
    known.keep(VoiceProfile("v1", "Ann", "en", "I agree.", 86400.0, b"consent", (b"one", b"two")))


def test_where_nobody_agreed_it_refuses_to_load(known: VoiceProfiles) -> None:
    with pytest.raises(BackendError, match="nobody has agreed"):
        Xtts(["xtts"], 1).load()


def test_who_agreed_is_copied_with_a_mark_and_a_label_and_leaves_no_file(known: VoiceProfiles) -> None:
    agrees(known)
    made = Xtts(["xtts"], 1)
    made.load()
    (voice,) = made.voices()
    assert (voice.name, voice.locale) == ("Ann", "en")
    assert "a copy of Ann's voice, by consent of 1970-01-02" in voice.licence
    first, second = made.synthesize("Hello there. I am here.", "Ann", 1.0)
    assert SAID[0]["read"] == [b"one", b"two"]
    assert not any(file.exists() for said in SAID for file in said["files"])
    assert is_marked(first.samples, RATE_HZ)
    assert is_marked(second.samples, RATE_HZ)


def test_who_takes_it_back_is_silent_from_the_next_sentence_on(known: VoiceProfiles) -> None:
    agrees(known)
    made = Xtts(["xtts"], 1)
    made.load()
    pieces = made.synthesize("Hello there. I am here.", "Ann", 1.0)
    next(pieces)
    known.forget("v1")
    with pytest.raises(InputError, match="no voice is called 'Ann'"):
        next(pieces)
    assert made.voices() == []


def test_a_copy_is_never_chosen_by_itself(known: VoiceProfiles) -> None:
    agrees(known)
    bank = VoiceBank([("xtts", lambda: Xtts(["xtts"], 1))], "en")
    bank.load()
    assert bank.choose("Ann", "").only_named
    for asked in ("", "female"):
        with pytest.raises(InputError, match="no voice speaks 'en'"):
            bank.choose(asked, "en")
    with pytest.raises(InputError):
        list(bank.synthesize("Hello.", "", 1.0))


def test_a_missing_engine_names_the_remedy(known: VoiceProfiles, monkeypatch: pytest.MonkeyPatch) -> None:
    agrees(known)
    monkeypatch.setitem(sys.modules, "TTS.api", None)
    made = Xtts(["xtts"], 1)
    made.load()
    with pytest.raises(BackendError, match=r"requirements/coqui.in"):
        list(made.synthesize("Hello.", "Ann", 1.0))


def test_the_choice_says_it_is_for_the_name_alone() -> None:
    assert not VoiceChoice("x", "en", 1).only_named
