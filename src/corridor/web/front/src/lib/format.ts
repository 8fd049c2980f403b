import { language } from "./words.svelte";

function locale(): string {
  // digits of the files: western ones in every language
  return language() === "ar" ? "ar-u-nu-latn" : language() === "en" ? "en-GB" : language();
}

/** Two to three significant figures, as people are told; whole days and shares as they are. */
export function shown(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "1" || unit === "share") return written(value, { style: "percent", maximumFractionDigits: Math.abs(value) < 0.1 && value !== 0 ? 1 : 0 });
  const size = Math.abs(value);
  if (size >= 1e6) return written(value, { maximumSignificantDigits: 3, notation: "compact", compactDisplay: "long" });
  const digits = size >= 10000 ? 3 : size >= 100 ? (unit.startsWith("kcal") ? 3 : 2) : 2;
  return written(size < 0.5 && unit.startsWith("person") ? 0 : value, { maximumSignificantDigits: digits });
}

/** A number as the pages write it: a minus that is one, and a space before "%" in English too. */
function written(value: number, how: Intl.NumberFormatOptions): string {
  const text = new Intl.NumberFormat(locale(), how).format(value).replace("-", "−");
  return language() === "en" ? text.replace(/(\d)%/, "$1\u00a0%") : text;
}

/** A sentence whose "%" stays with its number at the end of a line. */
export function firm(text: string): string {
  return text.replaceAll(/(\d) %/g, "$1\u00a0%");
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A number at an axis: as it is, since axes have round ones. */
export function tick(value: number): string {
  return Math.abs(value) >= 1e6 ? new Intl.NumberFormat(locale(), { notation: "compact", maximumSignificantDigits: 3 }).format(value) : new Intl.NumberFormat(locale(), { maximumSignificantDigits: 6 }).format(value);
}

export function exact(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return "–";
  if (share > 0 && share < 0.005) return "<1 %";
  if (share > 0.995 && share < 1) return ">99 %";
  return `${Math.round(100 * share)} %`;
}

export function day(iso: string, short = false): string {
  if (!iso) return "–";
  const date = new Date(`${iso}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: short ? "short" : "long", ...(short ? {} : { year: "numeric" }), timeZone: "UTC" }).format(date);
}

const UNITS: Record<string, Record<string, string>> = {
  en: {
    persons: "people", person: "people", "kcal/person/day": "kcal a person a day", "kg/person/day": "kg a person a day", t: "tonnes", "t/day": "tonnes a day",
    "persons/day": "people a day", "1": "", share: "", day: "days", "person-days": "person-days", "km/hour": "km/h",
    "vehicle/hour": "vehicles an hour", "1/10000/day": "per 10,000 a day",
  },
  fr: {
    persons: "personnes", person: "personnes", "kcal/person/day": "kcal par personne et jour", t: "tonnes", "t/day": "tonnes par jour", "persons/day": "personnes par jour",
    "1": "", share: "", day: "jours", days: "jours", "person-days": "personnes-jours", "km/hour": "km/h", "vehicle/hour": "véhicules par heure", "1/10000/day": "pour 10 000 par jour",
    "kg/person/day": "kg par personne et jour",
  },
  es: {
    persons: "personas", person: "personas", "kcal/person/day": "kcal por persona y día", t: "toneladas", "t/day": "toneladas al día", "persons/day": "personas al día",
    "1": "", share: "", day: "días", days: "días", "person-days": "personas-día", "km/hour": "km/h", "vehicle/hour": "vehículos por hora", "1/10000/day": "por 10.000 al día",
    "kg/person/day": "kg por persona y día",
  },
  ar: {
    persons: "شخص", person: "شخص", "kcal/person/day": "سعرة للشخص في اليوم", t: "طن", "t/day": "طن في اليوم", "persons/day": "شخص في اليوم",
    "1": "", share: "", day: "يوم", days: "يوم", "person-days": "شخص-يوم", "km/hour": "كم/س", "vehicle/hour": "مركبة في الساعة", "1/10000/day": "لكل 10,000 في اليوم",
    "kg/person/day": "كغ للشخص في اليوم",
  },
};

export function unit(name: string): string {
  return UNITS[language()]?.[name] ?? UNITS["en"]?.[name] ?? name;
}

/** Return text for a CSV cell: quoted where it has to be, and never run by a spreadsheet. */
export function csvCell(value: string | number | null | undefined): string {
  let text = value === null || value === undefined ? "" : String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(rows: (string | number | null | undefined)[][]): string {
  return rows.map((row) => row.map(csvCell).join(",")).join("\n") + "\n";
}

/** Hand a file to the person; nothing leaves the machine. */
export function save(name: string, data: BlobPart, kind: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
