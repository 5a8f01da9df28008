# SPDX-License-Identifier: Apache-2.0
"""Whose voice it is, who is a guest, and how a voice is learnt. The encoder here makes what the sound says: its first samples."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError
from tektra.common.known_people import KnownPeople
from tektra.common.sealing import Sealer
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.speakers import (
    GUEST,
    PATIENCE_S,
    SENTENCES,
    Speakers,
    VoiceEnrolment,
    gallery,
)
from tektra.speech_in.voice import Heard

SIZE, MODEL = 16, "m"
VOICES = {name: np.eye(SIZE, dtype=np.float32)[n] for n, name in enumerate(("ada", "bob", "tv"))}


class Encoder:
    """Meets SpeakerEncoder."""

    model = MODEL

    def __init__(self, broken: bool = False) -> None:
        self.runs, self.broken = 0, broken

    def load(self) -> None:
        if self.broken:
            raise BackendError("no model", "pull it")

    def close(self) -> None: ...
    def embed(self, samples: np.ndarray) -> np.ndarray:
        self.runs += 1
        if not samples.any():
            raise InputError("no speech", "say something")
        return np.asarray(samples[:SIZE] / np.linalg.norm(samples[:SIZE]), np.float32)


def heard(who: str, speech_s: float = 2.0, kind: Kind = Kind.ENDED, first: int = 0) -> Heard:
    samples = np.zeros(int(16000 * max(speech_s, 0.1)), np.float32)
    samples[:SIZE] = VOICES.get(who, np.zeros(SIZE))
    utterance = Utterance(samples, first, first + len(samples), int(16000 * speech_s))
    return Heard("default", kind, utterance, while_tektra_spoke=False, speech_end_s=1.0)


@pytest.fixture
def known(tmp_path: Path) -> KnownPeople:
    return KnownPeople(tmp_path / "people", lambda: Sealer((b"k" * 32,)))


def speakers_of(
    known: KnownPeople, encoder=Encoder, report=lambda error: None, steady=lambda: 0.0
) -> Speakers:
    return Speakers(known, encoder, MODEL, ("default", "default"), report, steady, lambda: 50.0)


def enrol(known: KnownPeople, name: str, role: str = "operator") -> None:
    known.enrol(name, role, "voice", [VOICES[name]], model=MODEL, now_s=1.0)


def test_while_nobody_is_known_nothing_is_loaded_and_nobody_has_a_role(known: KnownPeople) -> None:
    made: list[Encoder] = []
    speakers = speakers_of(known, lambda: made.append(Encoder()) or made[-1])  # type: ignore[func-returns-value]
    assert speakers.who(heard("ada")).role == "" and made == []


def test_a_known_voice_has_its_role_and_any_other_is_a_guest(known: KnownPeople) -> None:
    enrol(known, "ada")
    speakers = speakers_of(known)
    ada = speakers.who(heard("ada"))
    assert (ada.name, ada.role) == ("ada", "operator") and ada.confidence > 0.99
    for other in (heard("tv", first=9), heard("silence", first=5), heard("ada", speech_s=0.3, first=7)):
        assert (speakers.who(other).name, speakers.who(other).role) == ("", GUEST)


def test_an_utterance_is_listened_to_once_at_its_pause_and_anew_when_it_goes_on(known: KnownPeople) -> None:
    enrol(known, "ada")
    encoder = Encoder()
    speakers = speakers_of(known, lambda: encoder)
    for kind in (Kind.PAUSED, Kind.ENDED):
        assert speakers.who(heard("ada", kind=kind)).name == "ada"
    assert encoder.runs == 1
    speakers.who(heard("ada", speech_s=3.0))
    assert encoder.runs == 2


def test_where_voices_cannot_be_told_everybody_is_a_guest_and_it_is_said(known: KnownPeople) -> None:
    enrol(known, "ada")
    told: list[Exception] = []
    speakers = speakers_of(known, lambda: Encoder(broken=True), told.append)
    assert speakers.who(heard("ada")).role == GUEST
    assert "no model" in str(told[0])


def test_who_is_forgotten_is_a_guest_as_long_as_anybody_is_known(known: KnownPeople) -> None:
    enrol(known, "ada")
    enrol(known, "bob", "guest")
    speakers = speakers_of(known)
    assert speakers.who(heard("ada")).name == "ada"
    known.forget(known.find("ada").id)  # type: ignore[union-attr]
    assert (speakers.who(heard("ada")).name, speakers.who(heard("ada")).role) == ("", GUEST)


def learn(known: KnownPeople, name: str, says: list[Heard]) -> Speakers:
    """Enrols `name` while these utterances are heard, one at each look."""
    waiting, now_s = list(says), [0.0]
    speakers = speakers_of(known, steady=lambda: now_s[0])

    def wait(seconds: float) -> bool:
        now_s[0] += seconds if waiting else PATIENCE_S
        if waiting:
            assert speakers.who(waiting.pop(0)).enrolling
        return False

    try:
        speakers.enrol(SimpleNamespace(name=name, role="operator", source=""), wait)
    finally:
        assert not speakers.who(heard("tv", first=77)).enrolling
    return speakers


def test_a_voice_is_learnt_from_sentences_that_are_no_requests(known: KnownPeople) -> None:
    speakers = learn(known, "ada", [heard("ada", 2.6, first=n) for n in range(SENTENCES)])
    (ada,) = known.all()
    assert (ada.name, ada.role, len(ada.prints["voice"].vectors)) == ("ada", "operator", SENTENCES)
    assert speakers.who(heard("ada", first=99)).name == "ada"


def test_what_is_said_while_the_print_is_written_is_no_request(known: KnownPeople) -> None:
    """It was a request of nobody: the enrolment had ended, and the print was not there yet."""
    speakers = speakers_of(known)
    keep, meanwhile = known.enrol, []

    def enrol_slowly(*given, **more):
        meanwhile.append(speakers.who(heard("ada", first=50)))
        return keep(*given, **more)

    known.enrol = enrol_slowly  # type: ignore[method-assign]
    said = iter([heard("ada", 2.6, first=n) for n in range(SENTENCES)])
    wish = SimpleNamespace(name="ada", role="operator", source="")
    speakers.enrol(wish, lambda _: not speakers.who(next(said)).enrolling)
    assert [speaker.enrolling for speaker in meanwhile] == [True]
    assert speakers.who(heard("ada", first=60)).role == "operator"


@pytest.mark.parametrize(
    "says",
    [
        [],
        [heard("ada", 2.6, first=n) for n in range(SENTENCES - 1)],
        [heard("ada", 0.9, first=n) for n in range(20)],
        [heard("ada" if n % 2 else "tv", 2.6, first=n) for n in range(20)],
        [heard("ada", 2.6, kind=Kind.PAUSED, first=n) for n in range(9)],
    ],
)
def test_too_little_too_short_or_two_voices_are_not_learnt(known: KnownPeople, says: list[Heard]) -> None:
    with pytest.raises(InputError, match="not enough"):
        learn(known, "ada", says)
    assert known.all() == []


def test_a_known_voice_is_not_learnt_under_a_second_name(known: KnownPeople) -> None:
    enrol(known, "ada")
    with pytest.raises(InputError, match="another name"):
        learn(known, "bob", [heard("ada", 2.6, first=n) for n in range(9)])
    assert [person.name for person in known.all()] == ["ada"]
    again = VoiceEnrolment("ADA", gallery(known.all(), model=MODEL))
    again.add(VOICES["ada"], 3.0)
    assert not again.refused and len(again.vectors) == 1
