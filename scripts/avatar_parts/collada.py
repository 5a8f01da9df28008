# SPDX-License-Identifier: Apache-2.0
"""Writes a mesh of several materials as COLLADA 1.4, in ROS axes (x forward, y left, z up), which rviz and
Foxglove read.
"""

from __future__ import annotations

import numpy as np
from avatar_parts.part import FloatArray, IntArray, vertex_normals
from numpy.typing import NDArray


def to_ros(points: FloatArray) -> FloatArray:
    """Points (..., 3) of glTF axes (y up, z forward) in ROS axes."""
    return np.asarray(points)[..., [2, 0, 1]]


def document(pieces: list[tuple[str, str, FloatArray, IntArray]]) -> str:
    """COLLADA text of pieces (material, "#rrggbb", positions (N, 3) in ROS axes, triangles)."""
    effects, materials, geometries, nodes = [], [], [], []
    for number, (material, colour, positions, triangles) in enumerate(pieces):
        effects.append(_effect(number, colour))
        materials.append(
            f'<material id="m{number}" name="{material}"><instance_effect url="#e{number}"/></material>'
        )
        geometries.append(_geometry(number, positions, triangles))
        nodes.append(
            f'<node id="o{number}"><instance_geometry url="#g{number}"><bind_material><technique_common>'
            f'<instance_material symbol="s" target="#m{number}"/></technique_common></bind_material>'
            "</instance_geometry></node>"
        )
    libraries = {"effects": effects, "materials": materials, "geometries": geometries}
    content = "\n".join(f"<library_{kind}>{''.join(e)}</library_{kind}>" for kind, e in libraries.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">'
        "<asset><created>2026-01-01T00:00:00</created><modified>2026-01-01T00:00:00</modified>"
        f'<unit name="meter" meter="1"/><up_axis>Z_UP</up_axis></asset>\n{content}\n'
        f'<library_visual_scenes><visual_scene id="scene">{"".join(nodes)}</visual_scene>'
        "</library_visual_scenes>"
        '<scene><instance_visual_scene url="#scene"/></scene></COLLADA>\n'
    )


def _effect(number: int, colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (
        f'<effect id="e{number}"><profile_COMMON><technique sid="common"><phong>'
        f"<diffuse><color>{red:.4f} {green:.4f} {blue:.4f} 1</color></diffuse>"
        "<specular><color>0.1 0.1 0.1 1</color></specular></phong></technique></profile_COMMON></effect>"
    )


def _geometry(number: int, positions: FloatArray, triangles: IntArray) -> str:
    corners = " ".join(map(str, triangles.reshape(-1)))
    return (
        f'<geometry id="g{number}"><mesh>{_source(f"p{number}", positions, 5)}'
        f"{_source(f'n{number}', vertex_normals(positions, triangles), 3)}"
        f'<vertices id="v{number}"><input semantic="POSITION" source="#p{number}"/></vertices>'
        f'<triangles count="{len(triangles)}" material="s">'
        f'<input semantic="VERTEX" source="#v{number}" offset="0"/>'
        f'<input semantic="NORMAL" source="#n{number}" offset="0"/><p>{corners}</p></triangles>'
        "</mesh></geometry>"
    )


def _source(name: str, values: NDArray[np.float64], digits: int) -> str:
    text = " ".join(f"{value + 0.0:.{digits}f}" for value in np.round(values, digits).reshape(-1))
    names = "".join(f'<param name="{axis}" type="float"/>' for axis in "XYZ")
    return (
        f'<source id="{name}"><float_array id="{name}a" count="{values.size}">{text}</float_array>'
        f'<technique_common><accessor source="#{name}a" count="{len(values)}" stride="3">{names}</accessor>'
        "</technique_common></source>"
    )
