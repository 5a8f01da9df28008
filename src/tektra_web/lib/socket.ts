// SPDX-License-Identifier: Apache-2.0
import type { Api } from "./api";
import { ServerClock } from "./clock";
import { type Frame, pack, unpack } from "./frames";
import type { FromServer, Stream, Ticket } from "./types";

const FIRST_WAIT_MS = 500, LONGEST_WAIT_MS = 10_000;
const PING_EVERY_MS = 2_000;
/** A new ticket is fetched so long before the socket would end with its token. */
const RENEW_EARLY_MS = 45_000;
/** Nothing was heard for so long: the line is dead, though nobody said so. */
const SILENT_MS = 8_000;

export interface Listener {
  message(message: FromServer): void;
  frame(frame: Frame): void;
  link(state: "connecting" | "up" | "down"): void;
  /** The session has ended; sign in anew. */
  ended(): void;
}

/**
 * The one socket of the page. It comes back by itself. Nothing is kept for later: what cannot be sent now is refused, so
 * that no robot moves on words that were said while the line was down.
 */
export class Socket {
  readonly clock = new ServerClock();
  private socket: WebSocket | null = null;
  private waitMs = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinging: ReturnType<typeof setInterval> | undefined;
  private pings = new Map<number, number>();
  private pingNumber = 0;
  private heardMs = 0;
  /** What goes on after a break: which socket, and the last number that was heard of it. */
  private resume = { id: "", seq: 0 };
  private renewing: ReturnType<typeof setTimeout> | undefined;
  private closed = true;

  constructor(private readonly api: Api, private readonly listener: Listener, private streams: Stream[]) {}

  open(): void {
    if (!this.closed) return;
    this.closed = false;
    void this.connect();
  }

  close(): void {
    this.closed = true;
    this.resume = { id: "", seq: 0 };
    clearTimeout(this.timer);
    clearInterval(this.pinging);
    clearTimeout(this.renewing);
    this.socket?.close();
    this.socket = null;
  }

  get up(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  hear(streams: Stream[]): void {
    this.streams = streams;
    this.send({ type: "subscribe", streams });
  }

  /** False, and nothing is sent, while the line is down. */
  send(message: Record<string, unknown> & { type: string }): boolean {
    if (!this.up) return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  sendFrame(frame: Frame): boolean {
    if (!this.up || (this.socket?.bufferedAmount ?? 0) > 500_000) return false;
    this.socket?.send(pack(frame));
    return true;
  }

  /** The server's time, for `sent_at_ms`. */
  sentAtMs(): number {
    return Math.round(this.clock.now(performance.now()));
  }

  private resuming(): string {
    return this.resume.id === "" ? "" : `&resume=${this.resume.id}&seq=${this.resume.seq}`;
  }

  private async connect(): Promise<void> {
    this.listener.link("connecting");
    try {
      const { ticket } = await this.api.post<Ticket>("/auth/ticket");
      if (this.closed) return;
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      const socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws?ticket=${encodeURIComponent(ticket)}${this.resuming()}`);
      socket.binaryType = "arraybuffer";
      this.socket = socket;
      socket.onopen = () => this.opened();
      socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => this.heard(event.data);
      socket.onclose = () => this.lost(socket);
    } catch (error) {
      if ((error as { status?: number }).status === 401) {
        this.close();
        this.listener.ended();
        return;
      }
      this.again();
    }
  }

  private opened(): void {
    this.waitMs = FIRST_WAIT_MS;
    this.heardMs = performance.now();
    this.listener.link("up");
    this.send({ type: "subscribe", streams: this.streams });
    this.ping();
    clearInterval(this.pinging);
    this.pinging = setInterval(() => this.ping(), PING_EVERY_MS);
  }

  private ping(): void {
    if (performance.now() - this.heardMs > SILENT_MS) {
      this.socket?.close();
      return;
    }
    this.pingNumber += 1;
    this.pings.set(this.pingNumber, performance.now());
    this.send({ type: "ping", number: this.pingNumber, seq: this.resume.seq });
  }

  private heard(data: string | ArrayBuffer): void {
    this.heardMs = performance.now();
    if (typeof data !== "string") {
      const frame = unpack(data);
      if (frame !== null) this.listener.frame(frame);
      return;
    }
    let message: FromServer;
    try {
      message = JSON.parse(data) as FromServer;
    } catch {
      return;
    }
    if (message.type === "welcome") this.resume = { id: message.socket_id, seq: message.seq };
    else if (message.seq <= this.resume.seq) return; // said again, and heard already
    else this.resume.seq = message.seq;
    if (message.type === "pong") {
      const sent = this.pings.get(message.number);
      this.pings.delete(message.number);
      if (sent !== undefined) this.clock.heard(sent, message.server_time_ms, this.heardMs);
      return;
    }
    if (message.type === "welcome" || message.type === "renewed") this.renewBefore(message.ends_at_ms);
    this.listener.message(message);
  }

  /** The socket ends with its token; with a new one it goes on. */
  private renewBefore(endsAtMs: number): void {
    clearTimeout(this.renewing);
    const leftMs = endsAtMs - this.sentAtMs();
    this.renewing = setTimeout(() => {
      this.api.post<Ticket>("/auth/ticket")
        .then(({ ticket }) => this.send({ type: "renew", ticket }))
        .catch(() => undefined); // then the socket ends, and comes back if it may
    }, Math.max(1000, leftMs - RENEW_EARLY_MS));
  }

  private lost(socket: WebSocket): void {
    if (socket !== this.socket) return;
    clearTimeout(this.renewing);
    clearInterval(this.pinging);
    this.socket = null;
    this.pings.clear();
    if (!this.closed) this.again();
  }

  private again(): void {
    if (this.closed) return;
    this.listener.link("down");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), this.waitMs * (0.75 + Math.random() / 2));
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }
}
