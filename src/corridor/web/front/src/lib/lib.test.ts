import { describe, expect, it } from "vitest";
import { fan, sheet, wrap } from "./draw";
import { readFrame, row } from "./frame";
import { geojson } from "./geojson";
import { plainChange } from "./changes";
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

describe("a figure as a file", () => {
  const colour = (name: string) => `#${name}`;
  const days = ["2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02"];
  const seven = [0, 1, 2, 3, 4, 5, 6].map((k) => [k, k, k, k]);
  it("holds title, every changed lever and all seven lines of a fan", () => {
    const inner = fan({ width: 500, height: 235, days, reference: [[0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1]], own: seven, pinned: [], asOf: "2024-01-31", unit: "t", colour, tick: String, date: (iso) => iso, least: 10 });
    const file = sheet("Food <& grain>", 500, 235, inner, ["stocks.*.flour = 350", "policy: Both roads"], "#fff", "#000");
    const found = new Tags(file);
    expect(found.wrong).toBe("");
    for (const text of ["Food &lt;&amp; grain&gt;", "stocks.*.flour = 350", "policy: Both roads", "2024-02-01"]) expect(file).toContain(text);
    expect(file.match(/fill="#band(50|80|95)"/g)).toHaveLength(3);
    expect(file).not.toContain("NaN");
  });
  it("leaves a gap where a day has no number", () => {
    const gap = seven.map((row) => [row[0]!, null, row[2]!, row[3]!]);
    const inner = fan({ width: 500, height: 235, days, reference: [], own: gap, pinned: [], asOf: "", unit: "t", colour, tick: String, date: (iso) => iso, least: 10 });
    expect(inner.match(/stroke="#median"/g)).toHaveLength(2);
  });
  it("breaks long words of a lever into lines that fit", () => {
    expect(wrap("one two three four five six seven eight nine ten", 120).every((line) => line.length <= 19)).toBe(true);
  });
  it("is a map without stores, people in three digits and never fewer than ten", () => {
    const head = { case: "c", variant: "v", as_of: "2024-01-01", seed: 1, futures: 300, changed: ["policy: Both roads"] } as never;
    const text = geojson(head, "2024-01-02", [{ id: "a", label: "A", kind: "home", at: [1, 2], people: 12345.6 }, { id: "b", label: "B", kind: "home", at: [1, 2], people: 4 }], [{ id: "k", label: "A – B", kind: "road", controller: "X", from: [1, 2], to: [3, 4], passes: "closed", words: "closed" }], "No endorsement.");
    const found = JSON.parse(text) as { about: { changed: string[] }; features: { properties: Record<string, unknown> }[] };
    expect(found.about.changed).toEqual(["policy: Both roads"]);
    expect(found.features.map((one) => one.properties["people_middle"])).toEqual([12300, null, undefined]);
    expect(text).not.toMatch(/tonnes|cover|stock/);
  });
});

/** Whether tags of a file are closed in the order in which they were opened. */
class Tags {
  wrong = "";
  constructor(text: string) {
    const open: string[] = [];
    for (const [, end, name, own] of text.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
      if (own) continue;
      if (!end) open.push(name ?? "");
      else if (open.pop() !== name) this.wrong ||= `</${name}>`;
    }
    this.wrong ||= open.join();
  }
}

describe("words", () => {
  it("of other languages are words of English, with the same things to fill in", () => {
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((one) => one[0]).sort();
    for (const table of [fr, es, ar] as Record<string, string>[]) {
      expect(Object.keys(en).filter((key) => !(key in table))).toEqual([]);
      for (const [key, text] of Object.entries(table)) {
        if (key === "_") continue;
        expect(en, key).toHaveProperty(key);
        expect(text, key).not.toBe("");
        expect(holes(text), key).toEqual(holes((en as Record<string, string>)[key] ?? ""));
      }
    }
  });
});

describe("changes", () => {
  const lever = { path: "stocks.*.flour", group: "stocks", label: "Flour held at the start, all places", unit: "t", given: 1, value: 1, low: 0, high: 2, standing: "", basis: "", disputed_by: "", sought: false };
  const link = { id: "gate", label: "Plainport – Riverford", kind: "road", controller: "", regime: "", contested: false };
  const names = { levers: [lever], links: [link], pipelines: [] };
  it("are said by their labels, and by their paths where none is known", () => {
    expect(plainChange("stocks.*.flour = 350 (was 600..694..800)", names)).toBe("Flour held at the start, all places: 350 tonnes (694 (600 – 800) in the case)");
    expect(plainChange("links.gate.regime: people_out from 2024-03-01 until 2024-04-01", names)).toBe("Plainport – Riverford: people out from 1 March 2024 until 1 April 2024");
    expect(plainChange("links.gate.regime = people_out+people_in (was open)", names)).toBe("Plainport – Riverford: people out, people in (open in the case)");
    expect(plainChange("stocks.*.flour = 350", null)).toBe("stocks.*.flour = 350");
    for (const text of ["policy: More aid", "links.ford.regime: open", "rules.rations = none"]) expect(plainChange(text, names)).toBe(text);
  });
  it("of days are said in words, none by its name in a file", () => {
    expect(plainChange("as_of = 2023-06-30 (was 2022-12-12)", null)).toBe("Last day known: 30 June 2023 (12 December 2022 in the case)");
    expect(plainChange("horizon = 30 (was 120)", null)).toBe("Days ahead: 30 (120 in the case)");
    expect(plainChange("policy begins 2024-03-01", null)).toBe("policy begins on 1 March 2024");
  });
});
