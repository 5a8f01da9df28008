// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { mayAs } from "@/lib/types";

/** An operator mutes Tektra's ears, and ends that. */
export function EarsSwitch() {
  const t = useTexts();
  const ears = useStore((state) => state.ears);
  const may = mayAs(useStore((state) => state.account?.role), "operator");
  const [busy, setBusy] = useState(false);

  async function change(path: string, body?: { muted: boolean }) {
    setBusy(true);
    await session().tried(() => session().api.post(path, body));
    setBusy(false);
  }

  if (!may || ears === "" || ears === "off") return null;
  return (
    <div className="ears">
      <button disabled={busy} aria-pressed={ears === "muted"} title={t("earsMute")} onClick={() => void change("/audio/mute", { muted: ears !== "muted" })}>
        <Ear /> <span>{t("earsMute")}</span>
      </button>
      {ears === "stopped" ? <button disabled={busy} onClick={() => void change("/audio/record/start")}>{t("earsStart")}</button> : null}
    </div>
  );
}

/** That Tektra hears nobody, for all to see. */
export function Deaf() {
  const t = useTexts();
  const ears = useStore((state) => state.ears);
  return <p className="deafness" role="status">{ears === "muted" || ears === "stopped" || ears === "off" ? t(`ears_${ears}`) : ""}</p>;
}

function Ear() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" aria-hidden="true">
      <path d="M6 9a6 6 0 0 1 12 0c0 3-2 4-3 6s-1 5-4 5a3 3 0 0 1-3-3M9.5 10a2.5 2.5 0 0 1 5 0c0 2-2 2-2 4M4 3l16 18" />
    </svg>
  );
}
