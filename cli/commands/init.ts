import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { visible } from "../../core/visible";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { ciServices, pipelineFiles } from "../init/ci";
import { projectName, starterFiles, starterPackages } from "../init/starter";
import { writeProject } from "../init/write-project";
import { packageVersion } from "../package-facts";
import { plain } from "../report/escape";

/** Options of `agentid init`, as commander gives them. */
export interface InitFlags {
  readonly ci?: string;
}

/** `agentid init`: writes a starter project that passes with its pipeline, and prints what to run next. */
export async function init(folder: string, { ci = "github" }: InitFlags): Promise<number> {
  const service = ciServices.find((each) => each === ci);
  if (service === undefined) {
    throw new CouldNotRun(
      `no pipeline is written for \`${visible(ci)}\`; choose \`${ciServices.join("`, `")}\``,
    );
  }
  const project = starterFiles(projectName(basename(resolve(folder))), {
    agentid: packageVersion(),
    packages: Object.fromEntries(starterPackages.map((name) => [name, rangeOf(name)])),
  });
  // A pipeline is the repository's: beside it the project may be one of several.
  const root = repositoryAround(resolve(folder)) ?? folder;
  const within = relative(resolve(root), resolve(folder)).split(sep).join("/");
  const pipeline = Object.entries(pipelineFiles(service, within)).map(
    ([name, text]) => [relative(resolve(folder), resolve(root, name)), text] as const,
  );
  const files = { ...project, ...Object.fromEntries(pipeline) };
  writeProject(folder, files);
  const written = Object.keys(files).map((name) => `written: ${plain(join(folder, name))}\n`);
  const enter = resolve(folder) === process.cwd() ? "" : `cd ${inShell(folder)} && `;
  const next = `next: ${enter}npm install && npm run check\n`;
  await write(process.stdout, [...written, next].join(""));
  return exitCodes.passed;
}

/** The folder of the repository that a folder is in, which may not be there yet. */
function repositoryAround(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
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
