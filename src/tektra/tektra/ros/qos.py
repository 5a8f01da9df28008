# SPDX-License-Identifier: Apache-2.0
"""QoS profiles by purpose."""

from __future__ import annotations

from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

#: Every message counts, late joiners get nothing: commands, deltas, visemes, stops.
RELIABLE = QoSProfile(depth=50, reliability=ReliabilityPolicy.RELIABLE)
#: The newest state, also for late joiners: plan, descriptions.
#: Signs of life: a whole fleet answers at once, and an answer that is lost looks like a deaf process.
SIGNS = QoSProfile(depth=2000, reliability=ReliabilityPolicy.RELIABLE)

LATCHED = QoSProfile(
    depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
#: Images and other streams of which only the newest matters.
SENSOR = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
#: What an inertial sensor measured: a robot tells several at once.
IMU = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)
#: Where people are, as several sensors tell on one topic, and in whatever way they offer it.
PEOPLE = QoSProfile(depth=10, reliability=ReliabilityPolicy.BEST_EFFORT)
#: Requests and permits: only the newest matters, none is lost in between without need.
MOTION = QoSProfile(depth=1, reliability=ReliabilityPolicy.RELIABLE)
#: Sound: in order and whole.
AUDIO = QoSProfile(depth=200, reliability=ReliabilityPolicy.RELIABLE)
#: What a node says of itself once a second: whoever comes later, as `tektra status` does, has the newest at once.
DIAGNOSTICS = QoSProfile(
    depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)
#: For who hears all of them on the one topic.
ALL_DIAGNOSTICS = QoSProfile(
    depth=100, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
)

#: A gate whose heartbeat is older than this is not there.
SAFETY_DEADLINE_S = 0.1
#: /safety/state: latched, and a publisher promises a message within the deadline.
SAFETY_STATE = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
    deadline=Duration(nanoseconds=int(SAFETY_DEADLINE_S * 1e9)),
)
