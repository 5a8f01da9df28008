// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { LANGUAGES, skillName } from "@/lib/i18n";
import { programOf } from "@/lib/programOf";

describe("what a robot can do", () => {
  it("is named in every language, and by its own name where nobody here knows it", () => {
    expect(LANGUAGES.map(({ code }) => skillName(code, "navigate_to"))).toEqual(["go to", "fahren nach", "aller à", "ir a", "andare a"]);
    expect(skillName("de", "polish_the_floor")).toBe("polish the floor");
    expect(skillName("en", "constructor")).toBe("constructor");
  });
});

describe("where somebody is signed in", () => {
  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36", "Chrome, Linux"],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"],
    ["Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0", "Firefox, Android"],
    ["python-httpx2/2.0", "python-httpx2/2.0"],
    ["Mozilla/5.0 (something else)", "Mozilla/5.0 (something else)"],
    ["", ""],
  ])("%s", (client, told) => expect(programOf(client)).toBe(told));
});
