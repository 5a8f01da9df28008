// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { linesOf, scaleOf, spanOf, timeMarks } from "@/lib/plotting";

const at = (seconds: number, value: number) => ({ atMs: seconds * 1000, value });

describe("the scale of a plot", () => {
  it.each([
    [[0, 0.1], 0.2, 0.2, 3], [[0.9], 0.2, 1, 3], [[0.03], 0.2, 0.2, 3], [[80, 60], 100, 100, 3], [[7], 0.2, 10, 3], [[1.2], 0.2, 2, 3], [[], 0.2, 0.2, 3],
    [[Number.NaN, Number.POSITIVE_INFINITY, 1], 0.2, 1, 3],
  ])("of %j is at least %d and ends at %d", (values, least, high, marks) => {
    const scale = scaleOf(values, least);
    expect(scale.high).toBeCloseTo(high, 9);
    expect(scale.marks).toHaveLength(marks);
    expect(scale.marks[0]).toBe(0);
    expect(scale.marks[scale.marks.length - 1]).toBeCloseTo(high, 9);
  });
  it("holds every value, whatever it is", () => {
    for (let value = 0.001; value < 1e5; value *= 1.37) {
      const { high, marks } = scaleOf([value], 0.0001);
      expect(high).toBeGreaterThanOrEqual(value * (1 - 1e-9));
      expect(marks.length).toBeLessThanOrEqual(4);
    }
  });
});

describe("the axis of time", () => {
  it("is as long as what is kept, in whole minutes, and no longer than ten", () => {
    expect(spanOf([at(0, 1)], 30_000)).toBe(60);
    expect(spanOf([at(0, 1)], 61_000)).toBe(120);
    expect(spanOf([at(0, 1)], 121_000)).toBe(240);
    expect(spanOf([at(0, 1)], 3_600_000)).toBe(600);
    expect(spanOf([], 5)).toBe(60);
    expect(timeMarks(120)).toEqual([{ secondsAgo: 120, share: 0 }, { secondsAgo: 60, share: 0.5 }, { secondsAgo: 0, share: 1 }]);
  });
});

describe("the line of a plot", () => {
  const scale = { low: 0, high: 1, marks: [] };
  it("stands where the time was, and begins anew where nothing was heard meanwhile", () => {
    expect(linesOf([at(0, 0), at(1, 1), at(30, 0.5), at(31, 0.5)], 60_000, 60, scale)).toEqual(["0,100 1.67,0", "50,50 51.67,50"]);
  });
  it("leaves out what is before its beginning, ahead of now, or no number, and goes beyond no edge", () => {
    expect(linesOf([at(-100, 1), at(59, 7), at(59.5, Number.NaN), at(99, 1)], 60_000, 60, scale)).toEqual(["98.33,0"]);
  });
});
