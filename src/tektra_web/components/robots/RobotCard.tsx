// SPDX-License-Identifier: Apache-2.0
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTexts } from "@/lib/i18n";
import { idle, reasonKey } from "@/lib/reasons";
import { session } from "@/lib/session";
import { type Sample, useStore } from "@/lib/store";
import { type Robot, type RobotStatus, mayAs } from "@/lib/types";
import { SkillForm } from "./SkillForm";

const DRIVE_EVERY_MS = 100;
const AT_REST = 0.2;
const KEYS: Record<string, readonly [number, number]> = {
  ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, 1], ArrowRight: [0, -1],
};

/** One robot: how it is, why it stands, who holds it, what it can do. */
export function RobotCard({ robot }: { robot: Robot }) {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  const samples = useStore((state) => state.track[robot.robot]);
  const status = robot.status;
  const own = useStore((state) => state.account?.id);
  const operator = mayAs(role, "operator");
  const mine = status != null && status.lease.holder_id !== "" && status.lease.holder_id === own;
  return (
    <article className="card robot-card" aria-label={robot.robot}>
      <header>
        <h2>{robot.robot} <small>{robot.kind}</small></h2>
        <button className="stop small" onClick={() => session().stop(robot.robot)}>{t("stopRobot", { robot: robot.robot })}</button>
        {status?.stopped && operator ? <button onClick={() => void session().reset(robot.robot)}>{t("reset")}</button> : null}
      </header>
      {status == null ? null : (
        <>
          <p className={idle(status.halt_reason) ? "why idle" : "why"}>{why(status, t)}</p>
          <dl>
            <div><dt>{t("state")}</dt><dd>{t(status.moving ? "moving" : "standing")}</dd></div>
            <div><dt>{t("speed")}</dt><dd>{status.speed_m_s.toFixed(2)} m/s</dd></div>
            {status.battery === null ? null : <div><dt>{t("battery")}</dt><dd>{Math.round(status.battery * 100)} %</dd></div>}
          </dl>
          <Plot samples={samples ?? []} label={`${t("speed")}, ${t("lastMinutes")}`} />
          <Holder status={status} operator={operator} mine={mine} />
          {operator && mine && robot.linear_speed_m_s > 0 ? <Drive robot={robot} /> : null}
        </>
      )}
      {operator && robot.skills.length > 0 ? (
        <details>
          <summary>{t("skills")}</summary>
          {robot.skills.map((skill) => <SkillForm key={skill.name} robot={robot.robot} skill={skill} />)}
        </details>
      ) : null}
    </article>
  );
}

function why(status: RobotStatus, t: ReturnType<typeof useTexts>): string {
  const reasons = [
    status.connected ? "" : t("lost"),
    status.stopped ? t("stoppedBy", { causes: status.stop_causes.join(", ") }) : "",
    status.halted && !status.stopped && status.connected ? told(status.halt_reason, t) : "",
    status.localized || status.pose === null ? "" : t("unknownPlace"),
    status.collision ? t("collision") : "",
    status.fault,
  ];
  return reasons.filter(Boolean).join(" · ");
}

function told(reason: string, t: ReturnType<typeof useTexts>): string {
  const key = reasonKey(reason);
  return key === null ? reason : t(key);
}

function Holder({ status, operator, mine }: { status: RobotStatus; operator: boolean; mine: boolean }) {
  const t = useTexts();
  const { lease, robot } = status;
  return (
    <p className="lease">
      {lease.holder === "" ? t("nobody") : t("heldBy", { name: lease.holder })}
      {lease.asked_by.length === 0 ? null : <em> {t("askedBy", { names: lease.asked_by.join(", ") })}</em>}
      {!mine ? null : lease.asked_by.map((name) => (
        <button key={name} onClick={() => session().lease(robot, "hand_over", name)}>{t("handOver", { name })}</button>
      ))}
      {!operator ? null : mine
        ? <button onClick={() => session().lease(robot, "release")}>{t("release")}</button>
        : <button onClick={() => session().lease(robot, lease.holder === "" ? "take" : "ask")}>{t(lease.holder === "" ? "take" : "ask")}</button>}
    </p>
  );
}

/** What a stick says beyond where it rests: forward and to the left, each from -1 to 1. */
function stick(): readonly [number, number] {
  if (!window.isSecureContext) return [0, 0]; // browsers tell a page of gamepads by https alone
  const pad = navigator.getGamepads().find((one) => one?.connected && one.mapping === "standard");
  const part = (axis: number) => {
    const value = pad?.axes[axis] ?? 0;
    return Math.abs(value) <= AT_REST ? 0 : -Math.max(-1, Math.min(1, value));
  };
  return [part(1), part(0)];
}

/** Drives by keys that are held, or a gamepad's left stick: a velocity ten times a second, and none as soon as key, stick, focus
 * or page is gone. */
function Drive({ robot }: { robot: Robot }) {
  const t = useTexts();
  const held = useRef(new Set<string>());
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    let moving = false;
    const timer = setInterval(() => {
      const keys = [...held.current].map((key) => KEYS[key] ?? [0, 0]);
      const focused = document.hasFocus() && document.activeElement === here.current;
      const [forward, left]: readonly [number, number] = keys.length > 0 || !focused
        ? [Math.sign(keys.reduce((sum, [value]) => sum + value, 0)), Math.sign(keys.reduce((sum, [, value]) => sum + value, 0))]
        : stick();
      const linear = forward * robot.linear_speed_m_s * 0.5;
      const angular = left * robot.angular_speed_rad_s * 0.5;
      const now = !document.hidden && (linear !== 0 || angular !== 0);
      if (now || moving) session().drive(robot.robot, now ? linear : 0, now ? angular : 0);
      moving = now;
    }, DRIVE_EVERY_MS);
    return () => clearInterval(timer);
  }, [robot]);
  const press = (event: KeyboardEvent, down: boolean) => {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    if (down) held.current.add(event.key);
    else held.current.delete(event.key);
  };
  return (
    <button ref={here} className="drive-keys" onKeyDown={(event) => press(event, true)} onKeyUp={(event) => press(event, false)}
      onBlur={() => held.current.clear()}>{t("driveKeys")}</button>
  );
}

function Plot({ samples, label }: { samples: Sample[]; label: string }) {
  if (samples.length < 2) return null;
  const first = samples[0]?.atMs ?? 0;
  const span = Math.max(1, (samples[samples.length - 1]?.atMs ?? 0) - first);
  const most = Math.max(0.2, ...samples.map((sample) => sample.speed));
  const points = samples.map((sample) => `${((sample.atMs - first) / span) * 100},${30 - (sample.speed / most) * 28}`).join(" ");
  return (
    <svg className="plot" viewBox="0 0 100 31" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points} />
    </svg>
  );
}
