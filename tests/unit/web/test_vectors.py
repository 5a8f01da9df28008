# SPDX-License-Identifier: Apache-2.0
"""The messages that both ends are tested against, and that their file says what the code says."""

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tektra.common.errors import InputError
from tektra.web.models.base import Seen
from tektra.web.schema import socket_schema
from tektra.web.socket import binary
from tektra.web.socket.from_client import FROM_CLIENT
from tektra.web.socket.messages import FROM_SERVER

ROOT = Path(__file__).resolve().parents[3]
VECTORS: dict[str, Any] = json.loads((ROOT / "tests/data/web/vectors.json").read_text(encoding="utf-8"))


def test_the_file_is_fresh() -> None:
    assert (
        subprocess.run([sys.executable, ROOT / "scripts/web_vectors.py", "--check"], check=False).returncode
        == 0
    )


@pytest.mark.parametrize("message", VECTORS["from_client"], ids=lambda message: message["type"])
def test_a_clients_message_means_what_it_says(message: dict[str, Any]) -> None:
    read = FROM_CLIENT.validate_json(json.dumps(message))
    assert json.loads(read.model_dump_json()).items() >= message.items()


@pytest.mark.parametrize("entry", VECTORS["refused_from_client"], ids=lambda entry: entry["why"])
def test_a_message_with_a_mistake_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FROM_CLIENT.validate_json(json.dumps(entry["message"]))


@pytest.mark.parametrize("message", VECTORS["from_server"], ids=lambda message: message["type"])
def test_a_servers_message_means_what_it_says(message: dict[str, Any]) -> None:
    read: Seen = FROM_SERVER.validate_json(json.dumps(message))
    assert json.loads(read.model_dump_json(exclude_unset=True)) == message


@pytest.mark.parametrize("entry", VECTORS["binary"], ids=lambda entry: str(entry["kind"]))
def test_bytes_mean_what_they_say(entry: dict[str, Any]) -> None:
    frame = binary.unpack(bytes.fromhex(entry["hex"]))
    assert (frame.kind, frame.last, frame.param) == (entry["kind"], entry["last"], entry["param"])
    assert (frame.sequence, frame.when_ms) == (entry["sequence"], entry["when_ms"])
    assert frame.content.hex() == entry["content_hex"]
    assert binary.pack(frame).hex() == entry["hex"]


def test_the_avatars_bytes_hold_its_weights_in_their_order() -> None:
    entry = VECTORS["avatar"]
    frame = binary.unpack(bytes.fromhex(entry["hex"]))
    numbers = struct.unpack(f"<{binary.AVATAR_FLOATS}f", frame.content)
    assert list(numbers[:58]) == [*entry["weights"], *entry["head"], *entry["gaze"]]
    assert binary.VISEMES[frame.param] == entry["viseme"]


def test_arms_that_do_not_hang_come_behind_them() -> None:
    entry = VECTORS["avatar_with_arms"]
    numbers = struct.unpack("<92f", binary.unpack(bytes.fromhex(entry["hex"])).content)
    assert list(numbers[binary.AVATAR_FLOATS :]) == entry["arms"]


@pytest.mark.parametrize("text", VECTORS["refused_binary_hex"])
def test_bytes_that_are_no_message_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        binary.unpack(bytes.fromhex(text))


def test_every_message_of_the_schema_has_a_vector_or_is_a_kin_of_one() -> None:
    schema = socket_schema()["$defs"]
    known = {entry["type"] for entry in VECTORS["from_client"]}
    described = set(schema["FromClient"]["discriminator"]["mapping"])
    assert described == known
