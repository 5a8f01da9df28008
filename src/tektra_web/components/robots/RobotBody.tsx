// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Shape } from "three";
import { session } from "@/lib/session";
import { hangingOn, jointTurn } from "@/lib/shapes";
import type { Robot, RobotShape, ShapeJoint, ShapePart } from "@/lib/types";

/** How high what tells of its outline alone is drawn. */
const HIGH_M = 0.25;
/** A shape that was not told yet is asked for again after this. */
const AGAIN_MS = 10_000;

/** A robot as its URDF has it, its joints as they are now; its outline, raised, where it told no more. */
export function RobotBody({ robot, colour }: { robot: Robot; colour: string }) {
  const shape = useShape(robot.robot);
  const joints = useMemo(() => new Map(robot.status?.joints.map(({ name, position }) => [name, position])), [robot.status?.joints]);
  if (shape === null || shape.parts.length === 0) return <Outline robot={robot} colour={colour} />;
  return (
    <>
      <Link shape={shape} name={shape.base} joints={joints} colour={colour} above={[]} />
      {robot.linear_speed_m_s > 0 ? <Nose robot={robot} /> : null}
    </>
  );
}

function useShape(robot: string): RobotShape | null {
  const [shape, setShape] = useState<RobotShape | null>(null);
  useEffect(() => {
    let wanted = true;
    const ask = () => session().api.get<RobotShape>(`/robots/${robot}/shape`).then((found) => {
      if (!wanted) return;
      setShape(found);
      if (found.parts.length > 0) clearInterval(timer);
    }).catch(() => undefined);
    const timer = setInterval(() => void ask(), AGAIN_MS);
    void ask();
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [robot]);
  return shape;
}

interface LinkProps { shape: RobotShape; name: string; joints: ReadonlyMap<string, number>; colour: string; above: readonly string[] }

function Link({ shape, name, joints, colour, above }: LinkProps): ReactNode {
  const held = [...above, name];
  return (
    <>
      {shape.parts.filter((part) => part.link === name).map((part, at) => <Part key={at} part={part} colour={above.length % 2 === 0 ? colour : "#8d99a3"} />)}
      {hangingOn(shape, held).map((joint) => (
        <Joint key={joint.name} joint={joint} at={joints.get(joint.name) ?? 0}>
          <Link shape={shape} name={joint.child} joints={joints} colour={colour} above={held} />
        </Joint>
      ))}
    </>
  );
}

function Joint({ joint, at, children }: { joint: ShapeJoint; at: number; children: ReactNode }) {
  const { quaternion, position } = jointTurn(joint, at);
  return (
    <group position={triple(joint.xyz)} rotation={[...triple(joint.rpy), "ZYX"]}>
      <group position={position} quaternion={quaternion}>{children}</group>
    </group>
  );
}

function Part({ part, colour }: { part: ShapePart; colour: string }) {
  const [first = 0.1, second = 0.1, third = 0.1] = part.size;
  return (
    <group position={triple(part.xyz)} rotation={[...triple(part.rpy), "ZYX"]}>
      <mesh rotation={part.kind === "cylinder" ? [Math.PI / 2, 0, 0] : [0, 0, 0]}>
        {part.kind === "box" ? <boxGeometry args={[first, second, third]} />
          : part.kind === "cylinder" ? <cylinderGeometry args={[first, first, second, 20]} /> : <sphereGeometry args={[first, 20, 14]} />}
        <meshStandardMaterial color={colour} />
      </mesh>
    </group>
  );
}

/** Which way it looks. */
function Nose({ robot }: { robot: Robot }) {
  const ahead = Math.max(0.15, ...robot.footprint.map(({ x }) => x));
  return (
    <mesh position={[ahead - 0.06, 0, HIGH_M + 0.02]} rotation={[0, 0, -Math.PI / 2]}>
      <coneGeometry args={[0.06, 0.14, 4]} /><meshStandardMaterial color="#ffffff" />
    </mesh>
  );
}

function Outline({ robot, colour }: { robot: Robot; colour: string }) {
  const shape = useMemo(() => {
    const made = new Shape();
    const corners = robot.footprint.length > 2 ? robot.footprint : [{ x: 0.2, y: 0.2 }, { x: -0.2, y: 0.2 }, { x: -0.2, y: -0.2 }, { x: 0.2, y: -0.2 }];
    corners.forEach(({ x, y }, at) => (at === 0 ? made.moveTo(x, y) : made.lineTo(x, y)));
    return made;
  }, [robot.footprint]);
  return (
    <>
      <mesh><extrudeGeometry args={[shape, { depth: HIGH_M, bevelEnabled: false }]} /><meshStandardMaterial color={colour} /></mesh>
      <Nose robot={robot} />
    </>
  );
}

function triple(numbers: readonly number[]): [number, number, number] {
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}
