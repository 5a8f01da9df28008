// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from "react";
import { ApiProblem } from "@/lib/api";
import { session } from "@/lib/session";
import type { Problem } from "@/lib/types";

/** What is starting, or was lost for a moment, is asked again by itself. */
const AGAIN_MS = 4000;
const PASSING = new Set(["unavailable", "unreachable"]);

/** What a GET gives, null until it is there; the way to ask anew; and what is wrong while there is nothing. */
export function useAsked<T>(path: string): [T | null, () => void, Problem | null] {
  const [found, setFound] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const again = useCallback(() => {
    session().api.get<T>(path).then(
      (answer) => {
        setFound(answer);
        setProblem(null);
      },
      (error: unknown) => setProblem(error instanceof ApiProblem ? error.problem : { code: "failed", message: String(error), remedy: "" }),
    );
  }, [path]);
  useEffect(again, [again]);
  useEffect(() => {
    if (problem === null || !PASSING.has(problem.code)) return undefined;
    const timer = setTimeout(again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [again, problem]);
  return [found, again, problem];
}
