# SPDX-License-Identifier: Apache-2.0
"""The page's face beside the offscreen renderer's, state by state: what one shows, the other must show."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tektra.avatar import arkit
from tektra.avatar.arm_gestures import pose_at
from tektra.avatar.backends.moderngl_renderer import ModernglRenderer
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.files import model_file
from tektra.avatar.look import Look
from tektra.avatar.state import AvatarState
from tektra.common.graph import Message
from tektra.web.backends.fake_messages import face

SHOWN = {
    name: EXPRESSIONS[name]
    for name in ("neutral", "happy", "sad", "angry", "surprised", "concerned", "alert", "wink")
} | {
    "asleep": np.maximum(EXPRESSIONS["neutral"], arkit.weights(arkit.both("eyeBlink", 1.0))),
    "speaking": np.maximum(EXPRESSIONS["neutral"], arkit.weights({"jawOpen": 0.6})),
}
#: Of the height of a picture: where the face is, from its middle and from above.
HALF_WIDTH, TOP, BOTTOM = 0.17, 0.17, 0.63
GRID = (48, 64)
#: Light and shading differ between the two; where something moves, and which way, must not.
ALIKE_AT_REST, ALIKE_IN_CHANGE = 0.75, 0.4
TRIES = 80
WALL, BROAD = "#00ff00", 0.33


def looked_at(picture: Image.Image) -> NDArray[np.float64]:
    """The face of a picture in grey, as a small grid."""
    width, height = picture.size
    left, right = width / 2 - HALF_WIDTH * height, width / 2 + HALF_WIDTH * height
    cut = picture.convert("L").crop((round(left), round(TOP * height), round(right), round(BOTTOM * height)))
    return np.asarray(cut.resize(GRID, Image.Resampling.BOX), np.float64)


def alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Correlation, -1..1."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def offscreen() -> dict[str, NDArray[np.float64]]:
    renderer = ModernglRenderer(model_file(), width_px=640, height_px=480)
    renderer.open()
    pictures = {name: renderer.render(AvatarState(weights=weights)) for name, weights in SHOWN.items()}
    renderer.close()
    return {name: looked_at(Image.fromarray(picture)) for name, picture in pictures.items()}


def still(page: Any, canvas: Any, before: NDArray[np.float64] | None) -> Image.Image:
    """The face of the page once it has changed from `before` and stands still."""
    last = b""
    for _ in range(TRIES):
        now = canvas.screenshot()
        picture = Image.open(io.BytesIO(now)).convert("RGB")
        seen = looked_at(picture)
        if now == last and seen.std() > 15.0 and (before is None or np.abs(seen - before).max() > 4.0):
            return picture
        last = now
        page.wait_for_timeout(250)
    raise TimeoutError("the face never stood still")


def test_page_and_picture_show_the_same_face_in_ten_states(
    visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worn = [SHOWN["neutral"]]

    def told(at_s: float, stamp: Message, *, stopped: bool) -> Message:
        still_head = {"x": 0.0, "y": 0.0, "z": 0.0}
        return face(at_s, stamp, stopped=stopped) | {
            "weights": [float(w) for w in worn[-1]],
            "head": still_head,
        }

    monkeypatch.setattr("tektra.web.backends.fake_graph.face", told)
    page = visit.sign_in()
    canvas = page.locator(".face canvas")
    canvas.wait_for()
    drawn, seen = offscreen(), {}
    before = None
    for name, weights in SHOWN.items():
        worn.append(weights)
        seen[name] = before = looked_at(still(page, canvas, before))
    assert alike(seen["neutral"], drawn["neutral"]) > ALIKE_AT_REST
    changed = [name for name in SHOWN if name != "neutral"]
    for name in changed:
        moved = seen[name] - seen["neutral"]
        scores = {other: alike(moved, drawn[other] - drawn["neutral"]) for other in changed}
        assert max(scores, key=lambda other: scores[other]) == name, (name, scores)
        assert scores[name] > ALIKE_IN_CHANGE, (name, scores)


BODIES = {
    "as it was made": Look(),
    "broad": Look(build=1.0, shoulder_width=1.0, neck_length=-1.0, head_size=-1.0),
    "slight": Look(build=-1.0, shoulder_width=-1.0, neck_length=1.0, head_size=1.0, hair_style="short"),
}


def outlined(picture: Image.Image) -> NDArray[np.float64]:
    """Where skin, hair and clothes are before the green wall, as a small grid of the middle of a picture."""
    width, height = picture.size
    half = BROAD * height
    cut = picture.convert("RGB").crop((round(width / 2 - half), 0, round(width / 2 + half), height))
    red, green, blue = np.moveaxis(np.asarray(cut.resize((48, 72), Image.Resampling.BOX), np.float64), -1, 0)
    return np.asarray(green < 1.4 * np.maximum(red, blue), np.float64)


def same_shape(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of what either covers, how much both do, 0..1."""
    return float(np.minimum(one, other).sum() / np.maximum(one, other).sum())


def test_page_and_picture_show_the_same_body(visit: Any, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a green wall, so that the outline is clear."""

    def told(at_s: float, stamp: Message, *, stopped: bool) -> Message:
        shown = {"weights": [float(w) for w in SHOWN["neutral"]], "head": {"x": 0.0, "y": 0.0, "z": 0.0}}
        return face(at_s, stamp, stopped=stopped) | shown

    monkeypatch.setattr("tektra.web.backends.fake_graph.face", told)
    renderer = ModernglRenderer(model_file(), width_px=640, height_px=640)
    renderer.open()
    looks = {name: replace(look, background=WALL) for name, look in BODIES.items()}
    drawn = {
        name: outlined(Image.fromarray(renderer.render(AvatarState(weights=SHOWN["neutral"], look=look))))
        for name, look in looks.items()
    }
    renderer.close()
    home.graph.look = looks["as it was made"].to_json()
    page = visit.sign_in()
    canvas = page.locator(".face canvas")
    canvas.wait_for()
    seen, before = {}, None
    for name, look in looks.items():
        home.graph.look = look.to_json()
        picture = still(page, canvas, before)
        before, seen[name] = looked_at(picture), outlined(picture)
    for name in BODIES:
        scores = {other: same_shape(seen[name], drawn[other]) for other in BODIES}
        assert max(scores, key=lambda other: scores[other]) == name, (name, scores)
        assert scores[name] > 0.85, (name, scores)


def beside_the_face(picture: Image.Image) -> float:
    """The share of skin left of the face, where a hand that waves is."""
    width, height = picture.size
    left, right = width / 2 - 0.5 * height, width / 2 - 0.22 * height
    cut = picture.convert("RGB").crop(
        (round(max(left, 0)), round(0.2 * height), round(right), round(0.6 * height))
    )
    red, green, blue = np.moveaxis(np.asarray(cut, np.float64), -1, 0)
    return float(((red > 1.15 * green) & (green > 1.05 * blue) & (red > 110)).mean())


def test_a_hand_that_waves_is_seen_in_page_and_picture(visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arms: list[list[float]] = [[]]

    def told(at_s: float, stamp: Message, *, stopped: bool) -> Message:
        still_head = {"x": 0.0, "y": 0.0, "z": 0.0}
        shown = {"weights": [0.0] * 52, "head": still_head, "arms": arms[-1]}
        return face(at_s, stamp, stopped=stopped) | shown

    monkeypatch.setattr("tektra.web.backends.fake_graph.face", told)
    waving = pose_at("wave", 1.06)
    renderer = ModernglRenderer(model_file(), width_px=640, height_px=480)
    renderer.open()
    at_rest, raised = (
        beside_the_face(Image.fromarray(renderer.render(AvatarState(arms=pose)))) for pose in (None, waving)
    )
    renderer.close()
    assert at_rest < 0.005 < 0.04 < raised
    page = visit.sign_in()
    canvas = page.locator(".face canvas")
    canvas.wait_for()

    def seen() -> float:
        return beside_the_face(Image.open(io.BytesIO(canvas.screenshot())))

    resting = still(page, canvas, None)
    assert beside_the_face(resting) < 0.005
    arms.append([float(angle) for angle in waving])
    for _ in range(TRIES):
        if seen() > 0.04:
            break
        page.wait_for_timeout(250)
    assert seen() > 0.04
    arms.append([])
    for _ in range(TRIES):
        if seen() < 0.005:
            return
        page.wait_for_timeout(250)
    raise AssertionError("the hand stays")
