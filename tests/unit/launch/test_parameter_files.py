# SPDX-License-Identifier: Apache-2.0
"""Parameter files are checked before anything starts: file, line and key of what is wrong."""

from pathlib import Path

import pytest

from tektra.common.errors import ConfigError
from tektra.common.options import Option
from tektra.launch.parameter_files import check_all, matches, nodes_of, read_parameters, robots_of
from tektra.launch.spec import ProcessSpec, Where

RATE = {"rate_hz": Option("rate_hz", 25.0, "How often.", "Hz", 20.0, 200.0, ())}


def check(*sources: Path | dict, node: str = "/safety", names: tuple[str, ...] = ("safety",)) -> list[str]:
    spec = ProcessSpec(
        "x", ("x",), Where(Path("l.xml"), 7), node=node, package="p", executable="e", parameters=sources
    )
    return check_all([spec], names, lambda package, executable: RATE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "p.yaml"


@pytest.mark.parametrize(
    ("pattern", "node", "means"),
    [
        ("/safety", "/safety", True),
        ("safety", "/safety", True),
        ("/safety", "/a/safety", False),
        ("/*/driver", "/rover1/driver", True),
        ("/*/driver", "/a/b/driver", False),
        ("/**/driver", "/a/b/driver", True),
        ("/**/driver", "/driver", True),
        ("/**", "/a/b", True),
        ("/**", "/a", True),
        ("/a/*", "/a/b", True),
    ],
)
def test_a_section_means_the_nodes_that_its_pattern_matches(pattern: str, node: str, means: bool) -> None:
    assert matches(pattern, node) is means


def test_nested_sections_and_keys_are_flattened(file: Path) -> None:
    file.write_text(
        "/tektra:\n  planner:\n    ros__parameters:\n      a: 1\n      deep:\n        er: [p, q]\n"
    )
    entries = read_parameters(file)
    assert [(entry.pattern, entry.key, entry.value, entry.where.line) for entry in entries] == [
        ("/tektra/planner", "a", 1, 4),
        ("/tektra/planner", "deep.er", ["p", "q"], 6),
    ]


def test_an_empty_file_and_an_empty_section_are_fine(file: Path) -> None:
    file.write_text("# nothing\n")
    assert check(file) == []
    file.write_text("/safety:\n  ros__parameters: {}\n")
    assert check(file) == []


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("/safety:\n  ros__parameters:\n    rate_hz: [1\n    x: 2\n", 4, "rate_hz"),
        ("/safety:\n  ros__parameters:\n    rate_hz: 30.0\n    rate_hz: 31.0\n", 4, "rate_hz"),
        ("/safety:\n  ros__parameters:\n    rate: 30.0\n", 3, "rate"),
        ("/safety:\n  ros__parameters:\n    rate_hz: 5.0\n", 3, "rate_hz"),
        ("/safety:\n  ros__parameters:\n    rate_hz: fast\n", 3, "rate_hz"),
        ("/safety:\n  ros__parameters:\n    rate_hz:\n", 3, "rate_hz"),
        ("/safety:\n  ros__parameters:\n    rate_hz: [1, x]\n", 3, "rate_hz"),
        ("/safety:\n  ros__parameters:\n    rate_hz: 2020-01-01\n", 3, "rate_hz"),
        ("/safety:\n  ros__parameters: 5\n", 2, "ros__parameters"),
        ("/safety:\n  rate_hz: 30.0\n", 2, "rate_hz"),
        ("/**:\n  ros__parameters:\n    colour: red\n", 3, "colour"),
        ("- a\n- b\n", 1, "the file"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(file: Path, text: str, line: int, key: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        check(file)
    assert f"{file}:{line}: " in caught.value.what
    assert key in caught.value.what
    assert caught.value.remedy


def test_binary_garbage_and_a_huge_file_are_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00garbage\x80")
    with pytest.raises(ConfigError, match=r"p\.yaml"):
        check(file)
    file.write_bytes(b"#" * 2_000_000)
    with pytest.raises(ConfigError, match="2000000 bytes"):
        check(file)


def test_a_value_in_the_launch_file_is_checked_too() -> None:
    with pytest.raises(ConfigError, match=r"l\.xml:7: rate_hz = 5"):
        check({"rate_hz": 5})


def test_sections_of_other_nodes_are_left_to_them(file: Path) -> None:
    file.write_text("/planner:\n  ros__parameters:\n    anything: 1\n")
    assert check(file, names=("safety", "planner")) == []


def test_a_section_of_no_node_is_a_warning(file: Path) -> None:
    file.write_text("/plannr:\n  ros__parameters:\n    anything: 1\n")
    (warning,) = check(file)
    assert f"{file}:3" in warning
    assert "/plannr" in warning


FLEET = """\
/**/driver:
  ros__parameters: {rate_hz: 30.0}
/r1/driver:
  ros__parameters: {port: 7101}
r2:
  driver:
    ros__parameters: {port: 7102}
/r1/skills:
  ros__parameters: {rate_hz: 25.0}
/*/driver:
  ros__parameters: {rate_hz: 31.0}
/r1/deep/driver:
  ros__parameters: {port: 1}
"""


def fleet(file: Path, executable: str = "fleet_drivers") -> ProcessSpec:
    return ProcessSpec(
        "x", ("x",), Where(Path("l.xml"), 7), package="p", executable=executable, parameters=(file,)
    )


def test_the_robots_of_a_fleet_are_those_with_a_section_for_their_driver(file: Path) -> None:
    file.write_text(FLEET)
    assert robots_of(file) == ["r1", "r2"]
    assert nodes_of(fleet(file)) == [("/r1/driver", "driver"), ("/r2/driver", "driver")]
    assert nodes_of(fleet(file, "fleet_skills")) == [("/r1/skills", "skills"), ("/r2/skills", "skills")]


def test_every_robot_of_a_fleet_is_checked(file: Path) -> None:
    file.write_text(
        "/r1/driver:\n  ros__parameters: {rate_hz: 30.0}\n/r2/driver:\n  ros__parameters: {rate_hz: 5.0}\n"
    )
    with pytest.raises(ConfigError, match=r"p\.yaml:4.*rate_hz.*/r2/driver"):
        check_all([fleet(file)], [], lambda package, executable: RATE if executable == "driver" else None)


def test_the_sections_of_a_fleet_are_no_strangers(file: Path) -> None:
    file.write_text(
        "/r1/driver:\n  ros__parameters: {rate_hz: 30.0}\n/r1/drover:\n  ros__parameters: {a: 1}\n"
    )
    (warning,) = check_all([fleet(file)], [], lambda package, executable: RATE)
    assert "/r1/drover" in warning and "driver" in warning.partition("the launch has")[2]
