import assert from "node:assert/strict";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { casesOf, withMarks } from "../support/cases";
import { assertNearMisses } from "../support/questions";
import { resource, snapshotOf } from "../support/resources";

/** A case about a trust policy, as `test/policy-pack/domain/trust/cases.test.ts` reads it, with the rules' findings on a role that has it. */
interface Case {
  readonly because: string;
  readonly document: Value;
  /** Each `rule: grade`, with `undetermined` after it where that is the verdict. */
  readonly findings?: readonly string[];
}

/** The account of the role, so that others are another's. */
const account = "111122223333";

const judging = {
  settings: defaultSettings,
  rules: rules.filter(({ family }) => family === "federation"),
};

describe("trust cases, by all rules of federation", () => {
  for (const { topic, question, requested } of casesOf<Case>("trust")) {
    if (requested.findings === undefined) continue;
    it(`${topic}: ${question}`, async () => {
      const found = await findingsOn(withMarks(requested.document));
      assert.deepEqual(found.map(lineOf).sort(), requested.findings, requested.because);
    });
  }

  it("are 150 at least, as often near misses of their questions as violations", () => {
    assertNearMisses("trust", 150);
  });
});

async function findingsOn(assumeRolePolicy: Value): Promise<readonly Finding[]> {
  const own = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });
  const role = resource("aws:iam/role:Role", "desk", { name: "desk", assumeRolePolicy });
  const stack = snapshotOf([own, { ...role, provider: own.urn }]);
  return (await judgeSnapshot(stack, judging)).findings;
}

function lineOf({ rule, severity, verdict }: Finding): string {
  return `${rule}: ${severity}${verdict === "undetermined" ? " undetermined" : ""}`;
}
