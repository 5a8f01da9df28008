// SPDX-License-Identifier: Apache-2.0

/** What browsers say of themselves begins with everything that they claim to be; the newest claim is the true one. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"], [/\bOPR\//, "Opera"], [/\bSamsungBrowser\//, "Samsung Internet"], [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\b(?:Headless)?Chrome\/|\bCriOS\/|\bChromium\//, "Chrome"], [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\bAndroid\b/, "Android"], [/\biPhone\b/, "iPhone"], [/\biPad\b/, "iPad"], [/\bMac OS X\b/, "macOS"], [/\bWindows\b/, "Windows"], [/\bLinux\b/, "Linux"],
];
const LONGEST = 40;

/** Browser and system, as a person calls them; a program by what it says of itself. */
export function programOf(client: string): string {
  const named = (known: readonly [RegExp, string][]) => known.find(([pattern]) => pattern.test(client))?.[1];
  const found = [named(BROWSERS), named(SYSTEMS)].filter((name) => name !== undefined);
  return client.startsWith("Mozilla/") && found.length > 0 ? found.join(", ") : client.slice(0, LONGEST);
}
