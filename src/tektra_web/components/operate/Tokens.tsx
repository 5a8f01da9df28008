// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { locale, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { ROLES, type MadeToken, type Role, type Session, mayAs } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** Into the clipboard, which a page that came by plain http does not have: then the text is chosen, to be copied by hand. */
async function copied(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  document.querySelector<HTMLTextAreaElement>(".made textarea")?.select();
}

/** Tokens for programs: made, shown once, and ended. */
export function Tokens() {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const own = useStore((state) => state.account?.role);
  const [sessions, again, problem] = useAsked<Session[]>("/auth/sessions");
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [role, setRole] = useState<Role>(own ?? "guest");
  const [made, setMade] = useState("");

  async function make(event: FormEvent) {
    event.preventDefault();
    const answer = await session().tried(() => session().api.post<MadeToken>("/auth/tokens", { name, days, role }));
    if (answer === null) return;
    setMade(answer.token);
    setName("");
    again();
  }

  if (sessions === null) return <Waiting label={t("tokens")} problem={problem} again={again} />;
  const programs = sessions.filter((known) => known.program);
  return (
    <>
      <p className="about">{t("tokensHint")}</p>
      {programs.length === 0 ? <p>{t("nothing")}</p> : null}
      <ul className="plain">
        {programs.map((known) => (
          <li key={known.id}>
            <b>{known.client}</b> <small>{known.account} · {t("until", { when: new Date(known.expires_ms).toLocaleDateString(locale(language)) })}</small>
            <button onClick={() => void session().tried(() => session().api.delete(`/auth/sessions/${known.id}`)).then(again)}>
              {t("end")} <span className="unseen">{known.client}</span>
            </button>
          </li>
        ))}
      </ul>
      <form className="row" onSubmit={(event) => void make(event)}>
        <label>{t("program")} <input required maxLength={64} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} /></label>
        <label>{t("days")} <input required type="number" min={1} max={365} value={days} onChange={(event) => setDays(event.target.valueAsNumber)} /></label>
        <label>{t("role")}
          <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {ROLES.filter((known) => mayAs(own, known)).map((known) => <option key={known} value={known}>{t(known)}</option>)}
          </select>
        </label>
        <button className="primary">{t("add")}</button>
      </form>
      <div role="status">
        {made === "" ? null : (
          <div className="made">
            <p>{t("tokenOnce")}</p>
            <textarea readOnly rows={4} aria-label={t("tokenMade")} value={made} onFocus={(event) => event.target.select()} />
            <button onClick={() => void session().tried(() => copied(made))}>{t("copy")}</button>
          </div>
        )}
      </div>
    </>
  );
}
