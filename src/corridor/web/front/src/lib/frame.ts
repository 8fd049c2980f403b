import type { Answer, Block, Head } from "./types";

interface Told { name: string; shape: number[]; offset: number }

/** Read a frame: length, JSON, blocks of single-precision numbers. */
export function readFrame(buffer: ArrayBuffer): Answer {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const head = JSON.parse(text) as Head & { arrays: Told[] };
  const arrays: Record<string, Block> = {};
  for (const one of head.arrays) {
    const size = one.shape.reduce((a, b) => a * b, 1);
    arrays[one.name] = { shape: one.shape, data: new Float32Array(buffer, 4 + length + one.offset, size) };
  }
  return { head, arrays };
}

/** Return row `i` of a block of two dimensions. */
export function row(block: Block, i: number): Float32Array {
  const width = block.shape[1] ?? 0;
  return block.data.subarray(i * width, (i + 1) * width);
}
