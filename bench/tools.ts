import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..");

/** Paths of built tools by their names, or undefined where one of them is not built. */
export function toolPaths<Part extends string>(
  ...parts: readonly Part[]
): Readonly<Record<Part, string>> | undefined {
  try {
    const printed = execFileSync(
      process.execPath,
      [join(root, "tools/build.mjs"), "--paths", ...parts],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    return JSON.parse(printed) as Record<Part, string>;
  } catch {
    return undefined;
  }
}
