# SPDX-License-Identifier: Apache-2.0
"""The outside of a binary glTF file: its head, its two chunks, and its JSON, with limits before each step.

Format: Khronos glTF 2.0 specification, section 4.4 (binary glTF).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Set
from dataclasses import dataclass
from typing import NoReturn

from tektra.web.figures.refusal import Entry, broken, too_heavy

MAX_BYTES = 32 * 1024 * 1024
MAX_JSON = 4 * 1024 * 1024
#: Brackets and commas of the JSON: each is a value in memory, of some 100 bytes.
MAX_MARKS = 400_000
MAX_DEPTH = 32
MAX_TEXT = 16_384
LARGEST = 2**53
JSON_CHUNK, BIN_CHUNK = 0x4E4F534A, 0x004E4942
#: What the page's loader knows and this check looks at. Others are left out (tidy.py) where a file can do without: what binds nodes to each
#: other (VRMC_node_constraint), too, since it may bind one to itself.
EXTENSIONS = frozenset(
    {
        "VRM", "VRMC_vrm", "VRMC_materials_mtoon", "VRMC_springBone", "VRMC_springBone_extended_collider",
        "VRMC_materials_hdr_emissiveMultiplier", "KHR_materials_unlit", "KHR_materials_emissive_strength", "KHR_texture_transform",
    }
)  # fmt: skip
#: What compresses or multiplies the meshes: without it they are others, whatever a file says of doing without.
RESHAPING = frozenset(
    {
        "KHR_draco_mesh_compression",
        "EXT_meshopt_compression",
        "KHR_meshopt_compression",
        "EXT_mesh_gpu_instancing",
    }
)


@dataclass(frozen=True)
class Glb:
    """A document that was walked through once, and the bytes that it points into. `aligned`: both are of whole words, as they are to be."""

    document: Entry
    binary: memoryview
    aligned: bool = True


def opened(data: bytes) -> Glb:
    """Head, chunks and JSON of a file in memory. Raises BadFigure."""
    if len(data) > MAX_BYTES:
        raise too_heavy(f"it has {len(data)} bytes; {MAX_BYTES} may be")
    chunks = _chunks(data)
    text = chunks[JSON_CHUNK]
    if len(text) > MAX_JSON:
        raise too_heavy(f"its JSON has {len(text)} bytes; {MAX_JSON} may be")
    aligned = not any(len(chunk) % 4 for chunk in chunks.values())
    return Glb(_document(bytes(text)), chunks.get(BIN_CHUNK, memoryview(b"")), aligned)


def written(glb: Glb) -> bytes:
    """The file of a document that was changed."""
    text = json.dumps(glb.document, separators=(",", ":")).encode()
    chunks = b""
    for kind, content, filling in ((JSON_CHUNK, text, b" "), (BIN_CHUNK, bytes(glb.binary), b"\0")):
        whole = content + filling * (-len(content) % 4)
        chunks += struct.pack("<II", len(whole), kind) + whole
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _chunks(data: bytes) -> dict[int, memoryview]:
    if len(data) < 20 or data[:4] != b"glTF":
        raise broken("it is no binary glTF file, as a .vrm is one")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise broken(f"it is glTF {version}, not 2")
    if length != len(data):
        raise broken(f"it says that it has {length} bytes, and has {len(data)}: it was cut off, or added to")
    found: dict[int, memoryview] = {}
    at = 12
    while at < length:
        if at + 8 > length:
            raise broken("it ends in the head of a chunk")
        size, kind = struct.unpack_from("<II", data, at)
        if at + 8 + size > length:
            raise broken(f"a chunk of {size} bytes goes beyond its end")
        if kind not in (JSON_CHUNK, BIN_CHUNK)[len(found) : len(found) + 1]:
            raise broken("its chunks are not JSON, then data")
        found[kind] = memoryview(data)[at + 8 : at + 8 + size]
        at += 8 + size
    if JSON_CHUNK not in found:
        raise broken("it has no JSON")
    return found


def _document(text: bytes) -> Entry:
    if sum(text.count(mark) for mark in b"[{,") > MAX_MARKS:
        raise too_heavy(f"its JSON has more than {MAX_MARKS} values")
    try:
        document = json.loads(text.decode("utf-8"), parse_constant=_not_finite)
    except (ValueError, RecursionError) as error:
        raise broken(f"its JSON cannot be read: {str(error)[:100]}") from error
    if not isinstance(document, dict):
        raise broken("its JSON is no object")
    _walk(document)
    return document


def _not_finite(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _walk(document: Entry) -> None:
    """Depth, numbers, texts, and the names of extensions, wherever they stand."""
    waiting: list[tuple[object, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise too_heavy(f"its JSON is nested deeper than {MAX_DEPTH}")
        match value:
            case dict():
                waiting += ((one, depth + 1) for one in (*value.keys(), *value.values()))
                _refuse(value.get("extensions"), RESHAPING)
            case list():
                waiting += ((one, depth + 1) for one in value)
            case bool() | None:
                pass
            case int() | float():
                if not abs(value) <= LARGEST:  # nor NaN
                    raise broken("a number in it is not finite, or too large")
            case str():
                if len(value) > MAX_TEXT:
                    raise too_heavy(f"a text in it has {len(value)} letters; {MAX_TEXT} may be")
    for key in ("extensionsUsed", "extensionsRequired"):
        names = document.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise broken(f"{key} is no list of names")
        if key == "extensionsRequired":
            _refuse(dict.fromkeys(names), set(names) - EXTENSIONS)


def _refuse(extensions: object, names: Set[str]) -> None:
    if extensions is None:
        return
    if not isinstance(extensions, dict):
        raise broken("extensions is no object")
    strange = sorted(set(extensions) & names)
    if strange:
        raise broken(f"it needs {', '.join(strange)[:200]}, which cannot be shown here")
