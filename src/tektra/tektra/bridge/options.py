# SPDX-License-Identifier: Apache-2.0
"""Options of the bridge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.access import ROLES
from tektra.common.options import option

#: What a person at a dashboard may publish: topic and type, parted by a space.
PUBLISHABLE = [
    "/safety/stop std_msgs/msg/Empty",
    "/tektra/command std_msgs/msg/String",
    "/humans/voices/default/audio tektra_interfaces/msg/AudioChunk",
]
#: What a person at a dashboard may call. `*` stands for one part of a name, so that no parameter service is
#: meant.
CALLABLE = [
    "/safety/emergency_stop",
    "/safety/reset",
    "/safety/reset_all",
    "/safety/stop_robot",
    "/safety/reset_robot",
    "/*/emergency_stop",
    "/tektra/models/list",
    "/tektra/models/load",
    "/tektra/models/unload",
    "/tektra/models/select",
    "/tektra/conversations/list",
    "/tektra/conversations/get",
    "/tektra/conversations/delete",
    "/tektra/conversations/export",
    "/tektra/avatar/express",
    "/tektra/avatar/gesture",
    "/tektra/avatar/customize",
    "/tektra/vision/capture",
    "/tektra/vision/analyze",
    "/tektra/speech_in/start",
    "/tektra/speech_in/stop",
    "/tektra/speech_in/mute",
    "/tektra/speech_in/transcribe",
    "/tektra/speech_out/stop",
    "/tektra/speech_out/voices",
    "/tektra/speech_out/synthesize",
]
#: What guests and observers may watch: no microphone, no camera, no conversation; a plan has what was asked for in words.
PUBLIC = [
    "/safety/state",
    "/diagnostics",
    "/map",
    "/*/description",
    "/*/robot_description",
    "/*/state",
    "/*/odom",
    "/*/joint_states",
    "/*/battery_state",
    "/*/claim",
    "/tektra/speech_in/state",
    "/tektra/visemes",
    "/tektra/avatar/state",
    "/tektra/avatar/joint_states",
    "/tektra/avatar/robot_description",
    "/tektra/avatar/image/compressed",
    "/tektra/bridge/transforms",
    "/tektra/bridge/map",
    "/tektra/bridge/safety",
    "/tektra/bridge/home",
]


@dataclass(frozen=True)
class BridgeOptions:
    """What the bridge listens on, and what it lets through."""

    FIXED: ClassVar[str] = "where it listens, and who may do what, is settled before the first client comes"

    host: str = option(
        "127.0.0.1", "Address to listen on; whoever comes from another machine or account needs a token."
    )
    port: int = option(8765, "TCP port to listen on; 0 takes a free one.", low=0, high=65535)
    hosts: list[str] = option(
        [""], "Names of this machine under which it is called; addresses and localhost are known."
    )
    origins: list[str] = option(
        ["https://app.foxglove.dev", "file://"],
        "Pages that may come in from a browser; file:// is the Foxglove desktop app and always needs a token.",
    )
    own_role: str = option(
        "operator",
        "What programs of this account on this machine are without a token; none: they need one too.",
        choices=("none", *ROLES),
    )
    max_clients: int = option(64, "Clients at a time.", low=1, high=1000)
    public: list[str] = option(
        PUBLIC, "Topics that guests and observers may watch; * stands for one part of a name."
    )
    look_period_s: float = option(
        0.5,
        "How often the graph is searched for new topics and services.",
        unit="s",
        low=0.05,
        high=10.0,
        live=True,
    )
    publishable: list[str] = option(
        PUBLISHABLE, "What an operator may publish: topic and type, parted by a space."
    )
    callable: list[str] = option(
        CALLABLE, "Services that an operator may call; * stands for one part of a name."
    )
    service_timeout_s: float = option(
        60.0,
        "How long a called service may take; loading a model is the longest.",
        unit="s",
        low=0.1,
        high=600.0,
    )
    max_client_bytes: int = option(
        1_048_576, "Largest message that a client may send.", unit="B", low=1024, high=67_108_864
    )
    large_bytes: int = option(
        32_768,
        "Messages from this size on wait while a client is slow; smaller ones never wait for them.",
        unit="B",
        low=1024,
    )
    backlog_bytes: int = option(
        1_500_000, "Bytes under way to a client from which on it counts as slow.", unit="B", low=65_536
    )
    world_file: str = option(
        "", "World file (YAML) to draw as a map; empty: config/world.yaml of tektra_bringup, if installed."
    )
    home_port: int = option(
        0,
        "Port on which a simulator tells where everything is: pictures of its home are offered, and drawn while somebody "
        "watches them. 0: there is no simulator.",
        low=0,
        high=65535,
    )
    home_rate_hz: float = option(
        1.0, "How often the simulated home is drawn while it is watched.", unit="Hz", low=0.1, high=10.0
    )
    asset_packages: list[str] = option(
        ["tektra_bringup", "tektra"],
        "Packages whose share folders are served as package://NAME/...; nothing else is.",
    )
