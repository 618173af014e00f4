// The console and the merchant's page, in headless Chromium over the real server.
//
//   node --test tests/browser/all.test.js       after `cargo build --release --workspace` and `npm ci` here
//
// BAILING_BINARIES names the folder of the binaries, BAILING_OCR that of the OCR package, CHROMIUM the browser,
// BAILING_SCREENSHOTS where pictures of every page are left to be looked at.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { openBank } from "./bank.js";
import { testMerchant } from "./merchant.js";
import { testStaff } from "./staff.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { BAILING_BINARIES, BAILING_OCR, BAILING_SCREENSHOTS, CHROMIUM } = process.env;
const world = { screenshots: BAILING_SCREENSHOTS };

before(
  async () => {
    const ocr = BAILING_OCR ?? `${root}/models/ocr`;
    world.bank = await openBank(BAILING_BINARIES ?? `${root}/target/release`, existsSync(ocr) && ocr);
    const executablePath = CHROMIUM ?? "/usr/bin/chromium";
    // The sandbox takes what a container does not give; every page is this project's own.
    world.browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  },
  { timeout: 1_200_000 },
);

after(async () => {
  await world.browser?.close();
  await world.bank?.close();
});

testStaff(world);
testMerchant(world);
