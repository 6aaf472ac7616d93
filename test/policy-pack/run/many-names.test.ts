import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { outputOf, resource, snapshotOf, urnOf } from "../../support/resources";

const account = "111122223333";
const agentType = "aws:bedrock/agentAgent:AgentAgent";
const own = urnOf("pulumi:providers:aws", "prod");
const ofRegion = `arn:aws:bedrock:eu-west-1:${account}`;

function made(type: string, name: string, inputs: ValueRecord, outputs?: ValueRecord): Resource {
  return { ...resource(type, name, inputs), provider: own, ...(outputs && { outputs }) };
}

/** A profile that only mentions a role of the account. */
const mentions = resource("aws:rolesanywhere/profile:Profile", "vm", {
  roleArns: [`arn:aws:iam::${account}:role/triage`],
});

/** An orchestrator that calls an agent, each of more spellings than a finding has aliases. */
const calls: readonly Resource[] = [
  made(agentType, "planner", {
    ...{ agentName: "planner", agentResourceRoleArn: `arn:aws:iam::${account}:role/planner` },
    tags: { "agentid.dev/tenant": "acme", "agentid.dev/kind": "orchestrator" },
  }),
  made(
    agentType,
    "payer",
    {
      ...{ agentName: "payer", agentResourceRoleArn: `arn:aws:iam::${account}:role/payer` },
      tags: {
        ...{ "agentid.dev/tenant": "acme", "agentid.dev/kind": "tool" },
        "agentid.dev/effects": "payment",
      },
    },
    { agentArn: `${ofRegion}:agent/PAYER12345` },
  ),
  made(
    "aws:bedrock/agentAgentAlias:AgentAgentAlias",
    "payer",
    { agentAliasName: "live", agentId: outputOf(urnOf(agentType, "payer")) },
    { agentArn: `${ofRegion}:agent/PAYER12345` },
  ),
  made("aws:bedrock/agentAgentCollaborator:AgentAgentCollaborator", "asks", {
    agentId: outputOf(urnOf(agentType, "planner")),
    collaboratorName: "payer",
    agentDescriptor: { aliasArn: `${ofRegion}:agent-alias/PAYER12345/LIVE123456` },
  }),
];

describe("a finding on things of many names", () => {
  it("has the same aliases in any order of the resources", async () => {
    const aliasesIn = async (stack: readonly Resource[]) => {
      const { findings } = await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
      return findings.map(({ rule, aliases }) => [rule, aliases]);
    };
    const first = await aliasesIn([mentions, ...calls]);
    // As many as are kept; one of them may be the fingerprint, which is no alias.
    assert.ok(first.some(([, aliases]) => (aliases?.length ?? 0) >= 63));
    for (let place = 1; place <= calls.length; place += 1) {
      const moved = [...calls.slice(0, place), mentions, ...calls.slice(place)];
      assert.deepEqual(await aliasesIn(moved), first, `behind ${place}`);
    }
  });
});
