// Builds a part that is a folder of Java archives: its pom.xml names them, its jars.sha256 pins each by hash.
import { createHash } from "node:crypto";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isOlder } from "./versions.mjs";

/** Only the part's folder decides what is built: archives run on any later Java. */
export const javaHost = () => "";

/** Has Maven fetch the archives of the part in `folder` into the folder `into`. */
export function buildJava(part, folder, recipe, into) {
  requireJava(part, recipe);
  const archives = join(into, recipe.binary);
  const fetched = spawnSync(
    "mvn",
    [
      ...[
        "--batch-mode",
        "--quiet",
        "--strict-checksums",
        "-Dstyle.color=never",
        "--file",
        join(folder, "pom.xml"),
      ],
      ...["dependency:copy-dependencies", "-DincludeScope=runtime"],
      `-DoutputDirectory=${archives}`,
    ],
    { cwd: into, stdio: ["ignore", "inherit", "inherit"] },
  );
  if (fetched.error?.code === "ENOENT") {
    throw new Error(`Maven is not installed; \`${part}\` needs it`);
  }
  if (fetched.status !== 0) {
    throw new Error(`fetching ${recipe.builds} failed; what Maven said stands above`);
  }
  requirePinned(part, join(folder, "jars.sha256"), archives);
}

/** What is fetched has to be what is pinned, no archive more and none less. */
function requirePinned(part, list, archives) {
  const found = readdirSync(archives)
    .sort()
    .map((name) => `${sha256(join(archives, name))}  ${name}`);
  const pinned = readFileSync(list, "utf8").trimEnd().split("\n");
  const different = [
    ...found.filter((line) => !pinned.includes(line)),
    ...pinned.filter((line) => !found.includes(line)),
  ];
  if (different.length === 0) return;
  throw new Error(
    `\`${part}\` is not made of the archives that its jars.sha256 pins: ${different.join(", ")}`,
  );
}

function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function requireJava(part, { java }) {
  let found;
  try {
    found = /(\d+(?:\.\d+)*)/.exec(
      execFileSync("javac", ["-version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    )[1];
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`a JDK is not installed; \`${part}\` needs Java ${java} or later`);
  }
  if (isOlder(found, java)) {
    throw new Error(`Java ${found} is too old; \`${part}\` needs Java ${java} or later`);
  }
}
