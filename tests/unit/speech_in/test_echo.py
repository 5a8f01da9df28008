# SPDX-License-Identifier: Apache-2.0
"""What Tektra says and hears again is no turn; what a person says over it is. Noise in syllables stands for speech here."""

import numpy as np
import pytest

from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.kalman import KalmanEchoCanceller
from tektra.speech_in.echo import compare, unexplained
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import OwnSound
from tektra.speech_in.own_voice import OwnVoice, OwnWord
from tektra.speech_in.spotting import Spotting
from tektra.speech_in.voice import Chunk, Voice

RATE = SAMPLE_RATE_HZ


def syllables(seed: int, length_s: float) -> Float32s:
    """Coloured noise that comes and goes four times a second."""
    rng = np.random.default_rng(seed)
    length = int(length_s * RATE)
    noise = np.convolve(rng.standard_normal(length), np.exp(-np.arange(40) / 8), mode="same")
    steps = np.arange(length // 2000 + 2) * 2000
    loud = np.interp(np.arange(length), steps, rng.random(len(steps)))
    return (noise * loud * 0.05).astype(np.float32)


def in_the_room(sound: Float32s, delay_s: float, gain_db: float) -> Float32s:
    rng = np.random.default_rng(7)
    room = rng.standard_normal(1600) * np.exp(-np.arange(1600) / 300) * 0.15
    room[0] = 1.0
    echo = np.convolve(sound, room)[: len(sound)] * 10 ** (gain_db / 20)
    late = np.concatenate([np.zeros(int(delay_s * RATE)), echo])[: len(sound)]
    return (late + 1e-4 * rng.standard_normal(len(sound))).astype(np.float32)


def cancelled(canceller: KalmanEchoCanceller, near: Float32s, far: Float32s) -> Float32s:
    whole = len(near) - len(near) % FRAME_SAMPLES
    frames = [slice(at, at + FRAME_SAMPLES) for at in range(0, whole, FRAME_SAMPLES)]
    return np.concatenate([canceller.process(near[frame], far[frame]) for frame in frames])


def level_db(sound: Float32s) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-12))


@pytest.mark.parametrize(("delay_s", "gain_db"), [(0.02, -6), (0.3, -20), (0.6, -6)])
def test_own_sound_is_taken_out_at_any_delay_up_to_600_ms(delay_s: float, gain_db: float) -> None:
    far = syllables(1, 8.0)
    near = in_the_room(far, delay_s, gain_db)
    canceller = KalmanEchoCanceller()
    clean = cancelled(canceller, near, far)
    assert level_db(near[6 * RATE : len(clean)]) - level_db(clean[6 * RATE :]) > 15.0
    assert canceller.reduction_db() > 8.0


def test_what_a_person_says_over_it_stays_as_it_is() -> None:
    far, person = syllables(1, 9.0), syllables(2, 1.0)
    near = in_the_room(far, 0.1, -6.0)
    at = 7 * RATE
    near[at : at + RATE] += person
    clean = cancelled(KalmanEchoCanceller(), near, far)
    assert np.corrcoef(clean[at : at + RATE], person)[0, 1] > 0.9
    assert np.corrcoef(near[at : at + RATE], person)[0, 1] < 0.9


def test_without_own_sound_nothing_changes() -> None:
    person = syllables(2, 0.512)
    assert np.array_equal(
        cancelled(KalmanEchoCanceller(), person, np.zeros_like(person)), person[: 16 * FRAME_SAMPLES]
    )


def test_a_delay_that_jumps_is_followed() -> None:
    far = syllables(1, 16.0)
    near = np.concatenate([in_the_room(far, 0.05, -6)[: 6 * RATE], in_the_room(far, 0.4, -6)[6 * RATE :]])
    clean = cancelled(KalmanEchoCanceller(), near, far)
    assert level_db(near[14 * RATE : len(clean)]) - level_db(clean[14 * RATE :]) > 10.0


@pytest.mark.parametrize("delay_s", [0.0, 0.06, 0.5, 1.0])
@pytest.mark.parametrize("gain_db", [-6, -40])
def test_an_echo_is_known_by_its_sound_with_its_delay(delay_s: float, gain_db: float) -> None:
    far = syllables(3, 5.0)
    lead = int(1.2 * RATE)
    at = 2 * RATE
    near = in_the_room(far, delay_s, gain_db)[at : at + RATE]
    match = compare(near, far[at - lead : at + RATE], lead)
    assert match.is_echo
    assert match.delay_s == pytest.approx(delay_s, abs=0.003)


def test_another_s_voice_is_no_echo() -> None:
    lead = int(1.2 * RATE)
    far = syllables(3, 2.2)
    assert not any(compare(syllables(seed, 1.0), far, lead).is_echo for seed in range(10, 30))


def said(text: str) -> tuple[OwnWord, ...]:
    return tuple(OwnWord(word, float(at)) for at, word in enumerate(text.split()))


@pytest.mark.parametrize(
    ("heard", "own", "left"),
    [
        ("Stop signs are red. Stop.", "Stop signs are red. Stop.", ""),
        ("stop sign are read", "Stop signs are red. Stop.", ""),
        ("Stop.", "Stop signs are red.", ""),
        ("Stop signs are red. Stop!", "Stop signs are red.", "Stop!"),
        ("Stop!", "I am going to the kitchen.", "Stop!"),
        ("I am going no the office to the kitchen", "I am going to the kitchen", "no the office"),
        ("I'm going to the kitchen.", "I’m going to the kitchen.", ""),
        ("Go to the kitchen.", "", "Go to the kitchen."),
        ("", "Stop", ""),
    ],
)
def test_own_words_are_taken_out_of_a_text(heard: str, own: str, left: str) -> None:
    assert unexplained(heard, said(own)) == left


def test_own_sound_of_today_is_found_as_quickly_as_that_of_1970() -> None:
    """Indices of 10^13 once took the ear minutes: numpy wraps them one turn at a time."""
    voice = OwnVoice()
    today_s = 1_790_000_000.0
    voice.hear(sounding(syllables(1, 1.0)), RATE, today_s)
    assert voice.sound(today_s + 0.1, 4000).any()


def sounding(samples: Float32s) -> np.ndarray:
    return (samples * 32767).astype(np.int16)


@pytest.mark.parametrize("rate", [16000, 22050, 24000])
def test_own_sound_is_found_by_its_time_whatever_its_rate(rate: int) -> None:
    voice = OwnVoice()
    tone = (np.sin(np.arange(rate) / rate * 2 * np.pi * 300) * 8000).astype(np.int16)
    for at in range(0, rate, rate // 25):
        voice.hear(tone[at : at + rate // 25], rate, 1000.0 + at / rate + (0.004 if at % 2 else 0.0))
    voice.hear(tone, rate, 1005.0)
    wanted = np.sin(np.arange(4000) / RATE * 2 * np.pi * 300 + 2 * np.pi * 0.1 * 300) * 8000 / 32768
    assert np.corrcoef(voice.sound(1000.1, 4000), wanted)[0, 1] > 0.99
    assert not voice.sound(1002.0, 4000).any()
    assert voice.sounded(1000.5, 1000.6)
    assert not voice.sounded(1001.2, 1004.9)


def test_what_was_cut_off_did_not_sound() -> None:
    voice = OwnVoice()
    voice.hear(sounding(syllables(1, 1.0)), RATE, 50.0)
    voice.ended(50.4)
    assert voice.sound(50.0, 6400).any()
    assert not voice.sound(50.4, 8000).any()
    assert not voice.sounded(50.5, 51.0)
    voice.hear(sounding(syllables(1, 1.0)), RATE, 60.0)
    assert voice.sound(60.0, RATE).any()


def test_a_person_who_begins_over_tektra_is_told_from_its_echo_within_a_tenth_of_a_second() -> None:
    own_sound = syllables(1, 16.0)
    near = in_the_room(own_sound, 0.1, -12.0)
    begins = 15 * SAMPLE_RATE_HZ // FRAME_SAMPLES * FRAME_SAMPLES
    near[begins:] += 0.3 * syllables(2, 16.0)[begins : len(near)]
    said = OwnVoice()
    said.hear(sounding(own_sound), SAMPLE_RATE_HZ, 100.0)
    own = OwnSound(said, KalmanEchoCanceller())
    own.line_up(0, 100.0)
    over = []
    for at in range(0, len(near) - FRAME_SAMPLES, FRAME_SAMPLES):
        own.take_out(near[at : at + FRAME_SAMPLES], at)
        if own.person_over(at + FRAME_SAMPLES):
            over.append(at)
    loud = [at for at in over if at < begins]
    assert (
        len(loud) < 0.05 * begins / FRAME_SAMPLES
    )  # and those are between its words, where nothing is taken for speech
    assert min(at for at in over if at >= begins) - begins < 0.15 * SAMPLE_RATE_HZ


def test_an_echo_33_db_over_the_room_is_nobody_and_a_person_over_it_is_somebody() -> None:
    """innate-os#610: its loudspeaker was 33 dB louder in its microphone than the room."""
    own_sound = syllables(1, 14.0)
    near = in_the_room(own_sound, 0.1, 0.0)
    noise_db = level_db(near) - 33.0
    near += 10 ** (noise_db / 20) * np.random.default_rng(3).standard_normal(len(near)).astype(np.float32)
    begins = 12 * SAMPLE_RATE_HZ // FRAME_SAMPLES * FRAME_SAMPLES
    near[begins : begins + SAMPLE_RATE_HZ] += 2 * syllables(2, 1.0)
    said = OwnVoice()
    said.hear(sounding(own_sound), SAMPLE_RATE_HZ, 100.0)
    own = OwnSound(said, KalmanEchoCanceller())
    own.line_up(0, 100.0)
    clean: list[Float32s] = []
    over = []
    for at in range(0, begins + SAMPLE_RATE_HZ, FRAME_SAMPLES):
        clean.append(own.take_out(near[at : at + FRAME_SAMPLES], at))
        over += [at] if own.person_over(at + FRAME_SAMPLES) else []
    first = 8 * SAMPLE_RATE_HZ // FRAME_SAMPLES * FRAME_SAMPLES
    whole = np.concatenate(clean)
    echo = own.within(Utterance(whole[first:begins], first, begins, begins - first))
    person = own.within(Utterance(whole[begins:], begins, begins + SAMPLE_RATE_HZ, SAMPLE_RATE_HZ))
    assert echo is not None
    assert echo.alone
    assert person is not None
    assert not person.alone
    assert min(at for at in over if at >= begins) - begins < 0.2 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("person", [False, True])
def test_who_says_stop_just_when_tektra_does_is_heard_and_tektras_own_is_not(person: bool) -> None:
    own_sound = syllables(1, 14.0)
    near = in_the_room(own_sound, 0.1, -6.0)
    first = 12 * RATE // FRAME_SAMPLES * FRAME_SAMPLES
    end = first + RATE
    if person:
        near[first:end] += syllables(2, 1.0)
    said = OwnVoice()
    said.hear(sounding(own_sound), RATE, 100.0)
    said.said("Stop.", 112.3)
    own = OwnSound(said, KalmanEchoCanceller())
    own.line_up(0, 100.0)
    clean = [own.take_out(near[at : at + FRAME_SAMPLES], at) for at in range(0, end, FRAME_SAMPLES)]
    found = own.within(Utterance(np.concatenate(clean)[first:end], first, end, RATE))
    assert found is not None and found.echoes
    assert unexplained("Stop!", found.words) == ("Stop!" if person else "")


class Listener:
    """Meets Spotter. Takes everything for a word, when it is told to."""

    window, says = FRAME_SAMPLES, 0.0

    def load(self) -> None: ...
    def close(self) -> None: ...

    def scores(self, samples: Float32s) -> dict[str, float]:
        return {"stop": self.says}


class Faint:
    """Meets Vad. What is left of an echo is speech to it."""

    def load(self) -> None: ...
    def close(self) -> None: ...
    def reset(self) -> None: ...

    def probability(self, frame: Float32s) -> float:
        return float(np.abs(frame).max() > 1e-3)


@pytest.mark.parametrize("person", [False, True])
def test_what_is_left_of_tektras_own_voice_stops_nothing_and_a_person_over_it_does(person: bool) -> None:
    own_sound = syllables(1, 15.0)
    near = in_the_room(own_sound, 0.1, -12.0)
    if person:
        near[10 * SAMPLE_RATE_HZ : 11 * SAMPLE_RATE_HZ] += syllables(2, 1.0)
    said, spotter = OwnVoice(), Listener()
    said.hear(sounding(own_sound), SAMPLE_RATE_HZ, 100.0)
    own = OwnSound(said, KalmanEchoCanceller())
    own.known = True
    made = Voice("v", Faint(), SpeechInOptions(), own, Spotting(spotter))
    stops = []
    for sequence, at in enumerate(range(0, len(near) - FRAME_SAMPLES, FRAME_SAMPLES)):
        now_s = at / SAMPLE_RATE_HZ
        spotter.says = float(9.0 < now_s < 11.5)
        frame = sounding(near[at : at + FRAME_SAMPLES])
        news = made.feed(Chunk(frame, SAMPLE_RATE_HZ, 1, sequence, False, 100.0 + now_s), now_s)
        stops += [now_s for one in news if one.kind is Kind.SPOTTED]
    assert bool(stops) is person


@pytest.mark.parametrize("person", [False, True])
@pytest.mark.parametrize("below_echo_db", [0.0, 6.0])
def test_in_a_noisy_room_a_person_is_heard_over_tektra_too(person: bool, below_echo_db: float) -> None:
    """What is left of the echo is lost in the noise, so that its canceller can show no more than some decibels."""
    own_sound = syllables(1, 12.0)
    near = in_the_room(own_sound, 0.1, -12.0)
    noise_db = level_db(near) - below_echo_db
    near += 10 ** (noise_db / 20) * np.random.default_rng(3).standard_normal(len(near)).astype(np.float32)
    first, end = (second * RATE // FRAME_SAMPLES * FRAME_SAMPLES for second in (10, 11))
    if person:
        near[first:end] += 2 * syllables(2, 1.0)[: end - first]
    said = OwnVoice()
    said.hear(sounding(own_sound), RATE, 100.0)
    own = OwnSound(said, KalmanEchoCanceller())
    own.line_up(0, 100.0)
    clean = [own.take_out(near[at : at + FRAME_SAMPLES], at) for at in range(0, end, FRAME_SAMPLES)]
    found = own.within(Utterance(np.concatenate(clean)[first:end], first, end, end - first))
    assert found is not None and found.cancelled
    assert found.alone is not person
