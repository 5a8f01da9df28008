# SPDX-License-Identifier: Apache-2.0
"""A robot that is a ROS node in a process of its own, and nodes as a driver's beside it: what peers of the driver contract share."""

import json
import select
import socket
import subprocess
import time

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter

from tests.peers.peer_process import PeerProcess

PATIENCE_S = 20.0


class RosRobot(PeerProcess):
    """The process, the truth that it tells line by line as JSON, and the driver's nodes in `context`. A Peer of the driver contract
    once a robot of its own says how it is started (`command`, `environment`), how a link is made, and what moving means."""

    namespace = ""
    #: Callbacks taken beside the first, between two looks at the truth.
    further_callbacks = 0

    def __init__(self, context, domain):
        self.context, self.domain = context, domain
        self.nodes, self.links = [], []
        self.executor = SingleThreadedExecutor(context=context)
        self.start()

    def command(self):
        raise NotImplementedError

    def environment(self):
        raise NotImplementedError

    def start(self):
        command = [*self.command(), "--ros-args", "-r", f"__ns:={self.namespace}"]
        environment = {**self.environment(), "ROS_DOMAIN_ID": self.domain}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        port = json.loads(self.process.stdout.readline())["truth"]
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setblocking(False)
        self.rest = b""

    def node(self, name="driver", namespace=None):
        # With several contexts in one process these wheels crash when they end a node's rosout or type description.
        bare = [Parameter("start_type_description_service", value=False)]
        made = rclpy.create_node(
            name,
            namespace=namespace or self.namespace,
            context=self.context,
            enable_rosout=False,
            parameter_overrides=bare,
        )
        self.nodes.append(made)
        self.executor.add_node(made)
        return made

    def truth(self):
        """The next moment; the nodes are spun until it comes."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            self.executor.spin_once(timeout_sec=0.005)
            for _ in range(self.further_callbacks):
                self.executor.spin_once(timeout_sec=0.0)
            if select.select([self.socket], [], [], 0.0)[0]:
                self.rest += self.socket.recv(65_536)
            *lines, self.rest = self.rest.split(b"\n")
            if lines:
                return json.loads(lines[-1])
        raise AssertionError("the robot tells nothing")

    def restart(self):
        self.start()

    def close(self):
        """Its nodes end first. Fast DDS 3.2 opens a port of shared memory anew, in a thread of its own, when whoever else held it
        was killed; a participant that ends at that moment locks memory that is mapped no more (SIGSEGV: once in 15 to 50)."""
        self.resume()
        for link in self.links:
            link.close()
        for node in self.nodes:
            self.executor.remove_node(node)
            node.destroy_node()
        self.executor.shutdown()
        self.kill()
