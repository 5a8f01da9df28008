// SPDX-License-Identifier: Apache-2.0
import { type PointerEvent, useRef, useState } from "react";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type Block, type Robot, type WorldMap, mayAs } from "@/lib/types";

const MARGIN_M = 0.4;
/** A drag that is shorter is a click. */
const LEAST_DRAG_M = 0.4;
const COLOURS = ["#e66a29", "#2985d1", "#3f9d5a", "#a055c0", "#c0392b", "#8a6d3b"];

interface Props { world: WorldMap; chosen: string; onChoose(robot: string): void }
interface Point { x: number; y: number }

/** The map from above, x to the right and y up. A robot is dragged to where it shall go. */
export function FloorPlan({ world, chosen, onChoose }: Props) {
  const t = useTexts();
  const robots = useStore((state) => state.robots);
  const role = useStore((state) => state.account?.role);
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<{ robot: string; from: Point; to: Point } | null>(null);
  const names = Object.keys(robots).sort();
  const xs = world.rooms.flatMap((room) => [room.x_min, room.x_max]);
  const ys = world.rooms.flatMap((room) => [room.y_min, room.y_max]);
  const box = {
    x: Math.min(0, ...xs) - MARGIN_M, y: Math.min(0, ...ys) - MARGIN_M,
    right: Math.max(1, ...xs) + MARGIN_M, top: Math.max(1, ...ys) + MARGIN_M,
  };

  function point(event: PointerEvent): Point {
    const matrix = svg.current?.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return { x: at.x, y: -at.y };
  }

  function drop() {
    if (drag !== null && Math.hypot(drag.to.x - drag.from.x, drag.to.y - drag.from.y) > LEAST_DRAG_M) {
      void session().command(drag.robot, "navigate_to", { x: round(drag.to.x), y: round(drag.to.y) });
    }
    setDrag(null);
  }

  const canGo = (name: string) =>
    mayAs(role, "operator") && (robots[name]?.skills.some((skill) => skill.name === "navigate_to") ?? false);
  return (
    <>
      <svg ref={svg} viewBox={`${box.x} ${-box.top} ${box.right - box.x} ${box.top - box.y}`} role="group" aria-label={world.name}
        onPointerMove={(event) => drag !== null && setDrag({ ...drag, to: point(event) })} onPointerUp={drop} onPointerCancel={() => setDrag(null)}>
        {world.rooms.map((room) => (
          <g key={room.name}>
            <rect className="floor" x={room.x_min} y={-room.y_max} width={room.x_max - room.x_min} height={room.y_max - room.y_min} />
            <text className="room" x={(room.x_min + room.x_max) / 2} y={-(room.y_min + room.y_max) / 2}>{room.name.replaceAll("_", " ")}</text>
          </g>
        ))}
        {world.furniture.map((block) => <Box key={block.name} block={block} kind="furniture" />)}
        {world.walls.map((block) => <Box key={block.name} block={block} kind="wall" />)}
        {world.places.map((place) => (
          <g key={place.name} className="place" tabIndex={canGo(chosen) ? 0 : -1} role="button"
            aria-label={t("goHere", { robot: chosen, place: place.name.replaceAll("_", " ") })} transform={`translate(${place.pose.x} ${-place.pose.y})`}
            onKeyDown={(event) => event.key === "Enter" && canGo(chosen) && void session().command(chosen, "navigate_to", { place: place.name })}
            onDoubleClick={() => canGo(chosen) && void session().command(chosen, "navigate_to", { place: place.name })}>
            <circle r={0.14} /><title>{place.name}</title>
          </g>
        ))}
        {names.map((name, index) => {
          const robot = robots[name];
          return robot === undefined ? null : (
            <Body key={name} robot={robot} colour={COLOURS[index % COLOURS.length] ?? "#555"} chosen={name === chosen}
              onDown={(event) => {
                onChoose(name);
                if (canGo(name)) {
                  svg.current?.setPointerCapture(event.pointerId);
                  setDrag({ robot: name, from: point(event), to: point(event) });
                }
              }} />
          );
        })}
        {drag === null ? null : <line className="drag" x1={drag.from.x} y1={-drag.from.y} x2={drag.to.x} y2={-drag.to.y} />}
      </svg>
      {mayAs(role, "operator") ? <p className="hint">{t("dragHint")}</p> : null}
    </>
  );
}

function Box({ block, kind }: { block: Block; kind: string }) {
  const [red = 0.6, green = 0.6, blue = 0.6] = block.color;
  const fill = kind === "wall" ? undefined : `rgb(${red * 255} ${green * 255} ${blue * 255})`;
  return (
    <rect className={kind} x={-block.length / 2} y={-block.width / 2} width={block.length} height={block.width} style={fill === undefined ? undefined : { fill }}
      transform={`translate(${block.x} ${-block.y}) rotate(${(-block.yaw * 180) / Math.PI})`}>
      <title>{block.name.replaceAll("_", " ")}</title>
    </rect>
  );
}

interface BodyProps { robot: Robot; colour: string; chosen: boolean; onDown(event: PointerEvent): void }

function Body({ robot, colour, chosen, onDown }: BodyProps) {
  const status = robot.status;
  const pose = status?.pose;
  if (status == null || pose == null) return null;
  const outline = robot.footprint.length > 2 ? robot.footprint : [{ x: 0.2, y: 0.2 }, { x: -0.2, y: 0.2 }, { x: -0.2, y: -0.2 }, { x: 0.2, y: -0.2 }];
  const classes = ["robot", chosen ? "chosen" : "", status.stopped || status.halted ? "halted" : "", status.connected ? "" : "lost"];
  return (
    <g className={classes.join(" ")} transform={`translate(${pose.x} ${-pose.y})`} onPointerDown={onDown}>
      <circle className="grip" r={0.45} />
      <g transform={`rotate(${(-pose.yaw * 180) / Math.PI})`}>
        <polygon points={outline.map((corner) => `${corner.x},${-corner.y}`).join(" ")} style={{ fill: colour }} />
        <path d="M 0.05 -0.12 L 0.3 0 L 0.05 0.12 Z" />
      </g>
      <text y={-0.42}>{robot.robot}</text>
    </g>
  );
}

function round(metres: number): number {
  return Math.round(metres * 100) / 100;
}
