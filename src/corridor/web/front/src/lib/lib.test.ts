import { describe, expect, it } from "vitest";
import { readFrame, row } from "./frame";
import { placeLabels } from "./labels";
import { parsePaste, spread } from "./paste";
import { nearest, unpack, type SentPage } from "./sent";
import en from "../words/en.json";
import ar from "../words/ar.json";
import es from "../words/es.json";
import fr from "../words/fr.json";

describe("paste", () => {
  it("reads tabs, line ends and quotes as a spreadsheet writes them", () => {
    expect(parsePaste('a\tb\r\n"x ""y""\nz"\t 2 \r\n')).toEqual([["a", "b"], ['x "y" z', "2"]]);
  });
  it("puts cells where the cursor stands", () => {
    expect(spread([["p", "q"], ["1", "2"]], [["9"], ["8"]], 1, 1)).toEqual([["p", "q"], ["1", "9"], ["", "8"]]);
  });
  it("puts cells under the names of a heading row, whatever their order, and replaces what stood there", () => {
    const rows = [["place", "commodity", "tonnes"], ["*", "flour", "700"], ["*", "petrol", "90"]];
    expect(spread(rows, [["tonnes", "commodity", "place"], ["12", "flour", "town"]], 1, 0)).toEqual([["place", "commodity", "tonnes"], ["town", "flour", "12"]]);
  });
});

describe("frame", () => {
  it("reads head and arrays", () => {
    const text = new TextEncoder().encode(JSON.stringify({ id: 7, arrays: [{ name: "a", shape: [2, 2], offset: 0 }] }));
    const padded = text.length + ((4 - (text.length % 4)) % 4);
    const buffer = new ArrayBuffer(4 + padded + 16);
    new DataView(buffer).setUint32(0, padded, true);
    new Uint8Array(buffer, 4, padded).fill(32);
    new Uint8Array(buffer, 4, text.length).set(text);
    new Float32Array(buffer, 4 + padded).set([1, 2, 3, 4]);
    const answer = readFrame(buffer);
    expect(answer.head.id).toBe(7);
    expect(Array.from(row(answer.arrays["a"]!, 1))).toEqual([3, 4]);
  });
});

describe("labels", () => {
  it("never overlap, and homes come first", () => {
    const wanted = [{ id: "a", text: "Aaaaaaaa", at: [100, 100] as [number, number], first: false }, { id: "b", text: "Bbbbbbbb", at: [104, 100] as [number, number], first: true }];
    const placed = placeLabels(wanted, 400, 300);
    expect(placed[0]?.id).toBe("b");
    expect(new Set(placed.map((one) => `${one.x},${one.y}`)).size).toBe(placed.length);
  });
});

describe("a page that was sent", () => {
  const packed = { name: "x", shape: [1, 3], low: 0, span: 65534, data: btoa(String.fromCharCode(0, 0, 255, 255, 254, 255)) };
  it("unpacks sixteen bits, the last word for what is not a number", () => {
    const found = unpack({ at: { policy: "p", condition: "c", later: 0, relief: 1 }, head: {} as never, arrays: [packed] });
    expect(Array.from(found.arrays["x"]!.data)).toEqual([0, Number.NaN, 65534]);
  });
  it("takes the nearest place of the grid under the same policy", () => {
    const cell = (policy: string, later: number) => ({ at: { policy, condition: "c", later, relief: 1 }, head: {} as never, arrays: [] });
    const sent = { cells: [cell("p", 0), cell("p", 42), cell("q", 14)] } as unknown as SentPage;
    expect(nearest(sent, { policy: "p", condition: "c", later: 14, relief: 1 })?.at.later).toBe(0);
  });
});

describe("words", () => {
  it("of other languages are words of English, with the same things to fill in", () => {
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((one) => one[0]).sort();
    for (const table of [fr, es, ar] as Record<string, string>[]) {
      for (const [key, text] of Object.entries(table)) {
        if (key === "_") continue;
        expect(en, key).toHaveProperty(key);
        expect(holes(text), key).toEqual(holes((en as Record<string, string>)[key] ?? ""));
      }
    }
  });
});
