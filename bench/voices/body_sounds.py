# SPDX-License-Identifier: Apache-2.0
"""What comes of a listener's throat without taking the word: coughs, laughter, a throat cleared, sneezes, "mm-hm". By recipe, each by its seed.

A source (noise of the airway, pulses of the vocal folds) goes through resonances of the vocal tract and an envelope in time, as
source-filter synthesis has it (G. Fant, "Acoustic theory of speech production", 1960). A cough has its three phases: a burst, air that
decays, and in half of them a voiced end (J. Korpáš et al., "Analysis of the cough sound", Pulm. Pharmacol. 9, 1996). A laugh is a train of
"ha" at 4 to 6 Hz, lower from one to the next (J.-A. Bachorowski et al., "The acoustic features of human laughter", JASA 110, 2001).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s

#: Resonances in Hz, and how wide they are.
Formants = tuple[tuple[float, float], ...]
AIRWAY: Formants = ((750.0, 250.0), (1550.0, 300.0), (2700.0, 400.0), (3900.0, 600.0))
HA: Formants = ((780.0, 120.0), (1300.0, 140.0), (2600.0, 200.0), (3600.0, 300.0))
HE: Formants = ((520.0, 100.0), (1850.0, 140.0), (2500.0, 200.0), (3600.0, 300.0))
HO: Formants = ((500.0, 100.0), (900.0, 120.0), (2500.0, 200.0), (3500.0, 300.0))
TEETH: Formants = ((3200.0, 900.0), (4800.0, 1200.0))
NASAL: Formants = ((270.0, 70.0), (1050.0, 250.0), (2200.0, 350.0))


def cough(seed: int) -> Float32s:
    """One to three of them; the later are weaker."""
    rng = np.random.default_rng([seed, 1])
    throat = _scaled(AIRWAY, rng)
    parts: list[Float32s] = []
    for number in range(int(rng.integers(1, 4))):
        burst = _shaped(_noise(rng, rng.uniform(0.03, 0.06)), throat, 0.003, 0.02)
        air = 0.45 * _shaped(_noise(rng, rng.uniform(0.1, 0.22)), throat, 0.005, 0.07)
        parts += [0.75**number * burst, 0.75**number * air]
        if rng.random() < 0.5:
            f0_hz = rng.uniform(110, 320)
            parts.append(
                0.75**number * 0.4 * _voiced(rng, rng.uniform(0.06, 0.14), f0_hz, 0.75 * f0_hz, throat)
            )
        parts.append(_silence(rng.uniform(0.12, 0.35)))
    return _even(parts[:-1])


def laugh(seed: int) -> Float32s:
    """Three to nine times "ha", "he" or "ho"."""
    rng = np.random.default_rng([seed, 2])
    vowel = _scaled((HA, HE, HO)[int(rng.integers(3))], rng)
    f0_hz, every_s = rng.uniform(130, 380), 1.0 / rng.uniform(4.0, 6.0)
    parts: list[Float32s] = []
    for number in range(int(rng.integers(3, 10))):
        breath_s = rng.uniform(0.3, 0.5) * every_s
        voice_s = rng.uniform(0.35, 0.5) * every_s
        loud = 0.93**number * rng.uniform(0.7, 1.0)
        breath = 0.25 * loud * _shaped(_noise(rng, breath_s), vowel, 0.03, 0.2)
        parts += [breath, loud * _voiced(rng, voice_s, f0_hz, 0.85 * f0_hz, vowel, rough=0.02)]
        parts.append(_silence(max(0.0, every_s - breath_s - voice_s)))
        f0_hz *= rng.uniform(0.92, 0.99)
    return _even(parts)


def throat_cleared(seed: int) -> Float32s:
    """A rough rumble, and often a hum behind it."""
    rng = np.random.default_rng([seed, 3])
    throat, f0_hz = _scaled(AIRWAY, rng), rng.uniform(65, 120)
    parts: list[Float32s] = []
    for _ in range(int(rng.integers(1, 3))):
        length_s = rng.uniform(0.18, 0.4)
        rumble = _voiced(rng, length_s, f0_hz, 0.9 * f0_hz, throat, rough=0.2)
        scrape = 0.5 * _shaped(_noise(rng, length_s), throat, 0.03, 0.2)
        size = min(len(rumble), len(scrape))
        parts += [rumble[:size] + scrape[:size], _silence(rng.uniform(0.03, 0.1))]
    if rng.random() < 0.6:
        parts.append(0.6 * _voiced(rng, rng.uniform(0.1, 0.25), 1.5 * f0_hz, 1.2 * f0_hz, NASAL))
    return _even(parts)


def sneeze(seed: int) -> Float32s:
    """Air drawn in, and "tchoo"."""
    rng = np.random.default_rng([seed, 4])
    throat, f0_hz = _scaled(AIRWAY, rng), rng.uniform(140, 350)
    return _even(
        [
            0.25 * _voiced(rng, rng.uniform(0.15, 0.35), 0.9 * f0_hz, 1.1 * f0_hz, throat, rough=0.05),
            _silence(rng.uniform(0.05, 0.2)),
            _shaped(_noise(rng, rng.uniform(0.08, 0.15)), TEETH, 0.004, 0.06),
            0.6 * _voiced(rng, rng.uniform(0.1, 0.25), f0_hz, 0.7 * f0_hz, _scaled(HO, rng), rough=0.04),
        ]
    )


def hum(seed: int) -> Float32s:
    """ "Mm-hm", with closed lips, its second half higher; or a single "hm"."""
    rng = np.random.default_rng([seed, 5])
    f0_hz, nose = rng.uniform(85, 240), _scaled(NASAL, rng)
    first = _voiced(rng, rng.uniform(0.12, 0.25), f0_hz, 0.95 * f0_hz, nose, rough=0.01)
    if rng.random() < 0.3:
        return _even([first, _voiced(rng, rng.uniform(0.1, 0.3), 0.95 * f0_hz, 0.85 * f0_hz, nose)])
    breath = 0.1 * _shaped(_noise(rng, rng.uniform(0.04, 0.09)), nose, 0.02, 0.1)
    second = _voiced(rng, rng.uniform(0.15, 0.3), rng.uniform(1.1, 1.35) * f0_hz, f0_hz, nose, rough=0.01)
    return _even([0.8 * first, breath, second])


RECIPES: tuple[tuple[str, Callable[[int], Float32s], int], ...] = (
    ("cough", cough, 40),
    ("laugh", laugh, 40),
    ("throat", throat_cleared, 20),
    ("sneeze", sneeze, 15),
    ("mm-hm", hum, 35),
)


def _scaled(formants: Formants, rng: np.random.Generator) -> Formants:
    """Of a longer or shorter throat."""
    by = rng.uniform(0.85, 1.18)
    return tuple((by * rng.uniform(0.95, 1.05) * at, width) for at, width in formants)


def _noise(rng: np.random.Generator, length_s: float) -> Float32s:
    return rng.standard_normal(int(length_s * SAMPLE_RATE_HZ)).astype(np.float32)


def _silence(length_s: float) -> Float32s:
    return np.zeros(int(length_s * SAMPLE_RATE_HZ), np.float32)


def _shaped(source: Float32s, formants: Formants, rise_s: float, decay_s: float) -> Float32s:
    """Through the resonances one after the other, as loud as noise of 1, and with an envelope that rises and decays."""
    size = 2 * len(source)
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones(size // 2 + 1, np.complex128)
    for at_hz, width_hz in formants:
        radius, angle = np.exp(-np.pi * width_hz / SAMPLE_RATE_HZ), 2 * np.pi * at_hz / SAMPLE_RATE_HZ
        response /= 1 - 2 * radius * np.cos(angle) * turn + radius**2 * turn**2
    sound = np.fft.irfft(np.fft.rfft(source, size) * response, size)[: len(source)]
    at_s = np.arange(len(source)) / SAMPLE_RATE_HZ
    envelope = np.minimum(1.0, at_s / rise_s) * np.exp(-np.maximum(0.0, at_s - rise_s) / decay_s)
    loud = float(np.sqrt(np.mean(sound**2))) + 1e-9
    return (sound / loud * envelope).astype(np.float32)


def _voiced(
    rng: np.random.Generator,
    length_s: float,
    from_hz: float,
    to_hz: float,
    formants: Formants,
    rough: float = 0.01,
) -> Float32s:
    """Pulses of the vocal folds from one pitch to another, uneven by `rough`, with some breath."""
    length = int(length_s * SAMPLE_RATE_HZ)
    source = 0.03 * rng.standard_normal(length)
    at = 0.0
    while at < length:
        source[int(at)] += 1.0 + rough * rng.standard_normal()
        f0_hz = from_hz + (to_hz - from_hz) * at / length
        at += SAMPLE_RATE_HZ / f0_hz * max(0.5, 1.0 + rough * rng.standard_normal())
    falls = np.convolve(source, np.exp(-np.arange(48) / 8.0))[:length]  # -12 dB an octave, as folds have it
    voiced = _shaped(falls.astype(np.float32), formants, 0.012, 10.0)
    fade = min(length, int(0.03 * SAMPLE_RATE_HZ))
    voiced[length - fade :] *= np.linspace(1.0, 0.0, fade)
    return voiced


def _even(parts: list[Float32s]) -> Float32s:
    """As one sound, whose loudest is 1."""
    return even(np.concatenate(parts))


def even(sound: Float32s) -> Float32s:
    """As loud that its loudest is 1."""
    return (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)
