// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { type Key, useTexts } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import { type Role, mayAs } from "@/lib/types";
import { Fence } from "../Fence";
import { Accounts, Sessions } from "./Accounts";
import { Audit } from "./Audit";
import { Conversations } from "./Conversations";
import { Diagnostics } from "./Diagnostics";
import { LookEditor } from "./LookEditor";
import { MannersEditor } from "./MannersEditor";
import { Memory } from "./Memory";
import { Models } from "./Models";
import { Persons } from "./Persons";
import { Recordings } from "./Recordings";
import { Tokens } from "./Tokens";
import { Voices } from "./Voices";

const DESKS: readonly { key: Key; role: Role; about?: Key; Show: () => React.ReactNode }[] = [
  { key: "models", role: "observer", about: "about_models", Show: Models },
  { key: "voices", role: "observer", about: "about_voices", Show: Voices },
  { key: "conversations", role: "guest", about: "about_conversations", Show: Conversations },
  { key: "memory", role: "guest", about: "about_memory", Show: Memory },
  { key: "look", role: "operator", about: "about_look", Show: LookEditor },
  { key: "manners", role: "operator", about: "about_manners", Show: MannersEditor },
  { key: "diagnostics", role: "operator", about: "about_diagnostics", Show: Diagnostics },
  { key: "audit", role: "operator", about: "about_audit", Show: Audit },
  { key: "recordings", role: "admin", about: "about_recordings", Show: Recordings },
  { key: "sessions", role: "observer", about: "about_sessions", Show: Sessions },
  { key: "tokens", role: "guest", Show: Tokens },
  { key: "persons", role: "operator", about: "about_persons", Show: Persons },
  { key: "people", role: "admin", about: "about_people", Show: Accounts },
];

/** Everything that keeps Tektra running; each role sees what it may use. */
export function Operate() {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  const open = DESKS.filter((desk) => mayAs(role, desk.role));
  const [chosen, setChosen] = useState<Key>("models");
  const desk = open.find((known) => known.key === chosen) ?? open[0];
  return (
    <div className="operate">
      <nav aria-label={t("operate")}>
        {open.map(({ key }) => (
          <button key={key} aria-current={desk?.key === key ? "page" : undefined} onClick={() => setChosen(key)}>{t(key)}</button>
        ))}
      </nav>
      <section className="card" aria-label={desk === undefined ? "" : t(desk.key)}>
        {desk === undefined ? null : <><h2>{t(desk.key)}</h2>{desk.about === undefined ? null : <p className="about">{t(desk.about)}</p>}<Fence key={desk.key} fallback={<p className="problem" role="alert">{t("roomFails")}</p>}><desk.Show /></Fence></>}
      </section>
    </div>
  );
}
