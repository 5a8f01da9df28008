# SPDX-License-Identifier: Apache-2.0
"""Whether Tektra hears a person over its own voice, and never itself.

It speaks without a pause, also of stopping, into its own microphone: through a room (a decaying reverberation by a fixed seed) at
several levels and delays. People speak over it meanwhile: synthetic voices of other pitch, and one recording. The chain is that of
the node (echo canceller, detector, recogniser, and what is believed), in the sound's own time. Baseline: half duplex, as without the
canceller, on the same sound. Then people take the word in many voices, and others cough, laugh and say "mm-hm", while ear and mouth are
one loop (voices/conversation.py): how soon it is silent, and whether it goes on where nobody wanted the word.
`--quick` takes three of the rooms and every fourth voice. `--part echo` or `--part people` makes only one of both.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

import numpy as np
from common import emit, table
from voices.interrupting import Outcomes, interrupt
from voices.listeners import unwilling, willing
from voices.speakers import ManyVoices

from tektra.common import models
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.kalman import KalmanEchoCanceller
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import OwnSound
from tektra.speech_in.own_voice import OwnVoice
from tektra.speech_in.resample import resample
from tektra.speech_in.spotting import load_spotter
from tektra.speech_in.voice import Chunk, Heard, Voice
from tektra.speech_out.backends.piper import Piper

OWN = (
    "Stop signs are red. Stop.",
    "I see two people and a bicycle.",
    "You can say stop at any time, and everything stops.",
    "Rover two will go to the kitchen, turn left, and wait at the door.",
    "The battery of rover one is at eighty percent.",
    "Go to the kitchen, I said to rover one, and it went.",
    "Shall I stop the arm, or do you want me to go on?",
    "The red cube is on the table in the office.",
)
#: What people say over it, the pitch of their voice against Tektra's, and a word by which one knows that it was understood.
PEOPLE = (
    ("Stop!", 1.25, "stop"),
    ("No, the office.", 1.25, "office"),
    ("Stop!", 0.85, "stop"),
    ("Go to the garage and wait.", 1.2, "garage"),
    ("Please stop now.", 0.88, "stop"),
    ("Turn around and come back.", 0.85, "back"),
)
DELAYS_S = (0.02, 0.1, 0.3, 0.6, 1.0)
LEVELS_DB = (-6.0, -20.0, -40.0)
QUICK = ((0.02, -6.0), (0.3, -20.0), (0.6, -6.0))
NOISE = 3e-4
BLOCK = 640  # what the mouth hands out at a time, 40 ms
AHEAD_S = 0.06
#: Within this of a person's words, what is heard is theirs.
THEIRS_S = 0.6
TARGETS = {
    "own_turns": "<= 0",
    "own_stops": "<= 0",
    "taken_share": ">= 0.95",
    "interruptions_taken_share": ">= 0.95",
    "silent_ms_p95": "<= 200",
    "false_interruptions_share": "<= 0.05",
}
#: Who takes the word; and words of listening, beside what body_sounds makes by recipe.
INTERRUPTIONS, LISTENING_WORDS = 100, 60
#: The filter learns the room from the first seconds of Tektra's voice.
LEARNING_S = 6.0


@dataclass
class Track:
    """Tektra's own sound and words, and when people speak over it."""

    own: Float32s
    words: list[tuple[str, float]]
    people: list[tuple[float, float, str]] = field(default_factory=list)
    persons: Float32s = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass
class Score:
    own_turns: int = 0
    own_stops: int = 0
    taken: int = 0
    asked: int = 0
    delays_s: list[float] = field(default_factory=list)


class Voices:
    """Synthetic speech at 16 kHz, each sentence made once."""

    def __init__(self) -> None:
        self._piper = Piper(["piper-joe"], threads=2)
        self._piper.load()

    def own(self, texts: tuple[str, ...]) -> Track:
        sounds: list[Float32s] = []
        words: list[tuple[str, float]] = []
        at_s = 0.0
        for text in texts:
            pieces = list(self._piper.synthesize(text, "", 1.0))
            sounds += [resample(piece.samples, piece.sample_rate_hz) for piece in pieces]
            length_s, letters = sum(piece.duration_s for piece in pieces), 0
            for word in text.split():
                words.append((word, at_s + length_s * letters / len(text)))
                letters += len(word) + 1
            at_s += length_s
        return Track(np.concatenate(sounds), words)

    def person(self, text: str, pitch: float) -> Float32s:
        pieces = list(self._piper.synthesize(text, "", 1.0 / pitch))
        whole = np.concatenate([piece.samples for piece in pieces])
        floats = resample(whole, pieces[0].sample_rate_hz)
        return np.interp(np.arange(0, len(floats), pitch), np.arange(len(floats)), floats).astype(np.float32)


def with_people(track: Track, voices: Voices, level_db: float) -> Track:
    """People speak over it one after the other, as loud as `level_db` against Tektra at its loudspeaker."""
    goforward = np.fromfile(models.path("goforward"), dtype="<i2").astype(np.float32) / 32768
    sounds = [(voices.person(text, pitch), key) for text, pitch, key in PEOPLE] + [(goforward, "forward")]
    track.persons = np.zeros_like(track.own)
    gap = (len(track.own) - int(LEARNING_S * SAMPLE_RATE_HZ)) // len(sounds)
    loud = np.sqrt(np.mean(track.own**2)) * 10 ** (level_db / 20)
    for index, (sound, key) in enumerate(sounds):
        at = int(LEARNING_S * SAMPLE_RATE_HZ) + index * gap
        if key == "stop":
            at = _free_of_stops(track, at)
        length = min(len(sound), len(track.own) - at)
        spoken = sound[:length] * loud / np.sqrt(np.mean(sound**2))
        track.persons[at : at + length] = spoken
        track.people.append((at / SAMPLE_RATE_HZ, (at + length) / SAMPLE_RATE_HZ, key))
    return track


def _free_of_stops(track: Track, at: int) -> int:
    """The next moment around which Tektra does not say "stop" itself: then a person's is told from it by no means."""
    stops = [at_s for word, at_s in track.words if "stop" in word.lower()]
    while any(at / SAMPLE_RATE_HZ - 1.0 < at_s < at / SAMPLE_RATE_HZ + 1.5 for at_s in stops):
        at += SAMPLE_RATE_HZ // 4
    return at


def room(sound: Float32s, delay_s: float, level_db: float, seed: int) -> Float32s:
    rng = np.random.default_rng(seed)
    tail = rng.standard_normal(3200) * 0.12 * np.exp(-np.arange(3200) / 600)
    tail[0] = 1.0
    echo = np.convolve(sound, tail)[: len(sound)] * 10 ** (level_db / 20)
    late = np.concatenate([np.zeros(int(delay_s * SAMPLE_RATE_HZ)), echo])[: len(sound)]
    return (late + NOISE * rng.standard_normal(len(sound))).astype(np.float32)


def listen(track: Track, near: Float32s, stt: FasterWhisper, options: SpeechInOptions) -> list[Said]:
    """All that is told of a microphone's sound while Tektra says the track."""
    vad = SileroVad()
    vad.load()
    said: list[Said] = []
    own = OwnVoice()
    sound = OwnSound(own, KalmanEchoCanceller()) if options.cancels_echo else None
    if sound is not None:
        sound.known = True
    voice = Voice("v", vad, options, sound)
    dictation = Dictation(stt, options, said.append)
    near = np.concatenate([near, NOISE * np.ones(2 * SAMPLE_RATE_HZ, np.float32)])
    ints = (near * 32767).clip(-32768, 32767).astype(np.int16)
    own_ints = (track.own * 32767).clip(-32768, 32767).astype(np.int16)
    words = list(track.words)
    played = 0
    take(voice.tektra_speaks(True), dictation)
    began_s = 1000.0
    for sequence, at in enumerate(range(0, len(ints), FRAME_SAMPLES)):
        now_s = began_s + (at + FRAME_SAMPLES) / SAMPLE_RATE_HZ
        while played < len(own_ints) and began_s + played / SAMPLE_RATE_HZ < now_s + AHEAD_S:
            own.hear(own_ints[played : played + BLOCK], SAMPLE_RATE_HZ, began_s + played / SAMPLE_RATE_HZ)
            played += BLOCK
        while words and began_s + words[0][1] < now_s + AHEAD_S:
            word, at_s = words.pop(0)
            own.said(word, began_s + at_s)
        chunk = Chunk(
            ints[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, began_s + at / SAMPLE_RATE_HZ
        )
        if at == len(track.own) - len(track.own) % FRAME_SAMPLES:
            take(voice.tektra_speaks(False), dictation)
        take(voice.feed(chunk, now_s), dictation)
    take(voice.finish(), dictation)
    return said


def take(news: list[Heard], dictation: Dictation) -> None:
    for heard in news:
        if heard.has_words:
            dictation.take(heard)


def judge(track: Track, said: list[Said], score: Score) -> None:
    """Counts what was Tektra's own, and which of the people were understood."""
    taken: set[float] = set()
    for one in said:
        end_s = one.heard.speech_end_s - 1000.0
        begin_s = end_s - len(one.heard.utterance.samples) / SAMPLE_RATE_HZ
        theirs = [p for p in track.people if p[0] < end_s + THEIRS_S and p[1] > begin_s - THEIRS_S]
        is_turn = one.final and one.transcript is not None and not one.only_stops and not one.refused
        if not theirs:
            score.own_turns += is_turn
            score.own_stops += one.stops
            if is_turn or one.stops:
                print(f"    own voice at {end_s:.1f} s: {one.transcript and one.transcript.text!r}")
        for person in theirs:
            told = one.transcript is not None and person[2] in one.transcript.text.lower()
            if one.stops if person[2] == "stop" else (is_turn and told):
                taken.add(person[0])
    score.taken += len(taken)
    score.asked += len(track.people)
    for person in track.people:
        if person[0] not in taken:
            heard = [
                one.refused or (one.transcript.text if one.transcript else "")
                for one in said
                if person[0] < one.heard.speech_end_s - 1000.0 < person[1] + 2 * THEIRS_S
            ]
            print(f"    not understood: {person[2]!r} at {person[0]:.1f} s, but {heard}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three rooms of fifteen, every fourth voice")
    parser.add_argument("--part", choices=("all", "echo", "people"), default="all")
    given = parser.parse_args()
    stt = FasterWhisper("whisper-tiny.en", 2)
    stt.load()
    voices = Voices()
    own = voices.own((*OWN, *reversed(OWN)))
    figures: dict[str, float] = {}
    taken = 0
    if given.part != "people":
        told, taken = echoes(stt, voices, own, quick=given.quick)
        figures |= told
    if given.part != "echo":
        outcomes = overheard(stt, own, quick=given.quick)
        taken += len(outcomes.all)
        figures |= outcomes.figures()
    targets = {key: target for key, target in TARGETS.items() if key in figures}
    emit("barge_in", n=taken, figures={k: round(v, 3) for k, v in figures.items()}, targets=targets)


def echoes(stt: FasterWhisper, voices: Voices, own: Track, *, quick: bool) -> tuple[dict[str, float], int]:
    """What Tektra hears of itself, and who is understood over it; and how many of them there were."""
    rooms = QUICK if quick else tuple((delay_s, level) for delay_s in DELAYS_S for level in LEVELS_DB)
    rows: list[list[object]] = []
    total = {"auto": Score(), "half": Score()}
    alone = Score()
    alone_s = 0.0
    cpu_s = time.process_time()
    for seed, (delay_s, level) in enumerate(rooms):
        echo = room(own.own, delay_s, level, seed)
        before = alone.own_turns, alone.own_stops
        judge(own, listen(own, echo, stt, SpeechInOptions()), alone)
        alone_s += len(echo) / SAMPLE_RATE_HZ
        track = with_people(Track(own.own, own.words), voices, min(-6.0, level + 6.0))
        shares: list[object] = []
        for duplex, score in total.items():
            known = score.taken, score.asked
            judge(track, listen(track, echo + track.persons, stt, SpeechInOptions(duplex=duplex)), score)
            shares.append(f"{score.taken - known[0]}/{score.asked - known[1]}")
        rows.append([delay_s, level, alone.own_turns - before[0], alone.own_stops - before[1], *shares])
        print(f"  {rows[-1]}", flush=True)
    head = ["delay s", "level dB", "own turns", "own stops", "people taken", "half duplex"]
    print(table(head, rows))
    figures = {
        "own_voice_minutes": alone_s / 60,
        "own_turns": float(alone.own_turns + total["auto"].own_turns),
        "own_stops": float(alone.own_stops + total["auto"].own_stops),
        "taken_share": total["auto"].taken / total["auto"].asked,
        "taken_share_half_duplex": total["half"].taken / total["half"].asked,
        "cpu_per_sound": (time.process_time() - cpu_s) / (3 * alone_s),
    }
    return figures, total["auto"].asked


def overheard(stt: FasterWhisper, own: Track, *, quick: bool) -> Outcomes:
    """People who want the word and others who only cough, in three rooms."""
    voices, step = ManyVoices(), 4 if quick else 1
    spotter, told = load_spotter(SpeechInOptions(), print)
    sounds = [*willing(voices, INTERRUPTIONS, step), *unwilling(voices, LISTENING_WORDS, step)]
    np.random.default_rng(1).shuffle(sounds)  # type: ignore[arg-type]
    outcomes = Outcomes()
    for seed, (delay_s, level) in enumerate(QUICK):
        mine = sounds[seed :: len(QUICK)]
        outcomes.all += interrupt((own.own, own.words), (delay_s, level, seed), mine, stt, spotter)
        print(
            f"  {len(mine)} people in the room of {delay_s} s and {level} dB, words spotted by {told}",
            flush=True,
        )
    for one in outcomes.wrong():
        print(f"    {one}")
    print(
        table(
            ["sound", "of", "went on at once", "went on after a pause", "gave way", "taken for words"],
            outcomes.rows(),
        )
    )
    return outcomes


if __name__ == "__main__":
    main()
