# SPDX-License-Identifier: Apache-2.0
"""Depth by image_transport's plugin `compressedDepth`: read as it was measured, and nothing else is."""

import struct
from array import array
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from tektra.common.errors import InputError
from tektra.ros.compressed_depth import metres_of
from tektra.ros.depth_topics import take_depth
from tektra.vision.backends.pictures import decode_depth
from tektra.vision.options import VisionOptions

FAR_M, FIRST_M = 10.0, 100.0
#: The plugin's own quantities, by depth_max and depth_quantization.
A = FIRST_M * (FIRST_M + 1.0)
B = 1.0 - A / FAR_M


def png(values: np.ndarray) -> bytes:
    return cv2.imencode(".png", values)[1].tobytes()


def sent(
    depth_m: np.ndarray, encoding: str, how: str = "compressedDepth png", **changed: Any
) -> CompressedImage:
    """As the plugin packs it."""
    if encoding == "32FC1":
        good = np.isfinite(depth_m) & (depth_m > 0.0) & (depth_m < FAR_M)
        values = np.where(good, A / np.where(good, depth_m, 1.0) + B, 0.0).astype(np.uint16)
    else:
        values = np.nan_to_num(depth_m * 1000.0).astype(np.uint16)
    body = changed.get("body", png(values))
    head = struct.pack("<iff", 0, changed.get("a", A), changed.get("b", B))
    return CompressedImage(format=f"{encoding}; {how}", data=array("B", changed.get("data", head + body)))


SOME = np.linspace(0.3, 6.0, 48 * 64).reshape(48, 64)


@pytest.mark.parametrize("how", ["compressedDepth", "compressedDepth png"])
@pytest.mark.parametrize(("encoding", "share"), [("16UC1", 0.0), ("32FC1", 0.001)])
def test_it_is_read_as_it_was_measured(encoding: str, share: float, how: str) -> None:
    depth_m = SOME.copy()
    depth_m[3, 4] = np.nan
    read = metres_of(sent(depth_m, encoding, how), decode_depth)
    assert read.shape == depth_m.shape and read.dtype == np.float32
    assert np.isnan(read[3, 4]) and np.isnan(read).sum() == 1
    there = np.isfinite(read)
    assert np.abs(read - depth_m)[there] == pytest.approx(0.0, abs=0.001 + share * 6.0**2)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (sent(SOME, "16UC1", "compressedDepth rvl"), "rvl"),
        (sent(SOME, "mono16"), "mono16"),
        (sent(SOME, "16UC1", "jpeg compressed"), "jpeg"),
        (sent(SOME, "16UC1", data=b"12345"), "5 bytes"),
        (sent(SOME, "32FC1", a=float("nan")), "nan"),
        (sent(SOME, "32FC1", a=-1.0), "-1"),
        (sent(SOME, "32FC1", b=float("inf")), "inf"),
        (sent(SOME, "16UC1", body=png(np.zeros((4, 4), np.uint8))), "no depth"),
        (sent(SOME, "16UC1", body=png(np.zeros((4, 4, 3), np.uint16))), "no depth"),
        (sent(SOME, "16UC1", body=png(np.ones((48, 64), np.uint16))[:-20]), "cut off"),
        (sent(SOME, "16UC1", body=b"no picture at all, but words"), "no picture"),
        (
            sent(SOME, "16UC1", body=cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))[1].tobytes()),
            "no depth",
        ),
    ],
)
def test_what_is_something_else_is_refused_and_named(made: CompressedImage, said: str) -> None:
    with pytest.raises(InputError, match=said):
        metres_of(made, decode_depth)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    body = png(np.zeros((8, 8), np.uint16))
    huge = body[:16] + struct.pack(">II", 60_000, 60_000) + body[24:]
    with pytest.raises(InputError, match="60000"):
        metres_of(sent(SOME, "16UC1", body=huge), decode_depth)


def test_a_topic_of_the_plugin_is_taken_as_such_and_has_its_info_beside_the_plain_one() -> None:
    options = VisionOptions(depth_topic="/camera/depth/image_rect_raw/compressedDepth")
    topic, info = options.depth_topics
    assert info == "/camera/depth/camera_info"
    taken: dict[str, tuple[Any, Any]] = {}

    def subscribe(kind: Any, name: str, call: Any, _: Any) -> str:
        taken[name] = (kind, call)
        return name

    node = SimpleNamespace(
        resolve_topic_name=lambda name: name,
        create_subscription=subscribe,
        get_publishers_info_by_topic=lambda name, **_: [],
        count_publishers=lambda name: 1,
    )
    found: list[Any] = []
    into = SimpleNamespace(put=lambda make, stamp_s, frame: found.append(make()), lens=lambda *_: None)
    take_depth(node, topic, info, into, decode_depth)  # type: ignore[arg-type]
    kind, call = taken[topic]
    assert kind is CompressedImage
    call(sent(SOME, "16UC1"))
    assert found[0] == pytest.approx(SOME, abs=0.001)
    take_depth(node, "/camera/depth/image_raw", info, into, decode_depth)  # type: ignore[arg-type]
    assert taken["/camera/depth/image_raw"][0] is Image
