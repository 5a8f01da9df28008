# SPDX-License-Identifier: Apache-2.0
"""A VRM file from a stranger: what is sound is described, and everything else is refused before it can do harm."""

import copy
import json
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tektra.web.figures import content, scene
from tektra.web.figures import glb as outside
from tektra.web.figures.check import checked
from tektra.web.figures.refusal import BadFigure
from tektra.web.figures.vrm import BONES, EXPRESSIONS
from tests.peers.vrm_figure import NAMES, Figure, glb, png

Spoil = Callable[[Figure], None]
SOUND = {version: Figure(version).written() for version in (0, 1)}


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(BadFigure) as caught:
        checked(data)
    assert caught.value.remedy and len(caught.value.what) < 400
    return caught.value.code, caught.value.what


def spoiled(spoil: Spoil, version: int = 1) -> tuple[str, str]:
    figure = Figure(version)
    spoil(figure)
    return refused(figure.written())


@pytest.mark.parametrize("version", [0, 1])
def test_a_sound_figure_is_described_with_what_its_author_allows(version: int) -> None:
    found = checked(SOUND[version])
    assert (found.vrm.version, found.vrm.title, found.vrm.authors) == (version, "Boxy", "Nobody")
    assert found.vrm.terms["commercial_use"] == ("corporation" if version else "Allow")
    assert found.scene.vertices > 1000 and found.pixels == 64
    assert {"happy", "sad"} <= set(found.vrm.emotions) or version == 0


@pytest.mark.parametrize("version", [0, 1])
def test_a_file_that_was_cut_off_anywhere_is_refused(version: int) -> None:
    data = SOUND[version]
    for end in (*range(64), *range(64, len(data), len(data) // 40)):
        assert refused(data[:end])[0] == "figure_broken"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no binary glTF"),
        (b"MZ" + bytes(100), "no binary glTF"),
        (b"<html>" * 20, "no binary glTF"),
        (glb(b"{}", b"", version=1), "glTF 1"),
        (glb(b"{}", b"", length=2**32 - 1), "says that it has"),
        (glb(b"{}", b"", length=12), "says that it has"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 2**32 - 4, 0x4E4F534A), "beyond its end"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 0, 0x4E4F534A), "JSON"),
        (struct.pack("<4sIIII", b"glTF", 2, 20, 0, 0x004E4942), "chunks"),
        (glb(b'{"a": NaN}', b""), "NaN"),
        (glb(b'{"a": 1e999}', b""), "not finite"),
        (glb(b'{"a": ' + b"9" * 4000 + b"}", b""), "too large"),
        (glb(b'{"a": ' + b"9" * 9000 + b"}", b""), "JSON"),
        (glb(b'{"a": "\xff\xfe"}', b""), "JSON"),
        (glb(b"[" * 100_000, b""), "JSON"),
        (glb(b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", b""), "deeper"),
        (glb(b'{"a":[' + b"[]," * 500_000 + b"1]}", b""), "values"),
        (glb(b'{"a": "' + b"x" * 20_000 + b'"}', b""), "letters"),
        (glb(b"[]", b""), "no object"),
        (glb(b"{}" + b" " * 5_000_000, b""), "JSON has"),
        (glb(b'{"extensionsRequired": ["KHR_draco_mesh_compression"]}', b""), "KHR_draco"),
        (glb(b'{"extensionsRequired": "KHR_draco_mesh_compression"}', b""), "list of names"),
    ],
)  # fmt: skip
def test_what_is_wrong_from_outside_is_refused(data: bytes, told: str) -> None:
    assert told in refused(data)[1]


def test_more_bytes_than_may_be_are_refused_unread() -> None:
    assert refused(bytes(outside.MAX_BYTES + 1))[0] == "figure_too_heavy"


def put(*path: Any, value: Any) -> Spoil:
    def spoil(figure: Figure) -> None:
        at: Any = figure.document
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value

    return spoil


def skin_of(figure: Figure) -> Any:
    return figure.document["skins"][0]


BODY = len(NAMES)
POSITION = ("accessors", 1)
BROKEN: dict[str, Spoil] = {
    "a buffer elsewhere": put("buffers", 0, value={"uri": "https://evil.example/x.bin"}),
    "a buffer in the text": put("buffers", 0, value={"uri": "data:;base64,AAAA"}),
    "a picture elsewhere": put("images", 0, value={"uri": "http://169.254.169.254/latest"}),
    "a picture of the machine": put("images", 0, value={"uri": "file:///etc/passwd"}),
    "a picture of no kind": put("images", 0, "mimeType", value="image/svg+xml"),
    "a view behind the end": put("bufferViews", 0, "byteOffset", value=2**31),
    "a view beyond the end": put("bufferViews", 0, "byteLength", value=2**31),
    "a view from before": put("bufferViews", 0, "byteOffset", value=-4),
    "a view of nothing": put("bufferViews", 0, "byteLength", value=0),
    "a view of another buffer": put("bufferViews", 0, "buffer", value=1),
    "an accessor beyond its view": put(*POSITION, "count", value=100_000),
    "an accessor of nothing": put(*POSITION, "count", value=0),
    "an accessor of a part": put(*POSITION, "count", value=3.5),
    "an accessor of true": put(*POSITION, "count", value=True),
    "an accessor of no type": put(*POSITION, "type", value="VEC9"),
    "an accessor of a list for a type": put(*POSITION, "type", value=["VEC3"]),
    "an accessor of doubles": put(*POSITION, "componentType", value=5130),
    "an accessor off the grid": put(*POSITION, "byteOffset", value=1),
    "an accessor in no view": put(*POSITION, "bufferView", value=99_999),
    "sparse beyond": put(*POSITION, "sparse", value={
        "count": 1, "indices": {"bufferView": 0, "componentType": 5125}, "values": {"bufferView": 10**6}}),
    "sparse of nothing": put(*POSITION, "sparse", value={"count": 1}),
    "a child of its own": put("nodes", 5, "children", value=[5]),
    "two that are each other's children": lambda f: (put("nodes", 23, "children", value=[22])(f), put("nodes", 22, "children", value=[23])(f))[0],
    "a child of two": lambda f: f.document["nodes"][0]["children"].append(4),
    "a child that there is not": put("nodes", 5, "children", value=[10**9]),
    "a child twice": put("nodes", 23, "children", value=[BODY, BODY]),
    "children of no kind": put("nodes", 5, "children", value={"0": 1}),
    "a root with a parent": put("scenes", 0, "nodes", value=[0, 1]),
    "no scene": put("scenes", value=[]),
    "a node far off": put("nodes", 0, "translation", value=[0, 1e30, 0]),
    "a node of no size": put("nodes", 0, "scale", value=[0, 1, 1]),
    "a node that turns by nothing": put("nodes", 0, "rotation", value=[0, 0, 0, 0]),
    "a node of words": put("nodes", 0, "translation", value=["0", "0", "0"]),
    "a mesh that there is not": put("nodes", BODY, "mesh", value=7),
    "a skin that there is not": put("nodes", BODY, "skin", value=7),
    "a skin of few joints": lambda f: skin_of(f).update(joints=[0, 1, 2]),
    "a skin of too many joints": lambda f: skin_of(f)["joints"].append(BODY),
    "a skin of a joint twice": lambda f: skin_of(f).update(joints=[0] * len(NAMES)),
    "lines": put("meshes", 0, "primitives", 0, "mode", value=1),
    "no positions": put("meshes", 0, "primitives", 0, "attributes", value={}),
    "normals of another length": put("meshes", 0, "primitives", 0, "attributes", "NORMAL", value=0),
    "corners that are floats": put("meshes", 0, "primitives", 0, "indices", value=1),
    "a target of another length": put("meshes", 0, "primitives", 0, "targets", 0, "POSITION", value=0),
    "a texture that there is not": put("materials", 1, "pbrMetallicRoughness", "baseColorTexture", "index", value=9),
    "a texture of no picture": put("textures", 0, "source", value=9),
    "another program's extension": put("nodes", 0, "extensions", value={"EXT_mesh_gpu_instancing": {"attributes": {}}}),
    "extensions that are none": put("nodes", 0, "extensions", value=[1]),
    "no VRM": put("extensions", value={}),
    "a bone that there is not": put("extensions", "VRMC_vrm", "humanoid", "humanBones", "hips", "node", value=10**6),
    "one node for two bones": put("extensions", "VRMC_vrm", "humanoid", "humanBones", "hips", "node", value=4),
    "an expression of another mesh": put("extensions", "VRMC_vrm", "expressions", "preset", "aa", "morphTargetBinds", 0, "node", value=0),
    "an expression of no target": put("extensions", "VRMC_vrm", "expressions", "preset", "aa", "morphTargetBinds", 0, "index", value=500),
    "an expression of much": put("extensions", "VRMC_vrm", "expressions", "preset", "aa", "morphTargetBinds", 0, "weight", value=1e9),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_inside_is_refused(name: str) -> None:
    assert spoiled(BROKEN[name])[0] == "figure_broken"


def zeros(figure: Figure, count: int) -> int:
    """An accessor without bytes."""
    figure.document["accessors"].append({"componentType": 5126, "type": "VEC3", "count": count})
    return len(figure.document["accessors"]) - 1


def many_zeros(figure: Figure) -> None:
    for _ in range(20):
        zeros(figure, content.MAX_COUNT)


def many_morphs(figure: Figure) -> None:
    primitive = figure.document["meshes"][0]["primitives"][0]
    figure.document["meshes"][0]["primitives"] = [
        {**primitive, "targets": primitive["targets"] * 20} for _ in range(100)
    ]


def drawn_often(figure: Figure) -> None:
    figure.document["nodes"] += [{"mesh": 0} for _ in range(1500)]


def deep(figure: Figure) -> None:
    nodes = figure.document["nodes"]
    for _ in range(scene.MAX_DEPTH + 1):
        nodes.append({})
        nodes[-2]["children"] = [len(nodes) - 1]


HEAVY: dict[str, Spoil] = {
    "two of the largest": lambda f: f.document["accessors"].extend([{"componentType": 5126, "type": "MAT4", "count": 2_000_000}] * 2),
    "zeros without end": many_zeros,
    "morphs without end": many_morphs,
    "one mesh drawn a thousand times": drawn_often,
    "nodes without end": lambda f: f.document["nodes"].extend({} for _ in range(scene.MAX_NODES)),
    "textures without end": put("textures", value=[{"source": 0}] * 1000),
    "animations": put("animations", value=[{"channels": [], "samplers": []}]),
}  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_too_much_is_refused(name: str) -> None:
    assert spoiled(HEAVY[name])[0] == "figure_too_heavy"


def test_a_count_beyond_all_bounds_and_nodes_too_deep_are_refused() -> None:
    many = {"componentType": 5126, "type": "VEC3", "count": 4_000_000_000}
    assert spoiled(lambda figure: figure.document["accessors"].append(many))[0] == "figure_broken"
    assert "deeper" in spoiled(deep)[1]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("accessor", [0, 1, 2])
def test_numbers_that_are_none_are_found_in_the_bytes(bad: float, accessor: int) -> None:
    def spoil(figure: Figure) -> None:
        view = figure.document["bufferViews"][figure.document["accessors"][accessor]["bufferView"]]
        struct.pack_into("<f", figure.binary, view["byteOffset"] + 64, bad)

    code, what = spoiled(spoil)
    assert (code, "not finite" in what) == ("figure_broken", True)


def test_a_triangle_whose_corner_is_not_there_is_refused() -> None:
    def spoil(figure: Figure) -> None:
        index = figure.document["meshes"][0]["primitives"][0]["indices"]
        view = figure.document["bufferViews"][figure.document["accessors"][index]["bufferView"]]
        struct.pack_into("<I", figure.binary, view["byteOffset"], 2**31)

    assert "corner" in spoiled(spoil)[1]


def part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int, *parts: bytes, kind: int = 6, bits: int = 8) -> bytes:
    """A PNG whose head says more than its bytes hold."""
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    body = part(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + b"".join(parts) + body + part(b"IEND", b"")


@pytest.mark.parametrize(
    "picture",
    [
        bomb(100_000, 100_000),
        bomb(4097, 16),
        bomb(4096, 4096, bits=16),
        bomb(0, 16),
        bomb(64, 64, kind=9),
        bomb(64, 64, part(b"iCCP", b"x\0\0" + zlib.compress(bytes(30_000_000)))),
        bomb(64, 64, part(b"zTXt", b"x\0\0" + zlib.compress(bytes(30_000_000)))),
        bomb(64, 64, part(b"acTL", bytes(8))),
        png()[:-12],
        b"GIF89a" + bytes(40),
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03" + bytes(40),
    ],
)
def test_a_picture_that_would_fill_the_memory_is_refused_undecoded(picture: bytes) -> None:
    tracemalloc.start()
    code, _ = refused(Figure(picture=picture).written())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code in ("figure_broken", "figure_too_heavy")
    assert most < 20_000_000


def test_pictures_that_are_too_many_together_are_refused() -> None:
    def spoil(figure: Figure) -> None:
        view = figure.view(bomb(2048, 2048))
        figure.document["images"] += [{"bufferView": view, "mimeType": "image/png"} for _ in range(17)]

    assert "points together" in spoiled(spoil)[1]


@pytest.mark.parametrize("bone", BONES)
def test_a_figure_without_a_bone_that_it_moves_by_is_refused_by_name(bone: str) -> None:
    def spoil(figure: Figure) -> None:
        del figure.document["extensions"]["VRMC_vrm"]["humanoid"]["humanBones"][bone]

    assert spoiled(spoil) == ("figure_lacks", f"it has no bones {bone}")


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_figure_that_cannot_speak_or_blink_is_refused_by_name(name: str) -> None:
    def gone(figure: Figure) -> None:
        del figure.document["extensions"]["VRMC_vrm"]["expressions"]["preset"][name]

    def empty(figure: Figure) -> None:
        figure.document["extensions"]["VRMC_vrm"]["expressions"]["preset"][name] = {"morphTargetBinds": []}

    def former(figure: Figure) -> None:
        groups = figure.document["extensions"]["VRM"]["blendShapeMaster"]["blendShapeGroups"]
        groups[:] = [group for group in groups if group["name"] != name]

    for spoil, version in ((gone, 1), (empty, 1), (former, 0)):
        assert spoiled(spoil, version) == ("figure_lacks", f"it has no expressions {name}")


def test_words_of_strangers_are_shown_on_one_line_without_tricks() -> None:
    nasty = "<script>\x00\u202egpj.exe\n\u200b" + "x" * 1000
    found = checked(Figure(title=nasty).written()).vrm.title
    assert found.startswith("<script> gpj.exe x") and len(found) == 300


def test_files_spoiled_at_random_are_refused_or_sound_and_nothing_else() -> None:
    chance = random.Random(11)
    values = (
        None,
        True,
        -1,
        0,
        1,
        3.5,
        10**6,
        2**53,
        1e300,
        "",
        "a",
        [],
        {},
        [0],
        [[]],
        {"index": 0},
        "0" * 99,
    )
    figure = Figure(0)
    before = {0: figure.document, 1: Figure(1).document}
    binary = bytes(figure.binary)
    outcomes = {"sound": 0, "figure_broken": 0, "figure_too_heavy": 0, "figure_lacks": 0}
    for _ in range(600):
        document = copy.deepcopy(before[chance.randrange(2)])
        document["buffers"] = [{"byteLength": len(binary)}]
        for _ in range(chance.choice((1, 1, 2, 5))):
            at: Any = document
            while isinstance(at, (dict, list)) and at:
                key = chance.choice(list(at)) if isinstance(at, dict) else chance.randrange(len(at))
                if not isinstance(at[key], (dict, list)) or not at[key] or chance.random() < 0.15:
                    at[key] = copy.deepcopy(chance.choice(values))
                    break
                at = at[key]
        data = bytearray(glb(json.dumps(document).encode(), binary))
        for _ in range(chance.choice((0, 0, 3))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            checked(bytes(data))
            outcomes["sound"] += 1
        except BadFigure as error:
            outcomes[error.code] += 1
    assert outcomes["figure_broken"] > 100 and outcomes["sound"] > 20
