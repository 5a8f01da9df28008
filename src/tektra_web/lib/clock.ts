// SPDX-License-Identifier: Apache-2.0
/** Guesses the server's clock from pings: the answer with the shortest way there and back is the most exact (RFC 5905). */
export class ServerClock {
  private best: { offsetMs: number; roundMs: number; at: number } | null = null;

  /** A ping left at `sentMs` and came back at `backMs` (both performance.now()); the server said `serverMs` in between. */
  heard(sentMs: number, serverMs: number, backMs: number): void {
    const roundMs = backMs - sentMs;
    const old = this.best;
    // An old measurement is worth less: clocks drift by some 50 ppm, 3 ms a minute.
    if (old === null || roundMs <= old.roundMs + (backMs - old.at) * 0.0001) {
      this.best = { offsetMs: serverMs - (sentMs + roundMs / 2), roundMs, at: backMs };
    }
  }

  /** The server's time in ms since the epoch, at `nowMs` of performance.now(). The machine's own before anything was heard. */
  now(nowMs: number): number {
    return this.best === null ? Date.now() : nowMs + this.best.offsetMs;
  }
}
