# SPDX-License-Identifier: Apache-2.0
"""A Go2 as the vendor's documentation tells of it: its sport service over Cyclone DDS, in a process of its own, without Tektra's code.

It lies at first, stands up within two seconds, walks as Move tells for HOLDS_S, and answers what wants an answer. Lines on stdin:
{"error": N} reports that error. The first line on stdout names its truth port: JSON lines at 50 Hz.
"""

import argparse
import json
import math
import os
import socket
import sys
import time
from dataclasses import dataclass

from cyclonedds.core import Policy, Qos
from cyclonedds.domain import DomainParticipant
from cyclonedds.idl import IdlStruct, types
from cyclonedds.idl.annotations import autoid, final
from cyclonedds.pub import DataWriter
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic
from cyclonedds.util import duration

PERIOD_S, HOLDS_S, RISES_S = 0.02, 0.5, 2.0
LYING_M, STANDING_M = 0.08, 0.32
GROWS, BRAKES, TURNS = 2.0, 4.0, 8.0
IDLE, BALANCES, WALKS, LIES, LOCKED, DAMPS = 0, 1, 3, 5, 6, 7
UNKNOWN_API = 3203


def struct(cls):
    return dataclass(final(autoid("sequential")(cls)))


@struct
class RequestIdentity(IdlStruct, typename="unitree_api.msg.dds_.RequestIdentity_"):
    id: types.int64
    api_id: types.int64


@struct
class RequestLease(IdlStruct, typename="unitree_api.msg.dds_.RequestLease_"):
    id: types.int64


@struct
class RequestPolicy(IdlStruct, typename="unitree_api.msg.dds_.RequestPolicy_"):
    priority: types.int32
    noreply: bool


@struct
class RequestHeader(IdlStruct, typename="unitree_api.msg.dds_.RequestHeader_"):
    identity: RequestIdentity
    lease: RequestLease
    policy: RequestPolicy


@struct
class Request(IdlStruct, typename="unitree_api.msg.dds_.Request_"):
    header: RequestHeader
    parameter: str
    binary: types.sequence[types.uint8]


@struct
class ResponseStatus(IdlStruct, typename="unitree_api.msg.dds_.ResponseStatus_"):
    code: types.int32


@struct
class ResponseHeader(IdlStruct, typename="unitree_api.msg.dds_.ResponseHeader_"):
    identity: RequestIdentity
    status: ResponseStatus


@struct
class Response(IdlStruct, typename="unitree_api.msg.dds_.Response_"):
    header: ResponseHeader
    data: str
    binary: types.sequence[types.uint8]


@struct
class TimeSpec(IdlStruct, typename="unitree_go.msg.dds_.TimeSpec_"):
    sec: types.int32
    nanosec: types.uint32


@struct
class IMUState(IdlStruct, typename="unitree_go.msg.dds_.IMUState_"):
    quaternion: types.array[types.float32, 4]
    gyroscope: types.array[types.float32, 3]
    accelerometer: types.array[types.float32, 3]
    rpy: types.array[types.float32, 3]
    temperature: types.uint8


@struct
class PathPoint(IdlStruct, typename="unitree_go.msg.dds_.PathPoint_"):
    t_from_start: types.float32
    x: types.float32
    y: types.float32
    yaw: types.float32
    vx: types.float32
    vy: types.float32
    vyaw: types.float32


@struct
class SportModeState(IdlStruct, typename="unitree_go.msg.dds_.SportModeState_"):
    stamp: TimeSpec
    error_code: types.uint32
    imu_state: IMUState
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


class Go2:
    def __init__(self, domain, stands):
        self.x = self.y = self.yaw = 0.0
        self.speed = [0.0, 0.0, 0.0]
        self.goal, self.goal_s = (0.0, 0.0, 0.0), -math.inf
        self.mode, self.height = (BALANCES, STANDING_M) if stands else (LIES, LYING_M)
        self.aim = self.height
        self.heard = {}
        participant = DomainParticipant(domain)
        reliable = Qos(Policy.Reliability.Reliable(duration(milliseconds=100)), Policy.History.KeepLast(16))
        self.requests = DataReader(
            participant, Topic(participant, "rt/api/sport/request", Request), qos=reliable
        )
        self.responses = DataWriter(
            participant, Topic(participant, "rt/api/sport/response", Response), qos=reliable
        )
        self.states = DataWriter(
            participant, Topic(participant, "rt/sportmodestate", SportModeState), qos=reliable
        )
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.watchers = []
        sys.stdout.write(json.dumps({"truth": self.server.getsockname()[1]}) + "\n")
        sys.stdout.flush()

    def take(self, request, now_s):
        api = request.header.identity.api_id
        self.heard[api] = self.heard.get(api, 0) + 1
        code = 0
        if api == 1008:
            told = json.loads(request.parameter)
            if self.mode in (IDLE, BALANCES, WALKS):
                self.goal, self.goal_s = (told["x"], told["y"], told["z"]), now_s
        elif api == 1003:
            self.goal_s = -math.inf
        elif api == 1004:
            self.aim, self.mode = STANDING_M, LOCKED
        elif api == 1005:
            self.aim, self.mode = LYING_M, LOCKED
        elif api == 1002:
            code = 0 if self.height > 0.3 else 4101
            self.mode = BALANCES if not code else self.mode
        elif api == 1001:
            self.aim, self.mode, self.goal_s = LYING_M, DAMPS, -math.inf
        else:
            code = UNKNOWN_API
        if not request.header.policy.noreply:
            header = ResponseHeader(request.header.identity, ResponseStatus(code))
            self.responses.write(Response(header, "", []))

    def step(self, now_s):
        goal = self.goal if now_s - self.goal_s <= HOLDS_S else (0.0, 0.0, 0.0)
        for at, rates in enumerate(((GROWS, BRAKES), (GROWS, BRAKES), (TURNS, TURNS))):
            most = rates[abs(goal[at]) <= abs(self.speed[at])] * PERIOD_S
            self.speed[at] += max(-most, min(most, goal[at] - self.speed[at]))
        vx, vy, wz = self.speed
        if self.mode in (BALANCES, WALKS, IDLE):
            self.mode = WALKS if any(abs(one) > 1e-6 for one in self.speed) else BALANCES
        cos, sin = math.cos(self.yaw), math.sin(self.yaw)
        self.x += (cos * vx - sin * vy) * PERIOD_S
        self.y += (sin * vx + cos * vy) * PERIOD_S
        self.yaw += wz * PERIOD_S
        most = (STANDING_M - LYING_M) / RISES_S * PERIOD_S
        self.height += max(-most, min(most, self.aim - self.height))
        if self.mode == LOCKED and self.height == self.aim == LYING_M:
            self.mode = LIES

    def tell(self, now_s):
        wall_s = time.time()
        quaternion = [math.cos(self.yaw / 2.0), 0.0, 0.0, math.sin(self.yaw / 2.0)]
        imu = IMUState(quaternion, [0.0] * 3, [0.0] * 3, [0.0, 0.0, self.yaw], 40)
        stamp = TimeSpec(int(wall_s), int(wall_s % 1.0 * 1e9))
        vx, vy, wz = self.speed
        state = SportModeState(
            *(stamp, 0, imu, self.mode, 0.0, 0, 0.0, [self.x, self.y, self.height], self.height),
            *([vx, vy, 0.0], wz, [0.0] * 4, [0] * 4, [0.0] * 12, [0.0] * 12),
            [PathPoint(*[0.0] * 7)] * 10,
        )
        self.states.write(state)
        try:
            self.watchers.append(self.server.accept()[0])
        except BlockingIOError:
            pass
        truth = {"t": now_s, "x": self.x, "y": self.y, "speed": self.speed, "height": self.height}
        line = json.dumps({**truth, "mode": self.mode, "heard": self.heard}) + "\n"
        for client in list(self.watchers):
            try:
                client.sendall(line.encode())
            except OSError:
                self.watchers.remove(client)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domain", type=int, default=0)
    parser.add_argument("--stands", action="store_true")
    given = parser.parse_args()
    dog = Go2(given.domain, given.stands)
    while os.getppid() != 1:
        now_s = time.monotonic()
        for request in dog.requests.take(N=16):
            if request.sample_info.valid_data:
                dog.take(request, now_s)
        dog.step(now_s)
        dog.tell(now_s)
        time.sleep(max(0.0, PERIOD_S - (time.monotonic() - now_s)))


if __name__ == "__main__":
    main()
