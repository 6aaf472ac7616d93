import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import { testedRules, type RuleCases } from "./rule-tester";
import type { WalkedStack } from "./unknown-walk";

const folder = join(__dirname, "../policy-pack");
const ofRules = filesIn(
  "rules",
  ...["cross-tenant-access", "dead-condition", "privilege-escalation", "runtime-policy"],
);
/** Tests of what is not one rule's alone: what sets tools off, operators and what they hide, registrations of SPIRE, accounts of tasks, entries into clusters. */
const ofMore = [
  ...filesIn("spiffe-ids", "triggers", "cluster-entries"),
  ...["hidden-parts", "operator-secrets", "task-accounts"].map((name) =>
    join(folder, `${name}.test.ts`),
  ),
];

/** The stacks that the tests of the rules reject for certain. */
export function rejectedStacks(): readonly WalkedStack[] {
  return tablesOf([...ofRules, ...ofMore]).flatMap(({ rule, cases }) =>
    cases.rejects
      .filter(({ findings }) => findings.some(({ verdict }) => verdict === undefined))
      .map(({ name, resources, settings, waivers }) => ({
        name: `${rule.id}: ${name}`,
        resources,
        ...(settings && { settings }),
        ...(waivers && { waivers }),
      })),
  );
}

/** The stacks of all tests of rules that go by no settings of their own, accepted or rejected. */
export function testedStacks(): readonly (readonly Resource[])[] {
  return namedStacks()
    .filter(({ settings, waivers }) => settings === undefined && waivers === undefined)
    .map(({ resources }) => resources);
}

/** The stacks of all tests of rules, accepted or rejected. */
export function namedStacks(): readonly WalkedStack[] {
  return tablesOf([...ofRules, ...ofMore]).flatMap(({ rule, cases: { accepts, rejects } }) =>
    [...accepts, ...rejects].map(({ name, resources, settings, waivers }) => ({
      name: `${rule.id}: ${name}`,
      resources,
      ...(settings && { settings }),
      ...(waivers && { waivers }),
    })),
  );
}

function filesIn(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => join(folder, name, file)),
  );
}

type Tables = readonly { readonly rule: { readonly id: string }; readonly cases: RuleCases }[];

/** By test file its tables, computed once for all readers. */
const made = new Map<string, Tables>();

function tablesOf(files: readonly string[]): Tables {
  const { describe } = globalThis;
  // The tables are wanted, not their tests.
  globalThis.describe = (() => undefined) as unknown as typeof describe;
  try {
    return files.flatMap((file) => {
      const tables = made.get(file) ?? tablesIn(file);
      made.set(file, tables);
      return tables;
    });
  } finally {
    globalThis.describe = describe;
  }
}

/** Mocha loads the file for itself, before or after in the same process: what is loaded already has no tests for it. */
function tablesIn(file: string): Tables {
  const loaded = require.cache[file];
  Reflect.deleteProperty(require.cache, file);
  const before = testedRules.length;
  // oxlint-disable-next-line typescript/no-require-imports -- a test file is found by its place
  require(file);
  if (loaded === undefined) Reflect.deleteProperty(require.cache, file);
  else require.cache[file] = loaded;
  return testedRules.slice(before);
}
