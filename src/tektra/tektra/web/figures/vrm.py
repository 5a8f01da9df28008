# SPDX-License-Identifier: Apache-2.0
"""What makes a file a VRM: its bones, the expressions for lips and lids, and what its author allows.

Formats: VRM 0.x (extension VRM) and VRM 1.0 (extension VRMC_vrm), https://github.com/vrm-c/vrm-specification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tektra.web.figures.details import seen_0, seen_1, shape_of
from tektra.web.figures.refusal import Entry, broken, indices, inner, lacks, listed, number, too_heavy
from tektra.web.figures.scene import MAX_NODES, Scene

BONES = (
    "hips", "spine", "head", "leftUpperArm", "leftLowerArm", "leftHand", "rightUpperArm", "rightLowerArm", "rightHand",
    "leftUpperLeg", "leftLowerLeg", "leftFoot", "rightUpperLeg", "rightLowerLeg", "rightFoot",
)  # fmt: skip
#: Expressions that a face needs to speak and to live; by VRM 0.x they have other names.
EXPRESSIONS = ("aa", "ih", "ou", "ee", "oh", "blink")
#: One for each lid does for one that closes both.
LIDS = frozenset(("blinkLeft", "blinkRight"))
FORMER = {
    "a": "aa", "i": "ih", "u": "ou", "e": "ee", "o": "oh", "blink_l": "blinkLeft", "blink_r": "blinkRight",
}  # fmt: skip
#: What the page's loader reads: the drafts before them are others.
SPECIFIED = ("1.0", "1.0-beta")
MAX_BONES, MAX_EXPRESSIONS, MAX_BINDS = 64, 256, 512
MAX_JOINTS = 1024
#: Of a text of the licence that is shown.
MAX_SHOWN = 300
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
#: What an author says of the use of a figure, by the names of VRM 0.x and of 1.0.
TERMS = {
    "licenseName": "licence", "otherLicenseUrl": "licence_url", "licenseUrl": "licence_url",
    "allowedUserName": "who_may_wear_it", "avatarPermission": "who_may_wear_it",
    "commercialUssageName": "commercial_use", "commercialUsage": "commercial_use",
    "violentUssageName": "violence", "allowExcessivelyViolentUsage": "violence",
    "sexualUssageName": "sexual", "allowExcessivelySexualUsage": "sexual",
    "allowPoliticalOrReligiousUsage": "politics_religion", "allowAntisocialOrHateUsage": "hate",
    "creditNotation": "credit", "allowRedistribution": "redistribution", "modification": "modification",
    "otherPermissionUrl": "permission_url", "copyrightInformation": "copyright",
}  # fmt: skip


@dataclass(frozen=True)
class Vrm:
    """`version`: 0 or 1. `terms`: what the author allows, by the names of TERMS, in the author's own words."""

    version: int
    title: str
    authors: str
    terms: dict[str, str] = field(default_factory=dict)
    emotions: tuple[str, ...] = ()


def described(document: Entry, scene: Scene) -> Vrm:
    """Raises BadFigure for what is no VRM, or lacks bones or expressions."""
    extensions = inner(document, "extensions")
    if "VRMC_vrm" in extensions:
        version, vrm = 1, inner(extensions, "VRMC_vrm")
        if vrm.get("specVersion") not in SPECIFIED:
            raise broken(
                f"it is VRM {shown(vrm.get('specVersion'))[:20] or 'of no version'}, neither 0.x nor 1.0"
            )
        bones, names = _bones_1(vrm, scene), _expressions_1(vrm, scene)
        _springs_1(inner(extensions, "VRMC_springBone"), scene)
        seen_1(vrm)
    elif "VRM" in extensions:
        version, vrm = 0, inner(extensions, "VRM")
        bones, names = _bones_0(vrm, scene), _expressions_0(vrm, scene)
        _springs_0(inner(vrm, "secondaryAnimation"), scene)
        seen_0(vrm, scene)
    else:
        raise broken("it is glTF, and no VRM")
    missing = [bone for bone in BONES if bone not in bones]
    if missing:
        raise lacks(f"it has no bones {', '.join(missing)}")
    if len(set(bones.values())) != len(bones):
        raise broken("one node is two bones")
    if not scene.shown.issuperset(bones.values()):
        raise broken("a bone of it is not in its scene")
    missing = [name for name in EXPRESSIONS if name not in names]
    if missing == ["blink"] and names >= LIDS:
        missing = []
    if missing:
        raise lacks(f"it has no expressions {', '.join(missing)}")
    meta = inner(vrm, "meta")
    if not meta:
        raise lacks("it says nothing of who made it and what its author allows")
    authors = meta.get("authors", meta.get("author", ""))
    told = ", ".join(map(str, authors[:10])) if isinstance(authors, list) else authors
    terms = {ours: shown(meta[theirs]) for theirs, ours in TERMS.items() if theirs in meta}
    title = shown(meta.get("name", meta.get("title", "")))
    emotions = tuple(sorted(set(names) - set(EXPRESSIONS)))
    return Vrm(version, title, shown(told), {name: text for name, text in terms.items() if text}, emotions)


def shown(value: object) -> str:
    """A text that somebody else wrote, as it may be shown: one line, nothing in it that hides or turns letters."""
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return " ".join(UNSEEN.sub(" ", text).split())[:MAX_SHOWN] if isinstance(text, str) else ""


def _bones_1(vrm: Entry, scene: Scene) -> dict[str, int]:
    bones = inner(inner(vrm, "humanoid"), "humanBones")
    if len(bones) > MAX_BONES:
        raise too_heavy(f"it has {len(bones)} human bones")
    return {name: number(inner(bones, name), "node", scene.nodes) for name in bones}


def _bones_0(vrm: Entry, scene: Scene) -> dict[str, int]:
    bones = listed(inner(vrm, "humanoid"), "humanBones", MAX_BONES)
    return {str(bone.get("bone")): number(bone, "node", scene.nodes) for bone in bones}


def _expressions_1(vrm: Entry, scene: Scene) -> set[str]:
    """Those that move something."""
    found = set()
    expressions = inner(vrm, "expressions")
    for group in ("preset", "custom"):
        known = inner(expressions, group)
        if len(known) > MAX_EXPRESSIONS:
            raise too_heavy(f"it has {len(known)} expressions")
        for name in known:
            expression = inner(known, name)
            binds = listed(expression, "morphTargetBinds", MAX_BINDS)
            for bind in binds:
                _bound(bind, scene.meshes_of[number(bind, "node", scene.nodes)], scene)
            others = [
                listed(expression, kind, MAX_BINDS)
                for kind in ("materialColorBinds", "textureTransformBinds")
            ]
            if group == "preset" and (binds or any(others)):
                found.add(name)
    return found


def _expressions_0(vrm: Entry, scene: Scene) -> set[str]:
    found = set()
    for group in listed(inner(vrm, "blendShapeMaster"), "blendShapeGroups", MAX_EXPRESSIONS):
        binds = listed(group, "binds", MAX_BINDS)
        for bind in binds:
            _bound(bind, number(bind, "mesh", len(scene.targets)), scene)
        if binds or listed(group, "materialValues", MAX_BINDS):
            name = str(group.get("presetName", "")).lower()
            found.add(FORMER.get(name, name))
    return found - {"unknown", "none", ""}


def _bound(bind: Entry, mesh: int, scene: Scene) -> None:
    if mesh < 0:
        raise broken("an expression moves a node without a mesh")
    number(bind, "index", scene.targets[mesh])
    weight = bind.get("weight", 0)
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 100:
        raise broken("an expression moves something by no number of 0 to 100")


def _springs_1(springs: Entry, scene: Scene) -> None:
    for spring in listed(springs, "springs", MAX_NODES):
        number(spring, "center", scene.nodes, -1, low=-1)
        if "joints" not in spring:
            raise broken("a spring without joints")
        for joint in listed(spring, "joints", MAX_JOINTS):
            number(joint, "node", scene.nodes)
        indices(spring, "colliderGroups", MAX_NODES, MAX_NODES)
    for collider in listed(springs, "colliders", MAX_NODES):
        number(collider, "node", scene.nodes, -1, low=-1)  # what hangs nowhere is passed over
        shape_of(collider)
    for group in listed(springs, "colliderGroups", MAX_NODES):
        indices(group, "colliders", MAX_NODES, MAX_NODES)


def _springs_0(secondary: Entry, scene: Scene) -> None:
    for group in listed(secondary, "boneGroups", MAX_NODES):
        number(group, "center", scene.nodes, -1, low=-1)
        bones = group.get("bones", [])
        if not isinstance(bones, list) or len(bones) > MAX_JOINTS:
            raise broken("a group of bones is no list")
        for bone in bones:
            number({"bone": bone}, "bone", scene.nodes)
        indices(group, "colliderGroups", MAX_NODES, MAX_NODES)
    for group in listed(secondary, "colliderGroups", MAX_NODES):
        number(group, "node", scene.nodes, -1, low=-1)  # what hangs nowhere is passed over
        listed(group, "colliders", MAX_JOINTS)
