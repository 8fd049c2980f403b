import { day, unit } from "./format";
import type { About } from "./types";
import { t, type Word } from "./words.svelte";

type Names = Pick<About, "levers" | "links" | "pipelines">;

const DAYS: Record<string, Word> = { as_of: "last_day_known", start: "first_day" };

/** Return a change as a person says it: in words, days as they are written, numbers with their unit; never by a path where it has a name. */
export function plainChange(text: string, names: Names | null): string {
  const policy = /^(policy|condition): (.*)$/s.exec(text);
  if (policy) return t(policy[1] === "policy" ? "chip_policy" : "chip_condition", { what: policy[2] ?? "" });
  const begins = /^policy begins (\S+)$/.exec(text);
  if (begins) return t("chip_begins", { day: day(begins[1] ?? "") });
  const [, path = "", between = "", rest = ""] = /^([^\s=:]+)( = |: )(.*)$/s.exec(text) ?? [];
  if (!path) return text;
  if (between === ": ") return act(path, rest, names) ?? text;
  const [, value = rest, was = ""] = /^(.*) \(was (.*)\)$/s.exec(rest) ?? [];
  const word = DAYS[path];
  if (word) return said(t(word), day(value), was && day(was));
  if (path === "horizon") return said(t("days_ahead"), value, was);
  const lever = names?.levers.find((one) => one.path === path);
  if (lever) return said(lever.label, `${amount(value)} ${unit(lever.unit)}`.trim(), amount(was));
  const link = /^links\.([^.]+)\.regime$/.exec(path);
  const road = link && names?.links.find((one) => one.id === link[1]);
  return road ? said(road.label, passes(value), passes(was)) : text;
}

function said(what: string, value: string, was: string): string {
  return was && was !== value ? `${what}: ${value} (${t("in_case", { value: was })})` : `${what}: ${value}`;
}

/** A number as `--set` writes it; of low..value..high the middle and, in brackets, the ends. */
function amount(text: string): string {
  const [low = "", middle = "", high = ""] = text.split("..");
  return high ? `${middle} (${low} – ${high})` : text;
}

const passes = (regime: string): string => regime.replaceAll("_", " ").replaceAll("+", ", ");

/** What is done to a road or a delivery, `links.gate.regime: open from 2024-03-01 until 2024-04-01`; null where it has no name. */
function act(path: string, rest: string, names: Names | null): string | null {
  const [table, id] = path.split(".");
  const one = table === "links" ? names?.links.find((link) => link.id === id) : table === "pipelines" ? names?.pipelines.find((pipe) => pipe.id === id) : undefined;
  if (!one) return null;
  const [, what = rest, from, until] = /^(.*?)(?: from (\d{4}-\d\d-\d\d))?(?: until (\d{4}-\d\d-\d\d))?$/s.exec(rest) ?? [];
  const done = what === "switched on" ? t("switched_on") : what === "switched off" ? t("switched_off") : table === "links" ? passes(what) : `${what} ${t("tonnes_a_day")}`;
  return [`${one.label}: ${done}`, from ? t("from_on", { day: day(from) }) : "", until ? t("until_on", { day: day(until) }) : ""].filter(Boolean).join(" ");
}

/** Return every change as it stands under a figure; that nothing was changed where there is none. */
export function plainChanges(changed: string[], names: Names | null): string[] {
  return changed.length ? changed.map((text) => plainChange(text, names)) : [t("nothing_changed")];
}
