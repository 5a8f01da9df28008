// SPDX-License-Identifier: Apache-2.0
// The messages that the gateway is tested against, too (tests/unit/web/test_vectors.py).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answered, asked } from "@/lib/conversation";
import { AVATAR, avatarOf, pack, unpack } from "@/lib/frames";
import type { FromServer } from "@/lib/types";
import { TAKEN, TOLD } from "@/lib/wire";

interface Bytes { hex: string; kind: number; last: boolean; param: number; sequence: number; when_ms: number; content_hex: string }
const vectors = JSON.parse(readFileSync(new URL("../../../tests/data/web/vectors.json", import.meta.url), "utf-8")) as {
  from_client: { type: string }[]; from_server: FromServer[]; binary: Bytes[]; refused_binary_hex: string[];
  avatar: { hex: string; weights: number[]; head: number[]; when_ms: number }; avatar_with_arms: { hex: string; arms: number[] };
};
const bytes = (hex: string): ArrayBuffer => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
const hex = (data: ArrayBuffer): string => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, "0")).join("");

describe("bytes of the socket", () => {
  it("mean here what they mean there, and are written alike", () => {
    expect(vectors.binary.length).toBeGreaterThan(3);
    for (const entry of vectors.binary) {
      const frame = unpack(bytes(entry.hex));
      expect(frame).not.toBeNull();
      if (frame === null) continue;
      expect([frame.kind, frame.last, frame.param, frame.sequence, frame.whenMs]).toEqual([entry.kind, entry.last, entry.param, entry.sequence, entry.when_ms]);
      expect(hex(frame.content)).toBe(entry.content_hex);
      expect(hex(pack(frame))).toBe(entry.hex);
    }
  });

  it("that are none are none", () => {
    for (const refused of vectors.refused_binary_hex) expect(unpack(bytes(refused))).toBeNull();
  });

  it("hold the avatar's weights in their order, and its arms where they do not hang", () => {
    const frame = unpack(bytes(vectors.avatar.hex));
    expect(frame?.kind).toBe(AVATAR);
    const state = frame === null ? null : avatarOf(frame);
    expect(Array.from(state?.weights ?? [])).toEqual(vectors.avatar.weights);
    expect(state?.head).toEqual(vectors.avatar.head);
    expect([state?.arms, state?.atMs]).toEqual([null, vectors.avatar.when_ms]);
    const waving = unpack(bytes(vectors.avatar_with_arms.hex));
    expect(Array.from((waving === null ? null : avatarOf(waving)?.arms) ?? [])).toEqual(vectors.avatar_with_arms.arms);
  });
});

describe("messages of the socket", () => {
  it("have here the fields that they have there", () => {
    const both: [{ type: string }[], Record<string, readonly string[]>][] = [[vectors.from_client, TAKEN], [vectors.from_server, TOLD]];
    for (const [messages, known] of both) {
      expect(messages.length).toBeGreaterThan(5);
      for (const message of messages) expect(known[message.type], message.type).toEqual(expect.arrayContaining(Object.keys(message)));
    }
  });

  it("become an answer in the conversation", () => {
    const pieces = vectors.from_server.filter((message) => message.type === "ai_response");
    const entries = pieces.reduce(answered, asked([], "q1", "Go."));
    expect(entries.at(-1)?.text).toBe("I am there.");
  });
});
