// SPDX-License-Identifier: Apache-2.0
/** Nothing, what may be speech, or all. */
export type Hears = "nothing" | "voice" | "all";
export type MicrophoneState = "off" | "asking" | "on" | "denied" | "insecure" | "missing" | "broken";
/** What it means that a device does not open, by the exception's name; any other: it is broken, or another program has it. */
const TROUBLES: Record<string, MicrophoneState> = { NotAllowedError: "denied", NotFoundError: "missing", SecurityError: "insecure" };
/** What a person wants of their microphone; `learning`: their voice is being learnt by it. */
export interface Wishes { open: boolean; held: boolean; muted: boolean; learning: boolean }
export const NO_WISHES: Wishes = { open: false, held: false, muted: false, learning: false };

/** Who lets go of the button still ends a word. */
export const TAIL_MS = 250;
/** After a button was held the device is kept for so long, though nothing is sent: opening it again would cost the first word. */
export const READY_MS = 30_000;
/** What is recognised has this rate, so the browser brings sound to it, and a third goes over the line. Not every browser can. */
const RATE_HZ = 16_000;

/** What is sent: all while somebody holds the button, what may be speech from an open microphone. */
export function hearsFor({ open, held, muted, learning }: Wishes): Hears {
  if (held || learning) return "all";
  return open && !muted ? "voice" : "nothing";
}

/** What a microphone needs of the browser; tests have others. */
export interface Device {
  /** Calls `heard` every 40 ms from then on. Raises DOMException. */
  open(heard: (block: Block) => void, ended: () => void): Promise<OpenDevice>;
}
export interface OpenDevice { rate: number; hear(what: Hears): void; close(): void }
export interface Block { content: ArrayBuffer | null; last: boolean; level: number }

export interface MicrophoneListener {
  sound(content: ArrayBuffer, rate: number, sequence: number, last: boolean): void;
  /** `sending`: sound goes out now. */
  level(level: number, sending: boolean): void;
  state(state: MicrophoneState, wishes: Wishes): void;
}

/** The person's microphone. The browser takes Tektra's own voice out of it (echo cancelling), and noise. */
export class Microphone {
  private wishes = NO_WISHES;
  private device: OpenDevice | null = null;
  private opening: Promise<void> | null = null;
  private sending = false;
  private sequence = 0;
  private tail: ReturnType<typeof setTimeout> | undefined;
  private ready: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listener: MicrophoneListener, private readonly devices: Device) {}

  /** True once what is wanted is heard, or where nothing is. */
  async wish(wished: Partial<Wishes>): Promise<boolean> {
    const before = this.wishes;
    if (wished.held !== undefined) clearTimeout(this.tail);
    if (before.held && wished.held === false && this.device !== null) {
      this.tail = setTimeout(() => this.change({ ...this.wishes, held: false }), TAIL_MS);
      wished = { ...wished, held: true };
    }
    return this.change({ ...before, ...wished });
  }

  /** At once, whatever is wanted. */
  close(): void {
    clearTimeout(this.tail);
    this.wishes = NO_WISHES;
    this.release();
  }

  private unplugged(): void {
    this.close();
    this.listener.state("missing", NO_WISHES);
  }

  private async change(wishes: Wishes): Promise<boolean> {
    const letGo = this.wishes.held && !wishes.held;
    const same = (Object.keys(wishes) as (keyof Wishes)[]).every((key) => wishes[key] === this.wishes[key]);
    this.wishes = wishes;
    clearTimeout(this.ready);
    if (!wanted(wishes)) {
      if (letGo && this.device !== null) this.ready = setTimeout(() => this.release(), READY_MS);
      else this.release();
      if (this.device !== null) this.tell();
      return true;
    }
    if (this.device === null) await (this.opening ??= this.open().finally(() => (this.opening = null)));
    else if (!same) this.tell();
    return this.device !== null;
  }

  private async open(): Promise<void> {
    this.listener.state("asking", this.wishes);
    try {
      const device = await this.devices.open((block) => this.heard(block), () => this.unplugged());
      this.sequence = 0;
      this.device = device;
    } catch (error) {
      const name = (error as DOMException).name;
      this.wishes = NO_WISHES;
      return this.listener.state(TROUBLES[name] ?? "broken", NO_WISHES);
    }
    if (wanted(this.wishes)) this.tell();
    else this.release(); // it was given up while the browser asked
  }

  private tell(): void {
    this.device?.hear(hearsFor(this.wishes));
    this.listener.state("on", this.wishes);
  }

  private heard({ content, last, level }: Block): void {
    const rate = this.device?.rate;
    if (rate === undefined) return;
    if (content !== null) this.listener.sound(content, rate, this.sequence++, false);
    if (last) this.listener.sound(new ArrayBuffer(0), rate, this.sequence++, true);
    this.sending = content !== null;
    this.listener.level(level, this.sending);
  }

  private release(): void {
    clearTimeout(this.ready);
    const device = this.device;
    if (device === null) return;
    this.device = null;
    device.close();
    if (this.sending) this.listener.sound(new ArrayBuffer(0), device.rate, this.sequence, true);
    this.sending = false;
    this.listener.level(0, false);
    this.listener.state("off", this.wishes);
  }
}

function wanted({ open, held, learning }: Wishes): boolean {
  return open || held || learning;
}

/** The browser's own. */
export const browserDevice: Device = {
  async open(heard, ended) {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new DOMException("no secure context", "SecurityError");
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
    });
    let context: AudioContext | null = null;
    const close = () => {
      stream.getTracks().forEach((track) => track.stop());
      void context?.close();
    };
    try {
      const made = within(stream);
      context = made.context;
      await context.audioWorklet.addModule("/worklets/microphone.js");
      const worklet = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
      worklet.port.onmessage = (event: MessageEvent<Block>) => heard(event.data);
      made.source.connect(worklet);
      stream.getAudioTracks()[0]?.addEventListener("ended", ended);
      return { rate: context.sampleRate, hear: (hears) => worklet.port.postMessage({ hears }), close };
    } catch (error) {
      close();
      throw error;
    }
  },
};

/** Firefox joins no stream with a context of another rate: there it has the device's own. */
function within(stream: MediaStream): { context: AudioContext; source: MediaStreamAudioSourceNode } {
  const context = new AudioContext({ sampleRate: RATE_HZ });
  try {
    return { context, source: context.createMediaStreamSource(stream) };
  } catch {
    void context.close();
    const own = new AudioContext();
    return { context: own, source: own.createMediaStreamSource(stream) };
  }
}
