// What every drive of the browser shares: Debian's Chromium, and a watch over requests and the console.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function haveChromium() {
  return existsSync(CHROMIUM);
}

export async function open(options = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1500, height: 1050 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const seen = { outside: [], errors: [] };
  page.on("request", (request) => {
    const url = new URL(request.url());
    const here = ["data:", "blob:", "file:"].includes(url.protocol) || ["127.0.0.1", "localhost"].includes(url.hostname);
    if (!here) seen.outside.push(request.url());
  });
  page.on("console", (message) => { if (message.type() === "error") seen.errors.push(message.text()); });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  return { browser, context, page, seen };
}

/** Wait until the newest question is answered. */
export async function settled(page) {
  await page.waitForSelector(".answer:not(.waiting)", { timeout: 300000 });
}
