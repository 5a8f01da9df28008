# SPDX-License-Identifier: Apache-2.0
"""The layout for Foxglove names panels that are there, and channels that the bridge has."""

import json
from collections.abc import Iterator
from typing import Any

from tektra.bridge.backends.drawings import schemas
from tektra.bridge.told import SafetySeen, safety_told
from tektra.common import paths

LAYOUT: dict[str, Any] = json.loads((paths.share_dir() / "config" / "foxglove_layout.json").read_text())
PANELS: dict[str, Any] = LAYOUT["configById"]


def shown(node: object) -> Iterator[str]:
    """The panels of a layout, those within tabs too."""
    if isinstance(node, str):
        yield node
        for tab in PANELS.get(node, {}).get("tabs", ()):
            yield from shown(tab["layout"])
    elif isinstance(node, dict):
        yield from (*shown(node["first"]), *shown(node["second"]))


def texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from (key, *texts(value))
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def test_every_panel_is_shown_once_and_has_its_settings() -> None:
    assert sorted(shown(LAYOUT["layout"])) == sorted(PANELS)


def test_every_channel_of_the_bridge_that_is_named_is_offered() -> None:
    own = schemas(home=True)
    named = {text for text in texts(PANELS) if text.startswith("/tektra/bridge/")}
    assert named
    assert {text.split(".")[0] for text in named} <= set(own)


def test_the_grid_of_the_map_does_not_cover_the_coloured_floors() -> None:
    topics = PANELS["3D!map"]["topics"]
    assert topics["/tektra/bridge/map"]["visible"] and not topics["/map"]["visible"]


def test_nothing_shows_the_numbers_of_a_plan_or_a_plan_that_looks_current_for_ever() -> None:
    assert not [text for text in texts(PANELS) if text.split(".")[0] == "/tektra/plan"]


def test_the_large_sign_knows_each_state_of_safety() -> None:
    ruled = {rule["rawValue"] for rule in PANELS["Indicator!safety"]["rules"]}
    told = (
        safety_told(None, 0.0),
        safety_told(SafetySeen(True), 0.0),
        safety_told(SafetySeen(False), 0.0),
        safety_told(SafetySeen(False, robots=(("rover1", ("operator",)),)), 0.0),
    )
    assert ruled == {words["state"] for words in told}
