# SPDX-License-Identifier: Apache-2.0
"""Data of a language are read fast, and what is no such file is refused in words, and ends nothing."""

from pathlib import Path

import pytest
import yaml

from tektra.common.errors import ConfigError
from tektra.language.files import MAX_DEPTH, folder, read_file

FILES = sorted(folder().rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(folder())))
def test_a_file_is_read_as_pyyaml_itself_reads_it(file: Path) -> None:
    text = file.read_text()
    assert read_file(file, text_only=True) == yaml.BaseLoader(text).get_single_data()
    assert read_file(file) == yaml.safe_load(text)


@pytest.mark.parametrize("text_only", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 400_000,
        "a: " + "[" * 400_000 + "]" * 400_000,
        "a: " + "{b: " * 200_000,
        "a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        "a: [1,\nb: 2",
        "a: \x00",
        "a: &x [*y]",
    ],
    ids=["open", "deep", "mappings", "one too deep", "torn", "control", "unknown alias"],
)
def test_what_is_no_such_file_is_refused_in_words(tmp_path: Path, text: str, text_only: bool) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"bad\.yaml is not YAML in UTF-8"):
        read_file(file, text_only=text_only)


def test_what_a_file_may_hold_is_read(tmp_path: Path) -> None:
    file = tmp_path / "good.yaml"
    file.write_text("no: [on, 1]\ndeep: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1))
    assert read_file(file, text_only=True)["no"] == ["on", "1"]


def test_a_key_that_stands_there_twice_is_refused_with_both_lines(tmp_path) -> None:
    """YAML takes the last one, and what the first said was lost in silence."""
    file = tmp_path / "questions.yaml"
    file.write_text("questions:\n  doing: [a]\n  where: [b]\n  doing: [c]\n")
    with pytest.raises(ConfigError, match=r"questions.yaml has the key 'doing' in line 2 and in line 4"):
        read_file(file)
