import type { About, Answer, Block, Ground, Head } from "./types";

export interface At { policy: string; condition: string; later: number; relief: number }
interface Packed { name: string; shape: number[]; low: number; span: number; data: string }
interface Cell { at: At; head: Head; arrays: Packed[] }
export interface SentPage { about: Omit<About, "ground">; ground: Ground; cells: Cell[]; language: string }

/** Return what a page that was sent carries; null where this is the screen of a server. */
export function readSent(): SentPage | null {
  const text = document.getElementById("sent")?.textContent;
  return text ? (JSON.parse(text) as SentPage) : null;
}

export function unpack(cell: Cell): Answer {
  const arrays: Record<string, Block> = {};
  for (const one of cell.arrays) {
    const bytes = Uint8Array.from(atob(one.data), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const data = new Float32Array(bytes.length / 2);
    for (let i = 0; i < data.length; i++) {
      const whole = view.getUint16(2 * i, true);
      data[i] = whole === 65535 ? Number.NaN : one.low + (whole / 65534) * one.span;
    }
    arrays[one.name] = { shape: one.shape, data };
  }
  return { head: cell.head, arrays };
}

/** Return the place of the grid that is nearest to what is asked: the policy and the condition hold, the rest as near as can be. */
export function nearest(sent: SentPage, at: At): Cell | undefined {
  const here = sent.cells.filter((c) => c.at.policy === at.policy && c.at.condition === at.condition);
  const far = (c: Cell) => Math.abs(c.at.later - at.later) + 100 * Math.abs(Math.log2(c.at.relief / at.relief));
  return here.sort((a, b) => far(a) - far(b))[0];
}
