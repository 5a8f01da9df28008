# SPDX-License-Identifier: Apache-2.0
"""Substitutions of launch XML, as ROS 2 launch performs them."""

from pathlib import Path

import pytest

from tektra.launch.substitutions import Context, SubstitutionError, expand, expand_command, truth

CONTEXT = Context(
    {"name": "rover1", "which": "name", "spaced": "a b", "empty": ""},
    {"HOME": "/home/me"},
    Path("/ws/launch"),
    lambda package: Path("/opt/share") / package if package == "known" else None,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$(var name)", "rover1"),
        ("/$(var name)/x", "/rover1/x"),
        ("$(var $(var which))", "rover1"),
        ("$(var missing 'two words')", "two words"),
        ('$(var missing "")', ""),
        ("$(env HOME)", "/home/me"),
        ("$(env MISSING fallback)", "fallback"),
        ("$(env MISSING $(var name))", "rover1"),
        ("$(dirname)/../config", "/ws/launch/../config"),
        ("$(find-pkg-share known)/config", "/opt/share/known/config"),
        ("5 $ and (brackets)", "5 $ and (brackets)"),
        (r"\$(var name)", "$(var name)"),
    ],
)
def test_a_substitution_becomes_its_value(text: str, expected: str) -> None:
    assert expand(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("$(var missing)", "'missing' is not set"),
        ("$(env MISSING)", "'MISSING' is not set"),
        ("$(find-pkg-share unknown)", "'unknown' is not in AMENT_PREFIX_PATH"),
        ("$(eval 1 + 1)", r"\$\(eval\) is not known"),
        ("$(command ls)", r"\$\(command\) is not known"),
        ("$(var)", "with 0 arguments"),
        ("$(dirname x)", "with 1 arguments"),
        ("$(var name", "closing bracket"),
        ("$(var missing 'x)", "closing quote"),
    ],
)
def test_what_cannot_be_substituted_is_refused_with_its_reason(text: str, complaint: str) -> None:
    with pytest.raises(SubstitutionError, match=complaint):
        expand(text, CONTEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prog a b", ["prog", "a", "b"]),
        ("prog 'a b' c", ["prog", "a b", "c"]),
        ("prog --x $(var spaced) y", ["prog", "--x", "a b", "y"]),
        ("prog x=$(var name),y=$(var name)", ["prog", "x=rover1,y=rover1"]),
        ("$(var name) $(var name)", ["rover1", "rover1"]),
        ("prog $(var empty) z", ["prog", "", "z"]),
        ("", []),
        ("  ", []),
    ],
)
def test_only_literal_text_is_cut_into_arguments(text: str, expected: list[str]) -> None:
    assert expand_command(text, CONTEXT) == expected


def test_a_quote_over_a_substitution_is_refused_as_launch_refuses_it() -> None:
    with pytest.raises(SubstitutionError, match="quote"):
        expand_command("prog '$(var name)'", CONTEXT)


@pytest.mark.parametrize(
    ("word", "value"), [("true", True), ("1", True), (" True ", True), ("false", False), ("0", False)]
)
def test_a_condition_is_true_or_false(word: str, value: bool) -> None:
    assert truth(word) is value


@pytest.mark.parametrize("word", ["", "yes", "on", "2"])
def test_any_other_condition_is_refused(word: str) -> None:
    with pytest.raises(SubstitutionError, match="neither"):
        truth(word)
