// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type WorldMap, mayAs } from "@/lib/types";
import { Camera } from "./Camera";
import { FloorPlan } from "./FloorPlan";
import { RobotCard } from "./RobotCard";

/** The home with its robots, and each robot by itself. */
export function Robots() {
  const t = useTexts();
  const robots = useStore((state) => state.robots);
  const role = useStore((state) => state.account?.role);
  const world = useStore((state) => state.world);
  const [chosen, setChosen] = useState("");
  const names = Object.keys(robots).sort();
  const open = robots[chosen] ?? robots[names[0] ?? ""];

  useEffect(() => {
    if (world === null) void session().tried(() => session().api.get<WorldMap>("/world/map")).then((found) => useStore.setState({ world: found }));
  }, [world]);

  return (
    <div className="robots">
      <section className="map" aria-label={t("map")}>
        {world === null ? null : <FloorPlan world={world} chosen={open?.robot ?? ""} onChoose={setChosen} />}
        {mayAs(role, "operator") ? <Camera /> : null}
      </section>
      <section className="list" aria-label={t("robots")}>
        {names.length === 0 ? <p>{t("noRobots")}</p> : (
          <div className="choices" role="tablist" aria-label={t("robots")}>
            {names.map((name) => (
              <button key={name} role="tab" aria-selected={open?.robot === name} onClick={() => setChosen(name)}>{name}</button>
            ))}
          </div>
        )}
        {open === undefined ? null : <RobotCard key={open.robot} robot={open} />}
      </section>
    </div>
  );
}
