# SPDX-License-Identifier: Apache-2.0
"""What exporters write where they mean nothing: older UniVRM says -1 for what is not there, and an offset into no view; others write null,
or extensions that a reader may pass over (glTF 2.0, 3.12). It is left out before a file is looked at, and of what is kept: the page's loader
stumbles over some of it."""

from __future__ import annotations

from collections.abc import Iterator

from tektra.web.figures.glb import EXTENSIONS
from tektra.web.figures.refusal import Entry

#: By list of the document, the numbers that may be -1.
NUMBERS = {
    "accessors": ("bufferView",),
    "images": ("bufferView",),
    "materials": (),
    "nodes": ("mesh", "skin", "camera"),
    "skins": ("skeleton", "inverseBindMatrices"),
    "textures": ("source", "sampler"),
}
USED = "extensionsUsed"


def tidy(document: Entry) -> bool:
    """Changes a document that was walked through; whether there was anything to change."""
    return any(
        [
            _without_nulls(document),
            _without_extensions(document),
            _without_numbers(document),
            _without_offsets(document),
            *map(_without_textures, _entries(document, "materials")),
            _without_bones(document),
            _named(document),
        ]
    )


def _entries(entry: object, key: str) -> list[Entry]:
    """The objects of a list; what is no list has none."""
    found = entry.get(key) if isinstance(entry, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _vrm(document: Entry, name: str) -> Entry:
    extensions = document.get("extensions")
    found = extensions.get(name) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}


def _all(value: object) -> Iterator[Entry]:
    """Every object within, itself among them. Depth is bounded by the walk before."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _drop(entry: Entry, keys: list[str]) -> bool:
    for key in keys:
        del entry[key]
    return bool(keys)


def _without_nulls(document: Entry) -> bool:
    changed = False
    for one in _all(document):
        changed |= _drop(one, [key for key in one if one[key] is None])
    return changed


def _without_extensions(document: Entry) -> bool:
    """Those that a file can do without. What it cannot is refused before."""
    changed = False
    for one in _all(document):
        extensions = one.get("extensions")
        if isinstance(extensions, dict):
            changed |= _drop(extensions, [name for name in extensions if name not in EXTENSIONS])
    used = document.get(USED)
    if isinstance(used, list) and any(name not in EXTENSIONS for name in used):
        document[USED] = [name for name in used if name in EXTENSIONS]
        changed = True
    return changed


def _none(entry: Entry, key: str) -> bool:
    return entry.get(key) == -1


def _without_numbers(document: Entry) -> bool:
    changed = [
        _drop(entry, [key for key in keys if _none(entry, key)])
        for name, keys in NUMBERS.items()
        for entry in _entries(document, name)
    ]
    for mesh in _entries(document, "meshes"):
        for primitive in _entries(mesh, "primitives"):
            attributes = primitive.get("attributes")
            named = [*_entries(primitive, "targets"), *([attributes] if isinstance(attributes, dict) else [])]
            changed += [_drop(one, [key for key in one if _none(one, key)]) for one in named]
            changed.append(
                _drop(primitive, [key for key in ("material", "indices") if _none(primitive, key)])
            )
    # There is nothing to see through one, and what it names is nothing that is kept.
    changed += [_drop(node, ["camera"]) for node in _entries(document, "nodes") if "camera" in node]
    return any(changed)


def _without_offsets(document: Entry) -> bool:
    """An accessor that is all zeros but for its sparse part has no view, and so no offset; one that changes nothing has no sparse part."""
    changed = False
    for accessor in _entries(document, "accessors"):
        if "bufferView" not in accessor and accessor.get("byteOffset") == 0:
            changed |= _drop(accessor, ["byteOffset"])
        sparse = accessor.get("sparse")
        if isinstance(sparse, dict) and sparse.get("count") == 0:
            changed |= _drop(accessor, ["sparse"])
    return changed


def _without_textures(material: Entry) -> bool:
    """Of a material, wherever in it they stand."""
    changed = False
    for one in _all(material):
        infos = {name: info for name, info in one.items() if isinstance(info, dict)}
        changed |= _drop(
            one, [name for name, info in infos.items() if name.endswith("Texture") and _none(info, "index")]
        )
    return changed


def _without_bones(document: Entry) -> bool:
    vrm, changed = _vrm(document, "VRM"), False
    humanoid, springs = vrm.get("humanoid"), vrm.get("secondaryAnimation")
    bones = _entries(humanoid, "humanBones")
    if isinstance(humanoid, dict) and any(_none(bone, "node") for bone in bones):
        humanoid["humanBones"] = [bone for bone in bones if not _none(bone, "node")]
        changed = True
    for group in _entries(springs, "boneGroups"):
        known = group.get("bones")
        if isinstance(known, list) and -1 in known:
            group["bones"] = [bone for bone in known if bone != -1]
            changed = True
    for material in _entries(vrm, "materialProperties"):
        textures = material.get("textureProperties")
        if isinstance(textures, dict):
            changed |= _drop(textures, [name for name in textures if _none(textures, name)])
    return changed


def _named(document: Entry) -> bool:
    """The page's loader knows a preset by small letters alone, and an extension by its name among those that are used."""
    changed = False
    for group in _entries(_vrm(document, "VRM").get("blendShapeMaster"), "blendShapeGroups"):
        preset = group.get("presetName")
        if isinstance(preset, str) and preset != preset.lower():
            group["presetName"] = preset.lower()
            changed = True
    used = document.setdefault(USED, [])
    found = [one["extensions"] for one in _all(document) if isinstance(one.get("extensions"), dict)]
    missing = sorted({name for extensions in found for name in extensions} - set(used))
    used += missing
    return changed or bool(missing)
