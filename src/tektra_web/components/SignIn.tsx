// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { ApiProblem } from "@/lib/api";
import { useTexts } from "@/lib/i18n";
import { problemTold } from "@/lib/problems";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { Preferences } from "./Preferences";

/** Signing in; and, at the first time, a password of one's own. */
export function SignIn() {
  const t = useTexts();
  const account = useStore((state) => state.account);
  const ended = useStore((state) => state.ended);
  const language = useStore((state) => state.language);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const changing = account?.must_change_password ?? false;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setProblem("");
    if (changing && next !== repeated) return setProblem(t("notTheSame"));
    void session().unlockSound(); // while it is a person's click
    setBusy(true);
    try {
      if (changing) await session().changePassword(password, next);
      else await session().signIn(name.trim(), password);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? problemTold(error.problem, language) : t("wrong"));
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit} aria-labelledby="sign-in">
        <div className="brand" aria-hidden="true"><span className="mark" /></div>
        <h1 id="sign-in">{changing ? t("changePassword") : t("title")}</h1>
        {ended && problem === "" ? <p className="problem" role="status">{t("sessionEnded")}</p> : null}
        {changing ? null : (
          <label>
            {t("name")}
            <input name="name" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus
              value={name} onChange={(event) => setName(event.target.value)} />
          </label>
        )}
        <label>
          {t(changing ? "oneTime" : "password")}
          <input name="password" type="password" autoComplete="current-password" required value={password}
            onChange={(event) => setPassword(event.target.value)} />
        </label>
        {changing ? (
          <label>
            {t("newPassword")}
            <input name="new" type="password" autoComplete="new-password" minLength={10} required value={next}
              aria-describedby="hint" onChange={(event) => setNext(event.target.value)} />
            <small id="hint">{t("newPasswordHint")}</small>
          </label>
        ) : null}
        {changing ? (
          <label>
            {t("repeatPassword")}
            <input name="repeated" type="password" autoComplete="new-password" required value={repeated}
              onChange={(event) => setRepeated(event.target.value)} />
          </label>
        ) : null}
        {problem === "" ? null : <p className="problem" role="alert">{problem}</p>}
        <button className="primary" disabled={busy}>{changing ? t("change") : t("signIn")}</button>
        {changing ? null : <small>{t("firstTime")}</small>}
      </form>
      <Preferences />
    </main>
  );
}
