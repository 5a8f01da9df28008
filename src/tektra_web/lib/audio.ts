// SPDX-License-Identifier: Apache-2.0
import type { Frame } from "./frames";

/**
 * Tektra's voice in the page. Every piece of sound comes with the moment at which it is to be heard, by the server's
 * clock; the page plays all of it `LAG_MS` later, and shows the face as late, so that both stay together on any line.
 */
export const LAG_MS = 180;
/** A piece that comes later than its turn by more than that moves what follows. */
const LATE_S = 0.02;

export class VoicePlayer {
  private context: AudioContext | null = null;
  private playing = new Set<AudioBufferSourceNode>();
  private nextAt = 0;
  muted = false;

  constructor(private readonly serverNow: () => number, private readonly onSpeaking: (speaking: boolean) => void) {}

  /** Browsers allow sound only after the person did something: call from a click or key. */
  async unlock(): Promise<void> {
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    if (this.context.state === "suspended") await this.context.resume();
  }

  get running(): boolean {
    return this.context?.state === "running";
  }

  /** Seconds from the moment a sample is given out until it is heard. */
  get latencyS(): number {
    return (this.context?.outputLatency ?? 0) || (this.context?.baseLatency ?? 0);
  }

  play(frame: Frame): void {
    const context = this.context;
    if (context === null || context.state !== "running" || this.muted || frame.content.byteLength < 2) return;
    const samples = new Int16Array(frame.content.slice(0, frame.content.byteLength & ~1));
    const rate = frame.param > 0 ? frame.param : 22050;
    const buffer = context.createBuffer(1, samples.length, rate);
    const channel = buffer.getChannelData(0);
    for (let index = 0; index < samples.length; index += 1) channel[index] = (samples[index] ?? 0) / 32768;
    const due = context.currentTime + (frame.whenMs + LAG_MS - this.serverNow()) / 1000 - this.latencyS;
    // Contiguous pieces follow each other exactly; a gap, or a piece that is late, begins anew.
    const at = Math.abs(due - this.nextAt) < LATE_S ? this.nextAt : Math.max(due, context.currentTime);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.onended = () => {
      this.playing.delete(source);
      if (this.playing.size === 0) this.onSpeaking(false);
    };
    source.start(at);
    this.nextAt = at + buffer.duration;
    this.playing.add(source);
    this.onSpeaking(true);
  }

  /** Silence at once. */
  hush(): void {
    for (const source of this.playing) source.stop();
    this.playing.clear();
    this.nextAt = 0;
    this.onSpeaking(false);
  }
}
