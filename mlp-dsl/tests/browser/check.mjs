// Opens a report in headless Chromium: `node check.mjs report.html [folder for screenshots]`. Fails where the console
// reports anything, where the page asks for anything from elsewhere, or where pointing at one panel leaves another dark.
import { chromium } from "playwright-core";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [file, folder] = process.argv.slice(2);
if (!file) {
  console.error("usage: node check.mjs report.html [folder]");
  process.exit(2);
}
const page_url = pathToFileURL(resolve(file)).href;
const problems = [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

for (const [width, height, scheme] of [[1280, 900, "light"], [1280, 900, "dark"], [390, 844, "light"]]) {
  const where = `${width} px, ${scheme}`;
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  page.on("console", (message) => problems.push(`${where}: console: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${where}: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== page_url && !url.startsWith("data:")) problems.push(`${where}: asks for ${url}`);
  });
  await page.goto(page_url);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 0) problems.push(`${where}: the page is ${overflow} px too wide`);

  // What is lit in each panel, besides the one that is pointed at.
  const lit = () => page.evaluate(() =>
    Object.fromEntries([...document.querySelectorAll(".panel")].map((panel) => [panel.id, panel.querySelectorAll(".lit").length])));
  const starts = {
    source: "#source .computing",
    equations: "#equations .link",
    graph: "#graph .node.computed",
    rust: "#rust .block",
  };
  // An input stands in the source and the graph alone: the first place that computes something is wanted.
  await page.evaluate(() => {
    const computed = [...document.querySelectorAll("#equations .link")].map((row) => row.dataset.variable.split(" ")[0]);
    for (const place of document.querySelectorAll("#source .link:not(:has(.link))")) {
      const computes = place.dataset.variable.split(" ").some((variable) => computed.includes(variable));
      place.classList.toggle("computing", computes);
    }
  });
  for (const [panel, selector] of Object.entries(starts)) {
    const wanted = page.locator(selector).first();
    if (width > 600) await wanted.hover({ position: { x: 4, y: 4 }, force: true });
    else await wanted.click({ position: { x: 4, y: 4 }, force: true });
    const counts = await lit();
    for (const [other, count] of Object.entries(counts)) {
      if (count === 0) problems.push(`${where}: pointing at ${panel} leaves ${other} dark`);
    }
    if (panel === "equations" && folder) {
      mkdirSync(folder, { recursive: true });
      await page.waitForTimeout(600);
      await page.screenshot({ path: `${folder}/${width}-${scheme}.png`, fullPage: true });
    }
    if (width <= 600) await wanted.click({ position: { x: 4, y: 4 }, force: true });
  }
  await page.keyboard.press("Escape");
  await page.mouse.move(1, 1);
  const left = Object.values(await lit()).reduce((sum, count) => sum + count, 0);
  if (left > 0) problems.push(`${where}: ${left} elements stay lit`);
  await page.close();
}
await browser.close();
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "the report opens, links and fits" : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
