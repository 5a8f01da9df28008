// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import { causesTold } from "@/lib/reasons";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { mayAs } from "@/lib/types";

/** The stop, in reach of a thumb and of every page; and, large, why everything stands. */
export function SafetyBar() {
  const t = useTexts();
  const safety = useStore((state) => state.safety);
  const role = useStore((state) => state.account?.role);
  const silent = safety !== null && !safety.fresh;
  const stopped = safety !== null && (safety.stopped || silent);
  return (
    <section className={stopped ? "safety stopped" : "safety"} aria-label={t("stopAll")}>
      <button className="stop" onClick={() => session().stop()} aria-label={t("stopAll")}>{t("stop")}</button>
      {stopped ? (
        <div className="why">
          <strong>{silent ? t("noGate") : t("stopped")}</strong>
          {silent || safety.causes.length === 0 ? null : <span>{t("stoppedBy", { causes: causesTold(safety.causes, t) })}</span>}
          {safety.pending.length === 0 ? null : <span>{t("notYet", { causes: causesTold(safety.pending, t) })}</span>}
          {silent ? null : <small>{t("afterReset")}</small>}
        </div>
      ) : null}
      {stopped && !silent && mayAs(role, "operator") ? (
        <button onClick={() => void session().reset()}>{t("resetAll")}</button>
      ) : null}
    </section>
  );
}
