# SPDX-License-Identifier: Apache-2.0
"""Keys come from a file that its owner alone can read; an error names value and remedy, and never the key."""

import base64
import os

import pytest

from tektra.common.errors import OptionError
from tektra.common.robot_key import load_key

KEY = bytes(range(100, 132))


@pytest.mark.parametrize("text", [KEY.hex(), KEY.hex().upper() + "\n", base64.b64encode(KEY).decode()])
def test_a_key_is_hexadecimal_or_base64(make_key, text):
    assert load_key("key_file", make_key(text)) == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777, 0o610])
def test_a_key_that_others_can_read_is_refused_with_the_mode_and_the_command(make_key, mode):
    path = make_key(KEY.hex(), mode)
    with pytest.raises(OptionError, match=f"json_tcp.key_file {path} .*mode 0{mode:o}.*chmod 600 {path}"):
        load_key("json_tcp.key_file", path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 bytes"),
        (KEY[:31].hex(), "31 bytes"),
        ("secret of mine!!", "neither"),
        ("é" * 40, "neither"),
        ("abc", "neither"),
        ("00" * 32, "guessed"),
        ("a" * 5000, "longer"),
    ],
)
def test_what_is_no_good_key_is_refused_and_not_repeated(make_key, text, why):
    with pytest.raises(OptionError, match=why) as caught:
        load_key("key_file", make_key(text))
    assert "openssl rand" in str(caught.value)
    assert not text or text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_file_a_folder_and_a_pipe_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("missing", "", "pipe"):
        with pytest.raises(OptionError):
            load_key("key_file", str(tmp_path / name))


def test_somebody_elses_file_is_refused(make_key, monkeypatch):
    path, user = make_key(KEY.hex()), os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(OptionError, match="belongs to"):
        load_key("key_file", path)
