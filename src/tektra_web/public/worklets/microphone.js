// SPDX-License-Identifier: Apache-2.0
// Runs in the audio thread: every 40 ms how loud the microphone is, and what of its sound is to be sent, as 16 bit PCM.
// It is told what to hear: {hears: "nothing" | "voice" | "all"}.
import { SoundGate } from "./soundGate.js";

const BLOCK_S = 0.04;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.gate = new SoundGate(sampleRate);
    this.block = new Float32Array(Math.round(sampleRate * BLOCK_S));
    this.filled = 0;
    this.port.onmessage = (event) => {
      this.gate.hears = event.data.hears;
    };
  }

  process(inputs) {
    const samples = inputs[0][0];
    if (!samples) return true;
    for (const sample of samples) {
      this.block[this.filled++] = sample;
      if (this.filled === this.block.length) this.tell();
    }
    return true;
  }

  tell() {
    const level = Math.sqrt(this.block.reduce((sum, sample) => sum + sample * sample, 0) / this.filled);
    const { sound, last } = this.gate.take(this.block.slice());
    this.filled = 0;
    const content = sound === null ? null : pcm(sound);
    this.port.postMessage({ content, last, level: this.gate.hears === "nothing" ? 0 : level }, content === null ? [] : [content]);
  }
}

function pcm(samples) {
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767)).buffer;
}

registerProcessor("microphone", Microphone);
