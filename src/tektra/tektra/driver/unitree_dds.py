# SPDX-License-Identifier: Apache-2.0
"""The sport service of a Unitree robot over DDS, as plain numbers. For the driver's back end `unitree`.

Names and layout of the messages are the vendor's (unitree_api, unitree_go); ROS 2 knows the topics as /api/sport/request,
/api/sport/response and /sportmodestate. Needs cyclonedds. Annotations are read at run time: no `from __future__` here.
"""
# mypy: ignore-errors
# Its annotations are those of the IDL, which no checker knows.

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from cyclonedds import idl
from cyclonedds.core import DDSException, Policy, Qos
from cyclonedds.domain import Domain, DomainParticipant
from cyclonedds.idl import annotations, types
from cyclonedds.pub import DataWriter
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic
from cyclonedds.util import duration

from tektra.common.quaternion import yaw_of

API, GO = "unitree_api.msg.dds_", "unitree_go.msg.dds_"
#: What is not written at once is not written at all.
NOT_WAITING = duration(milliseconds=1)
#: Whoever told a state within this time (s) still tells it.
TELLS_S = 1.0
ANSWERS = 16
#: A quaternion is a rotation while its squared length is so near to 1.
UNIT_OFF = 0.1
NAN = float("nan")


T = TypeVar("T")


def _struct(cls: type[T]) -> type[T]:
    return dataclass(annotations.final(annotations.autoid("sequential")(cls)))


@_struct
class Identity(idl.IdlStruct, typename=f"{API}.RequestIdentity_"):
    id: types.int64 = 0
    api_id: types.int64 = 0


@_struct
class Lease(idl.IdlStruct, typename=f"{API}.RequestLease_"):
    id: types.int64 = 0


@_struct
class RequestPolicy(idl.IdlStruct, typename=f"{API}.RequestPolicy_"):
    priority: types.int32 = 0
    noreply: bool = False


@_struct
class RequestHeader(idl.IdlStruct, typename=f"{API}.RequestHeader_"):
    identity: Identity
    lease: Lease
    policy: RequestPolicy


@_struct
class Request(idl.IdlStruct, typename=f"{API}.Request_"):
    header: RequestHeader
    parameter: str
    binary: types.sequence[types.uint8]


@_struct
class ResponseStatus(idl.IdlStruct, typename=f"{API}.ResponseStatus_"):
    code: types.int32 = 0


@_struct
class ResponseHeader(idl.IdlStruct, typename=f"{API}.ResponseHeader_"):
    identity: Identity
    status: ResponseStatus


@_struct
class Response(idl.IdlStruct, typename=f"{API}.Response_"):
    header: ResponseHeader
    data: str
    binary: types.sequence[types.uint8]


@_struct
class TimeSpec(idl.IdlStruct, typename=f"{GO}.TimeSpec_"):
    sec: types.int32
    nanosec: types.uint32


@_struct
class ImuState(idl.IdlStruct, typename=f"{GO}.IMUState_"):
    quaternion: types.array[types.float32, 4]
    gyroscope: types.array[types.float32, 3]
    accelerometer: types.array[types.float32, 3]
    rpy: types.array[types.float32, 3]
    temperature: types.uint8


@_struct
class PathPoint(idl.IdlStruct, typename=f"{GO}.PathPoint_"):
    t_from_start: types.float32
    x: types.float32
    y: types.float32
    yaw: types.float32
    vx: types.float32
    vy: types.float32
    vyaw: types.float32


@_struct
class SportModeState(idl.IdlStruct, typename=f"{GO}.SportModeState_"):
    stamp: TimeSpec
    error_code: types.uint32
    imu_state: ImuState
    mode: types.uint8
    progress: types.float32
    gait_type: types.uint8
    foot_raise_height: types.float32
    position: types.array[types.float32, 3]
    body_height: types.float32
    velocity: types.array[types.float32, 3]
    yaw_speed: types.float32
    range_obstacle: types.array[types.float32, 4]
    foot_force: types.array[types.int16, 4]
    foot_position_body: types.array[types.float32, 12]
    foot_speed_body: types.array[types.float32, 12]
    path_point: types.array[PathPoint, 10]


@dataclass(frozen=True)
class Told:
    """A state: m, rad, m/s and rad/s, the place and the heading by the robot's own odometry, `t_s` by its clock."""

    t_s: float
    mode: int
    error: int
    place: tuple[float, float]
    yaw: float
    velocity: tuple[float, float]
    turn: float
    height: float


class SportChannel:
    """Writes requests, and reads the newest state and the answers. One thread; nothing here waits. `interface`: a network
    interface's name, empty: Cyclone DDS chooses. Raises DDSException where it cannot be opened."""

    def __init__(self, domain_id: int, interface: str) -> None:
        own = f"<NetworkInterface name='{interface}'/>" if interface else ""
        chosen = f"<General><Interfaces>{own}</Interfaces></General>" if interface else ""
        # A second channel of this process finds the domain made, and takes it as it is.
        try:
            self._domain = Domain(
                domain_id, f"<CycloneDDS><Domain Id='{domain_id}'>{chosen}</Domain></CycloneDDS>"
            )
        except DDSException:
            self._domain = None
        self._participant = DomainParticipant(domain_id)
        newest = Qos(Policy.Reliability.Reliable(NOT_WAITING), Policy.History.KeepLast(1))
        heard = Qos(Policy.Reliability.BestEffort, Policy.History.KeepLast(1))
        answers = Qos(Policy.Reliability.Reliable(NOT_WAITING), Policy.History.KeepLast(ANSWERS))
        topics = ("rt/api/sport/request", Request), ("rt/api/sport/response", Response)
        requests, responses = (Topic(self._participant, *topic) for topic in topics)
        states = Topic(self._participant, "rt/sportmodestate", SportModeState)
        self._writer = DataWriter(self._participant, requests, qos=newest)
        self._answers = DataReader(self._participant, responses, qos=answers)
        self._states = DataReader(self._participant, states, qos=heard)
        self._tellers: dict[int, float] = {}
        self._sent: dict[int, int] = {}
        self._number = 0

    def close(self) -> None:
        """Leaves the domain."""
        del self._writer, self._answers, self._states, self._participant, self._domain

    def listeners(self) -> int:
        """How many take requests."""
        return len(self._writer.get_matched_subscriptions())

    def tellers(self, now_s: float) -> int:
        """How many told states within TELLS_S."""
        self._tellers = {who: at_s for who, at_s in self._tellers.items() if now_s - at_s <= TELLS_S}
        return len(self._tellers)

    def ask(self, api_id: int, values: Mapping[str, float] | None = None, *, answered: bool = True) -> bool:
        """Writes a request now, or not at all. True when written."""
        self._number += 1
        header = RequestHeader(Identity(self._number, api_id), Lease(), RequestPolicy(0, not answered))
        try:
            self._writer.write(Request(header, json.dumps(dict(values or {})), []))
        except DDSException:
            return False
        if answered:
            self._sent[self._number] = api_id
            self._sent = dict(list(self._sent.items())[-ANSWERS:])
        return True

    def refused(self) -> str:
        """The newest refusal of a request of ours since the last call, in words; empty: none."""
        words = ""
        for answer in self._answers.take(N=ANSWERS):
            code, number = answer.header.status.code, answer.header.identity.id
            if (api_id := self._sent.pop(number, 0)) and code:
                words = f"it refuses request {api_id} (code {code})"
        return words

    def newest(self, now_s: float) -> Told | None:
        """The newest state since the last call."""
        told = None
        for state in self._states.take(N=4):
            if not state.sample_info.valid_data:
                continue
            self._tellers[state.sample_info.publication_handle] = now_s
            w, x, y, z = state.imu_state.quaternion
            told = Told(
                t_s=state.stamp.sec + state.stamp.nanosec * 1e-9,
                mode=state.mode,
                error=state.error_code,
                place=(state.position[0], state.position[1]),
                yaw=yaw_of(x, y, z, w) if abs(w * w + x * x + y * y + z * z - 1.0) < UNIT_OFF else NAN,
                velocity=(state.velocity[0], state.velocity[1]),
                turn=state.yaw_speed,
                height=state.body_height,
            )
        return told
