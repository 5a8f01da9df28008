// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { type Pad, pushOf } from "@/lib/driving";

function pad(axes: number[], ...held: number[]): Pad {
  return { connected: true, axes, buttons: Array.from({ length: 8 }, (_, button) => ({ pressed: held.includes(button) })) };
}

describe("what is held", () => {
  it("drives ahead and turns at once, and stands where two ask for the opposite", () => {
    expect(pushOf(["ahead", "left"], [])).toEqual({ linear: 1, angular: 1 });
    expect(pushOf(["ahead", "back", "right"], [])).toEqual({ linear: 0, angular: -1 });
    expect(pushOf([], [null])).toEqual({ linear: 0, angular: 0 });
  });

  it("is no more with two keys for the same, nor with a gamepad besides", () => {
    expect(pushOf(["ahead", "ahead"], [pad([0, -1], 4)])).toEqual({ linear: 1, angular: 0 });
  });
});

describe("a gamepad", () => {
  it("drives nothing without a shoulder button, whatever its sticks say", () => {
    expect(pushOf([], [pad([1, -1])])).toEqual({ linear: 0, angular: 0 });
    expect(pushOf([], [pad([1, -1], 0, 1, 2, 3, 6, 7)])).toEqual({ linear: 0, angular: 0 });
    expect(pushOf([], [pad([1, -1], 5)])).toEqual({ linear: 1, angular: -1 });
  });

  it("that is near its middle, gone, or says nonsense drives nothing", () => {
    expect(pushOf([], [pad([0.15, -0.19], 4)])).toEqual({ linear: 0, angular: 0 });
    expect(pushOf([], [{ ...pad([1, 1], 4), connected: false }])).toEqual({ linear: 0, angular: 0 });
    expect(pushOf([], [pad([Number.NaN, Number.POSITIVE_INFINITY], 4)])).toEqual({ linear: 0, angular: 0 });
    expect(pushOf([], [pad([], 4)])).toEqual({ linear: 0, angular: 0 });
    expect(pushOf([], [pad([0, -1e9], 4)])).toEqual({ linear: 1, angular: 0 });
  });
});
