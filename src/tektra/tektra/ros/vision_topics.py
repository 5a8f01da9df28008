# SPDX-License-Identifier: Apache-2.0
"""The topics on which vision tells what it sees."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import partial

from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.subscription import Subscription
from sensor_msgs.msg import CameraInfo, CompressedImage, Image
from std_msgs.msg import Header

from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.ros.clock import seconds, time_msg
from tektra.ros.humans import Humans
from tektra.ros.images import Others, image_msg, jpeg_msg, jpeg_or_png, pixels
from tektra.ros.living import Speakers
from tektra.ros.qos import LATCHED, RELIABLE, SENSOR
from tektra.ros.vision_messages import (
    Box,
    Calibrated,
    Placed,
    Seen,
    Summed,
    camera_info_msg,
    detections_msg,
    positions_msg,
    region_msg,
    scene_msg,
)
from tektra_interfaces.msg import Detection2DArray, Expression, Gesture, PeoplePositions, Scene

#: Offered reliably, so that every reader can connect: rviz and rqt ask for reliable images, others take the
#: newest (SENSOR). A reliable reader that is held up for a third of a second still gets all of them.
IMAGES = QoSProfile(depth=10, reliability=ReliabilityPolicy.RELIABLE)
MAX_NAME = 80


def take_images(
    node: Node,
    topic: str,
    put: Callable[[Callable[[], Pixels], float, str], None],
    decode: Callable[[bytes], Pixels] | None,
    others: Others,
) -> Subscription:
    """Gives images of another node to `put`, each with its own stamp (s) and frame: Image, of `others` too, or CompressedImage with
    `decode`; both are called by whoever wants the picture, and raise InputError where it is none, or where several nodes
    publish the topic: nobody knows which of them has the camera. The newest wins."""
    name, speakers = node.resolve_topic_name(topic), Speakers(node)

    def put_of(make: Callable[[], Pixels], header: Header) -> None:
        several = speakers.count(name)
        put(
            partial(_refused, name, several) if several > 1 else make,
            seconds(header.stamp),
            header.frame_id[:MAX_NAME],
        )

    def compressed(message: CompressedImage) -> None:
        if decode is not None:
            put_of(partial(_decoded, decode, message), message.header)

    def raw(message: Image) -> None:
        put_of(partial(pixels, message, others), message.header)

    if decode is not None:
        return node.create_subscription(CompressedImage, topic, compressed, SENSOR)
    return node.create_subscription(Image, topic, raw, SENSOR)


def _refused(topic: str, several: int) -> Pixels:
    raise InputError(f"{several} nodes publish {topic}, and none of them is believed", "end all but one")


def _decoded(decode: Callable[[bytes], Pixels], message: CompressedImage) -> Pixels:
    return decode(jpeg_or_png(message))


class CameraTopics:
    """/camera/image_raw (with `raw`), /camera/camera_info beside it (with `info`) and /camera/image_raw/compressed (with `jpeg`), or
    with a name /camera/<name>/…, each only while somebody subscribes; and the image with boxes.

    Any one thread may publish, not only the executor's.
    """

    def __init__(
        self,
        node: Node,
        frame_id: str,
        jpeg_rate_hz: float,
        *,
        raw: bool,
        jpeg: bool = True,
        name: str = "",
        info: Calibrated | None = None,
    ) -> None:
        self._node = node
        self.frame_id = frame_id
        self._jpeg_period_s = 1.0 / jpeg_rate_hz
        self._jpeg_due_s = 0.0
        topic = f"/camera/{name}/image_raw" if name else "/camera/image_raw"
        boxes = f"/camera/{name}/annotated" if name else "/tektra/vision/annotated"
        self._raw = node.create_publisher(Image, topic, IMAGES) if raw else None
        info_topic = topic.replace("image_raw", "camera_info")
        self._info = (
            node.create_publisher(CameraInfo, info_topic, IMAGES) if raw and info is not None else None
        )
        self._calibrated = info
        self._jpeg = node.create_publisher(CompressedImage, f"{topic}/compressed", IMAGES) if jpeg else None
        self._annotated = node.create_publisher(Image, boxes, IMAGES)
        self._scene = node.create_publisher(Scene, f"/camera/{name}/scene", LATCHED) if name else None

    def publish(self, image: Pixels, stamp_s: float, encode: Callable[[Pixels], bytes]) -> None:
        """An image (uint8 BGR) taken at `stamp_s`; `encode` makes a JPEG of it."""
        if self._raw is not None and self._raw.get_subscription_count():
            self._raw.publish(image_msg(image, stamp_s, self.frame_id))
        if self._info is not None and self._calibrated is not None and self._info.get_subscription_count():
            with suppress(InputError):  # of a picture that was cut, nobody knows how the lens draws it
                size = (image.shape[1], image.shape[0])
                self._info.publish(camera_info_msg(self._calibrated.at(size), stamp_s, self.frame_id))
        if self._jpeg is not None and stamp_s >= self._jpeg_due_s and self._jpeg.get_subscription_count():
            self._jpeg_due_s = stamp_s + self._jpeg_period_s
            self._jpeg.publish(jpeg_msg(encode(image), stamp_s, self.frame_id))

    def scene(self, things: Iterable[Summed], description: str, looks: int, stamp_s: float) -> None:
        """What this one of several cameras has in view."""
        if self._scene is not None:
            self._scene.publish(scene_msg(things, description, looks, stamp_s, self.frame_id))

    def annotated(self, draw: Callable[[], Pixels], stamp_s: float) -> None:
        """The image that `draw` makes; it is called only while somebody subscribes."""
        if self._annotated.get_subscription_count():
            self._annotated.publish(image_msg(draw(), stamp_s, self.frame_id))

    def close(self) -> None:
        """Ends the topics."""
        for publisher in (self._raw, self._info, self._jpeg, self._annotated, self._scene):
            if publisher is not None:
                self._node.destroy_publisher(publisher)


class VisionTopics:
    """/tektra/vision/{detections,scene}, /humans/positions and /humans/{faces,bodies}/<id>/... For the
    executor's thread."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._detections = node.create_publisher(Detection2DArray, "/tektra/vision/detections", RELIABLE)
        self._scene = node.create_publisher(Scene, "/tektra/vision/scene", LATCHED)
        self._positions = node.create_publisher(PeoplePositions, "/humans/positions", RELIABLE)
        self._faces, self._bodies = Humans(node, "faces"), Humans(node, "bodies")

    def detections(self, things: Iterable[tuple[str, Seen]], stamp_s: float, frame_id: str) -> None:
        """Everything in one image, each with its id."""
        self._detections.publish(detections_msg(things, stamp_s, frame_id))

    def scene(
        self, things: Iterable[Summed], description: str, looks: int, stamp_s: float, frame_id: str
    ) -> None:
        """What is in view."""
        self._scene.publish(scene_msg(things, description, looks, stamp_s, frame_id))

    def people(self, placed: Placed, stamp_s: float, camera: str) -> None:
        """Where people stand on the map. Each camera is a source of its own."""
        source = self._node.get_fully_qualified_name() + (f"/{camera}" if camera else "")
        self._positions.publish(positions_msg(placed, source, stamp_s))

    def face(self, face_id: str, box: Box, expression: Expression, stamp_s: float, frame_id: str) -> None:
        """Where a face is and what it expresses."""
        expression.header.stamp, expression.header.frame_id = time_msg(stamp_s), frame_id
        self._faces.publish(face_id, "roi", region_msg(box))
        self._faces.publish(face_id, "expression", expression)

    def gesture(self, body_id: str, gesture: Gesture, stamp_s: float, frame_id: str) -> None:
        """What a hand shows."""
        gesture.header.stamp, gesture.header.frame_id = time_msg(stamp_s), frame_id
        self._bodies.publish(body_id, "gesture", gesture)

    def keep(self, *, faces: Collection[str] | None = None, bodies: Collection[str] | None = None) -> None:
        """Ends the topics of all other faces or bodies; None leaves them."""
        if faces is not None:
            self._faces.keep(faces)
        if bodies is not None:
            self._bodies.keep(bodies)

    def close(self) -> None:
        """Ends the topics."""
        self.keep(faces=(), bodies=())
        for publisher in (self._detections, self._scene, self._positions):
            self._node.destroy_publisher(publisher)
