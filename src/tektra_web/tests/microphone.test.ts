// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Block, type Hears, Microphone, NO_WISHES, READY_MS, TAIL_MS, hearsFor } from "@/lib/microphone";
import { HANG_OVER_S, PRE_ROLL_S, SoundGate, VoiceActivity } from "@/public/worklets/soundGate.js";

const BLOCK_S = 0.04;

/** Numbers between -1 and 1 that look random, and are the same each time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

/** Blocks of so many seconds; `loud(at)`: how loud a voice of 140 Hz with its overtones is there, `hiss`: the room. */
function* sound(rate: number, seconds: number, loud: (at: number) => number, hiss = 0.001, seed = 1): Generator<Float32Array> {
  const random = noise(seed), length = Math.round(rate * BLOCK_S);
  for (let block = 0; block * BLOCK_S < seconds; block += 1) {
    yield Float32Array.from({ length }, (_, index) => {
      const at = block * BLOCK_S + index / rate;
      const voice = [1, 2, 3, 5, 8, 12].reduce((sum, overtone) => sum + Math.sin(2 * Math.PI * 140 * overtone * at) / overtone, 0);
      return loud(at) * voice / 2 + hiss * random();
    });
  }
}

/** What goes out of an open microphone: seconds of sound, and from when to when. */
function through(rate: number, blocks: Iterable<Float32Array>, hears: Hears = "voice") {
  const gate = new SoundGate(rate);
  gate.hears = hears;
  const pieces: { from: number; to: number }[] = [];
  let at = 0;
  for (const block of blocks) {
    at += block.length / rate;
    const { sound: sent, last } = gate.take(block);
    if (sent !== null) {
      const open = pieces[pieces.length - 1];
      if (open === undefined || open.to < at - block.length / rate - 1e-6) pieces.push({ from: at - sent.length / rate, to: at });
      else open.to = at;
    }
    if (last) expect(gate.sending).toBe(false);
  }
  return pieces;
}

const spoken = (from: number, to: number, loudness = 0.1) => (at: number) => (at >= from && at < to ? loudness : 0);

describe.each([8000, 16000, 44100, 48000])("an open microphone of %i Hz", (rate) => {
  it("sends what is said, from before its beginning until after its end, and no silence", () => {
    const pieces = through(rate, sound(rate, 12, spoken(5, 6)));
    expect(pieces).toHaveLength(1);
    expect(pieces[0]?.from).toBeLessThan(5 - PRE_ROLL_S + 0.15);
    expect(pieces[0]?.from).toBeGreaterThan(5 - PRE_ROLL_S - 0.15);
    expect(pieces[0]?.to).toBeGreaterThan(6 + HANG_OVER_S - 0.1);
    expect(pieces[0]?.to).toBeLessThan(6 + HANG_OVER_S + 0.3);
  });

  it("hears who speaks softly, and who speaks in a noisy room", () => {
    expect(through(rate, sound(rate, 8, spoken(5, 5.4, 0.006), 0.0005))).toHaveLength(1);
    const noisy = through(rate, sound(rate, 14, spoken(11, 11.5, 0.15), 0.03)).filter(({ to }) => to > 10);
    expect(noisy).toHaveLength(1);
    expect(noisy[0]?.from).toBeLessThan(10.9);
  });

  it("sends a steady noise for some seconds at most", () => {
    const pieces = through(rate, sound(rate, 30, () => 0, 0.05));
    expect(Math.max(0, ...pieces.map(({ to }) => to))).toBeLessThan(9);
  });
});

describe("an open microphone", () => {
  it("sends neither clicks nor hum", () => {
    const click = (at: number) => (at % 1 < 0.012 ? 0.3 : 0);
    expect(through(16000, sound(16000, 10, click))).toEqual([]);
    const hum = new Float32Array(16000 * 10).map((_, index) => 0.02 * Math.sin((2 * Math.PI * 50 * index) / 16000));
    const blocks = Array.from({ length: 250 }, (_, block) => hum.slice(block * 640, (block + 1) * 640));
    expect(through(16000, blocks.slice(0)).every(({ to }) => to < 9)).toBe(true);
  });

  it("does not part a sentence in whose middle somebody thinks", () => {
    expect(through(16000, sound(16000, 12, (at) => spoken(3, 4)(at) + spoken(5.6, 6.5)(at)))).toHaveLength(1);
  });

  it("hears who speaks on and on to the end", () => {
    const on = (at: number) => (at > 2 && at % 0.5 > 0.12 ? 0.1 * (1 + Math.sin(7 * at) / 2) : 0);
    const pieces = through(16000, sound(16000, 60, on));
    expect(pieces).toHaveLength(1);
    expect(pieces[0]?.to).toBeGreaterThan(59.9);
  });

  it("hears on after samples that are no numbers", () => {
    const activity = new VoiceActivity(16000);
    activity.hear(new Float32Array(640).fill(NaN));
    const begins = [...sound(16000, 1, spoken(0.2, 1))].map((block) => activity.hear(block).begins);
    expect(begins).toContain(true);
  });
});

describe("what is held, muted or closed", () => {
  it("goes out whole, or not at all, and nothing of what was said while it was muted goes out later", () => {
    const quiet = () => sound(16000, 3, () => 0);
    expect(through(16000, quiet(), "all")).toEqual([{ from: expect.closeTo(0), to: expect.closeTo(3) }]);
    expect(through(16000, sound(16000, 3, () => 0.2), "nothing")).toEqual([]);
    const gate = new SoundGate(16000);
    for (const block of sound(16000, 1, () => 0.2)) gate.take(block);
    gate.hears = "all";
    const [block] = [...sound(16000, BLOCK_S, () => 0.2)];
    expect(gate.take(block as Float32Array).sound?.length).toBe(640);
    gate.hears = "nothing";
    expect(gate.take(block as Float32Array)).toEqual({ sound: null, last: true });
    expect(gate.take(block as Float32Array)).toEqual({ sound: null, last: false });
  });

  it.each([
    [{}, "nothing"], [{ open: true }, "voice"], [{ open: true, muted: true }, "nothing"], [{ held: true }, "all"],
    [{ open: true, muted: true, held: true }, "all"], [{ open: true, learning: true }, "all"],
  ] as const)("%j is heard as %s", (wishes, hears) => {
    expect(hearsFor({ ...NO_WISHES, ...wishes })).toBe(hears);
  });
});

/** A microphone before a device of which the test decides when, and whether, it opens. */
function microphone() {
  const told: string[] = [];
  const sent: { sequence: number; last: boolean }[] = [];
  let heard: (block: Block) => void = () => undefined;
  let ended: () => void = () => undefined;
  const waiting: { resolve(): void; reject(name: string): void }[] = [];
  const made = new Microphone({
    sound: (_content, _rate, sequence, last) => sent.push({ sequence, last }),
    level: () => undefined,
    state: (state, wishes) => told.push(state === "on" ? hearsFor(wishes) : state),
  }, {
    open: (toHear, whenEnded) => new Promise((resolve, reject) => {
      [heard, ended] = [toHear, whenEnded];
      waiting.push({
        resolve: () => resolve({ rate: 16000, hear: (what) => told.push(`device ${what}`), close: () => told.push("closed") }),
        reject: (name) => reject(new DOMException("no", name)),
      });
    }),
  });
  const block = (last = false) => heard({ content: last ? null : new ArrayBuffer(2), last, level: 0.1 });
  return { made, told, sent, waiting, block, unplug: () => ended() };
}

describe("a button that is held", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("ends a word behind who lets go, and keeps the device ready for a while, to which nothing is sent", async () => {
    const { made, told, waiting } = microphone();
    const held = made.wish({ held: true });
    waiting[0]?.resolve();
    expect(await held).toBe(true);
    void made.wish({ held: false });
    expect(told).toEqual(["asking", "device all", "all"]);
    vi.advanceTimersByTime(TAIL_MS);
    expect(told.splice(3)).toEqual(["device nothing", "nothing"]);
    void made.wish({ held: true });
    expect(told.splice(3)).toEqual(["device all", "all"]);
    void made.wish({ held: false });
    vi.advanceTimersByTime(TAIL_MS + READY_MS);
    expect(told.splice(3)).toEqual(["device nothing", "nothing", "closed", "off"]);
  });

  it("that was let go while the browser still asked opens nothing", async () => {
    const { made, told, waiting, sent } = microphone();
    const held = made.wish({ held: true });
    void made.wish({ held: false });
    waiting[0]?.resolve();
    expect(await held).toBe(false);
    expect(told).toEqual(["asking", "closed", "off"]);
    expect(sent).toEqual([]);
  });

  it("leaves an open microphone as it was", async () => {
    const { made, told, waiting } = microphone();
    const open = made.wish({ open: true });
    waiting[0]?.resolve();
    await open;
    void made.wish({ held: true });
    void made.wish({ held: false });
    vi.advanceTimersByTime(TAIL_MS + READY_MS);
    expect(told).toEqual(["asking", "device voice", "voice", "device all", "all", "device voice", "voice"]);
  });
});

describe("a microphone", () => {
  it.each([["NotFoundError", "missing"], ["NotAllowedError", "denied"], ["SecurityError", "insecure"], ["NotReadableError", "broken"]])(
    "that the browser does not give (%s) is told as %s, and may be asked for again", async (name, state) => {
      const { made, told, waiting } = microphone();
      const open = made.wish({ open: true });
      waiting[0]?.reject(name);
      expect(await open).toBe(false);
      expect(told).toEqual(["asking", state]);
      const again = made.wish({ open: true });
      waiting[1]?.resolve();
      expect(await again).toBe(true);
    });

  it("numbers what it sends without a gap, and ends it and says so where it is unplugged in the middle of a word", async () => {
    const { made, waiting, block, sent, told, unplug } = microphone();
    const open = made.wish({ open: true });
    waiting[0]?.resolve();
    await open;
    block();
    block(true);
    block();
    unplug();
    expect(sent).toEqual([{ sequence: 0, last: false }, { sequence: 1, last: true }, { sequence: 2, last: false }, { sequence: 3, last: true }]);
    expect(told.slice(-3)).toEqual(["closed", "off", "missing"]);
  });
});
