// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BLENDSHAPES } from "@/lib/arkit";
import { ServerClock } from "@/lib/clock";
import { abandoned, answered, asked, heard, refused, visible } from "@/lib/conversation";
import { AVATAR, VOICE_IN, avatarOf, pack, unpack } from "@/lib/frames";
import { Timeline } from "@/lib/timeline";
import type { FromServer } from "@/lib/types";

type AiResponse = Extract<FromServer, { type: "ai_response" }>;
const piece = (more: Partial<AiResponse>): AiResponse => ({
  seq: 1, type: "ai_response", id: "", request_id: "", conversation_id: "", index: 0, delta: "", last: false, reply: "",
  outcome: null, message: "", ...more,
});
const at = (atMs: number, value: number) => ({ atMs, weights: new Float32Array(52).fill(value), head: [value, 0, 0] as [number, number, number], arms: null });

describe("an answer", () => {
  it("grows piece by piece under the words it answers, and ends as the server says", () => {
    let entries = asked([], "c1", "hello");
    entries = answered(entries, piece({ id: "c1", request_id: "r1", delta: "Hi " }));
    entries = answered(entries, piece({ id: "c1", request_id: "r1", delta: "the" }));
    expect(entries.map((entry) => entry.text)).toEqual(["hello", "Hi the"]);
    entries = answered(entries, piece({ id: "c1", request_id: "r1", last: true, reply: "Hi there.", outcome: "answered" }));
    expect(entries[1]).toMatchObject({ text: "Hi there.", writing: false, outcome: "answered" });
  });

  it("is shown once, though it also comes as one that everybody hears, in either order", () => {
    const own = piece({ id: "c1", request_id: "r1", delta: "Hi" });
    const all = piece({ request_id: "r1", delta: "Hi" });
    for (const order of [[own, all], [all, own]]) {
      const entries = order.reduce(answered, asked([], "c1", "hello"));
      expect(entries.map((entry) => entry.text)).toEqual(["hello", "Hi"]);
    }
  });

  it("stands there once while it is not yet known to be ours", () => {
    let entries = answered(asked([], "c1", "hello"), piece({ request_id: "r1", delta: "Hi the" }));
    expect(visible(entries).map((entry) => entry.text)).toEqual(["hello", ""]);
    entries = answered(entries, piece({ id: "c1", delta: "Hi " }));
    expect(visible(entries).map((entry) => entry.text)).toEqual(["hello", "Hi "]);
    entries = answered(entries, piece({ request_id: "r2", delta: "Noon." }));
    expect(visible(entries).map((entry) => entry.text)).toEqual(["hello", "Hi ", "Noon."]);
  });

  it("that was lost with the line says so, and is not waited for", () => {
    const entries = abandoned(asked([], "c1", "hello"), "lost");
    expect(entries[1]).toMatchObject({ writing: false, outcome: "failed", message: "lost" });
    expect(abandoned(entries, "again")).toBe(entries);
  });

  it("to somebody else is shown, too", () => {
    const entries = answered(heard([], "what time is it"), piece({ request_id: "r9", delta: "Noon." }));
    expect(entries.map((entry) => entry.who)).toEqual(["room", "tektra"]);
  });

  it("that could not be asked for says so and waits no longer", () => {
    const entries = refused(asked([], "c1", "go"), "c1", "no connection");
    expect(entries[1]).toMatchObject({ writing: false, outcome: "refused", message: "no connection" });
  });
});

describe("the socket's bytes", () => {
  it("come back as they were", () => {
    const content = new Int16Array([1, -2, 32767]).buffer;
    const frame = { kind: VOICE_IN, last: true, param: 48000, sequence: 4294967295, whenMs: 1795000000123, content };
    expect(unpack(pack(frame))).toEqual(frame);
  });

  it("that are too few are none", () => {
    expect(unpack(new ArrayBuffer(15))).toBeNull();
    expect(avatarOf({ kind: AVATAR, last: false, param: 0, sequence: 0, whenMs: 0, content: new ArrayBuffer(8) })).toBeNull();
  });

  it("hold the avatar's 52 weights and its head", () => {
    const numbers = new Float32Array(62).map((_, index) => index);
    const state = avatarOf({ kind: AVATAR, last: false, param: 0, sequence: 0, whenMs: 7, content: numbers.buffer });
    expect(state?.atMs).toBe(7);
    expect(state?.weights[51]).toBe(51);
    expect(state?.head).toEqual([52, 53, 54]);
    expect(state?.arms).toBeNull();
  });

  it("hold the angles of arms that do not hang", () => {
    const numbers = new Float32Array(92).map((_, index) => index);
    const state = avatarOf({ kind: AVATAR, last: false, param: 0, sequence: 0, whenMs: 7, content: numbers.buffer });
    expect(state?.arms?.length).toBe(30);
    expect(state?.arms?.[29]).toBe(91);
  });
});

describe("the face's timeline", () => {
  it("lifts arms from where they hang", () => {
    const line = new Timeline();
    line.add(at(1000, 0));
    expect(line.at(1000)?.arms).toBeNull();
    line.add({ ...at(1100, 0), arms: new Float32Array(30).fill(1) });
    expect(line.at(1050)?.arms?.[0]).toBeCloseTo(0.5);
  });

  it("gives the state between two", () => {
    const line = new Timeline();
    line.add(at(1000, 0));
    line.add(at(1100, 1));
    expect(line.at(1050)?.weights[0]).toBeCloseTo(0.5);
    expect(line.at(900)?.weights[0]).toBe(0);
    expect(line.at(2000)?.weights[0]).toBe(1);
    expect(line.ageMs(1500)).toBe(400);
  });

  it("leaves out what comes late, and follows a server that was started anew", () => {
    const line = new Timeline();
    line.add(at(10_000, 0));
    line.add(at(9_990, 1));
    expect(line.at(9_990)?.weights[0]).toBe(0);
    line.add(at(1000, 1));
    expect(line.at(1000)?.weights[0]).toBe(1);
  });

  it("gives nothing before anything came", () => {
    expect(new Timeline().at(0)).toBeNull();
  });
});

describe("the server's clock", () => {
  it("is guessed from the quickest ping", () => {
    const clock = new ServerClock();
    clock.heard(0, 1_000_000 + 300, 400); // 200 ms of it on the way back more than there
    clock.heard(1000, 1_001_005, 1010);
    clock.heard(2000, 1_002_400, 2500);
    expect(clock.now(3000)).toBeCloseTo(1_003_000, 0);
  });
});

describe("what both sides must agree on", () => {
  it("the order of the blendshapes", () => {
    const python = readFileSync(new URL("../../tektra/tektra/common/arkit_names.py", import.meta.url), "utf8");
    const names = /NAMES: tuple\[str, \.\.\.\] = \(([\s\S]*?)\)/.exec(python)?.[1] ?? "";
    expect([...names.matchAll(/"(\w+)"/g)].map((found) => found[1])).toEqual([...BLENDSHAPES]);
  });

  it("every language has every text, and its gaps", async () => {
    const load = async (code: string) => (await import(`@/messages/${code}.json`)).default as Record<string, string>;
    const gaps = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    const english = await load("en");
    for (const code of ["de", "fr", "es", "it"]) {
      const texts = await load(code);
      expect(Object.keys(texts).sort(), code).toEqual(Object.keys(english).sort());
      for (const [key, text] of Object.entries(texts)) expect(gaps(text), `${code} ${key}`).toEqual(gaps(english[key] ?? ""));
    }
  });
});
