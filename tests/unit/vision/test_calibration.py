# SPDX-License-Identifier: Apache-2.0
"""A camera that is known draws boards; the calibration finds it again, or says why it does not."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from tektra.cli.main import main
from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.vision.backends.calibration import LEAST_VIEWS, Board, Calibrator
from tektra.vision.intrinsics import Intrinsics, read_intrinsics

TRUE = Intrinsics(640, 480, 520.0, 515.0, 330.0, 232.0, "plumb_bob", (-0.22, 0.06, 0.0008, -0.0006, 0.0))
K = np.array([[TRUE.fx, 0, TRUE.cx], [0, TRUE.fy, TRUE.cy], [0, 0, 1]])
CHESS = Board(8, 6, 0.03)
CHARUCO = Board(9, 7, 0.03, 0.022)
PX_PER_M = 2000.0


@cache
def sheet(board: Board) -> Pixels:
    """The board with a white margin, PX_PER_M, its first square's corner one square inside."""
    square = round(board.square_m * PX_PER_M)
    if board.marker_m:
        kind = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
        printed = cv2.aruco.CharucoBoard((board.columns, board.rows), board.square_m, board.marker_m, kind)
        drawn = printed.generateImage((board.columns * square, board.rows * square))
    else:
        rows, columns = np.indices((board.rows + 1, board.columns + 1))
        drawn = np.kron(((rows + columns) % 2 * 255).astype(np.uint8), np.ones((square, square), np.uint8))
    return np.pad(drawn, square, constant_values=255)


@cache
def straightened() -> np.ndarray:
    """Where each pixel would be without distortion, px."""
    grid = np.stack(np.meshgrid(np.arange(640.0), np.arange(480.0)), axis=2).reshape(-1, 1, 2)
    ends = (cv2.TERM_CRITERIA_MAX_ITER, 20, 1e-6)
    return np.asarray(cv2.undistortPointsIter(grid, K, np.array(TRUE.distortion), np.eye(3), K, ends))


@cache
def photo(board: Board, turn: tuple[float, float, float], at_m: tuple[float, float, float]) -> Pixels:
    """What the true camera draws of the board whose middle is there, turned so (Rodrigues)."""
    paper = sheet(board)
    rotation, _ = cv2.Rodrigues(np.array(turn))
    half = np.array([paper.shape[1], paper.shape[0]]) / 2.0 / PX_PER_M
    onto = np.array([[1 / PX_PER_M, 0, -half[0]], [0, 1 / PX_PER_M, -half[1]], [0, 0, 1]])
    plane = K @ np.column_stack([rotation[:, 0], rotation[:, 1], np.array(at_m)]) @ onto
    spots = cv2.perspectiveTransform(straightened(), np.linalg.inv(plane)).reshape(480, 640, 2)
    grey = cv2.remap(paper, spots.astype(np.float32), None, cv2.INTER_LINEAR, borderValue=110.0)
    grey = cv2.GaussianBlur(grey, (3, 3), 0.8)
    noisy = grey + np.random.default_rng(3).normal(0.0, 2.0, grey.shape)
    return np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def poses() -> Iterator[tuple[tuple[float, float, float], tuple[float, float, float]]]:
    corners = [(-0.13, -0.08), (0.13, 0.08), (0.13, -0.08), (-0.13, 0.08), (0.0, 0.0)]
    for index, (tilt, lean) in enumerate(((0.5, 0.0), (-0.5, 0.1), (0.1, 0.55), (0.0, -0.55), (0.35, 0.35))):
        for step, far in enumerate((0.5, 0.52, 0.44)):
            x, y = corners[(index + 2 * step) % 5]
            yield (tilt, lean, 0.1 * tilt), (x, y, far)


@pytest.mark.parametrize("board", [CHESS, CHARUCO], ids=["chessboard", "charuco"])
def test_a_known_camera_is_found_again(board: Board) -> None:
    calibrator = Calibrator(board)
    for turn, at_m in poses():
        calibrator.add(photo(board, turn, at_m))
    found = calibrator.solve("hall")
    camera = found.camera
    assert (camera.width, camera.height, camera.name) == (640, 480, "hall")
    assert (camera.fx, camera.fy) == pytest.approx((TRUE.fx, TRUE.fy), rel=0.015)
    assert (camera.cx, camera.cy) == pytest.approx((TRUE.cx, TRUE.cy), abs=8.0)
    assert found.error_px < 0.6
    for u, v in ((60.0, 60.0), (580.0, 60.0), (320.0, 400.0)):  # where it looks is what counts
        assert camera.ray(u, v) == pytest.approx(TRUE.ray(u, v), abs=0.012)


def test_what_would_be_wrong_is_refused_with_the_reason() -> None:
    calibrator = Calibrator(CHESS)
    with pytest.raises(InputError, match="0 views"):
        calibrator.solve("hall")
    assert "not seen" in calibrator.add(np.full((480, 640, 3), 128, np.uint8))
    view = photo(CHESS, (0.3, 0.2, 0.0), (0.0, 0.0, 0.45))
    assert calibrator.add(view) == ""
    assert "has not moved" in calibrator.add(view)
    with pytest.raises(InputError, match="1 views"):
        calibrator.solve("hall")
    with pytest.raises(InputError, match="one camera at one size"):
        calibrator.add(np.zeros((240, 320, 3), np.uint8))


def test_boards_in_the_middle_alone_and_never_tilted_ones_make_no_camera() -> None:
    small, flat = Calibrator(CHARUCO), Calibrator(CHARUCO)
    for index in range(LEAST_VIEWS + 2):
        across, down = index % 4 - 1.5, index // 4 - 1.0
        small.add(photo(CHARUCO, (0.3, 0.03 * index, 0.0), (0.03 * across, 0.03 * down, 0.8)))
        flat.add(photo(CHARUCO, (0.0, 0.0, 0.0), (0.09 * across, 0.09 * down, 0.5)))
    with pytest.raises(InputError, match="edges"):
        small.solve("hall")
    with pytest.raises(InputError, match="tilt"):
        flat.solve("hall")


@pytest.mark.parametrize(
    "board",
    [Board(1, 6, 0.03), Board(9, 6, 0.0), Board(9, 7, 0.03, 0.04), Board(9, 7, 0.03, 0.02, "Dictionary")],
)
def test_a_board_that_cannot_be_is_refused(board: Board) -> None:
    with pytest.raises(InputError):
        Calibrator(board)


def test_the_command_writes_what_the_node_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shots, out = tmp_path / "shots", tmp_path / "hall.yaml"
    shots.mkdir()
    asked = [
        "camera",
        "calibrate",
        "--columns=9",
        "--rows=7",
        "--square-m=0.03",
        "--marker-m=0.022",
        f"--pictures={shots}",
        f"--out={out}",
    ]
    assert main(asked) == 2
    assert "no JPEG" in capsys.readouterr().err
    for index, (turn, at_m) in enumerate(poses()):
        cv2.imwrite(str(shots / f"{index:02}.png"), photo(CHARUCO, turn, at_m))
    (shots / "zz.jpg").write_bytes(b"broken")
    assert main(asked) == 0
    assert "zz.jpg: left out" in capsys.readouterr().out
    assert read_intrinsics(out).fx == pytest.approx(TRUE.fx, rel=0.015)
    assert main(asked) == 2
    assert "exists" in capsys.readouterr().err
