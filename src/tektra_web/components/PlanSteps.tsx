// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import { placeName } from "@/lib/placeNames";
import { stepTold } from "@/lib/stepWords";
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
          <b>{step.who}</b> {stepTold(language, step.skill, step.arguments, (name) => placeName(world, language, name))}
          <em>{t(step.status)}</em>
          {step.message === "" ? null : <small>{step.message}</small>}
        </li>
      ))}
    </ul>
  );
}
