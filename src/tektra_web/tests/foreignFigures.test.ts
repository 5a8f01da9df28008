// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it, vi } from "vitest";
import { BLENDSHAPES } from "@/lib/arkit";
import type { VrmFigure } from "@/lib/vrmFigure";

type Json = Record<string, unknown>;
const BONES = ["hips", "spine", "head", ...["left", "right"].flatMap((side) => ["UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot"].map((bone) => side + bone))];
const PARENTS: Record<string, string> = { spine: "hips", head: "spine", UpperArm: "spine", LowerArm: "UpperArm", Hand: "LowerArm", UpperLeg: "hips", LowerLeg: "UpperLeg", Foot: "LowerLeg" };
const MORPHS = ["aa", "ih", "ou", "ee", "oh", "one", "other", "both", "surprised"] as const;
const weights = (named: Record<string, number>) => Float32Array.from(BLENDSHAPES, (name) => named[name] ?? 0);
const CLOSED = weights({ eyeBlinkLeft: 1, eyeBlinkRight: 1 });

function parentOf(bone: string): string {
  const side = /^(left|right)(.*)$/.exec(bone);
  const parent = PARENTS[side?.[2] ?? bone] ?? "";
  return side === null || BONES.includes(parent) ? parent : side[1] + parent;
}

/** The smallest figure there is: bones, a triangle above the head, and a morph for each of MORPHS. */
function file(extensions: Json): ArrayBuffer {
  const face = BONES.length, corners = [[0, 1.6, 0], [0.1, 1.6, 0], [0, 1.7, 0]], moved = [[0, 0.01, 0], [0, 0, 0], [0, 0, 0]];
  const floats = Float32Array.from([corners, moved].flat(2));
  const document = {
    asset: { version: "2.0" }, scene: 0, scenes: [{ nodes: [0, face] }], extensions, extensionsUsed: Object.keys(extensions),
    buffers: [{ byteLength: floats.byteLength }],
    bufferViews: [0, 36].map((byteOffset) => ({ buffer: 0, byteOffset, byteLength: 36 })),
    accessors: [0, 1].map((bufferView) => ({ bufferView, componentType: 5126, type: "VEC3", count: 3, min: [0, 0, 0], max: [2, 2, 2] })),
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, targets: MORPHS.map(() => ({ POSITION: 1 })) }] }],
    nodes: [...BONES.map((name) => {
      const children = BONES.flatMap((bone, at) => (parentOf(bone) === name ? [at] : []));
      return { name, translation: [0, name === "hips" ? 1 : 0.2, 0], ...(children.length > 0 && { children }) };
    }), { name: "face", mesh: 0 }],
  };
  const text = new TextEncoder().encode(JSON.stringify(document)), length = Math.ceil(text.length / 4) * 4;
  const out = new Uint8Array(28 + length + floats.byteLength).fill(0x20), view = new DataView(out.buffer);
  [0x46546c67, 2, out.length, length, 0x4e4f534a].forEach((word, at) => view.setUint32(4 * at, word, true));
  out.set(text, 20);
  [floats.byteLength, 0x004e4942].forEach((word, at) => view.setUint32(20 + length + 4 * at, word, true));
  out.set(new Uint8Array(floats.buffer), 28 + length);
  return out.buffer;
}

/** As UniVRM and VRoid Studio write VRM 0.x: every preset, empty where there is nothing. */
function former(shown: Record<string, (typeof MORPHS)[number]>, named = ""): ArrayBuffer {
  const presets = { a: "aa", i: "ih", u: "ou", e: "ee", o: "oh", ...shown };
  const group = (presetName: string, name: string, morph?: (typeof MORPHS)[number]) =>
    ({ name, presetName, binds: morph === undefined ? [] : [{ mesh: 0, index: MORPHS.indexOf(morph), weight: 100 }], materialValues: [] });
  const groups = ["neutral", "a", "i", "u", "e", "o", "blink", "blink_l", "blink_r", "joy", "angry", "sorrow", "fun"]
    .map((preset) => group(preset, preset.toUpperCase(), (presets as Record<string, (typeof MORPHS)[number]>)[preset]));
  if (named !== "") groups.push(group("unknown", named, "surprised"));
  const humanBones = BONES.map((bone, node) => ({ bone, node }));
  return file({ VRM: { meta: { title: "x" }, humanoid: { humanBones }, blendShapeMaster: { blendShapeGroups: groups } } });
}

const later = (licenseUrl: string) => file({ VRMC_vrm: {
  specVersion: "1.0", meta: { name: "x", authors: ["y"], licenseUrl },
  humanoid: { humanBones: Object.fromEntries(BONES.map((bone, node) => [bone, { node }])) },
} });

describe("a figure that another program made", () => {
  let load: (data: ArrayBuffer) => Promise<VrmFigure>;
  beforeAll(async () => {
    vi.stubGlobal("self", globalThis);
    const { VrmFigure } = await import("@/lib/vrmFigure");
    load = (data) => VrmFigure.load(data, []);
  });
  /** How far each morph is moved. */
  const moved = (figure: VrmFigure) => {
    const mesh = figure.scene.getObjectByName("face") as unknown as { morphTargetInfluences: number[] };
    return Object.fromEntries(MORPHS.map((name, at) => [name, mesh.morphTargetInfluences[at]]));
  };
  const show = (figure: VrmFigure, weights: Float32Array) => figure.show(weights, [0, 0, 0], null, 0, 0.02);

  it("blinks with both lids where those for one are there and empty", async () => {
    const figure = await load(former({ blink: "both" }));
    show(figure, CLOSED);
    expect(moved(figure)).toMatchObject({ both: 1, one: 0, other: 0 });
  });

  it("blinks with each lid where it has one for each, and not with both besides", async () => {
    const figure = await load(former({ blink_l: "one", blink_r: "other", blink: "both" }));
    show(figure, weights({ eyeBlinkLeft: 1 }));
    expect(moved(figure)).toMatchObject({ both: 0, one: 1, other: 0 });
  });

  it("is surprised by the name that VRoid Studio has for it", async () => {
    const figure = await load(former({ blink: "both" }, "Surprised"));
    show(figure, weights({ eyeWideLeft: 1, eyeWideRight: 1, browOuterUpLeft: 1, browOuterUpRight: 1, browInnerUp: 1 }));
    expect(moved(figure)["surprised"]).toBeGreaterThan(0.9);
  });

  it("is shown whatever its licence, which was told before it was brought", async () => {
    for (const url of ["https://vrm.dev/licenses/1.0/", "https://example.org/terms", ""]) show(await load(later(url)), CLOSED);
  });
});
