import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { visible } from "../../core/visible";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { ciServices, pipelineFile, pipelineText, type CiService } from "../init/ci";
import { inShell } from "../init/in-shell";
import { folderWithPackage, packageManagerOf } from "../init/package-manager";
import {
  projectName,
  settings,
  starterFiles,
  starterPackages,
  starterTools,
} from "../init/starter";
import { writeProject } from "../init/write-project";
import { packageVersion } from "../package-facts";
import { plain } from "../report/escape";

/** Options of `agentid init`, as commander gives them. */
export interface InitFlags {
  readonly ci?: string;
  /** Whether only the pipeline and the settings are written. Default: where there is a Pulumi program already. */
  readonly pipeline?: true;
}

/** What is written by path in the folder, and what the reader does next. */
interface Plan {
  readonly files: Readonly<Record<string, string>>;
  readonly next: readonly string[];
}

/**
 * `agentid init`: writes a starter project that passes, with its pipeline; beside a program that is there the pipeline
 * and the settings alone. Prints what to do next.
 */
export async function init(
  folder: string,
  { ci = "github", pipeline }: InitFlags,
): Promise<number> {
  const service = ciServices.find((each) => each === ci);
  if (service === undefined) {
    throw new CouldNotRun(
      `no pipeline is written for \`${visible(ci)}\`; choose \`${ciServices.join("`, `")}\``,
    );
  }
  const program = ["Pulumi.yaml", "Pulumi.yml"].find((name) => existsSync(join(folder, name)));
  const project =
    pipeline === true || program !== undefined ? besideProgram(folder) : starter(folder);
  const ofService = service === "none" ? undefined : pipelineOf(folder, service);
  const offered = { ...project.files, ...ofService?.files };
  const { files, kept } = withoutKept(folder, offered);
  writeProject(folder, files);
  const lines = [
    ...(program !== undefined && pipeline !== true
      ? [`\`${join(folder, program)}\` is a program already: only its pipeline is written`]
      : []),
    ...Object.keys(files).map((name) => `written: ${join(folder, name)}`),
    ...kept.map((name) => `kept: ${join(folder, name)}`),
    ...(ofService?.next ?? []),
    `next: ${resolve(folder) === process.cwd() ? "" : `cd ${inShell(folder)} && `}${project.next.join(" && ")}`,
  ];
  await write(process.stdout, lines.map((line) => `${plain(line)}\n`).join(""));
  return exitCodes.passed;
}

/** Files that stay as they are where they are there; any other of that name is an error of {@link writeProject}. */
const mayStay = ["package.json", ".gitignore", "agentid.yaml"];

function withoutKept(
  folder: string,
  offered: Readonly<Record<string, string>>,
): { readonly files: Readonly<Record<string, string>>; readonly kept: readonly string[] } {
  const kept = mayStay.filter((name) => name in offered && existsSync(join(folder, name)));
  const files = Object.entries(offered).filter(([name]) => !kept.includes(name));
  return { files: Object.fromEntries(files), kept };
}

/** A starter project. `npm install pulumi-agentid` may have written a `package.json` before, which stays. */
function starter(folder: string): Plan {
  const packages = Object.fromEntries(starterPackages.map((name) => [name, rangeOf(name)]));
  const files = starterFiles(projectName(basename(resolve(folder))), {
    agentid: packageVersion(),
    packages,
  });
  if (!existsSync(join(folder, "package.json"))) {
    return { files, next: ["npm install", "npm run check"] };
  }
  const added = Object.entries({ ...packages, ...starterTools }).map(([name, range]) =>
    inShell(`${name}@${range}`),
  );
  const { add } = packageManagerOf(resolve(folder), topOf(folder));
  return { files, next: [`${add} ${added.join(" ")}${withAgentid(folder)}`, check] };
}

/** What a program that is there already lacks. */
function besideProgram(folder: string): Plan {
  const { add } = packageManagerOf(resolve(folder), topOf(folder));
  const missing = withAgentid(folder);
  return {
    files: { "agentid.yaml": settings },
    next: [...(missing === "" ? [] : [`${add}${missing}`]), check],
  };
}

const check = "npx --no-install agentid check .";

/** This package as an argument of the command that adds packages, where `package.json` does not name it yet. */
function withAgentid(folder: string): string {
  const named = ["dependencies", "devDependencies"].flatMap((key) =>
    Object.keys(recordIn(join(folder, "package.json"), key)),
  );
  return named.includes("pulumi-agentid") ? "" : " pulumi-agentid";
}

/** The pipeline of the repository around the folder: the program may be one of several there. */
function pipelineOf(folder: string, service: Exclude<CiService, "none">): Plan {
  const program = resolve(folder);
  const top = topOf(folder);
  const inRepository = (path: string): string => relative(top, path).split(sep).join("/");
  const manager = packageManagerOf(program, top);
  const text = pipelineText(service, {
    program: inRepository(program),
    modules: inRepository(folderWithPackage(program, top)),
    install: { folder: inRepository(manager.folder), command: manager.install },
  });
  const isIncluded = service === "gitlab" && existsSync(join(top, pipelineFile.gitlab));
  const name = isIncluded ? pipelineFile.includedInGitlab : pipelineFile[service];
  return {
    files: { [relative(program, join(top, name))]: text },
    next: isIncluded
      ? [`add to ${pipelineFile.gitlab}: include: [{ local: "/${pipelineFile.includedInGitlab}" }]`]
      : [],
  };
}

/** The folder of the repository that a folder is in, or itself outside one; it may not be there yet. */
function topOf(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return resolve(folder);
  }
}

/** The range in which this package works with another. */
function rangeOf(name: string): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const range = recordIn(join(folder, "package.json"), "peerDependencies")[name];
    if (range !== undefined) return range;
    if (dirname(folder) === folder) return "*";
  }
}

/** A record of texts in a file of JSON; none where there is no such file, or no such record in it. */
function recordIn(file: string, key: string): Readonly<Record<string, string>> {
  try {
    const found = JSON.parse(readFileSync(file, "utf8")) as Readonly<
      Record<string, Readonly<Record<string, string>> | undefined>
    >;
    return found[key] ?? {};
  } catch {
    return {};
  }
}
