# SPDX-License-Identifier: Apache-2.0
"""Files as other programs write them are taken, with what they mean and without what the page would stumble over, or refused in words."""

import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from tektra.web.figures.check import checked
from tektra.web.figures.glb import EXTENSIONS
from tektra.web.figures.refusal import BadFigure
from tests.peers.vrm_exporters import FILES, PRESETS_0, blender_1, univrm_0, vroid_0, vroid_1
from tests.peers.vrm_figure import Figure


def document_of(data: bytes) -> dict[str, Any]:
    (length,) = struct.unpack_from("<I", data, 12)
    return dict(json.loads(data[20 : 20 + length]))


def within(value: Any) -> Iterator[Any]:
    yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from within(one)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_program_is_taken(name: str) -> None:
    data = FILES[name]()
    found = checked(data)
    assert found.vrm.title == "Boxy" and found.scene.vertices > 1000
    again = checked(found.data)
    assert again.data == found.data, "what is kept is kept as it is"
    assert (again.vrm, again.scene) == (found.vrm, found.scene)
    assert len(found.data) % 4 == 0


@pytest.mark.parametrize("name", FILES)
def test_what_is_kept_names_nothing_that_there_is_not(name: str) -> None:
    document = document_of(checked(FILES[name]()).data)
    known = set(document["extensionsUsed"])
    for one in within(document):
        assert one is not None
        if isinstance(one, dict):
            assert set(one.get("extensions", ())) <= EXTENSIONS & known
    for node in document["nodes"]:
        assert all(node.get(key, 0) >= 0 for key in ("mesh", "skin", "camera"))
    for mesh in document["meshes"]:
        for primitive in mesh["primitives"]:
            for numbers in (primitive["attributes"], *primitive["targets"]):
                assert min(numbers.values()) >= 0
    assert all("byteOffset" not in one for one in document["accessors"] if "bufferView" not in one)


@pytest.mark.parametrize("version", [0, 1])
def test_a_file_in_order_is_kept_as_it_came(version: int) -> None:
    data = Figure(version).written()
    assert checked(data).data is data


def test_presets_that_move_nothing_are_no_expressions() -> None:
    found = checked(vroid_0().written()).vrm
    assert {"joy", "sorrow", "angry"} <= set(found.emotions)
    assert not {"fun", "lookup", "blinkLeft"} & set(found.emotions)


def test_a_lid_for_each_eye_does_for_both_and_one_alone_does_not() -> None:
    assert checked(blender_1().written())
    figure = blender_1()
    del figure.document["extensions"]["VRMC_vrm"]["expressions"]["preset"]["blinkRight"]
    with pytest.raises(BadFigure, match="no expressions blink"):
        checked(figure.written())
    former = univrm_0()
    groups = former.document["extensions"]["VRM"]["blendShapeMaster"]["blendShapeGroups"]
    blink = next(group for group in groups if group["presetName"] == "blink")
    for group in groups:
        if group["presetName"] in ("blink_l", "blink_r"):
            group["binds"] = blink["binds"]
    blink["binds"] = []
    assert checked(former.written())


def test_a_preset_in_capitals_is_known_and_kept_as_the_page_knows_it() -> None:
    figure = univrm_0()
    for group in figure.document["extensions"]["VRM"]["blendShapeMaster"]["blendShapeGroups"]:
        group["presetName"] = group["presetName"].upper()
    kept = document_of(checked(figure.written()).data)["extensions"]["VRM"]["blendShapeMaster"]
    assert {group["presetName"] for group in kept["blendShapeGroups"]} <= {*PRESETS_0, "unknown"}


def put(value: Any, *path: Any) -> Any:
    def spoil(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return spoil


VRM = ("extensions", "VRMC_vrm")
SPRINGS = ("extensions", "VRMC_springBone")
MTOON = ("materials", 0, "extensions", "VRMC_materials_mtoon")
FORMER = ("extensions", "VRM")
#: What the page's loader would stumble over: by version, how, and what is told.
LATER = [
    (put("1.0_draft", *VRM, "specVersion"), "VRM 1.0_draft"),
    (lambda document: document["extensions"]["VRMC_vrm"].pop("specVersion"), "of no version"),
    (put({}, *VRM, "meta"), "who made it"),
    (put([9], "scenes", 0, "nodes"), "root"),
    (put([23], "scenes", 0, "nodes"), "not in its scene"),
    (put({"version": 2}, "asset"), "glTF 2"),
    (put({}, "asset"), "glTF"),
    (put(7, "nodes", 3, "name"), "name"),
    (put({"index": 99}, *MTOON, "shadeMultiplyTexture"), "index is 99"),
    (put({"index": "0"}, *MTOON, "matcapTexture"), "index is '0'"),
    (put(["KHR_materials_ior"], "extensionsRequired"), "KHR_materials_ior"),
    (put({"KHR_draco_mesh_compression": {}}, "meshes", 0, "primitives", 0, "extensions"), "KHR_draco"),
    (put(3.5, "meshes", 0, "weights"), "weights"),
    (put("x", *VRM, "lookAt", "rangeMapVerticalUp", "outputScale"), "outputScale"),
    (put(7, *VRM, "firstPerson"), "firstPerson"),
    (put({"meshAnnotations": {}}, *VRM, "firstPerson"), "meshAnnotations"),
    (put("red", *VRM, "expressions", "preset", "happy", "materialColorBinds"), "materialColorBinds"),
    (put([{"material": 0, "targetValue": "red"}], *VRM, "expressions", "preset", "happy", "materialColorBinds"), "targetValue"),
    (put([{"node": 4}], *SPRINGS, "colliders"), "shape"),
    (put([{}], *SPRINGS, "springs"), "joints"),
    (put([{"colliders": 4}], *SPRINGS, "colliderGroups"), "colliders"),
]  # fmt: skip
EARLIER = [
    (put({}, *FORMER, "meta"), "who made it"),
    (put(99, *FORMER, "materialProperties", 0, "textureProperties", "_MainTex"), "_MainTex is 99"),
    (put("white", *FORMER, "materialProperties", 0, "vectorProperties", "_Color"), "_Color"),
    (put([], *FORMER, "materialProperties", 0, "vectorProperties", "_Color"), "_Color"),
    (put(7, *FORMER, "materialProperties", 0, "shader"), "shader"),
    (put("x", *FORMER, "materialProperties"), "materialProperties"),
    (put(True, *FORMER, "firstPerson", "lookAtVerticalUp", "xRange"), "xRange"),
    (put(5, *FORMER, "blendShapeMaster", "blendShapeGroups", 0, "materialValues"), "materialValues"),
    (put([{"targetValue": {}}], *FORMER, "blendShapeMaster", "blendShapeGroups", 0, "materialValues"), "targetValue"),
    (put([99], *FORMER, "secondaryAnimation", "boneGroups", 0, "bones"), "bone is 99"),
    (put(99, *FORMER, "secondaryAnimation", "colliderGroups", 0, "node"), "node is 99"),
    (put(["0"], *FORMER, "secondaryAnimation", "boneGroups", 0, "colliderGroups"), "colliderGroups"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "told"), LATER, ids=[told for _, told in LATER])
def test_what_the_page_could_not_show_of_vrm_1_is_refused_in_words(spoil: Any, told: str) -> None:
    _refused(vroid_1(), spoil, told)


@pytest.mark.parametrize(("spoil", "told"), EARLIER, ids=[told for _, told in EARLIER])
def test_what_the_page_could_not_show_of_vrm_0_is_refused_in_words(spoil: Any, told: str) -> None:
    _refused(vroid_0(), spoil, told)


def _refused(figure: Figure, spoil: Any, told: str) -> None:
    for node in figure.document["nodes"]:
        node.setdefault("extensions", {})
    for primitive in figure.document["meshes"][0]["primitives"]:
        primitive.setdefault("extensions", {})
    figure.document["extensions"].get("VRMC_vrm", {}).setdefault("firstPerson", {})
    spoil(figure.document)
    with pytest.raises(BadFigure) as caught:
        checked(figure.written())
    assert told in caught.value.what and caught.value.remedy
