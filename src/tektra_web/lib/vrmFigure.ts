// SPDX-License-Identifier: Apache-2.0
import { type VRM, type VRMHumanBoneName, VRMLoaderPlugin, VRMMetaLoaderPlugin, VRMUtils } from "@pixiv/three-vrm";
import { Box3, Euler, type Object3D, Quaternion, Vector3 } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { NECK_SHARE } from "./character";
import { type RestJoint, Retarget, type Turns } from "./retarget";
import { feelingsOf, gazeOf, lidsOf, lipsOf } from "./vrmMotion";

/** Where Tektra's own head is joined, and how far it reaches above that, in m: a figure's head is put there, and made as large. */
const HEAD = new Vector3(0, 0.6676, 0.0416), HEAD_HEIGHT = 0.15;
/** Springs of hair and clothes are moved by no more than that at a time. */
const LONGEST_STEP_S = 0.1;

/** A VRM file that somebody brought, moved by the same state as Tektra's own character. */
export class VrmFigure {
  readonly scene: Object3D;
  private readonly retarget: Retarget;
  private readonly turns: Turns = new Map();
  private readonly turn = new Quaternion();
  private readonly euler = new Euler();
  /** Models of VRM 0.x look the other way. */
  private readonly former: boolean;

  private constructor(private readonly vrm: VRM, joints: readonly RestJoint[]) {
    this.scene = vrm.scene;
    this.former = vrm.meta.metaVersion === "0";
    this.retarget = new Retarget(joints, (bone) => vrm.humanoid.getNormalizedBoneNode(bone as VRMHumanBoneName) !== null);
    if (vrm.lookAt) vrm.lookAt.autoUpdate = false;
  }

  /** From a file that the gateway checked. Throws where it cannot be shown. */
  static async load(data: ArrayBuffer, joints: readonly RestJoint[]): Promise<VrmFigure> {
    const loader = new GLTFLoader();
    loader.register((parser) => {
      // What its author allows was shown to whoever brought it, whatever licence that is.
      const meta = (parser.json as { extensions?: { VRMC_vrm?: { meta?: { licenseUrl?: string } } } }).extensions?.VRMC_vrm?.meta;
      return new VRMLoaderPlugin(parser, { metaPlugin: new VRMMetaLoaderPlugin(parser, { acceptLicenseUrls: [meta?.licenseUrl as string] }) });
    });
    const gltf = await loader.parseAsync(data, "");
    const vrm = gltf.userData["vrm"] as VRM | undefined;
    if (vrm === undefined) throw new Error("no VRM");
    VRMUtils.removeUnnecessaryVertices(gltf.scene);
    VRMUtils.combineSkeletons(gltf.scene);
    VRMUtils.rotateVRM0(vrm);
    vrm.scene.traverse((node) => (node.frustumCulled = false));
    const figure = new VrmFigure(vrm, joints);
    figure.place();
    return figure;
  }

  /** One moment. `head`: roll, pitch, yaw; `arms`: null while they hang; `reach`: how far hands are shown, 0..1. */
  show(weights: Float32Array, [roll, pitch, yaw]: [number, number, number], arms: Float32Array | null, reach: number, seconds: number): void {
    const { humanoid, expressionManager, lookAt, springBoneManager } = this.vrm;
    const neck = humanoid.getNormalizedBoneNode("neck");
    const share = neck === null ? 0 : NECK_SHARE;
    for (const [bone, part] of [["neck", share], ["head", 1 - share]] as const) {
      this.turnBone(bone, this.turn.setFromEuler(this.euler.set(pitch * part, yaw * part, roll * part, "YXZ")));
    }
    this.retarget.at(arms, reach, this.turns);
    for (const [bone, turn] of this.turns) this.turnBone(bone as VRMHumanBoneName, this.turn.copy(turn));
    const told: Record<string, number> = { ...lipsOf(weights), ...this.felt(weights) };
    const [left, right] = lidsOf(weights);
    if (this.moves("blinkLeft") && this.moves("blinkRight")) Object.assign(told, { blinkLeft: left, blinkRight: right });
    else told["blink"] = (left + right) / 2;
    for (const [name, value] of Object.entries(told)) expressionManager?.setValue(name, value);
    if (lookAt) Object.assign(lookAt, gazeOf(weights));
    // Not vrm.update: the gateway leaves out what constrains nodes to each other, which may be bound to themselves.
    humanoid.update();
    lookAt?.update(seconds);
    expressionManager?.update();
    springBoneManager?.update(Math.min(seconds, LONGEST_STEP_S));
  }

  /** A figure without clothes of springs starts where it is; after a jump they would swing. */
  settle(): void {
    this.vrm.springBoneManager?.reset();
  }

  dispose(): void {
    VRMUtils.deepDispose(this.vrm.scene);
  }

  /** Exporters write every expression there is, and leave those empty that a figure has not. */
  private moves(name: string): boolean {
    return (this.vrm.expressionManager?.getExpression(name)?.binds.length ?? 0) > 0;
  }

  /** What it feels by the names that it knows: VRM 0.x has none for surprise, and VRoid Studio's figures have one of their own. */
  private felt(weights: Float32Array): Record<string, number> {
    const { surprised, ...others } = feelingsOf(weights);
    return { ...others, [this.moves("surprised") ? "surprised" : "Surprised"]: surprised };
  }

  private turnBone(bone: VRMHumanBoneName, turn: Quaternion): void {
    if (this.former) turn.set(-turn.x, turn.y, -turn.z, turn.w);
    this.vrm.humanoid.getNormalizedBoneNode(bone)?.quaternion.copy(turn);
  }

  /** Its head where Tektra's is, and as large. */
  private place(): void {
    this.show(new Float32Array(52), [0, 0, 0], null, 0, 0);
    this.scene.updateMatrixWorld(true);
    const head = this.vrm.humanoid.getRawBoneNode("head")?.getWorldPosition(new Vector3());
    const top = new Box3().setFromObject(this.scene, true).max.y;
    const scale = head === undefined ? NaN : HEAD_HEIGHT / (top - head.y);
    if (head === undefined || !(scale > 1e-4 && scale < 1e4)) throw new Error("its head has no size");
    this.scene.scale.multiplyScalar(scale);
    this.scene.position.copy(HEAD).addScaledVector(head, -scale);
    this.scene.updateMatrixWorld(true);
    this.settle();
  }
}
