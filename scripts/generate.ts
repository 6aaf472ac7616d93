import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatted } from "./formatted";
import { generated } from "./generated";

const root = join(__dirname, "..");

async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  const stale: string[] = [];
  for (const { path, content } of await generated(root)) {
    const file = join(root, path);
    const wanted = await formatted(file, content);
    if (existsSync(file) && readFileSync(file, "utf8") === wanted) continue;
    stale.push(path);
    if (!check) writeFileSync(file, wanted);
  }
  for (const path of stale) console.log(`${check ? "stale" : "written"}: ${path}`);
  if (check && stale.length > 0) {
    console.log("run `npm run generate` and commit what it writes");
    process.exitCode = 1;
  }
}

void main();
