// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { useTexts, written } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type AiModel, mayAs } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Fetching } from "./Fetching";
import { Waiting } from "./Waiting";

/** Models with their state, and those that can be fetched. */
export function Models() {
  return (
    <>
      <Running />
      <Fetching />
    </>
  );
}

/** What the parts of Tektra have; an administrator loads and chooses. */
function Running() {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  const language = useStore((state) => state.language);
  const [models, again, problem] = useAsked<AiModel[]>("/ai/models");
  const [busy, setBusy] = useState("");

  async function change(verb: "load" | "unload" | "select", name: string) {
    setBusy(name);
    await session().tried(() => session().api.post(`/ai/models/${verb}`, { name }));
    setBusy("");
    again();
  }

  if (models === null) return <Waiting label={t("models")} problem={problem} again={again} />;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${t("models")}: ${t("name")}, ${t("state")}`}>
      <table className="stacked">
        <thead><tr><th>{t("name")}</th><th>{t("state")}</th><th>{t("size")}</th><th>{t("licence")}</th></tr></thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.name}>
              <th scope="row">{model.name} <small>{model.kind}</small></th>
              <td data-what={t("state")}>{t(model.selected ? "inUse" : model.loaded ? "loaded" : model.available ? "available" : "missing")}
                {busy === model.name ? <progress aria-label={model.name} /> : null}
                {model.kind === "llm" && model.available && !model.selected && mayAs(role, "admin") ? (
                  <span className="actions">
                    <button disabled={busy !== ""} onClick={() => void change("select", model.name)}>{t("use")} <span className="unseen">{model.name}</span></button>
                    <button disabled={busy !== ""} onClick={() => void change(model.loaded ? "unload" : "load", model.name)}>{t(model.loaded ? "unload" : "load")} <span className="unseen">{model.name}</span></button>
                  </span>
                ) : null}
              </td>
              <td className="short" data-what={t("size")}>{written(language, model.size_bytes / 1e6)} MB</td>
              <td data-what={t("licence")}>{model.licence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
