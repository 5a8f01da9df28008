// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { ApiProblem } from "@/lib/api";
import { type Key, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import type { Manner, Manners } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** As tektra/common/manners.py has it. */
const STYLE_MAX = 200;
/** In English, which models follow best. */
const STYLES: Record<string, string> = {
  warm: "warm and short, a little dry", brief: "as brief as possible, only facts", playful: "playful, with light humour",
  formal: "formal and polite, no jokes", patient: "patient, in simple words, one thing at a time",
};
const USUAL: Manner = { style: "", expressive: true };

/** How Tektra speaks, to everybody and to single persons: from the next answer on. */
export function MannersEditor() {
  const t = useTexts();
  const [kept, again, problem] = useAsked<Manners>("/manners");
  const [draft, setDraft] = useState<Manners | null>(null);
  const [name, setName] = useState("");
  if (kept === null) return <Waiting label={t("manners")} problem={problem} again={again} />;
  const manners = draft ?? kept;
  const people = (change: Record<string, Manner>) => setDraft({ ...manners, people: change });

  async function save(event: FormEvent) {
    event.preventDefault();
    if (await session().tried(() => session().api.put("/manners", manners).catch(lookAgain)) === null) return;
    session().toast("info", t("saved"));
    setDraft(null);
    again();
  }

  /** What somebody else changed meanwhile is seen first: a draft of before would undo it. */
  function lookAgain(error: unknown): never {
    if (error instanceof ApiProblem && error.status === 409) {
      setDraft(null);
      again();
    }
    throw error;
  }

  function add() {
    const who = name.trim();
    if (who !== "" && !Object.hasOwn(manners.people, who)) people({ ...manners.people, [who]: USUAL });
    setName("");
  }

  return (
    <form className="manners" onSubmit={(event) => void save(event)}>
      <OneManner name={t("everybody")} manner={manners.everybody} change={(everybody) => setDraft({ ...manners, everybody })} />
      {Object.entries(manners.people).map(([who, manner]) => (
        <OneManner key={who} name={who} manner={manner} change={(changed) => people({ ...manners.people, [who]: changed })}
          remove={() => people(Object.fromEntries(Object.entries(manners.people).filter(([known]) => known !== who)))} />
      ))}
      <p className="row">
        <label>{t("ownManner")} <input maxLength={64} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); add(); } }} /></label>
        <button type="button" onClick={add}>{t("add")}</button>
      </p>
      <p><button className="primary" disabled={draft === null}>{t("save")}</button></p>
    </form>
  );
}

function OneManner({ name, manner, change, remove }: { name: string; manner: Manner; change(manner: Manner): void; remove?: () => void }) {
  const t = useTexts();
  return (
    <fieldset>
      <legend>{name}</legend>
      <div className="choices">
        {Object.entries(STYLES).map(([key, style]) => (
          <button key={key} type="button" aria-pressed={manner.style === style} onClick={() => change({ ...manner, style })}>{t(`style_${key}` as Key)}</button>
        ))}
      </div>
      <label>{t("style")} <input maxLength={STYLE_MAX} autoComplete="off" placeholder={t("styleUsual")} value={manner.style} onChange={(event) => change({ ...manner, style: event.target.value })} /></label>
      <label className="check"><input type="checkbox" checked={manner.expressive} onChange={(event) => change({ ...manner, expressive: event.target.checked })} /> {t("expressive")}</label>
      {remove === undefined ? null : <button type="button" onClick={remove}>{t("remove")} <span className="unseen">{name}</span></button>}
    </fieldset>
  );
}
