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
from many_voices import HEARD, UNHEARD, ManyVoices, Speaker, espeak_to_train, room, speakers_to_train
from numpy.typing import NDArray
from spoken_words import PHRASES, WORDS, sentences

from tektra.common import models
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.speech_embedding import FIRST, FRAMES, HOP, MODEL

KOKORO_SPEAKERS, MORE_SPEAKERS = 18, 30
#: How often each clip of a word is put into other surroundings: said by a synthesizer, by a person.
COPIES, COPIES_OF_PEOPLE = 2, 12
#: A word is to be found in the looks that end so long behind it, in s; one that ends within it is none yet.
FOUND_S = (0.0, 0.32)
#: What of a word's surroundings is looked at, before and behind its end.
LOOKED_S, BEHIND_S = 1.8, 0.36
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
        if len(sound) < FIRST + (FRAMES - 1) * HOP:
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


class Surroundings:
    """Rooms, noises and other speech, at random."""

    def __init__(self, speech: list[Float32s], noises: list[Float32s], rng: np.random.Generator) -> None:
        self._speech, self._noises, self.rng = speech, noises, rng

    def word(self, clip: Float32s) -> tuple[Float32s, int]:
        """A word by another throat, at another place; and where it ends."""
        rng = self.rng
        shaped = self.coloured(_resampled(clip, float(rng.uniform(0.86, 1.16))))
        length = len(shaped)
        if rng.random() < 0.5:
            shaped = room(shaped, rng)
        before = self.piece(int(rng.uniform(0.2, 1.5) * SAMPLE_RATE_HZ)) * (rng.random() < 0.25)
        gap = np.zeros(int(rng.uniform(0.0, 0.3) * SAMPLE_RATE_HZ), np.float32)
        lead = np.zeros(FIRST + (FRAMES - 1) * HOP, np.float32)
        behind = np.zeros(int(BEHIND_S * SAMPLE_RATE_HZ), np.float32)
        if rng.random() < 0.2:
            behind = self.piece(len(behind))
        start = len(lead) + len(before) + len(gap)
        whole = self.noisy(np.concatenate([lead, before, gap, shaped, behind]), start, start + length)
        cut = max(0, start + length - int(LOOKED_S * SAMPLE_RATE_HZ) - int(rng.integers(HOP)))
        return whole[cut:], start + length - cut

    def noisy(self, sound: Float32s, begin: int = 0, end: int | None = None) -> Float32s:
        """At a level, and with a noise, of its own: white, brownish, recorded, or people in the background."""
        rng = self.rng
        sound = sound / (np.abs(sound).max() + 1e-6) * 10 ** rng.uniform(-1.7, 0.15)
        noise = rng.standard_normal(len(sound)).astype(np.float32)
        kind = rng.integers(4)
        if kind == 1:
            noise = np.convolve(noise, np.ones(24, np.float32) / 24, "same")
        elif kind == 2:
            noise = self.piece(len(sound))
        elif kind == 3 and self._noises:
            noise = np.resize(self._noises[int(rng.integers(len(self._noises)))], len(sound))
        loud = np.sqrt(np.mean(sound[begin:end] ** 2)) / (np.sqrt(np.mean(noise**2)) + 1e-9)
        return (sound + noise * loud * 10 ** (-rng.uniform(4.0, 45.0) / 20)).clip(-1, 1).astype(np.float32)

    def coloured(self, sound: Float32s) -> Float32s:
        """As by another microphone: brighter or duller."""
        rng = self.rng
        taps = np.array([1.0, rng.uniform(-0.7, 0.7), rng.uniform(-0.25, 0.25)])
        return np.convolve(sound, taps)[: len(sound)].astype(np.float32)

    def piece(self, length: int) -> Float32s:
        """Of somebody's speech."""
        if not self._speech:
            return np.zeros(length, np.float32)
        one = self._speech[int(self.rng.integers(len(self._speech)))]
        at = int(self.rng.integers(max(1, len(one) - length)))
        return np.pad(one[at : at + length], (0, max(0, length - len(one[at : at + length]))))


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
            ends = np.arange(len(found) - FRAMES + 1) * HOP + FIRST + (FRAMES - 1) * HOP
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
            around.noisy(around.coloured(_resampled(padded, float(around.rng.uniform(0.86, 1.16))))),
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


def _resampled(clip: Float32s, factor: float) -> Float32s:
    return np.interp(np.arange(0, len(clip) - 1, factor), np.arange(len(clip)), clip).astype(np.float32)


def _hours(sounds: list[Float32s]) -> float:
    return sum(map(len, sounds)) / SAMPLE_RATE_HZ / 3600
