# SPDX-License-Identifier: Apache-2.0
"""Whatever comes from outside: a clear error each, nothing moves, nothing hangs, and the next request works."""

import io
import json
import os
import random
import socket
import wave
from array import array

import pytest


@pytest.fixture(scope="module")
def running(start_for_all, model_that_says, plan):
    # A model that believes everything: what is refused is refused by the checks.
    script = [
        ["rover9", plan("It goes.", ("rover9", "navigate_to", {"place": "kitchen"}))],
        ["swimming pool", plan("It goes.", ("rover1", "navigate_to", {"place": "swimming pool"}))],
        ["turn left 20", plan("It turns.", ("rover1", "turn", {"angle_deg": 20}))],
    ]
    return start_for_all(*model_that_says(script), "avatar:=false", "camera:=none")


@pytest.fixture(scope="module")
def person(running, meet):
    return meet(running)


@pytest.fixture(autouse=True)
def nothing_moves_and_the_next_request_works(person):
    person.until(lambda: person.truth.body("rover1").standing, "a stand after the turn before")
    yield
    person.nothing_moves_for(0.5)
    assert person.ask("rover1 turn left 20 degrees").outcome == "done"


@pytest.mark.parametrize(
    "text, named",
    [
        ("rover9 go to the kitchen", "rover9"),
        ("rover1 go to the swimming pool", "swimming pool"),
        ("", "empty"),
        ("   \n ", "empty"),
        ("go " * 3_400_000, "4000"),
        ("rover1 go to \x07the\x1b[2J kitchen", "control"),
    ],
    ids=["unknown robot", "unknown place", "empty", "blank", "10 MB", "control bytes"],
)
def test_a_bad_request_is_refused_in_words(text: str, named: str, person) -> None:
    answer = person.ask(text)
    assert answer.outcome == answer.OUTCOME_REFUSED, answer
    assert named in answer.message.lower() + answer.reply.lower()
    assert not [step for step in answer.plan.steps if step.who.startswith("rover")]


@pytest.mark.parametrize("text", ["", "go " * 3_400_000], ids=["empty", "10 MB"])
def test_the_command_topic_refuses_the_same(text: str, person) -> None:
    from std_msgs.msg import String

    from tektra.ros.qos import RELIABLE
    from tektra_interfaces.msg import ReplyDelta

    heard: list[str] = []
    listener = person.node.create_subscription(
        ReplyDelta, "/tektra/reply", lambda delta: heard.append(delta.text), RELIABLE
    )
    person.until(lambda: person.command.get_subscription_count() and listener, "the planner")
    person.command.publish(String(data=text))
    person.until(lambda: "".join(heard), "a refusal on /tektra/reply")
    person.node.destroy_subscription(listener)
    assert "empty" in "".join(heard).lower() or "4000" in "".join(heard)


def test_garbage_on_the_tcp_robot_port_is_answered_and_ignored(running, person) -> None:
    noise = random.Random(1)
    with socket.create_connection(("127.0.0.1", running.ports["rover1_port"]), timeout=5.0) as intruder:
        answer = intruder.recv(4096)
        assert b'"error"' in answer, "the place is taken by the driver"
        for _ in range(50):
            try:
                intruder.sendall(noise.randbytes(5000))
            except OSError:
                break


def test_garbage_on_the_udp_robot_port_is_ignored(running, person) -> None:
    noise = random.Random(2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as intruder:
        for size in (0, 1, 100, 4096, 60_000):
            for _ in range(20):
                intruder.sendto(noise.randbytes(size), ("127.0.0.1", running.ports["rover2_port"]))
        forged = {"type": "velocity", "seq": 10**9, "vx": 0.6, "vy": 0.0, "wz": 0.0, "ttl": 0.5}
        intruder.sendto(json.dumps(forged).encode(), ("127.0.0.1", running.ports["rover2_port"]))


def wav_of(rate_hz: int, seconds: float) -> array:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(bytes(2 * int(rate_hz * seconds)))
    return array("B", file.getvalue())


@pytest.mark.parametrize(
    "wav, named",
    [
        (wav_of(4000, 1.0), "4000"),
        (wav_of(192_000, 0.1), "192000"),
        (wav_of(16_000, 0.0), "without a single sample"),
        (array("B", os.urandom(5000)), "wav"),
        (wav_of(16_000, 1.0)[:60], ""),
        (array("B"), ""),
    ],
    ids=["too slow", "too fast", "no samples", "garbage", "cut off", "nothing"],
)
def test_a_bad_recording_is_refused_in_words(wav: array, named: str, person) -> None:
    from tektra_interfaces.srv import Transcribe

    answer = person.call(Transcribe, "/tektra/speech_in/transcribe", Transcribe.Request(wav=wav))
    assert not answer.success and answer.message
    assert named in answer.message.lower()


@pytest.mark.parametrize(
    "name, text, named",
    [
        ("bad.launch.xml", "<launch>\n  <nod pkg='x'/>\n</launch>\n", ("bad.launch.xml", "2", "nod")),
        ("cut.launch.xml", "<launch>\n  <arg name='a'\n", ("cut.launch.xml",)),
    ],
)
def test_a_malformed_launch_file_is_refused_by_file_line_and_name(
    running, tmp_path, name, text, named
) -> None:
    file = tmp_path / name
    file.write_text(text)
    done = running.cli("up", "--launch-file", str(file))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for word in named:
        assert word in done.stderr


@pytest.mark.parametrize(
    "text, named",
    [
        ("/safety:\n  ros__parameters:\n    rate_hz: fast\n", ("mine.yaml", "3", "rate_hz")),
        ("/safety:\n  ros__parameters:\n    rate_hx: 25.0\n", ("mine.yaml", "3", "rate_hx")),
        ("/safety:\n  ros__parameters:\n    rate_hz: 1.0\n", ("mine.yaml", "rate_hz", "20")),
        ("/safety:\n  ros__parameters: [\n", ("mine.yaml",)),
    ],
    ids=["wrong type", "unknown key", "out of bounds", "no YAML"],
)
def test_a_malformed_parameter_file_is_refused_by_file_line_and_key(running, tmp_path, text, named) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    done = running.cli("up", f"params:={file}")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for word in named:
        assert word in done.stderr
