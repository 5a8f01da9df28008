// SPDX-License-Identifier: Apache-2.0
import dynamic from "next/dynamic";
import { type FormEvent, useEffect } from "react";
import { type Key, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import type { Look } from "@/lib/types";

const Face = dynamic(() => import("../Face").then((found) => found.Face), { ssr: false });
/** As tektra/avatar/look.py has them. */
const COLOURS: Look = {
  skin: "#d9a07e", lips: "#b5655c", eyes: "#5f8f86", brows: "#3b2618", hair: "#4a2e1c", garment: "#2b5468", trim: "#e8a33d",
  cap: "#2b5468", background: "#dfe8ee",
};
/** As tektra/avatar/gestures.py has them. */
const GESTURES = ["wave", "thumbs_up", "point", "shrug", "count", "explain", "nod", "shake", "tilt", "bow", "look_around"];
const HAIR = ["bob", "short", "cap", "none"];

/** Changes the avatar's look: seen at once here, worn by every renderer when saved. */
export function LookEditor() {
  const t = useTexts();
  const kept = useStore((state) => state.look);
  const draft = useStore((state) => state.draft);
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
        {Object.entries(COLOURS).map(([name, fallback]) => (
          <label key={name}>{t(name as Key)} <input type="color" value={look[name] ?? fallback} onChange={(event) => set({ [name]: event.target.value })} /></label>
        ))}
        <label>{t("hairStyle")}
          <select value={look.hair_style ?? "bob"} onChange={(event) => set({ hair_style: event.target.value })}>
            {HAIR.map((style) => <option key={style} value={style}>{t(style as Key)}</option>)}
          </select>
        </label>
        <p className="row">
          <button className="primary" disabled={draft === null}>{t("save")}</button>
          <button type="button" disabled={draft === null} onClick={() => useStore.setState({ draft: null })}>{t("discard")}</button>
        </p>
      </form>
    </div>
  );
}
