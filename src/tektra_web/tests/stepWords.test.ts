// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "@/lib/i18n";
import { stepTold } from "@/lib/stepWords";

const called = (name: string) => name.replaceAll("_", " ");

describe("a step of a plan", () => {
  it.each([
    ["turn", { angle_deg: 90 }, "turns 90° to the left"],
    ["turn", { angle_deg: -45.5 }, "turns 45.5° to the right"],
    ["turn", { angle_deg: 0.1 + 0.2 }, "turns 0.3° to the left"],
    ["turn", {}, "turn"],
    ["move", { distance_m: -0.5, speed_mps: 0.2 }, "drives 0.5 m back, at 0.2 m/s"],
    ["move", { distance_m: 2, speed_mps: null }, "drives 2 m ahead"],
    ["navigate_to", { place: "living_room" }, "goes to living room"],
    ["navigate_to", { x: 1.25, y: -3 }, "goes to x 1.25 m, y -3 m"],
    ["follow_path", { places: ["hall", "dock_1"] }, "goes along hall → dock 1"],
    ["look_at", { robot: "arm1" }, "looks at arm1"],
    ["wait", { seconds: 3 }, "waits 3 s"],
    ["come_to", { person: "me" }, "comes to whoever asks"],
    ["follow", { person: "me", seconds: 60 }, "follows whoever asks, for 60 s"],
    ["say", { text: "hi_there" }, "says “hi_there”"],
    ["use_tool", { tool: "lamp", value: 0.5 }, "uses the tool: lamp, at 0.5 of 1"],
    ["dock", {}, "dock"],
    ["polish", { pressure_m: 0.1, gently: true, twice: [1, 2] }, "polish, pressure m 0.1 m, gently yes, twice 1 → 2"],
    ["constructor", { constructor: 1 }, "constructor, constructor 1"],
  ])("%s %j: %s", (skill, given, told) => expect(stepTold("en", skill, given, called)).toBe(told));

  it("is said in every language, without a word of the schema", () => {
    const said = LANGUAGES.map(({ code }) => stepTold(code, "turn", { angle_deg: -90 }, called));
    expect(said).toEqual(["turns 90° to the right", "dreht sich 90° nach rechts", "tourne de 90° à droite", "gira 90° a la derecha", "gira di 90° a destra"]);
    expect(stepTold("de", "move", { distance_m: 1.5 }, called)).toBe("fährt 1,5 m voraus");
  });
});
