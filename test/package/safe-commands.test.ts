import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/**
 * Commands that fetch and run whatever package of the registry has the name that follows.
 *
 * `npx --no-install` runs what the project has installed, and nothing else; so does a script of its package.json.
 */
const fetches =
  /\bnpx (?!--no-install )[\w@-]|\bnpm (?:x|exec) (?!--no )|\b(?:pnpm|yarn) dlx\b|\bbunx\b|\bnpm (?:create|init) [\w@]/g;

/** What a text has of such commands. */
function unsafeIn(text: string): readonly string[] {
  return [...text.matchAll(fetches)].map((match) => text.slice(match.index, match.index + 30));
}

describe("commands that pages, messages and templates show", () => {
  it("fetch no package of another by the name of our command", () => {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
    const files = listed.toString("utf8").split("\n");
    const shown = files.filter(
      (file) =>
        /\.(?:md|ts|mjs|cjs|js|json|ya?ml)$|^\.ci\//.test(file) &&
        !/(?:^|\/)package-lock\.json$|^test\/|^tools\//.test(file) &&
        existsSync(file),
    );
    assert.ok(shown.length > 500);
    const unsafe = shown.flatMap((file) =>
      unsafeIn(readFileSync(file, "utf8")).map((command) => `${file}: ${command}`),
    );
    assert.deepEqual(unsafe, []);
  });

  it("are recognised: a command that only runs what is installed passes", () => {
    const safe = ["npx --no-install agentid check .", "npm exec --no -- agentid", "npm run check"];
    const unsafe = ["npx agentid check .", "npm exec agentid", "pnpm dlx agentid", "yarn dlx x"];
    assert.deepEqual(safe.flatMap(unsafeIn), []);
    assert.deepEqual(unsafe.flatMap(unsafeIn), unsafe);
  });
});
