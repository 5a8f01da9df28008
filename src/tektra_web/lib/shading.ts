// SPDX-License-Identifier: Apache-2.0
import { Color, type Material, MeshLambertMaterial, MeshPhysicalMaterial, MeshStandardMaterial } from "three";

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

export type Coloured = MeshStandardMaterial | MeshLambertMaterial;

/** Skin that lets a little light through, eyes that glint, hair with a sheen; in software what is quickly drawn. */
export function finished(material: MeshStandardMaterial, software: boolean): Coloured {
  const { name } = material;
  const made = software ? plain(material) : fine(material);
  if (made instanceof MeshStandardMaterial && (name === "tongue" || name === "mouth")) made.roughness = 1; // the light behind the head glittered on them
  if (name === "lashes") {
    // On a closed lid they would sink into it, and break into dashes.
    made.polygonOffset = true;
    made.polygonOffsetFactor = -4;
    made.polygonOffsetUnits = -400;
  }
  made.name = name;
  return shaded(made, name);
}

/** No glitter, no fresnel: half of a picture's time went there. */
function plain(material: MeshStandardMaterial): MeshLambertMaterial {
  const { color, side, vertexColors, map, transparent, opacity, alphaTest } = material;
  return new MeshLambertMaterial({ color, side, vertexColors, map, transparent, opacity, alphaTest });
}

function fine(material: MeshStandardMaterial): MeshStandardMaterial {
  const { name } = material;
  if (!["skin", "lips", "hair", "iris", "pupil", "sclera", "garment", "cap"].includes(name)) return material;
  const made = new MeshPhysicalMaterial();
  MeshStandardMaterial.prototype.copy.call(made, material);
  if (name === "skin" || name === "lips") {
    made.sheen = 0.5;
    made.sheenRoughness = 0.45;
    made.sheenColor = new Color("#ff9d80");
    made.roughness = name === "lips" ? 0.34 : 0.5;
    made.clearcoat = name === "lips" ? 0.35 : 0.08;
    made.clearcoatRoughness = 0.5;
  } else if (["iris", "pupil", "sclera"].includes(name)) {
    made.clearcoat = 1;
    made.clearcoatRoughness = 0.03;
  } else {
    made.sheen = name === "hair" ? 0.8 : 0.4;
    made.sheenRoughness = 0.4;
    made.sheenColor = new Color(name === "hair" ? "#a88" : "#789");
  }
  return made;
}
