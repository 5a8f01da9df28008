// SPDX-License-Identifier: Apache-2.0
/** Where a camera stands that goes round a point of the floor: rad, m; `tilt` 0 looks straight down. */

export interface Orbit { turn: number; tilt: number; far: number }

const TILTS = { least: 0.05, most: 1.45 };
/** Of a pixel that is dragged, rad. */
const TURN_PX = 0.006;
const KEY_RAD = 0.12, NEARER = 0.88;

export function turned(orbit: Orbit, dx: number, dy: number): Orbit {
  return { ...orbit, turn: orbit.turn - dx * TURN_PX, tilt: bounded(orbit.tilt - dy * TURN_PX, TILTS.least, TILTS.most) };
}

/** `factor` below 1 comes nearer. `size`: of the home, m. */
export function zoomed(orbit: Orbit, factor: number, size: number): Orbit {
  return { ...orbit, far: bounded(orbit.far * factor, 1.5, 3 * size) };
}

/** What a key does; null: nothing, so that it may do what it does elsewhere. */
export function keyed(orbit: Orbit, key: string, size: number): Orbit | null {
  switch (key) {
    case "ArrowLeft": return { ...orbit, turn: orbit.turn - KEY_RAD };
    case "ArrowRight": return { ...orbit, turn: orbit.turn + KEY_RAD };
    case "ArrowUp": return { ...orbit, tilt: bounded(orbit.tilt - KEY_RAD, TILTS.least, TILTS.most) };
    case "ArrowDown": return { ...orbit, tilt: bounded(orbit.tilt + KEY_RAD, TILTS.least, TILTS.most) };
    case "+": case "=": return zoomed(orbit, NEARER, size);
    case "-": return zoomed(orbit, 1 / NEARER, size);
    default: return null;
  }
}

/** From the point that it looks at, with x to the right, y towards the wall behind, z up. */
export function eyeOf({ turn, tilt, far }: Orbit): [number, number, number] {
  const flat = far * Math.sin(tilt);
  return [flat * Math.sin(turn), -flat * Math.cos(turn), far * Math.cos(tilt)];
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
