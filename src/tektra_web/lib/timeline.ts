// SPDX-License-Identifier: Apache-2.0
import type { AvatarFrame } from "./frames";

/** Frames that are kept: more than one second of 60 a second is never looked at. */
const MOST = 90;

/** The avatar's states by the server's clock; asked for a moment, it gives the state between the two that surround it. */
export class Timeline {
  private frames: AvatarFrame[] = [];

  add(frame: AvatarFrame): void {
    const last = this.frames[this.frames.length - 1];
    if (last !== undefined && frame.atMs <= last.atMs) {
      if (last.atMs - frame.atMs < 5000) return; // late or twice
      this.frames = []; // another clock: the server was started anew
    }
    this.frames.push(frame);
    if (this.frames.length > MOST) this.frames.shift();
  }

  /** The state at that moment; the first or last one outside of what is known; null before any came. */
  at(ms: number): AvatarFrame | null {
    const { frames } = this;
    let later = frames.findIndex((frame) => frame.atMs >= ms);
    if (later < 0) later = frames.length - 1;
    const b = frames[later];
    if (b === undefined) return null;
    const a = frames[later - 1];
    if (a === undefined || ms >= b.atMs) return b;
    const share = (ms - a.atMs) / (b.atMs - a.atMs);
    const mix = (x: number, y: number) => x + (y - x) * share;
    return {
      atMs: ms,
      weights: a.weights.map((value, index) => mix(value, b.weights[index] ?? 0)),
      head: [mix(a.head[0], b.head[0]), mix(a.head[1], b.head[1]), mix(a.head[2], b.head[2])],
      arms: (a.arms ?? b.arms)?.map((_, index) => mix(a.arms?.[index] ?? 0, b.arms?.[index] ?? 0)) ?? null,
    };
  }

  /** How old the newest state is at that moment, in ms; Infinity before any came. */
  ageMs(ms: number): number {
    const last = this.frames[this.frames.length - 1];
    return last === undefined ? Infinity : ms - last.atMs;
  }
}
