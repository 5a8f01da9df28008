# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from tektra.bridge.schemas import SEPARATOR, Schemas, UnknownType


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A prefix with two small packages."""
    files = {
        "base/msg/Time.msg": "int32 sec\nuint32 nanosec\n",
        "base/msg/Header.msg": "# when and where\nTime stamp\nstring frame_id\n",
        "robot/msg/State.msg": "uint8 OK=1\nbase/Header header   # of base\nbase/Time[] stamps\n"
        "Wheel[<=4] wheels\nstring<=20 name\n",
        "robot/msg/Wheel.msg": "float64[3] axis\nbool turning false\n",
        "robot/msg/Broken.msg": "gone/Thing thing\n",
        "robot/srv/Ask.srv": "string question\n---\nbool success\nState state\n",
        "robot/srv/Poke.srv": "---\nbool success\n",
    }
    for name, text in files.items():
        package, kind, file = name.split("/")
        path = tmp_path / "share" / package / kind / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_definition_is_followed_by_every_type_it_uses_once(prefix: Path) -> None:
    parts = Schemas([prefix]).message("robot/msg/State").split(SEPARATOR + "\n")
    assert parts[0].startswith("uint8 OK=1\nbase/Header header")
    assert [part.splitlines()[0] for part in parts[1:]] == [
        "MSG: base/Header",
        "MSG: base/Time",
        "MSG: robot/Wheel",
    ]
    assert "float64[3] axis" in parts[3]


def test_a_service_has_a_schema_for_each_half(prefix: Path) -> None:
    request, response = Schemas([prefix]).service("robot/srv/Ask")
    assert request.strip() == "string question"
    assert "MSG: robot/State" in response and "MSG: base/Time" in response


def test_a_service_may_ask_nothing(prefix: Path) -> None:
    request, response = Schemas([prefix]).service("robot/srv/Poke")
    assert request.strip() == ""
    assert response.strip() == "bool success"


def test_a_type_that_is_not_installed_is_named_with_its_package(prefix: Path) -> None:
    with pytest.raises(UnknownType, match="gone/msg/Thing.*package gone"):
        Schemas([prefix]).message("robot/msg/Broken")


@pytest.mark.parametrize(
    "name", ["", "String", "../../etc/msg/passwd", "robot/msg/../../State", "robot/action/msg/X"]
)
def test_what_is_no_type_name_never_becomes_a_path(prefix: Path, name: str) -> None:
    with pytest.raises(UnknownType):
        Schemas([prefix]).message(name)


def test_the_first_prefix_wins(prefix: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay" / "share" / "base" / "msg"
    overlay.mkdir(parents=True)
    (overlay / "Time.msg").write_text("int64 ns\n")
    assert Schemas([tmp_path / "overlay", prefix]).message("base/msg/Time") == "int64 ns\n"
