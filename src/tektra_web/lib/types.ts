// SPDX-License-Identifier: Apache-2.0
/** The gateway's messages as the page calls them. What they are made of is in wire.ts, which is made of the gateway's own models. */
import type * as wire from "./wire";

export type Role = wire.Account["role"];
export const ROLES: readonly Role[] = ["observer", "guest", "operator", "admin"];

/** `wait_s`: how long to wait, where the answer's head tells it. */
export interface Problem extends wire.Problem { wait_s?: number }
export type {
  Account, AiModel, LockedModel, AuditRecord, Block, Conversation, ConversationInfo, Diagnostic, Fact, Figure, Lease, LookField, MadeToken, Person,
  PersonAt, Plan, PlanStep, Pose, Recording, RobotShape, RobotStatus, SafetyState, ShapeJoint, ShapePart, SignedIn, Ticket, Voice,
  WorldMap, Zone,
} from "./wire";
export type Spot = wire.Point;
export interface JsonSchema {
  type?: string; oneOf?: { required?: string[] }[]; "x-tektra-words"?: Record<string, Record<string, string[]>>; properties?: Record<string, JsonSchema>; required?: string[]; enum?: (string | number)[];
  minimum?: number; maximum?: number; exclusiveMinimum?: number; description?: string; items?: JsonSchema;
}
export interface Skill extends wire.Skill { arguments_schema: JsonSchema & Record<string, unknown> }
export interface Robot extends wire.Robot { skills: Skill[] }
export type StepStatus = wire.PlanStep["status"];
export type Outcome = NonNullable<wire.AiResponse["outcome"]>;
export type Consent = wire.ConsentGiven["what"];
export const CONSENTS = ["voice", "face", "preferences"] as const satisfies readonly Consent[];
export type PrintKind = wire.EnrolAsked["what"];
export type KnownPrints = wire.KnownSeen;
export type EarsState = wire.EarsOut["state"];
export type Manner = wire.MannerShown;
export type Manners = wire.MannersShown;
export type Session = wire.SignedInSession;
export type Look = Record<string, string | number>;
export type Stream = wire.Welcome["streams"][number];

/** Each has its number, counted by socket. */
export type FromServer = Worn<wire.FromServer>;
type Worn<T> = T extends { type: "avatar_action" } ? Omit<T, "look"> & { look: Look } : T;
export type FromClient = wire.FromClient;

/** True where the role may do what `least` may. */
export function mayAs(role: Role | undefined, least: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
}
