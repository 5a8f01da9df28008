// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";
import { useTexts, written } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type LockedModel, mayAs } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** While a model is on its way, how far it is is asked so often. */
const LOOK_MS = 1000;

/** The models that Tektra knows, which an operator fetches: by their names, from nowhere else. */
export function Fetching() {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  const language = useStore((state) => state.language);
  const [models, again, problem] = useAsked<LockedModel[]>("/ai/models/lock");
  const [busy, setBusy] = useState(false);
  const under = models?.find(({ pull }) => pull?.state === "running");

  useEffect(() => {
    if (under === undefined) return undefined;
    const timer = setTimeout(again, LOOK_MS);
    return () => clearTimeout(timer);
  }, [again, under, models, problem]); // also after an answer that failed

  async function tell(work: () => Promise<unknown>) {
    setBusy(true);
    await session().tried(work);
    setBusy(false);
    again();
  }

  if (models === null) return <Waiting label={t("moreModels")} problem={problem} again={again} />;
  const megabytes = (bytes: number) => written(language, bytes / 1e6);
  return (
    <>
      <h3>{t("moreModels")}</h3>
      <p className="about">{t("about_pull")}</p>
      <ul className="plain fetching">
        {models.map(({ name, kind, about, licence, size_bytes, here, pull }) => (
          <li key={name}>
            <span className="grow"><b>{name}</b> <small>{kind} · {megabytes(size_bytes)} MB · {licence}</small><br /><span lang="en">{about}</span></span>
            {pull?.state === "running" ? (
              <>
                <progress aria-label={name} max={Math.max(1, pull.total_bytes)} value={pull.done_bytes} />
                <small>{t("fetching", { done: megabytes(pull.done_bytes), total: megabytes(pull.total_bytes) })}</small>
              </>
            ) : null}
            {pull?.state === "failed" ? <p className="message" role="alert">{t("pull_failed")} <span lang="en">{pull.message}</span></p> : null}
            {pull?.state === "canceled" ? <small>{t("pull_canceled")}</small> : null}
            {here ? <small>{t("here")}</small> : null}
            {!here && mayAs(role, "operator") ? (
              pull?.state === "running"
                ? <button disabled={busy} onClick={() => void tell(() => session().api.delete("/ai/models/pull"))}>{t("cancel")} <span className="unseen">{name}</span></button>
                : <button disabled={busy || under !== undefined} onClick={() => void tell(() => session().api.post("/ai/models/pull", { name }))}>{t("fetch")} <span className="unseen">{name}</span></button>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}
