import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** Files that git tracks, or would, by their paths from the root of the repository. */
export function tracked(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  return listed
    .toString("utf8")
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));
}
