// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { hasText, skillName, useTexts, wordFor } from "@/lib/i18n";
import { placeName } from "@/lib/placeNames";
import { session } from "@/lib/session";
import { type Given, argumentsOf, choiceName, inputOf, isNeeded, waysOf } from "@/lib/skillForms";
import { useStore } from "@/lib/store";
import type { JsonSchema, Skill } from "@/lib/types";
import { InOrder } from "./InOrder";

/** A form made of a skill's schema: texts, numbers with their bounds, choices, and places and robots of this home by name. */
export function SkillForm({ robot, skill }: { robot: string; skill: Skill }) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [given, setGiven] = useState<Given>({});
  const [which, setWhich] = useState(0);
  const [busy, setBusy] = useState(false);
  const schema = skill.arguments_schema;
  const ways = waysOf(schema);
  const way = ways[which] ?? [];
  const called = (name: string) => wordFor(language, "arg", name);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    await session().command(robot, skill.name, argumentsOf(schema, way, given));
    setBusy(false);
  }

  return (
    <details className="skill">
      <summary><h3>{skillName(language, skill.name)}</h3></summary>
      <form onSubmit={(event) => void submit(event)}>
        {language === "en" || !hasText(`skill_${skill.name}`) ? <p lang="en">{skill.description}</p> : null}
        {ways.length < 2 ? null : (
          <label>{t("way")}
            <select value={which} onChange={(event) => setWhich(Number(event.target.value))}>
              {ways.map((names, at) => (
                <option key={at} value={at}>{names.filter((name) => isNeeded(schema, names, name)).map(called).join(t("and"))}</option>
              ))}
            </select>
          </label>
        )}
        {way.map((name) => (
          <Asked key={name} name={name} schema={schema.properties?.[name] ?? {}} needed={isNeeded(schema, way, name)} robot={robot}
            value={given[name] ?? ""} onChange={(value) => setGiven({ ...given, [name]: value })} />
        ))}
        <button disabled={busy}>{t("do")} <span className="unseen">{skillName(language, skill.name)}</span></button>
      </form>
    </details>
  );
}

interface AskedProps { name: string; schema: JsonSchema; needed: boolean; robot: string; value: string; onChange(value: string): void }

/** One value. */
function Asked({ name, schema, needed, robot, value, onChange }: AskedProps) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const choices = useChoices(name, schema, robot);
  const input = inputOf(schema);
  const label = wordFor(language, "arg", name);
  const known = hasText(`arg_${name}`) && language !== "en";
  if (input === "order") return <InOrder label={label} needed={needed} choices={choices ?? []} value={value} onChange={onChange} />;
  return (
    <label>
      {label}{schema.description === undefined || known ? null : <small lang="en"> {schema.description}</small>}
      {choices !== null ? (
        <select required={needed} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{needed ? t("choose") : ""}</option>
          {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.text}</option>)}
        </select>
      ) : (
        <input required={needed} type={input === "number" ? "number" : "text"} step={schema.type === "integer" ? 1 : "any"} autoComplete="off"
          min={schema.minimum ?? schema.exclusiveMinimum} max={schema.maximum} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </label>
  );
}

export interface Choice { value: string; text: string }

/** What there is to choose from; null where anything may be said. Places and robots are those of this home. */
function useChoices(name: string, schema: JsonSchema, robot: string): Choice[] | null {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const world = useStore((state) => state.world);
  const robots = useStore((state) => state.robots);
  if (schema.type === "boolean") return [{ value: "true", text: t("yes") }, { value: "false", text: t("no") }];
  const isPlace = name === "place" || name === "places";
  if (schema.enum !== undefined) {
    return schema.enum.map((choice) => ({ value: String(choice), text: isPlace ? placeName(world, language, String(choice)) : choiceName(schema, language, String(choice)) }));
  }
  if (isPlace && world !== null) return world.places.map((place) => ({ value: place.name, text: placeName(world, language, place.name) }));
  if (name === "robot") return Object.keys(robots).filter((other) => other !== robot).sort().map((other) => ({ value: other, text: other }));
  return null;
}
