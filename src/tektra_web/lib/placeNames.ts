// SPDX-License-Identifier: Apache-2.0
import type { WorldMap } from "./types";

/** A room or place as people of that language call it; by its own name where the house has no word of theirs for it. */
export function placeName(world: Pick<WorldMap, "names"> | null, language: string, name: string): string {
  const known = world?.names[language];
  return (known !== undefined && Object.hasOwn(known, name) ? known[name] : undefined) ?? name.replaceAll("_", " ");
}
