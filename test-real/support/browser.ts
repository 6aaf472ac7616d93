import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { launch, type Browser } from "puppeteer-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Starts the Chromium of the system; fails with the command to run when there is none. */
export async function startBrowser(): Promise<Browser> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const executablePath = names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => existsSync(file));
  if (executablePath === undefined) {
    throw new Error("no Chromium is installed; run `apt-get install chromium`");
  }
  return launch({
    executablePath,
    acceptInsecureCerts: true,
    // Chromium's sandbox refuses root, as which CI runs.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}
