# SPDX-License-Identifier: Apache-2.0
"""Voices to copy are kept sealed, with their consent, and go whole."""

import json
from pathlib import Path

import pytest

from tektra.common.errors import ConfigError, InputError
from tektra.common.sealing import Sealer
from tektra.common.voice_profiles import FRESH_S, VoiceProfile, VoiceProfiles, exported

CONSENT, SAMPLE = b"RIFF-consent", b"RIFF-sample"


@pytest.fixture
def known(tmp_path: Path) -> VoiceProfiles:
    return VoiceProfiles(tmp_path / "voices", lambda: Sealer((b"k" * 32,)))


def kept(known: VoiceProfiles, name: str = "Ann", id: str = "v1") -> VoiceProfile:
    profile = VoiceProfile(id, name, "en", "I agree.", 100.0, CONSENT, (SAMPLE,))
    known.keep(profile)
    return profile


def test_what_is_kept_comes_back_by_name_and_nothing_of_it_lies_open(
    known: VoiceProfiles, tmp_path: Path
) -> None:
    profile = kept(known)
    assert known.find("ann") == known.find("v1") == profile
    assert known.all() == [profile]
    on_disk = b"".join(file.read_bytes() for file in (tmp_path / "voices").iterdir())
    assert CONSENT not in on_disk
    assert b"Ann" not in on_disk
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "voices").iterdir())


def test_without_recordings_of_consent_and_voice_nothing_is_kept(known: VoiceProfiles) -> None:
    for consent, samples in ((b"", (SAMPLE,)), (CONSENT, ())):
        with pytest.raises(InputError, match="without a recorded consent"):
            known.keep(VoiceProfile("v1", "Ann", "en", "I agree.", 1.0, consent, samples))
    assert known.all() == []


def test_a_forgotten_voice_leaves_nothing(known: VoiceProfiles, tmp_path: Path) -> None:
    kept(known)
    assert known.forget("v1")
    assert not known.forget("v1")
    assert list((tmp_path / "voices").iterdir()) == []
    assert not known.forget("../voices/v1")


def test_one_name_has_one_voice_the_newest(known: VoiceProfiles) -> None:
    kept(known)
    newer = kept(known, id="v2")
    assert known.all() == [newer]


def test_all_that_is_kept_is_exported(known: VoiceProfiles) -> None:
    whole = json.loads(json.dumps(exported(kept(known))))
    assert set(whole) == {"id", "name", "language", "sentence", "agreed_s", "consent", "samples"}


def test_a_sentence_that_was_asked_for_holds_for_a_while_and_once(known: VoiceProfiles) -> None:
    with pytest.raises(InputError, match="no sentence of consent waits"):
        known.asked("Ann", 0.0)
    known.ask("Ann", "en", "first", 1000.0)
    known.ask("ann", "en", "second", 1010.0)
    assert known.asked("Ann", 1011.0).sentence == "second"
    for now_s in (1010.0 + FRESH_S + 1.0, 1009.0):  # too late, or a clock that was set back
        with pytest.raises(InputError, match="no sentence of consent waits"):
            known.asked("Ann", now_s)
    assert known.all() == []  # a sentence is no voice
    kept(known)
    with pytest.raises(InputError, match="no sentence of consent waits"):
        known.asked("Ann", 1012.0)


def test_another_key_or_a_moved_file_is_told_and_not_read(known: VoiceProfiles, tmp_path: Path) -> None:
    kept(known)
    other = VoiceProfiles(tmp_path / "voices", lambda: Sealer((b"x" * 32,)))
    with pytest.raises(ConfigError, match="bring back the keys"):
        other.all()
    (tmp_path / "voices" / "v1.voice").rename(tmp_path / "voices" / "v9.voice")
    with pytest.raises(ConfigError, match="cannot be read"):
        known.all()
