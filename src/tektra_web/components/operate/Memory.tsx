// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { locale, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { Fact } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** What Tektra remembers: put right, or forgotten. */
export function Memory() {
  const t = useTexts();
  const [facts, again, problem] = useAsked<Fact[]>("/facts");
  const [wanted, setWanted] = useState("");
  if (facts === null) return <Waiting label={t("memory")} problem={problem} again={again} />;
  const shown = facts.filter((fact) => `${fact.text} ${fact.person}`.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <>
      <label className="search">{t("search")} <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} /></label>
      {shown.length === 0 ? <p>{t("nothing")}</p> : null}
      <ul className="plain">{shown.map((fact) => <Remembered key={fact.fact_id} fact={fact} again={again} />)}</ul>
    </>
  );
}

function Remembered({ fact, again }: { fact: Fact; again(): void }) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [words, setWords] = useState<string | null>(null);
  const path = `/facts/${encodeURIComponent(fact.fact_id)}`;

  async function correct(event: FormEvent) {
    event.preventDefault();
    if (await session().tried(() => session().api.patch(path, { text: words })) === null) return;
    setWords(null);
    again();
  }

  if (words !== null) {
    return (
      <li>
        <form className="row wide" onSubmit={(event) => void correct(event)} onKeyDown={(event) => event.key === "Escape" && setWords(null)}>
          <label>{t("correctFact")} <input required autoFocus maxLength={2000} autoComplete="off" value={words} onChange={(event) => setWords(event.target.value)} /></label>
          <button className="primary">{t("save")}</button>
          <button type="button" onClick={() => setWords(null)}>{t("cancel")}</button>
        </form>
      </li>
    );
  }
  return (
    <li>
      <span className="grow">{fact.text}</span>
      <small>{[fact.person, new Date(fact.stamp_ms).toLocaleDateString(locale(language))].filter(Boolean).join(" · ")}</small>
      <span className="actions"><button onClick={() => setWords(fact.text)}>{t("correct")} <span className="unseen">{fact.text}</span></button>
      <button onClick={() => window.confirm(t("forgetFactSure", { fact: fact.text })) && void session().tried(() => session().api.delete(path)).then(again)}>
        {t("forget")} <span className="unseen">{fact.text}</span>
      </button></span>
    </li>
  );
}
