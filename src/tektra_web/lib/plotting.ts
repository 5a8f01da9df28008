// SPDX-License-Identifier: Apache-2.0
/** What a plot of the last minutes shows: values, their scale, and marks on the axis of time. `now` is passed in. */

export interface Point { atMs: number; value: number }
export interface Scale { low: number; high: number; marks: number[] }
/** Seconds before now. */
export interface TimeMark { secondsAgo: number; share: number }

const STEPS = [1, 2, 5];
const SPANS_S = [60, 120, 240, 600];

/** From `low` to a round number that is no less than any value and than `least`, with two or three round marks between. */
export function scaleOf(values: readonly number[], least: number, low = 0): Scale {
  const most = Math.max(least, ...values.filter(Number.isFinite));
  const step = rounded((most - low) / 2);
  const count = Math.max(1, Math.ceil((most - low) / step - 1e-9));
  const marks = Array.from({ length: count + 1 }, (_, at) => low + at * step);
  return { low, high: low + count * step, marks };
}

/** The next of 1, 2 and 5 times a power of ten that is no less. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of STEPS) if (step * power >= value * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/** How long the axis is, in s: the shortest of some that holds all that is kept. */
export function spanOf(points: readonly Point[], nowMs: number): number {
  const oldest = (nowMs - (points[0]?.atMs ?? nowMs)) / 1000;
  return SPANS_S.find((span) => span >= oldest) ?? SPANS_S[SPANS_S.length - 1] ?? 600;
}

/** The beginning, the middle and the end of the axis. */
export function timeMarks(spanS: number): TimeMark[] {
  return [spanS, spanS / 2, 0].map((secondsAgo) => ({ secondsAgo, share: 1 - secondsAgo / spanS }));
}

/** Lines through the points, in shares of the plot (x to the right, y down); a gap where nothing was heard for `gapMs`. */
export function linesOf(points: readonly Point[], nowMs: number, spanS: number, scale: Scale, gapMs = 5000): string[] {
  const lines: string[][] = [];
  let before: Point | undefined;
  for (const point of points) {
    const share = 1 - (nowMs - point.atMs) / (spanS * 1000);
    if (share < 0 || share > 1 || !Number.isFinite(point.value)) continue;
    if (before === undefined || point.atMs - before.atMs > gapMs) lines.push([]);
    const height = (Math.min(scale.high, Math.max(scale.low, point.value)) - scale.low) / (scale.high - scale.low);
    lines[lines.length - 1]?.push(`${round(share * 100)},${round((1 - height) * 100)}`);
    before = point;
  }
  return lines.map((line) => line.join(" "));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
