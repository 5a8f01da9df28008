// SPDX-License-Identifier: Apache-2.0
import { skillName, useTexts } from "@/lib/i18n";
import { placeName } from "@/lib/placeNames";
import { useStore } from "@/lib/store";
import type { Plan } from "@/lib/types";

/** A plan's steps as they run. */
export function PlanSteps({ plan }: { plan: Plan }) {
  const t = useTexts();
  const world = useStore((state) => state.world);
  const language = useStore((state) => state.language);
  return (
    <ul className="steps" aria-label={t("plan")}>
      {plan.steps.map((step) => (
        <li key={step.id} className={step.status}>
          <span className="dot" aria-hidden="true" />
          <b>{step.who}</b> {skillName(language, step.skill)} {inWords(step.arguments, (name) => placeName(world, language, name))}
          <em>{t(step.status)}</em>
          {step.message === "" ? null : <small>{step.message}</small>}
        </li>
      ))}
    </ul>
  );
}

function inWords(values: Record<string, unknown>, called: (name: string) => string): string {
  return Object.entries(values)
    .map(([name, value]) => (typeof value === "string" ? called(value) : `${name.replaceAll("_", " ")} ${JSON.stringify(value)}`))
    .join(", ");
}
