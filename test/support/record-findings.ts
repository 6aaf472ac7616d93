/**
 * Records all findings in every stack of tests and cases, and the command line's output on every example and program: `tsx
 * test/support/record-findings.ts record FILE`, and `… compare BEFORE AFTER` prints what differs. With it an internal change
 * shows that no verdict has changed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import { LeftOut, Secret, Unknown, isRecord, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings, type Settings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "./authority-stack";
import { asObject, asResource, casesOf, withMarks, type CaseResource } from "./cases";
import { resource, snapshotOf } from "./resources";

/** The findings in one stack, or the output on one folder. */
interface Recorded {
  readonly name: string;
  readonly findings: readonly string[];
}

interface Stack {
  readonly name: string;
  readonly resources: readonly Resource[];
  readonly settings?: Partial<Settings>;
}

type RuleStack = Stack & { readonly waivers?: unknown };

const root = join(__dirname, "../..");

async function main([verb, first = "", second = ""]: readonly string[]): Promise<void> {
  if (verb === "record") {
    writeFileSync(first, JSON.stringify(await recordAll(), null, 1));
  } else if (verb === "compare") {
    const differing = compare(recordedIn(first), recordedIn(second));
    process.stdout.write([...differing.lines, differing.summary, ""].join("\n"));
    process.exitCode = differing.lines.length === 0 ? 0 : 1;
  } else {
    process.stderr.write("record FILE | compare BEFORE AFTER\n");
    process.exitCode = 2;
  }
}

type Records = Readonly<Record<string, Recorded>>;

function recordedIn(file: string): Records {
  return JSON.parse(readFileSync(file, "utf8")) as Records;
}

async function recordAll(): Promise<Records> {
  const all: Record<string, Recorded> = {};
  for (const { name, resources, settings } of [...caseStacks(), ...(await ruleStacks())]) {
    const { findings } = await judgeSnapshot(snapshotOf(resources), {
      settings: { ...defaultSettings, ...settings },
      rules,
    });
    const content = JSON.stringify([plain(resources), settings]);
    const key = createHash("sha256").update(content).digest("hex").slice(0, 16);
    all[key] = { name, findings: findings.map(lineOf).sort() };
  }
  for (const folder of foldersToCheck()) all[folder] = checked(folder);
  return all;
}

function caseStacks(): readonly Stack[] {
  const secret = casesOf<{ objects?: readonly Value[]; resources?: readonly CaseResource[] }>(
    "secret",
  ).map(({ question, requested: { resources = [], objects = [] } }) => ({
    name: question,
    resources: [...resources.map(asResource), ...objects.flatMap(asObject)],
  }));
  const stacks = ["authority", "tenancy"].flatMap((folder) =>
    casesOf<AuthorityStack & { tenants?: Settings["tenants"] }>(folder).map(
      ({ question, requested }) => ({
        name: question,
        resources: authorityStack(requested),
        settings: { tenants: requested.tenants ?? {} },
      }),
    ),
  );
  const trust = casesOf<{ document: Value }>("trust").map(({ question, requested }) => {
    const own = resource("pulumi:providers:aws", "prod", { allowedAccountIds: ["111122223333"] });
    const inputs = { name: "desk", assumeRolePolicy: withMarks(requested.document) };
    const role = resource("aws:iam/role:Role", "desk", inputs);
    return { name: question, resources: [own, { ...role, provider: own.urn }] };
  });
  return [...secret, ...stacks, ...trust];
}

/** The stacks of the tests of rules, with what is known after a deployment unknown and known. */
async function ruleStacks(): Promise<readonly RuleStack[]> {
  Object.assign(globalThis, { describe: () => undefined, it: () => undefined });
  const { namedStacks } = await import("./tested-stacks.js");
  return namedStacks().filter(({ waivers }) => waivers === undefined);
}

function foldersToCheck(): readonly string[] {
  return ["examples", "test/programs", "test/engine/programs", "test/components/programs"].flatMap(
    (parent) =>
      readdirSync(join(root, parent))
        .sort()
        .map((name) => `${parent}/${name}`)
        .filter((folder) => !folder.endsWith("never-ends"))
        .filter((folder) => existsSync(join(root, folder, "Pulumi.yaml"))),
  );
}

function checked(folder: string): Recorded {
  const ran = spawnSync(
    process.execPath,
    ["dist/cli/main.js", "check", folder, "--today", "2026-11-30", "--report", "json"],
    { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  const findings = ran.stdout.startsWith("{")
    ? (JSON.parse(ran.stdout) as { readonly judgement: { readonly findings: readonly Finding[] } })
        .judgement.findings
    : [];
  return {
    name: folder,
    findings: [`exit ${ran.status ?? -1}`, ...findings.map(lineOf).sort()],
  };
}

/** A finding without its words, which may change: rule, verdict, severity, location, holder, and what settles it. */
function lineOf({ rule, verdict, severity, at, about, holder, dependsOn }: Finding): string {
  const dependencies = dependsOn.length === 0 ? "" : ` after ${[...dependsOn].sort().join(", ")}`;
  const whom = `${about.label}${holder === undefined ? "" : ` <${holder.label}>`}`;
  return `${rule} ${verdict} ${severity} ${whom} at ${at.urn} ${at.property}${dependencies}`;
}

/** Content that does not depend on what our classes call their members. */
function plain(value: unknown): unknown {
  if (value instanceof LeftOut) return ["left out", JSON.stringify(value)];
  if (value instanceof Unknown) {
    return ["unknown", value.dependsOn, value.secret, plain(value.parts)];
  }
  if (value instanceof Secret) return ["secret", plain(value.revealForComparison())];
  if (Array.isArray(value)) return value.map(plain);
  if (isRecord(value as Value)) {
    return Object.entries(value as object)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, plain(inner)]);
  }
  return value;
}

function compare(
  before: Records,
  after: Records,
): { readonly lines: readonly string[]; readonly summary: string } {
  const lines: string[] = [];
  let same = 0;
  for (const [key, { name, findings }] of Object.entries(before)) {
    const now = after[key];
    if (now === undefined) lines.push(`no longer there: ${name}`);
    else if (JSON.stringify(now.findings) === JSON.stringify(findings)) same += 1;
    else {
      lines.push(
        `differs: ${name}`,
        ...findings.filter((line) => !now.findings.includes(line)).map((line) => `  - ${line}`),
        ...now.findings.filter((line) => !findings.includes(line)).map((line) => `  + ${line}`),
      );
    }
  }
  const added = Object.keys(after).filter((key) => before[key] === undefined).length;
  return { lines, summary: `${same} the same, ${added} new` };
}

void main(process.argv.slice(2));
