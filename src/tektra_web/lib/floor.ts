// SPDX-License-Identifier: Apache-2.0
import type { Role, Spot, Zone } from "./types";
import { mayAs } from "./types";

/** Colours of robots, the same on every map: by the place of a name among all, in order. */
const COLOURS = ["#e66a29", "#2985d1", "#3f9d5a", "#a055c0", "#c0392b", "#8a6d3b"];
export const LAYERS = ["ways", "zones", "people", "obstacles"] as const;
export type Layer = (typeof LAYERS)[number];

export function colourOf(names: readonly string[], robot: string): string {
  return COLOURS[Math.max(0, names.indexOf(robot)) % COLOURS.length] ?? "#555555";
}

/** What the role is told of; where people stand is not for everybody. */
export function layersFor(role: Role | undefined): Layer[] {
  return LAYERS.filter((layer) => layer === "ways" || layer === "zones" || mayAs(role, "operator"));
}

/** Zones of the chosen robot, and of all; what keeps it in is drawn beneath what it must heed within. */
export function zonesFor(zones: readonly Zone[], robot: string): Zone[] {
  const order = { keep_in: 0, slow: 1, keep_out: 2 };
  return zones.filter((zone) => zone.robots.length === 0 || zone.robots.includes(robot)).sort((a, b) => order[a.kind] - order[b.kind]);
}

/** Cells that several robots see are one. */
export function cellsOf(obstacles: Readonly<Record<string, readonly Spot[]>>): Spot[] {
  const found = new Map<string, Spot>();
  for (const cells of Object.values(obstacles)) for (const cell of cells) found.set(`${cell.x} ${cell.y}`, cell);
  return [...found.values()];
}

/** For SVG: y is up on the map, and down in the drawing. */
export function drawn(points: readonly Spot[]): string {
  return points.map(({ x, y }) => `${x},${-y}`).join(" ");
}
