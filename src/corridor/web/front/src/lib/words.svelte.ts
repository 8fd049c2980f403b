import ar from "../words/ar.json";
import en from "../words/en.json";
import es from "../words/es.json";
import fr from "../words/fr.json";

export type Word = keyof typeof en;
const TABLES: Record<string, Partial<Record<Word, string>>> = { en, fr, ar, es };
export const LANGUAGES = [
  { id: "en", name: "English" },
  { id: "fr", name: "Français" },
  { id: "ar", name: "العربية" },
  { id: "es", name: "Español" },
];

const state = $state({ language: "en" });

export function language(): string {
  return state.language;
}

/** Speak another language from now on; English stands in where a word is missing. */
export function setLanguage(id: string): void {
  state.language = id in TABLES ? id : "en";
  document.documentElement.lang = state.language;
  document.documentElement.dir = state.language === "ar" ? "rtl" : "ltr";
  try {
    localStorage.setItem("corridor-language", state.language);
  } catch {
    // a page from a file may have no storage
  }
}

/** Return a text of the screen; `{name}` is filled in. */
export function t(word: Word, filled: Record<string, string | number> = {}): string {
  const text = TABLES[state.language]?.[word] ?? en[word];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(filled[name] ?? whole));
}

/** Return a sentence that the server says in every language, in that of the screen. */
export function spoken(text?: Record<string, string>): string {
  return text?.[state.language] ?? text?.en ?? "";
}
