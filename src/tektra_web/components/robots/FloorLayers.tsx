// SPDX-License-Identifier: Apache-2.0
import { type Layer, cellsOf, colourOf, drawn, layersFor, zonesFor } from "@/lib/floor";
import { type Key, locale, useTexts } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import type { WorldMap, Zone } from "@/lib/types";

const CELL_M = 0.1;
/** A person from above, shoulders and head. */
const SHOULDERS_M = 0.25, HEAD_M = 0.11;
const GOAL_M = 0.12;

/** In words, for the title of a zone. */
export function useZoneTold(): (zone: Zone) => string {
  const t = useTexts();
  const language = useStore((state) => state.language);
  return (zone) => t(`zone_${zone.kind}` as Key, {
    name: zone.name.replaceAll("_", " "), speed: (zone.speed_m_s ?? 0).toLocaleString(locale(language)),
  });
}

/** Beneath the robots: where they may be, and what their lidars see. */
export function Ground({ world, chosen, shown }: { world: WorldMap; chosen: string; shown: readonly Layer[] }) {
  const t = useTexts();
  const told = useZoneTold();
  const obstacles = useStore((state) => state.obstacles);
  return (
    <>
      {!shown.includes("zones") ? null : zonesFor(world.zones, chosen).map((zone) => (
        <polygon key={zone.name} className={`zone ${zone.kind}`} points={drawn(zone.corners)}><title>{told(zone)}</title></polygon>
      ))}
      {!shown.includes("obstacles") ? null : cellsOf(obstacles).map(({ x, y }) => (
        <rect key={`${x} ${y}`} className="obstacle" x={x - CELL_M / 2} y={-y - CELL_M / 2} width={CELL_M} height={CELL_M}><title>{t("obstacle")}</title></rect>
      ))}
    </>
  );
}

/** Above it: the ways that robots claimed, and who stands there. */
export function Traffic({ names, shown }: { names: readonly string[]; shown: readonly Layer[] }) {
  const t = useTexts();
  const ways = useStore((state) => state.ways);
  const people = useStore((state) => state.people);
  return (
    <>
      {!shown.includes("ways") ? null : names.map((name) => {
        const way = ways[name] ?? [];
        const goal = way[way.length - 1];
        const colour = colourOf(names, name);
        return way.length < 2 || goal === undefined ? null : (
          <g key={name} className="way" data-robot={name}>
            <polyline points={drawn(way)} style={{ stroke: colour }}><title>{t("wayOf", { robot: name })}</title></polyline>
            <circle cx={goal.x} cy={-goal.y} r={GOAL_M} style={{ fill: colour }} />
          </g>
        );
      })}
      {!shown.includes("people") ? null : people.map((person, at) => (
        <g key={at} className="person" transform={`translate(${person.x} ${-person.y})`}>
          {person.uncertainty_m > SHOULDERS_M ? <circle className="within" r={person.uncertainty_m} /> : null}
          <ellipse rx={SHOULDERS_M} ry={SHOULDERS_M * 0.6} /><circle r={HEAD_M} /><title>{t("somebody")}</title>
        </g>
      ))}
    </>
  );
}

interface LegendProps { shown: readonly Layer[]; onShow(layers: Layer[]): void }

/** What the map shows, to be switched on and off. */
export function Legend({ shown, onShow }: LegendProps) {
  const t = useTexts();
  const role = useStore((state) => state.account?.role);
  return (
    <fieldset className="legend">
      <legend className="unseen">{t("legend")}</legend>
      {layersFor(role).map((layer) => (
        <label key={layer}>
          <input type="checkbox" checked={shown.includes(layer)}
            onChange={(event) => onShow(event.target.checked ? [...shown, layer] : shown.filter((one) => one !== layer))} />
          <i className={`sign ${layer}`} aria-hidden="true" />{t(`layer_${layer}` as Key)}
        </label>
      ))}
    </fieldset>
  );
}
