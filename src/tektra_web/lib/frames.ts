// SPDX-License-Identifier: Apache-2.0
/** The socket's bytes, as tektra/web/socket/binary.py has them: a head of 16 bytes, little-endian, then the content. */

export const VOICE_IN = 1, CAMERA_IN = 2, VOICE_OUT = 17, CAMERA_OUT = 18, AVATAR = 19;
const KINDS = new Set([VOICE_IN, CAMERA_IN, VOICE_OUT, CAMERA_OUT, AVATAR]);
const HEAD_BYTES = 16;
const LAST = 1;

export interface Frame {
  kind: number; last: boolean; param: number; sequence: number;
  /** ms since the epoch by the server's clock; of its voice, when the sound is to be heard. */
  whenMs: number;
  content: ArrayBuffer;
}

/** A frame as bytes. */
export function pack(frame: Frame): ArrayBuffer {
  const bytes = new Uint8Array(HEAD_BYTES + frame.content.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, frame.kind);
  view.setUint8(1, frame.last ? LAST : 0);
  view.setUint16(2, frame.param, true);
  view.setUint32(4, frame.sequence >>> 0, true);
  view.setBigUint64(8, BigInt(Math.round(frame.whenMs)), true);
  bytes.set(new Uint8Array(frame.content), HEAD_BYTES);
  return bytes.buffer;
}

/** A frame from bytes; null where they are none. */
export function unpack(data: ArrayBuffer): Frame | null {
  if (data.byteLength < HEAD_BYTES) return null;
  const view = new DataView(data);
  if (!KINDS.has(view.getUint8(0))) return null;
  return {
    kind: view.getUint8(0),
    last: (view.getUint8(1) & LAST) !== 0,
    param: view.getUint16(2, true),
    sequence: view.getUint32(4, true),
    whenMs: Number(view.getBigUint64(8, true)),
    content: data.slice(HEAD_BYTES),
  };
}

/** `arms`: angles in rad; null while they hang. */
export interface AvatarFrame { atMs: number; weights: Float32Array; head: [number, number, number]; arms: Float32Array | null }
const FLOATS = 62, ARM_ANGLES = 30;

/** The avatar's state of a frame of kind AVATAR; null where it is too short. */
export function avatarOf(frame: Frame): AvatarFrame | null {
  if (frame.content.byteLength < FLOATS * 4) return null;
  const numbers = new Float32Array(frame.content.slice(0, Math.floor(frame.content.byteLength / 4) * 4));
  return {
    atMs: frame.whenMs,
    weights: numbers.slice(0, 52),
    head: [numbers[52] ?? 0, numbers[53] ?? 0, numbers[54] ?? 0],
    arms: numbers.length < FLOATS + ARM_ANGLES ? null : numbers.slice(FLOATS, FLOATS + ARM_ANGLES),
  };
}
