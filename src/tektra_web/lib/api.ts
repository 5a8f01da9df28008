// SPDX-License-Identifier: Apache-2.0
import type { Account, Problem, SignedIn } from "./types";

const PREFIX = "/api/v1";
const TIMEOUT_MS = 30_000;
/** A file of many megabytes may take so long. */
const FILE_TIMEOUT_MS = 150_000;
type Read<T> = (response: Response) => Promise<T>;
/** A new token is fetched so long before the old one ends. */
const EARLY_MS = 30_000;

export class ApiProblem extends Error {
  constructor(readonly status: number, readonly problem: Problem) {
    super(problem.message);
  }
}

/** The reason of a signal by which a person ends what they asked for. */
export class GivenUp extends Error {}

/** One tab at a time: a refresh token serves once, and two that use it at once are both signed out. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? work() : navigator.locks.request("tektra-refresh", work) as Promise<T>;
}

/** REST with the access token, which lies in memory alone; the refresh token is a cookie that scripts cannot read. */
export class Api {
  private token = "";
  private endsMs = 0;
  private accountId = "";
  private refreshing: Promise<Account> | null = null;
  /** The session that was open is none any more. */
  onEnded: () => void = () => undefined;

  async signIn(name: string, password: string): Promise<Account> {
    return this.took(await this.send<SignedIn>("POST", "/auth/login", { name, password, cookie: true }));
  }

  /** Signs in by the cookie. Throws ApiProblem with status 401 where there is none, or it has ended. */
  refresh(): Promise<Account> {
    this.refreshing ??= alone(() => this.send<SignedIn>("POST", "/auth/refresh", {}))
      .then((signed) => this.took(signed, true), (error: unknown) => {
        if (error instanceof ApiProblem && error.status === 401 && this.token !== "") {
          this.token = "";
          this.onEnded();
        }
        throw error;
      })
      .finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  async signOut(): Promise<void> {
    try {
      await this.send("POST", "/auth/logout", {});
    } finally {
      this.token = "";
    }
  }

  get signedIn(): boolean {
    return this.token !== "";
  }

  get<T>(path: string): Promise<T> {
    return this.authorized<T>("GET", path);
  }

  /** A file's bytes. */
  bytes(path: string): Promise<ArrayBuffer> {
    return this.authorized<ArrayBuffer>("GET", path, undefined, AbortSignal.timeout(FILE_TIMEOUT_MS), (response) => response.arrayBuffer());
  }

  /** Sends a file as it is. */
  upload<T>(path: string, file: File, kind: string): Promise<T> {
    return this.authorized<T>("POST", path, new Blob([file], { type: kind }), AbortSignal.timeout(FILE_TIMEOUT_MS));
  }

  /** `ended` gives it up; without it TIMEOUT_MS does. */
  post<T>(path: string, body: unknown = {}, ended?: AbortSignal): Promise<T> {
    return this.authorized<T>("POST", path, body, ended);
  }

  /** A stop waits for nothing: it goes with the token that is there, and for a new one only where that has ended. */
  async stop(robot: string, withinMs: number): Promise<void> {
    const path = robot === "" ? "/safety/stop" : `/robots/${robot}/emergency`;
    const send = () => this.send("POST", path, { reason: "page" }, AbortSignal.timeout(withinMs));
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      await this.refresh();
      await send();
    }
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.authorized<T>("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.authorized<T>("PATCH", path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.authorized<T>("DELETE", path);
  }

  private async authorized<T>(method: string, path: string, body?: unknown, ended?: AbortSignal, read?: Read<T>): Promise<T> {
    if (this.token !== "" && performance.now() > this.endsMs - EARLY_MS) await this.refresh();
    try {
      return await this.send<T>(method, path, body, ended, read);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401 || this.token === "") throw error;
      await this.refresh();
      return this.send<T>(method, path, body, ended, read);
    }
  }

  /** A refresh goes by the cookie, which another tab may have got for somebody else meanwhile: nobody becomes that one unasked. */
  private took(signed: SignedIn, refreshed = false): Account {
    if (refreshed && this.token !== "" && signed.account.id !== this.accountId) {
      this.token = "";
      this.onEnded();
      throw new ApiProblem(401, { code: "not_signed_in", message: "somebody else signed in here", remedy: "sign in again" });
    }
    this.accountId = signed.account.id;
    this.token = signed.access_token;
    this.endsMs = performance.now() + signed.expires_in_s * 1000;
    return signed.account;
  }

  private async send<T>(method: string, path: string, body?: unknown, ended = AbortSignal.timeout(TIMEOUT_MS), read?: Read<T>): Promise<T> {
    const headers: Record<string, string> = { "x-tektra": "1" };
    if (this.token !== "") headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["content-type"] = body instanceof Blob ? body.type : "application/json";
    let response: Response;
    try {
      response = await fetch(PREFIX + path, {
        method, headers, body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
        credentials: "same-origin", signal: ended,
      });
    } catch {
      if (ended.reason instanceof GivenUp) throw ended.reason;
      throw new ApiProblem(0, { code: "unreachable", message: "Tektra cannot be reached", remedy: "" });
    }
    if (response.ok && read !== undefined) return read(response);
    const content: unknown = await response.json().catch(() => null);
    if (response.ok) return content as T;
    const told = (content ?? {}) as Partial<Problem>;
    throw new ApiProblem(response.status, {
      code: told.code ?? "failed", message: told.message ?? `HTTP ${response.status}`, remedy: told.remedy ?? "",
      wait_s: Number(response.headers.get("retry-after") ?? 0),
    });
  }
}
