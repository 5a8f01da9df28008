// SPDX-License-Identifier: Apache-2.0

export type Way = "ahead" | "back" | "left" | "right";
/** As shares of what the robot is driven with: 1 is ahead, and to the left. */
export interface Push { linear: number; angular: number }
export interface Pad { connected: boolean; axes: readonly number[]; buttons: readonly { pressed: boolean }[] }

export const KEYS: Readonly<Record<string, Way>> = { ArrowUp: "ahead", ArrowDown: "back", ArrowLeft: "left", ArrowRight: "right" };
const PUSHES: Readonly<Record<Way, Push>> = {
  ahead: { linear: 1, angular: 0 }, back: { linear: -1, angular: 0 }, left: { linear: 0, angular: 1 }, right: { linear: 0, angular: -1 },
};
/** A stick that nobody touches is seldom quite in the middle. */
const REST = 0.2;
/** The two shoulder buttons of the standard gamepad: without one a stick that lies on the sofa drives nothing. */
const SHOULDERS = [4, 5];

/** What everything that is held, keys and buttons and a gamepad, asks for together; nothing where they ask for the opposite. */
export function pushOf(held: Iterable<Way>, pads: readonly (Pad | null)[]): Push {
  const pushes = [...held].map((way) => PUSHES[way]);
  for (const pad of pads) {
    if (pad?.connected && SHOULDERS.some((button) => pad.buttons[button]?.pressed)) {
      pushes.push({ linear: -beyondRest(pad.axes[1]), angular: -beyondRest(pad.axes[0]) });
    }
  }
  const sum = (of: (push: Push) => number) => bounded(pushes.reduce((all, push) => all + of(push), 0));
  return { linear: sum((push) => push.linear), angular: sum((push) => push.angular) };
}

function beyondRest(axis: number | undefined): number {
  if (axis === undefined || !Number.isFinite(axis) || Math.abs(axis) < REST) return 0;
  return bounded((Math.sign(axis) * (Math.abs(axis) - REST)) / (1 - REST));
}

/** Never -0, which is told apart from 0 in JSON. */
function bounded(share: number): number {
  return Math.max(-1, Math.min(1, share)) + 0;
}
