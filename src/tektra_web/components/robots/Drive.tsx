// SPDX-License-Identifier: Apache-2.0
import { type FocusEvent, type KeyboardEvent, useEffect, useRef } from "react";
import { KEYS, pushOf, type Way } from "@/lib/driving";
import { type Key, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";

const DRIVE_EVERY_MS = 100;
/** Of what the robot can do at most. */
const SHARE = 0.5;
const BUTTONS: readonly { way: Way; sign: string; text: Key }[] = [
  { way: "ahead", sign: "▲", text: "wayAhead" }, { way: "left", sign: "◀", text: "wayLeft" },
  { way: "back", sign: "▼", text: "wayBack" }, { way: "right", sign: "▶", text: "wayRight" },
];

interface Props { robot: string; linear_m_s: number; angular_rad_s: number }

/** Drives while keys or buttons are held: a velocity ten times a second, and none as soon as one lets go, or looks elsewhere. */
export function Drive({ robot, linear_m_s, angular_rad_s }: Props) {
  const t = useTexts();
  const held = useRef(new Map<string, Way>());
  useEffect(() => {
    let moving = false;
    const letGo = () => held.current.clear();
    const timer = setInterval(() => {
      const seen = !document.hidden && document.hasFocus();
      if (!seen) letGo();
      const push = seen ? pushOf(held.current.values(), navigator.getGamepads()) : { linear: 0, angular: 0 };
      const now = push.linear !== 0 || push.angular !== 0;
      if (now || moving) session().drive(robot, push.linear * linear_m_s * SHARE, push.angular * angular_rad_s * SHARE);
      moving = now;
    }, DRIVE_EVERY_MS);
    window.addEventListener("blur", letGo);
    return () => {
      clearInterval(timer);
      window.removeEventListener("blur", letGo);
      letGo();
      if (moving) session().drive(robot, 0, 0);
    };
  }, [robot, linear_m_s, angular_rad_s]);

  const hold = (what: string, way: Way | undefined) => {
    if (way === undefined) held.current.delete(what);
    else held.current.set(what, way);
  };
  const pressed = (event: KeyboardEvent, down: boolean, own?: Way) => {
    const way = KEYS[event.key] ?? (event.key === " " || event.key === "Enter" ? own : undefined);
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    hold(event.code, down ? way : undefined);
  };
  const left = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) held.current.clear();
  };
  return (
    <div className="drive" role="group" aria-label={t("drive")} onBlur={left}
      onKeyDown={(event) => pressed(event, true)} onKeyUp={(event) => pressed(event, false)}>
      {BUTTONS.map(({ way, sign, text }) => (
        <button key={way} className={way} aria-label={t(text)} onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => pressed(event, true, way)} onKeyUp={(event) => pressed(event, false, way)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            hold(`pointer ${event.pointerId}`, way);
          }}
          onPointerUp={(event) => hold(`pointer ${event.pointerId}`, undefined)}
          onLostPointerCapture={(event) => hold(`pointer ${event.pointerId}`, undefined)}>
          <span aria-hidden="true">{sign}</span>
        </button>
      ))}
      <p className="hint">{t("driveKeys")}</p>
    </div>
  );
}
