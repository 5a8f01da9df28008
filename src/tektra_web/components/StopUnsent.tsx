// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import { useStore } from "@/lib/store";

/** That a stop did not arrive: on every screen, signed in or not, until one did, or a person says that they know. */
export function StopUnsent() {
  const t = useTexts();
  const unsent = useStore((state) => state.stopsUnsent);
  const robots = unsent.filter((robot) => robot !== "");
  return (
    <div role="alert">
      {unsent.length === 0 ? null : (
        <p className="stop-unsent">
          <strong>{t("stopNotSent")}{unsent.includes("") ? "" : ` (${robots.join(", ")})`}</strong>
          <button onClick={() => useStore.setState({ stopsUnsent: [] })}>{t("stopNotSentKnown")}</button>
        </p>
      )}
    </div>
  );
}
