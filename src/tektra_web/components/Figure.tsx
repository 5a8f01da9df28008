// SPDX-License-Identifier: Apache-2.0
import { useFrame, useLoader, useThree } from "@react-three/fiber";
import { useEffect, useMemo, useState } from "react";
import { NoToneMapping } from "three";
import { type GLTF, GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { isLift, restJoints } from "@/lib/character";
import { session } from "@/lib/session";
import { VrmFigure } from "@/lib/vrmFigure";
import { MODEL, type Moving } from "./stage";

/** A VRM file that somebody brought, in Tektra's place. `failed`: it cannot be shown. */
export function Figure({ id, moving, failed }: { id: string; moving: Moving; failed(): void }) {
  const { scene: own } = useLoader(GLTFLoader, MODEL) as GLTF;
  const joints = useMemo(() => restJoints(own), [own]);
  const lifts = useMemo(() => joints.filter(({ name }) => isLift(`_${name}`)).flatMap(({ turns }) => turns.slice(0, 1).map(({ angle }) => angle)), [joints]);
  const gl = useThree((state) => state.gl);
  const [figure, setFigure] = useState<VrmFigure | null>(null);

  useEffect(() => {
    let gone = false, made: VrmFigure | null = null;
    session().api.bytes(`/avatar/figures/${id}`)
      .then((data) => VrmFigure.load(data, joints))
      .then((found) => {
        made = found;
        if (gone) found.dispose();
        else setFigure(found);
      })
      .catch(() => gone || failed());
    return () => {
      gone = true;
      made?.dispose();
      setFigure(null);
    };
  }, [id, joints, failed]);
  // Its colours are made for a picture as it is, and not for one like a photograph.
  useEffect(() => {
    const before = gl.toneMapping;
    gl.toneMapping = NoToneMapping;
    return () => void (gl.toneMapping = before);
  }, [gl]);
  useFrame((_, seconds) => {
    if (figure === null) return;
    try {
      moving(lifts, (state, arms, reach) => figure.show(state.weights, state.head, arms, reach, seconds));
    } catch {
      failed();
    }
  });
  return (
    <>
      <hemisphereLight args={["#ffffff", "#d8ccc4", 1.3]} />
      <directionalLight position={[-0.9, 1.5, 1.8]} intensity={2} />
      {figure === null ? null : <primitive object={figure.scene} />}
    </>
  );
}
