// SPDX-License-Identifier: Apache-2.0
import { Api, ApiProblem, GivenUp } from "./api";
import { VoicePlayer } from "./audio";
import { abandoned, answered, asked, heard, refused } from "./conversation";
import { AVATAR, CAMERA_OUT, type Frame, VOICE_IN, VOICE_OUT, avatarOf } from "./frames";
import { type Key, type Language, isLanguage, skillName, t } from "./i18n";
import { Microphone, type Wishes, browserDevice } from "./microphone";
import { Socket } from "./socket";
import { problemTold } from "./problems";
import { STOP_REST_MS, Stopping, withFailed, withSent } from "./stopping";
import { type Theme, useStore, withStatus } from "./store";
import { Timeline } from "./timeline";
import { type Account, type FromServer, type Look, type Problem, type Robot, type Stream, type WorldMap, mayAs } from "./types";

const TOAST_MS = 7000;
const ROBOTS_AGAIN_MS = 5000;
const COME_IN_AGAIN_MS = 3000;

/** The page's one connection with Tektra: who is signed in, the socket, sound, and what the screens cause. */
class Session {
  readonly api = new Api();
  readonly timeline = new Timeline();
  readonly socket: Socket;
  readonly player: VoicePlayer;
  readonly microphone: Microphone;
  private onPicture: ((picture: Blob) => void) | null = null;
  private floors = 0;
  private counter = 0;
  private toastKey = 0;
  private looking: ReturnType<typeof setInterval> | undefined;
  private waiting = new Map<string, (outcome: string, message: string) => void>();

  private readonly stopping = new Stopping(
    (robot) => this.socket.send({ type: "stop", robot, reason: "page" }),
    (robot) => this.api.stop(robot, STOP_REST_MS),
    (robot) => useStore.setState((state) => ({ stopsUnsent: withFailed(state.stopsUnsent, robot) })),
    (robot) => useStore.setState((state) => (state.stopsUnsent.length === 0 ? {} : { stopsUnsent: withSent(state.stopsUnsent, robot) })),
  );

  constructor() {
    this.socket = new Socket(this.api, {
      message: (message) => this.heard(message),
      frame: (frame) => this.frame(frame),
      link: (link) => useStore.setState({ link }),
      ended: () => this.out(true),
    }, []);
    this.api.onEnded = () => this.out(true);
    this.player = new VoicePlayer(() => this.serverNow(), (speaking) => {
      if (useStore.getState().speaking !== speaking) useStore.setState({ speaking });
    });
    this.microphone = new Microphone({
      sound: (content, rate, sequence, last) => this.socket.sendFrame({
        kind: VOICE_IN, last, param: rate, sequence, whenMs: this.serverNow(), content,
      }),
      level: (level, sending) => useStore.setState({ level, sending }),
      state: (microphone, wishes) => useStore.setState({ microphone, wishes }),
    }, browserDevice);
  }

  serverNow(): number {
    return this.socket.clock.now(performance.now());
  }

  /** Once, in the browser: what was chosen before, and whether one is signed in still. */
  async begin(): Promise<void> {
    const language = localStorage.getItem("language") ?? navigator.language.slice(0, 2);
    const theme = localStorage.getItem("theme");
    useStore.setState({
      language: isLanguage(language) ? language : "en",
      theme: theme === "light" || theme === "dark" ? theme : "auto",
    });
    await this.comeIn();
  }

  /** By the cookie; while the gateway does not answer, again and again: that one is signed out is for it alone to say. */
  private async comeIn(): Promise<void> {
    try {
      this.entered(await this.api.refresh());
    } catch (error) {
      const passing = error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
      if (!passing) return useStore.setState({ phase: "out" });
      useStore.setState({ link: "down" });
      setTimeout(() => void this.comeIn(), COME_IN_AGAIN_MS);
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    this.entered(await this.api.signIn(name, password));
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.api.post("/auth/password", { current, new: next });
    const account = useStore.getState().account;
    await this.signIn(account?.name ?? "", next);
  }

  async signOut(): Promise<void> {
    await this.api.signOut().catch(() => undefined);
    this.out();
  }

  setLanguage(language: Language): void {
    localStorage.setItem("language", language);
    useStore.setState({ language });
  }

  setTheme(theme: Theme): void {
    localStorage.setItem("theme", theme);
    useStore.setState({ theme });
  }

  // What a person does

  /** Everything, or one robot. The socket's lane is the quickest; REST serves where the socket is down, or hangs. */
  stop(robot = ""): void {
    this.stopping.stop(robot);
  }

  /** Releases the stop that is shown, and none that came since. */
  async reset(robot = ""): Promise<void> {
    const { safety } = useStore.getState();
    const epoch = robot === "" ? safety?.epoch : safety?.robots.find((one) => one.robot === robot)?.epoch;
    const body = { robot, epoch: epoch ?? null, sent_at_ms: this.socket.sentAtMs() };
    const done = await this.tried(() => this.api.post<{ message: string }>("/safety/reset", body));
    if (done !== null && done.message !== "") this.toast("info", done.message);
  }

  ask(text: string): void {
    const id = `c${Date.now().toString(36)}${this.counter++}`;
    useStore.setState((state) => ({ entries: asked(state.entries, id, text) }));
    const sent = this.socket.send({
      type: "chat_message", id, text, conversation_id: useStore.getState().conversationId,
      sent_at_ms: this.socket.sentAtMs(),
    });
    if (!sent) useStore.setState((state) => ({ entries: refused(state.entries, id, t("notSentOffline")) }));
  }

  cancel(id: string): void {
    this.socket.send({ type: "cancel_chat", id });
  }

  newConversation(): void {
    useStore.setState({ conversationId: `w${crypto.getRandomValues(new Uint32Array(2)).join("")}`, entries: [] });
  }

  /** Carries out a skill; what became of it is shown, and given. */
  command(robot: string, skill: string, args: Record<string, unknown>): Promise<string> {
    const id = `k${Date.now().toString(36)}${this.counter++}`;
    return new Promise((resolve) => {
      this.waiting.set(id, (outcome, message) => {
        this.toast(outcome === "succeeded" ? "info" : "error", `${robot} ${skillName(useStore.getState().language, skill)}: ${message || t(outcome as Key)}`);
        resolve(outcome);
      });
      const sent = this.socket.send({
        type: "robot_command", id, robot, skill, arguments: args, sent_at_ms: this.socket.sentAtMs(),
      });
      if (!sent) this.ended(id, "refused", t("notSentOffline"));
    });
  }

  drive(robot: string, linear: number, angular: number): void {
    this.socket.send({
      type: "drive", robot, linear_m_s: linear, angular_rad_s: angular, sent_at_ms: this.socket.sentAtMs(),
    });
  }

  lease(robot: string, action: "take" | "ask" | "hand_over" | "release", to = ""): void {
    if (!this.socket.send({ type: "lease", robot, action, to })) this.toast("error", t("notSentOffline"));
  }

  /** What is wanted of the microphone; true once it is heard so. */
  wish(wished: Partial<Wishes>): Promise<boolean> {
    void this.unlockSound();
    return this.microphone.wish(wished);
  }

  setMuted(muted: boolean): void {
    this.player.muted = muted;
    if (muted) this.player.hush();
    useStore.setState({ muted });
    this.subscribe();
  }

  /** The camera's pictures go to `shown` until the function that this returns is called. */
  watchCamera(shown: (picture: Blob) => void): () => void {
    this.onPicture = shown;
    this.subscribe();
    return () => {
      if (this.onPicture !== shown) return;
      this.onPicture = null;
      this.subscribe();
    };
  }

  /** A map is on the screen until the function that this returns is called: ways, people and obstacles are heard meanwhile. */
  watchFloor(): () => void {
    this.floors += 1;
    this.subscribe();
    return () => {
      this.floors -= 1;
      this.subscribe();
      if (this.floors === 0) useStore.setState({ ways: {}, obstacles: {}, people: [] });
    };
  }

  async unlockSound(): Promise<void> {
    await this.player.unlock().catch(() => undefined);
    useStore.setState({ soundReady: this.player.running });
  }

  toast(kind: "info" | "error", text: string): void {
    const key = ++this.toastKey;
    useStore.setState((state) => ({ toasts: [...state.toasts.slice(-3), { key, kind, text }] }));
    setTimeout(() => useStore.setState((state) => ({ toasts: state.toasts.filter((toast) => toast.key !== key) })), TOAST_MS);
  }

  /** The result of `work`; null, and a word about it, where it fails. */
  async tried<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GivenUp) return null;
      if (error instanceof ApiProblem && error.status === 401 && useStore.getState().phase === "out") return null; // and told there
      this.toast("error", told(error instanceof ApiProblem ? error.problem : { code: "", message: String(error), remedy: "" }));
      return null;
    }
  }

  // What comes

  private entered(account: Account): void {
    useStore.setState({ account, phase: "in", ended: false });
    if (account.must_change_password) return;
    this.subscribe();
    this.socket.open();
    void this.look();
    void this.api.get<WorldMap>("/world/map").then((world) => useStore.setState({ world })).catch(() => undefined);
    clearInterval(this.looking);
    this.looking = setInterval(() => void this.look(), ROBOTS_AGAIN_MS);
  }

  private out(ended = false): void {
    clearInterval(this.looking);
    this.socket.close();
    this.microphone.close();
    this.player.hush();
    useStore.setState({ phase: "out", ended, draft: null, toasts: [], ears: "", account: null, entries: [], conversationId: "", plans: {}, question: null, robots: {}, safety: null, caption: null, ways: {}, obstacles: {}, people: [] });
  }

  private subscribe(): void {
    const { account, muted } = useStore.getState();
    const streams: Stream[] = ["safety", "robots", "plans", "actions", "avatar_binary"];
    if (mayAs(account?.role, "guest") && !muted) streams.push("voice_binary");
    if (mayAs(account?.role, "operator")) streams.push("replies", "captions");
    if (this.onPicture !== null) streams.push("camera_binary");
    if (this.floors > 0) streams.push("ways", ...(mayAs(account?.role, "operator") ? ["people", "obstacles"] as const : []));
    this.socket.hear(streams);
  }

  /** Skills and shapes of the robots: they change seldom, so they are asked for, not told. */
  private async look(): Promise<void> {
    if (document.hidden) return;
    try {
      const robots = await this.api.get<Robot[]>("/robots");
      useStore.setState((state) => ({
        robots: Object.fromEntries(robots.map((robot) => [
          robot.robot, { ...robot, status: state.robots[robot.robot]?.status ?? robot.status },
        ])),
      }));
    } catch {
      // the socket says whether the line is up
    }
  }

  private frame(frame: Frame): void {
    if (frame.kind === VOICE_OUT) this.player.play(frame);
    if (frame.kind === CAMERA_OUT) this.onPicture?.(new Blob([frame.content], { type: frame.param === 1 ? "image/png" : "image/jpeg" }));
    if (frame.kind === AVATAR) {
      const state = avatarOf(frame);
      if (state !== null) this.timeline.add(state);
    }
  }

  private heard(message: FromServer): void {
    switch (message.type) {
      case "welcome":
        useStore.setState((state) => ({
          account: message.account,
          entries: message.resumed ? state.entries : abandoned(state.entries, t("answerLost")),
          ...(message.resumed ? {} : { ways: {}, obstacles: {}, people: [] }),
        }));
        break;
      case "ai_response":
        useStore.setState((state) => ({
          entries: answered(state.entries, message),
          conversationId: message.id !== "" && message.conversation_id !== "" ? message.conversation_id : state.conversationId,
        }));
        break;
      case "plan":
        useStore.setState((state) => ({ plans: { ...state.plans, [message.plan.request_id]: message.plan } }));
        break;
      case "question":
        useStore.setState({ question: { requestId: message.request_id, options: message.options } });
        break;
      case "robot_status":
        useStore.setState((state) => withStatus(state, message.status));
        break;
      case "robot_gone":
        useStore.setState((state) => ({
          robots: Object.fromEntries(Object.entries(state.robots).filter(([name]) => name !== message.robot)),
        }));
        break;
      case "robot_way":
        useStore.setState((state) => ({ ways: { ...state.ways, [message.robot]: message.points } }));
        break;
      case "people_seen":
        useStore.setState({ people: message.people });
        break;
      case "obstacles_seen":
        useStore.setState((state) => ({ obstacles: { ...state.obstacles, [message.robot]: message.cells } }));
        break;
      case "lease_changed":
        useStore.setState((state) => {
          const robot = state.robots[message.lease.robot];
          if (robot?.status == null) return {};
          const status = { ...robot.status, lease: message.lease };
          return { robots: { ...state.robots, [robot.robot]: { ...robot, status } } };
        });
        break;
      case "safety_state":
        if (message.state.stopped && !useStore.getState().safety?.stopped) this.player.hush();
        useStore.setState({ safety: message.state });
        break;
      case "avatar_action":
        useStore.setState({
          mode: message.mode, expression: message.expression, gesture: message.gesture, look: message.look as Look,
        });
        break;
      case "ears":
        useStore.setState({ ears: message.state });
        break;
      case "caption":
        useStore.setState((state) => ({
          caption: { who: message.who, text: message.text },
          entries: message.final && message.who !== "tektra" ? heard(state.entries, message.text) : state.entries,
        }));
        break;
      case "stop_sent":
        this.stopping.done(message.robot);
        break;
      case "command_result":
        this.ended(message.id, message.outcome, message.message);
        break;
      case "error":
        if (this.waiting.has(message.id)) this.ended(message.id, "refused", told(message.problem));
        else if (message.id.startsWith("c")) {
          useStore.setState((state) => ({ entries: refused(state.entries, message.id, told(message.problem)) }));
        } else this.toast("error", told(message.problem));
        break;
      default:
        break;
    }
  }

  private ended(id: string, outcome: string, message: string): void {
    const done = this.waiting.get(id);
    this.waiting.delete(id);
    done?.(outcome, message);
  }
}

function told(problem: Problem): string {
  return problemTold(problem, useStore.getState().language);
}

let only: Session | undefined;

/** The session of this page; made at first use, in the browser. */
export function session(): Session {
  only ??= new Session();
  return only;
}
