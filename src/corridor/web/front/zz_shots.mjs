import { open, settled } from "./drive/browser.mjs";
const [address, prefix, w, h, theme, views = ",policies,people,sides,evidence,past,case,log", lang="en", policy="1"] = process.argv.slice(2);
const { browser, page, seen } = await open({ viewport: { width: +w, height: +h }, colorScheme: theme });
await page.addInitScript((id) => localStorage.setItem("corridor-language", id), lang);
const t0 = Date.now();
await page.goto(address); await settled(page); await page.waitForSelector(".fan canvas");
console.log("first", Date.now() - t0);
if (policy) { await page.locator("input[name=policy]").nth(+policy).check(); await page.waitForTimeout(200); await settled(page); }
console.log("lever", Date.now() - t0, await page.locator(".answer").getAttribute("data-took"));
for (const v of views.split(",")) {
  await page.goto(`${address}#/${v}`); await page.waitForTimeout(300);
  try {
  if (["policies", "evidence", "past"].includes(v)) await page.waitForSelector("main table", { timeout: 120000 });
  if (v === "sides") await page.waitForSelector(".chances table", { timeout: 60000 });
  if (v === "case") await page.waitForSelector("main .plain button", { timeout: 60000 });
  if (["", "people"].includes(v)) { await settled(page); await page.waitForTimeout(600); }
  } catch (e) { console.log(v, String(e).slice(0, 100)); }
  await page.screenshot({ path: `${prefix}-${v || "first"}-${w}-${theme}.png`, fullPage: true });
}
console.log(JSON.stringify(seen)); await browser.close();
