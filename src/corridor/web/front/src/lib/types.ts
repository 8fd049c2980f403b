export interface Act { do: "force" | "set" | "add" | "remove"; target: string; value: string; begins: string; until: string }
export interface Levers {
  variant: string; policy: string; condition: string; begins: string;
  set: Record<string, string>; acts: Act[]; wishes: Record<string, string>;
}
export interface Named { id: string; title: string; summary: string; acts?: number }
export interface Quantity { id: string; title: string; unit: string }
export interface Lever {
  path: string; group: string; label: string; unit: string; given: number | null; value: number | null; low: number | null; high: number | null;
  standing: string; basis: string; disputed_by: string; sought: boolean;
}
export interface LinkLever { id: string; label: string; kind: string; controller: string; regime: string; contested: boolean }
export interface PipelineLever {
  id: string; label: string; from: string; class: string; commodity: string; value: number; low: number | null;
  high: number | null; waits: boolean; over: boolean;
}
export interface GroundPlace { id: string; label: string; kind: string; at: [number, number]; exit: boolean }
export interface GroundLink { id: string; from: string; to: string; controller: string; kind: string }
export interface Ground {
  window: [number, number, number, number]; places: GroundPlace[]; links: GroundLink[];
  countries: { name: string; rings: [number, number][][] }[]; borders: [number, number][][];
  source: string; disclaimer: string;
}
export interface About {
  case: string; own: string; title: string; question: string; variant: string; seed: number;
  variants: { id: string; as_of: string; note: string }[];
  as_of: string; start: string; end: string; horizon: number; reference: string;
  policies: Named[]; conditions: Named[]; fans: Quantity[]; levers: Lever[]; links: LinkLever[];
  pipelines: PipelineLever[]; regimes: string[]; regime_words: string[]; no_voice: string[]; cannot_tell: string[];
  has_sides: boolean; seen: boolean; said?: Record<string, Record<string, string>>; ground: Ground;
}
export interface Problem { file: string; line: number; column: number; field: string; message: string; remedy: string; sentence: string }
export interface OutcomeRow {
  outcome: string; name: string; unit: string; better: string; how?: string; date: string; day: number;
  median: number | null; low_80: number | null; high_80: number | null; diff_median: number | null; diff_mean: number | null;
  diff_low_80?: number | null; diff_high_80?: number | null; p_better: number | null; p_tied: number | null;
  reference_median: number | null;
}
export interface FirstDay {
  place: string; event: string; name: string; low_80: string; median: string; high_80: string; already: number; never: number;
  reference_median: string; reference_never: number | null;
}
export interface Rests { path: string; says: string; correlation: number; standing: string; basis: string; disputed_by: string }
export interface Regime { words: string; goods: boolean; relief: boolean; out: boolean }
export interface Head {
  id?: number; stage?: "look" | "quick" | "map" | "full"; levers: Levers; changed: string[]; case: string; variant: string; as_of: string;
  seed: number; futures: number; effective: number | null; days: string[]; known_days: number; fans: Quantity[];
  outcomes: OutcomeRow[]; hold_out?: Record<string, string>; died?: Record<string, string>; first_days: FirstDay[]; flips: Record<string, string>; sure: Record<string, string>; rests: Rests[];
  map: { regimes?: Regime[]; links?: string[]; places?: string[] };
}
export interface Block { shape: number[]; data: Float32Array }
export interface Answer { head: Head; arrays: Record<string, Block> }
export interface Pin { name: string; answer: Answer }
export interface Entry { at: string; changed: string[]; lines: string[]; note: string; levers: Levers }
export const EMPTY: Levers = { variant: "", policy: "", condition: "", begins: "", set: {}, acts: [], wishes: {} };
export interface Cited { id: string; said_by: string; quantity: string; note: string; source: string; disputed_by: string }
export interface Wish { id: string; says: string; path: string; strength: number | null; place: number; worth: number | null; evidence: Cited[] }
export interface SidesView {
  actors: { id: string; name: string; wants: Wish[]; stakes: Wish[]; can: { id: string; says: string; now: boolean; evidence: Cited[] }[] }[];
  policies: { id: string; title: string }[]; outcomes: { id: string; title: string }[]; stakes: { id: string; title: string }[];
}
