// SPDX-License-Identifier: Apache-2.0
import { addAfterEffect, useThree } from "@react-three/fiber";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Vector3 } from "three";
import { LAG_MS } from "@/lib/audio";
import { reachOf } from "@/lib/character";
import type { AvatarFrame } from "@/lib/frames";
import { DrawingTime } from "@/lib/graphics";
import { session } from "@/lib/session";

export const MODEL = "/api/v1/avatar/model.glb";
/** Where the camera stands, and where while a gesture shows the hands; as tektra/avatar/backends/moderngl_renderer.py has it. */
export const NEAR_EYE = new Vector3(0, 0.7, 1.3), NEAR_TARGET = new Vector3(0, 0.664, 0.06);
const FAR_EYE = new Vector3(0, 0.66, 1.75), FAR_TARGET = new Vector3(0, 0.6, 0.06);
/** Where a picture is narrower than so many heights, it steps back further. */
const WIDE = 1.08;

/** Shows the state of the moment, with the arms that are to be seen, and how far the picture stepped back. `lifts`: angles that lift hands. */
export type Moving = (lifts: Iterable<number>, show: (state: AvatarFrame, arms: Float32Array | null, reach: number, reduced: boolean) => void) => void;

/** The avatar's state at the moment at which its sound is heard, and the camera that follows it; for use in a frame. */
export function useMoving(): Moving {
  const { camera, size } = useThree();
  const reduced = useReducedMotion();
  const target = useMemo(() => new Vector3(), []);
  const drawing = useMemo(() => new DrawingTime(LAG_MS), []);
  useEffect(() => addAfterEffect(() => drawing.ended(performance.now())), [drawing]);
  return useCallback<Moving>((lifts, show) => {
    drawing.began(performance.now());
    const state = session().timeline.at(session().serverNow() - LAG_MS + drawing.aheadMs);
    if (state === null) return;
    const arms = reduced ? null : state.arms;
    const far = reachOf(lifts, arms);
    show(state, arms, far, reduced);
    camera.position.lerpVectors(NEAR_EYE, FAR_EYE, far);
    camera.position.z += far * FAR_EYE.z * Math.max(0, WIDE / (size.width / size.height) - 1); // hands lie beside the face
    camera.lookAt(target.lerpVectors(NEAR_TARGET, FAR_TARGET, far));
  }, [camera, drawing, reduced, size, target]);
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
