import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { Unknown, type ValueRecord } from "../../core/snapshot/value";
import type { Finding } from "../../policy-pack/findings/finding";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { resource, snapshotOf } from "../support/resources";
import { share } from "../support/runs";
import { sameMeanings } from "../support/same-meaning";
import { namedStacks } from "../support/tested-stacks";
import type { WalkedStack } from "../support/unknown-walk";

const stacks = share(namedStacks(), 8);
const before = new Map<WalkedStack, readonly string[]>();

async function findingsOf(
  { settings, waivers }: WalkedStack,
  resources: readonly Resource[],
): Promise<readonly string[]> {
  const judging = {
    settings: { ...defaultSettings, ...settings },
    ...(waivers && { waivers }),
  };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return [...new Set(findings.map(keyOf))].sort();
}

/** A finding by its rule, its subjects and its verdict; an encoded text is in a property of another name. */
function keyOf({ rule, verdict, severity, about, holder }: Finding): string {
  const label = about.label
    .replace(": stringData.", ": data.")
    .replace("userDataBase64", "userData");
  return [rule, verdict, severity, label, holder?.label ?? ""].join(" | ");
}

async function findingsBefore(stack: WalkedStack): Promise<readonly string[]> {
  const known = before.get(stack) ?? (await findingsOf(stack, stack.resources));
  before.set(stack, known);
  return known;
}

/**
 * Differences that are right, by the change. An unknown principal that may be a user cannot set a source identity: a
 * statement for `sts:SetSourceIdentity` alone, with its condition, may then trust nobody. It gains an undetermined finding.
 */
const justified: Readonly<Record<string, readonly string[]>> = {
  "a statement for each action": [
    "everyone with an ARN that is not known yet, which may name nobody",
    "everyone with an ARN that is not known yet beside one of an account, which may name nobody",
    "an account with an ARN that is not known yet, which may be a user's",
    "names of another tenant for everyone with an ARN that is not known yet",
  ].map((name) =>
    [
      `require-source-identity: as undetermined ${name}`,
      "+ no-dead-condition | undetermined | medium | payments | ",
    ].join("\n  "),
  ),
};

describe("the findings of the tested stacks are the same", function () {
  this.timeout(300_000);

  for (const [name, change] of Object.entries(sameMeanings)) {
    it(`with ${name}`, async () => {
      const differences: string[] = [];
      let changes = 0;
      for (const stack of stacks) {
        const changed = change(stack.resources);
        if (changed === undefined) continue;
        changes += 1;
        const [wanted, found] = [await findingsBefore(stack), await findingsOf(stack, changed)];
        const lost = wanted.filter((each) => !found.includes(each));
        const gained = found.filter((each) => !wanted.includes(each));
        const lines = [...lost.map((each) => `- ${each}`), ...gained.map((each) => `+ ${each}`)];
        if (lines.length > 0) differences.push([stack.name, ...lines].join("\n  "));
      }
      assert.ok(changes > 0, "no stack has anything to change");
      const meant = (justified[name] ?? []).filter((each) =>
        stacks.some((stack) => each.startsWith(`${stack.name}\n`)),
      );
      assert.deepEqual(differences, meant, `of ${changes} changed stacks`);
    });
  }
});

describe("an object of the generic type of Kubernetes objects", () => {
  const object = (more: ValueRecord): Resource =>
    resource("kubernetes:apiextensions.k8s.io/v1:CustomResource", "desk", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "acme", name: "desk" },
      ...more,
    });
  const stack = (more: ValueRecord): WalkedStack => ({ name: "", resources: [object(more)] });

  it("passes by its own kind, and is not proven where a part of that is unknown", async () => {
    assert.deepEqual(await findingsBefore(stack({})), []);
    for (const property of ["kind", "apiVersion"]) {
      const found = await findingsBefore(stack({ [property]: new Unknown() }));
      assert.deepEqual(found, ["agentid | undetermined | high | desk | "], property);
    }
  });
});
