// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { skillName, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { JsonSchema, Skill } from "@/lib/types";

/** A form made of a skill's schema: texts, numbers with their bounds, and choices. */
export function SkillForm({ robot, skill }: { robot: string; skill: Skill }) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [values, setValues] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const properties = Object.entries(skill.arguments_schema.properties ?? {}).filter(([, schema]) => isSimple(schema));
  const required = skill.arguments_schema.required ?? [];

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    const given = properties.flatMap(([name, schema]) => {
      const value = values[name] ?? "";
      return value === "" ? [] : [[name, isNumber(schema) ? Number(value) : schema.type === "boolean" ? value === "true" : value] as const];
    });
    await session().command(robot, skill.name, Object.fromEntries(given));
    setBusy(false);
  }

  return (
    <form className="skill" onSubmit={submit}>
      <h3>{skillName(language, skill.name)}</h3>
      <p lang="en">{skill.description}</p>
      {properties.map(([name, schema]) => (
        <label key={name}>
          {name.replaceAll("_", " ")}{schema.description === undefined ? null : <small lang="en"> {schema.description}</small>}
          {schema.enum !== undefined || schema.type === "boolean" ? (
            <select required={required.includes(name)} value={values[name] ?? ""} onChange={(event) => setValues({ ...values, [name]: event.target.value })}>
              <option value="" />
              {(schema.enum ?? ["true", "false"]).map((choice) => <option key={String(choice)}>{String(choice)}</option>)}
            </select>
          ) : (
            <input required={required.includes(name)} type={isNumber(schema) ? "number" : "text"} step={schema.type === "integer" ? 1 : "any"}
              min={schema.minimum ?? schema.exclusiveMinimum} max={schema.maximum} value={values[name] ?? ""}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })} />
          )}
        </label>
      ))}
      <button disabled={busy}>{t("do")}</button>
    </form>
  );
}

function isNumber(schema: JsonSchema): boolean {
  return schema.type === "number" || schema.type === "integer";
}

function isSimple(schema: JsonSchema): boolean {
  return schema.enum !== undefined || isNumber(schema) || schema.type === "string" || schema.type === "boolean";
}
