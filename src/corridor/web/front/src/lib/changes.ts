import type { About } from "./types";

type Names = Pick<About, "levers" | "links" | "pipelines">;

/** Return a change as a person says it: the label of a number, road or delivery instead of its path. */
export function plainChange(text: string, names: Names | null): string {
  const [, path = "", between = "", rest = ""] = /^([^\s=:]+)( = |: )(.*)$/.exec(text) ?? [];
  if (!path || !names) return text;
  if (between === " = ") {
    const lever = names.levers.find((one) => one.path === path);
    return lever ? `${lever.label} = ${rest}` : text;
  }
  const [table, id] = path.split(".");
  const one = table === "links" ? names.links.find((link) => link.id === id) : table === "pipelines" ? names.pipelines.find((pipe) => pipe.id === id) : undefined;
  return one ? `${one.label}: ${rest.replaceAll("_", " ")}` : text;
}
