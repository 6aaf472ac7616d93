import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The packages that a program in a folder finds by name, each with its version; the nearest where there are several. */
export function packagesByName(nodeModules: readonly string[]): Readonly<Record<string, string>> {
  const all = nodeModules.filter((folder) => existsSync(folder));
  return Object.fromEntries(
    all.flatMap((folder) => namesIn(folder).map((name) => [name, versionOf(join(folder, name))])),
  );
}

/** What the packages of a project take on disk, and how many they are. */
export interface Weight {
  readonly bytes: number;
  readonly count: number;
}

/** Weighs what npm has installed. */
export function weightOf(nodeModules: string): Weight {
  const entries = readdirSync(nodeModules, { recursive: true, withFileTypes: true });
  const sizes = entries.map(({ parentPath, name }) => {
    const { blocks } = lstatSync(join(parentPath, name));
    return blocks * 512;
  });
  const lock = JSON.parse(readFileSync(join(nodeModules, ".package-lock.json"), "utf8")) as {
    readonly packages: object;
  };
  return { bytes: sizes.reduce((a, b) => a + b, 0), count: Object.keys(lock.packages).length };
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`)
        : name,
    );
}

function versionOf(folder: string): string {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return "none";
  return (JSON.parse(readFileSync(path, "utf8")) as { version?: string }).version ?? "none";
}
