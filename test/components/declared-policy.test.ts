import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePolicyDocument, type Statement } from "../../core/policy/document";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { Unknown, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { declaredPolicy } from "../../policy-pack/read/aws/components/declared-policy";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { declareStack, randomStack } from "./support/random-stack";
import { registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";
import { withoutStackTraces } from "./support/stack-traces";
import { withoutWarnings } from "./support/warnings";
import { runs } from "../support/runs";

const policyType = "aws:iam/rolePolicy:RolePolicy";
const unknown = new Unknown(["urn:x"]);

describe("the policy that a component declares", () => {
  withoutWarnings();
  withoutStackTraces();

  it("allows the actions of the policy that it makes, and no other, on the same resources or on unknown ones", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        for (const policy of policiesIn(await made(stack))) {
          const declared = declaredPolicy(policy.resource, policy.component, unknown);
          assert.deepEqual(
            [...actionsOf(declared ?? null)].sort(),
            [...actionsOf(policy.resource.inputs["policy"] ?? null)].sort(),
          );
          const resources = resourcesOf(policy.resource.inputs["policy"] ?? null);
          for (const each of resourcesOf(declared ?? null)) {
            assert.ok(each === undefined || resources.includes(each), each);
          }
        }
      }),
      { numRuns: runs(20, 60) },
    );
  });

  it("proves in a preview a policy with unknown ARNs", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        const snapshot = await made(stack);
        const resources = snapshot.resources.map((each) =>
          each.type === policyType
            ? { ...each, inputs: { ...each.inputs, policy: unknown } }
            : each,
        );
        const wild = async (of: Snapshot): Promise<readonly string[]> => {
          const { findings } = await judgeSnapshot(of, { settings: defaultSettings });
          return findings
            .filter(({ rule }) => rule === "no-wildcard-authority")
            .map(({ about }) => about.name);
        };
        // Such as `dynamodb:GetItem` on `*`, which is found of the known policy as well.
        assert.deepEqual(await wild({ ...snapshot, resources }), await wild(snapshot));
      }),
      { numRuns: runs(20, 60) },
    );
  });
});

async function made(stack: Parameters<typeof declareStack>[0]): Promise<Snapshot> {
  return snapshotOf(
    await registered(() => {
      declareStack(stack);
    }),
  );
}

function policiesIn({
  resources,
}: Snapshot): readonly { readonly resource: Resource; readonly component: Resource }[] {
  return resources.flatMap((resource) => {
    const component = resources.find(({ urn }) => urn === resource.parent);
    return resource.type === policyType && component !== undefined ? [{ resource, component }] : [];
  });
}

function allowedBy(document: Value): readonly Statement[] {
  const parsed = parsePolicyDocument(document);
  assert.equal(parsed.kind, "document");
  return parsed.document.statements.filter(
    (each): each is Statement => each.kind === "statement" && each.effect === "Allow",
  );
}

function actionsOf(document: Value): ReadonlySet<string> {
  return new Set(
    allowedBy(document).flatMap(({ actions }) =>
      actions.values.map((action) => (action.kind === "text" ? action.text : "unknown")),
    ),
  );
}

/** The resources that a document names; undefined for unknown ones. */
function resourcesOf(document: Value): readonly (string | undefined)[] {
  return allowedBy(document).flatMap(({ resources }) =>
    (resources?.values ?? []).map((each) => (each.kind === "text" ? each.text : undefined)),
  );
}
