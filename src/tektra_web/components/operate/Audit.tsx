// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { locale, skillName, useTexts, wordFor } from "@/lib/i18n";
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
      {shown.length === 0 ? <p>{t("nothing")}</p> : <div className="scroll" tabIndex={0} role="region" aria-label={`${t("audit")}: ${t("time")}, ${t("who")}, ${t("event")}`}>
        <table className="stacked">
          <thead><tr><th>{t("time")}</th><th>{t("who")}</th><th>{t("event")}</th><th>{t("detail")}</th></tr></thead>
          <tbody>
            {shown.map((record, index) => (
              <tr key={`${record.stamp_ms} ${index}`}>
                <td data-what={t("time")}>{new Date(record.stamp_ms).toLocaleString(locale(language), { dateStyle: "short", timeStyle: "medium" })}</td>
                <td data-what={t("who")}>{record.who}</td>
                <td data-what={t("event")}>{wordFor(language, "event", record.event)} {record.robot} {record.skill === "" ? "" : skillName(language, record.skill)}</td>
                <td data-what={t("detail")} lang="en">{record.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>}
    </>
  );
}
