// SPDX-License-Identifier: Apache-2.0
import { Matrix4, Quaternion, Vector3 } from "three";
import type { ArmTurn } from "./character";

/** A joint of Tektra's own character in the rest pose; a parent comes before its children. */
export interface RestJoint { name: string; origin: Vector3; parent: number; turns: readonly ArmTurn[] }
/** By bone of a VRM, how it is turned against its parent, from the T-pose, facing +Z. */
export type Turns = Map<string, Quaternion>;

const FINGERS = [["thumb", "Thumb", ["Metacarpal", "Proximal", "Distal"]], ["index", "Index", ["Proximal", "Intermediate", "Distal"]],
  ["middle", "Middle", ["Proximal", "Intermediate", "Distal"]], ["ring", "Ring", ["Proximal", "Intermediate", "Distal"]],
  ["little", "Little", ["Proximal", "Intermediate", "Distal"]]] as const;
/** Our character's arms stand off from it while they rest; in a figure that is seen whole, they hang. */
const HANG_RAD = 0.38;

interface Limb { bone: string; joint: number; above: string; aligned: Quaternion; hangs: Quaternion }

/** Carries the turns of our character's arms, hands and fingers over to the bones of a VRM. */
export class Retarget {
  private readonly limbs: Limb[] = [];
  private readonly turned: Quaternion[];
  private readonly world = new Map<string, Quaternion>();
  private readonly turn = new Quaternion();
  private readonly none = new Quaternion();

  /** `has`: whether the VRM has a bone of that name. */
  constructor(private readonly joints: readonly RestJoint[], has: (bone: string) => boolean) {
    this.turned = joints.map(() => new Quaternion());
    for (const side of ["left", "right"] as const) this.side(side, has);
  }

  /** How each bone is turned. `arms`: the angles, null while they hang; `reach`: how far hands are shown, 0..1. */
  at(arms: Float32Array | null, reach: number, out: Turns): void {
    this.joints.forEach(({ parent, turns }, at) => {
      const own = this.turned[at] as Quaternion;
      own.copy(this.turned[parent] ?? this.none);
      for (const { angle, axis, share } of turns) own.multiply(this.turn.setFromAxisAngle(axis, share * (arms?.[angle] ?? 0)));
    });
    for (const { bone, joint, above, aligned, hangs } of this.limbs) {
      const world = this.world.get(bone) as Quaternion;
      world.copy(this.none).slerp(hangs, 1 - reach).multiply(this.turned[joint] as Quaternion).multiply(aligned);
      const local = out.get(bone) ?? new Quaternion();
      out.set(bone, local.copy(this.world.get(above) ?? this.none).invert().multiply(world));
    }
  }

  private side(side: "left" | "right", has: (bone: string) => boolean): void {
    const at = (name: string) => this.joints.findIndex((joint) => joint.name === `${side}_${name}`);
    const origin = (name: string) => this.joints[at(name)]?.origin ?? new Vector3();
    const out = new Vector3(side === "left" ? 1 : -1, 0, 0);
    const hangs = new Quaternion().setFromAxisAngle(new Vector3(0, 0, side === "left" ? -1 : 1), HANG_RAD);
    const towards = (from: string, to: string) => new Quaternion().setFromUnitVectors(out, origin(to).clone().sub(origin(from)).normalize());
    const hand = this.hand(side, origin);
    const chain: [string, string, Quaternion][] = [
      ["shoulder", "Shoulder", new Quaternion()], ["arm", "UpperArm", towards("arm", "forearm")],
      ["forearm", "LowerArm", towards("forearm", "hand")], ["hand", "Hand", hand],
    ];
    let above = "";
    const add = (name: string, bone: string, aligned: Quaternion, parent: string, hanging: Quaternion) => {
      if (at(name) < 0 || !has(bone)) return parent;
      this.world.set(bone, new Quaternion());
      this.limbs.push({ bone, joint: at(name), above: parent, aligned, hangs: hanging });
      return bone;
    };
    for (const [name, bone, aligned] of chain) above = add(name, `${side}${bone}`, aligned, above, name === "shoulder" ? this.none : hangs);
    for (const [ours, theirs, parts] of FINGERS) {
      let before = above;
      parts.forEach((part, number) => (before = add(`${ours}${number + 1}`, `${side}${theirs}${part}`, hand, before, hangs)));
    }
  }

  /** From a hand of the T-pose, which points aside with its palm down, to ours. */
  private hand(side: "left" | "right", origin: (name: string) => Vector3): Quaternion {
    const along = origin("middle1").clone().sub(origin("hand")).normalize();
    const across = origin("index1").clone().sub(origin("little1")).normalize();
    const sign = side === "left" ? 1 : -1;
    const back = across.clone().cross(along).multiplyScalar(sign).normalize();
    // Of the T-pose: along ±x, the back of the hand up, and what is across both.
    const from = new Matrix4().makeBasis(new Vector3(sign, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, sign));
    const to = new Matrix4().makeBasis(along, back, along.clone().cross(back));
    return new Quaternion().setFromRotationMatrix(to.multiply(from.invert()));
  }
}
