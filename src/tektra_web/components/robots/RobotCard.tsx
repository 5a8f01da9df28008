// SPDX-License-Identifier: Apache-2.0
import { useTexts, wordFor, written } from "@/lib/i18n";
import { causeTold, causesTold, idle } from "@/lib/reasons";
import { session } from "@/lib/session";
import { type Sample, useStore } from "@/lib/store";
import { type Account, type Robot, type RobotStatus, mayAs } from "@/lib/types";
import { Drive } from "./Drive";
import { Plot } from "./Plot";
import { SkillForm } from "./SkillForm";

/** One robot: how it is, why it stands, who holds it, what it can do. */
export function RobotCard({ robot }: { robot: Robot }) {
  const t = useTexts();
  const account = useStore((state) => state.account);
  const samples = useStore((state) => state.track[robot.robot]);
  const status = robot.status;
  const language = useStore((state) => state.language);
  const operator = mayAs(account?.role, "operator");
  return (
    <article className="card robot-card" aria-label={robot.robot}>
      <header>
        <h2>{robot.robot} <small>{wordFor(language, "kind", robot.kind)}</small></h2>
        <button className="stop small" onClick={() => session().stop(robot.robot)}>{t("stopRobot", { robot: robot.robot })}</button>
        {status?.stopped && operator ? <button onClick={() => void session().reset(robot.robot)}>{t("reset")}</button> : null}
      </header>
      {status == null ? null : (
        <>
          <p className={idle(status.halt_reason) ? "why idle" : "why"}>{why(status, t)}</p>
          <dl>
            <div><dt>{t("state")}</dt><dd>{t(status.moving ? "moving" : "standing")}</dd></div>
            <div><dt>{t("speed")}</dt><dd>{written(language, status.speed_m_s, 2)} m/s</dd></div>
            {status.battery === null ? null : <div><dt>{t("battery")}</dt><dd>{written(language, status.battery * 100)} %</dd></div>}
          </dl>
          <Plots samples={samples ?? []} />
          <Holder status={status} operator={operator} />
          {operator && holds(status, account) && robot.linear_speed_m_s > 0 ? (
            <Drive robot={robot.robot} linear_m_s={robot.linear_speed_m_s} angular_rad_s={robot.angular_speed_rad_s} />
          ) : null}
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
    status.stopped ? t("stoppedBy", { causes: causesTold(status.stop_causes, t) }) : "",
    status.halted && !status.stopped && status.connected ? causeTold(status.halt_reason, t) : "",
    status.localized || status.pose === null ? "" : t("unknownPlace"),
    status.collision ? t("collision") : "",
    status.fault === "not heard of any more" ? t("notHeard") : status.fault,
  ];
  return reasons.filter(Boolean).join(" · ");
}

function holds(status: RobotStatus, account: Account | null): boolean {
  return status.lease.holder_id !== "" && status.lease.holder_id === account?.id;
}

function Holder({ status, operator }: { status: RobotStatus; operator: boolean }) {
  const t = useTexts();
  const account = useStore((state) => state.account);
  const { lease, robot } = status;
  const asked = lease.asked_by.includes(account?.name ?? "");
  return (
    <p className="lease">
      {lease.holder === "" ? t("nobody") : t("heldBy", { name: lease.holder })}
      {lease.asked_by.length === 0 ? null : <em> {t("askedBy", { names: lease.asked_by.join(", ") })}</em>}
      {!operator ? null : holds(status, account) ? (
        <>
          {lease.asked_by.map((name) => <button key={name} onClick={() => session().lease(robot, "hand_over", name)}>{t("handOver", { name })}</button>)}
          <button onClick={() => session().lease(robot, "release")}>{t("release")}</button>
        </>
      ) : lease.holder === "" || asked
        ? <button onClick={() => session().lease(robot, "take")}>{t(asked ? "takeOver" : "take")}</button>
        : <button onClick={() => session().lease(robot, "ask")}>{t("ask")}</button>}
    </p>
  );
}

/** How fast it was, and what is left in its battery. */
function Plots({ samples }: { samples: Sample[] }) {
  const t = useTexts();
  const charge = samples.flatMap(({ atMs, battery }) => (battery === null ? [] : [{ atMs, value: battery * 100 }]));
  return (
    <div className="plots">
      <Plot what={t("speed")} unit="m/s" digits={2} least={0.2} points={samples.map(({ atMs, speed }) => ({ atMs, value: speed }))} />
      <Plot what={t("battery")} unit="%" digits={0} least={100} points={charge} />
    </div>
  );
}
