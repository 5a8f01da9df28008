# SPDX-License-Identifier: Apache-2.0
"""`tektra camera`: calibrates a camera from pictures of a chessboard or ChArUco board."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sensor_msgs.msg import Image

from tektra.cli.session import Session
from tektra.common.errors import BackendError, InputError
from tektra.common.pixels import Pixels
from tektra.ros.images import pixels
from tektra.ros.qos import SENSOR
from tektra.vision.backends.calibration import MOST_VIEWS, Board, Calibrator
from tektra.vision.backends.opencv import OpenCvCamera
from tektra.vision.backends.pictures import RAW_ENCODINGS, decode_picture
from tektra.vision.intrinsics import to_yaml

EPILOG = """\
examples:
  tektra camera calibrate --columns 9 --rows 6 --square-m 0.025 --source /dev/video0 --out hall.yaml
  tektra camera calibrate --columns 9 --rows 6 --square-m 0.025 --topic /camera/image_raw --out hall.yaml
  tektra camera calibrate --columns 7 --rows 5 --square-m 0.04 --marker-m 0.03 --pictures shots/ --out hall.yaml

A chessboard is counted in inner corners, a ChArUco board (--marker-m) in squares. Show the board near and far, at the edges and
in the corners of the picture, and tilted both ways; what would be a wrong calibration is refused, with the reason. Then name the
file in the camera's parameter `camera_info_file`.
Exit status: 0 written, 2 refused or wrong use, 3 nothing answers.
"""
#: How often a moving picture is looked at, and how long nothing may come.
PERIOD_S, SILENT_S = 0.5, 10.0


def add_parser(subparsers: Any) -> None:
    """Adds `camera` to the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("camera", description=__doc__, epilog=EPILOG, formatter_class=raw)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("calibrate", description=__doc__, epilog=EPILOG, formatter_class=raw)
    one.add_argument("--columns", type=int, required=True, help="inner corners across (ChArUco: squares)")
    one.add_argument("--rows", type=int, required=True, help="inner corners down (ChArUco: squares)")
    one.add_argument("--square-m", type=float, required=True, help="width of a square, m")
    one.add_argument("--marker-m", type=float, default=0.0, help="width of a ChArUco board's markers, m")
    one.add_argument("--dictionary", default="DICT_5X5_100", help="of the markers, as OpenCV calls it")
    where = one.add_mutually_exclusive_group(required=True)
    where.add_argument("--pictures", type=Path, help="a folder of JPEG and PNG pictures")
    where.add_argument("--source", help="a device such as /dev/video0, or a video file")
    where.add_argument("--topic", help="images of a node, such as /camera/image_raw")
    one.add_argument("--for-s", type=float, default=60.0, help="how long to look at a camera or topic (60)")
    one.add_argument("--name", default="camera", help="name of the camera in the file")
    one.add_argument("--out", type=Path, required=True, help="YAML file to write; must not exist")


def run(arguments: argparse.Namespace) -> int:
    """Calibrates; the exit status. Raises TektraError for what is refused."""
    if arguments.out.exists():
        raise InputError(f"{arguments.out} exists", "name another file, or take it away")
    board = Board(
        arguments.columns, arguments.rows, arguments.square_m, arguments.marker_m, arguments.dictionary
    )
    calibrator = Calibrator(board)
    for name, image in _pictures(arguments):
        why = calibrator.add(image)
        print(f"{name}: {why or f'view {calibrator.views}'}", flush=True)
        if calibrator.views >= MOST_VIEWS:
            break
    found = calibrator.solve(arguments.name)
    arguments.out.write_text(to_yaml(found.camera), encoding="utf-8")
    print(f"{found.views} views, mean error {found.error_px:.2f} px, focal length within {found.doubt:.2%}")
    print(f"written to {arguments.out}: name it in camera_info_file")
    return 0


def _pictures(arguments: argparse.Namespace) -> Iterator[tuple[str, Pixels]]:
    if arguments.pictures is not None:
        return _of_folder(arguments.pictures)
    if arguments.source is not None:
        return _of_camera(arguments.source, arguments.for_s)
    return _of_topic(arguments.topic, arguments.for_s)


def _of_folder(folder: Path) -> Iterator[tuple[str, Pixels]]:
    files = sorted(p for p in folder.glob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not files:
        raise InputError(f"{folder} holds no JPEG or PNG", "name a folder of pictures of the board")
    for path in files:
        try:
            yield path.name, decode_picture(path.read_bytes())
        except InputError as error:
            print(f"{path.name}: left out: {error}")


def _of_camera(source: str, for_s: float) -> Iterator[tuple[str, Pixels]]:
    camera = OpenCvCamera(source, loop=False)
    camera.open()
    try:
        end_s, due_s = time.monotonic() + for_s, 0.0
        while time.monotonic() < end_s:
            frame = camera.read(1.0)
            if frame is not None and time.monotonic() >= due_s:
                due_s = time.monotonic() + PERIOD_S
                yield source, frame.image
    except BackendError:
        return  # a film has ended
    finally:
        camera.close()


def _of_topic(topic: str, for_s: float) -> Iterator[tuple[str, Pixels]]:
    with Session() as session:
        newest: list[Image] = []
        session.node.create_subscription(
            Image, topic, lambda message: newest.__setitem__(slice(None), [message]), SENSOR
        )
        end_s, heard_s = time.monotonic() + for_s, time.monotonic()
        while time.monotonic() < end_s:
            session.spin_until(lambda: False, PERIOD_S)
            if newest:
                heard_s = time.monotonic()
                yield topic, np.ascontiguousarray(pixels(newest.pop(), RAW_ENCODINGS))
            elif time.monotonic() - heard_s > SILENT_S:
                raise InputError(
                    f"no images on {topic}", "look at `tektra status`; name the topic of a camera"
                )
