import assert from "node:assert/strict";
import { federations } from "../../../components/federations/all-federations";
import {
  checkSdk,
  newerResources,
  type NewerResource,
} from "../../../components/arguments/newer-sdk";

const asking: Readonly<Record<string, NewerResource>> = {
  ...Object.fromEntries(
    Object.entries(federations).flatMap(([kind, { sdk }]) =>
      sdk === undefined ? [] : [[kind, sdk]],
    ),
  ),
  ...newerResources,
};

describe("an installed @pulumi/aws", () => {
  for (const [requested, since, resource] of [
    ["eksPodIdentity", "6.13.2", "PodIdentityAssociation"],
    ["agentCore", "7.10", "AgentcoreWorkloadIdentity"],
    ["policyStore", "7.10", "AgentcoreWorkloadIdentity"],
    ["gateway", "7.34", "AgentcorePolicy"],
  ] as const) {
    it(`that is too old for ${requested} is named with the version that is needed`, () => {
      const message = `tenant \`acme\`: \`${requested}\` needs \`@pulumi/aws\` ${since} or later, and the installed version has no \`${resource}\`; update the package`;
      const needed = asking[requested];
      assert.ok(needed);
      for (const old of [{ eks: {} }, { eks: {}, bedrock: {} }]) {
        assert.throws(() => {
          checkSdk("tenant `acme`", requested, needed, old);
        }, new Error(message));
      }
    });
  }

  it("has all that components make, where it is the one that is developed with", () => {
    assert.equal(Object.keys(asking).length, 4);
    for (const [requested, needed] of Object.entries(asking)) {
      checkSdk("tenant `acme`", requested, needed);
    }
  });
});
