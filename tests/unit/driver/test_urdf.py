# SPDX-License-Identifier: Apache-2.0
"""Each robot tells a URDF that a viewer can show: its own, or one of its footprint and joints."""

import dataclasses
from xml.etree import ElementTree

import pytest

from tektra.common.errors import OptionError
from tektra.driver.describe import describe
from tektra.driver.options import DriverOptions
from tektra.driver.urdf import made_urdf, with_urdf

BASE = DriverOptions(
    linear_speed=0.5, angular_speed=1.0, linear_acceleration=1.0, linear_deceleration=1.0, angular_acceleration=2.0,
    linear_jerk=5.0, angular_jerk=10.0, footprint=[0.3, 0.2, -0.1, 0.2, -0.1, -0.2, 0.3, -0.2],
)  # fmt: skip
ARM = DriverOptions(kind="arm", joint_names=["a", "b"], joint_acceleration=[1.0, 2.0])
URDF = """<robot name="theirs"><link name="base_link"/><link name="l1"/><link name="l2"/>
<joint name="a" type="revolute"><parent link="base_link"/><child link="l1"/><limit lower="-1" upper="1.5" velocity="2" effort="9"/></joint>
<joint name="b" type="revolute"><parent link="l1"/><child link="l2"/><limit lower="0" upper="3" velocity="1" effort="9"/></joint>
</robot>"""


def tree(options: DriverOptions) -> ElementTree.Element:
    return ElementTree.fromstring(made_urdf(describe("r1", options), options))


def test_a_base_is_a_box_as_large_as_its_footprint_and_is_named_as_its_frame() -> None:
    root = tree(BASE)
    assert [link.get("name") for link in root.iter("link")] == ["r1/base_link"]
    box, origin = root.find(".//visual//box"), root.find(".//visual/origin")
    assert box.get("size") == "0.4 0.4 0.25" and origin.get("xyz").startswith("0.1 0 ")


def test_every_joint_of_which_states_come_is_in_it_and_every_link_has_one_parent() -> None:
    options = dataclasses.replace(
        ARM, joint_lower=[-1.0, 0.0], joint_upper=[1.0, 3.0], joint_speed=[2.0, 1.0]
    )
    root = tree(options)
    joints = {joint.get("name"): joint for joint in root.iter("joint")}
    assert list(joints) == ["a", "b"]
    links = {link.get("name") for link in root.iter("link")}
    children = [joint.find("child").get("link") for joint in joints.values()]
    assert links - set(children) == {"r1/base_link"} and len(set(children)) == len(children)
    assert joints["b"].find("limit").get("upper") == "3"


def test_limits_that_no_parameter_gives_are_the_urdfs_own(tmp_path) -> None:
    file = tmp_path / "arm.urdf"
    file.write_text(URDF)
    options, urdf = with_urdf(dataclasses.replace(ARM, urdf_file=str(file), joint_speed=[0.5, 0.5]))
    assert urdf == URDF
    assert (options.joint_lower, options.joint_upper) == ([-1.0, 0.0], [1.5, 3.0])
    assert options.joint_speed == [0.5, 0.5], "what is given stays"
    assert "arm" in describe("r1", options).capabilities


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no xml", "is no URDF"),
        ("<sdf/>", "<sdf>"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><robot name="&x;"/>', "entities"),
        (URDF.replace('name="b"', 'name="c"'), "'b'"),
    ],
)
def test_a_file_that_is_none_ends_in_words(tmp_path, text: str, words: str) -> None:
    file = tmp_path / "odd.urdf"
    file.write_text(text)
    with pytest.raises(OptionError, match=words):
        with_urdf(dataclasses.replace(ARM, urdf_file=str(file)))
