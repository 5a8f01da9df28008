// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from "react";
import { session } from "@/lib/session";

/** What a GET gives; null until it is there. `again` asks anew. */
export function useAsked<T>(path: string): [T | null, () => void] {
  const [found, setFound] = useState<T | null>(null);
  const again = useCallback(() => {
    void session().tried(() => session().api.get<T>(path)).then((answer) => answer !== null && setFound(answer));
  }, [path]);
  useEffect(again, [again]);
  return [found, again];
}
