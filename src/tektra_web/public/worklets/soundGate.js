// SPDX-License-Identifier: Apache-2.0
// What of a microphone's sound leaves the page: all of it, what may be speech, or nothing. Plain classes, of which the audio
// thread has one; no clock, no browser.

/** How long a piece is of which it is judged whether it may be speech. */
const FRAME_S = 0.02;
/** Where speech has most of its power: neither the hum of machines below nor hiss above. In Hz. */
const LOW_HZ = 120, HIGH_HZ = 4000;
/** Mean square of what is silence in any room (-58 dB of the full scale). */
const SILENCE = 10 ** -5.8;
/** So far above the room's own noise sound may be speech (9 dB), and goes on to be (6 dB). */
const BEGINS = 8, GOES_ON = 4;
/** The room's noise is the least that was heard in so many pieces of so many frames: 4 s. A word has no 4 s without a pause. */
const PIECES = 8, PIECE_FRAMES = 25;
/** A click is over sooner: so many loud frames of the last so many begin speech. */
const LOUD = 3, OF_FRAMES = 5;

/** A filter of second order (Butterworth; the formulas of the Audio EQ Cookbook). */
class Filter {
  constructor(kind, hz, rate) {
    const angle = (2 * Math.PI * hz) / rate, alpha = Math.sin(angle) / Math.SQRT2, cos = Math.cos(angle);
    const sign = kind === "low" ? 1 : -1, a0 = 1 + alpha;
    this.b1 = (sign * (1 - sign * cos)) / a0;
    this.b0 = (1 - sign * cos) / 2 / a0;
    this.a1 = (-2 * cos) / a0;
    this.a2 = (1 - alpha) / a0;
    this.first = this.second = 0;
  }

  next(sample) {
    const out = this.b0 * sample + this.first;
    this.first = this.b1 * sample - this.a1 * out + this.second;
    this.second = this.b0 * sample - this.a2 * out;
    return out;
  }
}

/**
 * Tells what may be speech from the noise of a room, by its power between LOW_HZ and HIGH_HZ. It is generous: what listens
 * behind it tells words from other sounds, and is to miss none.
 */
export class VoiceActivity {
  constructor(rate) {
    this.filters = [new Filter("high", LOW_HZ, rate), new Filter("low", Math.min(HIGH_HZ, rate * 0.45), rate)];
    this.length = Math.round(rate * FRAME_S);
    this.filled = 0;
    this.squares = 0;
    this.recent = []; // mean squares of the last three frames
    this.least = new Array(PIECES).fill(SILENCE / BEGINS); // a room is quiet until it was heard
    this.frames = 0;
    this.current = Infinity;
    this.loud = [];
  }

  /** Whether speech may begin in these samples, and whether it may go on in them. */
  hear(samples) {
    let begins = false, goesOn = false;
    for (const sample of samples) {
      const filtered = this.filters[1].next(this.filters[0].next(Number.isFinite(sample) ? sample : 0));
      this.squares += filtered * filtered;
      this.filled += 1;
      if (this.filled < this.length) continue;
      const power = this.squares / this.filled, noise = this.noise(power);
      this.filled = this.squares = 0;
      this.loud = [...this.loud.slice(1 - OF_FRAMES), power > Math.max(SILENCE, noise * BEGINS)];
      begins ||= this.loud.filter(Boolean).length >= LOUD;
      goesOn ||= power > Math.max(SILENCE, noise * GOES_ON);
    }
    return { begins, goesOn };
  }

  /** The power of the room's own noise, after a frame of that power. */
  noise(power) {
    this.recent = [...this.recent.slice(-2), power];
    this.current = Math.min(this.current, this.recent.reduce((sum, one) => sum + one, 0) / this.recent.length);
    this.frames += 1;
    if (this.frames === PIECE_FRAMES) {
      this.least = [...this.least.slice(1), this.current];
      this.frames = 0;
      this.current = Infinity;
    }
    return Math.min(this.current, ...this.least);
  }
}

/** Sound from before speech began goes with it, so that no onset is cut off: a soft s is long, and the filters hear it late. */
export const PRE_ROLL_S = 0.5;
/** Sound goes on for so long behind the last that may be speech: longer than Tektra waits for the rest of a sentence (1.6 s). */
export const HANG_OVER_S = 2;

/** Blocks of sound in, what is to be sent out. */
export class SoundGate {
  constructor(rate) {
    this.rate = rate;
    this.activity = new VoiceActivity(rate);
    this.hears = "nothing"; // "voice", "all"
    this.sending = false;
    this.kept = [];
    this.keptLength = 0;
    this.silent = 0;
  }

  /** What of it is to be sent, null: nothing; `last`: with it what was being said has ended. */
  take(block) {
    const { begins, goesOn } = this.activity.hear(block);
    this.silent = goesOn ? 0 : this.silent + block.length;
    if (this.hears === "nothing") {
      this.forget();
      return { sound: null, last: this.end() };
    }
    if (this.sending && this.hears === "voice" && this.silent > HANG_OVER_S * this.rate) {
      this.keep(block);
      return { sound: null, last: this.end() };
    }
    if (!this.sending && this.hears === "voice" && !begins) {
      this.keep(block);
      return { sound: null, last: false };
    }
    const before = this.kept;
    this.forget();
    this.sending = true;
    return { sound: before.length === 0 ? block : joined([...before, block]), last: false };
  }

  keep(block) {
    this.kept.push(block);
    this.keptLength += block.length;
    while (this.keptLength - this.kept[0].length >= PRE_ROLL_S * this.rate) this.keptLength -= this.kept.shift().length;
  }

  forget() {
    this.kept = [];
    this.keptLength = 0;
  }

  end() {
    const ended = this.sending;
    this.sending = false;
    return ended;
  }
}

function joined(blocks) {
  const all = new Float32Array(blocks.reduce((length, block) => length + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}
