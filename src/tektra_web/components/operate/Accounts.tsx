// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { locale, useTexts } from "@/lib/i18n";
import { programOf } from "@/lib/programOf";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type Account, ROLES, type Role, type Session } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** All accounts, for an administrator. */
export function Accounts() {
  const t = useTexts();
  const own = useStore((state) => state.account?.id);
  const [accounts, again, problem] = useAsked<Account[]>("/users");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("guest");

  async function add(event: FormEvent) {
    event.preventDefault();
    const made = await session().tried(() => session().api.post("/users", { name, password, role }));
    if (made === null) return;
    setName("");
    setPassword("");
    again();
  }

  async function change(work: Promise<unknown>) {
    await session().tried(() => work);
    again();
  }

  if (accounts === null) return <Waiting label={t("people")} problem={problem} again={again} />;
  return (
    <>
      <ul className="plain accounts">
        {accounts.map((account) => (
          <li key={account.id}>
            <b>{account.name}</b>
            <label><span className="unseen">{t("role")} {account.name}</span>
              <select value={account.role} disabled={account.id === own}
                onChange={(event) => void change(session().api.patch(`/users/${account.id}`, { role: event.target.value }))}>
                {ROLES.map((known) => <option key={known} value={known}>{t(known)}</option>)}
              </select>
            </label>
            {account.id === own ? null : (
              <button onClick={() => window.confirm(t("deleteSure", { name: account.name })) && void change(session().api.delete(`/users/${account.id}`))}>
                {t("delete")} <span className="unseen">{account.name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <form className="row" onSubmit={add}>
        <label>{t("name")} <input required pattern="[A-Za-z0-9][A-Za-z0-9._@\-]*" maxLength={64} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} /></label>
        <label>{t("password")} <input required type="password" minLength={10} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} /></label>
        <label>{t("role")}
          <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {ROLES.map((known) => <option key={known} value={known}>{t(known)}</option>)}
          </select>
        </label>
        <button className="primary">{t("add")}</button>
      </form>
    </>
  );
}

/** Where one is signed in, and the way to end it. */
export function Sessions() {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [sessions, again, problem] = useAsked<Session[]>("/auth/sessions");
  if (sessions === null) return <Waiting label={t("sessions")} problem={problem} again={again} />;
  return (
    <ul className="plain">
      {sessions.filter((known) => !known.program).map((known) => (
        <li key={known.id}>
          <b>{known.account}</b> {known.address} <small>{programOf(known.client)} · {new Date(known.last_used_ms).toLocaleString(locale(language))}</small>
          {known.current ? <em className="badge">{t("thisPage")}</em> : (
            <button onClick={() => void session().tried(() => session().api.delete(`/auth/sessions/${known.id}`)).then(again)}>{t("end")} <span className="unseen">{known.account} {programOf(known.client)}</span></button>
          )}
        </li>
      ))}
    </ul>
  );
}
