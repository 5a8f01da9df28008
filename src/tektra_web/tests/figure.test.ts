// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { Matrix4, Quaternion, Vector3 } from "three";
import { describe, expect, it } from "vitest";
import { BLENDSHAPES } from "@/lib/arkit";
import type { Effect, Shapeable } from "@/lib/physique";
import { shaped } from "@/lib/physique";
import { type RestJoint, Retarget, type Turns } from "@/lib/retarget";
import { LIPS, feelingsOf, gazeOf, lidsOf, lipsOf } from "@/lib/vrmMotion";

const ROOT = new URL("../../../", import.meta.url);
const vectors = JSON.parse(readFileSync(new URL("tests/data/web/avatar.json", ROOT), "utf-8"));
interface Node { name: string; translation?: [number, number, number]; children?: number[]; extras?: { turns?: { angle: number; axis: [number, number, number]; share: number }[]; body?: Effect[] } }

/** The character's joints, straight from the file that both sides draw. */
function joints(): (RestJoint & Shapeable)[] {
  const file = readFileSync(new URL("urdf/meshes/tektra_avatar.glb", ROOT));
  const document = JSON.parse(file.subarray(20, 20 + file.readUInt32LE(12)).toString("utf-8")) as { nodes: Node[]; skins: { joints: number[] }[] };
  const numbers = document.skins[0]?.joints ?? [];
  const out: (RestJoint & Shapeable)[] = [];
  for (const number of numbers) {
    const node = document.nodes[number] as Node;
    const parent = numbers.findIndex((other) => document.nodes[other]?.children?.includes(number));
    const origin = new Vector3(...(node.translation ?? [0, 0, 0])).add(out[parent]?.origin ?? new Vector3());
    const turns = (node.extras?.turns ?? []).map((turn) => ({ ...turn, axis: new Vector3(...turn.axis) }));
    out.push({ name: node.name, origin, parent, turns, body: node.extras?.body ?? [] });
  }
  return out;
}
const weights = (named: Record<string, number>) => Float32Array.from(BLENDSHAPES, (name) => named[name] ?? 0);

describe("a body", () => {
  it("is shaped here as the offscreen renderer shapes it", () => {
    const known = joints();
    for (const { sliders, joints: wanted } of vectors.bodies as { sliders: Record<string, number>; joints: Record<string, { origin: number[]; growth: number[] }> }[]) {
      const now = shaped(known, (name) => sliders[name] ?? 0);
      expect(known.length).toBe(Object.keys(wanted).length);
      known.forEach(({ name }, at) => {
        now[at]?.origin.toArray().forEach((value, axis) => expect(value).toBeCloseTo(wanted[name]?.origin[axis] as number, 5));
        now[at]?.growth.elements.forEach((value, entry) => expect(value).toBeCloseTo(wanted[name]?.growth[entry] as number, 5));
      });
    }
  });
});

describe("a figure's lips", () => {
  it.each([["aa", "aa"], ["I", "ih"], ["U", "ou"], ["E", "ee"], ["O", "oh"]] as const)("say %s as %s", (viseme, lips) => {
    const shares = lipsOf(Float32Array.from(vectors.visemes[viseme]));
    expect(shares[lips]).toBeGreaterThan(0.8);
    for (const other of LIPS.filter((one) => one !== lips)) expect(shares[other]).toBeLessThan(0.25);
  });

  it("are shut in silence, for p, b and m, and behind a smile", () => {
    for (const shut of [new Float32Array(52), Float32Array.from(vectors.visemes.PP), weights({ mouthSmileLeft: 1, mouthSmileRight: 1 })]) {
      for (const share of Object.values(lipsOf(shut))) expect(share).toBeLessThan(0.1);
    }
  });

  it("open by half for half a sound, and never by nonsense", () => {
    const half = Float32Array.from(vectors.visemes.aa, (value: number) => value / 2);
    expect(lipsOf(half).aa).toBeCloseTo(0.5, 1);
    for (const share of Object.values(lipsOf(new Float32Array(52).fill(9)))) expect(share).toBeLessThanOrEqual(1);
  });
});

describe("a figure's face", () => {
  it.each(["happy", "sad", "angry", "surprised"] as const)("shows that it is %s, and little else", (feeling) => {
    const { [feeling]: shown, ...others } = feelingsOf(Float32Array.from(vectors.expressions[feeling]));
    expect(shown).toBeGreaterThan(0.8);
    for (const value of Object.values(others)) expect(value).toBeLessThan(0.3);
  });

  it("is calm at rest, closes its own lids, and looks where the avatar looks", () => {
    for (const value of Object.values(feelingsOf(Float32Array.from(vectors.expressions.neutral)))) expect(value).toBeLessThan(0.05);
    expect(lidsOf(weights({ eyeBlinkLeft: 1 }))).toEqual([1, 0]);
    const { yaw, pitch } = gazeOf(weights({ eyeLookOutLeft: 1, eyeLookInRight: 1, eyeLookUpLeft: 0.5, eyeLookUpRight: 0.5 }));
    expect(yaw).toBeCloseTo(25.2, 1);
    expect(pitch).toBeCloseTo(-9.2, 1);
  });
});

describe("a figure's arms", () => {
  const known = joints();
  const all = (side: string) => ["Shoulder", "UpperArm", "LowerArm", "Hand", ...["Thumb", "Index", "Middle", "Ring", "Little"]
    .flatMap((finger) => ["Metacarpal", "Proximal", "Intermediate", "Distal"].map((part) => finger + part))].map((bone) => side + bone);
  const bones = [...all("left"), ...all("right")];
  const PARENT: Record<string, string> = { Hand: "LowerArm", LowerArm: "UpperArm", UpperArm: "Shoulder" };

  /** Where a bone of the T-pose points then. */
  function pointing(turns: Turns, side: string, bone: string, towards: Vector3): Vector3 {
    const chain = [bone];
    while (PARENT[chain[0] as string] !== undefined) chain.unshift(PARENT[chain[0] as string] as string);
    const world = new Quaternion();
    for (const link of chain) world.multiply(turns.get(side + link) ?? new Quaternion());
    return towards.clone().applyQuaternion(world);
  }

  it("point where those of Tektra's own character point, whatever the gesture", () => {
    const retarget = new Retarget(known, (bone) => bones.includes(bone));
    for (const pose of vectors.arms as number[][]) {
      const turns: Turns = new Map();
      const arms = Float32Array.from(pose);
      retarget.at(arms, 1, turns);
      for (const side of ["left", "right"]) {
        const out = new Vector3(side === "left" ? 1 : -1, 0, 0);
        for (const [bone, from, to] of [["UpperArm", "arm", "forearm"], ["LowerArm", "forearm", "hand"], ["Hand", "hand", "middle1"]] as const) {
          const places = posed(known, arms);
          const wanted = places(`${side}_${to}`).sub(places(`${side}_${from}`)).normalize();
          expect(pointing(turns, side, bone, out).dot(wanted)).toBeGreaterThan(0.97);
        }
      }
    }
  });

  it("hang while they rest, and need no bone that a figure has not", () => {
    const turns: Turns = new Map();
    new Retarget(known, (bone) => ["leftUpperArm", "leftLowerArm", "leftHand"].includes(bone)).at(null, 0, turns);
    expect([...turns.keys()]).toEqual(["leftUpperArm", "leftLowerArm", "leftHand"]);
    expect(pointing(turns, "left", "UpperArm", new Vector3(1, 0, 0)).y).toBeLessThan(-0.85);
  });
});

/** Where the joints of the character are at these angles. */
function posed(known: readonly RestJoint[], arms: Float32Array): (name: string) => Vector3 {
  const placed: Matrix4[] = [];
  known.forEach(({ origin, parent, turns }, at) => {
    const turn = new Quaternion();
    for (const { angle, axis, share } of turns) turn.multiply(new Quaternion().setFromAxisAngle(axis, share * (arms[angle] ?? 0)));
    const from = origin.clone().sub(known[parent]?.origin ?? new Vector3());
    placed[at] = (placed[parent] ?? new Matrix4()).clone().multiply(new Matrix4().compose(from, turn, new Vector3(1, 1, 1)));
  });
  return (name) => new Vector3().setFromMatrixPosition(placed[known.findIndex((joint) => joint.name === name)] as Matrix4);
}
