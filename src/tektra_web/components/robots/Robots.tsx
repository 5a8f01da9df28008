// SPDX-License-Identifier: Apache-2.0
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { LAYERS, type Layer } from "@/lib/floor";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type WorldMap, mayAs } from "@/lib/types";
import { Camera } from "./Camera";
import { Legend } from "./FloorLayers";
import { FloorPlan } from "./FloorPlan";
import { RobotCard } from "./RobotCard";

// As the face: three.js comes when somebody looks.
const Home3d = dynamic(() => import("./Home3d").then((found) => found.Home3d), { ssr: false });

/** The home with its robots, and each robot by itself. */
export function Robots() {
  const t = useTexts();
  const robots = useStore((state) => state.robots);
  const role = useStore((state) => state.account?.role);
  const world = useStore((state) => state.world);
  const [chosen, setChosen] = useState("");
  const [shown, setShown] = useState<Layer[]>([...LAYERS]);
  const [solid, setSolid] = useState(false);
  const [missing, setMissing] = useState(false);
  const names = Object.keys(robots).sort();
  const open = robots[chosen] ?? robots[names[0] ?? ""];

  useEffect(() => {
    if (world === null) session().api.get<WorldMap>("/world/map").then((found) => useStore.setState({ world: found }), () => setMissing(true));
  }, [world]);

  useEffect(() => session().watchFloor(), []);

  return (
    <div className="robots">
      <section className="map" aria-label={t("map")}>
        {world === null ? (missing ? <p className="card">{t("noMap")}</p> : <progress aria-label={t("map")} />) : (
          <>
            <div className="map-tools">
              <div role="group" aria-label={t("view")}>
                <button aria-pressed={!solid} onClick={() => setSolid(false)}>{t("view2d")}</button>
                <button aria-pressed={solid} onClick={() => setSolid(true)}>{t("view3d")}</button>
              </div>
              <Legend shown={shown} onShow={setShown} />
            </div>
            {solid ? <Home3d world={world} chosen={open?.robot ?? ""} shown={shown} />
              : <FloorPlan world={world} chosen={open?.robot ?? ""} shown={shown} onChoose={setChosen} />}
          </>
        )}
        {mayAs(role, "operator") ? <Camera /> : null}
      </section>
      <section className="list" aria-label={t("robots")}>
        {names.length === 0 ? <p>{t("noRobots")}</p> : (
          <div className="choices" role="group" aria-label={t("robots")}>
            {names.map((name) => (
              <button key={name} aria-pressed={open?.robot === name} onClick={() => setChosen(name)}>{name}</button>
            ))}
          </div>
        )}
        {open === undefined ? null : <RobotCard key={open.robot} robot={open} />}
      </section>
    </div>
  );
}
