import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  isRecord,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { base64, fakes } from "../policy-pack/read/credentials/fakes";
import { manifest, resource, urnOf } from "./resources";

/** A resource of a program; `dependsOn` has the dependencies of its properties, each `type::name`. */
export interface CaseResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: ValueRecord;
  readonly outputs?: ValueRecord;
  readonly parent?: string;
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

/** A question, with the topic it belongs to. */
export interface Requested<Case> {
  readonly topic: string;
  /** Its file's name, as people read it. */
  readonly question: string;
  readonly requested: Case;
  /** Where it is. */
  readonly path: string;
}

/**
 * Asserts what a case finds.
 *
 * With `UPDATE_CASES=1` new words are written into the file where nothing but the words of messages differs: as many lines, each
 * of the same rule and as certain. Other differences fail as ever.
 */
export function assertFindings(
  {
    requested,
    path,
  }: Requested<{ readonly because: string; readonly findings?: readonly string[] }>,
  lines: readonly string[],
): void {
  const { findings = [], because } = requested;
  const isReworded =
    process.env["UPDATE_CASES"] === "1" &&
    JSON.stringify(lines.map(headOf)) === JSON.stringify(findings.map(headOf));
  if (!isReworded) {
    assert.deepEqual(lines, findings, because);
    return;
  }
  if (JSON.stringify(lines) === JSON.stringify(findings)) return;
  const stored = readFileSync(path, "utf8");
  const start = stored.lastIndexOf('"findings":');
  const rest = /^[^[]*\[(?:\s*"(?:[^"\\]|\\.)*",?)*\s*\]/.exec(stored.slice(start))?.[0] ?? "";
  const end = stored.slice(start + rest.length);
  writeFileSync(
    path,
    `${stored.slice(0, start)}"findings": ${JSON.stringify(lines, null, 2)}${end}`,
  );
}

/** The rule of a line, whether it is certain, and what follows the message. */
function headOf(line: string): readonly (string | undefined)[] {
  const [, rule, mark] = /^([\w-]+: )(undetermined: )?/.exec(line) ?? [];
  return [rule, mark, / \[.* -.*-> .*\]/.exec(line)?.[0], / \(waits for .*\)$/.exec(line)?.[0]];
}

/** The title of a case: the name of its file as words, then the verdict where the name has one. */
export function titleOf(file: string): string {
  return file
    .replace(/\.json$/, "")
    .replaceAll("-", " ")
    .replace(".", ": ");
}

/** The cases of a folder `test/cases/<folder>/<topic>`, in the order of their names. */
export function casesOf<Case>(folder: string): readonly Requested<Case>[] {
  const root = join(__dirname, "../cases", folder);
  return readdirSync(root)
    .sort()
    .flatMap((topic) =>
      readdirSync(join(root, topic))
        .sort()
        .map((file) => ({
          topic,
          question: titleOf(file),
          requested: JSON.parse(readFileSync(join(root, topic, file), "utf8")) as Case,
          path: join(root, topic, file),
        })),
    );
}

/** The resource that a case describes. */
export function asResource({
  type,
  name,
  inputs,
  outputs,
  parent,
  dependsOn = {},
}: CaseResource): Resource {
  const marked = (value: ValueRecord): ValueRecord => withMarks(value) as ValueRecord;
  return resource(type, name, marked(inputs), {
    ...(outputs !== undefined && { outputs: marked(outputs) }),
    ...(parent !== undefined && { parent: asUrn(parent) }),
    propertyDependencies: Object.fromEntries(
      Object.entries(dependsOn).map(([property, urns]) => [property, urns.map(asUrn)]),
    ),
  });
}

/** An object of Kubernetes keeps its marks: only what it is called is read from its text. */
export function asObject(object: Value): readonly Resource[] {
  return manifest(JSON.stringify(object)).map((one) => ({
    ...one,
    inputs: withMarks(object) as ValueRecord,
  }));
}

/**
 * A value of a case, in which an object with only one of these keys is another value: `$unknown`, with the dependencies listed
 * as `type::name`; `$output`, that output of one, `type::name arn`; `$unknownSecret`, as `$unknown` and marked as secret;
 * `$secret`, marked; `$leftOut`, what a saved snapshot leaves out and marks, equal to those of its number; `$fake`, a made-up
 * credential of that format; `$join`, several texts as one; `$base64`.
 */
export function withMarks(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withMarks);
  if (!isRecord(value)) return value;
  const [[key, inner] = ["", null], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === "$unknown") return new Unknown((inner as string[]).map(asUrn));
    if (key === "$output") return outputBy(inner as string);
    if (key === "$unknownSecret") return new Unknown((inner as string[]).map(asUrn), true);
    if (key === "$secret") return new Secret(withMarks(inner));
    if (key === "$leftOut") return new LeftOut(inner as number, true);
    if (key === "$fake") return fakes[inner as keyof typeof fakes];
    if (key === "$join") return (withMarks(inner) as readonly string[]).join("");
    if (key === "$base64") return base64(withMarks(inner) as string);
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withMarks(each)]));
}

function outputBy(named: string): Unknown {
  const [of = "", output = ""] = named.split(" ");
  return new Unknown([asUrn(of)], false, output);
}

function asUrn(named: string): string {
  const [type = "", name = ""] = named.split(/::(?!.*::)/);
  return urnOf(type, name);
}
