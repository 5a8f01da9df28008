// SPDX-License-Identifier: Apache-2.0
/** What the gateway sends and takes, as /api/v1/openapi.json and its socket messages define it. Only what the page uses. */

export type Role = "observer" | "guest" | "operator" | "admin";
export const ROLES: readonly Role[] = ["observer", "guest", "operator", "admin"];

/** `wait_s`: how long to wait, where it is told. */
export interface Problem { code: string; message: string; remedy: string; wait_s?: number }
export interface Account {
  id: string; name: string; role: Role; disabled: boolean; must_change_password: boolean; created_ms: number;
}
export interface SignedIn { access_token: string; expires_in_s: number; account: Account }
export interface Ticket { ticket: string; expires_in_s: number }
export interface Pose { x: number; y: number; z: number; yaw: number }
export interface Lease { robot: string; holder: string; holder_id: string; since_ms: number; asked_by: string[] }
export interface RobotStatus {
  robot: string; kind: string; connected: boolean; moving: boolean; halted: boolean; halt_reason: string;
  stopped: boolean; stop_causes: string[]; localized: boolean; pose: Pose | null; speed_m_s: number;
  turn_rad_s: number; battery: number | null; joints: { name: string; position: number }[];
  gripper_opening_m: number | null; gripper_holding: boolean; altitude_m: number | null; collision: boolean;
  fault: string; stamp_ms: number; lease: Lease;
}
export interface Skill { name: string; description: string; arguments_schema: JsonSchema }
export interface JsonSchema {
  type?: string; oneOf?: { required?: string[] }[]; "x-tektra-words"?: Record<string, Record<string, string[]>>; properties?: Record<string, JsonSchema>; required?: string[]; enum?: (string | number)[];
  minimum?: number; maximum?: number; exclusiveMinimum?: number; description?: string; items?: JsonSchema;
}
export interface Robot {
  robot: string; kind: string; skills: Skill[]; footprint: { x: number; y: number }[]; linear_speed_m_s: number;
  angular_speed_rad_s: number; joint_names: string[]; status: RobotStatus | null;
}
export type StepStatus = "pending" | "running" | "succeeded" | "failed" | "canceled" | "refused";
export interface PlanStep {
  id: number; who: string; skill: string; arguments: Record<string, unknown>; after: number[]; status: StepStatus;
  message: string;
}
export interface Plan {
  plan_id: string; request_id: string; conversation_id: string; text: string; status: StepStatus; message: string;
  steps: PlanStep[]; stamp_ms: number;
}
export type Outcome = "answered" | "done" | "failed" | "refused" | "canceled";
export interface SafetyState {
  stopped: boolean; causes: string[]; pending: string[]; epoch: number;
  robots: { robot: string; stopped: boolean; causes: string[]; epoch: number }[]; fresh: boolean; stamp_ms: number;
}
export interface AuditRecord {
  stamp_ms: number; who: string; event: string; robot: string; skill: string; detail: string; epoch: number;
}
export interface Block {
  name: string; x: number; y: number; yaw: number; length: number; width: number; height: number; color: number[];
}
export interface Spot { x: number; y: number }
export interface Zone { name: string; kind: "keep_in" | "keep_out" | "slow"; corners: Spot[]; robots: string[]; speed_m_s: number | null }
export interface PersonAt { x: number; y: number; uncertainty_m: number }
export interface ShapePart { link: string; kind: "box" | "cylinder" | "sphere"; size: number[]; xyz: number[]; rpy: number[] }
export interface ShapeJoint {
  name: string; kind: "fixed" | "turns" | "slides"; parent: string; child: string; xyz: number[]; rpy: number[]; axis: number[];
}
export interface RobotShape { base: string; parts: ShapePart[]; joints: ShapeJoint[] }
export interface WorldMap {
  name: string; frame: string; wall_height: number;
  rooms: { name: string; x_min: number; y_min: number; x_max: number; y_max: number }[];
  walls: Block[]; furniture: Block[]; places: { name: string; pose: Pose }[]; zones: Zone[];
  /** By language, what rooms and places are called. */
  names: Record<string, Record<string, string>>;
}
export interface AiModel {
  name: string; kind: string; backend: string; available: boolean; loaded: boolean; selected: boolean;
  size_bytes: number; licence: string;
}
export interface Voice { name: string; backend: string; locale: string; sample_rate: number }
export interface ConversationInfo {
  conversation_id: string; title: string; messages: number; created_ms: number; updated_ms: number;
}
export interface Conversation { info: ConversationInfo; messages: { role: "user" | "assistant"; text: string; stamp_ms: number }[] }
export interface Diagnostic { name: string; level: "ok" | "warn" | "error" | "stale"; message: string; values: Record<string, string> }
export const CONSENTS = ["voice", "face", "preferences"] as const;
export type Consent = (typeof CONSENTS)[number];
export interface Person {
  id: string; name: string; role: Role; account: string; consents: { what: Consent; since_ms: number; by: string }[];
  preferences: Record<string, string>;
}
export type PrintKind = "face" | "voice";
export interface KnownPrints { id: string; name: string; role: Role; face_since_ms: number | null; voice_since_ms: number | null; person: string }
export interface Manner { style: string; expressive: boolean }
export interface Manners { everybody: Manner; people: Record<string, Manner>; revision: string }
export interface Recording { name: string; size_bytes: number; changed_ms: number; whole: boolean; running: boolean }
export interface Session { id: string; account: string; created_ms: number; last_used_ms: number; address: string; client: string; expires_ms: number; program: boolean; current: boolean }
export interface MadeToken { id: string; token: string; expires_ms: number }
export interface Fact { fact_id: string; text: string; person: string; conversation_id: string; stamp_ms: number }
export type Look = Record<string, string | number>;
/** What a look is made of, as the gateway tells it (tektra/common/look.py). */
export interface LookField {
  name: string; kind: "colour" | "choice" | "slider" | "figure"; default: string | number; choices: string[]; low: number; high: number;
}
/** A VRM file that was checked; `terms`: what its author allows, in the author's words. */
export interface Figure {
  id: string; name: string; version: number; title: string; authors: string; terms: Record<string, string>; emotions: string[];
  size_bytes: number; points: number; triangles: number; pixels: number; by: string; added_ms: number;
}

export type Stream =
  | "safety" | "robots" | "plans" | "replies" | "captions" | "actions" | "avatar_binary" | "visemes" | "voice_binary" | "camera_binary"
  | "ways" | "people" | "obstacles";

/** Each has its number, counted by socket. */
export type FromServer = { seq: number } & (
  | { type: "welcome"; socket_id: string; account: Account; server_time_ms: number; ends_at_ms: number; streams: Stream[]; resumed: boolean }
  | { type: "ai_response"; id: string; request_id: string; conversation_id: string; index: number; delta: string;
      last: boolean; reply: string; outcome: Outcome | null; message: string }
  | { type: "plan"; plan: Plan }
  | { type: "question"; request_id: string; conversation_id: string; options: string[] }
  | { type: "avatar_action"; expression: string; gesture: string; mode: string; look: Look }
  | { type: "robot_status"; status: RobotStatus }
  | { type: "robot_gone"; robot: string }
  | { type: "robot_way"; robot: string; points: Spot[] }
  | { type: "people_seen"; people: PersonAt[]; stamp_ms: number }
  | { type: "obstacles_seen"; robot: string; cells: Spot[] }
  | { type: "lease_changed"; lease: Lease }
  | { type: "safety_state"; state: SafetyState }
  | { type: "caption"; who: string; text: string; final: boolean; language: string }
  | { type: "command_progress"; id: string; progress: number; status: string }
  | { type: "command_result"; id: string; outcome: string; message: string }
  | { type: "stop_sent"; robot: string }
  | { type: "error"; id: string; problem: Problem }
  | { type: "pong"; number: number; server_time_ms: number }
  | { type: "renewed"; ends_at_ms: number });

/** True where the role may do what `least` may. */
export function mayAs(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}
