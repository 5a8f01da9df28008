// SPDX-License-Identifier: Apache-2.0
import { Canvas, useFrame, useLoader, useThree } from "@react-three/fiber";
import dynamic from "next/dynamic";
import { Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { ACESFilmicToneMapping, PMREMGenerator } from "three";
import { RoomEnvironment } from "three/examples/jsm/environments/RoomEnvironment.js";
import { type GLTF, GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { Character } from "@/lib/character";
import { SOFTWARE_FPS, SOFTWARE_SHARE, drawsInSoftware } from "@/lib/graphics";
import { t, useTexts } from "@/lib/i18n";
import { session } from "@/lib/session";
import { useStore } from "@/lib/store";
import { Fence } from "./Fence";
import { MODEL, type Moving, NEAR_EYE, NEAR_TARGET, useMoving } from "./stage";

const Figure = dynamic(() => import("./Figure").then((found) => found.Figure), { ssr: false });
/** The background of a look that chose none (tektra/avatar/look.py): then the page's own, which suits dark and light. */
const PLAIN = "#dfe8ee";

/** Tektra's face: the newest state of the avatar, at the moment at which its sound is heard. */
export function Face() {
  const text = useTexts();
  const background = useStore((state) => String((state.draft ?? state.look)["background"] ?? PLAIN));
  const hidden = useHidden();
  const software = useMemo(drawsInSoftware, []);
  const failed = <p className="problem">{text("faceFails")}</p>;
  return (
    <div className="face" style={{ background: background === PLAIN ? undefined : background }}>
      <Fence fallback={failed}>
        <Canvas role="img" aria-label={text("face")} frameloop={hidden ? "never" : "demand"} dpr={software ? SOFTWARE_SHARE : [1, 2]}
          camera={{ fov: 17.5, position: NEAR_EYE.toArray(), near: 0.1, far: 10 }}
          gl={{ antialias: !software, toneMapping: ACESFilmicToneMapping, toneMappingExposure: 1.5, powerPreference: "low-power" }}
          onCreated={({ camera }) => camera.lookAt(NEAR_TARGET)}>
          <Suspense fallback={null}>
            <Stage software={software} />
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

/** Tektra's own character, or the figure that it wears. */
function Stage({ software }: { software: boolean }) {
  const id = useStore((state) => String((state.draft ?? state.look)["figure"] ?? ""));
  const [broken, setBroken] = useState("");
  const moving = useMoving();
  const failed = useCallback(() => {
    setBroken(id);
    session().toast("error", t("figureFails"));
  }, [id]);
  return id === "" || id === broken ? <Head software={software} moving={moving} /> : <Figure key={id} id={id} moving={moving} failed={failed} />;
}

function Head({ software, moving }: { software: boolean; moving: Moving }) {
  const { scene } = useLoader(GLTFLoader, MODEL) as GLTF;
  const look = useStore((state) => state.draft ?? state.look);
  const { gl, scene: stage } = useThree();
  const character = useMemo(() => new Character(scene, software), [scene, software]);

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
  useEffect(() => character.wear(look), [character, look]);
  useFrame(() => moving(character.lifts, (state, arms, _, reduced) => character.show(state.weights, state.head, arms, reduced)));

  return (
    <>
      <hemisphereLight args={["#ffffff", "#c4aea2", software ? 1.5 : 0.8]} />
      <directionalLight position={[-0.9, 1.5, 1.8]} intensity={2.1} color="#fff6ec" />
      <directionalLight position={[1.6, 0.3, 1.2]} intensity={0.8} color="#e4edff" />
      <directionalLight position={[0.3, 1.4, -1.6]} intensity={1.6} color="#cfe2ff" />
      <primitive object={scene} />
    </>
  );
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
