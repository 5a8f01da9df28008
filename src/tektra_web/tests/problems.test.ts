// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "@/lib/i18n";
import { problemTold } from "@/lib/problems";

const wrong = { code: "wrong_password", message: "name or password are wrong", remedy: "try again" };

describe("what is wrong", () => {
  it("is told in the reader's language, whatever the gateway's words are", () => {
    const told = LANGUAGES.map(({ code }) => problemTold(wrong, code));
    expect(new Set(told).size).toBe(LANGUAGES.length);
    expect(told.slice(1).join()).not.toContain("name or password");
  });
  it("says how long to wait, where that is told", () => {
    expect(problemTold({ code: "too_often", message: "", remedy: "", wait_s: 41.2 }, "de")).toBe("Zu oft. Versuche es in 42 s noch einmal.");
    expect(problemTold({ code: "too_often", message: "", remedy: "" }, "de")).not.toContain(" s ");
  });
  it("is told as the gateway said it where there is no text for it here", () => {
    expect(problemTold({ code: "brand_new", message: "it rains", remedy: "take an umbrella" }, "de")).toBe("it rains – take an umbrella");
    expect(problemTold({ code: "", message: "it rains", remedy: "" }, "de")).toBe("it rains");
    expect(problemTold({ code: "constructor", message: "it rains", remedy: "" }, "de")).toBe("it rains");
  });
});
