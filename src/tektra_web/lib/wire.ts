// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_page_types.py of the gateway's models (src/tektra/tektra/web/models, web/socket); change those.
/* eslint-disable */

/** Whoever signed in. `must_change_password`: nothing else is allowed before. */
export interface Account { id: string; name: string; role: "observer" | "guest" | "operator" | "admin"; disabled: boolean; must_change_password: boolean; created_ms: number; }

/** What an admin changes; left out is left as it is. */
export interface AccountChange { role?: "observer" | "guest" | "operator" | "admin" | null; disabled?: boolean | null; password?: string | null; }

/** A model: its files (`available`), whether it runs (`loaded`), whether it is used (`selected`). */
export interface AiModel { name: string; kind: string; backend: string; available: boolean; loaded: boolean; selected: boolean; size_bytes: number; licence: string; }

/** A piece of an answer (`delta`), or its end (`last`) with the whole reply and the outcome. */
export interface AiResponse { seq: number; type: "ai_response"; id: string; request_id: string; conversation_id: string; index: number; delta: string; last: boolean; reply: string; outcome: "answered" | "done" | "failed" | "refused" | "canceled" | null; message: string; }

/** What is in a picture. */
export interface Analysis { description: string; detections: Detection[]; }

/** A room: its rectangle in m. */
export interface Area { name: string; x_min: number; y_min: number; x_max: number; y_max: number; }

/** Who asked for what, and what became of it. */
export interface AuditRecord { stamp_ms: number; who: string; event: string; robot: string; skill: string; detail: string; epoch: number; }

/** The avatar began something: what it wears, does, or how it is (`mode`). */
export interface AvatarAction { seq: number; type: "avatar_action"; expression: string; gesture: string; mode: string; look: Record<string, unknown>; }

/** All 52 weights, 30 times a second. `avatar_binary` says the same in 264 bytes. */
export interface AvatarOut { seq: number; type: "avatar_state"; state: AvatarState; }

/** 52 ARKit blendshape weights (order: /avatar/blendshapes), head in rad (roll, pitch, yaw), gaze in the head's frame; arms: 30 angles in rad (the model's joints say which), empty while they hang. */
export interface AvatarState { stamp_ms: number; weights: number[]; head: Vector; gaze: Vector; expression: string; viseme: string; gesture: string; mode: string; look: Record<string, unknown>; arms: number[]; }

/** A wall or a piece of furniture: a box that stands on the floor, in m and rad. */
export interface Block { name: string; x: number; y: number; yaw: number; length: number; width: number; height: number; color: number[]; }

/** A picture (JPEG or PNG) of the page's camera, in base64. */
export interface CameraIn { type: "camera_frame"; image: string; sequence?: number; sent_at_ms?: number | null; }

/** What the camera sees. */
export interface CameraOut { seq: number; type: "camera_picture"; picture: Picture; stamp_ms: number; }

/** Ends what a chat_message with this id began. */
export interface CancelChat { type: "cancel_chat"; id: string; }

/** Ends a robot_command. */
export interface CancelCommand { type: "cancel_command"; id: string; }

/** What was heard (`who` a voice) or is being said (`who` tektra). `final`: it will not change any more. */
export interface Caption { seq: number; type: "caption"; who: string; text: string; final: boolean; language: string; }

/** The whole answer, once all is done. */
export interface ChatAnswer { request_id: string; conversation_id: string; reply: string; plan: Plan | null; outcome: "answered" | "done" | "failed" | "refused" | "canceled"; message: string; first_token_s: number | null; }

/** Something typed. `id` comes back in every ai_response to it. */
export interface ChatIn { type: "chat_message"; id?: string; text: string; conversation_id?: string; sent_at_ms?: number | null; }

/** Something that a person typed. `conversation_id` empty begins or goes on in the person's current one. */
export interface ChatMessage { text: string; conversation_id?: string; sent_at_ms?: number | null; }

/** A skill of a robot with its arguments. */
export interface Command { skill: string; arguments?: Record<string, unknown>; sent_at_ms?: number | null; }

/** A skill of a robot. Its end comes as command_result with this id. */
export interface CommandAsked { type: "robot_command"; id: string; robot: string; skill: string; arguments?: Record<string, unknown>; sent_at_ms?: number | null; }

/** What became of it. */
export interface CommandDone { outcome: "succeeded" | "failed" | "refused" | "canceled"; message: string; result: Record<string, unknown>; }

/** How far a robot_command is. */
export interface CommandProgress { seq: number; type: "command_progress"; id: string; progress: number; status: string; }

/** The end of a robot_command. */
export interface CommandResult { seq: number; type: "command_result"; id: string; outcome: "succeeded" | "failed" | "refused" | "canceled"; message: string; }

/** What was agreed to, when, and on which account it was written down. */
export interface ConsentGiven { what: "voice" | "face" | "preferences"; since_ms: number; by: string; }

/** A conversation with its messages. */
export interface Conversation { info: ConversationInfo; messages: Message[]; }

/** A conversation in a list. */
export interface ConversationInfo { conversation_id: string; title: string; messages: number; created_ms: number; updated_ms: number; }

/** `cookie`: keep the refresh token in a cookie that scripts cannot read (pages); else it is in the answer. */
export interface Credentials { name: string; password: string; cookie?: boolean; }

/** Something found: its class, certainty 0..1, and box in px. */
export interface Detection { class_id: string; score: number; x: number; y: number; width: number; height: number; track_id: string; }

/** How one node does. */
export interface Diagnostic { name: string; level: "ok" | "warn" | "error" | "stale"; message: string; values: Record<string, string>; }

/** It was done; `message` says more where there is more to say. */
export interface Done { message: string; }

/** A held velocity (keys, gamepad): the robot stands again 0.5 s after the last. Needs the lease of the robot. */
export interface DriveIn { type: "drive"; robot: string; linear_m_s: number; angular_rad_s: number; sent_at_ms: number; }

/** Whether Tektra hears. */
export interface Ears { state: "" | "listening" | "waiting" | "stopped" | "muted" | "off"; }

/** Whether Tektra is to hear nobody, not even a spoken stop. */
export interface EarsMuted { muted: boolean; }

/** Whether Tektra hears changed, at its own microphone and in pages alike. */
export interface EarsOut { seq: number; type: "ears"; state: "" | "listening" | "waiting" | "stopped" | "muted" | "off"; }

/** `consent`: the person was asked and agreed that a print is kept until they take it back. `microphone`: Tektra's own, or the one that is open on the asker's page; of a face, Tektra's first camera looks. */
export interface EnrolAsked { what: "face" | "voice"; consent: true; microphone?: "tektra" | "page"; }

/** A message was refused. `id` is that of the message, where it had one. */
export interface ErrorOut { seq: number; type: "error"; id: string; problem: Problem; }

/** A conversation as text. */
export interface Exported { format: "json" | "markdown"; text: string; }

/** `duration_s` 0: until another one. */
export interface ExpressionAsked { expression: string; intensity?: number; duration_s?: number; }

/** Something that Tektra remembers. `person`: whom it learned it from. */
export interface Fact { fact_id: string; text: string; person: string; conversation_id: string; stamp_ms: number; }

/** Other words for a fact. */
export interface FactCorrection { text: string; }

/** A VRM file that was checked. `version`: 0 (0.x) or 1; `terms`: what its author allows, in the author's words; `emotions`: expressions beside those of lips and lids; `pixels`: of all its pictures; `by`: whose account brought it. */
export interface Figure { id: string; name: string; version: number; title: string; authors: string; terms: Record<string, string>; emotions: string[]; size_bytes: number; points: number; triangles: number; pixels: number; by: string; added_ms: number; }

export type FromClient = ChatIn | CancelChat | VoiceIn | CameraIn | StopIn | CommandAsked | CancelCommand | DriveIn | LeaseIn | Subscribe | Renew | Ping;

export type FromServer = Welcome | AiResponse | PlanOut | QuestionOut | AvatarAction | EarsOut | AvatarOut | VisemesOut | RobotOut | RobotGone | RobotWay | PeopleSeen | ObstaclesSeen | LeaseOut | SafetyOut | Caption | VoiceOut | CameraOut | CommandProgress | CommandResult | StopDone | ErrorOut | Pong | Renewed;

/** A gesture by its name. */
export interface GestureAsked { gesture: string; }

/** The gateway answers; `graph`: it sees the safety gate. */
export interface Health { status: "ok"; graph: boolean; server_time_ms: number; }

/** A joint in rad. */
export interface Joint { name: string; position: number; }

/** Somebody whose prints lie on the gateway's machine, and since when. `person`: their record, where one alone has that name. */
export interface KnownSeen { id: string; name: string; role: "observer" | "guest" | "operator"; face_since_ms: number | null; voice_since_ms: number | null; person: string; }

/** Who holds a robot; `asked_by`: who would like to. */
export interface Lease { robot: string; holder: string; holder_id: string; since_ms: number; asked_by: string[]; }

/** take: hold it; ask: tell the holder; hand_over: give it to `to`; release: let it go. */
export interface LeaseAsked { action: "take" | "ask" | "hand_over" | "release"; to?: string; }

/** As POST /robots/{id}/lease. */
export interface LeaseIn { type: "lease"; robot: string; action: "take" | "ask" | "hand_over" | "release"; to?: string; }

/** Who holds a robot changed, or somebody asks for it. */
export interface LeaseOut { seq: number; type: "lease_changed"; lease: Lease; }

/** A model of models.lock. `here`: its files lie on the gateway's machine. */
export interface LockedModel { name: string; kind: string; about: string; licence: string; size_bytes: number; here: boolean; pull: Pull | null; }

/** Colours, hair and body, as the avatar's docs list them. */
export interface Look { look: Record<string, unknown>; }

/** What a look is made of: a `colour` is "#rrggbb", a `choice` one of `choices`, a `slider` a number of `low` to `high`, the `figure` the id of one that was brought (/avatar/figures); empty: Tektra's own. */
export interface LookField { name: string; kind: "colour" | "choice" | "slider" | "figure"; default: string | number; choices: string[]; low: number; high: number; }

/** The look as it is now. */
export interface LookWorn { look: Record<string, unknown>; }

/** `token` is told this once. It goes into `Authorization: Bearer`; /auth/sessions/{id} ends it. */
export interface MadeToken { id: string; token: string; expires_ms: number; }

/** `expressive`: whether emotions and gestures are shown. */
export interface MannerAsked { style?: string; expressive?: boolean; }

/** Of everybody, or one person. */
export interface MannerShown { style: string; expressive: boolean; }

/** In place of all that there was. A person without a style has everybody's. `revision`: what they were read as; where somebody changed them since, nothing is written. Without it they are replaced whatever they are. */
export interface MannersAsked { everybody?: MannerAsked; people?: Record<string, unknown>; revision?: string | null; }

/** As they are kept. `revision`: another one after each change; empty where nothing is kept. */
export interface MannersShown { everybody: MannerShown; people: Record<string, MannerShown>; revision: string; }

/** One message of a conversation. */
export interface Message { role: "user" | "assistant"; text: string; stamp_ms: number; plan: Record<string, unknown> | null; }

/** Which model to load, unload or select. */
export interface ModelChoice { name: string; }

/** Made by an admin; the password is to be changed at the first sign-in. */
export interface NewAccount { name: string; role: "observer" | "guest" | "operator" | "admin"; password: string; }

/** `account`: the name of the account that is theirs. Preferences need the consent to keep them. */
export interface NewPerson { name: string; role?: "observer" | "guest" | "operator"; account?: string; consents?: ("voice" | "face" | "preferences")[]; preferences?: Record<string, unknown>; }

/** A token for a program. `role`: one's own, or a lesser one. */
export interface NewToken { name: string; days?: number; role?: "observer" | "guest" | "operator" | "admin" | null; }

/** Where the lidar of a robot sees something that no map knows: squares of 10 cm, by their middles. Empty: nowhere. */
export interface ObstaclesSeen { seq: number; type: "obstacles_seen"; robot: string; cells: Point[]; }

/** A person's own password. */
export interface PasswordChange { current: string; new: string; }

/** All people whose place is known now. */
export interface PeopleSeen { seq: number; type: "people_seen"; people: PersonAt[]; stamp_ms: number; }

/** A person, as they are kept: sealed, each under a key of the gateway's own. */
export interface Person { id: string; name: string; role: "observer" | "guest" | "operator"; account: string; consents: ConsentGiven[]; preferences: Record<string, string>; heard_as: string[]; created_ms: number; changed_ms: number; }

/** Where somebody stands, in m; within `uncertainty_m` of it. */
export interface PersonAt { x: number; y: number; uncertainty_m: number; }

/** What is left out stays as it is. A consent that is not in the list is withdrawn, and what it allowed is gone. */
export interface PersonChange { name?: string | null; role?: "observer" | "guest" | "operator" | null; account?: string | null; consents?: ("voice" | "face" | "preferences")[] | null; preferences?: Record<string, unknown> | null; }

/** Everything that the gateway and the planner keep about a person. */
export interface PersonExport { person: Person; account: Account | null; sessions: SignedInSession[]; conversations: Conversation[]; facts: Fact[]; manners: Record<string, MannerShown>; prints: Record<string, unknown>; audit: AuditRecord[]; }

/** A picture in base64 (JPEG or PNG). */
export interface Picture { image: string; format: string; width: number; height: number; }

/** `image`: a JPEG or PNG in base64, at most 4096 by 4096; empty: what the camera sees now. */
export interface PictureToSee { image?: string | ""; question?: string; }

/** Answered by pong with the same number and the server's time. `seq`: the last number that was heard; what is before it is not kept any longer to be said again. */
export interface Ping { type: "ping"; number?: number; seq?: number; }

/** A named place. */
export interface Place { name: string; pose: Pose; }

/** What is being done for a request. */
export interface Plan { plan_id: string; request_id: string; conversation_id: string; text: string; status: "pending" | "running" | "succeeded" | "failed" | "canceled" | "refused"; message: string; steps: PlanStep[]; stamp_ms: number; }

/** A plan began, or one of its steps changed. */
export interface PlanOut { seq: number; type: "plan"; plan: Plan; }

/** One step: who does what. `after`: the steps that must have succeeded before. */
export interface PlanStep { id: number; who: string; skill: string; arguments: Record<string, unknown>; after: number[]; status: "pending" | "running" | "succeeded" | "failed" | "canceled" | "refused"; message: string; started_ms: number | null; ended_ms: number | null; }

/** m, on the floor. */
export interface Point { x: number; y: number; }

/** The answer to a ping. */
export interface Pong { seq: number; type: "pong"; number: number; server_time_ms: number; }

/** m and rad, counter-clockwise, in the map. */
export interface Pose { x: number; y: number; z: number; yaw: number; }

/** Why something was refused or failed, for programs (`code`) and people (`message`, `remedy`). */
export interface Problem { code: string; message: string; remedy: string; }

/** The last time that a model was fetched: of so many bytes so many have come; `message`: why it failed. */
export interface Pull { state: "running" | "done" | "failed" | "canceled"; done_bytes: number; total_bytes: number; message: string; }

/** The reply to that request is a question, and these are what may be answered, as a person would say it. */
export interface QuestionOut { seq: number; type: "question"; request_id: string; conversation_id: string; options: string[]; }

/** An MCAP file. Without its end (`whole` false) it is `running`, or its recorder was killed: `mcap recover` mends it. */
export interface Recording { name: string; size_bytes: number; changed_ms: number; whole: boolean; running: boolean; }

/** `refresh_token` only where there is no cookie. */
export interface RefreshAsked { refresh_token?: string; }

/** A new ticket, before the access token behind the socket ends: the socket then goes on. */
export interface Renew { type: "renew"; ticket: string; }

/** The socket now ends later. */
export interface Renewed { seq: number; type: "renewed"; ends_at_ms: number; }

/** `robot` empty: all. `epoch`: that of the stop that the person sees (SafetyState's, or the robot's own); a newer one is not released. Without it that which is told when this comes is meant. */
export interface ResetAsked { robot?: string | ""; epoch?: number | null; sent_at_ms?: number | null; }

/** A robot that announced itself. */
export interface Robot { robot: string; kind: string; skills: Skill[]; footprint: Point[]; linear_speed_m_s: number; angular_speed_rad_s: number; joint_names: string[]; status: RobotStatus | null; }

/** A robot left. */
export interface RobotGone { seq: number; type: "robot_gone"; robot: string; }

/** A robot as it is now, up to 10 times a second. */
export interface RobotOut { seq: number; type: "robot_status"; status: RobotStatus; }

/** A robot's own stop. `epoch`: of the newest stop or reset of it alone; 0: of none. */
export interface RobotSafety { robot: string; stopped: boolean; causes: string[]; epoch: number; }

/** A robot as it told of its shape; both empty where it told nothing that can be drawn. `base`: the link that nothing holds. */
export interface RobotShape { base: string; parts: ShapePart[]; joints: ShapeJoint[]; }

/** A robot as it is now. */
export interface RobotStatus { robot: string; kind: string; connected: boolean; moving: boolean; halted: boolean; halt_reason: string; stopped: boolean; stop_causes: string[]; localized: boolean; pose: Pose | null; speed_m_s: number; turn_rad_s: number; battery: number | null; joints: Joint[]; gripper_opening_m: number | null; gripper_holding: boolean; altitude_m: number | null; collision: boolean; fault: string; stamp_ms: number; lease: Lease; }

/** The way that a robot claimed, from where it is on: others keep off it. Empty: it claims none. */
export interface RobotWay { seq: number; type: "robot_way"; robot: string; points: Point[]; }

/** At once when something of it changed, else once a second. */
export interface SafetyOut { seq: number; type: "safety_state"; state: SafetyState; }

/** `fresh`: the gate was heard within its deadline; where it was not, nothing moves. */
export interface SafetyState { stopped: boolean; causes: string[]; pending: string[]; epoch: number; robots: RobotSafety[]; fresh: boolean; stamp_ms: number; }

/** What the camera saw in the last seconds. */
export interface Scene { description: string; objects: SceneObject[]; frames: number; stamp_ms: number; }

/** Things of one class that are in view. */
export interface SceneObject { class_id: string; count: number; confidence: number; where: string; }

/** Where a link hangs on another, at its zero: `xyz` m and `rpy` rad. `axis`: about which it turns, or along which it slides. */
export interface ShapeJoint { name: string; kind: "fixed" | "turns" | "slides"; parent: string; child: string; xyz: number[]; rpy: number[]; axis: number[]; }

/** A piece of a robot, in its link: a box (length, width, height), a cylinder (radius, length along z) or a ball (radius), in m. `xyz` m and `rpy` rad (fixed axes x, y, z): where it is. */
export interface ShapePart { link: string; kind: "box" | "cylinder" | "sphere"; size: number[]; xyz: number[]; rpy: number[]; }

/** The access token goes into `Authorization: Bearer`, and is renewed by /auth/refresh before it ends. */
export interface SignedIn { access_token: string; token_type: string; expires_in_s: number; account: Account; refresh_token: string; }

/** One place where an account is signed in. */
export interface SignedInSession { id: string; account: string; created_ms: number; last_used_ms: number; address: string; client: string; expires_ms: number; program: boolean; current: boolean; }

/** What a robot can be asked to do; `schema` is the JSON schema of its arguments. */
export interface Skill { name: string; description: string; arguments_schema: Record<string, unknown>; }

/** A WAV file (PCM, at most 60 s) in base64. `language` empty: find out. */
export interface SoundToRead { audio: string; language?: string; }

/** Said aloud, without the planner. `interrupt`: ends what is being said. */
export interface SpeakAsked { text: string; voice?: string | ""; interrupt?: boolean; }

/** A WAV file in base64, with its mouth shapes. */
export interface Speech { audio: string; sample_rate: number; visemes: Viseme[]; }

/** Why, in words, for the audit. A stop is a stop whatever else is said: nothing here is refused. */
export interface StopAsked { reason?: string; }

/** The stop was sent to the gate and to every driver; safety_state says what became of it. */
export interface StopDone { seq: number; type: "stop_sent"; robot: string; }

/** Stops `robot`, or everything, also where `robot` is no robot's name. Never too late, too often or malformed. */
export interface StopIn { type: "stop"; robot?: string | ""; reason?: string; }

/** From now on these streams are heard, and no others. */
export interface Subscribe { type: "subscribe"; streams: ("safety" | "robots" | "plans" | "replies" | "captions" | "ways" | "people" | "obstacles" | "actions" | "visemes" | "avatar" | "avatar_binary" | "voice" | "voice_binary" | "camera" | "camera_binary")[]; }

/** `voice` empty: the one in use. */
export interface TextToSpeak { text: string; voice?: string | ""; speed?: number; }

/** Opens one socket, once: `/api/v1/ws?ticket=...`. */
export interface Ticket { ticket: string; expires_in_s: number; }

/** What was heard. */
export interface Transcript { text: string; language: string; confidence: number; duration_s: number; seconds: number; }

/** x, y, z. */
export interface Vector { x: number; y: number; z: number; }

/** A mouth shape (Oculus) and when it sounds, from the beginning of the sound. */
export interface Viseme { shape: string; weight: number; at_s: number; duration_s: number; }

/** A mouth shape at a time of the server's clock, in ms. */
export interface VisemeAt { shape: string; weight: number; at_ms: number; duration_ms: number; }

/** Mouth shapes of what is being said, ahead of their sound. */
export interface VisemesOut { seq: number; type: "visemes"; utterance_id: string; cancelled: boolean; visemes: VisemeAt[]; }

/** A voice that can be asked for. */
export interface Voice { name: string; backend: string; locale: string; sample_rate: number; }

/** Sound of a microphone: 16 bit PCM, mono, little-endian, in base64; at most 2 s. `last` ends the utterance. */
export interface VoiceIn { type: "voice_data"; audio: string; sample_rate?: number; sequence?: number; last?: boolean; sent_at_ms?: number | null; }

/** Tektra's voice: 16 bit PCM, mono, in base64, to sound at `at_ms` of the server's clock. */
export interface VoiceOut { seq: number; type: "voice_out"; audio: string; sample_rate: number; sequence: number; at_ms: number; last: boolean; }

/** The first one. `resumed`: the socket that was asked for goes on, behind the number that was heard last; else it is a new one, and what was said since on the old one is lost. */
export interface Welcome { seq: number; type: "welcome"; socket_id: string; account: Account; server_time_ms: number; ends_at_ms: number; streams: ("safety" | "robots" | "plans" | "replies" | "captions" | "ways" | "people" | "obstacles" | "actions" | "visemes" | "avatar" | "avatar_binary" | "voice" | "voice_binary" | "camera" | "camera_binary")[]; resumed: boolean; }

/** The home as it is known. `names`: by language, what its rooms and places are called; those without a word go by their name. */
export interface WorldMap { name: string; frame: string; wall_height: number; rooms: Area[]; walls: Block[]; furniture: Block[]; places: Place[]; zones: Zone[]; names: Record<string, Record<string, string>>; }

/** A polygon in which robots must stay, into which they must not come, or where they are no faster than `speed_m_s`. `robots` empty: all of them. */
export interface Zone { name: string; kind: "keep_in" | "keep_out" | "slow"; corners: Point[]; robots: string[]; speed_m_s: number | null; }

/** The fields of each of FromClient. */
export const TAKEN: Record<FromClient["type"], readonly string[]> = {
  camera_frame: ["type", "image", "sequence", "sent_at_ms"],
  cancel_chat: ["type", "id"],
  cancel_command: ["type", "id"],
  chat_message: ["type", "id", "text", "conversation_id", "sent_at_ms"],
  drive: ["type", "robot", "linear_m_s", "angular_rad_s", "sent_at_ms"],
  lease: ["type", "robot", "action", "to"],
  ping: ["type", "number", "seq"],
  renew: ["type", "ticket"],
  robot_command: ["type", "id", "robot", "skill", "arguments", "sent_at_ms"],
  stop: ["type", "robot", "reason"],
  subscribe: ["type", "streams"],
  voice_data: ["type", "audio", "sample_rate", "sequence", "last", "sent_at_ms"],
};

/** The fields of each of FromServer. */
export const TOLD: Record<FromServer["type"], readonly string[]> = {
  ai_response: ["seq", "type", "id", "request_id", "conversation_id", "index", "delta", "last", "reply", "outcome", "message"],
  avatar_action: ["seq", "type", "expression", "gesture", "mode", "look"],
  avatar_state: ["seq", "type", "state"],
  camera_picture: ["seq", "type", "picture", "stamp_ms"],
  caption: ["seq", "type", "who", "text", "final", "language"],
  command_progress: ["seq", "type", "id", "progress", "status"],
  command_result: ["seq", "type", "id", "outcome", "message"],
  ears: ["seq", "type", "state"],
  error: ["seq", "type", "id", "problem"],
  lease_changed: ["seq", "type", "lease"],
  obstacles_seen: ["seq", "type", "robot", "cells"],
  people_seen: ["seq", "type", "people", "stamp_ms"],
  plan: ["seq", "type", "plan"],
  pong: ["seq", "type", "number", "server_time_ms"],
  question: ["seq", "type", "request_id", "conversation_id", "options"],
  renewed: ["seq", "type", "ends_at_ms"],
  robot_gone: ["seq", "type", "robot"],
  robot_status: ["seq", "type", "status"],
  robot_way: ["seq", "type", "robot", "points"],
  safety_state: ["seq", "type", "state"],
  stop_sent: ["seq", "type", "robot"],
  visemes: ["seq", "type", "utterance_id", "cancelled", "visemes"],
  voice_out: ["seq", "type", "audio", "sample_rate", "sequence", "at_ms", "last"],
  welcome: ["seq", "type", "socket_id", "account", "server_time_ms", "ends_at_ms", "streams", "resumed"],
};
