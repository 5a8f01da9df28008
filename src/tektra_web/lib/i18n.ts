// SPDX-License-Identifier: Apache-2.0
import de from "@/messages/de.json";
import en from "@/messages/en.json";
import es from "@/messages/es.json";
import fr from "@/messages/fr.json";
import it from "@/messages/it.json";
import { useStore } from "./store";

const TEXTS = { en, de, fr, es, it } as const;
export type Language = keyof typeof TEXTS;
export type Key = keyof typeof en;
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "en", name: "English" }, { code: "de", name: "Deutsch" }, { code: "fr", name: "Français" },
  { code: "es", name: "Español" }, { code: "it", name: "Italiano" },
];

export function isLanguage(text: string): text is Language {
  return text in TEXTS;
}

export function text(language: Language, key: Key, values: Record<string, string> = {}): string {
  // A name that is newer than this page, such as a colour's, is shown as it is.
  return (TEXTS[language][key] ?? String(key)).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** What a text of that key is to be given. */
export function asksFor(key: Key): string[] {
  return [...TEXTS.en[key].matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
}

/** The text of that key in the language in use, outside of a component. */
export function t(key: Key, values: Record<string, string> = {}): string {
  return text(useStore.getState().language, key, values);
}

/** Is there a text of that key? */
export function hasText(key: string): key is Key {
  return Object.hasOwn(TEXTS.en, key);
}

/** `word`, as the texts below `prefix` have it; by its own name where there is none here. */
export function wordFor(language: Language, prefix: string, word: string): string {
  const key = `${prefix}_${word}`;
  return hasText(key) ? TEXTS[language][key] : word.replaceAll("_", " ");
}

/** What a robot can do, in that language; by its own name where there is no word for it here. */
export function skillName(language: Language, skill: string): string {
  return wordFor(language, "skill", skill);
}

/** How numbers and times are written: as the browser does, where it speaks the language in use. */
export function locale(language: Language): string {
  return navigator.languages.find((known) => known.slice(0, 2) === language) ?? language;
}

/** A number as the language writes it, with so many digits behind the point. */
export function written(language: Language, value: number, digits = 0): string {
  return value.toLocaleString(locale(language), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** In a component: texts that follow a change of the language. */
export function useTexts(): (key: Key, values?: Record<string, string>) => string {
  const language = useStore((state) => state.language);
  return (key, values) => text(language, key, values);
}
