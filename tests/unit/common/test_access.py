# SPDX-License-Identifier: Apache-2.0
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tektra.common.access import FILE, Role, load_tokens
from tektra.common.errors import ConfigError, OptionError


def test_the_first_start_makes_a_token_a_role_for_the_owner_alone(tmp_path: Path) -> None:
    tokens = load_tokens(tmp_path)
    assert os.stat(tmp_path / FILE).st_mode & 0o777 == 0o600
    assert len({tokens.of(role) for role in Role}) == len(Role)
    assert [tokens.role_of(tokens.of(role)) for role in Role] == list(Role)
    assert [path.name for path in (tmp_path / FILE).parent.iterdir()] == [FILE.name]


def test_a_second_start_finds_the_same_tokens(tmp_path: Path) -> None:
    assert load_tokens(tmp_path).of(Role.ADMIN) == load_tokens(tmp_path).of(Role.ADMIN)


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: load_tokens(tmp_path).of(Role.OPERATOR), range(32)))
    assert len(set(found)) == 1


@pytest.mark.parametrize("token", ["", "x", "\ud800", "\0", "a" * 100_000])
def test_a_wrong_token_gives_no_role(tmp_path: Path, token: str) -> None:
    assert load_tokens(tmp_path).role_of(token) is None


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_tokens(tmp_path)
    os.chmod(tmp_path / FILE, 0o644)
    with pytest.raises(OptionError, match="can be read by others"):
        load_tokens(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "null",
        json.dumps(dict.fromkeys(map(str, Role), "short")),
        json.dumps(dict.fromkeys(map(str, Role), "x" * 40)),
    ],
)
def test_a_file_without_usable_tokens_is_refused_with_the_remedy(tmp_path: Path, content: str) -> None:
    load_tokens(tmp_path)
    (tmp_path / FILE).write_text(content)
    with pytest.raises(ConfigError, match="delete the file"):
        load_tokens(tmp_path)


def test_a_role_is_found_by_its_name_and_no_other() -> None:
    assert Role.named("guest") is Role.GUEST
    with pytest.raises(OptionError, match="observer, guest, operator, admin"):
        Role.named("root")
