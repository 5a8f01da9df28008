// SPDX-License-Identifier: Apache-2.0
import type { Key } from "./i18n";

/** Why a driver halts its robot, as tektra/driver/guard.py says it; what is not listed is shown as it was said. */
const KNOWN: Record<string, Key> = {
  "no permit": "haltIdle", stopped: "haltStopped", "stop heard": "haltStopped", "no safety state": "haltNoGate",
  "safety heartbeat lost": "haltNoGate", "link down": "lost",
};

/** The text for a reason; null where there is none of its own. */
export function reasonKey(reason: string): Key | null {
  return KNOWN[reason] ?? null;
}

/** Does it stand only because nobody asked anything of it? That is no trouble, and is not shown as one. */
export function idle(reason: string): boolean {
  return reason === "no permit";
}
