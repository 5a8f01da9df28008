# SPDX-License-Identifier: Apache-2.0
"""A file from a stranger: looked at from outside to inside, each step only once the one before found it sound."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.web.figures.content import Content
from tektra.web.figures.glb import opened, written
from tektra.web.figures.scene import Scene, looked_at
from tektra.web.figures.tidy import tidy
from tektra.web.figures.vrm import Vrm, described


@dataclass(frozen=True)
class Checked:
    """What is known of a file that can be shown. `pixels`: of all its pictures; `data`: the file to keep, without what was to be left out
    (tidy.py)."""

    vrm: Vrm
    scene: Scene
    pixels: int
    data: bytes


def checked(data: bytes) -> Checked:
    """What a whole file in memory holds. Blocking, some tenths of a second for a large one. Raises BadFigure.

    No picture is decoded and nothing is drawn: what stands in the way of that is found by the heads alone.
    """
    glb = opened(data)
    changed = tidy(glb.document) or not glb.aligned
    content = Content(glb)
    changed |= content.renamed
    scene = looked_at(glb.document, content)
    vrm = described(glb.document, scene)
    return Checked(vrm, scene, content.pixels, written(glb) if changed else data)
