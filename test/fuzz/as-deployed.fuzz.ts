import assert from "node:assert/strict";
import type { Value } from "../../core/snapshot/value";
import { createDetector } from "../../policy-pack/read/credentials";
import type { Settings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { asObject, asResource, casesOf, type CaseResource } from "../support/cases";
import { differsAsDeployed, type DeployedException } from "../support/deployed-exceptions";
import { namedStacks } from "../support/tested-stacks";
import { differencesOf } from "../support/views";
import type { WalkedStack } from "../support/unknown-walk";

interface Stack extends AuthorityStack {
  readonly tenants?: Settings["tenants"];
}

interface SecretStack {
  readonly objects?: readonly Value[];
  readonly resources?: readonly CaseResource[];
}

const detector = createDetector();

const stacks: readonly WalkedStack[] = [
  ...["authority", "tenancy"].flatMap((folder) =>
    casesOf<Stack>(folder).map(({ topic, question, requested }) => ({
      name: `${folder}/${topic}: ${question}`,
      resources: authorityStack(requested),
      ...(requested.tenants && { settings: { tenants: requested.tenants } }),
    })),
  ),
  ...casesOf<SecretStack>("secret").map(({ topic, question, requested }) => ({
    name: `secret/${topic}: ${question}`,
    resources: [
      ...(requested.resources ?? []).map(asResource),
      ...(requested.objects ?? []).flatMap(asObject),
    ],
  })),
  ...namedStacks(),
];

describe("the verdict of a stack", () => {
  it("is the same in its first preview and once everything of it is deployed", async () => {
    const met = new Set<DeployedException>();
    const faults: string[] = [];
    let compared = 0;
    for (const stack of stacks) {
      for (const asReferences of [false, true]) {
        const found = await differencesOf(stack, detector, asReferences);
        if (found === undefined) continue;
        compared += 1;
        for (const each of found) {
          const entry = differsAsDeployed.find((one) => one.allows(each));
          if (entry !== undefined) met.add(entry);
          else
            faults.push(
              `${each.view}: ${each.stack}\n    ${each.is} ${each.rule}: ${each.message}`,
            );
        }
      }
    }
    console.log(`      ${compared} stacks of ${stacks.length * 2} compared`);
    assert.deepEqual([...new Set(faults)], []);
    assert.ok(compared > 1000, "most stacks of AWS have something that becomes known");
    assert.deepEqual(
      differsAsDeployed.filter((one) => !met.has(one)).map(({ because }) => because),
      [],
      "an entry that nothing needs",
    );
  }).timeout(1_200_000);
});
