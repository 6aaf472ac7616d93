import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../core/finding";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { defaultSettings } from "../../policy-pack/settings";
import { manifest, resource, snapshotOf, urnOf } from "../support/resources";
import { base64, fakes } from "./credentials/fakes";

/** A resource of a program; `waitsFor` says of its properties which resources they wait for, each `type::name`. */
interface CaseResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: ValueRecord;
  readonly outputs?: ValueRecord;
  readonly parent?: string;
  readonly waitsFor?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A question about secrets, which its file's name asks, with the answer and the fact that decides.
 *
 * In values an object with one of these keys alone stands for another value: `$unknown`, which waits for what is listed
 * as `type::name`; `$unknownSecret`, the same and marked as secret; `$secret`, marked; `$fake`, a made-up credential of
 * that format; `$base64`.
 */
interface Case {
  readonly because: string;
  /** Kubernetes objects, as in a folder of YAML. */
  readonly objects?: readonly Value[];
  readonly resources?: readonly CaseResource[];
  /** What the rules on shared and on literal secrets say, in the order of a report. */
  readonly findings: readonly string[];
}

const root = join(__dirname, "../cases/secret");
const rules = [noLiteralSecret, noSharedSecret];

describe("secret cases", () => {
  for (const topic of readdirSync(root).sort()) {
    describe(topic, () => {
      for (const file of readdirSync(join(root, topic)).sort()) {
        it(file.replace(/\.json$/, "").replaceAll("-", " "), async () => {
          await check(JSON.parse(readFileSync(join(root, topic, file), "utf8")) as Case);
        });
      }
    });
  }
});

async function check(asked: Case): Promise<void> {
  assert.ok(asked.because.length > 0);
  const resources = [
    ...(asked.resources ?? []).map(asResource),
    ...(asked.objects ?? []).flatMap(asObject),
  ];
  assert.ok(resources.length > 0, "a case asks of something");
  for (const order of [resources, resources.toReversed()]) {
    const judged = await judgeSnapshot(snapshotOf(order), { settings: defaultSettings, rules });
    assert.deepEqual(judged.findings.map(lineOf), asked.findings, asked.because);
  }
}

function asResource({
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

/** An object keeps its marks: only what it is called is read from its text. */
function asObject(object: Value): readonly Resource[] {
  return manifest(JSON.stringify(object)).map((one) => ({
    ...one,
    inputs: withMarks(object) as ValueRecord,
  }));
}

function withMarks(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(withMarks);
  if (!isRecord(value)) return value;
  const [[key, inner] = ["", null], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === "$unknown") return new Unknown((inner as string[]).map(asUrn));
    if (key === "$unknownSecret") return new Unknown((inner as string[]).map(asUrn), true);
    if (key === "$secret") return new Secret(withMarks(inner));
    if (key === "$fake") return fakes[inner as keyof typeof fakes];
    if (key === "$base64") return base64(withMarks(inner) as string);
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withMarks(each)]));
}

function asUrn(named: string): string {
  const [type = "", name = ""] = named.split(/::(?!.*::)/);
  return urnOf(type, name);
}

function lineOf({ rule, grade, message }: Finding): string {
  return `${rule}: ${message}${grade === "critical" ? "" : ` (${grade})`}`;
}
