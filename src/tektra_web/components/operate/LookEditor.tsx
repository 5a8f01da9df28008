// SPDX-License-Identifier: Apache-2.0
import dynamic from "next/dynamic";
import { type FormEvent, useEffect } from "react";
import { type Key, useTexts, wordFor } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { Look, LookField } from "@/lib/types";
import { Figures } from "./Figures";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

const Face = dynamic(() => import("../Face").then((found) => found.Face), { ssr: false });
/** As tektra/avatar/gestures.py has them. */
const GESTURES = ["wave", "thumbs_up", "point", "shrug", "count", "explain", "nod", "shake", "tilt", "bow", "look_around"];
/** A slider's steps from one end to the other. */
const STEPS = 40;

/** Changes the avatar's look: seen at once here, worn by every renderer when saved. */
export function LookEditor() {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const kept = useStore((state) => state.look);
  const draft = useStore((state) => state.draft);
  const [fields, again, problem] = useAsked<LookField[]>("/avatar/look");
  const look = draft ?? kept;
  // Apart from what all see: what the avatar tells of itself meanwhile would undo it.
  const set = (change: Look) => useStore.setState({ draft: { ...look, ...change } });
  useEffect(() => () => useStore.setState({ draft: null }), []);

  async function save(event: FormEvent) {
    event.preventDefault();
    if (await session().tried(() => session().api.post("/avatar/look", { look })) === null) return;
    useStore.setState({ look, draft: null });
    session().toast("info", t("saved"));
  }

  if (fields === null) return <Waiting label={t("look")} problem={problem} again={again} />;
  const of = (kind: LookField["kind"]) => fields.filter((field) => field.kind === kind);
  const figure = String(look["figure"] ?? "");
  return (
    <div className="look">
      <div>
        <Face />
        <div className="gestures" role="group" aria-label={t("gestures")}>
          {GESTURES.map((gesture) => (
            <button key={gesture} onClick={() => void session().tried(() => session().api.post("/avatar/gesture", { gesture }))}>
              {t(`gesture_${gesture}` as Key)}
            </button>
          ))}
        </div>
      </div>
      <form onSubmit={(event) => void save(event)}>
        <Figures worn={figure} wear={(id) => set({ figure: id })} />
        <fieldset disabled={figure !== ""}>
          <legend>{t("ownCharacter")}</legend>
          {figure === "" ? null : <p className="about">{t("ownCharacterOnly")}</p>}
          <fieldset>
            <legend>{t("body")}</legend>
            {of("slider").map(({ name, low, high, default: usual }) => (
              <label key={name}>{wordFor(language, "look", name)}
                <input type="range" min={low} max={high} step={(high - low) / STEPS} value={Number(look[name] ?? usual)}
                  onChange={(event) => set({ [name]: Number(event.target.value) })} />
              </label>
            ))}
            <button type="button" onClick={() => set(Object.fromEntries(of("slider").map(({ name, default: usual }) => [name, usual])))}>{t("asMade")}</button>
          </fieldset>
          {of("colour").filter(({ name }) => name !== "background").map((field) => <Colour key={field.name} field={field} look={look} set={set} />)}
          {of("choice").map(({ name, choices, default: usual }) => (
            <label key={name}>{wordFor(language, "look", name)}
              <select value={String(look[name] ?? usual)} onChange={(event) => set({ [name]: event.target.value })}>
                {choices.map((choice) => <option key={choice} value={choice}>{t(choice as Key)}</option>)}
              </select>
            </label>
          ))}
        </fieldset>
        {of("colour").filter(({ name }) => name === "background").map((field) => <Colour key={field.name} field={field} look={look} set={set} />)}
        <p className="row">
          <button className="primary" disabled={draft === null}>{t("save")}</button>
          <button type="button" disabled={draft === null} onClick={() => useStore.setState({ draft: null })}>{t("discard")}</button>
        </p>
      </form>
    </div>
  );
}

function Colour({ field: { name, default: usual }, look, set }: { field: LookField; look: Look; set(change: Look): void }) {
  const t = useTexts();
  return <label>{t(name as Key)} <input type="color" value={String(look[name] ?? usual)} onChange={(event) => set({ [name]: event.target.value })} /></label>;
}
