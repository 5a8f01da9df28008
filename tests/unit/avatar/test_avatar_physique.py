# SPDX-License-Identifier: Apache-2.0
"""The body's sliders: each changes what it names and nothing else, all of them together hold, and a posed body stays whole."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from tektra.avatar import arkit, glb
from tektra.avatar.arm_gestures import pose_at
from tektra.avatar.body import Body
from tektra.avatar.errors import BadLookError
from tektra.avatar.look import Look, changed
from tektra.avatar.state import HeadPose
from tektra.common.look import SLIDERS

AVATAR = Path(__file__).resolve().parents[3] / "urdf" / "meshes" / "tektra_avatar.glb"
REST = arkit.weights()


@pytest.fixture(scope="module")
def model() -> glb.AvatarModel:
    return glb.read(AVATAR)


def of(model: glb.AvatarModel, mesh: str) -> np.ndarray:
    flat = model.triangles.reshape(-1)
    runs = [flat[p.first_index : p.first_index + p.index_count] for p in model.parts if p.mesh == mesh]
    return np.unique(np.concatenate(runs))


def span(points: np.ndarray) -> np.ndarray:
    return np.asarray(points.max(axis=0) - points.min(axis=0))


def test_every_slider_of_the_schema_does_something_to_a_joint_and_no_other_does(
    model: glb.AvatarModel,
) -> None:
    assert {effect.slider for joint in model.joints for effect in joint.body} == set(SLIDERS)


def test_a_body_as_it_was_made_is_the_files(model: glb.AvatarModel) -> None:
    body = Body(model)
    made, _ = body.deformed(REST, HeadPose())
    body.deformed(REST, HeadPose(), None, {"build": 1.0})
    again, _ = body.deformed(REST, HeadPose(), None, {})
    assert (made == again).all()


def test_each_slider_changes_what_it_names(model: glb.AvatarModel) -> None:
    body = Body(model)
    made, _ = body.deformed(REST, HeadPose())
    grown = {name: body.deformed(REST, HeadPose(), None, {name: 1.0})[0] for name in SLIDERS}
    less = {name: body.deformed(REST, HeadPose(), None, {name: -1.0})[0] for name in SLIDERS}
    eyes, garment = of(model, "eyes"), of(model, "garment")
    assert (
        span(grown["head_size"][eyes])[0]
        > 1.05 * span(made[eyes])[0]
        > 1.1 * span(less["head_size"][eyes])[0]
    )
    assert (grown["neck_length"][eyes] - made[eyes])[:, 1].min() > 0.01
    assert span(grown["shoulder_width"][garment])[0] > span(made[garment])[0] + 0.02
    assert span(grown["build"][garment])[2] > 1.05 * span(made[garment])[2]
    for name in ("neck_length", "shoulder_width"):
        assert span(grown[name][eyes]) == pytest.approx(span(made[eyes]), abs=1e-5)
    assert np.abs(grown["head_size"][garment] - made[garment]).max() < 0.004


@pytest.mark.parametrize("ends", list(itertools.product((-1.0, 1.0), repeat=len(SLIDERS))))
def test_at_every_end_of_the_sliders_a_body_holds_and_waves(
    model: glb.AvatarModel, ends: tuple[float, ...]
) -> None:
    body, made = Body(model), model.positions
    sliders = dict(zip(SLIDERS, ends, strict=True))
    for arms in (None, pose_at("wave", 1.06)):
        points, normals = body.deformed(REST, HeadPose(0.3, 0.1, 0.05), arms, sliders)
        assert np.isfinite(points).all() and np.isfinite(normals).all()
        edges = model.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        before = np.linalg.norm(made[edges[:, 0]] - made[edges[:, 1]], axis=1)
        after = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
        plain, _ = body.deformed(REST, HeadPose(0.3, 0.1, 0.05), arms)
        usual = np.linalg.norm(plain[edges[:, 0]] - plain[edges[:, 1]], axis=1)
        # It stretches most in the armpit, where two weights meet, below the picture.
        assert ((after - usual) < 0.013 + 0.35 * before).all()


@pytest.mark.parametrize("value", ["1.01", "-1.5", "NaN", "1e999", '"1"', "true", "null", "[1]", "{}"])
@pytest.mark.parametrize("slider", SLIDERS)
def test_what_no_body_can_be_is_refused_by_name(slider: str, value: str) -> None:

    with pytest.raises(BadLookError, match=slider):
        changed(Look(), f'{{"{slider}": {value}}}')


def test_a_body_is_kept_with_the_look() -> None:
    look = changed(Look(), '{"build": -0.5, "head_size": 1, "figure": ""}')
    assert look.physique() == {"build": -0.5, "head_size": 1.0}
    assert changed(Look(), look.to_json()) == look
    assert json.loads(look.to_json())["build"] == -0.5


@pytest.mark.parametrize("figure", ["../x", "A" * 32, "0" * 31, "0" * 33, 5, None])
def test_a_figure_that_is_no_id_is_refused(figure: object) -> None:

    with pytest.raises(BadLookError, match="figure"):
        changed(Look(), json.dumps({"figure": figure}))
