# SPDX-License-Identifier: Apache-2.0
"""A file's nodes, meshes, skins and materials: each names what there is, nothing goes round in circles, and all of it can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.web.figures.content import Content
from tektra.web.figures.refusal import Entry, broken, indices, inner, listed, number, numbers, too_heavy

MAX_NODES, MAX_DEPTH = 2048, 128
MAX_MESHES, MAX_PRIMITIVES, MAX_TARGETS = 256, 512, 256
MAX_VERTICES, MAX_INDICES = 300_000, 1_500_000
#: Vertices times morph targets, by primitive: graphics hold two vectors of four for each.
MAX_MORPHED = 8_000_000
MAX_SKINS, MAX_JOINTS = 64, 512
MAX_MATERIALS, MAX_TEXTURES = 128, 128
#: In m; a position, or a part of a matrix.
FAR, LEAST_SCALE = 1e4, 1e-4
TRIANGLES = 4


@dataclass(frozen=True)
class Scene:
    """How much there is of it. `targets`: by mesh, how many morph targets it has; `meshes_of`: by node, its mesh or -1; `shown`: nodes that
    hang on the scene."""

    nodes: int
    vertices: int
    triangles: int
    textures: int
    targets: tuple[int, ...]
    meshes_of: tuple[int, ...]
    shown: frozenset[int]


def looked_at(document: Entry, content: Content) -> Scene:
    """Raises BadFigure for what cannot be drawn, or is too much."""
    nodes = listed(document, "nodes", MAX_NODES)
    parents = _tree(document, nodes)
    _depths(parents)
    textures = _textures(document, content)
    materials = len(listed(document, "materials", MAX_MATERIALS))
    meshes = _Meshes(document, content, materials)
    skins = [_skin(skin, content, len(nodes)) for skin in listed(document, "skins", MAX_SKINS)]
    meshes_of = []
    for node in nodes:
        _placed(node)
        mesh = number(node, "mesh", len(meshes.targets), -1, low=-1)
        meshes_of.append(mesh)
        if mesh >= 0:
            meshes.drawn(mesh)
        if "skin" in node:
            meshes.skinned(mesh, skins[number(node, "skin", len(skins))])
    for key in ("animations", "cameras"):
        listed(document, key, 0)
    asset = inner(document, "asset").get("version")
    if not isinstance(asset, str) or not asset.startswith("2."):
        raise broken(f"it is glTF {str(asset)[:20]}, not 2.0")
    return Scene(
        len(nodes),
        meshes.vertices,
        meshes.indices // 3,
        textures,
        tuple(meshes.targets),
        tuple(meshes_of),
        _shown(document, parents),
    )


def _tree(document: Entry, nodes: list[Entry]) -> list[int]:
    """By node, its parent or -1."""
    parents = [-1] * len(nodes)
    for number_, node in enumerate(nodes):
        for child in indices(node, "children", len(nodes), MAX_NODES):
            if parents[child] >= 0:
                raise broken(f"node {child} has two parents")
            parents[child] = number_
    scenes = listed(document, "scenes", 1)
    if not scenes:
        raise broken("it has no scene")
    number(document, "scene", 1, 0)
    for root in indices(scenes[0], "nodes", len(nodes), MAX_NODES):
        if parents[root] >= 0:
            raise broken(f"node {root} is a root, and has a parent")
    return parents


def _shown(document: Entry, parents: list[int]) -> frozenset[int]:
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(parents):
        children.setdefault(parent, []).append(node)
    found: list[int] = list(document["scenes"][0].get("nodes", ()))
    for node in found:
        found += children.get(node, ())
    return frozenset(found)


def _depths(parents: list[int]) -> None:
    for node in range(len(parents)):
        at, depth = node, 0
        while at >= 0:
            at, depth = parents[at], depth + 1
            if depth > MAX_DEPTH:
                raise broken(f"its nodes go round in circles, or deeper than {MAX_DEPTH}")


def _placed(node: Entry) -> None:
    numbers(node, "translation", 3, FAR)
    numbers(node, "matrix", 16, FAR)
    turn, scale = numbers(node, "rotation", 4, 1.01), numbers(node, "scale", 3, FAR)
    if turn is not None and not 0.9 < sum(part * part for part in turn) < 1.1:
        raise broken("a node's rotation is no unit quaternion")
    if scale is not None and min(map(abs, scale)) < LEAST_SCALE:
        raise broken("a node is scaled to nothing")
    _weights(node)
    if not isinstance(node.get("name", ""), str):
        raise broken("a node's name is no text")


def _weights(entry: Entry) -> None:
    value = entry.get("weights", [])
    numbers(entry, "weights", len(value) if isinstance(value, list) else 0, FAR)


def _textures(document: Entry, content: Content) -> int:
    samplers = len(listed(document, "samplers", MAX_TEXTURES))
    textures = listed(document, "textures", MAX_TEXTURES)
    for texture in textures:
        number(texture, "source", content.images)
        number(texture, "sampler", samplers, -1, low=-1)
    for material in listed(document, "materials", MAX_MATERIALS):
        extensions = inner(material, "extensions")
        for infos in (
            material,
            inner(material, "pbrMetallicRoughness"),
            *(inner(extensions, name) for name in extensions),
        ):
            for name, info in infos.items():
                if name.endswith("Texture"):
                    number(inner(infos, name), "index", len(textures))
                    number(info, "texCoord", 8, 0)
    return len(textures)


def _skin(skin: Entry, content: Content, nodes: int) -> int:
    """How many joints it has."""
    joints = indices(skin, "joints", nodes, MAX_JOINTS)
    number(skin, "skeleton", nodes, -1, low=-1)
    if not joints:
        raise broken("a skin without joints")
    if "inverseBindMatrices" in skin:
        matrices = number(skin, "inverseBindMatrices", content.count)
        count, kind, component = content.about(matrices)
        if (kind, component) != ("MAT4", 5126) or count < len(joints):
            raise broken("a skin's matrices are not as many as its joints")
        content.values(matrices)
    return len(joints)


class _Meshes:
    """Counts as it looks, and raises as soon as it is too much."""

    def __init__(self, document: Entry, content: Content, materials: int) -> None:
        self._content = content
        self._materials = materials
        self._seen: set[int] = set()
        self._positions: set[int] = set()
        self._most_joint: list[int] = []
        self._drawn: list[tuple[int, int]] = []
        self.targets: list[int] = []
        self.vertices = self.indices = 0
        self._morphed = self._all_primitives = self._all_drawn = 0
        for mesh in listed(document, "meshes", MAX_MESHES):
            self._mesh(mesh)

    def drawn(self, mesh: int) -> None:
        """A node shows it; the same one may be shown by many."""
        primitives, shown = self._drawn[mesh]
        self._all_primitives += primitives
        self._all_drawn += shown
        if self._all_primitives > MAX_PRIMITIVES or self._all_drawn > MAX_INDICES:
            raise too_heavy(
                f"its nodes draw more than {MAX_PRIMITIVES} pieces or {MAX_INDICES // 3} triangles"
            )

    def skinned(self, mesh: int, joints: int) -> None:
        """A node bends it by a skin of so many joints."""
        if mesh < 0 or self._most_joint[mesh] >= joints:
            raise broken("a mesh is bent by joints that its skin has not")

    def _mesh(self, mesh: Entry) -> None:
        primitives = listed(mesh, "primitives", MAX_PRIMITIVES)
        if not primitives:
            raise broken("a mesh without primitives")
        self._most_joint.append(-1)
        before = self.indices
        counts = {self._primitive(primitive) for primitive in primitives}
        if len(counts) != 1:
            raise broken("the primitives of a mesh have not the same morph targets")
        self.targets.append(counts.pop())
        self._drawn.append((len(primitives), self.indices - before))
        _weights(mesh)

    def _primitive(self, primitive: Entry) -> int:
        """How many morph targets it has."""
        if number(primitive, "mode", 7, TRIANGLES) != TRIANGLES:
            raise broken("a mesh is not of triangles")
        number(primitive, "material", self._materials, -1, low=-1)
        count = self._attributes(inner(primitive, "attributes"))
        if "indices" in primitive:
            self._corners(number(primitive, "indices", self._content.count), count)
        else:
            self.indices += count
        targets = listed(primitive, "targets", MAX_TARGETS)
        for target in targets:
            for name in target:
                self._target(number(target, name, self._content.count), count)
        self._morphed += count * len(targets)
        if self.indices > MAX_INDICES or self.vertices > MAX_VERTICES or self._morphed > MAX_MORPHED:
            raise too_heavy(
                f"it has more than {MAX_VERTICES} points, {MAX_INDICES // 3} triangles, or {MAX_MORPHED} moved points"
            )
        return len(targets)

    def _attributes(self, attributes: Entry) -> int:
        """How many vertices it has."""
        content = self._content
        position = number(attributes, "POSITION", content.count)
        count, kind, component = content.about(position)
        if (kind, component) != ("VEC3", 5126):
            raise broken("positions that are no three floats")
        for name in attributes:
            index = number(attributes, name, content.count)
            if content.about(index)[0] != count:
                raise broken(f"{name[:20]} is not as long as POSITION")
            if name.startswith("JOINTS"):
                joints = content.values(index)
                if joints.dtype.kind != "u":
                    raise broken("joints that are no whole numbers")
                self._most_joint[-1] = max(self._most_joint[-1], int(joints.max()))
            self._sound(index)
        if position not in self._positions:
            self._positions.add(position)
            self.vertices += count
        return count

    def _sound(self, index: int) -> None:
        """Its values are finite; looked at once, however many share it."""
        if index not in self._seen:
            self._content.values(index)
            self._seen.add(index)

    def _corners(self, index: int, count: int) -> None:
        length, kind, component = self._content.about(index)
        if kind != "SCALAR" or component not in (5121, 5123, 5125) or length % 3:
            raise broken("triangles that are not of whole numbers, three each")
        self.indices += length
        if self.indices > MAX_INDICES:
            raise too_heavy(f"it has more than {MAX_INDICES // 3} triangles")
        if int(self._content.values(index).max()) >= count:
            raise broken("a triangle has a corner that there is not")

    def _target(self, index: int, count: int) -> None:
        length, kind, component = self._content.about(index)
        if length != count or kind != "VEC3" or component != 5126:
            raise broken("a morph target is not as long as its mesh")
        self._sound(index)
