export interface Wanted { id: string; text: string; at: [number, number]; first: boolean }
export interface Label { id: string; text: string; x: number; y: number; anchor: "start" | "end" | "middle" }

const SIZE = 6.6; // width of a letter of 12 px
const HIGH = 14;

/** Return labels that neither overlap nor leave the map; those of homes come first, what finds no room is left out. */
export function placeLabels(wanted: Wanted[], width: number, height: number): Label[] {
  const taken: [number, number, number, number][] = wanted.map(({ at: [x, y] }) => [x - 6, y - 6, x + 6, y + 6]);
  const out: Label[] = [];
  for (const one of [...wanted].sort((a, b) => Number(b.first) - Number(a.first))) {
    const [x, y] = one.at, long = one.text.length * SIZE;
    const spots: [number, number, Label["anchor"]][] = [[x + 11, y + 4, "start"], [x - 11, y + 4, "end"], [x, y - 13, "middle"], [x, y + 23, "middle"], [x + 9, y - 11, "start"], [x - 9, y + 20, "end"]];
    for (const [lx, ly, anchor] of spots) {
      const left = anchor === "start" ? lx : anchor === "end" ? lx - long : lx - long / 2;
      const box: [number, number, number, number] = [left, ly - HIGH + 3, left + long, ly + 3];
      const out_ = box[0] < 2 || box[2] > width - 2 || box[1] < 2 || box[3] > height - 2;
      const own = taken[wanted.indexOf(one)];
      const hit = taken.some((b) => b !== own && b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]);
      if (out_ || hit) continue;
      taken.push(box);
      out.push({ id: one.id, text: one.text, x: lx, y: ly, anchor });
      break;
    }
  }
  return out;
}
