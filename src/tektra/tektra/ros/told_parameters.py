# SPDX-License-Identifier: Apache-2.0
"""A node's parameters for who asks, at a cost that no question can raise; nobody sets them.

rclpy's own services read and answer whatever comes, on the thread that decides: 20,000 parameters in one call held the gate up for
0.4 s and more, also where each of them was refused: to make Python objects of them is most of that. What the body is told at its
start holds until its end (tektra.ros.parameters), so it has no services that set.
"""

from __future__ import annotations

from collections.abc import Sequence

from rcl_interfaces.srv import DescribeParameters, GetParameters, GetParameterTypes, ListParameters
from rclpy.node import Node

from tektra.ros.calls import serve

#: So many names one may ask for, and so many prefixes, of which each is compared with each parameter. No node has half as many names.
MOST_NAMES, MOST_PREFIXES = 256, 16


class ToldParameters:
    """Answers get_parameters and its kin, as rclpy does. On the node's executor.

    Who asks for more has cost the node something already (0.25 us a name): from then on nobody is answered, until the node is
    started anew.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._services = [
            serve(node, kind, f"~/{name}", answer)
            for kind, name, answer in (
                (GetParameters, "get_parameters", self._get),
                (GetParameterTypes, "get_parameter_types", self._types),
                (DescribeParameters, "describe_parameters", self._describe),
                (ListParameters, "list_parameters", self._list),
            )
        ]

    def _known(self, names: Sequence[str]) -> list[str]:
        """Those names, if there are all of them and not too many; else none."""
        few = self._few(names, MOST_NAMES)
        return list(names) if few and all(map(self._node.has_parameter, names)) else []

    def _few(self, asked: Sequence[str], most: int) -> bool:
        if len(asked) > most and self._services:
            for service in self._services:
                self._node.destroy_service(service)
            self._services = []
            told = f"somebody asked for {len(asked)} parameters: nobody is told of any until this node is started anew"
            self._node.get_logger().warning(told)
        return len(asked) <= most

    def _get(self, asked: GetParameters.Request, response: GetParameters.Response) -> GetParameters.Response:
        found = self._node.get_parameters(self._known(asked.names))
        response.values = [parameter.get_parameter_value() for parameter in found]
        return response

    def _types(
        self, asked: GetParameterTypes.Request, response: GetParameterTypes.Response
    ) -> GetParameterTypes.Response:
        response.types = list(self._node.get_parameter_types(self._known(asked.names)))
        return response

    def _describe(
        self, asked: DescribeParameters.Request, response: DescribeParameters.Response
    ) -> DescribeParameters.Response:
        response.descriptors = self._node.describe_parameters(self._known(asked.names))
        return response

    def _list(
        self, asked: ListParameters.Request, response: ListParameters.Response
    ) -> ListParameters.Response:
        if self._few(asked.prefixes, MOST_PREFIXES):
            response.result = self._node.list_parameters(list(asked.prefixes), asked.depth)
        return response
