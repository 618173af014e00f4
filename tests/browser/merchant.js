// The merchant's page, as the host app shows it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { COMBINATIONS, inspect, visit } from "./visitor.js";

async function open({ page, language }, token) {
  await page.goto(`/merchant?lang=${language}#token=${token}`);
  await page.locator("#quota .figure").waitFor();
  await page.locator("#uploads .body:not([aria-busy])").waitFor();
}

const yuan = async (page) => Number((await page.locator("#quota .figure").innerText()).replace(/[^0-9]/g, ""));

// Waits until the quota is so low: the figure comes by a request of its own.
const falls = (page, to) =>
  page.waitForFunction((to) => {
    const figure = document.querySelector("#quota .figure")?.innerText.replace(/[^0-9]/g, "");
    return Boolean(figure) && Number(figure) <= to;
  }, to);

export function testMerchant(world) {
  test("the page in both languages and both colour schemes", async () => {
    const { bank, browser, screenshots } = world;
    for (const combination of COMBINATIONS) {
      const visitor = await visit(browser, bank.public, combination);
      const { page } = visitor;
      await open(visitor, bank.tokens.haulier);
      assert.equal(new URL(page.url()).hash, "", "the token is gone from the address");
      assert.ok((await page.locator(".steps li").count()) > 2, "every reason is a step");
      assert.ok((await page.locator(".tasks li").count()) > 0, "there are tasks");
      assert.ok((await page.locator(".sent li").count()) > 0, "there are uploads");
      await inspect(visitor, "merchant", screenshots);
      // The token outlives a change of language.
      await page.locator(".language").click();
      await page.locator("#quota .figure").waitFor();
      await visitor.leave();
    }
  });

  test("without a token nothing is asked for", async () => {
    const { bank, browser, screenshots } = world;
    const visitor = await visit(browser, bank.public, { language: "en" });
    const { page } = visitor;
    await page.goto("/merchant?lang=en");
    await page.getByText("Please open this page from the app again.").waitFor();
    await inspect(visitor, "merchant-unknown", screenshots);
    visitor.expectRefusals(401);
    await page.goto("/merchant?lang=en#token=nonsense");
    await page.getByText("token_invalid").waitFor();
    await visitor.leave();
  });

  test("the assistant answers, and what is said stays text", async () => {
    const { bank, browser, screenshots } = world;
    const visitor = await visit(browser, bank.public);
    const { page } = visitor;
    await open(visitor, bank.tokens.haulier);
    const theirs = page.locator(".said .theirs");
    await page.getByLabel("对小助手说").fill("怎么才能提额 <b onclick=alert(1)>");
    await page.keyboard.press("Enter");
    await theirs.nth(1).waitFor();
    assert.match(await theirs.nth(1).innerText(), /元/);
    assert.equal(await page.locator(".said .mine").innerText(), "怎么才能提额 <b onclick=alert(1)>");
    await page.locator(".offers button").first().click();
    await theirs.nth(2).waitFor();
    await inspect(visitor, "merchant-chat", screenshots);
    await visitor.leave();
  });

  test("an upload shows up and is told when it is decided", async () => {
    const { bank, browser } = world;
    const visitor = await visit(browser, bank.public);
    const { page } = visitor;
    await open(visitor, bank.tokens.shopkeeper);
    const rows = page.locator(".sent li");
    const before = await rows.count();
    await bank.send("shopkeeper", "fault-contract-blurred.jpg", "sales_contract");
    await page.waitForFunction((count) => document.querySelectorAll(".sent li").length > count, before);
    await page.locator(".sent li").first().locator(".chip.retake").waitFor();
    await visitor.leave();
  });

  test("own data: exported, consented, withdrawn one by one and as a whole", async () => {
    const { bank, browser, screenshots } = world;
    const visitor = await visit(browser, bank.public, { language: "en" });
    const { page } = visitor;
    await open(visitor, bank.tokens.shopkeeper);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export all (ZIP)" }).click();
    const file = await (await download).path();
    assert.equal(readFileSync(file).subarray(0, 2).toString(), "PK");
    // Consents.
    await page.getByRole("button", { name: "Agree", exact: true }).first().click();
    await page.getByText("Agreed until").first().waitFor();
    await page.getByRole("button", { name: "Take back" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.getByText("Agreed until").first().waitFor({ state: "detached" });
    // One item: first thought better of, then withdrawn.
    const items = page.locator(".items li");
    const [count, quota] = [await items.count(), await yuan(page)];
    const first = page.locator(".items li:has(.chip.accepted) button").first();
    await first.click();
    await inspect(visitor, "merchant-confirm", screenshots);
    await page.keyboard.press("Escape");
    assert.equal(await items.count(), count);
    await first.click();
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.waitForFunction((count) => document.querySelectorAll(".items li").length < count, count);
    assert.match(await page.locator("#done").innerText(), /1 erased/);
    // What it proved no longer counts.
    await falls(page, quota - 1);
    await page.getByRole("button", { name: "Withdraw everything" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Yes" }).click();
    await page.getByText("Nothing is kept.").waitFor();
    await falls(page, 50_000);
    assert.equal(await yuan(page), 50_000);
    await page.getByText("Nothing was sent yet.").waitFor();
    await inspect(visitor, "merchant-empty", screenshots);
    await visitor.leave();
  });
}
