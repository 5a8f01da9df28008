# SPDX-License-Identifier: Apache-2.0
"""A map of map_server's is a world: what is not known to be free is wall, and places stand beside it."""

import math

import numpy as np
import pytest

from tektra.common.areas import Area
from tektra.common.differences import differences
from tektra.common.world import WorldError, load_world

YAML = "image: office.pgm\nmode: trinary\nresolution: 0.05\norigin: [-1.0, -2.0, {yaw}]\nnegate: 0\noccupied_thresh: 0.65\nfree_thresh: 0.25\n"
PLACES = "version: 1\nplaces:\n  desk: {x_m: 0.0, y_m: 0.0, yaw_deg: 90, aliases: [table]}\n"


def saved(folder, *, yaw=0.0, ascii_=False, places=PLACES, text=YAML):
    """4 m by 3 m of free floor within walls, a block in the north-east, and unknown beyond x = 3 m."""
    cells = np.full((60, 80), 254, np.uint8)
    cells[0, :] = cells[-1, :] = cells[:, 0] = cells[:, -1] = 0
    cells[5:15, 60:70] = 0  # rows from the north: y 0.25 to 0.75 m, x 2.0 to 2.5 m
    cells[30:40, 10:20] = 205
    head = f"{'P2' if ascii_ else 'P5'}\n# CREATOR: map_saver\n80 60\n255\n".encode()
    body = " ".join(map(str, cells.ravel())).encode() if ascii_ else cells.tobytes()
    (folder / "office.pgm").write_bytes(head + body)
    (folder / "office.yaml").write_text(text.format(yaw=yaw))
    if places:
        (folder / "office.places.yaml").write_text(places)
    return folder / "office.yaml"


@pytest.mark.parametrize("ascii_", [False, True])
def test_walls_and_what_is_unknown_are_where_the_picture_has_them(tmp_path, ascii_) -> None:
    world = load_world(saved(tmp_path, ascii_=ascii_))
    bounds = world.bounds
    assert (bounds.x_min_m, bounds.x_max_m, bounds.y_min_m, bounds.y_max_m) == pytest.approx((-1, 3, -2, 1))
    assert world.clearance_m(2.25, 0.5) == 0.0, "the block"
    assert world.clearance_m(-0.3, -0.75) == 0.0, "unknown"
    assert world.clearance_m(1.0, -1.0) > 0.5, "free floor"
    assert world.clearance_m(2.25, -0.5) == pytest.approx(0.7, abs=0.06), "to the wall in the east"
    assert len(world.furniture) < 10
    assert world.place("table").pose.yaw_rad == pytest.approx(math.pi / 2.0)


def test_a_turned_map_turns_with_its_origin(tmp_path) -> None:
    world = load_world(saved(tmp_path, yaw=math.pi / 2.0, places=""))
    x, y = -1.0 - 2.5, -2.0 + 3.25  # the block: 3.25 m along the map's x, 2.5 m along its y
    assert world.clearance_m(x, y) == 0.0
    assert world.clearance_m(x + 1.0, y) > 0.2
    assert not world.places


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("trinary", "raw"), "mode"),
        (("office.pgm", "none.pgm"), "image"),
        (("0.05", "nan"), "resolution"),
        (("negate: 0", "negate: 0\nnonsense: 1"), "nonsense"),
    ],
)
def test_a_map_that_cannot_be_read_ends_in_words(tmp_path, change, words) -> None:
    with pytest.raises(WorldError, match=words):
        load_world(saved(tmp_path, text=YAML.replace(*change)))


def test_a_picture_that_is_cut_off_is_none(tmp_path) -> None:
    file = saved(tmp_path)
    (tmp_path / "office.pgm").write_bytes((tmp_path / "office.pgm").read_bytes()[:900])
    with pytest.raises(WorldError, match="cells"):
        load_world(file)


def test_zones_that_do_not_fit_the_world_are_named(tmp_path) -> None:
    world = load_world(saved(tmp_path))
    fits = Area("floor", True, ((-1.0, -2.0), (3.0, -2.0), (3.0, 1.0), (-1.0, 1.0)))
    assert differences(world, [fits]) == []
    crossed = Area("crossed", False, ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)))
    elsewhere = Area("elsewhere", True, ((50.0, 50.0), (60.0, 50.0), (60.0, 60.0)))
    desk = Area("desk's corner", False, ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)))
    found = differences(world, [crossed, elsewhere, desk])
    assert any("crossed" in words and "no polygon" in words for words in found)
    assert any("elsewhere lies outside" in words for words in found)
    assert any("place desk lies inside zone desk's corner" in words for words in found)
