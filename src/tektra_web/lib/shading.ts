// SPDX-License-Identifier: Apache-2.0
import type { Material } from "three";

/** Where the eyes mirror the window and the room, towards the camera, and how bright; as tektra/avatar/backends/shaders.py has it. */
const GLINT = `
  vec3 mirrored = reflect(-normalize(vViewPosition), normal);
  outgoingLight += 0.95 * smoothstep(0.965, 0.985, dot(mirrored, vec3(-0.28, 0.26, 0.924)))
    + 0.25 * smoothstep(0.982, 0.996, dot(mirrored, vec3(0.34, -0.22, 0.914)));
`;
/** No light casts a shadow here, so what does not face the lips' opening is darkened: the light behind the head would shine in the mouth. */
const sheltered = (least: number, most: number) => `
  outgoingLight *= mix(${least.toFixed(2)}, ${most.toFixed(2)}, smoothstep(0.15, 0.70, dot(normal, normalize(vViewPosition))));
`;
const ADDED: Readonly<Record<string, string>> = {
  iris: GLINT, pupil: GLINT, sclera: GLINT, mouth: sheltered(0.1, 0.5), teeth: sheltered(0.35, 1), tongue: sheltered(0.06, 0.25),
};

/** The light in an eye, without which a face looks dead, and the dark of a mouth, added to a material by its name. */
export function shaded<Kind extends Material>(material: Kind, name: string): Kind {
  const added = ADDED[name];
  if (added === undefined) return material;
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace("#include <opaque_fragment>", `${added}#include <opaque_fragment>`);
  };
  material.customProgramCacheKey = () => added;
  return material;
}
