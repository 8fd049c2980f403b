import { mount } from "svelte";
import "uplot/dist/uPlot.min.css";
import App from "./App.svelte";
import Sent from "./Sent.svelte";
import "./app.css";
import { readSent } from "./lib/sent";
import { applyTheme } from "./lib/theme";
import { setLanguage } from "./lib/words.svelte";

const target = document.getElementById("app");
if (target) {
  const sent = readSent();
  setLanguage(sent?.language ?? localRead("corridor-language") ?? "en");
  applyTheme(localRead("corridor-theme") ?? "auto");
  if (sent) mount(Sent, { target, props: { sent } });
  else mount(App, { target });
}

function localRead(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a page from a file may have no storage
  }
}
