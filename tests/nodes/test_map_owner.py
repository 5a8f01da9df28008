# SPDX-License-Identifier: Apache-2.0
"""`/map` has one publisher: ours while nobody else has it, none beside a map_server, whoever comes first."""

from nav_msgs.msg import OccupancyGrid
from rclpy.node import Node

from tektra.ros.home_map_topic import HomeMapTopic
from tektra.ros.qos import LATCHED


def test_ours_is_there_until_a_map_server_comes_and_again_when_it_has_gone(spinner, stranger) -> None:
    node, viewer = Node("planner"), Node("rviz")
    spinner.add(node, viewer)
    seen: list[int] = []
    viewer.create_subscription(OccupancyGrid, "/map", lambda grid: seen.append(grid.info.width), LATCHED)
    ours, theirs = OccupancyGrid(), OccupancyGrid()
    ours.info.width, theirs.info.width = 7, 11
    HomeMapTopic(node).set(ours)
    spinner.until(lambda: seen == [7])
    server = stranger.create_publisher(OccupancyGrid, "/map", LATCHED)
    server.publish(theirs)
    spinner.until(lambda: viewer.count_publishers("/map") == 1 and seen[-1] == 11)
    spinner.during(1.5)
    assert viewer.count_publishers("/map") == 1
    stranger.destroy_publisher(server)
    spinner.until(lambda: seen[-1] == 7, what="ours again")


def test_beside_a_map_server_that_was_there_first_ours_never_shows(spinner, stranger) -> None:
    node = Node("planner")
    spinner.add(node)
    stranger.create_publisher(OccupancyGrid, "/map", LATCHED)
    spinner.until(lambda: node.count_publishers("/map") == 1)
    HomeMapTopic(node).set(OccupancyGrid())
    spinner.during(2.5)
    assert node.count_publishers("/map") == 1
