// SPDX-License-Identifier: Apache-2.0
import { Bone, Color, Mesh, type MeshStandardMaterial, type Object3D, Quaternion, type Matrix4, type Skeleton, type SkinnedMesh, Vector3 } from "three";
import { BLENDSHAPES } from "./arkit";
import { type Effect, type Shapeable, hanging, shaped } from "./physique";
import { type Coloured, finished } from "./shading";
import type { RestJoint } from "./retarget";
import type { Look } from "./types";

/** Of a head's turn the neck makes that share, as tektra/avatar/body.py has it. */
export const NECK_SHARE = 0.4;
/** Joints whose first angle lifts a hand into the picture, and how far they turn until it has stepped back. */
const LIFTED = /_(arm|forearm)$/, WHOLE_REACH_RAD = 1.2;
export interface ArmTurn { angle: number; axis: Vector3; share: number }
const SHOWN_WITH: Record<string, readonly string[]> = {
  short: ["hair_short"], bob: ["hair_bob"], cap: ["hair_under_cap", "cap"], none: [],
};

/** Tektra's own character: the pieces of its model that move, grow or change colour. */
export class Character {
  private readonly morphed: { mesh: Mesh; index: (number | undefined)[] }[] = [];
  private readonly materials = new Map<string, Coloured>();
  private readonly named = new Map<string, Object3D>();
  private readonly limbs: { bone: Object3D; turns: readonly ArmTurn[] }[] = [];
  /** Angles that lift a hand into the picture. */
  readonly lifts = new Set<number>();
  private readonly joints: { bone: Object3D; flesh: Object3D; shape: Shapeable }[] = [];
  private readonly turn = new Quaternion();
  private lifted = false;

  constructor(scene: Object3D, software: boolean) {
    scene.traverse((node) => {
      if (node.name !== "" && !this.named.has(node.name)) this.named.set(node.name, node);
      if (!(node instanceof Mesh)) return;
      node.frustumCulled = false;
      const { name } = node.material as MeshStandardMaterial;
      const material = this.materials.get(name) ?? finished(node.material as MeshStandardMaterial, software);
      this.materials.set(name, material);
      node.material = material;
      const known = node.morphTargetDictionary;
      if (known !== undefined) this.morphed.push({ mesh: node, index: BLENDSHAPES.map((name) => known[name]) });
    });
    this.bones(scene);
  }

  /** The skeleton's joints share names with meshes ("head"), so they are taken from the skin. */
  private bones(scene: Object3D): void {
    scene.traverse((node) => {
      const { skeleton } = node as SkinnedMesh;
      skeleton?.bones.forEach((bone, at) => {
        const joint = jointOf(bone, skeleton.bones, at);
        this.named.set(`joint ${joint.name.replace(/_\d+$/, "")}`, joint);
      });
      if (skeleton !== undefined && this.joints.length === 0) this.jointed(skeleton);
    });
    for (const [name, bone] of this.named) {
      const turns = turnsOf(bone);
      if (!name.startsWith("joint ") || turns.length === 0) continue;
      this.limbs.push({ bone, turns });
      if (isLift(name)) turns.slice(0, 1).forEach((turn) => this.lifts.add(turn.angle));
    }
  }

  private jointed({ bones, boneInverses }: Skeleton): void {
    const joints = bones.map((flesh) => flesh.parent as Object3D);
    bones.forEach((flesh, at) => {
      const bone = joints[at] as Object3D;
      const origin = new Vector3().setFromMatrixPosition(boneInverses[at] as Matrix4).negate(); // in the rest pose no joint is turned
      const body = (bone.userData["body"] ?? []) as Effect[];
      this.joints.push({ bone, flesh, shape: { origin, parent: joints.indexOf(bone.parent as Object3D), body } });
    });
  }

  /** The body as its sliders shape it; what hangs on a joint grows, and the joints behind it do not. */
  private grow(look: Look): void {
    const now = shaped(this.joints.map(({ shape }) => shape), (name) => Number(look[name] ?? 0));
    now.forEach(({ origin, growth }, at) => {
      const joint = this.joints[at];
      if (joint === undefined) return;
      joint.bone.position.copy(origin).sub(now[joint.shape.parent]?.origin ?? new Vector3());
      joint.flesh.matrix.copy(hanging(growth));
      joint.flesh.matrixWorldNeedsUpdate = true;
    });
  }

  private lift(arms: Float32Array | null): void {
    const hands = this.named.get("hands");
    if (hands !== undefined) hands.visible = reachOf(this.lifts, arms) > 0; // at rest they hang below the picture
    if (arms === null && !this.lifted) return;
    this.lifted = arms !== null;
    for (const { bone, turns } of this.limbs) {
      bone.quaternion.identity();
      for (const { angle, axis, share } of turns) {
        bone.quaternion.multiply(this.turn.setFromAxisAngle(axis, share * (arms?.[angle] ?? 0)));
      }
    }
  }

  show(weights: Float32Array, head: [number, number, number], arms: Float32Array | null, reduced: boolean): void {
    this.lift(arms);
    for (const { mesh, index } of this.morphed) {
      const influences = mesh.morphTargetInfluences;
      if (influences === undefined) continue;
      index.forEach((at, shape) => {
        if (at !== undefined) influences[at] = weights[shape] ?? 0;
      });
    }
    const [roll, pitch, yaw] = head;
    const share = reduced ? 0 : 1;
    for (const [joint, part] of [["joint neck", NECK_SHARE], ["joint head", 1 - NECK_SHARE]] as const) {
      // REP-103 (x forward, y left, z up) to glTF (z forward, x left, y up).
      this.named.get(joint)?.rotation.set(pitch * part * share, yaw * part * share, roll * part * share, "YXZ");
    }
  }

  wear(look: Look): void {
    this.grow(look);
    const colours: Record<string, string | number | undefined> = {
      skin: look["skin"], lips: look["lips"], iris: look["eyes"], brows: look["brows"], hair: look["hair"], garment: look["garment"],
      trim: look["trim"], cap: look["cap"],
    };
    for (const [name, colour] of Object.entries(colours)) {
      if (colour !== undefined) this.materials.get(name)?.color.copy(new Color(colour));
    }
    const shown = SHOWN_WITH[String(look["hair_style"] ?? "bob")] ?? [];
    for (const [name, node] of this.named) {
      const bare = name.replace(/_\d+$/, "");
      if (bare === "cap" || bare.startsWith("hair")) node.visible = shown.includes(bare);
    }
  }
}

/** The joints of the character's file in its rest pose, and what turns them. */
export function restJoints(scene: Object3D): RestJoint[] {
  let found: RestJoint[] = [];
  scene.traverse((node) => {
    const { skeleton } = node as SkinnedMesh;
    if (skeleton === undefined || found.length > 0) return;
    const bones = skeleton.bones.map((bone, at) => jointOf(bone, skeleton.bones, at));
    found = bones.map((bone, at) => ({
      name: bone.name.replace(/_\d+$/, ""),
      origin: new Vector3().setFromMatrixPosition(skeleton.boneInverses[at] as Matrix4).negate(),
      parent: bones.indexOf(bone.parent as Object3D),
      turns: turnsOf(bone),
    }));
  });
  return found;
}

function turnsOf(bone: Object3D): ArmTurn[] {
  const told = (bone.userData["turns"] ?? []) as { angle: number; axis: [number, number, number]; share: number }[];
  return told.map((turn) => ({ ...turn, axis: new Vector3(...turn.axis) }));
}

/** How far the picture steps back to show the hands, 0..1; as tektra/avatar/arms.py has it. `lifts`: the angles that lift them. */
export function reachOf(lifts: Iterable<number>, arms: Float32Array | null): number {
  if (arms === null) return 0;
  const lifted = Math.max(0, ...[...lifts].map((angle) => Math.abs(arms[angle] ?? 0)));
  const part = Math.min(1, lifted / WHOLE_REACH_RAD);
  return part * part * (3 - 2 * part);
}

/** Does its first angle lift a hand into the picture? */
export function isLift(joint: string): boolean {
  return LIFTED.test(joint);
}

/** Of a bone of the skin the joint itself: what hangs on it is put between the two, once, so that it can grow alone. */
function jointOf(bone: Bone, bones: Bone[], at: number): Object3D {
  if (bone.userData["flesh"] === true) return bone.parent as Object3D;
  const known = bone.children.find((child) => child.userData["flesh"] === true) as Bone | undefined;
  const flesh = known ?? new Bone();
  if (known === undefined) {
    flesh.userData["flesh"] = true;
    flesh.matrixAutoUpdate = false;
    bone.add(flesh);
  }
  bones[at] = flesh;
  return bone;
}
