# SPDX-License-Identifier: Apache-2.0
"""The simulator's arguments, and the picture of tracks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tektra.common.errors import OptionError
from tektra.common.scheduling import BODY_NICENESS, why_not_realtime
from tektra.common.world import load_world
from tektra.sim.arguments import parse_brakes, parse_ports
from tektra.sim.main import main
from tektra.sim.picture import draw, tracks

WORLD = Path(__file__).parents[3] / "config/world.yaml"


@pytest.mark.parametrize("text", ["rover9=1", "rover1=abc", "rover1=70000", "rover1=-1", "rover1", "=5"])
def test_ports_that_make_no_sense_are_refused_by_name(text):
    with pytest.raises(OptionError):
        parse_ports(text, load_world(WORLD))


def test_ports_that_are_not_given_are_the_usual_ones():
    ports = parse_ports("rover1=0, truth=5", load_world(WORLD))
    assert ports == {"truth": 5, "rover1": 0, "rover2": 7102, "arm1": 7103}


@pytest.mark.parametrize(
    "text", ["arm1=1", "rover9=1", "rover1", "rover1=nan", "rover1=0", "rover1=1e9", "=2"]
)
def test_brakes_that_make_no_sense_are_refused_by_name(text):
    with pytest.raises(OptionError):
        parse_brakes(text, load_world(WORLD))


@pytest.mark.parametrize(
    "arguments", [["--speed", "0"], ["--speed", "nan"], ["--world", "nowhere.yaml"], ["--ports", "x=1"]]
)
def test_the_simulator_ends_with_2_and_a_reason_when_it_cannot_start(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("sim: ")


@pytest.mark.skipif(bool(why_not_realtime()), reason="this user may not go before others")
def test_the_robots_do_not_wait_for_a_browser_that_draws():
    """A robot's own processor is nobody else's: its states came 0.4 s late beside a browser, which ended what it was doing."""
    command = [
        sys.executable,
        "-m",
        "tektra.sim",
        "--world",
        str(WORLD),
        "--ports",
        "truth=0,rover1=0,rover2=0,arm1=0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
        try:
            assert json.loads(process.stdout.readline())["ready"]
            assert os.getpriority(os.PRIO_PROCESS, process.pid) == BODY_NICENESS
        finally:
            process.kill()


def test_tracks_leave_out_standing_and_measure_length():
    samples = [
        {"robots": {"rover1": {"x": 1.2 + min(step, 50) * 0.02, "y": 4.4, "yaw": 0.0}}} for step in range(100)
    ]
    (track,) = tracks(samples)
    assert len(track.poses) <= 51
    assert track.length_m == pytest.approx(1.0, abs=0.02)


def test_the_picture_shows_the_track_in_the_robots_colour(tmp_path):
    world = load_world(WORLD)
    samples = [{"robots": {"rover1": {"x": 1.2 + step * 0.02, "y": 4.4, "yaw": 0.0}}} for step in range(400)]
    draw(world, tracks(samples), tmp_path / "with.png", width_px=800)
    draw(world, [], tmp_path / "without.png", width_px=800)
    with Image.open(tmp_path / "with.png") as shown, Image.open(tmp_path / "without.png") as empty:
        pixel = (round((5.0 + 0.6) * 800 / 17.2), round((10.0 + 0.6 + 0.9 - 4.4) * 800 / 17.2))
        assert shown.getpixel(pixel) != empty.getpixel(pixel)
        red, green, blue = shown.getpixel(pixel)
        assert red > green > blue
