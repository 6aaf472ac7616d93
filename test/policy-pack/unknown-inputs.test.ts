import assert from "node:assert/strict";
import type { Rule } from "../../policy-pack/findings/define-rule";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import requireHumanApproval from "../../policy-pack/rules/require-human-approval";
import requireRuntimePolicy from "../../policy-pack/rules/require-runtime-policy";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";
import {
  admitting,
  allows,
  functionArn,
  gateway,
  inAccount,
  later,
  refunds,
  roleArn,
  triage,
} from "../support/tools";

const invoke = "lambda:InvokeFunction";
const autonomous = { "agentid.dev/autonomy": "autonomous" };

/** A stack that a rule rejects, and the inputs of it that decide nothing about that while they are not known. */
interface AssumeSearch {
  readonly rule: Rule;
  readonly stack: readonly Resource[];
  /** Each with the reason. */
  readonly silent: Readonly<Record<string, string>>;
}

/** Wholly unknown tags may or may not contain one of ours. */
const noTags = "whether it is a tool at all is not known, nor that anyone says so";
const reported = "require-runtime-policy tells that, or no-wildcard-authority of the policy";

const walks: Readonly<Record<string, AssumeSearch>> = {
  "an agent that may call the tool": {
    rule: requireRuntimePolicy,
    stack: [...refunds(), ...triage(), allows("triage", invoke, functionArn("refunds"))],
    silent: { "refunds: tags": noTags },
  },
  "an agent that obtains the role of the tool": {
    rule: requireRuntimePolicy,
    stack: [...refunds({}, admitting({ AWS: roleArn("triage") })), ...triage()],
    silent: { "refunds: tags": noTags },
  },
  "a gateway that decides nothing": {
    rule: requireRuntimePolicy,
    stack: [...refunds(), ...gateway("LOG_ONLY")],
    silent: { "refunds: tags": noTags },
  },
  "a function URL": {
    rule: requireRuntimePolicy,
    stack: [
      ...refunds(),
      inAccount("aws:lambda/functionUrl:FunctionUrl", "web", {
        functionName: "refunds",
        authorizationType: "NONE",
      }),
    ],
    silent: { "refunds: tags": noTags },
  },
  "a resource policy": {
    rule: requireRuntimePolicy,
    stack: [
      ...refunds(),
      inAccount("aws:lambda/permission:Permission", "may", {
        action: invoke,
        function: "refunds",
        principal: "*",
      }),
    ],
    silent: { "refunds: tags": noTags },
  },
  "an autonomous agent behind a gateway that decides": {
    rule: requireHumanApproval,
    stack: [
      ...refunds(),
      ...gateway("ENFORCE"),
      ...triage(autonomous),
      allows("triage", "bedrock-agentcore:InvokeGateway", "*"),
    ],
    silent: {
      "refunds: tags": noTags,
      "to-refunds: gatewayIdentifier": reported,
      "triage: tags": "of an agent that says nothing of its autonomy a person confirms each step",
      "triage calls: policy": reported,
    },
  },
  "a grant that demands no approval": {
    rule: requireHumanApproval,
    stack: [
      resource(
        "agentid:index:Agent",
        "resolution",
        {
          name: "resolution",
          tenant: { name: "acme", namespace: "acme" },
          autonomy: "autonomous",
          grants: [
            {
              tool: { tenant: "acme", name: "refunds", risk: { effects: ["payment"] } },
              intents: ["refund"],
              approval: "none",
              maxSeconds: 300,
            },
          ],
        },
        { custom: false },
      ),
      resource(
        "agentid:index:Tool",
        "refunds",
        {
          name: "refunds",
          tenant: { name: "acme", namespace: "acme" },
          risk: { effects: ["payment"] },
        },
        { custom: false },
      ),
    ],
    silent: {},
  },
};

describe("with each input unknown in turn", () => {
  for (const [name, { rule, stack, silent }] of Object.entries(walks)) {
    describe(`${rule.id} reports ${name}`, () => {
      for (const [place, unknown] of variantsOf(stack)) {
        const reason = silent[place];
        it(`${reason === undefined ? "something" : "nothing"}: ${place}`, async () => {
          const before = await findingsOf(rule, stack);
          assert.ok(before.length > 0);
          const findings = await findingsOf(rule, unknown);
          for (const { verdict, about, dependsOn, message } of findings) {
            if (verdict === "undetermined") continue;
            assert.ok(
              before.some((each) => each.about.label === about.label),
              message,
            );
            assert.deepEqual(dependsOn, []);
          }
          assert.equal(findings.length > 0, reason === undefined);
        });
      }
    });
  }
});

async function findingsOf(rule: Rule, stack: readonly Resource[]): Promise<readonly Finding[]> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot(snapshotOf(stack), judging);
  return findings.filter((finding) => finding.rule === rule.id);
}

/** The stack with each input of each resource unknown, by the place of that input. */
function variantsOf(
  stack: readonly Resource[],
): readonly (readonly [string, readonly Resource[]])[] {
  return stack.flatMap((each, index) =>
    each.type.startsWith("pulumi:")
      ? []
      : Object.keys(each.inputs).map((property) => {
          const inputs = { ...each.inputs, [property]: later };
          const kind = each.type.includes(":Role") && !each.type.includes("Policy") ? "role " : "";
          return [
            `${kind}${each.name}: ${property}`,
            stack.with(index, { ...each, inputs }),
          ] as const;
        }),
  );
}
