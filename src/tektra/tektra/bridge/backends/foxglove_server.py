# SPDX-License-Identifier: Apache-2.0
"""The Foxglove WebSocket server of foxglove-sdk (protocol foxglove.sdk.v1)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import foxglove
from foxglove.channels import FrameTransformsChannel, SceneUpdateChannel
from foxglove.messages import (
    FrameTransform,
    FrameTransforms,
    Quaternion,
    SceneEntityDeletion,
    SceneEntityDeletionType,
    SceneUpdate,
    Timestamp,
    Vector3,
)
from foxglove.websocket import Capability, MessageSchema, Service, ServiceRequest, ServiceSchema, StatusLevel

from tektra.bridge.backends import Listener, send_queues
from tektra.bridge.backends.foxglove_map import robot_of, scene_of
from tektra.bridge.frames import RobotShape, Transform
from tektra.bridge.inbound import ClientChannel
from tektra.common.errors import BackendError, TektraError
from tektra.common.world import World

#: Channels that the bridge itself fills.
TRANSFORMS = "/tektra/bridge/transforms"
MAP = "/tektra/bridge/map"
#: Messages that wait for one client inside the SDK, which drops the oldest beyond. Large ones hardly ever
#: wait there: see Flow.
BACKLOG_MESSAGES = 512
ENCODING = "ros2msg"


class FoxgloveServer:
    """A Server (see backends/__init__.py). `open` may be called again after `close`."""

    def __init__(self, host: str, port: int, listener: Listener) -> None:
        self._host = host
        self._port = port
        self._listener: Any = _Callbacks(listener, self.warn)
        self._server: Any = None
        self._context: Any = None
        self._channels: dict[str, foxglove.Channel] = {}

    def open(self) -> int:
        self._context = foxglove.Context()
        try:
            self._server = foxglove.start_server(
                name="Tektra",
                host=self._host,
                port=self._port,
                capabilities=[Capability.ClientPublish, Capability.Services],
                server_listener=self._listener,
                supported_encodings=["cdr"],
                asset_handler=self._listener.asset,
                context=self._context,
                message_backlog_size=BACKLOG_MESSAGES,
            )
        except Exception as error:  # the SDK raises its own kinds, some of them bare
            raise BackendError(
                f"cannot listen on {self._host}:{self._port}: {error}",
                "end the program that holds the port, or set the bridge's parameter `port`",
            ) from error
        self._transforms = FrameTransformsChannel(TRANSFORMS, context=self._context)
        self._map = SceneUpdateChannel(MAP, context=self._context)
        return int(self._server.port)

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def add_topic(self, topic: str, type_name: str, schema: str) -> None:
        self._channels[topic] = foxglove.Channel(
            topic,
            schema=foxglove.Schema(name=type_name, encoding=ENCODING, data=schema.encode()),
            message_encoding="cdr",
            context=self._context,
        )

    def remove_topic(self, topic: str) -> None:
        channel = self._channels.pop(topic, None)
        if channel is not None:
            channel.close()

    def add_service(self, service: str, type_name: str, request: str, response: str) -> None:
        schema = ServiceSchema(
            type_name,
            request=_part(f"{type_name}_Request", request),
            response=_part(f"{type_name}_Response", response),
        )
        self._server.add_services([Service(service, schema=schema, handler=self._listener.call)])

    def remove_service(self, service: str) -> None:
        self._server.remove_services([service])

    def send(self, topic: str, data: bytes) -> None:
        channel = self._channels.get(topic)
        if channel is not None:
            channel.log(data)

    def send_transforms(self, transforms: Sequence[Transform]) -> None:
        if transforms:
            self._transforms.log(FrameTransforms(transforms=[_message(entry) for entry in transforms]))

    def send_map(self, world: World, stamp_ns: int) -> None:
        """Draws the home: floors, walls, furniture, named places. It stays until it is drawn again."""
        self._map.log(SceneUpdate(entities=[scene_of(world, _stamp(stamp_ns))]))

    def send_robot(self, shape: RobotShape, stamp_ns: int) -> None:
        self._map.log(SceneUpdate(entities=[robot_of(shape, _stamp(stamp_ns))]))

    def remove_robot(self, robot: str, stamp_ns: int) -> None:
        gone = SceneEntityDeletion(
            timestamp=_stamp(stamp_ns), type=SceneEntityDeletionType.MatchingId, id=robot
        )
        self._map.log(SceneUpdate(deletions=[gone]))

    def warn(self, key: str, message: str) -> None:
        if self._server is not None:
            self._server.publish_status(message, StatusLevel.Warning, key)

    def under_way_bytes(self) -> int:
        return send_queues.bytes_under_way(send_queues.read_tables(), self._server.port)


class _Callbacks:
    """Turns the SDK's callbacks into calls of a Listener. Called on threads of the SDK."""

    def __init__(self, listener: Listener, warn: Callable[[str, str], None]) -> None:
        self._to = listener
        self._warn = warn

    def on_subscribe(self, client: Any, channel: Any) -> None:
        self._to.subscribed(channel.topic)

    def on_unsubscribe(self, client: Any, channel: Any) -> None:
        self._to.unsubscribed(channel.topic)

    def on_client_advertise(self, client: Any, channel: Any) -> None:
        announced = ClientChannel(channel.id, channel.topic, channel.encoding, channel.schema_name)
        self._to.advertised(client.id, announced)

    def on_client_unadvertise(self, client: Any, client_channel_id: int) -> None:
        self._to.unadvertised(client.id, client_channel_id)

    def on_message_data(self, client: Any, client_channel_id: int, data: bytes) -> None:
        try:
            self._to.published(client.id, client_channel_id, data)
        except TektraError as error:
            self._warn(f"message {client.id} {client_channel_id}", str(error))

    def call(self, request: ServiceRequest) -> bytes:
        # Whatever this raises, the SDK sends to the client as the reason.
        return self._to.called(request.service_name, request.payload)

    def asset(self, address: str) -> bytes | None:
        try:
            return self._to.asset(address)
        except TektraError:
            return None  # the SDK tells the client that it is not found


def _part(name: str, schema: str) -> MessageSchema:
    return MessageSchema(
        encoding="cdr", schema=foxglove.Schema(name=name, encoding=ENCODING, data=schema.encode())
    )


def _message(entry: Transform) -> FrameTransform:
    half = entry.pose.yaw_rad / 2.0
    return FrameTransform(
        timestamp=_stamp(entry.stamp_ns),
        parent_frame_id=entry.parent,
        child_frame_id=entry.child,
        translation=Vector3(x=entry.pose.x_m, y=entry.pose.y_m, z=0.0),
        rotation=Quaternion(x=0.0, y=0.0, z=math.sin(half), w=math.cos(half)),
    )


def _stamp(stamp_ns: int) -> Timestamp:
    seconds, nanoseconds = divmod(stamp_ns, 1_000_000_000)
    return Timestamp(sec=seconds, nsec=nanoseconds)
