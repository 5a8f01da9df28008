// SPDX-License-Identifier: Apache-2.0
import type { Key } from "./i18n";

type Texts = (key: Key, values?: Record<string, string>) => string;

/** Why a driver halts its robot, as tektra/driver/guard.py says it; what is not listed is shown as it was said. */
const KNOWN: Record<string, Key> = {
  "no permit": "haltIdle", stopped: "haltStopped", "stop heard": "haltStopped", "no safety state": "haltNoGate",
  "safety heartbeat lost": "haltNoGate", "link down": "lost", "two safety gates are alive: end one of them": "haltTwoGates",
  "stop heard, which the gate does not confirm": "haltUnconfirmed",
};

/** Causes of a stop, and why one robot gets no permit: as tektra/safety/latch.py and known.py call them, and live.py. */
const CAUSES = [
  "start_up", "operator", "topic", "voice", "bridge", "zone", "heartbeat", "collision", "driver", "sensor", "rival_gate",
  "state_file_unreadable", "gate_silent", "gone", "not described", "limits", "duplicate", "driver silent",
] as const;
const IN_THE_WAY = / is in the way$/;

/** The text for a reason; null where there is none of its own. */
export function reasonKey(reason: string): Key | null {
  return Object.hasOwn(KNOWN, reason) ? KNOWN[reason] ?? null : null;
}

/** A cause in the reader's words; what is not known here, as it was said. */
export function causeTold(cause: string, t: Texts): string {
  const known = CAUSES.find((one) => one === cause);
  if (known !== undefined) return t(`cause_${known.replaceAll(" ", "_")}` as Key);
  if (IN_THE_WAY.test(cause)) return t("inTheWay", { what: cause.replace(IN_THE_WAY, "").replaceAll("_", " ") });
  const reason = reasonKey(cause);
  return reason === null ? cause : t(reason);
}

/** Several of them, each once. */
export function causesTold(causes: readonly string[], t: Texts): string {
  return [...new Set(causes.map((cause) => causeTold(cause, t)))].join(", ");
}

/** Does it stand only because nobody asked anything of it? That is no trouble, and is not shown as one. */
export function idle(reason: string): boolean {
  return reason === "no permit";
}
