import type { Head } from "./types";

const FEWEST = 10; // people below which a number is not told

interface PlaceRow { id: string; label: string; kind: string; at: [number, number]; people: number | null }
interface LinkRow { id: string; label: string; kind: string; controller: string; from: [number, number]; to: [number, number]; passes: string; words: string }

/** Return places and links of a day as GeoJSON. Stores and what is on the way are left out, people told in three digits. */
export function geojson(head: Head, day: string, places: PlaceRow[], links: LinkRow[], disclaimer: string): string {
  const people = (v: number | null): number | null => (v === null || (v > 0 && v < FEWEST) ? null : Number(v.toPrecision(3)));
  return JSON.stringify({
    type: "FeatureCollection",
    about: {
      case: head.case, variant: head.variant, as_of: head.as_of, day, seed: head.seed, futures: head.futures, changed: head.changed,
      disclaimer: `Model output, not a forecast or an assessment of fact. ${disclaimer}`,
    },
    features: [
      ...places.map((p) => ({
        type: "Feature", geometry: { type: "Point", coordinates: p.at },
        properties: { id: p.id, label: p.label, kind: p.kind, ...(p.people === null ? {} : { people_middle: people(p.people) }) },
      })),
      ...links.map((k) => ({
        type: "Feature", geometry: { type: "LineString", coordinates: [k.from, k.to] },
        properties: { id: k.id, label: k.label, kind: k.kind, controller: k.controller, lets_pass: k.passes, regime: k.words },
      })),
    ],
  }, null, 1) + "\n";
}
