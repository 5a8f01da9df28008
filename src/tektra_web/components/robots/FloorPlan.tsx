// SPDX-License-Identifier: Apache-2.0
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { type Layer, colourOf } from "@/lib/floor";
import { useTexts } from "@/lib/i18n";
import { type Rect, placed } from "@/lib/labels";
import { placeName } from "@/lib/placeNames";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { type Block, type Robot, type WorldMap, mayAs } from "@/lib/types";
import { Ground, Traffic } from "./FloorLayers";

const MARGIN_M = 0.4;
/** A drag that is shorter is a click. */
const LEAST_DRAG_M = 0.4;
/** Names are never smaller than this many pixels, nor than this many metres. */
const LEAST_NAME_PX = 10;
const LEAST_NAME_M = 0.26;
const PLACE_M = 0.14;
const GRIP_M = 0.45;

interface Props { world: WorldMap; chosen: string; shown: readonly Layer[]; onChoose(robot: string): void }
interface Point { x: number; y: number }

/** The map from above, x to the right and y up. A robot is dragged to where it shall go. */
export function FloorPlan({ world, chosen, shown, onChoose }: Props) {
  const t = useTexts();
  const robots = useStore((state) => state.robots);
  const role = useStore((state) => state.account?.role);
  const language = useStore((state) => state.language);
  const called = (name: string) => placeName(world, language, name);
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<{ robot: string; from: Point; to: Point } | null>(null);
  const names = Object.keys(robots).sort();
  const xs = world.rooms.flatMap((room) => [room.x_min, room.x_max]);
  const ys = world.rooms.flatMap((room) => [room.y_min, room.y_max]);
  const box = {
    x: Math.min(0, ...xs) - MARGIN_M, y: Math.min(0, ...ys) - MARGIN_M,
    right: Math.max(1, ...xs) + MARGIN_M, top: Math.max(1, ...ys) + MARGIN_M,
  };

  const size = Math.max(LEAST_NAME_M, LEAST_NAME_PX * useMetresPerPixel(svg, box.right - box.x));
  const frame: Rect = { left: box.x, right: box.right, top: -box.top, bottom: -box.y };
  const labels = useMemo(() => namesOf(world, frame, size, called), [world, size, language]);
  const marks = useMemo(() => [...world.places.map(mark), ...world.furniture.map(around)], [world]);

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

  function goal(place: string) {
    const go = () => void session().command(chosen, "navigate_to", { place });
    return {
      tabIndex: 0, role: "button", "aria-label": t("goHere", { robot: chosen, place: called(place) }), onDoubleClick: go,
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault(); // the space bar would scroll
        if (!event.repeat) go();
      },
    };
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
          </g>
        ))}
        <Ground world={world} chosen={chosen} shown={shown} />
        {world.furniture.map((block) => <Box key={block.name} block={block} kind="furniture" />)}
        {world.walls.map((block) => <Box key={block.name} block={block} kind="wall" />)}
        <Traffic names={names} shown={shown} />
        {world.places.map((place) => (
          <g key={place.name} className="place" transform={`translate(${place.pose.x} ${-place.pose.y})`} {...(canGo(chosen) ? goal(place.name) : {})}>
            <circle r={PLACE_M} /><title>{called(place.name)}</title>
          </g>
        ))}
        {labels.map((label) => (
          <text key={label.key} className={label.key.startsWith("room") ? "room" : "place-name"} style={{ fontSize: `${label.size}px` }}
            x={label.rect.left} y={label.baseline} aria-hidden="true">{label.text}</text>
        ))}
        {names.map((name) => {
          const robot = robots[name];
          return robot === undefined ? null : (
            <Body key={name} robot={robot} colour={colourOf(names, name)} chosen={name === chosen}
              onDown={(event) => {
                onChoose(name);
                if (canGo(name)) {
                  svg.current?.setPointerCapture(event.pointerId);
                  setDrag({ robot: name, from: point(event), to: point(event) });
                }
              }} />
          );
        })}
        {nearRobots(robots, frame, size, [...labels.map((label) => label.rect), ...marks]).map((label) => (
          <text key={label.key} className="robot-name" style={{ fontSize: `${label.size}px` }} x={label.rect.left} y={label.baseline}>{label.text}</text>
        ))}
        {drag === null ? null : <line className="drag" x1={drag.from.x} y1={-drag.from.y} x2={drag.to.x} y2={-drag.to.y} />}
      </svg>
      {mayAs(role, "operator") ? <p className="hint">{t("dragHint")}</p> : null}
    </>
  );
}

/** Rooms in a corner, places beside their mark; a place that is called like its room is named once. */
function namesOf(world: WorldMap, frame: Rect, size: number, called: (name: string) => string) {
  const rooms = world.rooms.map(({ name, x_min, x_max, y_min, y_max }) => ({
    key: `room ${name}`, text: begun(called(name)), area: { left: x_min, right: x_max, top: -y_max, bottom: -y_min },
  }));
  const named = new Set(world.rooms.map(({ name }) => name));
  const places = world.places.filter(({ name }) => !named.has(name)).map(({ name, pose }) => ({
    key: `place ${name}`, text: begun(called(name)), x: pose.x, y: -pose.y, clear: PLACE_M,
  }));
  return placed(rooms, places, frame, size, world.furniture.map(around));
}

/** With a capital at its beginning alone: "Camera da letto". */
function begun(name: string): string {
  return name.slice(0, 1).toLocaleUpperCase() + name.slice(1);
}

/** Beside each robot, and off the names of rooms and places, their marks and the furniture where that can be. */
function nearRobots(robots: Record<string, Robot>, frame: Rect, size: number, avoid: Rect[]) {
  const points = Object.values(robots).flatMap(({ robot, status }) => status?.pose == null ? [] : [
    { key: robot, text: robot, x: status.pose.x, y: -status.pose.y, clear: GRIP_M },
  ]);
  return placed([], points, frame, size * 1.2, avoid);
}

function mark({ pose: { x, y } }: WorldMap["places"][number]): Rect {
  return { left: x - PLACE_M, top: -y - PLACE_M, right: x + PLACE_M, bottom: -y + PLACE_M };
}

function around({ x, y, yaw, length, width }: Block): Rect {
  const [cos, sin] = [Math.abs(Math.cos(yaw)), Math.abs(Math.sin(yaw))];
  const [wide, high] = [(length * cos + width * sin) / 2, (length * sin + width * cos) / 2];
  return { left: x - wide, right: x + wide, top: -y - high, bottom: -y + high };
}

/** How many metres of the map a pixel shows, as the page is laid out now. */
function useMetresPerPixel(svg: { current: SVGSVGElement | null }, width_m: number): number {
  const [metres, setMetres] = useState(0);
  useEffect(() => {
    const element = svg.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const scale = element.getScreenCTM()?.a ?? 0;
      setMetres(scale > 0 ? 1 / scale : 0);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [svg, width_m]);
  return metres;
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
  const classes = ["robot", chosen ? "chosen" : "", status.stopped || status.collision || status.fault !== "" ? "halted" : "", status.connected ? "" : "lost"];
  return (
    <g className={classes.join(" ")} transform={`translate(${pose.x} ${-pose.y})`} onPointerDown={onDown}>
      <circle className="grip" r={GRIP_M} />
      <g transform={`rotate(${(-pose.yaw * 180) / Math.PI})`}>
        <polygon points={outline.map((corner) => `${corner.x},${-corner.y}`).join(" ")} style={{ fill: colour }} />
        <path d="M 0.05 -0.12 L 0.3 0 L 0.05 0.12 Z" />
      </g>
    </g>
  );
}

function round(metres: number): number {
  return Math.round(metres * 100) / 100;
}
