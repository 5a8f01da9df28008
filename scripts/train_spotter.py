# SPDX-License-Identifier: Apache-2.0
"""Trains the heads of the word spotter (config/spotter.npz): words that stop in five languages, and "Hey Tektra".

Positives are synthetic voices (bench/many_voices.py), each word in rooms, noise, and behind other speech. Negatives are sentences
without these words by piper and espeak-ng, and, with --speech, recordings of people (any folder of sound files; LibriSpeech was used).
Takes some ten minutes, most of it the synthesizer's; --words keeps its sounds between runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src" / "tektra")]
from many_voices import ManyVoices, Speaker, room, speakers_to_train
from spoken_words import WORDS, sentences

from tektra.common import models
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.backends.speech_embedding import FIRST, FRAMES, HOP, MODEL, scores

SPEAKERS, ESPEAK_SPEAKERS = 18, 10
COPIES = 6
#: Piper takes a hundred times as long as espeak-ng.
PIPER_EVERY = 5
HIDDEN, STEPS, BATCH, RATE, DECAY = 32, 2500, 384, 2e-3, 1e-4
#: A negative that is taken for a word costs this much more than a word that is missed.
NEGATIVE_WEIGHT = 3.0
HARDER_ROUNDS = 2
SEED = 20


@dataclass(frozen=True)
class Examples:
    """`x`: shape (n, FRAMES, 96). `y`: 0 or 1, shape (n, words)."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]


class Embedder:
    """Windows of embeddings of a sound, one for each 80 ms, shape (n, FRAMES, 96)."""

    def __init__(self) -> None:
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 2
        self._session = onnxruntime.InferenceSession(str(models.path(MODEL)), settings)

    def windows(self, sound: Float32s) -> NDArray[np.float32]:
        if len(sound) < FIRST + (FRAMES - 1) * HOP:
            return np.zeros((0, FRAMES, 96), np.float32)
        frames = self._session.run(None, {"samples:0": sound[None]})[0][0, :, 0, :]
        return np.lib.stride_tricks.sliding_window_view(frames, FRAMES, axis=0).transpose(0, 2, 1)


def words_of(file: Path | None) -> list[tuple[str, Float32s]]:
    """Each word by each speaker; kept in `file`."""
    if file is not None and file.exists():
        with np.load(file) as kept:
            return [(name.split("|")[0], kept[name]) for name in kept.files]
    voices, found = ManyVoices(), []
    rng = np.random.default_rng(SEED)
    speakers = speakers_to_train(SPEAKERS, SEED)
    speakers += [
        Speaker("espeak", (), float(rng.uniform(0.75, 1.3)), float(rng.uniform(0.8, 1.3)))
        for _ in range(ESPEAK_SPEAKERS)
    ]
    for speaker in speakers:
        found += [
            (word, voices.say(text, language, speaker))
            for word, said in WORDS.items()
            for language, text in said
        ]
    if file is not None:
        np.savez(file, **{f"{word}|{index}": sound for index, (word, sound) in enumerate(found)})
    return found


def recordings(folder: Path) -> Iterator[Float32s]:
    """Every sound file in a folder, at 16 kHz."""
    import av

    for path in sorted(folder.rglob("*")):
        if path.suffix in (".flac", ".wav", ".mp3"):
            with av.open(str(path)) as file:
                shape = av.AudioResampler("s16", "mono", SAMPLE_RATE_HZ)
                parts = [
                    out.to_ndarray()[0] for frame in file.decode(audio=0) for out in shape.resample(frame)
                ]
            yield np.concatenate(parts).astype(np.float32) / 32768


def spoken_sentences(voices: ManyVoices, seed: int) -> Iterator[Float32s]:
    """Sentences without any of the words, in five languages, at many pitches."""
    rng = np.random.default_rng(seed)
    for number, (language, text) in enumerate(sentences()):
        for engine in ("espeak", "piper") if language == "en" and number % PIPER_EVERY == 0 else ("espeak",):
            yield voices.say(
                text,
                language,
                Speaker(engine, (), float(rng.uniform(0.8, 1.25)), float(rng.uniform(0.85, 1.2))),
            )


def positives(clips: list[tuple[str, Float32s]], speech: list[Float32s], embedder: Embedder) -> Examples:
    """Each clip in several surroundings, in the windows that end 0 to 0.3 s behind it; one that ends in its middle is a negative."""
    rng = np.random.default_rng(SEED)
    names = list(WORDS)
    x, y = [], []
    for word, clip in clips:
        for _ in range(COPIES):
            shaped = _at_another_pitch(clip, rng)
            if rng.random() < 0.5:
                shaped = room(shaped, rng)
            before = _piece(speech, int(rng.uniform(0.2, 1.2) * SAMPLE_RATE_HZ), rng) * (rng.random() < 0.25)
            gap = np.zeros(int(rng.uniform(0.0, 0.3) * SAMPLE_RATE_HZ), np.float32)
            lead = np.zeros(2 * SAMPLE_RATE_HZ, np.float32)
            behind = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
            if rng.random() < 0.2:
                behind = _piece(speech, len(behind), rng)
            whole = _in_noise(np.concatenate([lead, before, gap, shaped, behind]), speech, rng)
            end = len(whole) - len(behind) - (len(shaped) - len(clip) if len(shaped) > len(clip) else 0)
            for late_s in rng.uniform(0.02, 0.3, 3):
                x.append(_window(whole, end + int(late_s * SAMPLE_RATE_HZ), embedder))
                y.append([float(name == word) for name in names])
            x.append(_window(whole, end - len(clip) // 2, embedder))
            y.append([0.0] * len(names))
    return Examples(np.stack(x), np.array(y, np.float32))


def negatives(speech: list[Float32s], embedder: Embedder, *, noisy: bool) -> Examples:
    rng = np.random.default_rng(SEED + noisy)
    x = [
        embedder.windows(
            _in_noise(
                np.concatenate([np.zeros(16000, np.float32), one, np.zeros(8000, np.float32)]), speech, rng
            )
            if noisy
            else one
        )
        for one in speech
    ]
    whole = np.concatenate(x)
    return Examples(whole, np.zeros((len(whole), len(WORDS)), np.float32))


def train(given: Examples, rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    """One hidden layer, logistic outputs, Adam (Kingma and Ba, 2015), with noise on the input and weight decay."""
    x = given.x.reshape(len(given.x), -1)
    mean, spread = x.mean(0), x.std(0) + 1e-3
    x = (x - mean) / spread
    w = {
        "hidden": rng.standard_normal((x.shape[1], HIDDEN)) * (2 / x.shape[1]) ** 0.5,
        "hidden_bias": np.zeros(HIDDEN),
        "out": rng.standard_normal((HIDDEN, given.y.shape[1])) * 0.1,
        "out_bias": np.full(given.y.shape[1], -3.0),
    }
    w = {name: value.astype(np.float32) for name, value in w.items()}
    first, second = ({name: np.zeros_like(value) for name, value in w.items()} for _ in range(2))
    yes = np.flatnonzero(given.y.any(1))
    no = np.flatnonzero(~given.y.any(1))
    for step in range(1, STEPS + 1):
        rows = np.concatenate([rng.choice(yes, BATCH // 2), rng.choice(no, BATCH // 2)])
        part = x[rows] + 0.1 * rng.standard_normal((BATCH, x.shape[1]), dtype=np.float32)
        inner = part @ w["hidden"] + w["hidden_bias"]
        hidden = np.maximum(0.0, inner)
        kept = ((rng.random(hidden.shape) > 0.2) / 0.8).astype(np.float32)
        hidden = hidden * kept
        out = 1 / (1 + np.exp(-(hidden @ w["out"] + w["out_bias"])))
        weight = np.where(given.y[rows] > 0, 1.0, NEGATIVE_WEIGHT).astype(np.float32)
        error = (out - given.y[rows]) * weight / np.float32(BATCH)
        back = (error @ w["out"].T) * kept * (inner > 0)
        slopes = {
            "out": hidden.T @ error,
            "out_bias": error.sum(0),
            "hidden": part.T @ back,
            "hidden_bias": back.sum(0),
        }
        rate = RATE * (1 - step / STEPS) + 1e-5
        for name, slope in slopes.items():
            first[name] = 0.9 * first[name] + 0.1 * slope
            second[name] = 0.999 * second[name] + 0.001 * slope**2
            move = first[name] / (1 - 0.9**step) / (np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8)
            w[name] = w[name] - rate * (move + DECAY * w[name] * 10)
    return {name: value.astype(np.float32) for name, value in {**w, "mean": mean, "spread": spread}.items()}


def _at_another_pitch(clip: Float32s, rng: np.random.Generator) -> Float32s:
    factor = float(rng.uniform(0.88, 1.14))
    return np.interp(np.arange(0, len(clip) - 1, factor), np.arange(len(clip)), clip).astype(np.float32)


def _in_noise(sound: Float32s, speech: list[Float32s], rng: np.random.Generator) -> Float32s:
    """At a level, and with a noise, of its own: white, brownish, or people in the background."""
    sound = sound / (np.abs(sound).max() + 1e-6) * 10 ** rng.uniform(-1.6, -0.05)
    kind = rng.integers(4)
    noise = rng.standard_normal(len(sound))
    if kind == 1:
        noise = np.convolve(noise, np.ones(24) / 24, "same")
    elif kind == 2 and speech:
        noise = _piece(speech, len(sound), rng)
    loud = np.sqrt(np.mean(sound**2)) / (np.sqrt(np.mean(noise**2)) + 1e-9)
    return (sound + noise * loud * 10 ** (-rng.uniform(3.0, 45.0) / 20)).clip(-1, 1).astype(np.float32)


def _piece(speech: list[Float32s], length: int, rng: np.random.Generator) -> Float32s:
    if not speech:
        return np.zeros(length, np.float32)
    one = speech[int(rng.integers(len(speech)))]
    at = int(rng.integers(max(1, len(one) - length)))
    return np.pad(one[at : at + length], (0, max(0, length - len(one[at : at + length]))))


def _window(sound: Float32s, end: int, embedder: Embedder) -> NDArray[np.float32]:
    begin = end - FIRST - (FRAMES - 1) * HOP
    return embedder.windows(sound[max(0, begin) : end + HOP])[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, help="where the spoken words are kept (.npz)")
    parser.add_argument("--speech", type=Path, help="recordings of people who say none of the words")
    parser.add_argument("--out", type=Path, default=ROOT / "config" / "spotter.npz")
    arguments = parser.parse_args()
    embedder = Embedder()
    clips = words_of(arguments.words)
    speech = list(spoken_sentences(ManyVoices(), SEED))
    people = list(recordings(arguments.speech)) if arguments.speech else []
    print(
        f"{len(clips)} words, {sum(map(len, speech)) / 57.6e6:.2f} h of sentences, {sum(map(len, people)) / 57.6e6:.2f} h of people"
    )
    parts = [
        positives(clips, speech + people, embedder),
        negatives(speech + people, embedder, noisy=False),
        negatives(speech + people, embedder, noisy=True),
    ]
    given = Examples(np.concatenate([one.x for one in parts]), np.concatenate([one.y for one in parts]))
    heads = train(given, np.random.default_rng(SEED))
    for _ in range(HARDER_ROUNDS):  # what was taken for a word, again and again
        wrong = ~given.y.any(1) & (scores(heads, given.x).max(1) > 0.2)
        print(f"{int(wrong.sum())} negatives above 0.2")
        given = Examples(
            np.concatenate([given.x, *[given.x[wrong]] * 8]), np.concatenate([given.y, *[given.y[wrong]] * 8])
        )
        heads = train(given, np.random.default_rng(SEED))
    found = scores(heads, given.x)
    for index, word in enumerate(WORDS):
        right = found[given.y[:, index] > 0, index]
        print(f"{word}: {np.mean(right > 0.9):.3f} of {len(right)} windows above 0.9")
    np.savez(
        arguments.out,
        words=np.array(list(WORDS)),
        **{name: value.astype(np.float16) for name, value in heads.items()},
    )


if __name__ == "__main__":
    main()
