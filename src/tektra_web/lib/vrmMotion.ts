// SPDX-License-Identifier: Apache-2.0
/** From the avatar's 52 weights to the few things that a VRM file can do. Pure: tests/vrm.test.ts compares with the gateway's side. */
import { BLENDSHAPES } from "./arkit";

export type Lips = "aa" | "ih" | "ou" | "ee" | "oh";
/** The mouth shapes of aa, I, U, E and O as tektra/avatar/visemes.py has them, but for smiles: these are feelings as well. */
const SHAPES: Record<Lips, Partial<Record<(typeof BLENDSHAPES)[number], number>>> = {
  aa: { jawOpen: 0.48, mouthLowerDownLeft: 0.22, mouthUpperUpLeft: 0.16 },
  ih: { jawOpen: 0.15, mouthStretchLeft: 0.22, mouthLowerDownLeft: 0.2, mouthUpperUpLeft: 0.1 },
  ou: { jawOpen: 0.14, mouthFunnel: 0.3, mouthPucker: 0.65 },
  ee: { jawOpen: 0.26, mouthStretchLeft: 0.22, mouthLowerDownLeft: 0.22, mouthUpperUpLeft: 0.16 },
  oh: { jawOpen: 0.32, mouthFunnel: 0.55, mouthPucker: 0.2 },
};
export const LIPS = Object.keys(SHAPES) as Lips[];
/** How much each weight says of the mouth's shape: lips also part in a smile. */
const SAYS: Partial<Record<(typeof BLENDSHAPES)[number], number>> = {
  jawOpen: 1, mouthFunnel: 1, mouthPucker: 1, mouthStretchLeft: 0.5, mouthLowerDownLeft: 0.35, mouthUpperUpLeft: 0.2,
};
const HEARD = Object.keys(SAYS) as (typeof BLENDSHAPES)[number][];
const ROUNDS = 24;
/** As tektra/avatar/head_joints.py has them: how far eyes turn at a weight of 1. */
const GAZE_YAW_RAD = 0.44, GAZE_PITCH_RAD = 0.32;
/** What a face at rest wears already (tektra/avatar/expressions.py). */
const EASY_SMILE = 0.22, AWAKE = 0.36;

const INDEX = Object.fromEntries(BLENDSHAPES.map((name, at) => [name, at])) as Record<(typeof BLENDSHAPES)[number], number>;
const rows = LIPS.map((lips) => HEARD.map((name) => (SHAPES[lips][name] ?? 0) * (SAYS[name] ?? 0)));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
const gram = rows.map((one) => rows.map((other) => dot(one, other)));

/** How much of each mouth shape makes this mouth, 0..1 each: least squares without negative shares, by coordinate descent. */
export function lipsOf(weights: Float32Array): Record<Lips, number> {
  const mouth = HEARD.map((name) => (weights[INDEX[name]] ?? 0) * (SAYS[name] ?? 0));
  const wanted = rows.map((row) => dot(row, mouth));
  // From the one that alone explains most of it: some are nearly mixtures of others, and a mixture is less than what was meant.
  const alone = wanted.map((value, at) => value / Math.sqrt(gram[at]?.[at] as number));
  const first = alone.indexOf(Math.max(...alone));
  const shares = LIPS.map((_, at) => (at === first ? Math.min(1, (wanted[at] as number) / (gram[at]?.[at] as number)) : 0));
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < shares.length; at++) {
      const own = gram[at] as number[], others = dot(own, shares) - (own[at] as number) * (shares[at] as number);
      shares[at] = Math.min(1, Math.max(0, ((wanted[at] as number) - others) / (own[at] as number)));
    }
  }
  return Object.fromEntries(LIPS.map((lips, at) => [lips, shares[at] as number])) as Record<Lips, number>;
}

export interface Feelings { happy: number; sad: number; angry: number; surprised: number }

/** What the face shows of the four feelings that VRM files know, 0..1. */
export function feelingsOf(weights: Float32Array): Feelings {
  const of = (name: (typeof BLENDSHAPES)[number]) => weights[INDEX[name]] ?? 0;
  const both = (stem: string) => (of(`${stem}Left` as never) + of(`${stem}Right` as never)) / 2;
  const share = (value: number, from: number, to: number) => Math.min(1, Math.max(0, (value - from) / (to - from)));
  const angry = share(Math.min(both("noseSneer"), both("browDown")), 0.2, 0.85);
  const sad = share(Math.min(both("mouthFrown"), of("browInnerUp")), 0.1, 0.95) * (1 - angry);
  const happy = share(both("mouthSmile"), EASY_SMILE, 0.88) * (1 - angry);
  const surprised = share(Math.min(both("eyeWide"), both("browOuterUp") + of("browInnerUp") / 3), AWAKE, 0.8) * (1 - angry) * (1 - happy);
  return { happy, sad, angry, surprised };
}

/** How far the lids are closed, 0..1: its left, its right. */
export function lidsOf(weights: Float32Array): [number, number] {
  return [weights[INDEX.eyeBlinkLeft] ?? 0, weights[INDEX.eyeBlinkRight] ?? 0];
}

/** Where it looks against its head, in degrees: to its left, and down. */
export function gazeOf(weights: Float32Array): { yaw: number; pitch: number } {
  const of = (name: (typeof BLENDSHAPES)[number]) => weights[INDEX[name]] ?? 0;
  const left = (of("eyeLookOutLeft") - of("eyeLookInLeft") + of("eyeLookInRight") - of("eyeLookOutRight")) / 2;
  const down = (of("eyeLookDownLeft") + of("eyeLookDownRight") - of("eyeLookUpLeft") - of("eyeLookUpRight")) / 2;
  return { yaw: left * GAZE_YAW_RAD * 180 / Math.PI, pitch: down * GAZE_PITCH_RAD * 180 / Math.PI };
}
