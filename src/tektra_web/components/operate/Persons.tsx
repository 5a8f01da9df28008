// SPDX-License-Identifier: Apache-2.0
import { type FormEvent, useState } from "react";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { CONSENTS, type Consent, type KnownPrints, type Person, mayAs } from "@/lib/types";
import { Enrol } from "./Enrol";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** Who is known, what they agreed to, and the way to take it with them or to end it. */
export function Persons() {
  const t = useTexts();
  const admin = useStore((state) => mayAs(state.account?.role, "admin"));
  const own = useStore((state) => state.account?.name);
  const [people, again, problem] = useAsked<Person[]>("/people");
  const [known, knownAgain] = useAsked<KnownPrints[]>("/people/known");
  const [name, setName] = useState("");

  function anew() {
    again();
    knownAgain();
  }

  async function did(work: () => Promise<unknown>) {
    await session().tried(work);
    anew();
  }

  function add(event: FormEvent) {
    event.preventDefault();
    void did(() => session().api.post("/people", { name })).then(() => setName(""));
  }

  function agree(person: Person, what: Consent, given: boolean) {
    const rest = person.consents.map((consent) => consent.what).filter((known) => known !== what);
    void did(() => session().api.patch(`/people/${person.id}`, { consents: given ? [...rest, what] : rest }));
  }

  async function take(person: Person) {
    const found = await session().tried(() => session().api.get<unknown>(`/people/${person.id}/export`));
    if (found === null) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" }));
    link.download = `tektra-${person.id}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  if (people === null) return <Waiting label={t("persons")} problem={problem} again={again} />;
  return (
    <>
      {people.length === 0 ? <p>{t("nothing")}</p> : null}
      <ul className="plain">
        {people.map((person) => (
          <li key={person.id}>
            <b>{person.name}</b> <small>{t(person.role)}{person.account === "" ? "" : ` · ${person.account}`}</small>
            {CONSENTS.map((what) => (
              <label key={what}>
                <input type="checkbox" checked={person.consents.some((consent) => consent.what === what)}
                  onChange={(event) => agree(person, what, event.target.checked)} /> {t(`consent_${what}`)} <span className="unseen">{person.name}</span>
              </label>
            ))}
            <Enrol person={person} known={known?.find((prints) => prints.person === person.id)} again={anew} />
            {admin || person.account === own ? (
              <>
                <button onClick={() => void take(person)}>{t("export")} <span className="unseen">{person.name}</span></button>
                <button onClick={() => window.confirm(t("forgetSure", { name: person.name })) && void did(() => session().api.delete(`/people/${person.id}`))}>{t("forget")} <span className="unseen">{person.name}</span></button>
              </>
            ) : null}
          </li>
        ))}
      </ul>
      <Unrecorded known={(known ?? []).filter((prints) => prints.person === "")} forget={admin ? (id) => void did(() => session().api.delete(`/people/known/${id}`)) : null} />
      <form className="row" onSubmit={add}>
        <label>{t("name")} <input required maxLength={64} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} /></label>
        <button className="primary">{t("add")}</button>
      </form>
    </>
  );
}

/** Those who were enrolled elsewhere, and have no record here. */
function Unrecorded({ known, forget }: { known: KnownPrints[]; forget: ((id: string) => void) | null }) {
  const t = useTexts();
  if (known.length === 0) return null;
  return (
    <>
      <h3>{t("unrecorded")}</h3>
      <ul className="plain">
        {known.map((prints) => (
          <li key={prints.id}>
            <b>{prints.name}</b> <small>{[t(prints.role), prints.face_since_ms === null ? "" : t("consent_face"), prints.voice_since_ms === null ? "" : t("consent_voice")].filter(Boolean).join(" · ")}</small>
            {forget === null ? null : (
              <button onClick={() => window.confirm(t("forgetPrintsSure", { name: prints.name })) && forget(prints.id)}>{t("forget")} <span className="unseen">{prints.name}</span></button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
