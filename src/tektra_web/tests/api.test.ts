// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "@/lib/api";

const account = (id: string) => ({ id, name: id, role: "guest", disabled: false, must_change_password: false, created_ms: 0 });
const signed = (id: string, expires_in_s = 600) => ({ access_token: `token of ${id}`, token_type: "bearer", expires_in_s, account: account(id), refresh_token: "" });

describe("the page's way to the gateway", () => {
  let asked: { path: string; token: string | undefined }[], answers: Record<string, unknown>;
  beforeEach(() => {
    asked = [];
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("fetch", (path: string, { headers }: { headers: Record<string, string> }) => {
      asked.push({ path, token: headers.authorization });
      return Promise.resolve(new Response(JSON.stringify(answers[path] ?? {}), { status: 200 }));
    });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("does not become somebody else who signed in by another tab", async () => {
    answers = { "/api/v1/auth/login": signed("ada", 0), "/api/v1/auth/refresh": signed("admin") };
    const api = new Api(), ended = vi.fn();
    api.onEnded = ended;
    await api.signIn("ada", "secret");
    await expect(api.get("/robots")).rejects.toMatchObject({ status: 401 });
    expect(ended).toHaveBeenCalledOnce();
    expect(asked.filter(({ token }) => token === "Bearer token of admin")).toEqual([]);
    expect(api.signedIn).toBe(false);
  });

  it("goes on as whoever it was, and comes in by the cookie as whoever that is", async () => {
    answers = { "/api/v1/auth/login": signed("ada", 0), "/api/v1/auth/refresh": signed("ada") };
    const api = new Api();
    await api.signIn("ada", "secret");
    await api.get("/robots");
    expect(asked.map(({ path }) => path.slice(7))).toEqual(["/auth/login", "/auth/refresh", "/robots"]);
    await expect(new Api().refresh()).resolves.toMatchObject({ id: "ada" });
  });
});
