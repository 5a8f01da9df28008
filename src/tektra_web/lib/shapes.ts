// SPDX-License-Identifier: Apache-2.0
import type { RobotShape, ShapeJoint } from "./types";

/** Joints that hang on the last of these links; none that leads back to one of them, as a faulty URDF's may. */
export function hangingOn(shape: RobotShape, held: readonly string[]): ShapeJoint[] {
  const link = held[held.length - 1];
  return shape.joints.filter((joint) => joint.parent === link && !held.includes(joint.child));
}

/** How a joint stands at a position (rad or m): a turn as a quaternion (x, y, z, w), and a shift. */
export function jointTurn(joint: ShapeJoint, at: number): { quaternion: [number, number, number, number]; position: [number, number, number] } {
  const [x = 0, y = 0, z = 0] = joint.axis;
  const length = Math.hypot(x, y, z);
  const none: { quaternion: [number, number, number, number]; position: [number, number, number] } = { quaternion: [0, 0, 0, 1], position: [0, 0, 0] };
  if (length === 0 || !Number.isFinite(at)) return none;
  if (joint.kind === "slides") return { ...none, position: [(x / length) * at, (y / length) * at, (z / length) * at] };
  if (joint.kind === "fixed") return none;
  const share = Math.sin(at / 2) / length;
  return { ...none, quaternion: [x * share, y * share, z * share, Math.cos(at / 2)] };
}
