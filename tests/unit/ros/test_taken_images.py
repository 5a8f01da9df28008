# SPDX-License-Identifier: Apache-2.0
"""The callbacks of pictures of another node: what they give on."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.ros.images import image_msg, jpeg_msg
from tektra.ros.vision_topics import MAX_NAME, take_images
from tektra.vision.backends.pictures import RAW_ENCODINGS, decode_picture, encode_jpeg

SOME: Pixels = np.random.default_rng(3).integers(0, 255, (48, 64, 3), np.uint8)


class PlayedNode:
    """Has a topic with so many publishers, and calls back."""

    def __init__(self, publishers: int = 1) -> None:
        self.publishers = publishers
        self.call: Callable[[Any], None] = lambda message: None

    def resolve_topic_name(self, topic: str) -> str:
        return f"/home{topic}"

    def count_publishers(self, topic: str) -> int:
        assert topic.startswith("/home/")
        return self.publishers

    def get_publishers_info_by_topic(self, topic: str, *, no_mangle: bool = False) -> list[SimpleNamespace]:
        assert topic.startswith("/home/")
        return [SimpleNamespace(endpoint_gid=[number] * 16) for number in range(self.publishers)]

    def create_subscription(self, kind: type, topic: str, call: Callable[[Any], None], qos: Any) -> None:
        self.call = call


def given(message: Image | CompressedImage, publishers: int = 1) -> tuple[Callable[[], Pixels], float, str]:
    node, got = PlayedNode(publishers), []
    decode = decode_picture if isinstance(message, CompressedImage) else None
    take_images(node, "/camera/image_raw", lambda *told: got.append(told), decode, RAW_ENCODINGS)  # type: ignore[arg-type]
    node.call(message)
    return got[0]  # type: ignore[no-any-return]


MESSAGES = [image_msg(SOME, 12.5, "eye"), jpeg_msg(encode_jpeg(SOME, 90), 12.5, "eye")]


@pytest.mark.parametrize("message", MESSAGES, ids=["raw", "compressed"])
def test_a_picture_is_given_on_with_its_own_stamp_and_frame(message: Image | CompressedImage) -> None:
    make, stamp_s, sender = given(message)
    assert (make().shape, stamp_s, sender) == (SOME.shape, 12.5, "eye")


@pytest.mark.parametrize("message", MESSAGES, ids=["raw", "compressed"])
def test_where_several_nodes_publish_none_is_believed(message: Image | CompressedImage) -> None:
    """A camera that was started twice, or yesterday's film beside it: who stands where was told of both by turns."""
    make, _, _ = given(message, publishers=2)
    with pytest.raises(InputError, match="2 nodes publish /home/camera/image_raw, and none"):
        make()


def test_a_frame_of_any_length_is_cut() -> None:
    _, _, sender = given(image_msg(SOME, 1.0, "x" * 10_000))
    assert sender == "x" * MAX_NAME
