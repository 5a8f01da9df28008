# SPDX-License-Identifier: Apache-2.0
"""How well faces are told apart: strangers taken for an enrolled person, and pictures in which the person is known.

`--pictures DIR`: a folder for each person with pictures of their face in it. Each is enrolled from the first half of them, at most four;
the rest, and everybody else's, are told picture by picture (vision wants three of five looks to agree). Without it, one man's clip
alone, and nothing is known of strangers. Baseline: OpenCV's own threshold for SFace on the same numbers.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from common import emit, table
from numpy.typing import NDArray

from tektra.common import models
from tektra.common.pixels import Pixels
from tektra.common.recognition import mean
from tektra.vision.backends.sface import SFaceReader
from tektra.vision.faces import THRESHOLD

#: opencv/modules/objdetect, the tutorial of FaceRecognizerSF.
OPENCV_THRESHOLD = 0.363
MOST_ENROLLED, EDGE = 4, 60
Prints = dict[str, list[NDArray[np.float32]]]


def clip() -> dict[str, list[Pixels]]:
    """Frames of one man, seconds apart."""
    capture = cv2.VideoCapture(str(models.path("clip-carphone")))
    frames: list[Pixels] = []
    while (read := capture.read())[0]:
        frames.append(np.asarray(read[1], np.uint8))
    capture.release()
    return {"caller": frames[::10]}


def pictures(folder: Path) -> dict[str, list[Pixels]]:
    """A folder for each person. Narrow crops get an edge, as a face is never the whole of a camera's picture."""
    found: dict[str, list[Pixels]] = {}
    for person in sorted(path for path in folder.iterdir() if path.is_dir()):
        read = [cv2.imread(str(file)) for file in sorted(person.iterdir())]
        found[person.name] = [
            np.asarray(cv2.copyMakeBorder(p, EDGE, EDGE, EDGE, EDGE, cv2.BORDER_CONSTANT), np.uint8)
            for p in read
            if p is not None
        ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same")
    parser.add_argument("--pictures", type=Path, help="a folder for each person")
    given = parser.parse_args()
    reader = SFaceReader()
    reader.load()
    people = clip() | (pictures(given.pictures) if given.pictures else {})
    found = {
        name: [prints[0].vector for image in images if (prints := reader.read(image))]
        for name, images in people.items()
    }
    missed = sum(len(images) - len(found[name]) for name, images in people.items())
    own, others = _scores(found)
    rows = []
    for name, threshold in (("OpenCV's", OPENCV_THRESHOLD), ("Tektra's", THRESHOLD)):
        taken = float(np.mean(np.array(others) >= threshold)) if others else float("nan")
        known = float(np.mean(np.array(own) >= threshold))
        rows.append([name, threshold, 100 * known, 100 * taken])
    print(
        f"{len(found)} people; no face was found in {missed} pictures; the likeliest stranger: {max(others, default=0.0):.3f}"
    )
    print(table(["threshold", "cosine", "own known %", "strangers taken %"], rows))
    figures = {"people": float(len(found)), "strangers": float(len(others)), "own": float(len(own))}
    figures |= {"known_percent": float(rows[1][2]), "taken_percent": float(rows[1][3])}
    targets = {"taken_percent": "<= 0.1", "known_percent": ">= 95"} if others else {"known_percent": ">= 95"}
    emit("faces", n=len(own) + len(others), figures=figures, targets=targets)


def _scores(found: Prints) -> tuple[list[float], list[float]]:
    """How alike the pictures are that nobody was enrolled from: to whose they are, and to all others."""
    enrolled = {name: min(MOST_ENROLLED, (len(prints) + 1) // 2) for name, prints in found.items()}
    middle = {name: mean(np.array(found[name][:count])) for name, count in enrolled.items() if count}
    own: list[float] = []
    others: list[float] = []
    for name, prints in found.items():
        own += [float(middle[name] @ vector) for vector in prints[enrolled[name] :]]
        others += [float(m @ vector) for known, m in middle.items() if known != name for vector in prints]
    return own, others


if __name__ == "__main__":
    main()
