import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { LineCounter } from "yaml";
import { messageOf } from "../yaml-text";
import { ProgramProblem } from "./problem";
import { YamlProgram, type Host } from "./program";
import { readTemplate } from "./template";

/** Where a program in YAML may stand, the first that is there; a project's file of another name is its program. */
const PROGRAMS = ["Main.json", "Main.yaml", "Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Declares what a program in YAML declares, without any language host. Answers why it cannot, in one sentence with
 * the place of the mistake, else undefined.
 */
export function previewYaml(host: Omit<Host, "path">): string | undefined {
  const { programDirectory, root, file } = host.project;
  const path = PROGRAMS.includes(basename(file))
    ? PROGRAMS.map((name) => join(programDirectory, name)).find((one) => existsSync(one))
    : file;
  if (path === undefined) return `no program in \`${programDirectory}\`; it needs a Main.yaml`;
  const shown = relative(root, resolve(path));
  const lines = new LineCounter();
  try {
    const template = readTemplate(readFileSync(path, "utf8"), shown, lines);
    if (template.kind === "problem") return template.problem;
    new YamlProgram({ ...host, path }, template.value).run();
    return undefined;
  } catch (error) {
    if (!(error instanceof ProgramProblem)) return `${shown}: ${messageOf(error)}`;
    const { line, col } = lines.linePos(error.offset);
    return `${shown}:${line}:${col}: ${error.message}`;
  }
}
