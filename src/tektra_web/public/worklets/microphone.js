// SPDX-License-Identifier: Apache-2.0
// Runs in the audio thread: hands out the microphone's samples as 16 bit PCM, 40 ms at a time, with their loudness.
class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(Math.round(sampleRate * 0.04));
    this.filled = 0;
    this.squares = 0;
  }

  process(inputs) {
    const samples = inputs[0][0];
    if (!samples) return true;
    for (const sample of samples) {
      const bounded = Math.max(-1, Math.min(1, sample));
      this.block[this.filled++] = Math.round(bounded * 32767);
      this.squares += bounded * bounded;
      if (this.filled === this.block.length) {
        const level = Math.sqrt(this.squares / this.filled);
        const content = this.block.slice().buffer;
        this.port.postMessage({ content, level }, [content]);
        this.filled = 0;
        this.squares = 0;
      }
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
