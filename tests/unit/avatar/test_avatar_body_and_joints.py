# SPDX-License-Identifier: Apache-2.0
"""The GLB in the tree, how its vertices move, and the URDF head beside it."""

import json
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from tektra.avatar import arkit, glb
from tektra.avatar.arkit import NAMES, both
from tektra.avatar.body import Body
from tektra.avatar.errors import AvatarFileError
from tektra.avatar.head_joints import JOINTS, joint_positions
from tektra.avatar.look import HAIR_STYLES, Look
from tektra.avatar.state import HeadPose

ROOT = Path(__file__).resolve().parents[3]
AVATAR = ROOT / "urdf" / "meshes" / "tektra_avatar.glb"
URDF = ROOT / "urdf" / "tektra_head.urdf"


@pytest.fixture(scope="module")
def model() -> glb.AvatarModel:
    return glb.read(AVATAR)


def vertices_of(model: glb.AvatarModel, mesh: str, material: str = "") -> np.ndarray:
    parts = [p for p in model.parts if p.mesh == mesh and material in ("", p.material)]
    flat = model.triangles.reshape(-1)
    return np.unique(np.concatenate([flat[p.first_index : p.first_index + p.index_count] for p in parts]))


def test_the_file_is_small_and_names_all_52_shapes_on_the_head():
    raw = AVATAR.read_bytes()
    assert len(raw) < 4_000_000
    length = struct.unpack_from("<I", raw, 12)[0]
    document = json.loads(raw[20 : 20 + length])
    head = next(mesh for mesh in document["meshes"] if mesh["name"] == "head")
    assert head["extras"]["targetNames"] == list(NAMES)


def test_every_one_of_the_52_shapes_moves_something(model: glb.AvatarModel):
    furthest = np.abs(model.morphs).max(axis=(1, 2))
    assert {name for name, metres in zip(NAMES, furthest, strict=True) if metres < 0.0005} == set()


def test_it_wears_hair_and_clothes_and_has_eyes_and_teeth(model: glb.AvatarModel):
    assert {
        "head",
        "eyes",
        "brows",
        "lashes",
        "teeth",
        "tongue",
        "garment",
        "hair_bob",
        "hair_short",
        "cap",
    } <= set(model.meshes)
    assert set(Look().material_colours()) <= {material.name for material in model.materials}
    for style in HAIR_STYLES[:-1]:
        assert any(
            Look(hair_style=style).shows(mesh) for mesh in model.meshes if mesh.startswith(("hair", "cap"))
        )


def test_opening_the_jaw_lowers_the_lower_lip_and_leaves_the_brow(model: glb.AvatarModel):
    moved, _ = Body(model).deformed(arkit.weights({"jawOpen": 1.0}), HeadPose())
    lips = vertices_of(model, "head", "lips")
    fall = (model.positions - moved)[:, 1]
    assert fall[lips].max() > 0.01
    assert np.abs((moved - model.positions)[vertices_of(model, "brows")]).max() < 1e-4


def test_the_left_eye_closes_on_the_avatars_left(model: glb.AvatarModel):
    moved, _ = Body(model).deformed(arkit.weights({"eyeBlinkLeft": 1.0}), HeadPose())
    moves = np.abs(moved - model.positions).max(axis=1)
    left = model.positions[:, 0] > 0
    assert moves[left].max() > 0.005
    assert moves[left].sum() > 10 * moves[~left].sum()


def test_turning_the_head_moves_the_nose_to_its_left_and_the_chest_not_at_all(model: glb.AvatarModel):
    moved, _ = Body(model).deformed(arkit.weights(), HeadPose(yaw_rad=0.5))
    nose = model.positions[vertices_of(model, "head")][:, 2].argmax()
    nose = vertices_of(model, "head")[nose]
    assert moved[nose, 0] - model.positions[nose, 0] > 0.03
    garment = vertices_of(model, "garment", "garment")
    assert np.abs((moved - model.positions)[garment]).max() < 1e-6


def test_pitch_down_lowers_the_nose_and_roll_to_the_right_lowers_the_right_ear(model: glb.AvatarModel):
    head = vertices_of(model, "head")
    nose, right_ear = (
        head[model.positions[head, 2].argmax()],
        head[np.where(model.positions[head, 1] > 0.65, model.positions[head, 0], 9).argmin()],
    )
    body = Body(model)
    down, _ = body.deformed(arkit.weights(), HeadPose(pitch_rad=0.3))
    tilted, _ = body.deformed(arkit.weights(), HeadPose(roll_rad=0.3))
    assert down[nose, 1] < model.positions[nose, 1] - 0.01
    assert tilted[right_ear, 1] < model.positions[right_ear, 1] - 0.01


def test_normals_are_unit_and_turn_with_the_head(model: glb.AvatarModel):
    body = Body(model)
    _, at_rest = body.deformed(arkit.weights(), HeadPose())
    _, turned = body.deformed(arkit.weights(), HeadPose(yaw_rad=0.6))
    assert np.linalg.norm(at_rest, axis=1) == pytest.approx(np.ones(len(at_rest)), abs=1e-3)
    nose = vertices_of(model, "head")[model.positions[vertices_of(model, "head"), 2].argmax()]
    assert turned[nose, 0] > at_rest[nose, 0] + 0.3


def test_moving_leaves_the_model_as_it_was(model: glb.AvatarModel):
    before = model.positions.copy()
    Body(model).deformed(arkit.weights({"jawOpen": 1.0}), HeadPose(0.5, 0.2, 0.1))
    assert (model.positions == before).all()


def test_a_missing_file_names_itself_and_the_script_that_builds_it(tmp_path: Path):
    with pytest.raises(AvatarFileError, match=r"none\.glb.*build_avatar"):
        glb.read(tmp_path / "none.glb")


@pytest.mark.parametrize("cut", [0, 3, 12, 4000, 900_000])
def test_a_damaged_file_is_refused(tmp_path: Path, cut: int):
    file = tmp_path / "half.glb"
    file.write_bytes(AVATAR.read_bytes()[:cut])
    with pytest.raises(AvatarFileError, match=r"half\.glb"):
        glb.read(file)


def test_a_file_that_is_something_else_is_refused(tmp_path: Path):
    file = tmp_path / "x.glb"
    file.write_bytes(bytes(range(256)) * 100)
    with pytest.raises(AvatarFileError):
        glb.read(file)


def test_the_urdf_has_exactly_the_joints_that_are_driven_with_the_same_limits():
    root = ElementTree.parse(URDF).getroot()
    limits = {
        j.get("name"): (float(j.find("limit").get("lower")), float(j.find("limit").get("upper")))
        for j in root.iter("joint")
    }
    assert limits == {name: (limit.low, limit.high) for name, limit in JOINTS.items()}


def test_every_mesh_of_the_urdf_is_in_the_tree_and_is_xml():
    urls = [mesh.get("filename") for mesh in ElementTree.parse(URDF).getroot().iter("mesh")]
    assert len(urls) > 8
    for url in urls:
        assert url.startswith("package://tektra_bringup/urdf/meshes/")
        assert (
            ElementTree.parse(ROOT / url.removeprefix("package://tektra_bringup/"))
            .getroot()
            .tag.endswith("COLLADA")
        )


def test_the_urdf_is_one_tree_from_avatar_base():
    root = ElementTree.parse(URDF).getroot()
    links = {link.get("name") for link in root.iter("link")}
    children = [joint.find("child").get("link") for joint in root.iter("joint")]
    assert links - set(children) == {"avatar_base"}
    assert len(children) == len(set(children))


def test_joints_follow_head_jaw_lids_and_gaze():
    weights = arkit.weights(
        {"jawOpen": 0.5, **both("eyeBlink", 1.0), "eyeLookOutLeft": 0.5, "eyeLookInRight": 0.5}
    )
    positions = joint_positions(weights, HeadPose(0.3, -0.2, 0.1))
    assert list(positions) == list(JOINTS)
    assert (positions["neck_yaw"], positions["neck_pitch"], positions["neck_roll"]) == (0.3, -0.2, 0.1)
    assert positions["jaw"] == pytest.approx(0.15)
    assert positions["left_eyelid"] == pytest.approx(0.8)
    assert positions["left_eye_yaw"] == pytest.approx(positions["right_eye_yaw"])
    assert positions["left_eye_yaw"] > 0.1


def test_joints_stay_within_their_limits_whatever_comes():
    positions = joint_positions(np.ones(52, np.float32) * 5, HeadPose(9.0, -9.0, 9.0))
    assert all(JOINTS[name].low <= value <= JOINTS[name].high for name, value in positions.items())


def test_a_raised_brow_rises_on_both_sides_alike():
    positions = joint_positions(arkit.weights(both("browOuterUp", 1.0)), HeadPose())
    assert positions["left_brow_lift"] == positions["right_brow_lift"] > 0.004
    assert positions["left_brow_tilt"] == positions["right_brow_tilt"] > 0.1
