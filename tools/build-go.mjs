// Builds a part that is a Go module: its go.mod pins every version, its recipe.json names the package, the variables
// and, where it has some, the build tags.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isOlder } from "./versions.mjs";

const go = "go";

/** Nothing but the part's folder decides what is built: the module names the Go that it needs. */
export const goHost = () => "";

/** Builds the part in `folder` into the folder `into`. */
export function buildGo(part, folder, recipe, into) {
  requireGo(part, folder);
  const set = Object.entries(recipe.variables).map(([name, value]) => ` -X ${name}=${value}`);
  const built = spawnSync(
    go,
    [
      "build",
      ...["-mod=readonly", "-trimpath", "-buildvcs=false"],
      ...["-ldflags", `-s -w${set.join("")}`],
      ...(recipe.tags === undefined ? [] : ["-tags", recipe.tags]),
      ...["-o", join(into, recipe.binary), recipe.package],
    ],
    {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: recipe.cgo === true ? "1" : "0" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (built.status !== 0)
    throw new Error(`building ${recipe.builds} failed; what Go said stands above`);
}

/** Go runs within the part's module: where it may, it fetches the version that the module needs by itself. */
function requireGo(part, folder) {
  const needed = /^go (\S+)$/m.exec(readFileSync(join(folder, "go.mod"), "utf8"))[1];
  let found;
  try {
    found = /go(\d+\.\d+(?:\.\d+)?)/.exec(
      execFileSync(go, ["version"], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }),
    )[1];
  } catch (error) {
    if (error.code === "ENOENT") {
      throw new Error(`Go is not installed; \`${part}\` needs Go ${needed} or later`);
    }
    throw new Error(
      `Go is too old for \`${part}\`, which needs Go ${needed} or later: ${String(error.stderr).trim()}`,
    );
  }
  if (isOlder(found, needed)) {
    throw new Error(`Go ${found} is too old; \`${part}\` needs Go ${needed} or later`);
  }
}
