// SPDX-License-Identifier: Apache-2.0
import { type ChangeEvent, useState } from "react";
import { locale, useTexts, wordFor, written } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { Figure } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** As the gateway takes them (tektra/web/figures/glb.py). */
const MAX_BYTES = 32 * 1024 * 1024;

/** VRM files of one's own: brought, chosen, deleted; each with what its author allows. */
export function Figures({ worn, wear }: { worn: string; wear(id: string): void }) {
  const t = useTexts();
  const [figures, again, problem] = useAsked<Figure[]>("/avatar/figures");
  const [busy, setBusy] = useState(false);

  async function bring(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (file === undefined) return;
    if (file.size > MAX_BYTES) return session().toast("error", t("figureTooLarge", { megabytes: String(MAX_BYTES / 1024 / 1024) }));
    setBusy(true);
    const path = `/avatar/figures?name=${encodeURIComponent(file.name.slice(0, 200))}`;
    const made = await session().tried(() => session().api.upload<Figure>(path, file, "model/gltf-binary"));
    setBusy(false);
    if (made === null) return;
    again();
    wear(made.id);
  }

  async function remove({ id, name }: Figure) {
    if (!window.confirm(t("deleteSure", { name }))) return;
    if (await session().tried(() => session().api.delete(`/avatar/figures/${id}`)) === null) return;
    if (worn === id) wear("");
    again();
  }

  if (figures === null) return <Waiting label={t("figure")} problem={problem} again={again} />;
  return (
    <fieldset>
      <legend>{t("figure")}</legend>
      <label className="radio"><input type="radio" name="figure" checked={worn === ""} onChange={() => wear("")} /> {t("figureOwn")}</label>
      {figures.map((figure) => (
        <div key={figure.id} className="figure">
          <label className="radio">
            <input type="radio" name="figure" checked={worn === figure.id} onChange={() => wear(figure.id)} /> {figure.name}
          </label>
          <button type="button" onClick={() => void remove(figure)}>{t("delete")} <span className="unseen">{figure.name}</span></button>
          <Terms figure={figure} />
        </div>
      ))}
      <label className="bring">{t("figureBring")} <input type="file" accept=".vrm,model/gltf-binary" disabled={busy} onChange={(event) => void bring(event)} /></label>
      {busy ? <progress aria-label={t("figureBring")} /> : null}
      <p className="about">{t("about_figures")}</p>
    </fieldset>
  );
}

/** Who made it and what they allow, in their own words: only text, whatever is written there. */
function Terms({ figure }: { figure: Figure }) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const told: [string, string][] = [
    [t("figureTitle"), figure.title], [t("figureAuthors"), figure.authors],
    ...Object.entries(figure.terms).map(([name, said]): [string, string] => [wordFor(language, "term", name), said]),
    [t("size"), `${written(language, figure.size_bytes / 1e6, 1)} MB, ${t("figureTriangles", { count: figure.triangles.toLocaleString(locale(language)) })}, VRM ${figure.version === 0 ? "0.x" : "1.0"}`],
  ];
  return (
    <details>
      <summary>{t("figureTerms")} <span className="unseen">{figure.name}</span></summary>
      <dl>{told.filter(([, said]) => said !== "").map(([name, said]) => <div key={name}><dt>{name}</dt><dd>{said}</dd></div>)}</dl>
      {Object.keys(figure.terms).length === 0 ? <p>{t("figureNoTerms")}</p> : null}
    </details>
  );
}
