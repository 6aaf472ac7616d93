import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { projectName, starterFiles, starterPackages } from "../init/starter";
import { writeProject } from "../init/write-project";
import { packageVersion } from "../package-facts";
import { plain } from "../report/escape";

/** `agentid init`: writes a starter project that holds, and says what to run next. */
export async function init(folder: string): Promise<number> {
  const files = starterFiles(projectName(basename(resolve(folder))), {
    agentid: packageVersion(),
    packages: Object.fromEntries(starterPackages.map((name) => [name, rangeOf(name)])),
  });
  writeProject(folder, files);
  const written = Object.keys(files).map((name) => `written: ${plain(join(folder, name))}\n`);
  const enter = resolve(folder) === process.cwd() ? "" : `cd ${inShell(folder)} && `;
  const next = `next: ${enter}npm install && npm run check\n`;
  await write(process.stdout, [...written, next].join(""));
  return exitCodes.holds;
}

/** The range in which this package works with another. */
function rangeOf(name: string): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const range = peersIn(join(folder, "package.json"))[name];
    if (range !== undefined) return range;
    if (dirname(folder) === folder) return "*";
  }
}

function peersIn(file: string): Readonly<Record<string, string>> {
  try {
    const { peerDependencies } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly peerDependencies?: Readonly<Record<string, string>>;
    };
    return peerDependencies ?? {};
  } catch {
    return {};
  }
}

/** A path as a shell takes it: in quotes where it has anything but plain characters. */
function inShell(path: string): string {
  const text = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./@+-]+$/.test(text) ? text : plain(`'${text.replaceAll("'", `'\\''`)}'`);
}
