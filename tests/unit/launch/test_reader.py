# SPDX-License-Identifier: Apache-2.0
"""Launch files: each tag, and each refusal with its file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tektra.common.errors import ConfigError
from tektra.launch.nodes import arguments as command_of
from tektra.launch.spec import LaunchPlan

Read = Callable[..., LaunchPlan]
NODE = '<node pkg="demo" exec="talker" name="t"/>'


def words(plan: LaunchPlan) -> list[str]:
    """The arguments of the only process, without the program."""
    (process,) = plan.processes
    files = [source for source in process.parameters if isinstance(source, Path)]
    return command_of(process, files)[1:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<node pkg="demo" exec="talker"/>', ["--ros-args"]),
        ('<node pkg="demo" exec="talker" name="t"/>', ["--ros-args", "-r", "__node:=t"]),
        (
            '<node pkg="demo" exec="talker" name="t" namespace="/a"/>',
            ["--ros-args", "-r", "__node:=t", "-r", "__ns:=/a"],
        ),
        (
            '<node pkg="demo" exec="talker" name="t" namespace="a/b"/>',
            ["--ros-args", "-r", "__node:=t", "-r", "__ns:=/a/b"],
        ),
        (
            '<node pkg="demo" exec="talker" name="t" namespace="/"/>',
            ["--ros-args", "-r", "__node:=t", "-r", "__ns:=/"],
        ),
        (
            f'<group><push-ros-namespace namespace="r1"/>{NODE}</group>',
            ["--ros-args", "-r", "__node:=t", "-r", "__ns:=/r1"],
        ),
        (
            f'<push-ros-namespace namespace="r1"/><group><push-ros-namespace namespace="in"/>{NODE}</group>',
            ["--ros-args", "-r", "__node:=t", "-r", "__ns:=/r1/in"],
        ),
        (
            f'<group><push-ros-namespace namespace="r1"/></group>{NODE}',
            ["--ros-args", "-r", "__node:=t"],
        ),
        (
            '<node pkg="demo" exec="talker" args="--fast 2"><remap from="a" to="/b"/></node>',
            ["--fast", "2", "--ros-args", "-r", "a:=/b"],
        ),
    ],
)
def test_a_node_gets_the_arguments_that_launch_ros_gives_it(
    read: Read, text: str, expected: list[str]
) -> None:
    assert words(read(text)) == expected


def test_a_node_is_run_from_its_package(read: Read, prefix: Path) -> None:
    assert read(NODE).processes[0].command[0] == str(prefix / "lib/demo/talker")


def test_parameters_keep_their_order_and_types(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("{}")
    (process,) = read(
        f"""<node pkg="demo" exec="talker" name="t" namespace="/n">
              <param name="before" value="1"/>
              <param from="{file}"/>
              <param name="whole" value="7"/><param name="real" value="7" type="float"/>
              <param name="text" value="7" type="str"/><param name="flag" value="true"/>
              <param name="list" value="[1, 2]"/><param name="nothing" value="" type="str"/>
              <param name="deep"><param name="er" value="a"/></param>
            </node>"""
    ).processes
    assert process.node == "/n/t"
    assert process.parameters == (
        {"before": 1}, file, {"whole": 7}, {"real": 7.0}, {"text": "7"}, {"flag": True}, {"list": [1, 2]},
        {"nothing": ""}, {"deep": {"er": "a"}},
    )  # fmt: skip


def test_an_argument_has_its_default_unless_it_is_given(read: Read) -> None:
    text = '<arg name="n" default="t1"/><node pkg="demo" exec="talker" name="$(var n)"/>'
    assert read(text).processes[0].node.endswith("t1")
    assert read(text, {"n": "t2"}).processes[0].node.endswith("t2")


def test_let_sets_and_a_group_forgets(read: Read) -> None:
    plan = read(
        '<let name="n" value="a"/><group><let name="n" value="b"/><node pkg="demo" exec="talker" name="$(var n)"/></group>'
        '<node pkg="demo" exec="talker" name="$(var n)"/>'
    )
    assert [process.node for process in plan.processes] == ["/b", "/a"]


@pytest.mark.parametrize(
    ("condition", "runs"),
    [('if="true"', True), ('if="0"', False), ('unless="true"', False), ('unless="$(var off)"', True)],
)
def test_conditions_choose(read: Read, condition: str, runs: bool) -> None:
    plan = read(f'<let name="off" value="false"/><node pkg="demo" exec="talker" name="t" {condition}/>')
    assert len(plan.processes) == int(runs)
    assert "t" in plan.node_names


def test_an_include_is_read_with_its_arguments_from_its_own_folder(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "y.launch.xml").write_text(
        '<launch><arg name="n"/><node pkg="demo" exec="talker" name="$(var n)" args="$(dirname)"/></launch>'
    )
    text = '<include file="$(dirname)/more/y.launch.xml"><arg name="n" value="inner"/></include>'
    (process,) = read(text).processes
    assert process.node == "/inner"
    assert process.command[1] == str(folder)


def test_an_argument_outlives_an_include_as_in_ros2_launch(read: Read, tmp_path: Path) -> None:
    (tmp_path / "y.launch.xml").write_text('<launch><arg name="n" default="mine"/></launch>')
    plan = read(
        '<include file="$(dirname)/y.launch.xml"><arg name="n" value="theirs"/></include>'
        '<node pkg="demo" exec="talker" name="$(var n)"/>'
    )
    assert plan.processes[0].node == "/theirs"


def test_set_env_reaches_processes_of_its_scope_only(read: Read) -> None:
    plan = read(f'<group><set_env name="X" value="1"/>{NODE}</group>{NODE}')
    assert plan.processes[0].environment["X"] == "1"
    assert "X" not in plan.processes[1].environment


def test_an_executable_is_a_command_with_a_name(read: Read) -> None:
    (process,) = read(
        '<executable cmd="python3 -m x --y 1" name="sim" respawn="true" respawn_delay="1.5"/>'
    ).processes
    assert (process.name, process.command, process.node) == ("sim", ("python3", "-m", "x", "--y", "1"), "")
    assert (process.respawn, process.respawn_delay_s) == (True, 1.5)


def test_a_launch_prefix_comes_first(read: Read) -> None:
    (process,) = read('<node pkg="demo" exec="talker" launch-prefix="nice -n 5"/>').processes
    assert process.command[:3] == ("nice", "-n", "5")


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ('<nod pkg="demo"/>', 2, "<nod>"),
        ('\n\n<timer period="1"/>', 4, "<timer>"),
        ('<node exec="talker"/>', 2, 'no attribute "pkg"'),
        ('<node pkg="demo" exec="talker" machine="x"/>', 2, 'attribute "machine"'),
        ('<node pkg="demo" exec="singer"/>', 2, "no program 'singer'"),
        ('<node pkg="nowhere" exec="singer"/>', 2, "'nowhere' is not installed"),
        ('<node pkg="demo" exec="talker" name="a b"/>', 2, "node name 'a b'"),
        ('<node pkg="demo" exec="talker" namespace="/a//b"/>', 2, "namespace"),
        ('<node pkg="demo" exec="talker" output="loud"/>', 2, "output 'loud'"),
        ('<node pkg="demo" exec="talker" respawn="maybe"/>', 2, "condition 'maybe'"),
        ('<node pkg="demo" exec="talker" respawn_delay="soon"/>', 2, "respawn_delay 'soon'"),
        ('<node pkg="demo" exec="talker">\n<param from="/no/such.yaml"/></node>', 3, "/no/such.yaml"),
        (
            '<node pkg="demo" exec="talker">\n<param name="x" value="y" type="int"/></node>',
            3,
            "'y' is no int",
        ),
        ('<node pkg="demo" exec="talker">\n<param name="x" value="[1, a]"/></node>', 3, "is no number"),
        ('<node pkg="demo" exec="talker">\n<remap from="x"/></node>', 3, 'no attribute "to"'),
        ('<node pkg="demo" exec="talker">\n<env name="x" value="y"/></node>', 3, "<env>"),
        ('<node pkg="demo" exec="talker" if="true" unless="true"/>', 2, "both if and unless"),
        ('<node pkg="demo" exec="talker" if="$(var on)"/>', 2, "'on' is not set"),
        ('<node pkg="demo" exec="talker" name="$(eval 1)"/>', 2, "eval"),
        ('<include file="$(dirname)/none.xml"/>', 2, "none.xml is not a file"),
        ('<include file="$(dirname)/x.launch.xml"/>', 2, "include itself"),
        ('<arg name="must"/>', 2, "'must' is not given"),
        ('<executable cmd=""/>', 2, '"cmd" is empty'),
        ('<executable cmd="x" shell="true"/>', 2, 'attribute "shell"'),
        ("<group>words</group>", 2, "text 'words'"),
    ],
)
def test_what_is_not_known_is_refused_with_file_and_line(
    read: Read, text: str, line: int, complaint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert f"x.launch.xml:{line}: " in caught.value.what
    assert complaint in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<launch>\n<group>\n</launch>", ":3: not well-formed XML"),
        ("", ":1: not well-formed XML"),
        ("\0\1binary", "not well-formed XML"),
        ("<robot/>", ":1: the root is <robot>"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n<launch/>', "entity 'a'"),
    ],
)
def test_a_file_that_is_no_launch_xml_is_refused(read: Read, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=r"x\.launch\.xml") as caught:
        read(text, whole=True)
    assert complaint in str(caught.value)


def test_a_missing_file_and_an_unknown_argument_are_told(read: Read, tmp_path: Path) -> None:
    from tektra.launch.reader import read_launch

    with pytest.raises(ConfigError, match=r"nothing\.xml"):
        read_launch(tmp_path / "nothing.xml", {}, {})
    with pytest.raises(ConfigError, match=r"'colour'.*use one of n"):
        read('<arg name="n" default="1"/>', {"colour": "red"})


def test_a_choice_is_held_to(read: Read) -> None:
    text = '<arg name="n" default="a"><choice value="a"/><choice value="b"/></arg>'
    read(text, {"n": "b"})
    with pytest.raises(ConfigError, match="give one of a, b"):
        read(text, {"n": "c"})
