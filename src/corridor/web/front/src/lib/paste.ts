/** Read what a spreadsheet puts on the clipboard: tabs between cells, quotes round cells with line breaks. */
export function parsePaste(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "", quoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < clean.length; i++) {
    const c = clean[i] ?? "";
    if (quoted) {
      if (c === '"' && clean[i + 1] === '"') { cell += '"'; i++; }
      else if (c === '"') quoted = false;
      else cell += c === "\n" ? " " : c;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === "\t") { rows.at(-1)?.push(cell.trim()); cell = ""; }
    else if (c === "\n") { rows.at(-1)?.push(cell.trim()); cell = ""; rows.push([]); }
    else cell += c;
  }
  rows.at(-1)?.push(cell.trim());
  return rows;
}

/**
 * Put pasted cells into a table, the first at row `r` and column `c`. Where the first pasted row names columns of the table,
 * cells go under the names, whatever their order, and the rows below `r` are replaced from there on.
 */
export function spread(rows: string[][], pasted: string[][], r: number, c: number): string[][] {
  const header = rows[0] ?? [];
  const names = (pasted[0] ?? []).map((name) => header.indexOf(name.toLowerCase().trim()));
  const named = pasted.length > 1 && names.some((i) => i >= 0) && names.filter((i) => i >= 0).length >= Math.min(2, names.length);
  const body = named ? pasted.slice(1) : pasted;
  const out = rows.map((row) => [...row]);
  if (named) out.length = Math.max(1, r);
  body.forEach((cells, i) => {
    const row = (out[r + i] ??= header.map(() => ""));
    cells.forEach((value, j) => {
      const column = named ? (names[j] ?? -1) : c + j;
      if (column >= 0 && column < header.length) {
        while (row.length <= column) row.push("");
        row[column] = value;
      }
    });
  });
  return out;
}
