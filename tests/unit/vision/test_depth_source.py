# SPDX-License-Identifier: Apache-2.0
"""Which depth images are believed: those of the picture's moment, frame and shape, and no other."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from sensor_msgs.msg import Image

from tektra.common.errors import InputError
from tektra.ros.depth_topics import metres
from tektra.vision.backends import Frame
from tektra.vision.depth import Depth
from tektra.vision.depth_source import DepthSource

NOW_S = 1_700_000_000.0
PICTURE = np.zeros((480, 640, 3), np.uint8)
K = (500.0, 0.0, 320.0, 0.0, 500.0, 240.0, 0.0, 0.0, 1.0)
NAN = float("nan")


@dataclass(frozen=True)
class Info:
    width: int = 640
    height: int = 480
    k: tuple[float, ...] = K
    model: str = "plumb_bob"
    distortion: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)


def message(
    values: np.ndarray, encoding: str = "16UC1", *, big: bool = False, pad: int = 0, **changed: object
) -> Image:
    kind = {"16UC1": "u2", "32FC1": "f4"}.get(encoding, "u2")
    rows = values.astype(f"{'>' if big else '<'}{kind}")
    data = np.pad(rows.view(np.uint8).reshape(len(rows), -1), ((0, 0), (0, pad)))
    made = Image(height=len(rows), width=values.shape[1], encoding=encoding, step=data.shape[1])
    made.is_bigendian, made.data = int(big), array("B", data.tobytes())
    for name, value in changed.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("pad", [0, 6])
@pytest.mark.parametrize("encoding, unit", [("16UC1", 1000.0), ("32FC1", 1.0)])
def test_millimetres_and_metres_are_read_as_they_are_sent(
    encoding: str, unit: float, pad: int, big: bool
) -> None:
    told = np.linspace(0.5, 6.0, 48 * 64).reshape(48, 64)
    read = metres(message(told * unit, encoding, pad=pad, big=big))
    assert read.dtype == np.float32 and read == pytest.approx(told, abs=0.001)


def test_what_is_no_distance_is_none() -> None:
    read = metres(message(np.array([[NAN, np.inf, -np.inf, 0.0, -1.0, 1e-40, 3e38, 2.0]]), "32FC1"))
    assert np.isnan(read[0, :5]).all() and read[0, 7] == 2.0
    assert np.isnan(metres(message(np.zeros((4, 4))))).all()


@pytest.mark.parametrize(
    "changed",
    [
        {"encoding": "mono16"}, {"encoding": "bgr8"}, {"encoding": ""}, {"encoding": "64FC1"}, {"encoding": "x" * 900},
        {"width": 65}, {"height": 47}, {"height": 0}, {"width": 0}, {"step": 1}, {"step": 0}, {"width": 2**31}, {"height": 2**32 - 1},
        {"data": array("B")},
    ],
)  # fmt: skip
def test_a_wrong_encoding_or_size_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(InputError, match="depth"):
        metres(message(np.full((48, 64), 2000), **changed))


@dataclass
class Rig:
    """A picture each 0.1 s; its depth comes with the same stamp, but for what is changed."""

    now_s: float = NOW_S
    info: Info = field(default_factory=Info)
    source: DepthSource = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.source = DepthSource(0.1, 1.0, lambda: self.now_s)

    def come(self, late_s: float = 0.0, *, shape: tuple[int, int] = (480, 640), frame: str = "eye",
             make: Callable[[], np.ndarray] | None = None) -> None:  # fmt: skip
        self.now_s += 0.1
        self.count += 1
        noise = np.random.default_rng(self.count).normal(2.0, 0.01, shape).astype(np.float32)
        self.source.put(make or (lambda: noise), self.now_s - late_s, frame)
        self.source.lens(lambda: self.info, frame)

    def seen(self, sender: str = "eye", picture: np.ndarray = PICTURE) -> Depth | None:
        return self.source.at(Frame(picture, self.now_s, sender))


def test_the_depth_of_the_moment_is_taken_whichever_came_last() -> None:
    rig = Rig()
    for _ in range(3):
        rig.come()
    depth = rig.seen()
    assert depth is not None and depth.apart_s == 0.0 and rig.source.problem == ""
    before = rig.source.at(Frame(PICTURE, rig.now_s - 0.16, "eye"))
    assert before is not None and before.apart_s == pytest.approx(0.04, abs=0.01)
    small = Rig(
        info=replace(Info(), width=320, height=240, k=(250.0, 0.0, 160.0, 0.0, 250.0, 120.0, 0.0, 0.0, 1.0))
    )
    small.come(shape=(240, 320))
    assert small.seen() is not None


@pytest.mark.parametrize(
    "late_s, why", [(0.5, "within 0.10 s"), (3.0, "after it was taken"), (86_400.0, "after it was taken"), (-2.0, "in the future")]
)  # fmt: skip
def test_old_depth_and_that_from_the_future_is_not_the_picture_s(late_s: float, why: str) -> None:
    rig = Rig()
    rig.come(late_s)
    assert rig.seen() is None and why in rig.source.problem
    rig.now_s += 2.0  # nor is it once its time has come
    assert rig.seen() is None


def test_depth_that_goes_back_in_time_is_refused() -> None:
    rig = Rig()
    rig.come()
    rig.come(0.3)
    depth = rig.seen()
    assert depth is not None and depth.apart_s == pytest.approx(0.1, abs=0.001)


def test_depth_that_is_not_registered_is_refused() -> None:
    rig = Rig()
    rig.come(frame="depth_optical")
    assert rig.seen() is None and "registered" in rig.source.problem
    assert rig.seen("") is not None  # a camera of our own has no name for its frame


@pytest.mark.parametrize(
    "shape, info, picture, why",
    [
        ((480, 640), Info(width=320, height=240), PICTURE, "camera_info of 320x240"),
        ((480, 640), Info(k=(NAN,) * 9), PICTURE, "calibrate"),
        ((480, 640), Info(k=(0.0,) * 9), PICTURE, "calibrate"),
        ((480, 640), Info(k=()), PICTURE, "calibrate"),
        ((480, 640), Info(k=(-500.0, *K[1:])), PICTURE, "calibrate"),
        ((480, 640), Info(model="fisheye62"), PICTURE, "calibrate"),
        ((480, 640), Info(distortion=(np.inf,) * 5), PICTURE, "calibrate"),
        ((480, 640), Info(distortion=(0.1, 0.2)), PICTURE, "calibrate"),
        ((480, 640), Info(), np.zeros((360, 640, 3), np.uint8), "calibrated"),
    ],
)  # fmt: skip
def test_depth_of_another_lens_or_shape_is_refused(
    shape: tuple[int, int], info: Info, picture: np.ndarray, why: str
) -> None:
    rig = Rig(info=info)
    rig.come(shape=shape)
    assert rig.seen(picture=picture) is None and why in rig.source.problem


def test_what_cannot_be_read_says_so_and_the_next_is_read() -> None:
    def broken() -> np.ndarray:
        raise InputError("depth encoded as 'mono8'", "publish 16UC1")

    rig = Rig()
    rig.come(make=broken)
    assert rig.seen() is None and "mono8" in rig.source.problem
    rig.come()
    assert rig.seen() is not None and rig.source.problem == ""


def test_without_camera_info_or_after_it_ended_there_is_none() -> None:
    rig = Rig()
    rig.source.put(lambda: np.full((480, 640), 2.0, np.float32), NOW_S, "eye")
    assert rig.seen() is None and "camera_info" in rig.source.problem
    rig.come()
    rig.source.forget()
    assert rig.seen() is None


def test_depth_that_stands_still_with_new_stamps_measures_nothing() -> None:
    rig, still = Rig(), np.full((480, 640), 2.0, np.float32)
    told = []
    for _ in range(30):
        rig.come(make=lambda: still)
        told.append(rig.seen() is not None)
    assert told[:15] == [True] * 15 and not any(told[-8:]) and "not changed" in rig.source.problem
    rig.come()
    assert rig.seen() is not None
