# SPDX-License-Identifier: Apache-2.0
"""Voices of clouds, against servers that speak their protocols: what they say, that nobody gets them who did not ask, and what fails how."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError
from tektra.ros.speech_messages import voice_info
from tektra.speech_out.backends import Tts
from tektra.speech_out.backends.edge import Edge
from tektra.speech_out.backends.elevenlabs import ADDRESS, KEY, ElevenLabs
from tektra.speech_out.bank import VoiceBank

sys.path.append(str(Path(__file__).parents[2] / "peers"))
import cloud_voices
from cloud_voices import RATE_HZ, S_A_LETTER, Seen

TEXT = "The kettle boils."
BY_NAME = {"elevenlabs": "elevenlabs-rachel", "edge": "en-US-AriaNeural"}
Made = Callable[..., Tts]


@pytest.fixture(params=["elevenlabs", "edge"])
def cloud(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Made, Seen]]:
    name = request.param
    with getattr(cloud_voices, name)() as seen:
        if name == "elevenlabs":
            monkeypatch.setenv(KEY, cloud_voices.KEY)
            monkeypatch.setenv(ADDRESS, seen.url)
            yield name, lambda *names: ElevenLabs(list(names) or ["elevenlabs"], 1), seen
        else:
            monkeypatch.setattr("edge_tts.communicate.WSS_URL", f"ws://{seen.url}/speak?token=1")
            monkeypatch.setattr("edge_tts.voices.VOICE_LIST", f"http://{seen.url}/voices?token=1")
            yield name, lambda *names: Edge(list(names) or ["edge"], 1), seen


def loaded(make: Made, *names: str) -> Tts:
    tts = make(*names)
    tts.load()
    tts.load()
    return tts


def test_it_says_each_sentence_at_the_speed_that_is_asked_for(cloud) -> None:
    name, make, seen = cloud
    tts = loaded(make)
    pieces = list(tts.synthesize(f"{TEXT} And then?", BY_NAME[name], 1.0))
    assert [asked["text"] for asked in seen.asked] == [TEXT, "And then?"]
    for piece, text in zip(pieces, (TEXT, "And then?"), strict=True):
        assert (piece.samples.dtype, piece.samples.ndim, piece.sample_rate_hz) == (np.int16, 1, RATE_HZ)
        assert piece.duration_s == pytest.approx(S_A_LETTER * len(text), abs=0.15)
        assert np.abs(piece.samples.astype(int)).max() > 4000
    (fast,) = tts.synthesize(TEXT, BY_NAME[name], 1.2)
    assert fast.duration_s == pytest.approx(pieces[0].duration_s / 1.2, abs=0.15)
    for speed in (0.4, 2.1, float("nan")):
        with pytest.raises(InputError, match="speed"):
            list(tts.synthesize(TEXT, BY_NAME[name], speed))
    with pytest.raises(InputError, match="'nobody'"):
        list(tts.synthesize(TEXT, "nobody", 1.0))
    tts.close()
    assert tts.voices() == []


def test_its_voices_say_that_the_text_leaves_the_machine(cloud) -> None:
    name, make, _ = cloud
    voices = loaded(make).voices()
    assert len({voice.name for voice in voices}) == len(voices) == 3
    assert BY_NAME[name] in {voice.name for voice in voices}
    for voice in voices:
        assert voice.cloud and voice.only_named
        assert "the text goes to its servers" in voice.licence
        told = voice_info(name, voice, "", ())
        assert told.cloud and told.available


class Local:
    """A voice of this machine."""

    def __init__(self, locale: str) -> None:
        from tektra.speech_out.backends import VoiceChoice

        self._voice = VoiceChoice("local", locale, 16000, "", "male")

    def load(self) -> None: ...
    def close(self) -> None: ...
    def voices(self) -> list:
        return [self._voice]


def test_nobody_gets_it_who_did_not_ask_for_it(cloud) -> None:
    name, make, seen = cloud
    bank = VoiceBank([("local", lambda: Local("it")), (name, make)], "it")
    bank.load()
    for voice in ("", "female", "male"):
        assert bank.choose(voice, "").name == "local"
        for language in ("en", "de"):  # which no voice of this machine speaks
            with pytest.raises(InputError, match="no voice speaks"):
                bank.choose(voice, language)
    assert bank.choose(BY_NAME[name], "").cloud
    assert not seen.asked
    chosen = VoiceBank([(name, lambda: make(BY_NAME[name]))], "en")
    chosen.load()
    assert chosen.choose("", "").name == BY_NAME[name]  # it was set as the voice
    assert all(voice.only_named for voice in chosen.voices()[1:])


@pytest.mark.parametrize(
    ("cloud", "wrong"),
    [("elevenlabs", "no json"), ("elevenlabs", "moved"), ("elevenlabs", "endless"), ("edge", "no json")],
    indirect=["cloud"],
)
def test_a_list_that_is_none_is_refused_in_words(cloud, wrong) -> None:
    _, make, seen = cloud
    seen.wrong = wrong
    with pytest.raises(BackendError, match="(ElevenLabs|Edge)"):
        make().load()


@pytest.mark.parametrize(
    ("cloud", "wrong"),
    [
        ("elevenlabs", "cut"), ("elevenlabs", "endless"), ("elevenlabs", "moved"),
        ("edge", "gone"), ("edge", "noise"),
    ],
    indirect=["cloud"],
)  # fmt: skip
def test_sound_that_breaks_off_or_is_none_ends_in_words_and_soon(cloud, wrong) -> None:
    name, make, seen = cloud
    tts = loaded(make)
    seen.wrong = wrong
    began_s = time.monotonic()
    with pytest.raises(BackendError) as told:
        list(tts.synthesize(TEXT, BY_NAME[name], 1.0))
    assert "tektra voices" in str(told.value)
    assert time.monotonic() - began_s < 30.0
    seen.wrong = ""
    assert list(tts.synthesize(TEXT, BY_NAME[name], 1.0))  # and it goes on


def test_a_wrong_key_is_told_without_it_and_without_the_services_words(monkeypatch) -> None:
    with cloud_voices.elevenlabs() as seen:
        monkeypatch.setenv(ADDRESS, seen.url)
        monkeypatch.delenv(KEY, raising=False)
        with pytest.raises(BackendError, match=f"export {KEY}"):
            ElevenLabs([], 1).load()
        for key in ("wrong", "with\r\nHost: elsewhere", "ü" * 9):
            monkeypatch.setenv(KEY, key)
            with pytest.raises(BackendError) as told:
                ElevenLabs([], 1).load()
            assert key not in str(told.value) and "secret words" not in str(told.value)


@pytest.mark.parametrize("make", [ElevenLabs, Edge])
def test_without_a_network_loading_fails_with_a_remedy(make, monkeypatch) -> None:
    monkeypatch.setenv(KEY, "a-key")
    monkeypatch.setenv(ADDRESS, "http://127.0.0.1:9")
    monkeypatch.setattr("edge_tts.voices.VOICE_LIST", "http://127.0.0.1:9/voices?token=1")
    with pytest.raises(BackendError, match="tektra voices"):
        make([], 1).load()


def test_without_its_package_edge_names_the_line_that_brings_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "edge_tts", None)
    with pytest.raises(BackendError, match=r"requirements/cloud_voices\.in"):
        Edge([], 1).load()


@pytest.mark.parametrize(
    "address", ["http://[half", "http://host:99999", "http://host:port", "host", "ftp://host"]
)
def test_an_address_that_is_none_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(KEY, "k")
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(BackendError, match="ELEVENLABS_BASE_URL is no address"):
        ElevenLabs([], 1).load()
