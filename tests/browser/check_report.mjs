// Opens reports in headless Chromium, narrow and wide, light, dark and printed, and fails on whatever a reader would
// stumble over: overflow, errors, requests to anywhere, faults that axe-core finds.
//
//   node tests/browser/check_report.mjs [--shots DIR] REPORT.html…
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const words = process.argv.slice(2);
let shots = "";
const at = words.indexOf("--shots");
if (at >= 0) [, shots] = words.splice(at, 2);
if (words.length === 0) {
  console.error("usage: node tests/browser/check_report.mjs [--shots DIR] REPORT.html…");
  process.exit(2);
}
// The two packages lie where NODE_MODULES says, so that nothing is installed into the source tree.
const require = createRequire(join(resolve(process.env.NODE_MODULES ?? "node_modules"), "x.js"));
const load = async (name) => import(pathToFileURL(require.resolve(name)));
const puppeteer = (await load("puppeteer-core")).default;
const axe = require.resolve("axe-core/axe.min.js");
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!chromium) {
  console.error("no Chromium: install Debian's package `chromium`");
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const faults = [];
try {
  for (const file of words) await check(file);
} finally {
  await browser.close();
}
for (const fault of faults) console.error(fault);
console.log(`${words.length} reports, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);

async function check(file) {
  const address = pathToFileURL(resolve(file)).href;
  for (const width of [360, 1200]) {
    for (const look of ["light", "dark", "print"]) {
      const name = `${basename(file, ".html")}-${width}-${look}`;
      const fault = (text) => faults.push(`${name}: ${text}`);
      const page = await browser.newPage();
      // The page forbids itself to load anything; without that, whatever it asked for would be seen here.
      await page.setBypassCSP(true);
      page.on("console", (m) => ["error", "warn"].includes(m.type()) && fault(`console: ${m.text()}`));
      page.on("pageerror", (e) => fault(`error: ${e.message}`));
      page.on("request", (r) => r.url().split("#")[0] !== address && fault(`request: ${r.url()}`));
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: look === "dark" ? "dark" : "light" }]);
      if (look === "print") await page.emulateMediaType("print");
      await page.goto(address, { waitUntil: "load" });
      const [scroll, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      if (scroll > inner) fault(`content is ${scroll} px wide in a window of ${inner} px`);
      // Everything open: what is folded away must be sound too.
      if (look !== "print") await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      const [open] = await page.evaluate(() => [document.documentElement.scrollWidth]);
      if (open > inner) fault(`with everything open, content is ${open} px wide in a window of ${inner} px`);
      const order = await page.evaluate(() => [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1])));
      order.forEach((level, i) => i > 0 && level > order[i - 1] + 1 && fault(`heading ${i} skips from h${order[i - 1]} to h${level}`));
      if (order.filter((l) => l === 1).length !== 1) fault("there must be one h1");
      const narrow = await page.evaluate(() => [...document.querySelectorAll("h1,h2,h3,p,li,dt,dd,summary")].filter((e) => e.offsetWidth && e.scrollWidth > e.offsetWidth + 1).map((e) => e.textContent.slice(0, 40)));
      for (const text of narrow) fault(`text is cut: ${text}`);
      // Once narrow and light, once wide and dark: the slow part, and what it finds does not depend on the rest.
      if ((width === 360 && look === "light") || (width === 1200 && look === "dark")) {
        await page.addScriptTag({ content: readFileSync(axe, "utf8") });
        const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
        for (const v of found.violations) {
          const where = v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.any?.[0]?.message ?? ""}`).join("; ");
          fault(`axe ${v.id}: ${v.help} (${v.nodes.length}): ${where}`);
        }
      }
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = false)));
      if (shots) {
        if (look !== "print") await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
        else if (width === 1200) await page.pdf({ path: join(shots, `${name}.pdf`), format: "A4", printBackground: true });
      }
      await page.close();
    }
  }
}
