// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { cellsOf, colourOf, layersFor, zonesFor } from "@/lib/floor";
import { LANGUAGES, type Key, text } from "@/lib/i18n";
import { eyeOf, keyed, turned, zoomed } from "@/lib/orbit";
import { causeTold, causesTold } from "@/lib/reasons";
import { hangingOn, jointTurn } from "@/lib/shapes";
import type { RobotShape, ShapeJoint, Zone } from "@/lib/types";

const zone = (name: string, kind: Zone["kind"], ...robots: string[]): Zone => ({ name, kind, corners: [], robots, speed_m_s: null });
const joint = (more: Partial<ShapeJoint>): ShapeJoint => ({
  name: "j", kind: "turns", parent: "a", child: "b", xyz: [0, 0, 0], rpy: [0, 0, 0], axis: [0, 0, 2], ...more,
});

describe("what lies on the map", () => {
  it("is for whoever may see it: where people stand is not for everybody", () => {
    expect(layersFor("observer")).toEqual(["ways", "zones"]);
    expect(layersFor("operator")).toEqual(["ways", "zones", "people", "obstacles"]);
    expect(layersFor(undefined)).toEqual(["ways", "zones"]);
  });
  it("has the zones of the chosen robot, what is forbidden above the rest", () => {
    const zones = [zone("stairs", "keep_out"), zone("arm", "slow", "rover2"), zone("home", "keep_in"), zone("kitchen", "slow", "rover1")];
    expect(zonesFor(zones, "rover1").map(({ name }) => name)).toEqual(["home", "kitchen", "stairs"]);
  });
  it("shows a thing once that two robots see", () => {
    expect(cellsOf({ rover1: [{ x: 1, y: 2 }, { x: 1.1, y: 2 }], rover2: [{ x: 1, y: 2 }] })).toHaveLength(2);
  });
  it("gives each robot a colour of its own", () => {
    const names = ["a", "b", "c"];
    expect(new Set(names.map((name) => colourOf(names, name))).size).toBe(3);
    expect(colourOf(names, "nobody")).toBe(colourOf(names, "a"));
  });
});

describe("why a robot stands", () => {
  const causes = [
    "start_up", "operator", "topic", "voice", "bridge", "zone", "heartbeat", "collision", "driver", "sensor", "rival_gate",
    "state_file_unreadable", "gate_silent", "gone", "not described", "limits", "duplicate", "driver silent", "link down", "stopped",
    "two safety gates are alive: end one of them", "stop heard, which the gate does not confirm",
  ];
  it.each(LANGUAGES.map(({ code }) => code))("is said in words of its reader: %s", (code) => {
    const told = causes.map((cause) => causeTold(cause, (key: Key, values = {}) => text(code, key, values)));
    told.forEach((words, at) => {
      expect(words).not.toBe(causes[at]);
      expect(words.length).toBeGreaterThan(3);
    });
    if (code !== "en") {
      const english = causes.map((cause) => causeTold(cause, (key: Key, values = {}) => text("en", key, values)));
      told.forEach((words, at) => expect(words).not.toBe(english[at]));
    }
  });
  it("names what is in the way, each cause once, and what is not known as it was said", () => {
    const german = (key: Key, values: Record<string, string> = {}) => text("de", key, values);
    expect(causeTold("a_chair is in the way", german)).toBe("a chair ist im Weg");
    expect(causesTold(["operator", "operator", "battery low", "constructor"], german)).toBe("jemand hat angehalten, battery low, constructor");
  });
});

describe("the eye of the 3D map", () => {
  const orbit = { turn: 0, tilt: 0.6, far: 10 };
  it("looks from the south, and never from beneath the floor or through it", () => {
    const [x, y, z] = eyeOf(orbit);
    expect([x, y < 0, z > 0]).toEqual([0, true, true]);
    for (const dy of [-1e5, 1e5]) expect(eyeOf(turned(orbit, 0, dy))[2]).toBeGreaterThan(0);
  });
  it("keeps a distance", () => {
    expect(zoomed(orbit, 1e-9, 16).far).toBeGreaterThan(1);
    expect(zoomed(orbit, 1e9, 16).far).toBe(48);
  });
  it("turns by keys, and leaves the others to the page", () => {
    expect(keyed(orbit, "ArrowLeft", 16)?.turn).toBeLessThan(0);
    expect(keyed(orbit, "+", 16)?.far).toBeLessThan(10);
    for (const key of ["Tab", "Enter", "Escape", "a"]) expect(keyed(orbit, key, 16)).toBeNull();
  });
});

describe("a robot's shape", () => {
  it("turns and slides about the axis of its joint, however long that is told", () => {
    const quarter = jointTurn(joint({}), Math.PI / 2);
    expect(quarter.quaternion.map((part) => Math.round(part * 1000) / 1000)).toEqual([0, 0, 0.707, 0.707]);
    expect(jointTurn(joint({ kind: "slides", axis: [0, 3, 4] }), 0.5).position).toEqual([0, 0.3, 0.4]);
    expect(jointTurn(joint({ kind: "fixed" }), 1)).toEqual({ quaternion: [0, 0, 0, 1], position: [0, 0, 0] });
    expect(jointTurn(joint({ axis: [0, 0, 0] }), 1).quaternion).toEqual([0, 0, 0, 1]);
  });
  it("ends where a faulty file leads back", () => {
    const shape: RobotShape = { base: "a", parts: [], joints: [joint({}), joint({ name: "k", parent: "b", child: "a" })] };
    expect(hangingOn(shape, ["a"]).map(({ name }) => name)).toEqual(["j"]);
    expect(hangingOn(shape, ["a", "b"])).toEqual([]);
  });
});
