# SPDX-License-Identifier: Apache-2.0
"""What of a VRM the page's loader takes as it stands: a number where words are, or an index of nothing, and it shows nothing at all."""

from __future__ import annotations

from tektra.web.figures.refusal import Entry, broken, inner, listed, number, some_numbers
from tektra.web.figures.scene import FAR, MAX_MATERIALS, MAX_NODES, Scene

MAX_PROPERTIES, MAX_VALUES = 256, 512
#: How eyes are turned: by VRM 0.x and 1.0.
RANGES_0 = ("lookAtHorizontalInner", "lookAtHorizontalOuter", "lookAtVerticalDown", "lookAtVerticalUp")
RANGES_1 = (
    "rangeMapHorizontalInner",
    "rangeMapHorizontalOuter",
    "rangeMapVerticalDown",
    "rangeMapVerticalUp",
)
SIZES = ("xRange", "yRange", "inputMaxValue", "outputScale")


def seen_0(vrm: Entry, scene: Scene) -> None:
    """Materials, eyes and view of VRM 0.x. Raises BadFigure."""
    for material in listed(vrm, "materialProperties", MAX_MATERIALS):
        _text(material, "name", "shader")
        textures, vectors = inner(material, "textureProperties"), inner(material, "vectorProperties")
        for name in textures:
            number(textures, name, scene.textures)
        for name in vectors:
            some_numbers(vectors, name, FAR)
        for key in ("floatProperties", "keywordMap", "tagMap"):
            if len(inner(material, key)) > MAX_PROPERTIES:
                raise broken(f"a material has {len(inner(material, key))} {key}")
    for group in listed(inner(vrm, "blendShapeMaster"), "blendShapeGroups", MAX_VALUES):
        for value in listed(group, "materialValues", MAX_VALUES):
            _text(value, "materialName", "propertyName")
            some_numbers(value, "targetValue", FAR)
    _view(inner(vrm, "firstPerson"), RANGES_0)


def seen_1(vrm: Entry) -> None:
    """Eyes, view and colours of VRM 1.0. Raises BadFigure."""
    _view(inner(vrm, "lookAt"), RANGES_1)
    _view(inner(vrm, "firstPerson"), ())
    expressions = inner(vrm, "expressions")
    for group in ("preset", "custom"):
        known = inner(expressions, group)
        for name in known:
            for bind in listed(inner(known, name), "materialColorBinds", MAX_VALUES):
                some_numbers(bind, "targetValue", FAR)


def shape_of(collider: Entry) -> None:
    """A collider of VRM 1.0. Raises BadFigure."""
    if not inner(collider, "shape"):
        raise broken("a collider has no shape")


def _view(entry: Entry, ranges: tuple[str, ...]) -> None:
    listed(entry, "meshAnnotations", MAX_NODES)
    for name in ranges:
        found = inner(entry, name)
        for key in SIZES:
            value = found.get(key, 0)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > FAR:
                raise broken(f"{key} is no number")


def _text(entry: Entry, *keys: str) -> None:
    for key in keys:
        if not isinstance(entry.get(key, ""), str):
            raise broken(f"{key} is no text")
