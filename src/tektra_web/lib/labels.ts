// SPDX-License-Identifier: Apache-2.0
/** Where the names on a map stand, so that none lies over another. Metres of the drawing: x to the right, y down. */

export interface Rect { left: number; top: number; right: number; bottom: number }
/** A name that belongs to a point; it stands beside it, `clear` metres off. */
export interface PointName { key: string; text: string; x: number; y: number; clear: number }
/** A name that belongs to an area; it stands within. */
export interface AreaName { key: string; text: string; area: Rect }
/** `rect`: where it stands; its text begins at the left, and stands on `baseline`. */
export interface Placed { key: string; text: string; size: number; rect: Rect; baseline: number }

/** Of a system's sans-serif: the width of a letter, and the height of a line, per size. */
const LETTER = 0.56;
const LINE = 1.15;
const DESCENT = 0.28;

export function overlap(a: Rect, b: Rect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * Names of areas first, then of points, each at the first spot that is free, and off what `avoid` names where that can be.
 * What finds none within `bounds` is left out.
 */
export function placed(areas: AreaName[], points: PointName[], bounds: Rect, size: number, avoid: Rect[] = []): Placed[] {
  const taken: Rect[] = points.map(({ x, y, clear }) => ({ left: x - clear, top: y - clear, right: x + clear, bottom: y + clear }));
  const found: Placed[] = [];
  const put = (key: string, text: string, its: number, spots: Rect[], within: Rect) => {
    const free = spots.filter((spot) => inside(spot, within) && !taken.some((other) => overlap(spot, other)));
    const rect = free.find((spot) => !avoid.some((other) => overlap(spot, other))) ?? free[0];
    if (rect === undefined) return;
    taken.push(rect);
    found.push({ key, text, size: its, rect, baseline: rect.bottom - its * DESCENT });
  };
  for (const { key, text, area } of areas) put(key, text, size * 1.2, withinArea(area, text, size * 1.2), area);
  for (const point of points) put(point.key, point.text, size, beside(point, size), bounds);
  return found;
}

function inside(rect: Rect, bounds: Rect): boolean {
  return rect.left >= bounds.left && rect.right <= bounds.right && rect.top >= bounds.top && rect.bottom <= bounds.bottom;
}

function extent(text: string, size: number): { width: number; height: number } {
  return { width: text.length * size * LETTER, height: size * LINE };
}

function at(left: number, top: number, { width, height }: { width: number; height: number }): Rect {
  return { left, top, right: left + width, bottom: top + height };
}

/** Corners, edges and middle of an area. */
function withinArea(area: Rect, text: string, size: number): Rect[] {
  const own = extent(text, size);
  const gap = size * 0.4;
  const columns = [area.left + gap, area.right - gap - own.width, (area.left + area.right - own.width) / 2];
  const rows = [area.top + gap, area.bottom - gap - own.height, (area.top + area.bottom - own.height) / 2];
  return rows.flatMap((top) => columns.map((left) => at(left, top, own)));
}

/** Right, left, above and below a point, and the corners between. */
function beside({ x, y, clear, text }: PointName, size: number): Rect[] {
  const own = extent(text, size);
  const gap = clear + size * 0.15;
  const [left, middle, right] = [x - gap - own.width, x - own.width / 2, x + gap];
  const [above, level, below] = [y - gap - own.height, y - own.height / 2, y + gap];
  return [
    at(right, level, own), at(left, level, own), at(middle, above, own), at(middle, below, own),
    at(right, above, own), at(right, below, own), at(left, above, own), at(left, below, own),
  ];
}
