import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, type Permission, Tenant } from "../../components";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { federation } from "./support/acme";
import { registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";
import { withoutWarnings } from "./support/warnings";

const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:refunds";
const jobArn = "arn:aws:glue:eu-central-1:111122223333:job/desk";

/** What the pack finds in a tenant of one agent with permissions, which the components take. */
async function found(permissions: readonly Permission[]): Promise<readonly string[]> {
  const resources = await registered(() => {
    const { ref } = new Tenant("acme", { federation });
    new Agent("triage", { tenant: ref, permissions: [...permissions] });
  });
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return findings.map(({ rule, verdict, level }) => `${rule} ${verdict} ${level}`);
}

const escalation = ["no-privilege-escalation violated mandatory"];

const reported: Readonly<Record<string, readonly [readonly Permission[], readonly string[]]>> = {
  "the data of every resource of a kind": [
    [{ actions: ["secretsmanager:Get*"], resources: ["*"] }],
    ["no-wildcard-authority violated mandatory"],
  ],
  "the code of functions": [
    [{ actions: ["lambda:UpdateFunctionCode"], resources: ["*"] }],
    escalation,
  ],
  "the code of functions, by a pattern": [
    [{ actions: ["s3:Get*", "Lambda:Update*"], resources: [functionArn] }],
    escalation,
  ],
  "the code of a function that is an output": [
    [{ actions: ["lambda:UpdateFunctionCode"], resources: [pulumi.output(functionArn)] }],
    escalation,
  ],
  "two permissions that only together take over another workload": [
    [
      { actions: ["glue:StartJobRun"], resources: [jobArn] },
      { actions: ["glue:UpdateJob"], resources: [jobArn] },
    ],
    escalation,
  ],
  "commands on an instance that may have a role": [
    [
      {
        actions: ["ssm:SendCommand"],
        resources: [
          "arn:aws:ec2:eu-central-1:111122223333:instance/i-0a1b2c3d",
          "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript",
        ],
      },
    ],
    // Whether the instance has a role is not known.
    ["no-privilege-escalation undetermined mandatory"],
  ],
};

const accepted: Readonly<Record<string, readonly Permission[]>> = {
  "one half of what would take over another workload": [
    { actions: ["glue:StartJobRun"], resources: [jobArn] },
  ],
  "calling functions": [{ actions: ["lambda:Invoke*"], resources: [functionArn] }],
};

describe("permissions that components take", () => {
  withoutWarnings();

  for (const [what, [permissions, findings]] of Object.entries(reported)) {
    it(`are reported by the policy pack: ${what}`, async () => {
      assert.deepEqual(await found(permissions), findings);
    });
  }

  for (const [what, permissions] of Object.entries(accepted)) {
    it(`pass the policy pack: ${what}`, async () => {
      assert.deepEqual(await found(permissions), []);
    });
  }
});
