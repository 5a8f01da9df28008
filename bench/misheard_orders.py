# SPDX-License-Identifier: Apache-2.0
"""Spoken orders that are heard as others: how many would drive otherwise than was said, and how sure the recogniser was of those.

Orders with robots' names, places and numbers that sound alike, by synthetic voices, in silence and with noise 10 and 5 dB below them in a
room, through the recogniser as the node uses it, told of the names that are here; what was said and what was heard go through the planner's
reader. Right: the same steps. Wrong: other steps, which would be done. Nothing: no whole order. Baseline: all that is read whole is
carried out; beside it, what is left where anything that is heard less surely than `UNSURE_BELOW` is asked about, and what is left where it
is recognised a second time, as the node does (heard_again.py). `--quick` takes a third, `--fresh` other orders by other voices.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np
from common import emit, table
from voices.speakers import UNHEARD, ManyVoices, Speaker, room

from tektra.common import models, skills
from tektra.common.doubt import is_unsure
from tektra.common.paths import share_dir
from tektra.common.world import load_world
from tektra.planner.conversation.decisions import Decision, Kind
from tektra.planner.conversation.memory import as_steps
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.request import Request
from tektra.planner.understanding.reader import make_reader
from tektra.planner.world.catalogue import Actor, Catalogue, read_skill, tektra
from tektra.planner.world.safety_state import SafetyState
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.heard_again import heard_again
from tektra.speech_in.names import home_names, sentence
from tektra.speech_in.options import SpeechInOptions

ROBOTS = {"rover1": ("rover", "base"), "rover2": ("rover", "base"), "arm1": ("arm", "arm", "gripper")}
ORDERS = (
    "Rover one, go to the kitchen.|Rover two, go to the hall.|Send rover one to the office.|Rover two, drive two meters forward."
    "|Rover one, go ten meters ahead.|Rover one, drive one meter back.|Rover two, move fifteen centimeters forward."
    "|Rover one, move fifty centimeters forward.|Rover two, turn left by ninety degrees.|Rover one, turn right by nineteen degrees."
    "|Rover one, turn left by thirteen degrees.|Rover two, turn right by thirty degrees.|Rover one, come to the bedroom."
    "|Rover two, go to the living room.|Both rovers, go to the hall.|Rover two, go four meters forward.|Rover one, drive five meters forward."
    "|Rover two, go to the bathroom.|Rover one, turn around.|Rover two, go to the dock.|Rover one, wait ten seconds, then go to the hall."
    "|Rover two, go to the kitchen and then to the office.|Arm one, open the gripper.|Arm one, close the gripper."
    "|Bring rover two to the bedroom.|Drive rover one sixty centimeters back.|Drive rover one sixteen centimeters back."
    "|Rover one, go one and a half meters forward.|Rover two, go to the sofa.|Rover two, turn left by forty degrees."
    "|Rover two, turn left by fourteen degrees.|Rover one, go forward three meters.|Rover one, go to the fridge."
).split("|")
#: Upon these no limit was chosen.
FRESH = (
    "Rover one, turn right by eighty degrees.|Rover two, turn left by eighteen degrees.|Rover one, turn left by seventy degrees."
    "|Rover two, turn right by seventeen degrees.|Rover two, go back forty centimeters.|Rover one, go back fourteen centimeters."
    "|Drive rover two six meters forward.|Rover one, drive seven meters ahead.|Send rover two to the bathroom.|Bring rover one to the office."
    "|Rover two, come to the sofa.|Rover one and rover two, go to the bedroom.|Rover two, wait fifteen seconds, then go to the kitchen."
    "|Rover one, wait fifty seconds, then go to the dock.|Rover two, go two and a half meters back.|Rover one, turn left by forty five degrees."
).split("|")
SURROUNDINGS = (None, 10.0, 5.0)
LEVELS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.95)


@dataclass(frozen=True)
class Heard:
    """`outcome`: right, wrong, asked or nothing. `confidence`: of the first look; `twice`: of both."""

    said: str
    text: str
    confidence: float
    twice: float
    outcome: str
    who: str
    noise_db: float | None

    @property
    def is_asked(self) -> bool:
        return is_unsure(self.twice)


class Listener:
    """What an order would come to, if it were carried out as it was read."""

    def __init__(self) -> None:
        self._world = load_world(share_dir() / "config" / "world.yaml")
        self._reader = make_reader()
        made = Catalogue().with_actor(tektra("1"))
        for name, (kind, *abilities) in ROBOTS.items():
            known = [read_skill(one.name, one.sentence, one.schema) for one in skills.skills_of(abilities)]
            made = made.with_actor(Actor(name, kind, "1", tuple(known)))
        self._catalogue = made

    def decision(self, words: str) -> Decision:
        """Of a conversation of its own."""
        mind, request = Mind(self._world, self._reader), Request("1", "1", words, "bench", 100.0, 1)
        request.reading = mind.read(request, self._catalogue, 100.0)
        view = mind.view(request, self._catalogue, 100.0, safety=SafetyState(), doubled={}, under_way=())
        return mind.decide(request, view)

    def outcome(self, said: str, heard: str) -> str:
        came = self.decision(heard)
        if came.kind is Kind.ASK:
            return "asked"
        if came.kind is not Kind.CARRY_OUT:
            return "nothing"
        return "right" if _plain(came) == _plain(self.decision(said)) else "wrong"


def _plain(decision: Decision) -> list[tuple[str, str, str]]:
    """Who does what, to the hundredth."""
    return [
        (
            step.who,
            step.skill,
            " ".join(
                f"{key}={value:.2f}" if isinstance(value, (int, float)) else f"{key}={value}"
                for key, value in sorted(step.arguments.items())
            ),
        )
        for step in as_steps(decision.steps)
    ]


def placed(sound: Float32s, noise_db: float | None, rng: np.random.Generator) -> Float32s:
    """In a room with white noise so far below it, between silences."""
    sound = room(sound / np.abs(sound).max() * 0.5, rng) if noise_db is not None else sound * 0.5
    level = np.sqrt(np.mean(sound**2)) * (10 ** (-noise_db / 20) if noise_db is not None else 1e-3)
    whole = np.pad(sound, (SAMPLE_RATE_HZ * 3 // 10, SAMPLE_RATE_HZ // 5))
    return (whole + level * rng.standard_normal(len(whole))).astype(np.float32)


def speakers(*, fresh: bool) -> list[Speaker]:
    if fresh:
        return [
            Speaker("piper", (), 0.9, 1.1),
            Speaker("espeak", (), 1.0, 1.0, "f2"),
            Speaker("piper", (), 1.1, 1.0),
        ]
    kokoro = [name for name in UNHEARD if (models.path("kokoro") / f"{name}.bin").exists()]
    return [
        Speaker("piper"),
        Speaker("piper", (), 1.2, 1.2),
        Speaker("espeak", (), 1.0, 0.9),
        *(Speaker("kokoro", ((name, 1.0),)) for name in kokoro[:2]),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every third order")
    parser.add_argument("--fresh", action="store_true", help="other orders, by other voices")
    parser.add_argument("--show", action="store_true", help="tells of each that was heard as another order")
    given = parser.parse_args()
    options, rng = SpeechInOptions(), np.random.default_rng(7)
    stt = FasterWhisper(options.stt_model, options.stt_threads)
    stt.load()
    stt.expect(sentence((*options.names, *ROBOTS, *home_names("")), options.locale))
    voices, listener, found = ManyVoices(), Listener(), list[Heard]()
    for speaker in speakers(fresh=given.fresh):
        for said in (FRESH if given.fresh else ORDERS)[:: 3 if given.quick else 1]:
            sound = voices.say(said, "en", speaker)
            for noise_db in SURROUNDINGS:
                given_sound = placed(sound, noise_db, rng)
                made = stt.transcribe(given_sound, "en")
                twice = heard_again(stt, given_sound, made).confidence
                outcome = listener.outcome(said, made.text)
                one = Heard(said, made.text, made.confidence, twice, outcome, speaker.engine, noise_db)
                found.append(one)
                if given.show and (outcome == "wrong" or (outcome == "right" and one.is_asked)):
                    print(f"{outcome} {noise_db} {speaker.engine}: {said} -> {made.text}", end=" ")
                    print(f"({made.confidence:.2f}, {twice:.2f})", flush=True)
    rows = [_row(f"{noise} dB", [h for h in found if h.noise_db == noise]) for noise in SURROUNDINGS]
    rows += [_row(who, [h for h in found if h.who == who]) for who in dict.fromkeys(h.who for h in found)]
    print(table(["", "n", "right", "wrong", "asked", "nothing"], rows))
    done = [h for h in found if h.outcome in ("right", "wrong")]
    wrong, right = ([h for h in done if h.outcome == one] for one in ("wrong", "right"))
    print(table(["asked below", "wrong that drive", "right that are asked about"], [
        [level, sum(h.confidence >= level for h in wrong), sum(h.confidence < level for h in right)] for level in LEVELS
    ]))  # fmt: skip
    emit("misheard_orders", n=len(found), figures={
        "wrong_share_bare": len(wrong) / len(found),
        "wrong_share_by_confidence": sum(not is_unsure(h.confidence) for h in wrong) / len(found),
        "wrong_share": sum(not h.is_asked for h in wrong) / len(found),
        "right_share": len(right) / len(found),
        "right_asked_share_by_confidence": sum(is_unsure(h.confidence) for h in right) / max(1, len(right)),
        "right_asked_share": sum(h.is_asked for h in right) / max(1, len(right)),
    }, targets={})  # fmt: skip


def _row(name: str, some: list[Heard]) -> list[object]:
    count = Counter(h.outcome for h in some)
    return [name, len(some), *(count[key] for key in ("right", "wrong", "asked", "nothing"))]


if __name__ == "__main__":
    main()
