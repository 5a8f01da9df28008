// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import { problemTold } from "@/lib/problems";
import { useStore } from "@/lib/store";
import type { Problem } from "@/lib/types";

interface Props { label: string; problem: Problem | null; again(): void }

/** In place of what is not there yet: that it is on its way, or why it does not come. */
export function Waiting({ label, problem, again }: Props) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  if (problem === null) return <progress aria-label={label} />;
  const passing = problem.code === "unavailable";
  return (
    <div className="problem" role="status">
      <p>{passing ? t("notThereYet") : problemTold(problem, language)}</p>
      {passing ? <p><small lang="en">{[problem.message, problem.remedy].filter(Boolean).join(" – ")}</small></p> : null}
      <button onClick={again}>{t("again")}</button>
    </div>
  );
}
