// SPDX-License-Identifier: Apache-2.0
import { type Key, type Language, asksFor, hasText, skillName, text, wordFor, written } from "./i18n";

/** Who asks, as a plan has them. */
const ASKER = "me";
/** What a number is of, by the end of its argument's name. */
const UNITS: readonly [RegExp, string][] = [[/_deg$/, "°"], [/_rad$/, " rad"], [/_mps$/, " m/s"], [/_m$/, " m"], [/(_s|^seconds)$/, " s"]];
/** Ways to say a step that depend on the sign of a number, which is said without it then. */
const SIGNED: Readonly<Record<string, { of: string; plus: string; minus: string }>> = {
  turn: { of: "angle_deg", plus: "left", minus: "right" }, move: { of: "distance_m", plus: "ahead", minus: "back" },
};
/** Ways to say where, beside the usual one. */
const WAYS = ["", "_xy", "_robot"];
const DIGITS = 2;

type Arguments = Record<string, unknown>;
type Called = (name: string) => string;

/** A step of a plan as a person would say it: "turns 90° to the left". `called`: what a place is called. */
export function stepTold(language: Language, skill: string, given: Arguments, called: Called): string {
  const key = keyOf(skill, given);
  const told = new Set(key === null ? [] : asksFor(key));
  const signed = SIGNED[skill]?.of;
  const said = key === null ? skillName(language, skill)
    : text(language, key, Object.fromEntries([...told].map((name) => [name, valueTold(language, name, given[name], called, name === signed)])));
  const rest = Object.entries(given).filter(([name, value]) => !told.has(name) && value !== null && value !== undefined && value !== "");
  return [said, ...rest.map(([name, value]) => moreTold(language, name, value, called))].join(", ");
}

function keyOf(skill: string, given: Arguments): Key | null {
  const signed = SIGNED[skill];
  const number = signed === undefined ? undefined : given[signed.of];
  const ways = signed !== undefined && typeof number === "number" ? [`_${number < 0 ? signed.minus : signed.plus}`] : WAYS;
  const keys = ways.map((way) => `step_${skill}${way}`).filter(hasText);
  return keys.find((key) => asksFor(key).every((name) => given[name] !== undefined && given[name] !== null)) ?? null;
}

/** In a sentence that has the unit already. */
function valueTold(language: Language, name: string, value: unknown, called: Called, unsigned = false): string {
  if (typeof value === "number") return numberTold(language, unsigned ? Math.abs(value) : value);
  if (Array.isArray(value)) return value.map((one) => valueTold(language, name, one, called)).join(" → ");
  if (typeof value === "boolean") return text(language, value ? "yes" : "no");
  if (typeof value !== "string") return JSON.stringify(value);
  if (name === "person" && value === ASKER) return text(language, "whoAsks");
  return name === "text" ? value : called(value);
}

/** What no sentence has a place for. */
function moreTold(language: Language, name: string, value: unknown, called: Called): string {
  const key = `with_${name}`;
  if (hasText(key)) return text(language, key, { value: valueTold(language, name, value, called) });
  const unit = typeof value === "number" ? UNITS.find(([ending]) => ending.test(name))?.[1] ?? "" : "";
  const label = wordFor(language, "arg", name).split(/ ?[(,（]/)[0] as string;
  return `${label} ${valueTold(language, name, value, called)}${unit}`;
}

function numberTold(language: Language, value: number): string {
  const rounded = Number(value.toFixed(DIGITS));
  return written(language, rounded, Math.min(DIGITS, (String(rounded).split(".")[1] ?? "").length));
}
