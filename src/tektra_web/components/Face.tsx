// SPDX-License-Identifier: Apache-2.0
import { Canvas, addAfterEffect, useFrame, useLoader, useThree } from "@react-three/fiber";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import {
  ACESFilmicToneMapping, Color, type Group, Mesh, type MeshStandardMaterial, type Object3D, PMREMGenerator, Quaternion,
  type SkinnedMesh, Vector3,
} from "three";
import { RoomEnvironment } from "three/examples/jsm/environments/RoomEnvironment.js";
import { type GLTF, GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { BLENDSHAPES } from "@/lib/arkit";
import { LAG_MS } from "@/lib/audio";
import { DrawingTime, SOFTWARE_FPS, SOFTWARE_SHARE, drawsInSoftware } from "@/lib/graphics";
import { useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { type Coloured, finished } from "@/lib/shading";
import { useStore } from "@/lib/store";
import type { Look } from "@/lib/types";
import { Fence } from "./Fence";

const MODEL = "/api/v1/avatar/model.glb";
/** Where the camera stands, and where while a gesture shows the hands; as tektra/avatar/backends/moderngl_renderer.py has it. */
const NEAR_EYE = new Vector3(0, 0.7, 1.3), NEAR_TARGET = new Vector3(0, 0.664, 0.06);
const FAR_EYE = new Vector3(0, 0.66, 1.75), FAR_TARGET = new Vector3(0, 0.6, 0.06);
/** Where a picture is narrower than so many heights, it steps back further. */
const WIDE = 1.08;
/** Of a head's turn the neck makes that share, as tektra/avatar/body.py has it. */
const NECK_SHARE = 0.4;
/** Joints whose first angle lifts a hand into the picture, and how far they turn until it has stepped back. */
const LIFTED = /_(arm|forearm)$/, WHOLE_REACH_RAD = 1.2;
interface ArmTurn { angle: number; axis: Vector3; share: number }
const SHOWN_WITH: Record<string, readonly string[]> = {
  short: ["hair_short"], bob: ["hair_bob"], cap: ["hair_under_cap", "cap"], none: [],
};
/** The background of a look that chose none (tektra/avatar/look.py): then the page's own, which suits dark and light. */
const PLAIN = "#dfe8ee";

/** Tektra's face: the newest state of the avatar, at the moment at which its sound is heard. */
export function Face() {
  const t = useTexts();
  const look = useStore((state) => state.draft ?? state.look);
  const hidden = useHidden();
  const software = useMemo(drawsInSoftware, []);
  const failed = <p className="problem">{t("faceFails")}</p>;
  return (
    <div className="face" style={{ background: (look.background ?? PLAIN) === PLAIN ? undefined : look.background }}>
      <Fence fallback={failed}>
        <Canvas role="img" aria-label={t("face")} frameloop={hidden ? "never" : "demand"} dpr={software ? SOFTWARE_SHARE : [1, 2]}
          camera={{ fov: 17.5, position: NEAR_EYE.toArray(), near: 0.1, far: 10 }}
          gl={{ antialias: !software, toneMapping: ACESFilmicToneMapping, toneMappingExposure: 1.5, powerPreference: "low-power" }}
          onCreated={({ camera }) => camera.lookAt(NEAR_TARGET)}>
          <Suspense fallback={null}>
            <Head software={software} />
          </Suspense>
          <Pace hidden={hidden} software={software} />
        </Canvas>
      </Fence>
    </div>
  );
}

/** Asks for pictures: as many as the screen shows, or fewer in software; none while nobody looks. */
function Pace({ hidden, software }: { hidden: boolean; software: boolean }) {
  const invalidate = useThree((state) => state.invalidate);
  useEffect(() => {
    if (hidden) return;
    if (software) {
      const timer = setInterval(() => invalidate(), 1000 / SOFTWARE_FPS);
      return () => clearInterval(timer);
    }
    let frame = requestAnimationFrame(function next() {
      invalidate();
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [hidden, invalidate, software]);
  return null;
}

function Head({ software }: { software: boolean }) {
  const { scene } = useLoader(GLTFLoader, MODEL) as GLTF;
  const look = useStore((state) => state.draft ?? state.look);
  const root = useRef<Group>(null);
  const { gl, scene: stage, camera, size } = useThree();
  const target = useMemo(() => new Vector3(), []);
  const reduced = useReducedMotion();
  const parts = useMemo(() => new Parts(scene, software), [scene, software]);

  useEffect(() => {
    if (software) return;
    const generator = new PMREMGenerator(gl);
    const surroundings = generator.fromScene(new RoomEnvironment(), 0.04);
    stage.environment = surroundings.texture;
    stage.environmentIntensity = 0.35;
    return () => {
      stage.environment = null;
      surroundings.dispose();
      generator.dispose();
    };
  }, [gl, stage, software]);
  useEffect(() => parts.wear(look), [parts, look]);
  const drawing = useMemo(() => new DrawingTime(LAG_MS), []);
  useEffect(() => addAfterEffect(() => drawing.ended(performance.now())), [drawing]);
  useFrame(() => {
    drawing.began(performance.now());
    const state = session().timeline.at(session().serverNow() - LAG_MS + drawing.aheadMs);
    if (state === null) return;
    const arms = reduced ? null : state.arms;
    parts.show(state.weights, state.head, arms, reduced);
    const far = parts.reach(arms);
    camera.position.lerpVectors(NEAR_EYE, FAR_EYE, far);
    camera.position.z += far * FAR_EYE.z * Math.max(0, WIDE / (size.width / size.height) - 1); // hands lie beside the face
    camera.lookAt(target.lerpVectors(NEAR_TARGET, FAR_TARGET, far));
  });

  return (
    <>
      <hemisphereLight args={["#ffffff", "#c4aea2", software ? 1.5 : 0.8]} />
      <directionalLight position={[-0.9, 1.5, 1.8]} intensity={2.1} color="#fff6ec" />
      <directionalLight position={[1.6, 0.3, 1.2]} intensity={0.8} color="#e4edff" />
      <directionalLight position={[0.3, 1.4, -1.6]} intensity={1.6} color="#cfe2ff" />
      <group ref={root}><primitive object={scene} /></group>
    </>
  );
}

/** The pieces of the model that move or change colour. */
class Parts {
  private readonly morphed: { mesh: Mesh; index: (number | undefined)[] }[] = [];
  private readonly materials = new Map<string, Coloured>();
  private readonly named = new Map<string, Object3D>();
  private readonly limbs: { bone: Object3D; turns: readonly ArmTurn[] }[] = [];
  private readonly lifts = new Set<number>();
  private readonly turn = new Quaternion();
  private lifted = false;

  constructor(scene: Object3D, software: boolean) {
    scene.traverse((node) => {
      if (node.name !== "" && !this.named.has(node.name)) this.named.set(node.name, node);
      if (!(node instanceof Mesh)) return;
      node.frustumCulled = false;
      const { name } = node.material as MeshStandardMaterial;
      const material = this.materials.get(name) ?? finished(node.material as MeshStandardMaterial, software);
      this.materials.set(name, material);
      node.material = material;
      const known = node.morphTargetDictionary;
      if (known !== undefined) this.morphed.push({ mesh: node, index: BLENDSHAPES.map((name) => known[name]) });
    });
    this.bones(scene);
  }

  /** The skeleton's joints share names with meshes ("head"), so they are taken from the skin. */
  private bones(scene: Object3D): void {
    scene.traverse((node) => {
      const { skeleton } = node as SkinnedMesh;
      skeleton?.bones.forEach((bone) => this.named.set(`joint ${bone.name.replace(/_\d+$/, "")}`, bone));
    });
    for (const [name, bone] of this.named) {
      const turns = bone.userData["turns"] as { angle: number; axis: [number, number, number]; share: number }[] | undefined;
      if (!name.startsWith("joint ") || turns === undefined) continue;
      this.limbs.push({ bone, turns: turns.map((turn) => ({ ...turn, axis: new Vector3(...turn.axis) })) });
      if (LIFTED.test(name)) turns.slice(0, 1).forEach((turn) => this.lifts.add(turn.angle));
    }
  }

  /** How far the picture steps back to show the hands, 0..1; as tektra/avatar/arms.py has it. */
  reach(arms: Float32Array | null): number {
    if (arms === null) return 0;
    const lifted = Math.max(0, ...[...this.lifts].map((angle) => Math.abs(arms[angle] ?? 0)));
    const part = Math.min(1, lifted / WHOLE_REACH_RAD);
    return part * part * (3 - 2 * part);
  }

  private lift(arms: Float32Array | null): void {
    const hands = this.named.get("hands");
    if (hands !== undefined) hands.visible = arms !== null;
    if (arms === null && !this.lifted) return;
    this.lifted = arms !== null;
    for (const { bone, turns } of this.limbs) {
      bone.quaternion.identity();
      for (const { angle, axis, share } of turns) {
        bone.quaternion.multiply(this.turn.setFromAxisAngle(axis, share * (arms?.[angle] ?? 0)));
      }
    }
  }

  show(weights: Float32Array, head: [number, number, number], arms: Float32Array | null, reduced: boolean): void {
    this.lift(arms);
    for (const { mesh, index } of this.morphed) {
      const influences = mesh.morphTargetInfluences;
      if (influences === undefined) continue;
      index.forEach((at, shape) => {
        if (at !== undefined) influences[at] = weights[shape] ?? 0;
      });
    }
    const [roll, pitch, yaw] = head;
    const share = reduced ? 0 : 1;
    for (const [joint, part] of [["joint neck", NECK_SHARE], ["joint head", 1 - NECK_SHARE]] as const) {
      // REP-103 (x forward, y left, z up) to glTF (z forward, x left, y up).
      this.named.get(joint)?.rotation.set(pitch * part * share, yaw * part * share, roll * part * share, "YXZ");
    }
  }

  wear(look: Look): void {
    const colours: Record<string, string | undefined> = {
      skin: look.skin, lips: look.lips, iris: look.eyes, brows: look.brows, hair: look.hair, garment: look.garment,
      trim: look.trim, cap: look.cap,
    };
    for (const [name, colour] of Object.entries(colours)) {
      if (colour !== undefined) this.materials.get(name)?.color.copy(new Color(colour));
    }
    const shown = SHOWN_WITH[look.hair_style ?? "bob"] ?? [];
    for (const [name, node] of this.named) {
      const bare = name.replace(/_\d+$/, "");
      if (bare === "cap" || bare.startsWith("hair")) node.visible = shown.includes(bare);
    }
  }
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return hidden;
}

function useReducedMotion(): boolean {
  const [reduced, setReduced] = useState(false);
  useEffect(() => {
    const query = matchMedia("(prefers-reduced-motion: reduce)");
    const look = () => setReduced(query.matches);
    look();
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return reduced;
}
