# SPDX-License-Identifier: Apache-2.0
"""Questions about scenes whose true answer is known: what vision says is true, false, or that it does not know.

Simulated: what rover1's camera sees of the home's cubes from places all over two rooms, drawn by MuJoCo, which knows what the picture
really shows; and where things were before, and are now, over looks from several places. Recorded: the clips of models.lock, labelled by hand. The
detectors are the node's (`household`). Something that is there and denied counts as false, like something that is claimed and is
not there; what is smaller than a detector can see (36 px) is not asked for. Baseline: the best that can be said without looking (each kind of
question answered by what is most often true).
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from common import emit, table

from tektra.common import backends, models
from tektra.common.pixels import Pixels
from tektra.common.world import load_world
from tektra.sim.backends.mujoco_cameras import MujocoCameras
from tektra.vision.backends import Detector
from tektra.vision.cameras import cameras_of
from tektra.vision.looker import Looker
from tektra.vision.object_memory import ObjectMemory
from tektra.vision.options import VisionOptions
from tektra.vision.positions import camera_pose
from tektra.vision.recollection import Recollection
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind, Sighting
from tektra.vision.surfaces import Surfaces
from tektra.vision.tracker import Tracker
from tektra.vision.words import NUMBERS

CONFIG = Path(__file__).parents[1] / "config"
WORLD = load_world(CONFIG / "world.yaml")
COLOURS = ("red", "green", "blue")
LEAST_PX, SIZE, SEED = 36, (640, 480), 12
TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
#: Of a clip: frames that are asked about, and what is surely in them and surely not (labelled by hand).
RECORDED = {
    "clip-carphone": (range(4, 116, 12), {"person": 1}, ("dog", "cup", "elephant", "bed")),
    "clip-bikes": (range(160, 172, 3), {}, ("dog", "elephant", "bed", "pizza", "laptop")),
}


@dataclass(frozen=True)
class Asked:
    """A question, what was said, whether that is true; `should`: the short true answer, for the baseline."""

    kind: str
    question: str
    said: str
    verdict: str
    should: str


class Remembering:
    """A Detector that looks once at each picture."""

    def __init__(self, detector: Detector) -> None:
        self.classes = detector.classes
        self._detector = detector
        self._seen: dict[tuple[int, Kind], tuple[Pixels, list[Sighting]]] = {}

    def load(self, kinds: Any) -> None:
        self._detector.load(kinds)
        self.classes = self._detector.classes

    def close(self) -> None:
        self._detector.close()

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        key = (id(image), kind)
        if key not in self._seen:
            self._seen[key] = image, self._detector.detect(image, kind)
        return self._seen[key][1]


def presence(said: str, noun: str, count: int) -> str:
    """Whether an answer about one kind of thing is true; `count` of it are there."""
    if said.startswith(("I would not", "I do not know", "There may be", "I cannot")):
        return UNKNOWN
    if "I do not see" in said:
        return TRUE if count == 0 else FALSE
    if more := re.search(r"perhaps (\w+) more", said):
        least = next((n for n, word in enumerate(NUMBERS) if f"I see {word} " in said and n > 1), 1)
        return UNKNOWN if least <= count <= least + NUMBERS.index(more[1]) else FALSE
    told = next((n for n, word in enumerate(NUMBERS) if f" {word} " in said and n > 1), 1)
    return TRUE if noun.rstrip("s") in said.replace("people", "person") and told == count else FALSE


def aside(said: str, there: set[str], known: bool) -> str:
    if "I do not know" in said or "do not know which" in said:
        return UNKNOWN if not known or "which" in said else FALSE
    sure, _, perhaps = said.partition(" of the ")[2].partition("there may be")
    sure = sure.removeprefix("green cube")
    claimed, possible = ({f"{c} cube" for c in COLOURS if f"{c} cube" in part} for part in (sure, perhaps))
    others = len(re.findall(r"\b(?:an?|two|three) ", sure)) - len(claimed)
    if claimed <= there <= claimed | possible and others <= 0:
        return TRUE if there == claimed else UNKNOWN
    return FALSE


def colours(said: str, there: set[str]) -> str:
    if "I do not see" in said:
        return TRUE if not there else FALSE
    if "cannot tell" in said:
        return UNKNOWN
    return TRUE if {colour for colour in COLOURS if colour in said} == there else FALSE


class Rover:
    """rover1's camera over the simulated home."""

    def __init__(self) -> None:
        self.cameras = MujocoCameras(WORLD, *SIZE)
        self.dice = np.random.default_rng(SEED)
        robots = {
            r.name: {"x": r.pose.x_m, "y": r.pose.y_m, "yaw": r.pose.yaw_rad, "joints": []}
            for r in WORLD.robots.values()
        }
        self.state: dict[str, Any] = {"robots": robots, "objects": {}}
        self.away()

    def away(self, *left: str) -> None:
        """All cubes on their table, but for these, which are nowhere."""
        self.state["objects"] = {o.name: [o.x_m, o.y_m, o.z_m] for o in WORLD.objects.values()}
        for colour in left:
            self.state["objects"][f"{colour}_cube"] = [1.0, 1.0, 8.0]

    def look(self, x: float, y: float, yaw: float) -> tuple[Pixels, dict[str, tuple[int, int, int, int]]]:
        self.state["robots"]["rover1"] |= {"x": x, "y": y, "yaw": yaw}
        self.cameras.put(self.state)
        image = np.ascontiguousarray(self.cameras.picture("rover1")[:, :, ::-1])
        return image, self.cameras.visible("rover1")


def simulated(rover: Rover, looker: Looker, scenes: int) -> Iterator[Asked]:
    kinds = [Kind.OBJECTS]
    for number in range(scenes):
        rover.away(*(colour for colour in COLOURS if rover.dice.random() < 0.35))
        if number % 4 == 3:  # the kitchen, where no cube is
            x, y, yaw = (float(rover.dice.uniform(*span)) for span in ((10.5, 13.0), (1.2, 3.0), (-3.1, 3.1)))
        else:
            x, y = (float(rover.dice.uniform(*span)) for span in ((12.2, 13.5), (7.5, 9.3)))
            yaw = math.atan2(8.6 - y, 14.4 - x) + float(rover.dice.uniform(-0.4, 0.4))
        image, visible = rover.look(x, y, yaw)
        boxes = {colour: visible[f"{colour}_cube"] for colour in COLOURS if f"{colour}_cube" in visible}
        if any(w * h < LEAST_PX or left <= 1 or left + w >= SIZE[0] - 1 for left, _, w, h in boxes.values()):
            continue  # one of them can only be guessed
        for colour in COLOURS:
            count = int(colour in boxes)
            for kind, question in (
                ("is there", f"Is there a {colour} cube?"), ("how many", f"How many {colour} cubes are there?"),
            ):  # fmt: skip
                said = looker.analyze(image, question, kinds)[1]
                yield Asked(kind, question, said, presence(said, "cube", count), str(count))
        said = looker.analyze(image, "What colour are the cubes?", kinds)[1]
        yield Asked(
            "what colour", "What colour are the cubes?", said, colours(said, set(boxes)), str(sorted(boxes))
        )
        for side in ("left", "right"):
            question = f"What is {side} of the green cube?"
            said = looker.analyze(image, question, kinds)[1]
            beside = _beside(boxes, side)
            yield Asked(
                "what is beside", question, said, aside(said, beside, "green" in boxes), str(sorted(beside))
            )
        said = looker.analyze(image, "Is anybody there?", kinds)[1]
        yield Asked("is anybody there", "Is anybody there?", said, presence(said, "person", 0), "0")
        said = looker.analyze(image, "What is left of the robot?", kinds)[1]
        yield Asked(
            "what is beside", "What is left of the robot?", said, aside(said, set(), False), "unknown"
        )


def _beside(boxes: dict[str, tuple[int, int, int, int]], side: str) -> set[str]:
    if "green" not in boxes:
        return set()
    x, _, w, _ = boxes["green"]
    middles = {colour: left + wide / 2.0 for colour, (left, _, wide, _) in boxes.items() if colour != "green"}
    return {
        f"{c} cube" for c, middle in middles.items() if (middle < x if side == "left" else middle > x + w)
    }


def remembered(rover: Rover, detector: Detector, rounds: int) -> Iterator[Asked]:
    """Cubes lie on the table; one is carried off, to the floor of the office; then it is asked for."""
    own = cameras_of(VisionOptions(cameras_file=str(CONFIG / "rover_cameras.yaml")))["rover1"]
    mounted, surfaces = camera_pose(own), Surfaces(WORLD)
    assert mounted is not None
    for _ in range(rounds):
        rover.away()
        memory, now_s, tracker = ObjectMemory(), 1e9, Tracker("o", keep_s=3.0)
        recollection = Recollection(memory, lambda at_s: f"{at_s - 1e9:.0f} s")
        moved = COLOURS[int(rover.dice.integers(3))]
        for phase in range(2):
            if phase:
                rover.state["objects"][f"{moved}_cube"] = [13.6, float(rover.dice.uniform(7.3, 7.7)), 0.025]
            for _ in range(3):
                x, y = (float(rover.dice.uniform(*span)) for span in ((12.3, 12.9), (8.0, 9.2)))
                yaw = math.atan2(8.4 - y, 14.2 - x)
                at = {"x": x + mounted.x * math.cos(yaw), "y": y + mounted.x * math.sin(yaw), "yaw": yaw}
                pose = replace(mounted, **at)
                for _ in range(5):
                    image, _ = rover.look(x, y, yaw)
                    tracks = tracker.update(now_s, detector.detect(image, Kind.OBJECTS))
                    memory.saw(
                        now_s, "rover1", SIZE, tracks, lambda s, p=pose: surfaces.stands(p, s.box, SIZE, own.edge_error),
                        lambda px, py, pz, p=pose: surfaces.pixel(p, px, py, pz, SIZE),
                    )  # fmt: skip
                    now_s += 0.6
            for colour in COLOURS:
                question = f"Where did you last see the {colour} cube?"
                said = recollection.answer(question, now_s, detector.classes)
                place = "on the floor" if phase and colour == moved else "on the arm table"
                # That it was seen there last, and not when that was looked at, is true of one that was not found again.
                lost = phase and colour == moved and "on the arm table" in said and "I did not see it" in said
                right = place in said and said.count("on the") == 1
                verdict = UNKNOWN if lost or "have not seen" in said else TRUE if right else FALSE
                yield Asked("where was it last", question, said, verdict, place)


def recorded(looker: Looker) -> Iterator[Asked]:
    for clip, (frames, there, absent) in RECORDED.items():
        capture = cv2.VideoCapture(str(models.path(clip)))
        for index in frames:
            capture.set(cv2.CAP_PROP_POS_FRAMES, index)
            image = np.asarray(capture.read()[1], np.uint8)
            for noun, count in (*there.items(), *((noun, 0) for noun in absent)):
                for question in (
                    f"Is there a {noun}?",
                    *(["Is anybody there?", "How many people are there?"] if noun == "person" else []),
                ):
                    said = looker.analyze(image, question, [Kind.OBJECTS])[1]
                    yield Asked("recorded", question, said, presence(said, noun, count), str(count))
            said = looker.analyze(image, "Is there a teapot?", [Kind.OBJECTS])[1]
            yield Asked("recorded", "Is there a teapot?", said, presence(said, "teapot", 0), "unknown")
        capture.release()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a third of the scenes")
    quick = parser.parse_args().quick
    detector = Remembering(backends.load("detector", "household")(0.4))
    detector.load([Kind.OBJECTS])
    looker, rover = Looker(detector, Schedule({}, 0.5), 2.0, lambda: 0.0), Rover()
    asked = [
        *simulated(rover, looker, 12 if quick else 40),
        *recorded(looker),
        *remembered(rover, detector, 2 if quick else 5),
    ]
    rover.cameras.close()
    detector.close()
    kinds = dict.fromkeys(one.kind for one in asked)
    rows = []
    for kind in kinds:
        some = [one for one in asked if one.kind == kind]
        blindly = Counter(one.should for one in some).most_common(1)[0][1]
        counts = Counter(one.verdict for one in some)
        rows.append(
            [kind, len(some), counts[TRUE], counts[FALSE], counts[UNKNOWN], 1.0 - blindly / len(some)]
        )
    print(table(["question", "n", "true", "false", "not known", "false without looking"], rows))
    for one in asked:
        if one.verdict == FALSE:
            print(f"false: {one.question} -> {one.said} (true: {one.should})")
    verdicts = Counter(one.verdict for one in asked)
    figures = {f"{verdict}_share": verdicts[verdict] / len(asked) for verdict in (TRUE, FALSE, UNKNOWN)}
    figures["blind_false_share"] = sum(row[1] * row[5] for row in rows) / len(asked)
    emit("scene", n=len(asked), figures=figures, targets={"false_share": "<= 0.02", "true_share": ">= 0.7"})


if __name__ == "__main__":
    main()
