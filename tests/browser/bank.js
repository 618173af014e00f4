// A bank with papers in every state, by the real server and the real phones.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts it; `binaries` is the folder of what `cargo build` made, `ocr` the OCR package. */
export async function openBank(binaries, ocr) {
  const more = ocr ? ["--ocr", ocr] : [];
  const child = spawn(`${binaries}/bailing-test-console`, more, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("bailing-test-console has ended");
    return JSON.parse(value);
  };
  const told = await next();
  return {
    ...told,
    /** A phone sends a sample; the bundle's hash. */
    async send(merchant, file, kind) {
      child.stdin.write(`${merchant} ${file} ${kind}\n`);
      return (await next()).bundle;
    },
    close: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.stdin.end();
      }),
  };
}
