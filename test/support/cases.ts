import { readFileSync, readdirSync } from "node:fs";
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
import { base64, fakes } from "../policy-pack/credentials/fakes";
import { manifest, resource, urnOf } from "./resources";

/** A resource of a program; `waitsFor` says of its properties which resources they wait for, each `type::name`. */
export interface CaseResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: ValueRecord;
  readonly outputs?: ValueRecord;
  readonly parent?: string;
  readonly waitsFor?: Readonly<Record<string, readonly string[]>>;
}

/** A question, with the topic it belongs to. */
export interface Asked<Case> {
  readonly topic: string;
  /** Its file's name, as people read it. */
  readonly question: string;
  readonly asked: Case;
}

/** The questions of a folder `test/cases/<folder>/<topic>`, in the order of their names. */
export function casesOf<Case>(folder: string): readonly Asked<Case>[] {
  const root = join(__dirname, "../cases", folder);
  return readdirSync(root)
    .sort()
    .flatMap((topic) =>
      readdirSync(join(root, topic))
        .sort()
        .map((file) => ({
          topic,
          question: file.replace(/\.json$/, "").replaceAll("-", " "),
          asked: JSON.parse(readFileSync(join(root, topic, file), "utf8")) as Case,
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
  waitsFor = {},
}: CaseResource): Resource {
  const marked = (value: ValueRecord): ValueRecord => withMarks(value) as ValueRecord;
  return resource(type, name, marked(inputs), {
    ...(outputs !== undefined && { outputs: marked(outputs) }),
    ...(parent !== undefined && { parent: asUrn(parent) }),
    propertyDependencies: Object.fromEntries(
      Object.entries(waitsFor).map(([property, urns]) => [property, urns.map(asUrn)]),
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
 * A value of a case, in which an object with one of these keys alone stands for another value: `$unknown`, which waits
 * for what is listed as `type::name`; `$output`, which is that output of one, `type::name arn`; `$unknownSecret`, as `$unknown` and marked as secret; `$secret`, marked; `$leftOut`, what a saved snapshot leaves out and marks, equal to those of its number; `$fake`, a
 * made-up credential of that format; `$join`, several texts as one; `$base64`.
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
