// Pictures of every view: node drive/shots.mjs ADDRESS FOLDER [light|dark] [width] [language]
import { open, settled } from "./browser.mjs";

const [address, folder, theme = "light", width = "1500", language = "en", only = ""] = process.argv.slice(2);
const { browser, page, seen } = await open({ viewport: { width: Number(width), height: 1000 }, colorScheme: theme });
await page.addInitScript((id) => localStorage.setItem("corridor-language", id), language);
await page.goto(address);
await settled(page);
await page.click("input[name=policy][value=both_roads]").catch(() => undefined);
await page.waitForTimeout(300);
await settled(page);
// the second answer, with more futures, is the one that is pictured
await page.waitForFunction(() => !document.querySelector(".answer")?.textContent?.includes("…"), null, { timeout: 60000 }).catch(() => undefined);
await page.waitForTimeout(500);
const name = (view) => `${folder}/screen-${view || "first"}${theme === "dark" ? "-dark" : ""}${Number(width) < 600 ? "-phone" : ""}${language === "en" ? "" : `-${language}`}.png`;
for (const view of only ? [""] : ["", "policies", "people", "sides", "evidence", "past", "case", "log"]) {
  await page.goto(`${address}#/${view}`);
  await page.waitForTimeout(400);
  if (["policies", "evidence"].includes(view)) await page.waitForSelector("main table", { timeout: 300000 });
  // a case without signs, or without sides, has no table there
  if (view === "past") {
    await page.waitForSelector("main section.wide", { timeout: 300000 });
    await page.waitForFunction(() => !document.querySelector("main section.wide p[aria-live]"), null, { timeout: 300000 });
  }
  if (view === "sides") await page.waitForSelector(".chances table", { timeout: 60000 }).catch(() => undefined);
  if (view === "case") await page.waitForSelector("main .plain button", { timeout: 300000 });
  if (["", "people"].includes(view)) { await settled(page); await page.waitForTimeout(600); }
  await page.screenshot({ path: name(view), fullPage: view === "" || view === "people" ? Number(width) < 600 || view === "" : false });
}
console.log(JSON.stringify(seen));
await browser.close();
