# SPDX-License-Identifier: Apache-2.0
"""How often a held gesture is taken for what it means, and how often a hand that means nothing is.

`--pictures DIR`: folders DIR/<who>/<gesture> of labelled pictures (closed_fist, open_palm, thumb_up, thumb_down; fist, palm, thumbs_up,
thumbs_down are the same; every other name means nothing). Of each picture a clip is made: nobody is there for 1.3 s, as an answer
counts only when its hand was seen being raised; then it is held for 1.7 s before an unsteady
camera that is looked through three times a second, as vision does by default. A clip is right when what was told is what the gesture
means, and nothing else; for every other clip the cause is told. Grey pictures, and those of fewer than 240 px a side, which no camera of a
house gives, are counted for themselves (`poor`). `--recordings FILE...`: films without gestures, whole, beside the clips of models.lock. Baseline: the detector's
word for a single look, with no dwell.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from common import emit, table

from tektra.common import models
from tektra.common.paths import share_dir
from tektra.common.pixels import Pixels
from tektra.vision.backends.mediapipe import MediapipeDetector
from tektra.vision.gesture_table import GESTURES, read_table
from tektra.vision.gestures import GestureActs
from tektra.vision.sightings import Kind
from tektra.vision.tracker import Tracker
from tektra.vision.waving import Waves

NAMES = {"fist": "closed_fist", "palm": "open_palm", "thumbs_up": "thumb_up", "thumbs_down": "thumb_down"}
#: Looks a second, and how many a clip has before the hand is raised, and of it.
RATE_HZ, BEFORE, LOOKS = 3.0, 4, 5
#: Smaller pictures are scaled up to so many px a side: no camera is smaller. An unsteady camera shifts by so many px a look.
LEAST_PX, SHAKE_PX = 320, 6.0
#: What is smaller than this (px a side), or has no colour, is no picture of a camera.
CAMERA_PX, GREY = 240, 3.0
MIN_SCORE = 0.4
CAUSES = ("no hand", "named nothing", "another name", "too weak", "not held")


class Counting(MediapipeDetector):
    """Tells also of hands that show nothing."""

    def finds_hand(self, picture: Pixels) -> bool:
        """Whether there is a hand in it, whatever it shows."""
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture[:, :, ::-1]))
        return bool(self._tasks[Kind.GESTURES].recognize(image).hand_landmarks)


class Watched:
    """What the table makes of a row of pictures."""

    def __init__(self, detector: MediapipeDetector) -> None:
        self._detector = detector
        self._acts = GestureActs(read_table(str(share_dir() / "config" / "gestures.yaml")))
        self._tracker = Tracker("h", by_class=False)
        self._waves = Waves()
        self.single: list[str] = []
        self.scores: list[float] = []

    def sees_nobody(self, now_s: float) -> None:
        """A look before the hand is raised."""
        self._acts.update(now_s, self._waves.update(now_s, self._tracker.update(now_s, [])))

    def look(self, now_s: float, picture: Pixels) -> list[str]:
        """The gestures that were acted on just now; `single` gets the best of this look alone."""
        found = self._detector.detect(picture, Kind.GESTURES)
        self.single.append(found[0].class_id if found else "")
        self.scores.append(found[0].score if found else 0.0)
        hands = self._waves.update(now_s, self._tracker.update(now_s, found))
        return [act.sign.gesture for act in self._acts.update(now_s, hands)]


def held(picture: Pixels, dice: random.Random) -> Iterator[Pixels]:
    """The picture before an unsteady camera."""
    scale = max(1.0, LEAST_PX / min(picture.shape[:2]))
    large = cv2.resize(picture, None, fx=scale, fy=scale) if scale > 1.0 else picture
    x = y = 0.0
    for _ in range(LOOKS):
        x, y = x + dice.gauss(0.0, SHAKE_PX), y + dice.gauss(0.0, SHAKE_PX)
        moved = np.array([[1.0, 0.0, x], [0.0, 1.0, y]], np.float32)
        size = (large.shape[1], large.shape[0])
        yield np.asarray(cv2.warpAffine(large, moved, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def pictures(folder: Path, every: int) -> Iterator[tuple[str, str, Pixels]]:
    """Who, which gesture, and the picture."""
    for place in sorted(path for path in folder.glob("*/*") if path.is_dir()):
        for file in sorted(place.iterdir())[::every]:
            read = cv2.imread(str(file))
            if read is not None:
                yield place.parent.name, NAMES.get(place.name, place.name), np.asarray(read, np.uint8)


def film(path: Path) -> Iterator[tuple[float, Pixels]]:
    """The pictures of a recording that are looked at, and when (s)."""
    capture = cv2.VideoCapture(str(path))
    rate_hz = capture.get(cv2.CAP_PROP_FPS) or 30.0
    number, due_s = 0, 0.0
    while (read := capture.read())[0]:
        at_s = number / rate_hz
        number += 1
        if at_s >= due_s:
            due_s = at_s + 1.0 / RATE_HZ
            yield at_s, np.asarray(read[1], np.uint8)
    capture.release()


def poor(picture: Pixels) -> bool:
    """Whether it is grey or smaller than any camera's."""
    colours = picture.astype(np.int16)
    grey = float((colours.max(axis=2) - colours.min(axis=2)).mean()) < GREY
    return grey or min(picture.shape[:2]) < CAMERA_PX


def cause(watched: Watched, gesture: str, least_score: float, hands: int) -> str:
    """Why a clip was not acted on: what most of its looks came to, where that was not the gesture. `hands`: looks that found one."""
    named = [name for name in watched.single if name]
    right = [score for name, score in zip(watched.single, watched.scores, strict=True) if name == gesture]
    if 2 * hands < LOOKS:
        return "no hand"
    if 2 * len(named) < LOOKS:
        return "named nothing"
    if 2 * len(right) < len(named):
        return "another name"
    return "too weak" if 2 * sum(score >= least_score for score in right) < len(right) else "not held"


def labelled(detector: Counting, folder: Path, every: int) -> dict[str, float]:
    """Figures over labelled pictures."""
    dice = random.Random(3)
    signs = read_table(str(share_dir() / "config" / "gestures.yaml"))
    rows: dict[tuple[str, str, bool], Counter[str]] = {}
    for who, gesture, picture in pictures(folder, every):
        watched, told, hands = Watched(detector), [], 0
        for number in range(BEFORE):
            watched.sees_nobody(number / RATE_HZ)
        for number, shown in enumerate(held(picture, dice), BEFORE):
            told += watched.look(number / RATE_HZ, shown)
            hands += bool(watched.single[-1]) or detector.finds_hand(shown)
        wanted = [gesture] if gesture in signs else []
        row = rows.setdefault((who, gesture, poor(picture)), Counter())
        row["clips"] += 1
        row["right"] += set(told) == set(wanted)
        row["wrong"] += bool([one for one in told if one not in wanted])
        row["single"] += watched.single[0] == (gesture if gesture in GESTURES else watched.single[0])
        row["single_wrong"] += watched.single[0] in set(signs) - {gesture}
        if wanted and not told:
            row[cause(watched, gesture, signs[gesture].score, hands)] += 1
    print(table(["who", "gesture", "picture", "clips", "right", "wrong sign", *CAUSES],
                [[who, gesture, "poor" if bad else "plain", *(row[key] for key in ("clips", "right", "wrong", *CAUSES))]
                 for (who, gesture, bad), row in rows.items()]))  # fmt: skip
    meant = [row for (_, gesture, bad), row in rows.items() if gesture in signs and not bad]
    poorly = [row for (_, gesture, bad), row in rows.items() if gesture in signs and bad]
    fists = [row for (_, gesture, bad), row in rows.items() if gesture == "closed_fist" and not bad]
    others = [row for (_, gesture, _), row in rows.items() if gesture not in signs]

    def share(some: Sequence[Counter[str]], what: str) -> float:
        return round(sum(row[what] for row in some) / max(1, sum(row["clips"] for row in some)), 4)

    return {
        "clips": sum(row["clips"] for row in meant),
        "right": share(meant, "right"),
        "right_fist": share(fists, "right"),
        "wrong_sign": share(meant, "wrong"),
        **{f"lost_{name.replace(' ', '_')}": share(meant, name) for name in CAUSES},
        "poor_clips": sum(row["clips"] for row in poorly),
        "poor_right": share(poorly, "right"),
        "other_clips": sum(row["clips"] for row in others),
        "other_taken": share(others, "wrong"),
        "single_right": share(meant, "single"),
        "other_taken_single": share(others, "single_wrong"),
    }


def recordings(detector: MediapipeDetector, files: Sequence[Path]) -> dict[str, float]:
    """False triggers over films without gestures."""
    told, single, seconds = 0, 0, 0.0
    for path in files:
        watched, last_s = Watched(detector), 0.0
        for at_s, picture in film(path):
            acts = watched.look(at_s, picture)
            told, last_s = told + len(acts), at_s
            print(f"{path.name} at {at_s:.1f} s: {acts}") if acts else None
        single += sum(name in GESTURES for name in watched.single)
        seconds += last_s
    return {"minutes": round(seconds / 60.0, 2), "false": told, "false_single": single}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every tenth picture")
    parser.add_argument("--pictures", type=Path, help="DIR/<who>/<gesture>/*.jpg")
    parser.add_argument("--recordings", type=Path, nargs="*", default=[], help="films without gestures")
    given = parser.parse_args()
    detector = Counting(MIN_SCORE)
    detector.load([Kind.GESTURES])
    clips = [models.path(name) for name in ("clip-carphone", "clip-bikes")]
    figures = recordings(detector, [*clips, *given.recordings])
    if given.pictures:
        figures |= labelled(detector, given.pictures, 10 if given.quick else 1)
    print(
        table(
            ["", "held", "single look"],
            [["false, without gestures", figures["false"], figures["false_single"]]],
        )
    )
    targets = {"false": "== 0"}
    if given.pictures:
        targets |= {"right": ">= 0.95", "wrong_sign": "<= 0.01"}
    emit("gestures", n=int(figures.get("clips", 0)), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
