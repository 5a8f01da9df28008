# SPDX-License-Identifier: Apache-2.0
"""Whose words are heard: a voice goes from one page's microphone to the next, and words come after their sound."""

import base64
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tektra.common.access import Role
from tektra.speech_in.options import SpeechInOptions
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.socket.session import SocketSession
from tektra.web.socket.voices import SILENT_S, Voices

PCM = base64.b64encode(bytes(4)).decode()


def socket_of(name: str, number: int = 0) -> SocketSession:
    return SocketSession(f"{name}{number}", SignedInPerson(f"id-{name}", name, Role.GUEST, "s", 1e12))


def test_words_are_those_of_whoever_had_the_voice_when_they_ended() -> None:
    voices = Voices(["web1"])
    anna, ben = socket_of("anna"), socket_of("ben")
    assert voices.of(anna, 10.0) == ("web1", False)
    assert voices.let_go(anna) == "web1"
    voices.of(ben, 20.0)
    assert voices.who("web1", 19.9) is anna
    assert voices.who("web1", 20.5) is ben
    assert voices.who("web1", 9.0) is anna and voices.who("default", 20.5) is None
    for number in range(20):  # of one who pauses between sentences, and had it all the while
        voices.let_go(ben), voices.of(ben, 30.0 + number)
    assert voices.who("web1", 9.0) is anna
    for number in range(20):
        one = (anna, ben)[number % 2]
        voices.let_go((ben, anna)[number % 2]), voices.of(one, 60.0 + number)
    assert voices.who("web1", 9.0) is None  # too many had it since


def test_who_goes_on_after_a_pause_has_the_voice_that_they_had_if_it_is_free() -> None:
    """What was said before the pause goes on: each sentence came on another voice, on which Tektra waited for its name."""
    voices = Voices(["web1", "web2", "web3"])
    anna, ben = socket_of("anna"), socket_of("ben")
    for at_s in (0.0, 10.0, 20.0):
        assert voices.of(anna, at_s)[0] == "web1"
        assert voices.of(ben, at_s + 1.0)[0] == "web2"
        voices.let_go(anna), voices.let_go(ben)
    assert voices.of(socket_of("carl"), 30.0)[0] == "web3", "that of nobody, before that of another"
    voices.of(socket_of("dora"), 31.0)
    assert voices.of(anna, 32.0)[0] == "web2"


def test_a_microphone_that_sends_nothing_keeps_nobody_from_speaking() -> None:
    voices = Voices(["web1", "web2"])
    anna, ben, carl = socket_of("anna"), socket_of("ben"), socket_of("carl")
    voices.of(anna, 0.0), voices.of(ben, 4.0)
    with pytest.raises(ApiError, match="as many microphones"):
        voices.of(carl, SILENT_S)
    assert voices.of(carl, SILENT_S + 0.1) == ("web1", True)  # what anna had begun is to be ended
    assert voices.of(ben, SILENT_S + 0.2) == ("web2", False)
    with pytest.raises(ApiError, match="as many microphones"):
        voices.of(anna, SILENT_S + 0.3)


def test_one_account_with_all_voices_leaves_one_to_an_account_without() -> None:
    voices = Voices(["web1", "web2", "web3"])
    greedy = [socket_of("anna", number) for number in range(3)]
    for number, one in enumerate(greedy):
        voices.of(one, float(number))
    with pytest.raises(ApiError):
        voices.of(socket_of("anna", 3), 3.0)
    assert voices.of(socket_of("ben"), 3.0) == ("web1", True)
    assert voices.of(socket_of("carl"), 3.1) == ("web2", True)
    with pytest.raises(ApiError):
        voices.of(socket_of("dora"), 3.2)


def heard(text: str, at_s: float) -> dict[str, Any]:
    stamp = {"sec": int(at_s), "nanosec": int(at_s % 1 * 1e9)}
    header = {"stamp": stamp, "frame_id": ""}
    return {"header": header, "incremental": "", "final": text, "confidence": 0.9}


def test_who_leaves_in_the_middle_of_a_sentence_puts_no_words_into_the_next_ones_mouth(
    make_desk: Any,
) -> None:
    desk = make_desk(voices=["web1"])

    def sounds() -> list[Any]:
        return [message for topic, message in desk.graph.published if topic == "/humans/voices/web1/audio"]

    guest, operator = desk.socket("guest"), desk.socket("operator")
    guest.say(type="voice_data", audio=PCM)
    desk.until(sounds, "the guest is heard")
    said_s = time.time()
    guest.wire.close()
    desk.until(lambda: sounds()[-1]["last"], "what the guest had begun is ended")
    operator.say(type="voice_data", audio=PCM)
    desk.until(lambda: not sounds()[-1]["last"], "the operator is heard")
    say = desk.loop.call_soon_threadsafe
    say(desk.graph.say, "/humans/voices/web1/speech", heard("Rover one, go to the kitchen.", said_s))
    say(desk.graph.say, "/humans/voices/web1/speech", heard("What time is it?", time.time()))
    desk.until(lambda: desk.graph.goals, "the operator's own words are asked")
    assert [goal["text"] for _, goal in desk.graph.goals] == ["What time is it?"]
    operator.wire.close()


def test_a_voice_that_is_learnt_from_is_nobody_elses_meanwhile() -> None:
    voices = Voices(["web1"])
    anna, ben = socket_of("anna"), socket_of("ben")
    anna.person, ben.person = (replace(one.person, session_id=one.person.name) for one in (anna, ben))
    with pytest.raises(ApiError, match="no microphone"), voices.reserved("anna"):
        pass
    voices.of(anna, 0.0)
    with voices.reserved("anna") as name:
        assert name == "web1"
        with pytest.raises(ApiError, match="as many microphones"):
            voices.of(ben, 99.0)  # though it is silent
        voices.let_go(anna)
        with pytest.raises(ApiError, match="as many microphones"):
            voices.of(ben, 99.0)  # though nobody holds it
        assert voices.of(anna, 99.1) == ("web1", False)
        with pytest.raises(ApiError, match="no microphone"), voices.reserved("anna"):
            pass
    assert voices.of(ben, 199.0) == ("web1", True)


def test_the_page_sends_sound_for_longer_than_the_rest_of_a_sentence_is_waited_for() -> None:
    """Else it would be the page that cuts a sentence in whose middle somebody thinks."""
    gate = Path(__file__).parents[3] / "src" / "tektra_web" / "public" / "worklets" / "soundGate.js"
    said = re.search(r"HANG_OVER_S = ([\d.]+);", gate.read_text())
    assert said and float(said[1]) * 1000 >= SpeechInOptions().end_open_ms + 200
