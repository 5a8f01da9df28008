// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { locale, useTexts } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import type { AuditRecord } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** Who asked for what, and what became of it. */
export function Audit() {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [records, again, problem] = useAsked<AuditRecord[]>("/safety/audit");
  const [wanted, setWanted] = useState("");
  if (records === null) return <Waiting label={t("audit")} problem={problem} again={again} />;
  const shown = records.filter((record) => JSON.stringify(record).toLowerCase().includes(wanted.toLowerCase()));
  return (
    <>
      <label className="search">{t("search")} <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} /></label>
      {shown.length === 0 ? <p>{t("nothing")}</p> : <div className="scroll" tabIndex={0} role="region" aria-label={t("audit")}>
        <table>
          <thead><tr><th>{t("time")}</th><th>{t("who")}</th><th>{t("event")}</th><th>{t("detail")}</th></tr></thead>
          <tbody>
            {shown.map((record, index) => (
              <tr key={`${record.stamp_ms} ${index}`}>
                <td>{new Date(record.stamp_ms).toLocaleTimeString(locale(language))}</td><td>{record.who}</td>
                <td>{record.event} {record.robot} {record.skill}</td><td>{record.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>}
    </>
  );
}
