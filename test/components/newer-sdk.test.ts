import assert from "node:assert/strict";
import { checkSdk } from "../../components/newer-sdk";

describe("an installed @pulumi/aws", () => {
  for (const [requested, since, resource] of [
    ["eksPodIdentity", "6.13.2", "PodIdentityAssociation"],
    ["agentCore", "7.10", "AgentcoreWorkloadIdentity"],
    ["policyStore", "7.10", "AgentcoreWorkloadIdentity"],
    ["gateway", "7.34", "AgentcorePolicy"],
  ] as const) {
    it(`that is too old for ${requested} is named with the version that is needed`, () => {
      const message = `tenant \`acme\`: \`${requested}\` needs \`@pulumi/aws\` ${since} or later, and the installed version has no \`${resource}\`; update the package`;
      for (const old of [{ eks: {} }, { eks: {}, bedrock: {} }]) {
        assert.throws(() => {
          checkSdk("tenant `acme`", requested, old);
        }, new Error(message));
      }
    });
  }

  it("has all that components make, where it is the one that is developed with", () => {
    for (const requested of ["eksIrsa", "eksPodIdentity", "agentCore", "policyStore", "gateway"]) {
      checkSdk("tenant `acme`", requested);
    }
  });
});
