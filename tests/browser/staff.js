// The bank's pages.

import assert from "node:assert/strict";
import { test } from "node:test";

import { COMBINATIONS, inspect, visit } from "./visitor.js";

async function logIn({ page }, token) {
  await page.goto("/login");
  await page.locator("#token").fill(token);
  await page.locator("main button").click();
}

export function testStaff(world) {
  test("nobody sees a page without a token that counts", async () => {
    const { bank, browser } = world;
    const visitor = await visit(browser, bank.operator);
    const { page } = visitor;
    visitor.expectRefusals(401, 403);
    const bundle = `/bundles/${bank.waiting[0]}`;
    for (const path of ["/", "/reviews", bundle, `${bundle}/0`, `${bundle}/0/moire`, "/merchants/haulier", "/find?q=haulier"]) {
      assert.equal((await page.goto(path)).status(), 401, path);
    }
    const form = { headers: { origin: bank.operator }, form: { ruling: "accepted" }, maxRedirects: 0 };
    assert.equal((await page.request.post(`${bundle}/decision`, form)).status(), 401);
    for (const [token, status] of [["no token", 401], [bank.tokens.expired, 401], [bank.tokens.haulier, 401]]) {
      await logIn(visitor, token);
      await page.getByRole("alert").waitFor();
      assert.equal((await page.goto("/")).status(), status);
      assert.deepEqual(await visitor.context.cookies(), []);
    }
    await logIn(visitor, bank.tokens.nobody);
    assert.equal((await page.goto("/")).status(), 403);
    // A role that may count, and not see papers.
    for (const role of ["operator", "auditor"]) {
      await logIn(visitor, bank.tokens[role]);
      assert.equal((await page.goto("/")).status(), 200);
      assert.equal(await page.getByRole("link", { name: "haulier" }).count(), 0);
      for (const path of ["/reviews", bundle, `${bundle}/0`, `${bundle}/0/whole`, "/merchants/haulier"]) {
        assert.equal((await page.goto(path)).status(), 403, `${role} ${path}`);
      }
      assert.equal((await page.goto("/log")).status(), role === "auditor" ? 200 : 403, role);
    }
    await visitor.leave();
  });

  test("the login keeps the token no longer than it lives, and out of reach", async () => {
    const { bank, browser } = world;
    const visitor = await visit(browser, bank.operator);
    visitor.expectRefusals(401);
    await logIn(visitor, bank.tokens.short);
    await visitor.page.getByRole("heading", { level: 1, name: "总览" }).waitFor();
    const [cookie] = (await visitor.context.cookies()).filter(({ name }) => name === "bailing_staff");
    assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "Strict" && cookie.path === "/", JSON.stringify(cookie));
    assert.ok(cookie.expires - Date.now() / 1000 <= 300, "the token lives for five minutes");
    assert.equal(await visitor.page.evaluate(() => document.cookie), "");
    await visitor.page.getByRole("button", { name: "退出" }).click();
    await visitor.page.locator("#token").waitFor();
    assert.equal((await visitor.page.goto("/")).status(), 401);
    await visitor.leave();
  });

  test("an auditor reads the log, page by page", async () => {
    const { bank, browser, screenshots } = world;
    for (const combination of COMBINATIONS) {
      const visitor = await visit(browser, bank.operator, combination);
      const { page } = visitor;
      await page.goto(`/login?lang=${combination.language}`);
      await logIn(visitor, bank.tokens.auditor);
      await page.locator('nav a[href="/log"]').click();
      await inspect(visitor, "log", screenshots);
      const numbers = async () => (await page.locator("tbody td.number").allInnerTexts()).map(Number);
      let rows = await numbers();
      const newest = await page.locator("main p code.mono").innerText();
      assert.ok(newest.startsWith(`${rows[0]}:`) && /:[0-9a-f]{64}$/.test(newest), newest);
      const seen = [];
      for (;;) {
        seen.push(...rows);
        const next = page.locator('a[rel="next"]');
        if ((await next.count()) === 0) break;
        await next.click();
        rows = await numbers();
      }
      assert.deepEqual(seen, [...seen.keys()].map((at) => seen.length - at), "every row, the newest first");
      await visitor.leave();
    }
  });

  test("every page in both languages and both colour schemes", async () => {
    const { bank, browser, screenshots } = world;
    const pages = {
      overview: "/",
      reviews: "/reviews",
      "bundle-permit": `/bundles/${bank.bundles["haulier-road-transport-permit.jpg"]}`,
      "bundle-contract": `/bundles/${bank.bundles["haulier-haulage-contract.jpg"]}`,
      "bundle-glare": `/bundles/${bank.bundles["fault-invoice-glare.jpg"]}`,
      "bundle-screen": `/bundles/${bank.bundles["fault-licence-on-screen.jpg"]}`,
      "bundle-waiting": `/bundles/${bank.waiting[0]}`,
      "merchant-of-staff": "/merchants/haulier",
    };
    for (const combination of COMBINATIONS) {
      const visitor = await visit(browser, bank.operator, combination);
      const { page } = visitor;
      await page.goto(`/login?lang=${combination.language}`);
      await inspect(visitor, "login", screenshots);
      await logIn(visitor, bank.tokens.reviewer);
      for (const [name, path] of Object.entries(pages)) {
        const response = await page.goto(path);
        const policy = response.headers()["content-security-policy"];
        assert.ok(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"), policy);
        const html = await response.text();
        assert.ok(!/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=/i.test(html), `${name} has something inline`);
        await inspect(visitor, name, screenshots);
      }
      visitor.expectRefusals(404);
      await page.goto("/nowhere");
      await inspect(visitor, "nowhere", screenshots);
      await visitor.leave();
    }
  });

  test("a reviewer finds a bundle, looks, decides with a note, and the log tells", async () => {
    const { bank, browser } = world;
    const visitor = await visit(browser, bank.operator, { language: "en" });
    const { page } = visitor;
    await logIn(visitor, bank.tokens.reviewer);
    await page.getByRole("link", { name: "Reviews" }).click();
    const waiting = page.locator(".queue > li");
    assert.ok((await waiting.count()) >= 2, "two wait");
    const before = await waiting.count();
    await page.locator(`a[href="/bundles/${bank.waiting[0]}"]`).first().click();
    await page.getByRole("heading", { name: "Decide" }).waitFor();
    // By the keyboard: past the navigation, and a layer off and on again.
    const polygons = page.locator(".overlaid .page polygon").first();
    assert.ok(await polygons.isVisible());
    await page.locator('[name="page"]').first().focus();
    await page.keyboard.press("Space");
    assert.ok(!(await polygons.isVisible()), "the page's outline is hidden");
    await page.keyboard.press("Space");
    assert.ok(await polygons.isVisible());
    const note = 'asked the merchant <img src="x" onerror="alert(1)">\nand the buyer';
    await page.getByLabel("Note").fill(note);
    await page.getByRole("button", { name: /^Accept/ }).click();
    await page.getByText("staff:li").first().waitFor();
    assert.equal(await page.locator("blockquote").innerText(), note);
    assert.equal(await page.getByRole("heading", { name: "Decide" }).count(), 0);
    assert.equal(await page.locator("main > header .chip").innerText(), "Accepted");
    const trail = page.getByRole("region", { name: "Audit trail" }).last();
    assert.match(await trail.innerText(), /bundle\.received[^]*bundle\.decided[^]*bundle\.reviewed/);
    // Twice is too late.
    visitor.expectRefusals(409);
    const again = { headers: { origin: bank.operator }, form: { ruling: "forged" } };
    assert.equal((await page.request.post(`/bundles/${bank.waiting[0]}/decision`, again)).status(), 409);
    await page.goto("/reviews");
    assert.equal(await waiting.count(), before - 1);
    await page.getByRole("searchbox").fill("shopkeeper");
    await page.keyboard.press("Enter");
    await page.getByText("云溪市百味食品商行有限公司").first().waitFor();
    await page.getByRole("searchbox").fill(bank.waiting[1]);
    await page.keyboard.press("Enter");
    await page.getByText(bank.waiting[1]).first().waitFor();
    await visitor.leave();
  });

  test("the evidence of a screen and of a lamp is drawn", async () => {
    const { bank, browser } = world;
    const visitor = await visit(browser, bank.operator, { language: "en" });
    const { page } = visitor;
    await logIn(visitor, bank.tokens.reviewer);
    const address = (file) => `/bundles/${bank.bundles[file]}`;
    await page.goto(address("fault-licence-on-screen.jpg"));
    const sheet = await page.request.get(`${address("fault-licence-on-screen.jpg")}/0/moire`);
    assert.equal(sheet.headers()["content-type"], "image/png");
    assert.ok((await page.locator(".tiles figure").count()) >= 1);
    assert.equal(await page.locator(".tiles figure").first().locator(".peak").count(), 2);
    const glare = await page.request.get(`${address("fault-invoice-glare.jpg")}/0/glare`);
    assert.equal(glare.headers()["content-type"], "image/svg+xml");
    assert.match(await glare.text(), /<path d="M\d+ \d+L/);
    await visitor.leave();
  });
}
