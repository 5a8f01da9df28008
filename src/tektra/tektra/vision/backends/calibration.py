# SPDX-License-Identifier: Apache-2.0
"""A camera's intrinsics from pictures of a chessboard or ChArUco board, by OpenCV (Zhang, "A flexible new technique for camera
calibration", 2000), and the reasons for which a calibration would be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.vision.backends import require_image
from tektra.vision.intrinsics import Intrinsics

#: So many views at least, and no more than so many: beyond, they only cost time.
LEAST_VIEWS, MOST_VIEWS = 10, 60
#: A view in which the corners moved by less (mean, share of the picture's diagonal) than this tells nothing new.
MOVED = 0.01
#: A ChArUco view of fewer corners is none.
LEAST_CORNERS = 8
#: How far (rad) a board is turned from the picture's plane to count as tilted: of boards that never are, any focal length fits.
TILT_RAD, LEAST_TILTED = 0.2, 4
#: The corners of all views lie in so much of the picture at least.
COVERED = 0.35
#: Mean reprojection error (px at 640 columns) and uncertainty of the focal length (share) from which on nothing is written.
MOST_ERROR_PX, MOST_DOUBT = 1.0, 0.02


@dataclass(frozen=True)
class Board:
    """A chessboard of `columns` x `rows` inner corners; with `marker_m`, a ChArUco board of as many squares, and markers of this
    width from OpenCV's dictionary of that name. `square_m`: width of a square."""

    columns: int
    rows: int
    square_m: float
    marker_m: float = 0.0
    dictionary: str = "DICT_5X5_100"


@dataclass(frozen=True)
class Calibration:
    """What came out; `error_px` is the root mean square of the reprojection, `doubt` the standard error of fx as a share of it."""

    camera: Intrinsics
    error_px: float
    doubt: float
    views: int


class Calibrator:
    """Takes pictures one by one. For one thread."""

    def __init__(self, board: Board) -> None:
        if not (3 <= board.columns <= 40 and 3 <= board.rows <= 40 and 0.001 <= board.square_m <= 2.0):
            raise InputError(
                f"a board of {board.columns}x{board.rows}, {board.square_m} m",
                "give 3 to 40, 3 to 40, and metres",
            )
        self._board = board
        self._charuco = _charuco(board) if board.marker_m else None
        self._size: tuple[int, int] | None = None
        self._views: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []

    @property
    def views(self) -> int:
        """How many were taken."""
        return len(self._views)

    def add(self, image: Pixels) -> str:
        """Takes a picture; why it was left out, else "". Raises InputError for one of another size. Tens of ms for 640x480."""
        require_image(image)
        size = (image.shape[1], image.shape[0])
        if self._size is not None and size != self._size:
            raise InputError(
                f"pictures of {size[0]}x{size[1]} and of {self._size[0]}x{self._size[1]}",
                "give those of one camera at one size",
            )
        self._size = size
        if len(self._views) >= MOST_VIEWS:
            return f"there are {MOST_VIEWS} views already"
        grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_BGR2GRAY), np.uint8)
        found = self._corners(grey)
        if found is None:
            return "the board is not seen whole"
        for _, before in self._views:
            if len(before) == len(found[1]) and _moved(before, found[1]) < MOVED * float(np.hypot(*size)):
                return "the board has not moved since another view"
        self._views.append(found)
        return ""

    def solve(self, name: str) -> Calibration:
        """The camera by that name. Blocks for seconds. Raises InputError with what to show better."""
        if self._size is None or len(self._views) < LEAST_VIEWS:
            raise InputError(
                f"{len(self._views)} views of the board",
                f"show it in at least {LEAST_VIEWS} poses: near and far, at the edges, and tilted both ways",
            )
        width, height = self._size
        everything = np.concatenate([corners.reshape(-1, 2) for _, corners in self._views])
        covered = cv2.contourArea(cv2.convexHull(everything)) / (width * height)
        if covered < COVERED:
            raise InputError(
                f"corners in {covered:.0%} of the picture",
                "show the board also at the edges and in the corners",
            )
        boards, corners = [view[0] for view in self._views], [view[1] for view in self._views]
        try:
            error, k, distortion, turns, _, doubts, _, _ = cv2.calibrateCameraExtended(
                boards,
                corners,
                self._size,
                None,
                None,  # type: ignore[call-overload]
            )
        except cv2.error as error_of_cv:
            raise InputError(
                "these views make no camera", "show the board tilted, and nearer"
            ) from error_of_cv
        doubt = float(doubts[0, 0] / k[0, 0])
        if not error <= MOST_ERROR_PX * max(1.0, width / 640.0):
            raise InputError(
                f"a mean error of {error:.2f} px",
                "hold the board still and flat, and check --columns, --rows and --square-m",
            )
        tilted = sum(_tilt(turn) >= TILT_RAD for turn in turns)
        if tilted < LEAST_TILTED:
            raise InputError(
                f"{tilted} views of a board that is tilted", "tilt it by 30 degrees and more, both ways"
            )
        if not doubt <= MOST_DOUBT:
            raise InputError(
                f"a focal length that may be {doubt:.1%} wrong",
                "tilt the board by 30 degrees and more, both ways",
            )
        told = tuple(float(number) for number in distortion.ravel()[:5])
        lens = (float(k[0, 0]), float(k[1, 1]), float(k[0, 2]), float(k[1, 2]))
        return Calibration(
            Intrinsics(width, height, *lens, "plumb_bob", told, name), float(error), doubt, len(boards)
        )

    def _corners(self, grey: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Points of the board (m) and where the picture shows them (px)."""
        if self._charuco is not None:
            corners, ids, _, _ = cv2.aruco.CharucoDetector(self._charuco).detectBoard(grey)
            if ids is None or len(ids) < LEAST_CORNERS:
                return None
            points, shown = self._charuco.matchImagePoints(corners, ids)  # type: ignore[call-overload]
            return np.asarray(points, np.float32), np.asarray(shown, np.float32)
        size = (self._board.columns, self._board.rows)
        whole, corners = cv2.findChessboardCornersSB(grey, size, flags=cv2.CALIB_CB_NORMALIZE_IMAGE)
        if not whole:
            return None
        grid = np.zeros((size[0] * size[1], 1, 3), np.float32)
        grid[:, 0, :2] = np.mgrid[: size[0], : size[1]].T.reshape(-1, 2) * self._board.square_m
        return grid, np.asarray(corners, np.float32).reshape(-1, 1, 2)


def _tilt(turn: NDArray[np.float64]) -> float:
    """How far the board's normal leans from the optical axis, rad."""
    rotation, _ = cv2.Rodrigues(turn)
    return float(np.arccos(np.clip(abs(rotation[2, 2]), 0.0, 1.0)))


def _moved(before: NDArray[np.float32], now: NDArray[np.float32]) -> float:
    return float(np.linalg.norm((before - now).reshape(-1, 2), axis=1).mean())


def _charuco(board: Board) -> cv2.aruco.CharucoBoard:
    kind = getattr(cv2.aruco, board.dictionary, None) if board.dictionary.startswith("DICT_") else None
    if not isinstance(kind, int) or not 0.0 < board.marker_m < board.square_m:
        raise InputError(
            f"markers of {board.dictionary[:40]!r}, {board.marker_m} m",
            "name a dictionary of OpenCV, and less than a square",
        )
    try:
        return cv2.aruco.CharucoBoard(
            (board.columns, board.rows),
            board.square_m,
            board.marker_m,
            cv2.aruco.getPredefinedDictionary(kind),
        )
    except cv2.error as error:
        raise InputError(
            "a board of more markers than the dictionary has", "name a larger dictionary"
        ) from error
