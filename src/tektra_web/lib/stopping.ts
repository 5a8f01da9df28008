// SPDX-License-Identifier: Apache-2.0
/** A stop to which the socket gives no answer for so long goes by REST, too: a line that hangs looks open for seconds. */
export const STOP_ANSWER_MS = 700;
/** A stop by REST that has no answer for so long has failed, and the person is told. */
export const STOP_REST_MS = 3000;

/** Sees to it that a stop arrives. `robot` is empty for all. A second press never puts off what follows from the first. */
export class Stopping {
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly bySocket: (robot: string) => boolean,
    private readonly byRest: (robot: string) => Promise<unknown>,
    private readonly failed: (robot: string) => void,
    private readonly sent: (robot: string) => void,
  ) {}

  stop(robot = ""): void {
    if (!this.bySocket(robot)) {
      this.rest(robot);
      return;
    }
    if (this.waiting.has(robot)) return;
    this.waiting.set(robot, setTimeout(() => {
      this.waiting.delete(robot);
      this.rest(robot);
    }, STOP_ANSWER_MS));
  }

  /** The gateway said that it passed the stop on. */
  done(robot: string): void {
    clearTimeout(this.waiting.get(robot));
    this.waiting.delete(robot);
    this.sent(robot);
  }

  private rest(robot: string): void {
    this.byRest(robot).then(() => this.sent(robot), () => this.failed(robot));
  }
}

/** Robots whose stop did not arrive, "" for all of them, once one more did not. */
export function withFailed(unsent: readonly string[], robot: string): string[] {
  return [...new Set([...unsent, robot])];
}

/** The same once a stop did arrive: one of all answers for each of them, one of a robot for no other. */
export function withSent(unsent: readonly string[], robot: string): string[] {
  return robot === "" ? [] : unsent.filter((one) => one !== robot);
}
