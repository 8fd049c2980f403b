// The whole screen driven as a person would: node drive/whole.mjs ADDRESS [SENT.html]
// Prints one line of JSON: what was measured and what is wrong ("wrong" is empty where all is well).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open, settled } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [address, sent, short] = process.argv.slice(2);
const VIEWS = ["", "policies", "people", "sides", "evidence", "past", "case", "log"];
const wrong = [];
const measured = {};

async function axe(page, where) {
  // as a script of the tester, past the page's own policy
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const one of found.violations) wrong.push(`${where}: axe ${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 140)} ${one.nodes[0].failureSummary?.slice(0, 200)}`);
}
function quiet(seen, where) {
  for (const url of seen.outside) wrong.push(`${where}: asked ${url}`);
  for (const text of seen.errors) wrong.push(`${where}: console: ${text}`);
}
async function wide(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 1) wrong.push(`${where}: ${over} px wider than the window`);
  const cut = await page.evaluate(() => [...document.querySelectorAll("table.stack")].filter((one) => one.closest(".scroll").scrollWidth > one.closest(".scroll").clientWidth + 1).map((one) => one.caption?.textContent ?? ""));
  for (const name of cut) wrong.push(`${where}: the table "${name}" is cut off`);
}
async function view(page, name) {
  await page.goto(`${address}#/${name}`);
  if (["policies", "evidence", "past"].includes(name)) await page.waitForSelector("main section.wide", { timeout: 120000 });
  if (["policies", "evidence"].includes(name)) await page.waitForSelector("main table", { timeout: 120000 });
  if (name === "case") await page.waitForSelector("main .plain button", { timeout: 120000 });
  if (!["case", "log"].includes(name)) await settled(page);
  await page.waitForTimeout(400);
}

const themes = short ? [["light", "en"]] : [["light", "en"], ["dark", "en"], ["light", "ar"]];
for (const [theme, language] of themes) {
  const { browser, page, seen } = await open({ colorScheme: theme, reducedMotion: "reduce", bypassCSP: false });
  await page.addInitScript((id) => localStorage.setItem("corridor-language", id), language);
  const began = Date.now();
  await page.goto(address);
  await settled(page);
  await page.waitForSelector(".fan canvas");
  measured[`first screen, ${theme} ${language}, s`] = (Date.now() - began) / 1000;
  await page.locator("input[name=policy]").nth(1).check();
  await settled(page);
  for (const name of short ? [""] : VIEWS) {
    await view(page, name);
    await axe(page, `${name || "first"}, ${theme}, ${language}`);
  }
  quiet(seen, `${theme}, ${language}`);
  await browser.close();
}

// 390 px
{
  const { browser, page, seen } = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
  await page.goto(address);
  await settled(page);
  for (const name of short ? [""] : VIEWS) {
    await view(page, name);
    await wide(page, `${name || "first"}, 390 px`);
  }
  quiet(seen, "390 px");
  await browser.close();
}

// every figure leaves the page as a file that says what was changed
{
  const { browser, page, seen } = await open();
  await page.goto(address);
  await settled(page);
  await page.locator("input[name=policy]").nth(1).check();
  await page.waitForFunction(() => document.querySelectorAll(".answer .chip").length > 0, null, { timeout: 300000 });
  const chip = await page.locator(".answer .chip bdi").first().innerText();
  const written = await page.locator(".answer .chip bdi").first().getAttribute("title");
  const saved = async (button, where) => {
    const [file] = await Promise.all([page.waitForEvent("download", { timeout: 60000 }), button.click()]);
    const text = readFileSync(await file.path(), "utf8");
    if (!text.includes(file.suggestedFilename().endsWith(".svg") ? chip : written)) wrong.push(`${where}: ${file.suggestedFilename()} does not say "${chip}"`);
    if (file.suggestedFilename().endsWith(".svg")) {
      const bad = await page.evaluate((xml) => new DOMParser().parseFromString(xml, "image/svg+xml").querySelector("parsererror")?.textContent ?? "", text);
      if (bad || text.includes("NaN")) wrong.push(`${where}: ${file.suggestedFilename()} is no picture: ${bad}`);
    }
    return text;
  };
  for (const name of short ? [""] : ["", "policies", "past"]) {
    await view(page, name);
    if (name === "past") await page.waitForSelector("figure svg", { timeout: 120000 });
    const buttons = page.getByRole("button", { name: /SVG/ });
    const count = await buttons.count();
    if (count < (name === "" ? 3 : 1)) wrong.push(`${name || "first"}: ${count} figures can be saved as SVG`);
    for (let i = 0; i < count; i++) await saved(buttons.nth(i), name || "first");
    if (name === "") {
      const found = JSON.parse(await saved(page.getByRole("button", { name: "GeoJSON" }), "map"));
      if (found.type !== "FeatureCollection" || !found.features.some((one) => one.geometry.type === "LineString")) wrong.push("the map as GeoJSON has no links");
      const rows = (await saved(page.locator(".fan").first().getByRole("button", { name: "CSV" }), "first")).trim().split("\n");
      if (rows.length < 10) wrong.push("the table of a fan is short");
    }
  }
  // A beside B: the pinned position stays in figures and table while another is chosen
  await view(page, "");
  await page.locator(".bar button").nth(2).click();
  await page.locator("input[name=policy]").nth(0).check();
  await page.waitForFunction(() => document.querySelectorAll(".answer .chip").length === 0, null, { timeout: 300000 });
  if (!(await page.locator("td[data-label]").filter({ hasText: /./ }).count()) || !(await page.locator(".fan .k.pin").count())) wrong.push("A is not beside B");
  await page.locator(".bar button").nth(2).click();
  if (await page.locator(".fan .k.pin").count()) wrong.push("A cannot be unpinned");
  quiet(seen, "figures as files");
  await browser.close();
}

// a pointer over a figure tells of that day, and does not hold up the page where it rests while figures are made anew
{
  const { browser, page, seen } = await open();
  await page.goto(address);
  await settled(page);
  const said = page.locator(".fan .last").first();
  const before = await said.innerText();
  const box = await page.locator(".fan canvas").first().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.move(box.x + box.width / 2.1, box.y + box.height / 2);
  if ((await said.innerText()) === before) wrong.push("a figure does not tell of the day under the pointer");
  const answers = (name) => Promise.race([view(page, name).then(() => true), new Promise((end) => setTimeout(() => end(false), 60000))]);
  // it rests where a figure will be made, beside its axis and in it
  await view(page, "people");
  const figure = page.locator(".fan [role=img]").first();
  await figure.locator("canvas").waitFor();
  const there = await figure.boundingBox();
  for (const [name, x, y] of [["policies", 12, 60], ["people", 12, 60], ["policies", 300, 90], ["people", 300, 90], ["", 300, 90]]) {
    await page.mouse.move(there.x + x, there.y + y);
    if (!(await answers(name))) wrong.push(`${name || "first"}: the page hangs under a resting pointer`);
  }
  quiet(seen, "pointer");
  await browser.close();
}

// by keyboard alone: reach the policies, choose one, undo, redo, pin, another view, back
{
  const { browser, page, seen } = await open();
  await page.goto(address);
  await settled(page);
  const reach = async (test, most = 90) => {
    for (let i = 0; i < most; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(test)) return true;
    }
    wrong.push(`keyboard: never reached ${test}`);
    return false;
  };
  // a new tab goes on where the last one stood: begin with the case as it stands
  const reset = page.locator(".bar button").nth(3);
  if (await reset.isEnabled()) {
    await reset.click();
    await page.waitForFunction(() => document.querySelectorAll(".answer .chip").length === 0, null, { timeout: 300000 });
  }
  const changed = () => page.locator(".answer .chip").count();
  await reach("document.activeElement.name === 'policy'");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelectorAll(".answer .chip").length === 1, null, { timeout: 300000 }).catch(() => wrong.push("keyboard: an arrow chose no policy"));
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelectorAll(".answer .chip").length === 0, null, { timeout: 300000 }).catch(() => wrong.push("keyboard: Ctrl+Z took nothing back"));
  await page.keyboard.press("Control+y");
  await page.waitForFunction(() => document.querySelectorAll(".answer .chip").length === 1, null, { timeout: 300000 }).catch(() => wrong.push("keyboard: Ctrl+Y brought nothing"));
  measured["chips after undo and redo"] = await changed();
  await page.evaluate(() => document.activeElement.blur());
  await reach("document.activeElement.textContent.includes('Pin')");
  await page.keyboard.press("Enter");
  await reach("document.activeElement.getAttribute('href') === '#/policies'");
  await page.keyboard.press("Enter");
  await page.waitForSelector("table.bars", { timeout: 120000 });
  await page.goBack();
  await settled(page);
  if (!(await page.locator(".fan canvas").count())) wrong.push("the back button does not lead back");
  // reload: levers, log and undo are where they were
  await page.waitForTimeout(500);
  await page.reload();
  await settled(page);
  if ((await changed()) !== 1) wrong.push("a reload lost the levers");
  if (await page.locator(".bar button").first().isDisabled()) wrong.push("a reload lost what can be undone");
  quiet(seen, "keyboard");
  await browser.close();
}

// stocks of an invented town: a new case, a paste, the town by its own name, and when its bread runs out
if (!short) {
  const { browser, page, seen } = await open();
  await view(page, "case");
  await page.getByPlaceholder("Mill town, winter 2026").fill("Mill town");
  if ((await page.getByPlaceholder("my-town").inputValue()) !== "mill-town") wrong.push("a title gives no short name");
  await page.locator("form .main").click();
  await page.waitForSelector("table.sheet");
  const paste = "Place\tCommodity\ttonnes\r\nMillford\tflour\t60\r\nMillford\tpetrol\t9\r\n";
  await page.locator("[data-cell='1-0']").evaluate((cell, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, paste);
  const stranger = page.locator(".stranger");
  await stranger.waitFor();
  await axe(page, "a place that is not there");
  await stranger.getByRole("button").first().click();
  await stranger.waitFor({ state: "detached" });
  const places = page.locator("details").filter({ has: page.locator("input[maxlength='80']") });
  await places.locator("summary").click();
  await places.locator("select").selectOption("hilltown");
  await places.getByRole("button").last().click();
  await page.waitForFunction(() => !document.querySelector("details select option[value=hilltown]"));
  const play = page.locator(".head .main");
  if (await play.isDisabled()) wrong.push(`an invented town: ${await page.locator(".problems").innerText()}`);
  else {
    await play.click();
    await page.waitForFunction(() => document.querySelector(".map text.label") && [...document.querySelectorAll(".map text.label")].some((one) => one.textContent === "Millford"), null, { timeout: 300000 });
    await settled(page);
    if ((await page.locator("h1").innerText()) !== "Mill town") wrong.push("an invented town is not called by its title");
    if (!/\d/.test(await page.locator(".holdout").innerText())) wrong.push("an invented town: no day on which food runs out");
  }
  quiet(seen, "an invented town");
  await browser.close();
}

if (sent) {
  const { browser, page, seen } = await open({ viewport: { width: 1300, height: 900 } });
  const asked = [];
  page.on("request", (request) => { if (!request.url().startsWith("blob:") && !request.url().startsWith("data:")) asked.push(request.url()); });
  await page.goto(`file://${sent}`);
  await page.waitForSelector(".fan canvas");
  const before = await page.locator(".answer").innerText();
  await page.locator("input[name=policy]").nth(2).check();
  await page.waitForTimeout(300);
  const after = await page.locator(".answer").innerText();
  if (before === after) wrong.push("the sent page does not move");
  if (asked.length !== 1) wrong.push(`the sent page asked for ${asked.slice(1).join(", ")}`);
  await axe(page, "sent page");
  await page.setViewportSize({ width: 390, height: 844 });
  await wide(page, "sent page, 390 px");
  quiet(seen, "sent page");
  await browser.close();
}
console.log(JSON.stringify({ measured, wrong }));
