// SPDX-License-Identifier: Apache-2.0
import { Matrix3, Matrix4, Vector3 } from "three";

/** What a slider does to a joint at its value 1, as the character's file tells it (tektra/avatar/physique.py does the same). */
export interface Effect { slider: string; grow?: number; along?: [number, number, number]; shift?: [number, number, number] }
/** A joint of the rest pose; a parent comes before its children, -1: none. */
export interface Shapeable { origin: Vector3; parent: number; body: readonly Effect[] }
export interface Shaped { origin: Vector3; growth: Matrix3 }

/** Where the joints are at these values of the sliders, and how each joint's flesh grows. */
export function shaped(joints: readonly Shapeable[], sliders: (name: string) => number): Shaped[] {
  const out: Shaped[] = [];
  for (const { origin, parent, body } of joints) {
    const place = origin.clone();
    const above = out[parent], before = joints[parent];
    if (above !== undefined && before !== undefined) {
      place.sub(before.origin).applyMatrix3(above.growth).add(above.origin);
    }
    const grown = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    for (const { slider, grow = 0, along = [0, 0, 0], shift = [0, 0, 0] } of body) {
      const value = sliders(slider);
      place.addScaledVector(new Vector3(...shift), value);
      for (let row = 0; row < 3; row++) {
        for (let column = 0; column < 3; column++) {
          const across = (row === column ? 1 : 0) - (along[row] ?? 0) * (along[column] ?? 0);
          grown[3 * row + column] = (grown[3 * row + column] ?? 0) + value * grow * across;
        }
      }
    }
    out.push({ origin: place, growth: new Matrix3().fromArray(grown) }); // symmetric, so rows and columns are alike
  }
  return out;
}

/** A growth as the matrix of what hangs on a joint. */
export function hanging(growth: Matrix3): Matrix4 {
  return new Matrix4().setFromMatrix3(growth);
}
