// SPDX-License-Identifier: Apache-2.0
import dynamic from "next/dynamic";
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
  const look = useStore((state) => state.look);
  const set = (change: Look) => useStore.setState({ look: { ...useStore.getState().look, ...change } });
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
      <form onSubmit={(event) => {
        event.preventDefault();
        void session().tried(() => session().api.post("/avatar/look", { look }));
      }}>
        {Object.entries(COLOURS).map(([name, fallback]) => (
          <label key={name}>{t(name as Key)} <input type="color" value={look[name] ?? fallback} onChange={(event) => set({ [name]: event.target.value })} /></label>
        ))}
        <label>{t("hairStyle")}
          <select value={look.hair_style ?? "bob"} onChange={(event) => set({ hair_style: event.target.value })}>
            {HAIR.map((style) => <option key={style} value={style}>{t(style as Key)}</option>)}
          </select>
        </label>
        <button className="primary">{t("save")}</button>
      </form>
    </div>
  );
}
