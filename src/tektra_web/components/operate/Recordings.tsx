// SPDX-License-Identifier: Apache-2.0
import { locale, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { Recording, Ticket } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** What `tektra record` keeps: taken home, or deleted. */
export function Recordings() {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const [recordings, again, problem] = useAsked<Recording[]>("/recordings");

  // The browser itself fetches the file, however large, so it comes with a ticket in place of the page's token.
  async function take(name: string) {
    const made = await session().tried(() => session().api.post<Ticket>("/auth/ticket"));
    if (made === null) return;
    const link = document.createElement("a");
    link.href = `/api/v1/recordings/${encodeURIComponent(name)}?ticket=${encodeURIComponent(made.ticket)}`;
    link.download = name;
    link.click();
  }

  if (recordings === null) return <Waiting label={t("recordings")} problem={problem} again={again} />;
  return (
    <>
      {recordings.length === 0 ? <p>{t("nothing")}</p> : null}
      <ul className="plain">
        {recordings.map(({ name, size_bytes, changed_ms, whole, running }) => (
          <li key={name}>
            <span className="grow"><b>{name}</b></span>
            <small>{[new Date(changed_ms).toLocaleString(locale(language)), megabytes(size_bytes, locale(language)), running ? t("recordingRuns") : whole ? "" : t("recordingCut")].filter(Boolean).join(" · ")}</small>
            <button onClick={() => void take(name)}>{t("download")} <span className="unseen">{name}</span></button>
            <button disabled={running} onClick={() => window.confirm(t("deleteSure", { name })) && void session().tried(() => session().api.delete(`/recordings/${encodeURIComponent(name)}`)).then(again)}>
              {t("delete")} <span className="unseen">{name}</span>
            </button>
          </li>
        ))}
      </ul>
      <button className="quiet" onClick={again}>{t("lookAgain")}</button>
    </>
  );
}

function megabytes(bytes: number, language: string): string {
  return (bytes / 1e6).toLocaleString(language, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
}
