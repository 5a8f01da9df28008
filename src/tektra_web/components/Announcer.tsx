// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";
import { useTexts } from "@/lib/i18n";
import { useStore } from "@/lib/store";

/** The one place from which a screen reader is told: an answer's beginning and its whole, a stop; never single words. */
export function Announcer() {
  const t = useTexts();
  const entries = useStore((state) => state.entries);
  const stopped = useStore((state) => state.safety?.stopped ?? false);
  const toast = useStore((state) => state.toasts[state.toasts.length - 1]);
  const [polite, setPolite] = useState("");
  const last = entries[entries.length - 1];
  const told = last?.who === "tektra" ? (last.writing ? t("answering") : `${last.text} ${last.message}`) : "";

  useEffect(() => setPolite(told), [told]);
  return (
    <>
      <div className="unseen" role="status" aria-live="polite">{polite}</div>
      <div className="unseen" role="alert">{stopped ? t("stopped") : ""}</div>
      <div className="unseen" role="status">{toast?.text ?? ""}</div>
    </>
  );
}
