# SPDX-License-Identifier: Apache-2.0
"""How long Tektra speaks on when somebody takes the word, and whether it falls silent for a cough, laughter or "mm-hm"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tektra.common.timings import percentile
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Spotter, Stt
from tektra.speech_in.spotting import spotting
from voices.body_sounds import RECIPES
from voices.conversation import Conversation, Event
from voices.listeners import Sound

#: The filter learns the room meanwhile.
LEARNING_S = 12.0
#: What is said is judged, and Tektra speaks again, within this.
AFTER_S = 3.4
#: Everything that came so late after the sound is no answer to it.
SILENT = 0.02
#: How many dB a listener's "mm-hm" lies below what somebody says who wants the word.
SOFTER_DB = 6.0


@dataclass
class Outcome:
    """Of one sound. `silent_s`: from its begin until the last of Tektra's sound is out; None where it spoke on."""

    sound: Sound
    silent_s: float | None
    paused_s: float = 0.0  # in the end it went on
    ended: bool = False
    told: str = ""


@dataclass
class Outcomes:
    all: list[Outcome] = field(default_factory=list)

    def share(self, picked: Sequence[bool]) -> float:
        return sum(picked) / max(1, len(picked))

    def wrong(self) -> list[str]:
        """What should have been otherwise, in words."""
        return [
            f"{one.sound.what!r}: {'no word' if one.sound.key else 'gave way'}, {one.told!r}"
            for one in self.all
            if one.ended is not bool(one.sound.key)
        ]

    def rows(self) -> list[list[object]]:
        """By what was heard: how many, who made Tektra go on, pause, give way, and what was taken for words."""
        recipes = [name for name, _, _ in RECIPES]
        found: dict[str, list[Outcome]] = {}
        for one in self.all:
            what = one.sound.what if one.sound.what in recipes else "a word of listening"
            found.setdefault("who wants the word" if one.sound.key else what, []).append(one)
        return [
            [
                what,
                len(rows),
                sum(one.silent_s is None for one in rows),
                sum(bool(one.silent_s is not None and not one.ended) for one in rows),
                sum(one.ended for one in rows),
                sum(bool(one.told) for one in rows),
            ]
            for what, rows in sorted(found.items())
        ]

    def figures(self) -> dict[str, float]:
        willing = [one for one in self.all if one.sound.key]
        unwilling = [one for one in self.all if not one.sound.key]
        silent = [one.silent_s for one in willing if one.silent_s is not None]
        pauses = [one.paused_s for one in unwilling if one.paused_s]
        return {
            "interruptions": float(len(willing)),
            "interruptions_taken_share": self.share([one.ended for one in willing]),
            "silent_ms_p50": 1e3 * percentile(silent, 0.5),
            # Who was never given the word waited for ever.
            "silent_ms_p95": 1e3
            * percentile([one.silent_s if one.silent_s is not None else 60.0 for one in willing], 0.95),
            "listening_sounds": float(len(unwilling)),
            "false_interruptions_share": self.share([one.ended for one in unwilling]),
            "false_turns_share": self.share([bool(one.told) for one in unwilling]),
            "paused_and_went_on_share": self.share([bool(one.paused_s) for one in unwilling]),
            "false_pause_s_p50": percentile(pauses, 0.5) if pauses else 0.0,
            "false_pause_s_p95": percentile(pauses, 0.95) if pauses else 0.0,
        }


def interrupt(
    track: tuple[Float32s, Sequence[tuple[str, float]]],
    place: tuple[float, float, int],
    sounds: Sequence[Sound],
    stt: Stt,
    spotter: Spotter | None,
) -> list[Outcome]:
    """Each sound over Tektra's own voice in one room, one after the other, always while it speaks."""
    talk = Conversation(track, place, stt, spotting(spotter))
    talk.hear(np.zeros(int(LEARNING_S * SAMPLE_RATE_HZ) // FRAME_SAMPLES * FRAME_SAMPLES, np.float32))
    tektra_rms = float(np.sqrt(np.mean(track[0] ** 2))) * 10 ** (place[1] / 20)
    rng = np.random.default_rng(place[2])
    outcomes = []
    for sound in sounds:
        while not talk.mouth.speaks:
            talk.hear(np.zeros(FRAME_SAMPLES, np.float32))
        lead = int(rng.integers(8 * FRAME_SAMPLES, 40 * FRAME_SAMPLES))
        louder_db = 6.0 if sound.key else 6.0 - SOFTER_DB
        loud = np.sort(np.abs(sound.samples))[-len(sound.samples) // 3 :]
        gain = tektra_rms * 10 ** (louder_db / 20) / float(np.sqrt(np.mean(loud**2)))
        begin = lead + int(np.flatnonzero(np.abs(sound.samples) > SILENT)[0])
        length = lead + len(sound.samples) + int(AFTER_S * SAMPLE_RATE_HZ)
        person = np.zeros(-(-length // FRAME_SAMPLES) * FRAME_SAMPLES, np.float32)
        person[lead : lead + len(sound.samples)] = gain * sound.samples
        began_s, known = talk.now_s + begin / SAMPLE_RATE_HZ, len(talk.events)
        talk.hear(person)
        outcomes.append(_outcome(sound, began_s, talk.events[known:]))
    return outcomes


def _outcome(sound: Sound, began_s: float, events: Sequence[Event]) -> Outcome:
    since = [one for one in events if one.at_s >= began_s]
    silent = next((one for one in since if one.what in ("paused", "turn", "stop")), None)
    outcome = Outcome(sound, silent.at_s - began_s if silent else None)
    outcome.ended = any(one.what in ("turn", "stop") for one in since)
    outcome.told = " ".join(one.text for one in since if one.what == "told")
    resumed = next((one for one in since if one.what == "resumed"), None)
    if silent is not None and resumed is not None and not outcome.ended:
        outcome.paused_s = resumed.at_s - silent.at_s
    return outcome
