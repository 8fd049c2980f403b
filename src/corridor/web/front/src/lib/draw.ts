/** Figures as SVG: what stands on the screen, with its title above and every changed lever below. Pure text in, text out. */
const FONT = "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif";
const LETTER = 6.1; // width of a letter of 11 px
const LINE = 15;

export function esc(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Break a text into lines that fit. */
export function wrap(text: string, width: number): string[] {
  const most = Math.max(12, Math.floor(width / LETTER));
  const out: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (longer.length > most && line) { out.push(line); line = word; } else line = longer;
  }
  return line ? [...out, line] : out;
}

/** Return a whole file: title, the drawing, and lines of words under it, one for each changed lever among them. */
export function sheet(title: string, width: number, height: number, inner: string, lines: string[], paper: string, ink: string, rtl = false): string {
  const below = lines.flatMap((line) => wrap(line, width - 16));
  const tall = 34 + height + 12 + LINE * below.length;
  const x = rtl ? width - 8 : 8;
  const words = below.map((line, i) => `<text x="${x}" y="${34 + height + 14 + LINE * i}" font-size="11" fill="${esc(ink)}">${esc(line)}</text>`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${tall}" width="${width}" height="${tall}" font-family="${FONT}" direction="${rtl ? "rtl" : "ltr"}"><title>${esc(title)}</title>`
    + `<rect width="${width}" height="${tall}" fill="${esc(paper)}"/><text x="${x}" y="21" font-size="14" font-weight="600" fill="${esc(ink)}">${esc(title)}</text>`
    + `<g transform="translate(0,34)" direction="ltr">${inner}</g>${words}</svg>\n`;
}

type Row = (number | null)[];
export interface FanParts {
  width: number; height: number; days: string[]; reference: Row[]; own: Row[]; pinned: Row[]; asOf: string; unit: string;
  colour: (name: string) => string; tick: (value: number) => string; date: (iso: string) => string; least: number;
}

/** Return the drawing of a fan: `reference` and `pinned` are low, high, middle of 80 %; `own` seven rows, 2.5 % to 97.5 %. */
export function fan(parts: FanParts): string {
  const { width, height, days, colour } = parts;
  const left = 62, right = 10, top = 8, bottom = 24;
  const all = [...parts.reference, ...parts.own, ...parts.pinned].flat().filter((v): v is number => v !== null);
  const most = Math.max(parts.least, ...all.map((v) => v * 1.06));
  const x = (i: number): number => left + ((width - left - right) * i) / Math.max(1, days.length - 1);
  const y = (v: number): number => top + (height - top - bottom) * (1 - Math.max(0, v) / most);
  const at = (i: number, v: number): string => `${x(i).toFixed(1)},${y(v).toFixed(1)}`;
  // where a day has no number the drawing has a gap
  function runs(row: Row): number[][] {
    const out: number[][] = [];
    row.forEach((v, i) => { if (v === null) return; const last = out.at(-1); if (last && last.at(-1) === i - 1) last.push(i); else out.push([i]); });
    return out;
  }
  const line = (row: Row | undefined, stroke: string, wide: number, dash = ""): string => !row ? "" : runs(row).map((run) => `<path d="M${run.map((i) => at(i, row[i] ?? 0)).join("L")}" fill="none" stroke="${esc(stroke)}" stroke-width="${wide}"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`).join("");
  const area = (low: Row | undefined, high: Row | undefined, fill: string): string => !low || !high ? "" : runs(low.map((v, i) => (v === null || (high[i] ?? null) === null ? null : v))).map((run) => `<path d="M${run.map((i) => at(i, high[i] ?? 0)).join("L")}L${[...run].reverse().map((i) => at(i, low[i] ?? 0)).join("L")}Z" fill="${esc(fill)}"/>`).join("");
  const ink = colour("ink"), rule = colour("rule");
  const step = stepOf(most);
  let out = "";
  for (let v = 0; v <= most; v += step) out += `<line x1="${left}" x2="${width - right}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}" stroke="${esc(rule)}"/><text x="${left - 6}" y="${(y(v) + 4).toFixed(1)}" font-size="12" text-anchor="end" fill="${esc(ink)}">${esc(parts.tick(Number(v.toPrecision(6))))}</text>`;
  const firsts = days.map((iso, i) => ({ iso, i })).filter((one) => one.iso.endsWith("-01"));
  const every = Math.max(1, Math.ceil(firsts.length / ((width - left) / 76)));
  firsts.filter((_, k) => k % every === 0).forEach(({ iso, i }) => { out += `<line x1="${x(i).toFixed(1)}" x2="${x(i).toFixed(1)}" y1="${top}" y2="${height - bottom}" stroke="${esc(rule)}"/><text x="${x(i).toFixed(1)}" y="${height - 7}" font-size="12" text-anchor="middle" fill="${esc(ink)}">${esc(parts.date(iso))}</text>`; });
  out += area(parts.reference[0], parts.reference[1], colour("reference")) + line(parts.reference[2], colour("faint"), 1.2, "5 4");
  out += area(parts.own[0], parts.own[6], colour("band95")) + area(parts.own[1], parts.own[5], colour("band80")) + area(parts.own[2], parts.own[4], colour("band50")) + line(parts.own[3], colour("median"), 2.2);
  out += line(parts.pinned[0], colour("pin"), 1, "2 3") + line(parts.pinned[1], colour("pin"), 1, "2 3") + line(parts.pinned[2], colour("pin"), 2, "8 4");
  const known = days.indexOf(parts.asOf);
  if (known >= 0) out += `<line x1="${x(known).toFixed(1)}" x2="${x(known).toFixed(1)}" y1="${top}" y2="${height - bottom}" stroke="${esc(colour("accent"))}" stroke-dasharray="4 3"/>`;
  return out;
}

function stepOf(most: number): number {
  const raw = most / 5, ten = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5, 10].find((k) => k * ten >= raw) ?? 10) * ten;
}

export interface Bar { label: string; low: number | null; middle: number | null; high: number | null; words: string }

/** Return horizontal bars, one for each row: 80 % and the middle. */
export function bars(width: number, rows: Bar[], colour: (name: string) => string): { inner: string; height: number } {
  const left = Math.min(240, width * 0.36), right = Math.min(190, width * 0.3), tall = 26;
  const most = Math.max(1e-9, ...rows.map((one) => Math.abs(one.high ?? 0)));
  const x = (v: number): number => left + ((width - left - right) * Math.max(0, v)) / most;
  const inner = rows.map((one, i) => {
    const y = i * tall;
    const drawn = one.middle === null ? "" : `<rect x="${x(one.low ?? 0).toFixed(1)}" y="${y + 6}" width="${Math.max(1, x(one.high ?? 0) - x(one.low ?? 0)).toFixed(1)}" height="12" fill="${esc(colour("band50"))}"/><rect x="${(x(one.middle) - 1.5).toFixed(1)}" y="${y + 2}" width="3" height="20" fill="${esc(colour("median"))}"/>`;
    return `<text x="8" y="${y + 16}" font-size="12" fill="${esc(colour("ink"))}">${esc(one.label)}</text>${drawn}<text x="${width - right + 8}" y="${y + 16}" font-size="12" fill="${esc(colour("ink"))}">${esc(one.words)}</text>`;
  }).join("");
  return { inner, height: tall * rows.length };
}

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "font-size", "font-weight", "paint-order", "text-anchor", "opacity"];

/** Return what a drawing of the page holds, its styles written into it: a file knows no style sheet. */
export function inlined(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [...svg.querySelectorAll("*")], to = [...copy.querySelectorAll("*")];
  from.forEach((one, i) => {
    const style = getComputedStyle(one), target = to[i];
    if (!target || one.tagName === "title") return;
    target.removeAttribute("class");
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value && value !== "none" || name === "fill" || name === "stroke") target.setAttribute(name, value);
    }
  });
  const serial = new XMLSerializer();
  return [...copy.childNodes].filter((one) => one.nodeType === 1).map((one) => serial.serializeToString(one).replaceAll(' xmlns="http://www.w3.org/2000/svg"', "")).join("");
}
