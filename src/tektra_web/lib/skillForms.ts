// SPDX-License-Identifier: Apache-2.0
/** What a form made of a skill's schema asks for, and what it gives. */
import type { JsonSchema } from "./types";

export type Given = Record<string, string>;
/** How a value is asked for: `order`: several texts, in their order. */
export type Input = "choice" | "number" | "text" | "order";
/** Behind one another in a value of several texts; no name holds it. */
export const BETWEEN = "\n";

export function inputOf(schema: JsonSchema): Input | null {
  if (schema.enum !== undefined || schema.type === "boolean") return "choice";
  if (schema.type === "number" || schema.type === "integer") return "number";
  if (schema.type === "string") return "text";
  return schema.type === "array" && schema.items?.type === "string" ? "order" : null;
}

/** The ways to say where, of which one is needed: names of properties; one way where the schema knows no others. What a form cannot ask for is left out. */
export function waysOf(schema: JsonSchema): string[][] {
  const properties = schema.properties ?? {};
  const asked = Object.keys(properties).filter((name) => inputOf(properties[name] ?? {}) !== null);
  const ways = (schema.oneOf ?? []).map(({ required }) => required ?? []);
  const inWays = new Set(ways.flat());
  const always = asked.filter((name) => !inWays.has(name));
  const possible = ways.filter((way) => way.every((name) => asked.includes(name)));
  return possible.length === 0 ? [always] : possible.map((way) => [...way, ...always]);
}

/** Is it needed, on that way? */
export function isNeeded(schema: JsonSchema, way: readonly string[], name: string): boolean {
  const said = (schema.oneOf ?? []).find(({ required = [] }) => required.length > 0 && required.every((one) => way.includes(one)));
  return (schema.required ?? []).includes(name) || (said?.required ?? []).includes(name);
}

/** The arguments, as the schema has them; what was left empty is left out. */
export function argumentsOf(schema: JsonSchema, way: readonly string[], given: Given): Record<string, unknown> {
  const filled = way.filter((name) => (given[name] ?? "") !== "");
  return Object.fromEntries(filled.map((name) => [name, valueOf(schema.properties?.[name] ?? {}, given[name] ?? "")]));
}

function valueOf(schema: JsonSchema, text: string): unknown {
  const input = inputOf(schema);
  if (input === "order") return text.split(BETWEEN);
  if (schema.enum !== undefined) return schema.enum.find((choice) => String(choice) === text) ?? text;
  if (schema.type === "boolean") return text === "true";
  return input === "number" ? Number(text) : text;
}

/** A choice as people of that language call it. */
export function choiceName(schema: JsonSchema, language: string, choice: string): string {
  return schema["x-tektra-words"]?.[language]?.[choice]?.[0] ?? choice.replaceAll("_", " ");
}
