# SPDX-License-Identifier: Apache-2.0
"""A look of one's own: what is allowed, what is refused, and that it is kept."""

import json
from pathlib import Path

import pytest

from tektra.avatar import kept
from tektra.avatar.errors import BadLookError
from tektra.avatar.look import HAIR_STYLES, Look, changed, linear


def test_only_what_is_named_changes():
    look = changed(Look(), '{"hair": "#803010", "hair_style": "short"}')
    assert (look.hair, look.hair_style, look.skin) == ("#803010", "short", Look().skin)


@pytest.mark.parametrize("text", ["", "  ", "{}"])
def test_an_empty_look_changes_nothing(text: str):
    assert changed(Look(eyes="#000000"), text) == Look(eyes="#000000")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"hair": "red"}', "'red'"),
        ('{"hair": "#12345"}', "#12345"),
        ('{"hair": 5}', "hair 5"),
        ('{"hair": null}', "None"),
        ('{"nose": "#123456"}', "nose"),
        ('{"hair_style": "mohawk"}', "mohawk"),
        ('{"hair_style": ["bob"]}', "bob"),
        ("[1]", "list"),
        ("{", "JSON"),
        ("[" * 4000, "JSON"),
        ('"' + "x" * 10_000_000 + '"', "too long"),
    ],
)
def test_what_cannot_be_worn_is_refused_by_name(text: str, named: str):
    with pytest.raises(BadLookError, match=named) as caught:
        changed(Look(), text)
    assert caught.value.remedy


def test_one_bad_field_leaves_the_good_ones_unchanged_too():
    look = Look()
    with pytest.raises(BadLookError):
        changed(look, '{"skin": "#112233", "hair": "x"}')
    assert look == Look()


def test_a_look_told_is_a_look_understood():
    look = Look(hair="#010203", hair_style="cap")
    assert changed(Look(), look.to_json()) == look
    assert list(json.loads(look.to_json())) == list(vars(look))


def test_each_hair_style_shows_its_own_meshes_only_and_the_head_always():
    meshes = ("hair_short", "hair_bob", "hair_under_cap", "cap")
    shown = {style: {mesh for mesh in meshes if Look(hair_style=style).shows(mesh)} for style in HAIR_STYLES}
    assert shown == {
        "short": {"hair_short"},
        "bob": {"hair_bob"},
        "cap": {"hair_under_cap", "cap"},
        "none": set(),
    }
    assert all(Look(hair_style=style).shows("head") for style in HAIR_STYLES)


def test_colours_are_decoded_from_srgb():
    assert linear("#ff0000") == (1.0, 0.0, 0.0)
    assert linear("#808080")[0] == pytest.approx(0.2159, abs=1e-4)


def test_a_kept_look_comes_back(tmp_path: Path):
    file = tmp_path / "deep" / "look.json"
    kept.write(file, Look(skin="#123456"))
    assert kept.read(file) == Look(skin="#123456")
    assert [path.name for path in file.parent.iterdir()] == ["look.json"]


def test_where_none_was_kept_the_default_is_worn(tmp_path: Path):
    assert kept.read(tmp_path / "look.json") == Look()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{", b'{"hair": "blue"}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes):
    file = tmp_path / "look.json"
    file.write_bytes(content)
    with pytest.raises(BadLookError, match=r"look\.json"):
        kept.read(file)
