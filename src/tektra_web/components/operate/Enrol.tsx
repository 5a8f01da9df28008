// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "react";
import { GivenUp } from "@/lib/api";
import { locale, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { KnownPrints, Person, PrintKind } from "@/lib/types";
import { TROUBLES } from "../MicrophoneTools";
import { Picture } from "../robots/Camera";

const KINDS: readonly PrintKind[] = ["face", "voice"];
type Microphone = "tektra" | "page";

/** Has Tektra learn somebody's face or voice, once it is said that they agreed. */
export function Enrol({ person, known, again }: { person: Person; known: KnownPrints | undefined; again(): void }) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [what, setWhat] = useState<PrintKind | null>(null);
  return (
    <>
      {KINDS.map((kind) => {
        const since = known?.[`${kind}_since_ms`] ?? null;
        return (
          <button key={kind} aria-expanded={what === kind} onClick={() => setWhat(what === kind ? null : kind)}>
            {t(`learn_${kind}`)} <span className="unseen">{person.name}</span>
            {since === null ? null : <small> {t("knownSince", { when: new Date(since).toLocaleDateString(locale(language)) })}</small>}
          </button>
        );
      })}
      {what === null ? null : <Learn key={what} person={person} what={what} ended={() => { setWhat(null); again(); }} />}
    </>
  );
}

function Learn({ person, what, ended }: { person: Person; what: PrintKind; ended(): void }) {
  const t = useTexts();
  const [agreed, setAgreed] = useState(false);
  const [microphone, setMicrophone] = useState<Microphone>("page");
  const [busy, setBusy] = useState(false);
  const leaving = useRef<AbortController | null>(null);
  // Whoever leaves the screen gives it up, and nothing is kept.
  useEffect(() => () => leaving.current?.abort(new GivenUp()), []);

  async function learn() {
    const here = what === "voice" && microphone === "page";
    const giveUp = (leaving.current = new AbortController()); // from now on: the browser may ask for long
    setBusy(true);
    const heard = !here || (await session().wish({ learning: true }));
    const done = heard && !giveUp.signal.aborted
      ? await session().tried(() => session().api.post<Person>(`/people/${person.id}/enrol`, { what, consent: true, microphone }, giveUp.signal))
      : null;
    if (here) await session().wish({ learning: false });
    if (giveUp.signal.aborted) return;
    setBusy(false);
    if (!heard) session().toast("error", t(TROUBLES[useStore.getState().microphone] ?? "micBroken"));
    if (done === null) return;
    session().toast("info", t("learned", { name: person.name }));
    ended();
  }

  async function cancel() {
    leaving.current?.abort(new GivenUp());
    const before = person.consents.map((consent) => consent.what);
    if (busy) await session().tried(() => session().api.patch(`/people/${person.id}`, { consents: before }));
    ended();
  }

  return (
    <div className="enrol" role="group" aria-label={`${t(`learn_${what}`)}: ${person.name}`}>
      <p>{t(`how_${what}`)}</p>
      {what === "face" ? <Picture /> : (
        <label>{t("microphone")}
          <select disabled={busy} value={microphone} onChange={(event) => setMicrophone(event.target.value as Microphone)}>
            <option value="page">{t("microphone_page")}</option>
            <option value="tektra">{t("microphone_tektra")}</option>
          </select>
        </label>
      )}
      <label>
        <input type="checkbox" disabled={busy} checked={agreed} onChange={(event) => setAgreed(event.target.checked)} />
        {t(`agrees_${what}`, { name: person.name })}
      </label>
      <p className="row">
        <button className="primary" disabled={!agreed || busy} onClick={() => void learn()}>{t("begin")}</button>
        <button onClick={() => void cancel()}>{t("cancel")}</button>
        {busy ? <progress aria-label={t("learning")} /> : null}
      </p>
    </div>
  );
}
