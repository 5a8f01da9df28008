// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { argumentsOf, choiceName, inputOf, isNeeded, waysOf } from "@/lib/skillForms";
import type { JsonSchema } from "@/lib/types";

const number: JsonSchema = { type: "number" }, text: JsonSchema = { type: "string" };
const navigate: JsonSchema = {
  type: "object", properties: { place: text, x: number, y: number }, required: [], oneOf: [{ required: ["place"] }, { required: ["x", "y"] }],
};
const path: JsonSchema = {
  type: "object", oneOf: [{ required: ["places"] }, { required: ["points"] }],
  properties: { places: { type: "array", items: text }, points: { type: "array", items: { type: "array", items: number } } },
};

describe("a form made of a skill's schema", () => {
  it("asks for one of the ways to say where, and needs all of it", () => {
    expect(waysOf(navigate)).toEqual([["place"], ["x", "y"]]);
    expect(["place", "x", "y"].map((name) => isNeeded(navigate, ["x", "y"], name))).toEqual([false, true, true]);
    expect(isNeeded(navigate, ["place"], "place")).toBe(true);
  });
  it("offers no way that it cannot ask for", () => {
    expect(waysOf(path)).toEqual([["places"]]);
    expect(inputOf(path.properties?.["points"] ?? {})).toBeNull();
  });
  it("asks for all where there is one way, and for what belongs to every way", () => {
    expect(waysOf({ properties: { distance_m: number, speed_mps: number }, required: ["distance_m"] })).toEqual([["distance_m", "speed_mps"]]);
    expect(waysOf({ ...navigate, properties: { ...navigate.properties, quick: { type: "boolean" } } })).toEqual([["place", "quick"], ["x", "y", "quick"]]);
    expect(waysOf({ type: "object" })).toEqual([[]]);
  });
  it("gives numbers as numbers, several in their order, nothing of the other way, and nothing that was left empty", () => {
    const given = { place: "kitchen", x: "1.5", y: "0", places: "hall\nkitchen" };
    expect(argumentsOf(navigate, ["x", "y"], given)).toEqual({ x: 1.5, y: 0 });
    expect(argumentsOf(navigate, ["place"], { place: "" })).toEqual({});
    expect(argumentsOf(path, ["places"], given)).toEqual({ places: ["hall", "kitchen"] });
    expect(argumentsOf({ properties: { level: { enum: [1, 2] }, on: { type: "boolean" } } }, ["level", "on"], { level: "2", on: "false" })).toEqual({ level: 2, on: false });
  });
  it("calls choices as the language does, where the schema says so", () => {
    const thing: JsonSchema = { enum: ["cell phone"], "x-tektra-words": { de: { "cell phone": ["Handy", "Telefon"] } } };
    expect(["de", "fr"].map((language) => choiceName(thing, language, "cell phone"))).toEqual(["Handy", "cell phone"]);
  });
});
