# SPDX-License-Identifier: Apache-2.0
"""Calibrated cameras: what their files say, and where their pixels look, beside OpenCV's own projection."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tektra.common.errors import ConfigError, InputError
from tektra.vision.intrinsics import Intrinsics, read_intrinsics, to_yaml

WIDE = Intrinsics(
    640, 480, 410.0, 408.0, 322.0, 236.0, "plumb_bob", (-0.31, 0.11, 0.0007, -0.0004, -0.02), "hall"
)
RATIONAL = Intrinsics(
    640, 480, 410.0, 408.0, 322.0, 236.0, "rational_polynomial", (0.4, 0.05, 1e-4, 0.0, 1e-3, 0.7, 0.1, 0.01)
)
FISHEYE = Intrinsics(640, 480, 250.0, 250.0, 320.0, 240.0, "equidistant", (-0.02, 0.004, -0.001, 0.0002))
#: As ROS's camera_calibration writes it.
THEIRS = """\
image_width: 640
image_height: 480
camera_name: narrow_stereo
camera_matrix:
  rows: 3
  cols: 3
  data: [438.783367, 0.000000, 305.593336, 0.000000, 437.302876, 243.738352, 0.000000, 0.000000, 1.000000]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [-0.361976, 0.110510, 0.001014, 0.000505, 0.000000]
rectification_matrix:
  rows: 3
  cols: 3
  data: [0.999978, 0.002789, -0.006046, -0.002816, 0.999986, -0.004401, 0.006034, 0.004417, 0.999972]
projection_matrix:
  rows: 3
  cols: 4
  data: [393.653800, 0.000000, 322.797939, 0.000000, 0.000000, 393.653800, 241.090902, 0.000000, 0.0, 0.0, 1.0, 0.0]
"""


@pytest.mark.parametrize("camera", [WIDE, RATIONAL, FISHEYE], ids=lambda camera: camera.model)
def test_a_pixel_looks_where_opencv_projects_from(camera: Intrinsics) -> None:
    k = np.array([[camera.fx, 0, camera.cx], [0, camera.fy, camera.cy], [0, 0, 1.0]])
    for x, y in ((0.0, 0.0), (0.3, -0.2), (-0.5, 0.4), (0.6, 0.5), (-0.65, -0.45)):
        point, zero = np.array([[[x, y, 1.0]]]), np.zeros(3)
        if camera.model == "equidistant":
            drawn, _ = cv2.fisheye.projectPoints(point, zero, zero, k, np.array(camera.distortion))
        else:
            drawn, _ = cv2.projectPoints(point, zero, zero, k, np.array(camera.distortion))
        u, v = drawn.reshape(2)
        assert camera.ray(float(u), float(v)) == pytest.approx((x, y), abs=1e-6)


def test_files_of_the_usual_tools_are_read_and_ours_come_back_whole(tmp_path: Path) -> None:
    file = tmp_path / "camera.yaml"
    file.write_text(THEIRS)
    read = read_intrinsics(file)
    assert (read.name, read.width, read.fx, read.distortion[0]) == (
        "narrow_stereo",
        640,
        438.783367,
        -0.361976,
    )
    for camera in (WIDE, RATIONAL, FISHEYE):
        file.write_text(to_yaml(camera))
        assert read_intrinsics(file) == camera


def test_a_scaled_picture_is_the_same_camera_and_a_cut_one_is_not() -> None:
    half = WIDE.at((320, 240))
    assert half.ray(100.0, 50.0) == pytest.approx(WIDE.ray(200.0, 100.0), abs=1e-9)
    with pytest.raises(InputError, match="640x360"):
        WIDE.at((640, 360))


@pytest.mark.parametrize(
    "before, after, key",
    [
        ("image_width: 640", "image_width: -3", "image_width"),
        ("image_width: 640", "image_width: true", "image_width"),
        ("plumb_bob", "barrel", "distortion_model"),
        ("[438.783367, ", "[", "camera_matrix"),
        ("[438.783367", "[.nan", "camera_matrix"),
        ("[438.783367", "[-1", "camera_matrix"),
        ("305.593336", "90000", "camera_matrix"),
        ("[-0.361976", "[x", "distortion_coefficients"),
        (THEIRS, "[1, 2]", "no calibration"),
        (THEIRS, "{", "no YAML"),
        (THEIRS, "x" * 30_000, "no calibration"),
    ],
)
def test_a_wrong_file_is_refused_naming_its_key(tmp_path: Path, before: str, after: str, key: str) -> None:
    file = tmp_path / "camera.yaml"
    assert before in THEIRS
    file.write_text(THEIRS.replace(before, after))
    with pytest.raises(ConfigError, match=key):
        read_intrinsics(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_intrinsics(tmp_path / "none.yaml")
