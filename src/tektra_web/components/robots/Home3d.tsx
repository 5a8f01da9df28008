// SPDX-License-Identifier: Apache-2.0
import { Canvas, useThree } from "@react-three/fiber";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { CanvasTexture, LinearFilter, Shape, Vector3 } from "three";
import { type Layer, cellsOf, colourOf, zonesFor } from "@/lib/floor";
import { drawsInSoftware } from "@/lib/graphics";
import { useTexts } from "@/lib/i18n";
import { type Orbit, eyeOf, keyed, turned, zoomed } from "@/lib/orbit";
import { placeName } from "@/lib/placeNames";
import { useStore } from "@/lib/store";
import type { Block, Spot, WorldMap } from "@/lib/types";
import { Fence } from "../Fence";
import { RobotBody } from "./RobotBody";

/** Walls are cut off at this height, so that one sees into the rooms. */
const CUT_M = 0.8;
const PERSON_M = 1.7;
/** How high a name is, as a share of the home: it is read on a phone, too. */
const NAME = 0.052;
/** So far from a room's edge its name stands, as a share of the room: robots stand in the middle. */
const ASIDE = 0.18;
const PLAIN = "#9aa3ab", WALL = "#c3ccd3", FLOOR = "#e9eef1", PERSON = "#7a2fb5", OBSTACLE = "#a11722";
const ZONES = { keep_in: "#1d7a45", keep_out: "#b3121d", slow: "#b07a10" };

interface Props { world: WorldMap; chosen: string; shown: readonly Layer[] }

/** The home as a model: rooms, furniture, robots as they are built, and what goes on between them. */
export function Home3d({ world, chosen, shown }: Props) {
  const t = useTexts();
  const software = useMemo(drawsInSoftware, []);
  const xs = world.rooms.flatMap((room) => [room.x_min, room.x_max]), ys = world.rooms.flatMap((room) => [room.y_min, room.y_max]);
  const [left, right, low, high] = [Math.min(...xs, 0), Math.max(...xs, 1), Math.min(...ys, 0), Math.max(...ys, 1)];
  const size = Math.max(right - left, high - low);
  const [orbit, setOrbit] = useState<Orbit>({ turn: 0, tilt: 0.62, far: 1.25 * size });
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const frame = useRef<HTMLDivElement>(null);

  // React listens to the wheel passively: the page would scroll as well.
  useEffect(() => {
    const element = frame.current;
    const roll = (event: WheelEvent) => {
      event.preventDefault();
      setOrbit((now) => zoomed(now, Math.exp(event.deltaY * 0.001), size));
    };
    element?.addEventListener("wheel", roll, { passive: false });
    return () => element?.removeEventListener("wheel", roll);
  }, [size]);

  function move(event: PointerEvent) {
    const before = pointers.current.get(event.pointerId);
    if (before === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other === undefined) setOrbit((one) => turned(one, now.x - before.x, now.y - before.y));
    else setOrbit((one) => zoomed(one, Math.hypot(before.x - other.x, before.y - other.y) / Math.max(1, Math.hypot(now.x - other.x, now.y - other.y)), size));
  }
  const letGo = (event: PointerEvent) => pointers.current.delete(event.pointerId);
  function press(event: KeyboardEvent) {
    const next = keyed(orbit, event.key, size);
    if (next === null) return;
    event.preventDefault();
    setOrbit(next);
  }

  return (
    <>
      <div ref={frame} className="home3d" role="group" aria-label={`${world.name}, 3D`} aria-describedby="turn-view" tabIndex={0} onKeyDown={press}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
        }}
        onPointerMove={move} onPointerUp={letGo} onPointerCancel={letGo} onLostPointerCapture={letGo}>
        <Fence fallback={<p className="problem">{t("faceFails")}</p>}>
          <Canvas frameloop="demand" dpr={software ? 0.75 : [1, 2]} gl={{ antialias: !software, powerPreference: "low-power" }} camera={{ fov: 40, near: 0.1, far: 500 }}>
            <hemisphereLight args={["#ffffff", "#8a8f94", 2]} />
            <directionalLight position={[4, 10, 6]} intensity={1.6} />
            <group rotation={[-Math.PI / 2, 0, 0]} position={[-(left + right) / 2, 0, (low + high) / 2]}>
              <House world={world} height={NAME * size} />
              <Marks world={world} chosen={chosen} shown={shown} />
              <Robots chosen={chosen} height={NAME * size} />
            </group>
            <Eye orbit={orbit} />
          </Canvas>
        </Fence>
      </div>
      <p className="hint" id="turn-view">{t("turnView")}</p>
    </>
  );
}

function Eye({ orbit }: { orbit: Orbit }) {
  const { camera, invalidate } = useThree();
  useEffect(() => {
    const [x, y, z] = eyeOf(orbit);
    camera.position.set(x, z, -y);
    camera.lookAt(new Vector3());
    invalidate();
  }, [camera, invalidate, orbit]);
  return null;
}

/** `height`: of its names, m. */
function House({ world, height }: { world: WorldMap; height: number }) {
  const language = useStore((state) => state.language);
  return (
    <>
      {world.rooms.map((room) => (
        <group key={room.name} position={[(room.x_min + room.x_max) / 2, (room.y_min + room.y_max) / 2, 0]}>
          <mesh position={[0, 0, -0.02]}>
            <boxGeometry args={[room.x_max - room.x_min - 0.02, room.y_max - room.y_min - 0.02, 0.04]} /><meshStandardMaterial color={FLOOR} />
          </mesh>
          <Name text={beginning(placeName(world, language, room.name))} at={[0, (room.y_max - room.y_min) / 2 - ASIDE * (room.y_max - room.y_min), CUT_M + 0.4]} height={height} />
        </group>
      ))}
      {world.walls.map((block) => <Solid key={block.name} block={block} colour={WALL} height={Math.min(CUT_M, block.height)} />)}
      {world.furniture.map((block) => {
        const [red, green, blue] = block.color;
        const colour = red === undefined || green === undefined || blue === undefined ? PLAIN : `rgb(${[red, green, blue].map((part) => Math.round(part * 255)).join(",")})`;
        return <Solid key={block.name} block={block} colour={colour} height={block.height} />;
      })}
    </>
  );
}

function beginning(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

function Solid({ block, colour, height }: { block: Block; colour: string; height: number }) {
  return (
    <mesh position={[block.x, block.y, height / 2]} rotation={[0, 0, block.yaw]}>
      <boxGeometry args={[block.length, block.width, height]} /><meshStandardMaterial color={colour} />
    </mesh>
  );
}

/** A name that turns to whoever looks; `above`: over those of rooms. */
function Name({ text, at, height, above = false }: { text: string; at: [number, number, number]; height: number; above?: boolean }) {
  const { texture, wide } = useMemo(() => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const font = "600 48px system-ui, sans-serif";
    if (pen !== null) pen.font = font;
    canvas.width = Math.ceil((pen?.measureText(text).width ?? 100) + 24);
    canvas.height = 64;
    if (pen !== null) {
      pen.font = font;
      pen.textBaseline = "middle";
      pen.lineWidth = 10;
      pen.lineJoin = "round";
      pen.strokeStyle = "#ffffff";
      pen.strokeText(text, 12, 34);
      pen.fillStyle = "#15202b";
      pen.fillText(text, 12, 34);
    }
    const texture = new CanvasTexture(canvas);
    texture.generateMipmaps = false; // smaller copies of it are mixed into a blur
    texture.minFilter = LinearFilter;
    return { texture, wide: canvas.width / canvas.height };
  }, [text]);
  useEffect(() => () => texture.dispose(), [texture]);
  return <sprite position={at} scale={[wide * height, height, 1]} renderOrder={above ? 3 : 2}><spriteMaterial map={texture} depthTest={false} /></sprite>;
}

function Marks({ world, chosen, shown }: Props) {
  const robots = useStore((state) => state.robots);
  const ways = useStore((state) => state.ways);
  const people = useStore((state) => state.people);
  const obstacles = useStore((state) => state.obstacles);
  const names = Object.keys(robots).sort();
  return (
    <>
      {!shown.includes("zones") ? null : zonesFor(world.zones, chosen).map((zone) => (
        <group key={zone.name} position={[0, 0, 0.015]}>
          <Band points={[...zone.corners, ...zone.corners.slice(0, 1)]} colour={ZONES[zone.kind]} width={0.06} />
          {zone.kind === "keep_in" ? null : <Carpet corners={zone.corners} colour={ZONES[zone.kind]} />}
        </group>
      ))}
      {!shown.includes("ways") ? null : names.map((name) => (
        <group key={name} position={[0, 0, 0.03]}><Band points={ways[name] ?? []} colour={colourOf(names, name)} width={0.09} /></group>
      ))}
      {!shown.includes("people") ? null : people.map((person, at) => (
        <group key={at} position={[person.x, person.y, 0]}>
          <mesh position={[0, 0, (PERSON_M - 0.3) / 2]} rotation={[Math.PI / 2, 0, 0]}>
            <cylinderGeometry args={[0.2, 0.14, PERSON_M - 0.3, 12]} /><meshStandardMaterial color={PERSON} />
          </mesh>
          <mesh position={[0, 0, PERSON_M - 0.14]}><sphereGeometry args={[0.13, 12, 10]} /><meshStandardMaterial color={PERSON} /></mesh>
        </group>
      ))}
      {!shown.includes("obstacles") ? null : cellsOf(obstacles).map(({ x, y }) => (
        <mesh key={`${x} ${y}`} position={[x, y, 0.15]}><boxGeometry args={[0.1, 0.1, 0.3]} /><meshStandardMaterial color={OBSTACLE} /></mesh>
      ))}
    </>
  );
}

/** A line that lies on the floor, as wide as one says. */
function Band({ points, colour, width }: { points: readonly Spot[]; colour: string; width: number }) {
  return points.slice(1).map((to, at) => {
    const from = points[at];
    if (from === undefined) return null;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    return (
      <mesh key={at} position={[(from.x + to.x) / 2, (from.y + to.y) / 2, 0]} rotation={[0, 0, Math.atan2(dy, dx)]}>
        <boxGeometry args={[Math.hypot(dx, dy) + width, width, 0.01]} /><meshBasicMaterial color={colour} />
      </mesh>
    );
  });
}

function Carpet({ corners, colour }: { corners: readonly Spot[]; colour: string }) {
  const shape = useMemo(() => {
    const made = new Shape();
    corners.forEach(({ x, y }, at) => (at === 0 ? made.moveTo(x, y) : made.lineTo(x, y)));
    return made;
  }, [corners]);
  return <mesh><shapeGeometry args={[shape]} /><meshBasicMaterial color={colour} transparent opacity={0.25} depthWrite={false} side={2} /></mesh>;
}

function Robots({ chosen, height }: { chosen: string; height: number }) {
  const robots = useStore((state) => state.robots);
  const names = Object.keys(robots).sort();
  return names.map((name) => {
    const robot = robots[name];
    const pose = robot?.status?.pose;
    if (robot === undefined || pose == null) return null;
    return (
      <group key={name} position={[pose.x, pose.y, pose.z]}>
        <group rotation={[0, 0, pose.yaw]}><RobotBody robot={robot} colour={colourOf(names, name)} /></group>
        {name === chosen ? <mesh position={[0, 0, 0.02]}><ringGeometry args={[0.42, 0.5, 32]} /><meshBasicMaterial color={colourOf(names, name)} side={2} /></mesh> : null}
        <Name text={name} at={[0, 0, 0.6 + height / 2]} height={height} above />
      </group>
    );
  });
}
