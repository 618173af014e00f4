// Somebody with a browser, whose every complaint is kept.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";

import AxeBuilder from "@axe-core/playwright";

const WIDTHS = [390, 1280];

export const COMBINATIONS = ["zh", "en"].flatMap((language) => ["light", "dark"].map((scheme) => ({ language, scheme })));

/** Visits one origin in a language and a colour scheme. */
export async function visit(browser, origin, { language = "zh", scheme = "light" } = {}) {
  const context = await browser.newContext({
    baseURL: origin,
    colorScheme: scheme,
    locale: language === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 900 },
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  const page = await context.newPage();
  // Builds and other tests may share the machine.
  page.setDefaultTimeout(120_000);
  const complaints = [];
  /** What a test brings about itself: statuses that are meant to be refusals. */
  const meant = new Set();
  const complain = (text) => complaints.push(text);
  page.on("console", (message) => {
    const status = /status of (\d+)/.exec(message.text())?.[1];
    if (message.type() === "error" && !meant.has(Number(status))) complain(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complain(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`)) complain(`elsewhere: ${url}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // A page that is left ends what it was still asking for.
    if (reason !== "net::ERR_ABORTED") complain(`failed: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !meant.has(status)) complain(`${status}: ${response.url()}`);
  });
  return {
    page,
    context,
    language,
    scheme,
    expectRefusals: (...statuses) => statuses.forEach((status) => meant.add(status)),
    /** Nothing went wrong so far. */
    isContent: () => assert.deepEqual(complaints, []),
    leave: async () => {
      await context.close();
      assert.deepEqual(complaints, []);
    },
  };
}

/** Looks at the page as it is, at every width: all is there, nothing is wider than the screen, axe has no serious objection. */
export async function inspect({ page, language, scheme }, name, folder) {
  assert.equal(await page.locator("html").getAttribute("lang"), language === "zh" ? "zh-CN" : "en");
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await page.evaluate(async () => {
      for (const image of document.images) {
        image.loading = "eager";
        await image.decode();
      }
      scrollTo(0, 0);
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} px too wide at ${width}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const faults = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const told = faults.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join("\n  ")}`);
    assert.deepEqual(told, [], `${name} ${language} ${scheme} ${width}`);
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: `${folder}/${name}-${language}-${scheme}-${width}.png`, fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
