import assert from "node:assert/strict";
import { textReporter } from "../../cli/report/text";
import { withSourcesFrom } from "../../cli/source-paths";
import { reportOf, type Judgement } from "../../policy-pack/views/report";
import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import type { Waivers } from "../../policy-pack/run/waivers/waiver";
import { callsIn } from "../support/counted-work";
import { account, arn, byLambda, callable, policy, role, times } from "../support/growing";
import { resource, snapshotOf } from "../support/resources";

/** Role after role, each assumed by the one before, and by each of them another one of a tenant of its own. */
function chained(count: number): readonly Resource[] {
  const by = (name: string): Value => ({
    Effect: "Allow",
    Principal: { AWS: arn(name) },
    Action: "sts:AssumeRole",
  });
  return [
    role("r0", [byLambda], "hub"),
    ...times(count, (at) => [
      role(`r${at + 1}`, [by(`r${at}`)]),
      role(`end-${at}`, [by(`r${at}`)], `t${at}`),
    ]).flat(),
  ];
}

function agentsThatCallAll(count: number): readonly Resource[] {
  return times(count, (at) => [
    role(`agent-${at}`, [byLambda]),
    callable(`agent-${at}`, arn(`agent-${at}`)),
    policy(`agent-${at}`, [
      {
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: `arn:aws:lambda:*:${account}:function:tool-*`,
      },
    ]),
    resource("aws:lambda/function:Function", `tool-${at}`, {
      name: `tool-${at}`,
      role: arn(`tool-${at}`),
      tags: { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" },
    }),
  ]).flat();
}

/** Stacks whose reports are larger than in proportion to their content, with how much. */
const hypothesisText: Readonly<
  Record<string, readonly [(count: number) => readonly Resource[], (reported: Judgement) => number]>
> = {
  "tools that each agent may call": [agentsThatCallAll, ({ findings }) => findings.length],
  "links of chains of roles": [
    chained,
    ({ findings }) => findings.reduce((sum, { chain }) => sum + chain.length, 0),
  ],
};

describe("the work of judging and reporting", function () {
  for (const [what, [make, reportedIn]] of Object.entries(hypothesisText)) {
    it(`grows no more than the report on ${what}`, async () => {
      const few = await workOf(make(20), reportedIn);
      const many = await workOf(make(80), reportedIn);
      assert.ok(many.reported / few.reported > 8, `${few.reported} and ${many.reported} told`);
      assert.ok(
        many.calls / few.calls < many.reported / few.reported,
        `${few.calls} and ${many.calls} calls`,
      );
    });
  }

  it("does not grow by the square of the waivers of one rule", async () => {
    await judge(keys(10), waiving(10));
    const few = await callsIn(() => judge(keys(100), waiving(100)));
    const many = await callsIn(() => judge(keys(400), waiving(400)));
    assert.ok(many / few < 6, `${few} calls and ${many} calls`);
  });
});

async function workOf(
  stack: readonly Resource[],
  reportedIn: (reported: Judgement) => number,
): Promise<{ readonly calls: number; readonly reported: number }> {
  let reported = reportedIn(await notice(stack));
  const calls = await callsIn(async () => {
    reported = reportedIn(await notice(stack));
  });
  return { calls, reported };
}

async function notice(stack: readonly Resource[]): Promise<Judgement> {
  const judgement = await judge(stack);
  const report = reportOf({ project: "desk", stack: "dev", version: "0.0.0" }, judgement);
  const options = { rules: [], verbose: true };
  textReporter([withSourcesFrom(report, "desk", ".")], options);
  return judgement;
}

function judge(stack: readonly Resource[], waivers?: Waivers): Promise<Judgement> {
  return judgeSnapshot(snapshotOf(stack), {
    settings: defaultSettings,
    ...(waivers && { waivers }),
  });
}

function keys(count: number): readonly Resource[] {
  return times(count, (at) =>
    resource("aws:iam/accessKey:AccessKey", `key-${at}`, { user: `user-${at}` }),
  );
}

function waiving(count: number): Waivers {
  const entries = times(count, (at) => ({
    rule: "no-access-key",
    thing: `key-${at}`,
    owner: "ops",
    reason: "a platform of others knows nothing else",
    ticket: "T-1",
    expires: "2026-12-20",
    controls: ["network-policy" as const],
    source: { file: "waivers.yaml", line: at + 1, column: 1 },
  }));
  return { entries, today: "2026-11-26" };
}
