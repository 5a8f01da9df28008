// SPDX-License-Identifier: Apache-2.0
import type { FromServer, Outcome, Plan } from "./types";

/** A line of the conversation. `id`: of a request of this page, or empty for what was said elsewhere (in the room). */
export interface Entry {
  key: string; id: string; requestId: string; who: "me" | "room" | "tektra" | "note"; text: string;
  outcome: Outcome | null; message: string; writing: boolean;
}

type AiResponse = Extract<FromServer, { type: "ai_response" }>;
const MOST_ENTRIES = 400;

/** What a person typed, and the place of the answer to it. */
export function asked(entries: Entry[], id: string, text: string): Entry[] {
  const mine: Entry = { key: `q${id}`, id, requestId: "", who: "me", text, outcome: null, message: "", writing: false };
  const answer: Entry = { ...mine, key: `a${id}`, who: "tektra", text: "", writing: true };
  return [...entries, mine, answer].slice(-MOST_ENTRIES);
}

/** The conversation after a piece of an answer. What was said elsewhere comes without an id of ours. */
export function answered(entries: Entry[], piece: AiResponse): Entry[] {
  const own = piece.id !== "";
  if (!own && entries.some((entry) => entry.id !== "" && entry.requestId === piece.request_id)) return entries;
  const index = entries.findIndex((entry) =>
    entry.who === "tektra" && (own ? entry.id === piece.id : entry.id === "" && entry.requestId === piece.request_id));
  const old = entries[index];
  if (old === undefined) {
    if (own || piece.request_id === "") return entries;
    const begun: Entry = { key: `r${piece.request_id}`, id: "", requestId: piece.request_id, who: "tektra", text: "", outcome: null, message: "", writing: true };
    return answered([...entries, begun].slice(-MOST_ENTRIES), piece);
  }
  const text = piece.last && piece.reply !== "" ? piece.reply : old.text + piece.delta;
  const next: Entry = {
    ...old, text, requestId: piece.request_id || old.requestId, writing: !piece.last,
    outcome: piece.outcome ?? old.outcome, message: piece.message || old.message,
  };
  const changed = entries.map((entry, at) => (at === index ? next : entry));
  // The same answer may have begun as one from elsewhere, before its request was known to be ours.
  return own && next.requestId !== ""
    ? changed.filter((entry) => entry.id !== "" || entry.requestId !== next.requestId || entry.who !== "tektra")
    : changed;
}

/** A request that could not be sent, or was refused on its way. */
export function refused(entries: Entry[], id: string, why: string): Entry[] {
  return entries.map((entry) =>
    entry.id === id && entry.who === "tektra" ? { ...entry, writing: false, outcome: "refused", message: why } : entry);
}

/** The line came back, but not to where it was: answers that were being written do not come any more. */
export function abandoned(entries: Entry[], why: string): Entry[] {
  return entries.some((entry) => entry.writing)
    ? entries.map((entry) => (entry.writing ? { ...entry, writing: false, outcome: "failed", message: why } : entry))
    : entries;
}

/**
 * What is shown: an answer to this page also comes as one that everybody hears, and until the gateway says that it is the
 * same, it would stand there twice.
 */
export function visible(entries: Entry[]): Entry[] {
  const own = entries.filter((entry) => entry.id !== "" && entry.who === "tektra" && entry.writing && entry.requestId === "");
  const same = (a: string, b: string) => a.startsWith(b) || b.startsWith(a);
  return own.length === 0 ? entries : entries.filter((entry) =>
    entry.id !== "" || entry.who !== "tektra" || !own.some((answer) => same(answer.text, entry.text)));
}

/** What was heard in the room, once it is final. */
export function heard(entries: Entry[], text: string): Entry[] {
  const key = `h${entries.length}-${text.slice(0, 12)}`;
  return [...entries, { key, id: "", requestId: "", who: "room" as const, text, outcome: null, message: "", writing: false }].slice(-MOST_ENTRIES);
}

/** The plan of an entry, if it led to one. */
export function planOf(entry: Entry, plans: Record<string, Plan>): Plan | undefined {
  return entry.requestId === "" ? undefined : plans[entry.requestId];
}
