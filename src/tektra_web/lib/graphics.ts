// SPDX-License-Identifier: Apache-2.0
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;
/** Frames a second where no graphics card draws: the rest of the page must stay quick. */
export const SOFTWARE_FPS = 12;
/** Of the pixels of the page, along each side, so many are drawn there. */
export const SOFTWARE_SHARE = 0.75;

let known: boolean | undefined;

/**
 * True where the browser draws in software. Asked before the face's own canvas is made: whether edges are smoothed, which takes
 * a third of each picture there, is said when it is made.
 */
export function drawsInSoftware(): boolean {
  if (known !== undefined) return known;
  const context = document.createElement("canvas").getContext("webgl2");
  const info = context?.getExtension("WEBGL_debug_renderer_info") ?? null;
  known = context !== null && info !== null && SOFTWARE.test(String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)));
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return known;
}

/** How long a picture takes to draw, smoothed: it shows the face as it is when the picture is done, not when it was begun. */
export class DrawingTime {
  private beganMs: number | null = null;
  private usualMs = 0;

  constructor(private readonly mostMs: number) {}

  began(nowMs: number): void {
    this.beganMs = nowMs;
  }

  ended(nowMs: number): void {
    if (this.beganMs === null) return;
    this.usualMs += (Math.min(this.mostMs, nowMs - this.beganMs) - this.usualMs) * 0.2;
    this.beganMs = null;
  }

  /** By so many ms the state is to be ahead. */
  get aheadMs(): number {
    return this.usualMs;
  }
}
