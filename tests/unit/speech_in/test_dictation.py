# SPDX-License-Identifier: Apache-2.0
"""What is recognised, skipped, believed, and taken for a stop. The recogniser here says what it is told to."""

from dataclasses import replace

import numpy as np
import pytest

from tektra.common.doubt import is_unsure
from tektra.common.errors import BackendError
from tektra.speech_in.backends import Float32s, Transcript
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import OwnSpeech
from tektra.speech_in.own_voice import OwnWord
from tektra.speech_in.voice import Heard


class Scripted:
    """Meets Stt."""

    def __init__(self, *texts: str, confidence: float = 0.9, no_speech: float = 0.0) -> None:
        self.texts = list(texts)
        self.confidence, self.no_speech = confidence, no_speech
        self.runs = 0

    def load(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def close(self) -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        self.runs += 1
        if not self.texts:
            raise BackendError("no more texts", "give more")
        return Transcript(self.texts.pop(0), self.confidence, locale, self.no_speech)


def heard(kind: Kind, *, first: int = 0, end: int = 16000, muted: bool = False, speech: int = 16000) -> Heard:
    utterance = Utterance(np.zeros(end - first, np.float32), first, end, speech)
    return Heard("v", kind, utterance, while_tektra_spoke=muted, speech_end_s=end / 16000)


def dictation(stt: Scripted, **options) -> tuple[Dictation, list[Said]]:
    said: list[Said] = []
    return Dictation(stt, SpeechInOptions(**options), said.append), said


def test_what_was_recognised_at_the_pause_is_final_at_the_end_without_a_second_run() -> None:
    """pipecat#1694: answers came 2 to 5 s after the end of speech."""
    stt = Scripted("go forward")
    made, said = dictation(stt)
    made.take(heard(Kind.PAUSED))
    made.take(heard(Kind.ENDED))
    assert stt.runs == 1
    assert [(one.final, one.transcript.text) for one in said if one.transcript] == [
        (False, "go forward"),
        (True, "go forward"),
    ]


@pytest.mark.parametrize(
    ("text", "robots"),
    [
        ("stop rover one", ("rover1",)),
        ("stop", ()),
        ("stop rover seven", ()),
        ("stop the arm and rover two", ("arm1", "rover2")),
    ],
)
def test_a_stop_is_of_the_robots_that_it_names_and_of_all_in_doubt(
    text: str, robots: tuple[str, ...]
) -> None:
    made, said = dictation(Scripted(text))
    made.robots = frozenset({"rover1", "rover2", "arm1"})
    made.take(heard(Kind.ENDED))
    assert (said[0].stops, said[0].robots) == (True, robots)


def test_what_was_added_after_the_pause_is_recognised_anew() -> None:
    stt = Scripted("go", "go forward")
    made, said = dictation(stt)
    made.take(heard(Kind.PAUSED, end=8000))
    made.take(heard(Kind.ENDED, end=16000))
    assert said[-1].transcript is not None
    assert said[-1].transcript.text == "go forward"


def test_a_provisional_text_that_is_overtaken_is_not_computed_but_an_end_always_is() -> None:
    stt = Scripted("a b", "c d")
    made, said = dictation(stt)
    grown, ended, later = (
        heard(Kind.GROWN),
        heard(Kind.ENDED, end=16512),
        heard(Kind.GROWN, first=32000, end=48000),
    )
    for one in (grown, ended, later):
        made.expect(one)
    for one in (grown, ended, later):
        made.take(one)
    assert [one.heard for one in said] == [ended, later]
    assert made.skipped == 1


def test_a_stop_is_told_at_the_first_sign_and_once() -> None:
    made, said = dictation(Scripted("Stop!", "Stop! Stop!"))
    made.take(heard(Kind.PAUSED, end=8000))
    made.take(heard(Kind.ENDED, end=16000))
    assert [one.stops for one in said] == [True, False]
    made, said = dictation(Scripted("Stop.", "Stop."))
    made.take(heard(Kind.ENDED))
    made.take(heard(Kind.ENDED, first=32000, end=48000))
    assert [one.stops for one in said] == [True, True]


def test_of_who_speaks_on_a_stop_counts_when_the_next_text_still_says_so() -> None:
    made, said = dictation(Scripted("Stop", "Stop at the kitchen", "Stop at the kitchen door."))
    for kind, end in ((Kind.GROWN, 8000), (Kind.GROWN, 16000), (Kind.ENDED, 32000)):
        made.take(heard(kind, end=end))
    assert [one.stops for one in said] == [False, False, False]
    made, said = dictation(Scripted("Stop", "Stop now", "Stop now please."))
    for kind, end in ((Kind.GROWN, 8000), (Kind.GROWN, 16000), (Kind.ENDED, 32000)):
        made.take(heard(kind, end=end))
    assert [one.stops for one in said] == [False, True, False]
    made, said = dictation(Scripted("Stop", "Stop"))  # two utterances: neither speaks for the other
    for first in (0, 64000):
        made.take(heard(Kind.GROWN, first=first, end=first + 8000))
    assert not any(one.stops for one in said)


def test_a_pause_is_heard_anew_with_its_silence_though_the_text_before_it_ended_there_too() -> None:
    stt = Scripted("top", "Stop.")
    made, said = dictation(stt)
    made.take(heard(Kind.GROWN, end=8000))
    made.take(heard(Kind.PAUSED, end=8000))
    assert stt.runs == 2
    assert [one.stops for one in said] == [False, True]


def test_who_has_hardly_begun_takes_no_turn_by_a_provisional_text() -> None:
    own = OwnSpeech((), echoes=True, cancelled=True, over=True)
    for kind, speech, takes in (
        (Kind.GROWN, 8000, False),
        (Kind.GROWN, 24000, True),
        (Kind.PAUSED, 8000, True),
    ):
        made, said = dictation(Scripted("no, the office"))
        made.take(replace(heard(kind, end=32000, speech=speech), own=own))
        assert said[0].interrupts is takes, (kind, speech)


def test_a_stop_over_tektra_s_own_voice_counts_and_nothing_else_does() -> None:
    made, said = dictation(Scripted("stop", "go forward"))
    made.take(heard(Kind.ENDED, muted=True))
    made.take(heard(Kind.ENDED, first=32000, end=48000, muted=True))
    assert [(one.stops, one.only_stops) for one in said] == [(True, True), (False, True)]
    made, said = dictation(Scripted("go forward"), duplex="full")
    made.take(heard(Kind.ENDED, muted=True))
    assert not said[0].only_stops


def over_own_words(
    text: str, own: str, *, cancelled: bool = True, kind: Kind = Kind.ENDED
) -> tuple[Dictation, Said]:
    """What comes of a text that is heard while Tektra says `own`, in one microphone with it."""
    made, said = dictation(Scripted(text))
    words = tuple(OwnWord(word, 0.1 * at) for at, word in enumerate(own.split()))
    made.take(replace(heard(kind), own=OwnSpeech(words, echoes=True, cancelled=cancelled)))
    return made, said[0]


@pytest.mark.parametrize("cancelled", [True, False])
def test_tektra_s_own_words_are_neither_turn_nor_stop(cancelled: bool) -> None:
    """esphome/home-assistant-voice-pe#537, FutureProofHomes/Satellite1-ESPHome#569: it heard itself."""
    made, said = over_own_words("Stop signs are red. Stop.", "Stop signs are red. Stop.", cancelled=cancelled)
    assert (said.transcript, said.stops) == (None, False)
    assert "Tektra's own voice" in said.refused
    assert made.own_voice == 1
    _, said = over_own_words("Go to the kitchen.", "I said: go to the kitchen.", cancelled=cancelled)
    assert said.transcript is None


@pytest.mark.parametrize("cancelled", [True, False])
@pytest.mark.parametrize("text", ["Stop!", "Stop signs are red. Stop!", "I am going stop"])
def test_a_person_s_stop_over_tektra_s_voice_counts(text: str, cancelled: bool) -> None:
    own = "Stop signs are red." if "red" in text else "I am going to the kitchen."
    assert over_own_words(text, own, cancelled=cancelled)[1].stops


def test_a_person_is_heard_over_tektra_s_voice_where_that_is_taken_out() -> None:
    _, said = over_own_words("No, the office.", "I am going to the kitchen.")
    assert said.transcript is not None
    assert not said.only_stops
    assert over_own_words("No, the office.", "I go to the kitchen.", cancelled=False)[1].only_stops


def test_seven_sentences_of_its_own_are_no_turn_of_anybody() -> None:
    """hermes-agent#75780: seven turns of a talk with itself. Some words are misheard, as of an echo."""
    for own, heard_back in (
        ("I see two people and a bicycle.", "I see two people and the bicycle."),
        ("The battery of rover one is at eighty percent.", "the battery of rover 1 is at eighty percent"),
        ("Shall I go on, or do you want me to wait?", "Shall I go on or do you want me to wait?"),
        ("Rover two will go to the kitchen.", "Rover two will go to the kitchen"),
        ("You are welcome.", "You are welcome."),
        ("What shall I do?", "What shall I do?"),
        ("I did not understand you.", "I did not understand you."),
    ):
        for cancelled in (True, False):
            for kind in (Kind.PAUSED, Kind.ENDED):
                _, said = over_own_words(heard_back, own, cancelled=cancelled, kind=kind)
                assert (said.transcript, said.stops, said.interrupts) == (None, False, False)


@pytest.mark.parametrize(
    "kinds",
    [
        (Kind.PAUSED, Kind.ENDED),
        (Kind.GROWN, Kind.PAUSED, Kind.GROWN, Kind.PAUSED, Kind.ENDED),
        (Kind.ENDED,),
    ],
)
def test_a_sentence_is_final_once(kinds: tuple[Kind, ...]) -> None:
    """pipecat#4707: the same answer came twice, as its question had."""
    made, said = dictation(Scripted(*["What do you see?"] * 9))
    for kind in kinds:
        made.take(heard(kind))
    assert [one.transcript.text for one in said if one.final and one.transcript] == ["What do you see?"]


def test_what_the_recogniser_makes_of_an_echo_s_rest_is_no_turn_but_a_stop_in_it_counts() -> None:
    """ "Thank you." out of what was left while the filter was still learning."""
    for text, stops in (("Thank you.", False), ("Stop!", True)):
        said: list[Said] = []
        made = Dictation(Scripted(text), SpeechInOptions(), said.append)
        made.take(replace(heard(Kind.ENDED), own=OwnSpeech((), echoes=True, cancelled=True, alone=True)))
        assert (said[0].transcript, said[0].stops) == (None, stops)


@pytest.mark.parametrize(
    ("text", "interrupts"),
    [
        ("Mm-hm.", False),
        ("Yeah.", False),
        ("Okay, right.", False),
        ("Ha ha ha.", False),
        ("Yeah, but take the other one.", True),
        ("No, the office.", True),
        ("umm okay stop", True),
        ("Stop!", True),
    ],
)
def test_who_takes_the_turn_while_tektra_speaks(text: str, interrupts: bool) -> None:
    """livekit/agents#2339, #3981, #4019: "yeah, but …" and "umm okay stop" do, fillers do not."""
    said: list[Said] = []
    made = Dictation(Scripted(text), SpeechInOptions(), said.append)
    made.take(replace(heard(Kind.PAUSED), own=OwnSpeech((), echoes=True, cancelled=True, over=True)))
    assert said[0].interrupts is interrupts


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech", "interrupts"),
    [
        ("Thank you.", 0.5, 0.8, False),
        ("T-T-T-T-T-T", 0.59, 0.79, False),
        ("Ah, cool.", 0.38, 0.63, False),
        ("Help.", 0.4, 0.2, False),
        ("No, the office.", 0.5, 0.2, True),
        ("No!", 0.7, 0.2, True),
        ("No, the office.", 0.8, 0.7, True),
        ("Stop!", 0.5, 0.8, True),
    ],
)
def test_laughter_takes_no_turn_whatever_the_recogniser_makes_of_it(
    text: str, confidence: float, no_speech: float, interrupts: bool
) -> None:
    """Of a laugh or a sneeze it makes words that it doubts itself: Tektra goes on where it stopped. "Stop" always counts."""
    said: list[Said] = []
    stt = Scripted(text, text, confidence=confidence, no_speech=no_speech)
    made = Dictation(stt, SpeechInOptions(), said.append)
    made.take(replace(heard(Kind.ENDED), own=OwnSpeech((), echoes=True, cancelled=True, over=True)))
    assert said[0].interrupts is interrupts


def test_nobody_interrupts_who_does_not_speak_over_tektra() -> None:
    said: list[Said] = []
    made = Dictation(Scripted("No, the office."), SpeechInOptions(), said.append)
    made.take(heard(Kind.ENDED))
    assert not said[0].interrupts


def said_at(kind: Kind, begin_s: float, end_s: float) -> Heard:
    """An utterance whose speech begins and ends then, on the chunks' clock."""
    first, end = int((begin_s - 0.32) * 16000), int(end_s * 16000)
    return Heard("v", kind, Utterance(np.zeros(end - first, np.float32), first, end, 8000), False, end_s)


@pytest.mark.parametrize(("pause_s", "texts"), [(0.7, 1), (1.9, 1), (2.2, 0)])
def test_what_goes_on_soon_enough_is_said_again_with_its_beginning(pause_s: float, texts: int) -> None:
    made, said = dictation(Scripted("Go to the kitchen.", "And then to the office."))
    made.take(said_at(Kind.ENDED, 1.0, 2.0))
    made.take(said_at(Kind.ENDED, 2.0 + pause_s, 5.0))
    whole = "Go to the kitchen and then to the office."
    assert [one.transcript.text for one in said if one.transcript].count(whole) == texts


def test_a_sentence_is_as_sure_as_the_least_sure_of_its_parts() -> None:
    stt = Scripted("Go to the kitchen.", "And then to the office.", confidence=0.4)
    made, said = dictation(stt)
    made.take(said_at(Kind.ENDED, 1.0, 2.0))
    stt.confidence = 0.9
    made.take(said_at(Kind.ENDED, 2.7, 5.0))
    assert said[-1].transcript is not None
    assert said[-1].transcript.text == "Go to the kitchen and then to the office."
    assert said[-1].transcript.confidence == 0.4


@pytest.mark.parametrize(
    ("texts", "confidence", "unsure"),
    [
        (("Turn left by 17 degrees.", "Turn left by 70 degrees."), 0.86, True),
        (("Turn left by 17 degrees.", "turn left by seventeen degrees"), 0.86, False),
        (("Turn left by 17 degrees.", "Turn left by 17 degrees."), 0.6, True),
        (("Turn left by 45 degrees.", "Turn left by 45 degrees."), 0.6, False),
        (("Turn left by seventy degrees.",), 0.95, False),
        (("Go through the hall.", "Go to the hall."), 0.81, True),
        (("Go to the hall.",), 0.5, True),
    ],
)
def test_what_was_not_heard_surely_is_heard_once_more_and_is_in_doubt_where_it_comes_otherwise(
    texts: tuple[str, ...], confidence: float, unsure: bool
) -> None:
    """ "Seventy" was heard as "17" with 0.77, "go to the hall" as "go through the hall" with 0.81."""
    stt = Scripted(*texts, confidence=confidence)
    made, said = dictation(stt)
    made.take(said_at(Kind.ENDED, 1.0, 3.0))
    assert stt.runs == len(texts)
    assert said[-1].transcript is not None
    assert said[-1].transcript.text == texts[0]
    assert is_unsure(said[-1].transcript.confidence) is unsure


def test_a_stop_is_told_without_a_second_look_and_so_is_a_provisional_text() -> None:
    stt = Scripted("stop", "go to the", confidence=0.6)
    made, said = dictation(stt)
    made.take(heard(Kind.ENDED))
    assert said[-1].stops
    made.take(said_at(Kind.PAUSED, 3.0, 4.0))
    assert stt.runs == 2


def test_talk_without_an_end_is_no_sentence_without_an_end() -> None:
    pieces = [f"and then he went on to the house number {number}" for number in range(90)]
    made, said = dictation(Scripted(*pieces))
    for number in range(90):
        at = number * 20 * 16000
        made.take(heard(Kind.ENDED, first=at, end=at + 20 * 16000, speech=20 * 16000))
    texts = [one.transcript.text for one in said if one.transcript is not None]
    assert len(texts) == 90
    assert max(map(len, texts)) < 600


def test_what_another_person_adds_is_not_said_in_the_name_of_the_first() -> None:
    made, said = dictation(Scripted("Go to the kitchen.", "And then to the office."))
    made.take(said_at(Kind.ENDED, 1.0, 2.0))
    made.take(said_at(Kind.ENDED, 2.7, 4.0))
    assert said[-1].of_one_speaker(True).text == "Go to the kitchen and then to the office."
    assert said[-1].of_one_speaker(False).text == "And then to the office."
    assert said[0].of_one_speaker(False).text == "Go to the kitchen."


def test_nothing_is_joined_to_a_stop_nor_to_what_was_refused() -> None:
    made, said = dictation(Scripted("Go to the kitchen. Stop!", "And then to the office."))
    made.take(said_at(Kind.ENDED, 1.0, 2.0))
    made.take(said_at(Kind.ENDED, 2.5, 4.0))
    assert said[-1].transcript is not None
    assert said[-1].transcript.text == "And then to the office."


def test_with_a_wake_word_only_a_stop_is_heard_without_it() -> None:
    texts = (
        "And now the news.",
        "Hey Tektra, go to the kitchen.",
        "And then to the office.",
        "Turn left.",
        "Stop!",
    )
    made, said = dictation(Scripted(*texts), wake_word="on")
    for number in range(len(texts)):
        made.take(said_at(Kind.ENDED, 3.0 * number + 1.0, 3.0 * number + 3.0))
    assert [one.transcript.text if one.transcript else one.refused for one in said] == [
        "not said to Tektra",
        "go to the kitchen.",
        "go to the kitchen and then to the office.",
        "not said to Tektra",
        "Stop!",
    ]
    assert [one.stops for one in said] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("text", "silence_ms"),
    [
        ("Rover one, go to the.", 1600),
        ("Go to the kitchen.", 320),
        ("Rover one.", 800),
        ("What do you see?", 320),
        ("Yes.", 320),
    ],
)
def test_the_words_before_a_pause_say_how_long_it_may_last(text: str, silence_ms: int) -> None:
    ends: list[int] = []
    made = Dictation(
        Scripted(text, text), SpeechInOptions(), lambda said: None, lambda heard, ms: ends.append(ms)
    )
    made.take(heard(Kind.PAUSED))
    made.take(heard(Kind.ENDED))
    assert ends == [silence_ms]


@pytest.mark.parametrize(
    ("stt", "speech", "why"),
    [
        (Scripted("Thanks for watching!", confidence=0.3, no_speech=0.9), 16000, "no speech"),
        (Scripted("Thank you.", confidence=0.57, no_speech=0.74), 3000, "no speech"),
        (Scripted("Ah, cool.", confidence=0.3, no_speech=0.54), 5000, "no speech"),
        (Scripted("Thanks for watching!"), 512, "only 0.03 s of speech"),
        (Scripted("."), 16000, "no words"),
        (Scripted(""), 16000, "no words"),
        (Scripted("mumble", confidence=0.1), 16000, "confidence 0.10"),
        (
            Scripted("Thank you very much for watching this video of mine"),
            3200,
            "10 words in 0.2 s of speech",
        ),
        (Scripted("I am going. " * 20), 16000 * 20, "the same words over and over"),
    ],
)
def test_what_whisper_makes_up_is_refused_with_the_reason(stt: Scripted, speech: int, why: str) -> None:
    """WhisperLive#185: "Thanks for watching" out of silence."""
    made, said = dictation(stt)
    made.take(heard(Kind.ENDED, speech=speech))
    assert said[0].transcript is None
    assert why in said[0].refused


@pytest.mark.parametrize(
    ("confidence", "no_speech"),
    [(0.57, 0.47), (0.7, 0.65), (0.38, 0.5)],
    ids=["a word", "Mm-hm", "a far word"],
)
def test_what_may_be_a_word_is_believed(confidence: float, no_speech: float) -> None:
    made, said = dictation(Scripted("Right.", confidence=confidence, no_speech=no_speech))
    made.take(heard(Kind.ENDED))
    assert said[0].transcript is not None


def test_a_sneeze_that_sounds_like_a_stop_is_none() -> None:
    sneeze, said = dictation(Scripted("That's cool.", confidence=0.39, no_speech=0.58))
    sneeze.take(replace(heard(Kind.PAUSED, speech=5000), likely_stop=True))
    assert not said[0].stops


def test_a_stop_counts_although_whisper_doubts_that_there_was_speech() -> None:
    made, said = dictation(Scripted("Stop.", confidence=0.3, no_speech=0.7))
    made.take(heard(Kind.ENDED))
    assert said[0].stops
    assert said[0].transcript is None


@pytest.mark.parametrize(("confidence", "speech"), [(0.1, 16000), (0.9, 512)])
def test_a_stop_out_of_a_click_or_a_mumble_is_no_stop(confidence: float, speech: int) -> None:
    made, said = dictation(Scripted("Stop.", confidence=confidence))
    made.take(heard(Kind.ENDED, speech=speech))
    assert not said[0].stops


def test_a_failing_recogniser_is_the_caller_s_to_know() -> None:
    made, _ = dictation(Scripted())
    with pytest.raises(BackendError):
        made.take(heard(Kind.ENDED))


@pytest.mark.parametrize(
    ("text", "confidence", "likely", "stops"),
    [
        ("Firma.", 0.35, True, True),  # a recogniser of English, and an Italian "ferma!"
        ("", 0.0, True, True),
        ("Firma.", 0.35, False, False),
        ("Hello.", 0.9, True, False),
    ],
)
def test_what_sounds_like_a_stop_is_one_where_the_recogniser_is_in_doubt(
    text: str, confidence: float, likely: bool, stops: bool
) -> None:
    made, said = dictation(Scripted(text, confidence=confidence))
    made.take(replace(heard(Kind.PAUSED, speech=6000), likely_stop=likely))
    assert said[0].stops is stops


@pytest.mark.parametrize(
    ("moved", "options", "stops"),
    [(True, {}, True), (False, {}, False), (True, {"stop_at_alarms": False}, False)],
)
def test_a_cry_that_names_no_stop_stops_all_while_something_is_moved(
    moved: bool, options, stops: bool
) -> None:
    made, said = dictation(Scripted("You're pinching my finger!"), **options)
    made.robots, made.moved = frozenset({"rover1"}), moved
    made.take(heard(Kind.ENDED))
    assert (said[0].stops, said[0].robots) == (stops, ())


def test_talk_stops_nothing_while_something_is_moved() -> None:
    made, said = dictation(Scripted("My foot is better today."))
    made.moved = True
    made.take(heard(Kind.ENDED))
    assert not said[0].stops
