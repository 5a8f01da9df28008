// SPDX-License-Identifier: Apache-2.0
import { type Key, type Language, hasText, text } from "./i18n";
import type { Problem } from "./types";

/** Of these what is wrong is not told by the code alone: the gateway's own words stand beside it. */
const DETAILED = new Set(["unavailable", "invalid", "not_allowed", "figure_broken", "figure_too_heavy", "figure_lacks"]);

/** Of these nothing is told by the code: what was said stands beside it, in whatever language. */
const SAID = new Set(["bad_input"]);

/** What is wrong, in the reader's language; where there is no text for it here, as the gateway said it. */
export function problemTold({ code, message, remedy, wait_s = 0 }: Problem, language: Language): string {
  if (code === "too_often" && wait_s > 0) return text(language, "problemWait", { seconds: String(Math.ceil(wait_s)) });
  const key = `problem_${code}`;
  if (!hasText(key)) return [message, remedy].filter(Boolean).join(" – ");
  const told = text(language, key as Key);
  return (SAID.has(code) || (DETAILED.has(code) && language === "en")) && message !== "" ? `${told} (${message})` : told;
}
