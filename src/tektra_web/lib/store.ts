// SPDX-License-Identifier: Apache-2.0
import { create } from "zustand";
import { type MicrophoneState, NO_WISHES, type Wishes } from "./microphone";
import type { Entry } from "./conversation";
import type { Language } from "./i18n";
import type { Account, EarsState, Look, PersonAt, Plan, Robot, RobotStatus, SafetyState, Spot, WorldMap } from "./types";

export type Phase = "loading" | "out" | "in";
export type Room = "talk" | "robots" | "operate";
export type Theme = "auto" | "light" | "dark";
export interface Toast { key: number; kind: "info" | "error"; text: string }
export interface Sample { atMs: number; speed: number; battery: number | null }
/** The newest question that can be answered by a click. */
export interface Question { requestId: string; options: string[] }
export interface Track { [robot: string]: Sample[] }

export interface State {
  phase: Phase;
  /** Signed out without having asked for it. */
  ended: boolean;
  account: Account | null; link: "connecting" | "up" | "down"; room: Room;
  language: Language; theme: Theme;
  safety: SafetyState | null; robots: Record<string, Robot>; track: Track;
  entries: Entry[]; plans: Record<string, Plan>; question: Question | null; conversationId: string;
  caption: { who: string; text: string } | null;
  mode: string; expression: string; gesture: string; look: Look;
  /** Whether Tektra hears at all; "": not told yet. */
  ears: EarsState;
  /** As it is being changed here, and not saved yet. */
  draft: Look | null;
  /** `sending`: sound of it goes out now. */
  microphone: MicrophoneState; wishes: Wishes; level: number; sending: boolean; muted: boolean; speaking: boolean; soundReady: boolean;
  /** Robots whose stop could not be sent, "" for all: until one was sent, or a person says that they know. */
  stopsUnsent: string[];
  toasts: Toast[]; world: WorldMap | null;
  /** What is on the floor now: by robot the way that it claimed and what its lidar sees, and where people stand. */
  ways: Record<string, Spot[]>; obstacles: Record<string, Spot[]>; people: PersonAt[];
}

/** All that the screens show. `session.ts` alone writes what comes from the gateway. */
export const useStore = create<State>(() => ({
  phase: "loading", ended: false, account: null, link: "connecting", room: "talk", language: "en", theme: "auto",
  safety: null, robots: {}, track: {}, entries: [], plans: {}, question: null, conversationId: "", caption: null,
  mode: "idle", expression: "neutral", gesture: "", look: {}, ears: "", draft: null,
  microphone: "off", wishes: NO_WISHES, level: 0, sending: false, muted: false, speaking: false, soundReady: false, stopsUnsent: [], toasts: [], world: null,
  ways: {}, obstacles: {}, people: [],
}));

const KEPT_SAMPLES = 240;

/** The robots after a status; its speed and battery join the last minutes. */
export function withStatus(state: State, status: RobotStatus): Pick<State, "robots" | "track"> {
  const old = state.robots[status.robot];
  const robot: Robot = old ?? {
    robot: status.robot, kind: status.kind, skills: [], footprint: [], linear_speed_m_s: 0, angular_speed_rad_s: 0,
    joint_names: [], status: null,
  };
  const samples = state.track[status.robot] ?? [];
  const last = samples[samples.length - 1];
  const fresh = last === undefined || status.stamp_ms - last.atMs > 700;
  const sample: Sample = { atMs: status.stamp_ms, speed: Math.abs(status.speed_m_s), battery: status.battery };
  return {
    robots: { ...state.robots, [status.robot]: { ...robot, status } },
    track: fresh ? { ...state.track, [status.robot]: [...samples, sample].slice(-KEPT_SAMPLES) } : state.track,
  };
}
