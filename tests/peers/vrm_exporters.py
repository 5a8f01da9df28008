# SPDX-License-Identifier: Apache-2.0
"""The small figure (vrm_figure.py) as programs of others write it, with what each is known for; by hand, none of their code or files.

Sources: issues and changes of vrm-c/UniVRM (105, 315, 487, 1586, 1736), ousttrue/UniGLTF (18), pixiv/three-vrm (1549, 1840, 1842),
saturday06/VRM-Addon-for-Blender, M3-org/CharacterStudio (145), and the specifications of glTF 2.0, VRM 0.x and VRM 1.0.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.peers.vrm_figure import COLOURS, NAMES, Figure, png

Json = dict[str, Any]
BODY = len(NAMES)
PRESETS_0 = ("neutral", "a", "i", "u", "e", "o", "blink", "joy", "angry", "sorrow", "fun", "lookup", "lookdown", "lookleft",
             "lookright", "blink_l", "blink_r")  # fmt: skip


def univrm_0(*, none: bool = True) -> Figure:
    """UniVRM 0.4x to 0.6x. `none`: -1 stands for whatever is not there."""
    figure = Figure(0)
    document = figure.document
    document["asset"] = {"generator": "UniGLTF-1.27", "version": "2.0"}
    document["extensionsUsed"] = ["VRM", "KHR_materials_unlit", "KHR_texture_transform"]
    vrm = document["extensions"]["VRM"]
    vrm["exporterVersion"] = "UniVRM-0.61.1"
    for mesh in document["meshes"]:
        names = mesh.pop("extras")["targetNames"]
        for primitive in mesh["primitives"]:
            primitive["extras"] = {"targetNames": names}
            primitive["mode"] = 4
            if none:
                primitive["attributes"] |= {"TANGENT": -1, "COLOR_0": -1, "TEXCOORD_1": -1}
                for target in primitive["targets"]:
                    target |= {"NORMAL": -1, "TANGENT": -1}
    document["meshes"][0]["weights"] = []
    if none:
        for node in document["nodes"]:
            node.update({"camera": -1} | {key: -1 for key in ("mesh", "skin") if key not in node})
        document["skins"][0]["skeleton"] = -1
    head = NAMES.index("head")
    vrm["humanoid"]["humanBones"] += [
        {"bone": "upperChest", "node": -1, "useDefaultValues": True},
        {"bone": "jaw", "node": -1, "useDefaultValues": True},
    ] * none
    for bone in vrm["humanoid"]["humanBones"]:
        bone["axisLength"] = 0.0
        bone.update({key: {"x": 0.0, "y": 0.0, "z": 0.0} for key in ("min", "max", "center")})
    vrm["humanoid"] |= {"armStretch": 0.05, "feetSpacing": 0.0, "hasTranslationDoF": False}
    vrm["meta"] |= {
        "texture": -1,
        "version": "",
        "contactInformation": "",
        "reference": "",
        "otherPermissionUrl": "",
    }
    vrm["firstPerson"] |= {"firstPersonBone": -1, "meshAnnotations": [{"mesh": 0, "firstPersonFlag": "Auto"}]}
    _every_preset(vrm)
    vrm["secondaryAnimation"] = {
        "boneGroups": [_springs([NAMES.index("neck"), -1] if none else [NAMES.index("neck")], [0, 1, 2])],
        # Of colliders whose bone is gone: one says so by -1, one says nothing.
        "colliderGroups": [
            _balls(head),
            {"node": -1, "colliders": []},
            {"colliders": _balls(head)["colliders"]},
        ],
    }
    return figure


def univrm_0_sparse() -> Figure:
    """UniVRM up to 0.101: morphs are sparse, without a view and yet with an offset into it; one that moves nothing has no values."""
    figure = univrm_0(none=False)
    document = figure.document
    for target in document["meshes"][0]["primitives"][0]["targets"]:
        accessor = document["accessors"][target["POSITION"]]
        view = document["bufferViews"][accessor["bufferView"]]
        moved = np.frombuffer(bytes(figure.binary), "<f4", accessor["count"] * 3, view["byteOffset"]).reshape(
            -1, 3
        )
        rows = np.flatnonzero(np.abs(moved).max(axis=1) > 1e-6)
        indices, values = (
            figure.view(rows.astype("<u4").tobytes() or bytes(4)),
            figure.view(moved[rows].tobytes() or bytes(4)),
        )
        del accessor["bufferView"]
        accessor |= {"byteOffset": 0, "normalized": False, "sparse": {
            "count": len(rows), "indices": {"bufferView": indices, "byteOffset": 0, "componentType": 5125},
            "values": {"bufferView": values, "byteOffset": 0}}}  # fmt: skip
    empty = {"byteOffset": 0, "componentType": 5126, "count": document["accessors"][1]["count"], "type": "VEC3", "sparse": {
        "count": 0, "indices": {"bufferView": 0, "byteOffset": 0, "componentType": 5125}, "values": {"bufferView": 0, "byteOffset": 0}}}  # fmt: skip
    document["accessors"].append(empty)
    for primitive in document["meshes"][0]["primitives"]:
        primitive["targets"].append({"POSITION": len(document["accessors"]) - 1})
    return figure


def vroid_0() -> Figure:
    """VRoid Studio, VRM 0.x: MToon throughout, every preset, surprise by a name of its own, many springs, a picture of itself."""
    figure = univrm_0(none=False)
    document = figure.document
    document["asset"] = {"generator": "VRoid Studio-1.29.0", "version": "2.0"}
    document["samplers"] = [{"magFilter": 9729, "minFilter": 9729, "wrapS": 10497, "wrapT": 10497}]
    document["images"] = [
        {"name": f"_{at:02d}", "bufferView": figure.view(png()), "mimeType": "image/png"} for at in range(3)
    ]
    document["textures"] = [{"sampler": 0, "source": at} for at in range(3)]
    vrm = document["extensions"]["VRM"]
    vrm |= {
        "exporterVersion": "VRoid Studio-1.29.0",
        "materialProperties": [_mtoon_0(at) for at in range(len(COLOURS))],
    }
    vrm["meta"] |= {
        "texture": 2,
        "licenseName": "Other",
        "otherLicenseUrl": "https://hub.vroid.com/en/license",
    }
    vrm["firstPerson"]["firstPersonBone"] = NAMES.index("head")
    groups = vrm["blendShapeMaster"]["blendShapeGroups"]
    surprised = {"name": "Surprised", "presetName": "unknown", "isBinary": False, "materialValues": [],
                 "binds": [{"mesh": 0, "index": 9, "weight": 100.0}]}  # fmt: skip
    groups[:] = [group for group in groups if group["presetName"] != "unknown"] + [surprised]
    for material in document["materials"]:
        material |= {
            "alphaMode": "MASK",
            "alphaCutoff": 0.5,
            "doubleSided": True,
            "extensions": {"KHR_materials_unlit": {}},
        }
        material["emissiveFactor"] = [0, 0, 0]
    hair = [_springs([NAMES.index("leftEye")], [0]) for _ in range(40)]
    vrm["secondaryAnimation"] = {"boneGroups": hair, "colliderGroups": [_balls(NAMES.index("head"))]}
    return figure


def vroid_1() -> Figure:
    """VRoid Studio, VRM 1.0: MToon, springs with capsules and their extended form, lids apart and together, empty presets."""
    figure = Figure(1)
    document = figure.document
    document["asset"] = {"generator": "VRoid Studio-1.29.0", "version": "2.0"}
    document["extensionsUsed"] = [
        "KHR_materials_unlit",
        "KHR_texture_transform",
        "VRMC_materials_mtoon",
        "VRMC_springBone",
        "VRMC_vrm",
    ]
    for material in document["materials"]:
        material["extensions"] = {"KHR_materials_unlit": {}, "VRMC_materials_mtoon": _mtoon_1()}
    neck, head, eye = (NAMES.index(bone) for bone in ("neck", "head", "leftEye"))
    capsule = {"capsule": {"offset": [0, 0, 0], "tail": [0, 0.1, 0], "radius": 0.05}}
    outside = {
        "VRMC_springBone_extended_collider": {
            "specVersion": "1.0",
            "shape": {"plane": {"offset": [0, 0, 0], "normal": [0, 1, 0]}},
        }
    }
    document["extensions"]["VRMC_springBone"] = {
        "specVersion": "1.0",
        "colliders": [{"node": head, "shape": {"sphere": {"offset": [0, 0.05, 0], "radius": 0.1}}},
                      {"node": neck, "shape": capsule, "extensions": outside}],
        "colliderGroups": [{"name": "head", "colliders": [0, 1]}],
        "springs": [{"name": "hair", "colliderGroups": [0], "joints": [
            {"node": head, "hitRadius": 0.02, "stiffness": 1.0, "gravityPower": 0.1, "gravityDir": [0, -1, 0], "dragForce": 0.4},
            {"node": eye}]}],
    }  # fmt: skip
    expressions = document["extensions"]["VRMC_vrm"]["expressions"]
    for name in ("relaxed", "neutral", "lookUp", "lookDown", "lookLeft", "lookRight"):
        expressions["preset"][name] = {
            "isBinary": False,
            "overrideBlink": "none",
            "overrideLookAt": "none",
            "overrideMouth": "none",
        }
    expressions["custom"] = {"wink": {"morphTargetBinds": [{"node": BODY, "index": 5, "weight": 0.5}]}}
    document["extensions"]["VRMC_vrm"]["meta"]["licenseUrl"] = "https://vrm.dev/licenses/1.0/"
    return figure


def blender_1() -> Figure:
    """Blender with the VRM add-on, VRM 1.0: materials of Blender's own, lids apart alone, terms of the maker's own, constraints."""
    figure = Figure(1)
    document = figure.document
    document["asset"] = {
        "generator": "VRM Add-on for Blender v3.26 with Khronos glTF Blender I/O v5.1",
        "version": "2.0",
    }
    document["extensionsUsed"] = [
        "KHR_materials_specular",
        "KHR_materials_ior",
        "KHR_texture_transform",
        "VRMC_node_constraint",
        "VRMC_vrm",
    ]
    document["materials"][0]["extensions"] = {
        "KHR_materials_specular": {"specularFactor": 0.5, "specularTexture": {"index": 0}}, "KHR_materials_ior": {"ior": 1.45}}  # fmt: skip
    transform = {"KHR_texture_transform": {"offset": [0, 0], "scale": [1, 1]}}
    document["materials"][1]["pbrMetallicRoughness"]["baseColorTexture"] = {
        "index": 0,
        "texCoord": 0,
        "extensions": transform,
    }
    document["nodes"][NAMES.index("leftLowerArm")]["extensions"] = {"VRMC_node_constraint": {
        "specVersion": "1.0", "constraint": {"roll": {"source": NAMES.index("leftHand"), "rollAxis": "X", "weight": 0.5}}}}  # fmt: skip
    preset = document["extensions"]["VRMC_vrm"]["expressions"]["preset"]
    preset["blinkLeft"] = preset["blinkRight"] = preset.pop("blink")
    document["extensions"]["VRMC_vrm"] |= {
        "firstPerson": {"meshAnnotations": [{"node": BODY, "type": "auto"}]}
    }
    document["extensions"]["VRMC_vrm"]["meta"]["licenseUrl"] = "https://example.org/terms-of-my-own"
    document["skins"][0]["skeleton"] = 0
    return figure


def by_script_1() -> Figure:
    """A program in JavaScript: null for what it does not know, and no list of extensions."""
    figure = Figure(1)
    del figure.document["extensionsUsed"]
    for node in figure.document["nodes"]:
        node |= {key: None for key in ("mesh", "skin", "children", "rotation") if key not in node}
    figure.document["extensions"]["VRMC_vrm"]["meta"] |= {
        "thumbnailImage": None,
        "copyrightInformation": None,
    }
    return figure


def renamed_picture() -> Figure:
    """UniVRM takes a texture's file as it is, and its kind from the ending of its name."""
    figure = Figure(0)
    figure.document["images"][0]["mimeType"] = "image/jpeg"
    return figure


def unaligned(figure: Figure) -> bytes:
    """CharacterStudio before 2024: chunks of any length."""
    text = json.dumps({**figure.document, "buffers": [{"byteLength": len(figure.binary)}]}).encode()
    text += b" " * (1 - len(text) % 4 + 4)
    body = (
        struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(figure.binary), 0x004E4942)
        + bytes(figure.binary)
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def _every_preset(vrm: Json) -> None:
    groups = vrm["blendShapeMaster"]["blendShapeGroups"]
    there = {group["presetName"] for group in groups}
    groups += [{"name": name.upper(), "presetName": name, "binds": [], "materialValues": [], "isBinary": False}
               for name in PRESETS_0 if name not in there]  # fmt: skip


def _springs(bones: list[int], colliders: list[int]) -> Json:
    return {"comment": "", "stiffiness": 1.0, "gravityPower": 0, "gravityDir": {"x": 0, "y": -1, "z": 0}, "dragForce": 0.4,
            "center": -1, "hitRadius": 0.02, "bones": bones, "colliderGroups": colliders}  # fmt: skip


def _balls(node: int) -> Json:
    return {"node": node, "colliders": [{"offset": {"x": 0.0, "y": 0.05, "z": 0.0}, "radius": 0.09}]}


def _mtoon_0(at: int) -> Json:
    return {
        "name": f"m{at}", "shader": "VRM/MToon", "renderQueue": 2450,
        "floatProperties": {"_Cutoff": 0.5, "_BumpScale": 1, "_ReceiveShadowRate": 1, "_ShadeShift": 0, "_ShadeToony": 0.9, "_RimFresnelPower": 50,
                            "_OutlineWidth": 0.08, "_OutlineWidthMode": 1, "_OutlineColorMode": 1, "_BlendMode": 1, "_CullMode": 0, "_ZWrite": 1},
        "vectorProperties": {"_Color": [1, 1, 1, 1], "_ShadeColor": [0.9, 0.7, 0.7, 1], "_MainTex": [0, 0, 1, 1], "_EmissionColor": [0, 0, 0, 1],
                             "_OutlineColor": [0.2, 0.1, 0.1, 1]},
        "textureProperties": {"_MainTex": 0, "_ShadeTexture": 0, "_BumpMap": 1, "_SphereAdd": 1},
        "keywordMap": {"_ALPHATEST_ON": True, "_NORMALMAP": True}, "tagMap": {"RenderType": "TransparentCutout"},
    }  # fmt: skip


def _mtoon_1() -> Json:
    return {
        "specVersion": "1.0", "transparentWithZWrite": False, "renderQueueOffsetNumber": 0, "shadeColorFactor": [0.9, 0.7, 0.7],
        "shadeMultiplyTexture": {"index": 0}, "shadingShiftFactor": -0.05, "shadingToonyFactor": 0.95, "giEqualizationFactor": 0.9,
        "matcapTexture": {"index": 0}, "outlineWidthMode": "worldCoordinates", "outlineWidthFactor": 0.0008,
        "outlineWidthMultiplyTexture": {"index": 0, "extensions": {"KHR_texture_transform": {"offset": [0, 0], "scale": [1, 1]}}},
    }  # fmt: skip


#: By name: what they write, and the version of VRM.
FILES: dict[str, Callable[[], bytes]] = {
    "UniVRM 0.61": lambda: univrm_0().written(),
    "UniVRM 0.101": lambda: univrm_0_sparse().written(),
    "VRoid Studio, VRM 0.x": lambda: vroid_0().written(),
    "VRoid Studio, VRM 1.0": lambda: vroid_1().written(),
    "Blender, VRM 1.0": lambda: blender_1().written(),
    "a script": lambda: by_script_1().written(),
    "a renamed picture": lambda: renamed_picture().written(),
    "CharacterStudio": lambda: unaligned(Figure(0)),
}

if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, made in FILES.items():
        Path(sys.argv[1], f"{name.replace(' ', '_').replace(',', '')}.vrm").write_bytes(made())
