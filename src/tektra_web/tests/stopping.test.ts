// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DrawingTime } from "@/lib/graphics";
import { placeName } from "@/lib/placeNames";
import { STOP_ANSWER_MS, Stopping, withFailed, withSent } from "@/lib/stopping";

describe("a stop", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function stopping(line: boolean, rest: () => Promise<unknown> = () => Promise.resolve()) {
    const sent: string[] = [], arrived: string[] = [];
    const made = new Stopping(
      (robot) => (line ? sent.push(`socket ${robot}`) > 0 : false),
      (robot) => { sent.push(`rest ${robot}`); return rest(); },
      (robot) => sent.push(`failed ${robot}`),
      (robot) => arrived.push(robot),
    );
    return { made, sent, arrived };
  }

  it("that is answered goes by the socket alone", () => {
    const { made, sent } = stopping(true);
    made.stop();
    made.done("");
    vi.advanceTimersByTime(10 * STOP_ANSWER_MS);
    expect(sent).toEqual(["socket "]);
  });

  it("that the line swallows goes by REST, and presses in between put it off no longer", () => {
    const { made, sent } = stopping(true);
    for (let press = 0; press < 20; press += 1) {
      made.stop();
      vi.advanceTimersByTime(STOP_ANSWER_MS / 10);
    }
    expect(sent.filter((one) => one === "rest ")).toHaveLength(2);
  });

  it("of one robot does not answer for another", () => {
    const { made, sent } = stopping(true);
    made.stop("rover1");
    made.stop("rover2");
    made.done("rover2");
    vi.advanceTimersByTime(STOP_ANSWER_MS);
    expect(sent).toContain("rest rover1");
    expect(sent).not.toContain("rest rover2");
  });

  it("without a line goes by REST at once, and tells where that fails", async () => {
    const { made, sent } = stopping(false, () => Promise.reject(new Error("away")));
    made.stop();
    await vi.waitFor(() => expect(sent).toEqual(["rest ", "failed "]));
  });

  it("that did not arrive is known until it, or one of all, did", async () => {
    const { made, arrived } = stopping(false);
    made.stop("rover1");
    await vi.waitFor(() => expect(arrived).toEqual(["rover1"]));
    made.done("");
    expect(arrived).toEqual(["rover1", ""]);
    const unsent = withFailed(withFailed(withFailed([], "rover1"), ""), "rover1");
    expect(unsent).toEqual(["rover1", ""]);
    expect(withSent(unsent, "rover1")).toEqual([""]);
    expect(withSent(unsent, "rover2")).toEqual(["rover1", ""]);
    expect(withSent(unsent, "")).toEqual([]);
  });
});

describe("a place", () => {
  const world = { names: { de: { living_room: "Wohnzimmer" } } };
  it("is called as people of the language call it, and by its own name else", () => {
    expect(placeName(world, "de", "living_room")).toBe("Wohnzimmer");
    expect(placeName(world, "en", "living_room")).toBe("living room");
    expect(placeName(world, "de", "constructor")).toBe("constructor");
    expect(placeName(null, "de", "dock_1")).toBe("dock 1");
  });
});

describe("a picture", () => {
  it("is of the moment at which it is done, as far as states are known", () => {
    const drawing = new DrawingTime(180);
    expect(drawing.aheadMs).toBe(0);
    for (let at = 0; at < 100; at += 1) { drawing.began(at * 1000); drawing.ended(at * 1000 + 90); }
    expect(drawing.aheadMs).toBeCloseTo(90, 0);
    for (let at = 100; at < 200; at += 1) { drawing.began(at * 1000); drawing.ended(at * 1000 + 900); }
    expect(drawing.aheadMs).toBeLessThanOrEqual(180);
    drawing.ended(300_000); // nothing was begun
    expect(drawing.aheadMs).toBeLessThanOrEqual(180);
  });
});
