# SPDX-License-Identifier: Apache-2.0
"""The sounds that the word spotter is trained with, as embeddings; in parts, each kept in a file, so that a run may be cut off."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from spotter_surroundings import LEAD, Surroundings, resampled
from voices.speakers import HEARD, UNHEARD, ManyVoices, Speaker, espeak_to_train, speakers_to_train
from voices.stops import PHRASES, WORDS, sentences

from tektra.common import models
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.speech_embedding import FRAMES, HOP, MODEL

KOKORO_SPEAKERS, MORE_SPEAKERS = 18, 30
#: How often each clip of a word is put into other surroundings: said by a synthesizer, by a person.
COPIES, COPIES_OF_PEOPLE = 2, 12
#: A word is to be found in the looks that end so long behind it, in s; one that ends within it is none yet.
FOUND_S = (0.0, 0.32)
#: Every so many sounds without a word are taken a second time, in other surroundings.
AGAIN_EVERY, PART, WORDS_PART = 3, 800, 400
#: What is read of people's recordings.
SOUNDS = (".flac", ".wav", ".mp3", ".ogg", ".opus", ".g722")
#: Recordings whose name begins so are noises, not speech.
NOISE = "_silence_"
SEED = 20


@dataclass(frozen=True)
class Examples:
    """`frames`: embeddings, shape (n, 96). `yes`, `no`: where windows of FRAMES of them begin. `labels`: shape (len(yes), words)."""

    frames: NDArray[np.float16]
    yes: NDArray[np.int64]
    labels: NDArray[np.float32]
    no: NDArray[np.int64]


class Embedder:
    """Embeddings of a sound, one for each 80 ms, shape (n, 96)."""

    def __init__(self, threads: int = 2) -> None:
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(models.path(MODEL)), settings)

    def frames(self, sound: Float32s) -> NDArray[np.float16]:
        if len(sound) < LEAD:
            return np.zeros((0, 96), np.float16)
        found: NDArray[np.float16] = self._session.run(None, {"samples:0": sound[None]})[0][
            0, :, 0, :
        ].astype(np.float16)
        return found


def made(work: Path, people: list[Path], words: Path | None, voices: Path | None) -> Examples:
    """All examples; what is in `work` already is not made again."""
    work.mkdir(parents=True, exist_ok=True)
    clips = _spoken_words(work, voices)
    speech = [sound for _, sound in _kept_sounds(work / "sentences.npz", _spoken_sentences)]
    humans, noises = [], []
    for folder in people:
        for name, sound in recordings(folder):
            (noises if name.startswith(NOISE) else humans).append(sound)
    by_people = [
        (head.name, ended(sound))
        for head in sorted(words.iterdir() if words else [])
        for _, sound in recordings(head)
    ]
    print(
        f"{len(clips)} words by synthesizers, {len(by_people)} by people, {_hours(speech):.2f} h of sentences, "
        f"{_hours(humans):.2f} h of people, {_hours(noises):.2f} h of noise",
        flush=True,
    )
    embedder, surroundings = Embedder(), Surroundings(speech + humans, noises, np.random.default_rng(SEED))
    parts = []
    phrases = _kept_sounds(work / "phrases.npz", _spoken_phrases)
    for name, said, copies in (
        ("positives", clips, COPIES),
        ("phrase", phrases, COPIES),
        ("people", by_people, COPIES_OF_PEOPLE),
    ):
        for begin in range(0, len(said), WORDS_PART):
            some = said[begin : begin + WORDS_PART]
            make = partial(positives, some, copies, surroundings, embedder)
            parts.append(_kept(work / f"{name}{begin}.npz", make))
    without = speech + humans + noises
    for begin in range(0, len(without), PART):
        make = partial(negatives, without[begin : begin + PART], surroundings, embedder)
        parts.append(_kept(work / f"negatives{begin}.npz", make))
    return _joined(parts)


def _spoken_words(work: Path, voices: Path | None) -> list[tuple[str, Float32s]]:
    """Each word by each speaker."""
    engines = ManyVoices(styles=voices)
    files = sorted(voices.glob("*.bin")) if voices else []
    more = tuple(file.stem for file in files if file.stem not in (*HEARD, *UNHEARD))
    speakers = [
        *speakers_to_train(KOKORO_SPEAKERS, SEED),
        *(speakers_to_train(MORE_SPEAKERS, SEED, more) if more else ()),
        *espeak_to_train(SEED),
    ]
    said = [(word, language, text) for word, texts in WORDS.items() for language, text in texts]

    def by(speaker: Speaker) -> Iterator[tuple[str, Float32s]]:
        yield from ((word, engines.say(text, language, speaker)) for word, language, text in said)

    return [
        clip
        for number, speaker in enumerate(speakers)
        for clip in _kept_sounds(work / f"words{number}.npz", partial(by, speaker))
    ]


def _spoken_phrases() -> Iterator[tuple[str, Float32s]]:
    voices = ManyVoices()
    for speaker in espeak_to_train(SEED + 1):
        for word, said in PHRASES.items():
            for language, text in said:
                yield word, voices.say(text, language, speaker)


def _spoken_sentences() -> Iterator[tuple[str, Float32s]]:
    """Sentences without any of the words, in five languages, at many pitches."""
    voices, rng, variants = ManyVoices(), np.random.default_rng(SEED), espeak_to_train(SEED)
    for number, (language, text) in enumerate(sentences()):
        own = Speaker("espeak", (), float(rng.uniform(0.8, 1.25)), float(rng.uniform(0.85, 1.2)))
        yield "", voices.say(text, language, own if number % 3 == 0 else variants[number % len(variants)])


def recordings(folder: Path) -> Iterator[tuple[str, Float32s]]:
    """The name and sound of every sound file in a folder, at 16 kHz."""
    import av

    for path in sorted(folder.rglob("*")):
        if path.suffix not in SOUNDS:
            continue
        how = {"format": "g722"} if path.suffix == ".g722" else {}
        try:
            with av.open(str(path), metadata_errors="ignore", **how) as file:
                shape = av.AudioResampler("s16", "mono", SAMPLE_RATE_HZ)
                parts = [
                    out.to_ndarray()[0] for frame in file.decode(audio=0) for out in shape.resample(frame)
                ]
        except av.FFmpegError as error:
            print(f"left out: {error}", file=sys.stderr)
            continue
        if parts:
            yield path.name, np.concatenate(parts).astype(np.float32) / 32768


def ended(sound: Float32s) -> Float32s:
    """A person's word up to its end: where it is 26 dB below its loudest for good."""
    power = np.convolve(sound**2, np.ones(320) / 320, "same")
    loud = np.flatnonzero(power > power.max() / 400)
    return sound[max(0, loud[0] - 1600) : loud[-1] + 160]


def positives(
    clips: list[tuple[str, Float32s]], copies: int, around: Surroundings, embedder: Embedder
) -> Examples:
    """Each clip in several surroundings, in the windows that end behind it; those that end in its first half are negatives."""
    names = list(WORDS)
    frames, yes, labels, no, count = [], [], [], [], 0
    for word, clip in clips:
        for _ in range(copies):
            whole, end = around.word(clip)
            found = embedder.frames(whole)
            ends = np.arange(len(found) - FRAMES + 1) * HOP + LEAD
            late_s = (ends - end) / SAMPLE_RATE_HZ
            good = np.flatnonzero((late_s >= FOUND_S[0]) & (late_s <= FOUND_S[1]))
            yes.append(count + good)
            labels += [[float(name == word) for name in names]] * len(good)
            no.append(count + np.flatnonzero(ends < end - 0.5 * len(clip)))
            frames.append(found)
            count += len(found)
    return Examples(
        np.concatenate(frames), np.concatenate(yes), np.array(labels, np.float32).reshape(-1, len(names)), np.concatenate(no)
    )  # fmt: skip


def negatives(speech: list[Float32s], around: Surroundings, embedder: Embedder) -> Examples:
    """As it is, with silence around it, and in other surroundings."""
    frames, no, count = [], [], 0
    for sound in speech:
        padded = np.pad(sound, (8000, 5000)).astype(np.float32)
        for one in (
            padded,
            around.noisy(around.coloured(resampled(padded, float(around.rng.uniform(0.86, 1.16))))),
        ):
            found = embedder.frames(one)
            no.append(count + np.arange(max(0, len(found) - FRAMES + 1)))
            frames.append(found)
            count += len(found)
    return Examples(
        np.concatenate(frames),
        np.zeros(0, np.int64),
        np.zeros((0, len(WORDS)), np.float32),
        np.concatenate(no),
    )


def _joined(parts: list[Examples]) -> Examples:
    begins = np.cumsum([0, *[len(part.frames) for part in parts]])
    return Examples(
        np.concatenate([part.frames for part in parts]),
        np.concatenate([part.yes + begin for part, begin in zip(parts, begins, strict=False)]).astype(
            np.int64
        ),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.no + begin for part, begin in zip(parts, begins, strict=False)]).astype(
            np.int64
        ),
    )


def _kept_sounds(
    file: Path, make: Callable[[], Iterator[tuple[str, Float32s]]]
) -> list[tuple[str, Float32s]]:
    if not file.exists():
        sounds = [(name, (sound * 32767).clip(-32768, 32767).astype(np.int16)) for name, sound in make()]
        _save(file, {f"{index}|{name}": sound for index, (name, sound) in enumerate(sounds)})
    with np.load(file) as kept:
        return [(name.split("|")[1], kept[name].astype(np.float32) / 32768) for name in kept.files]


def _kept(file: Path, make: Callable[[], Examples]) -> Examples:
    if not file.exists():
        _save(file, vars(make()))
    with np.load(file) as kept:
        return Examples(**{name: kept[name] for name in kept.files})


def _save(file: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Whole or not at all."""
    part = file.with_suffix(".part.npz")
    np.savez(part, **dict(arrays))
    part.rename(file)


def _hours(sounds: list[Float32s]) -> float:
    return sum(map(len, sounds)) / SAMPLE_RATE_HZ / 3600
