# SPDX-License-Identifier: Apache-2.0
"""How well voices are told apart: equal error rate at 2 s and 5 s, and guests who are taken for an enrolled person.

Each speaker is enrolled in turn from the first recordings, as speech_in does; pieces of the later ones, and everybody else's, are told.
Speakers: synthetic voices (some at several pitches), and with `--recordings DIR` real ones: a folder for each speaker with recordings in it (WAV, FLAC), as
LibriSpeech has them. Baseline: a threshold alone, by which the error rates are equal. `--quick` takes two voices, at seven pitches.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from common import emit, table
from voices.speakers import ManyVoices, Speaker

from tektra.common.errors import InputError
from tektra.common.recognition import mean
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.resemblyzer import ResemblyzerEncoder
from tektra.speech_in.speakers import SENTENCES, THRESHOLD
from tektra.speech_out.backends.kokoro import VOICES

LENGTHS_S = (2.0, 5.0)
PITCHES = (0.78, 0.9, 1.0, 1.12, 1.26)
TEXTS = (
    "Please tell me when the next train to the city leaves this afternoon.",
    "Rover one should go to the kitchen and come back with the red cup.",
    "The weather was fine in the morning, but later it began to rain.",
    "Could you look whether anybody is in the hall, and greet them from me?",
    "I would like to know how much milk there is left in the fridge, and whether we need to buy some bread.",
    "Yesterday evening we walked along the river until it was dark, and nobody else was there but two dogs.",
)
Speakers = dict[str, list[Float32s]]


def synthetic(quick: bool) -> Speakers:
    """What voices say that others trained, at 16 kHz."""
    voices = ManyVoices()
    speakers = {f"joe at {pitch}": Speaker("piper", (), pitch) for pitch in PITCHES}
    speakers |= {
        f"espeak at {pitch}": Speaker("espeak", (), pitch) for pitch in PITCHES[:: 4 if quick else 1]
    }
    if not quick:
        speakers |= {name: Speaker("kokoro", ((name, 1.0),)) for name in VOICES}
    return {name: [voices.say(text, "en", speaker) for text in TEXTS] for name, speaker in speakers.items()}


def recorded(folder: Path) -> Speakers:
    """A folder for each speaker; its files in the order of their names."""
    found = {}
    for speaker in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = sorted(file for file in speaker.rglob("*") if file.suffix in (".wav", ".flac"))
        if len(files) > SENTENCES:
            found[speaker.name] = [_decoded(file) for file in files]
    return found


def scores(speakers: Speakers, length_s: float) -> tuple[list[float], list[float]]:
    """How alike pieces of that length are to the print of whose they are, and to those of all others."""
    encoder = ResemblyzerEncoder()
    encoder.load()
    prints = {
        name: mean(np.array([encoder.embed(sound) for sound in sounds[:SENTENCES]]))
        for name, sounds in speakers.items()
    }
    own: list[float] = []
    others: list[float] = []
    for name, sounds in speakers.items():
        for piece in _pieces(sounds[SENTENCES:], length_s):
            try:
                vector = encoder.embed(piece)
            except InputError:
                continue
            for known, print_ in prints.items():
                if known != name and _voice(known) == _voice(name):
                    continue
                (own if known == name else others).append(float(print_ @ vector))
    return own, others


def _voice(name: str) -> str:
    """A synthetic voice at another pitch is nobody else."""
    return name.split(" at ")[0]


def equal_error(own: list[float], others: list[float]) -> tuple[float, float]:
    """The rate at which as many are refused wrongly as taken, and the threshold of it."""
    at = np.unique(np.array(own + others))
    false = (np.array(others)[None] >= at[:, None]).mean(axis=1)
    missed = (np.array(own)[None] < at[:, None]).mean(axis=1)
    best = int(np.argmin(np.abs(false - missed)))
    return float((false[best] + missed[best]) / 2.0), float(at[best])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two voices, at seven pitches")
    parser.add_argument("--recordings", type=Path, help="a folder for each real speaker")
    given = parser.parse_args()
    speakers = synthetic(given.quick) | (recorded(given.recordings) if given.recordings else {})
    rows, figures, n = [], {"speakers": float(len({_voice(name) for name in speakers}))}, 0
    for length_s in LENGTHS_S:
        own, others = scores(speakers, length_s)
        rate, at = equal_error(own, others)
        taken = float(np.mean(np.array(others) >= THRESHOLD))
        known = float(np.mean(np.array(own) >= THRESHOLD))
        rows.append([length_s, len(own), len(others), 100 * rate, at, 100 * taken, 100 * known])
        n += len(own) + len(others)
        key = f"{length_s:.0f}s"
        figures |= {f"eer_{key}_percent": 100 * rate, f"taken_{key}_percent": 100 * taken}
        figures |= {f"known_{key}_percent": 100 * known}
    head = ["s", "own", "others", "EER %", "at", f"others taken at {THRESHOLD} %", "own known %"]
    print(table(head, rows))
    targets = {f"taken_{length_s:.0f}s_percent": "<= 0.5" for length_s in LENGTHS_S} | {"speakers": ">= 20"}
    emit("speakers", n=n, figures=figures, targets=targets)


def _decoded(file: Path) -> Float32s:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(str(file)) as opened:
        frames = [out for frame in opened.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32) / 32768.0


def _pieces(sounds: Iterable[Float32s], length_s: float) -> Iterable[Float32s]:
    size = int(length_s * SAMPLE_RATE_HZ)
    for sound in sounds:
        for at in range(0, len(sound) - size + 1, 2 * size):
            yield sound[at : at + size]


if __name__ == "__main__":
    main()
