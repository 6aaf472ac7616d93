import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseYaml, messageOf, type Parsed } from "../yaml-text";
import { regularFile } from "../regular-file";
import { plainRecord } from "./plain";
import { PROJECT_FILES, stacksDirectoryOf } from "./stacks";

/** The languages of programs that can be run here. */
type Runtime = "nodejs" | "yaml";

/** A Pulumi project as its Pulumi.yaml describes it. */
export interface Project {
  /** What runs the program: Node, or nothing but a reader of its YAML. */
  readonly runtime: Runtime;
  readonly name: string;
  /** The folder with Pulumi.yaml. */
  readonly root: string;
  /** Its own file. */
  readonly file: string;
  /** The folder the program runs in. */
  readonly programDirectory: string;
  /** The program file within that folder; `.` where the package names it. */
  readonly entry: string;
  /** Arguments for Node itself, from `runtime.options.nodeargs`. */
  readonly nodeArguments: readonly string[];
  /** Whether TypeScript is compiled on the fly. */
  readonly typescript: boolean;
  /** The settings of its compiler that are named, from the folder the program runs in; else `tsconfig.json` there, where it is. */
  readonly tsconfig?: string;
  /** The folder with the files of its stacks. */
  readonly stacksDirectory: string;
  /** The `config` block, as written. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads the Pulumi project in a folder, or returns in one sentence why that is impossible.
 *
 * @param given its file, where it has another name than usual
 */
export function readProject(directory: string, given?: string): Parsed<Project> {
  const inFolder = PROJECT_FILES.map((name) => join(directory, name));
  const file = given ?? inFolder.find((path) => existsSync(path));
  if (file === undefined) {
    return problem(`no Pulumi.yaml in \`${directory}\`; name the folder of a Pulumi program`);
  }
  let text: string;
  try {
    text = readFileSync(regularFile(file), "utf8");
  } catch (error) {
    return problem(`cannot read \`${file}\`: ${messageOf(error)}`);
  }
  const parsed = parseYaml(text, file);
  if (parsed.kind === "problem") return parsed;
  const fields = plainRecord(parsed.value);
  const name = fields["name"];
  if (typeof name !== "string" || name === "") return problem(`${file}: \`name\` is missing`);
  const runtime = fields["runtime"];
  const runtimeName = typeof runtime === "string" ? runtime : plainRecord(runtime)["name"];
  if (runtimeName !== "nodejs" && runtimeName !== "yaml") {
    return problem(
      `${file}: runtime \`${describe(runtimeName)}\` cannot be run; only \`nodejs\` and \`yaml\` programs are; ` +
        "for others use `pulumi preview` with the policy pack",
    );
  }
  const options = plainRecord(plainRecord(runtime)["options"]);
  if (runtimeName === "yaml" && options["compiler"] !== undefined) {
    return problem(
      `${file}: the program is made by \`${describe(options["compiler"])}\`, which is not run here; ` +
        "write down what it makes, or use `pulumi preview` with the policy pack",
    );
  }
  const project = projectOf(name, directory, fields, options);
  if (!existsSync(project.programDirectory)) {
    return problem(
      `${file}: \`main\` names \`${describe(fields["main"])}\`, which is not there; ` +
        "where a build makes it, build the program first",
    );
  }
  return { kind: "ok", value: { ...project, file, runtime: runtimeName } };
}

function projectOf(
  name: string,
  root: string,
  fields: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): Omit<Project, "runtime" | "file"> {
  const main = typeof fields["main"] === "string" ? fields["main"] : "";
  const path = join(root, main);
  const isFile = main !== "" && (!existsSync(path) || !statSync(path).isDirectory());
  const { nodeargs, tsconfig } = options;
  return {
    name,
    root,
    programDirectory: isFile ? dirname(path) : path,
    entry: isFile ? basename(path) : ".",
    nodeArguments: typeof nodeargs === "string" ? shellWords(nodeargs) : [],
    typescript: options["typescript"] !== false,
    ...(typeof tsconfig === "string" && tsconfig !== "" ? { tsconfig } : {}),
    stacksDirectory: stacksDirectoryOf(root, fields),
    config: plainRecord(fields["config"]),
  };
}

function describe(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function problem(text: string): { readonly kind: "problem"; readonly problem: string } {
  return { kind: "problem", problem: text };
}

/** Splits a text into words as a shell without substitutions does: by spaces, quotes and backslashes. */
function shellWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"'\\]|\\[^]?|"(?:[^"\\]|\\[^])*"?|'[^']*'?)+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(
      /\\([^])|"((?:[^"\\]|\\[^])*)"?|'([^']*)'?/g,
      (_, escaped?: string, double?: string, single?: string) =>
        escaped ?? double?.replaceAll(/\\([\\"])/g, "$1") ?? single ?? "",
    ),
  );
}
