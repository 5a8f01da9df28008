// SPDX-License-Identifier: Apache-2.0
import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useRef } from "react";
import { type Key, useTexts } from "@/lib/i18n";
import { type MicrophoneState, hearsFor } from "@/lib/microphone";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";

/** Held anywhere in the room where one talks: no browser uses it, and it writes nothing. */
const KEY = "F2";
/** Why nobody is heard, in words. */
export const TROUBLES: Partial<Record<MicrophoneState, Key>> = {
  denied: "micDenied", insecure: "micInsecure", missing: "micMissing", broken: "micBroken", asking: "micAsking",
};

/** Whether the page's microphone listens, and what to do; it moves while sound goes out. An open one is muted here. */
export function Listening() {
  const t = useTexts();
  const microphone = useStore((state) => state.microphone);
  const wishes = useStore((state) => state.wishes);
  const sending = useStore((state) => state.sending);
  const ears = useStore((state) => state.ears);
  const up = useStore((state) => state.link === "up");
  const level = useStore((state) => (state.sending ? Math.round(Math.min(1, state.level * 6) * 20) / 20 : 0));
  const trouble = TROUBLES[microphone];
  const hears = hearsFor(wishes);
  const sign = wishes.muted && hears === "nothing" ? "muted" : hears;
  const shut = ears === "muted" || ears === "stopped" || ears === "off" ? t(`ears_${ears}`) : up ? "" : t("notSentOffline");
  const deaf = hears !== "nothing" && shut !== "";
  const told = trouble !== undefined ? t(trouble) : microphone !== "on" ? "" : deaf ? shut : t(`sign_${sign}`);
  const waits = told !== "" && trouble === undefined && !deaf && hears !== "nothing" && ears === "waiting";
  return (
    <div className="hearing">
      <p className={trouble !== undefined ? "problem" : `ear ${deaf ? "deaf" : hears}${sending && !deaf ? " sending" : ""}`} role="status">
        {trouble !== undefined || told === "" ? null : <span className="dot" aria-hidden="true" style={{ ["--level" as string]: level }} />}
        {told}{waits ? ` ${t("ears_waiting")}` : ""}
      </p>
      {wishes.open ? (
        <button type="button" aria-pressed={wishes.muted} onClick={() => void session().wish({ muted: !wishes.muted })}>{t("micMute")}</button>
      ) : null}
    </div>
  );
}

/** A button to hold, or KEY, and a microphone that stays open until it is closed, or muted for a while. */
export function MicrophoneTools() {
  const t = useTexts();
  const wishes = useStore((state) => state.wishes);
  const holds = useRef(new Set<string>());

  function hold(by: string, down: boolean) {
    const before = holds.current.size;
    if (down) holds.current.add(by);
    else holds.current.delete(by);
    if ((before === 0) !== (holds.current.size === 0)) void session().wish({ held: down });
  }

  useEffect(() => {
    const held = holds.current;
    const pressed = (down: boolean) => (event: globalThis.KeyboardEvent) => {
      if (event.key !== KEY || (down && (event.altKey || event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      hold(KEY, down);
    };
    const [down, up] = [pressed(true), pressed(false)];
    const letGo = () => {
      if (held.size === 0) return;
      held.clear();
      void session().wish({ held: false });
    };
    const hidden = () => document.hidden && letGo();
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    window.addEventListener("blur", letGo);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
      window.removeEventListener("blur", letGo);
      document.removeEventListener("visibilitychange", hidden);
      letGo();
    };
  }, []);

  const key = (event: KeyboardEvent, down: boolean) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    hold("key", down);
  };
  const pointer = (event: PointerEvent, down: boolean) => {
    if (down && event.button !== 0) return;
    if (down) event.currentTarget.setPointerCapture(event.pointerId);
    hold(`pointer ${event.pointerId}`, down);
  };
  // By a screen reader or by voice, which hold nothing: the second click lets go.
  const clicked = (event: MouseEvent) => {
    if (event.detail === 0) hold("click", !holds.current.has("click"));
  };
  return (
    <>
      <button type="button" className="hold" aria-pressed={wishes.held} aria-keyshortcuts={KEY} onClick={clicked}
        onKeyDown={(event) => key(event, true)} onKeyUp={(event) => key(event, false)} onBlur={() => hold("key", false)}
        onPointerDown={(event) => pointer(event, true)} onPointerUp={(event) => pointer(event, false)}
        onLostPointerCapture={(event) => pointer(event, false)} onContextMenu={(event) => event.preventDefault()}>
        {t("hold")} <kbd>{KEY}</kbd>
      </button>
      <button type="button" aria-pressed={wishes.open} onClick={() => void session().wish({ open: !wishes.open, muted: false })}>
        {t("micOpen")}
      </button>
    </>
  );
}
