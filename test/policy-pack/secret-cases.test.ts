import assert from "node:assert/strict";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import noStaticModelKey from "../../policy-pack/rules/no-static-model-key";
import noStaticToolCredential from "../../policy-pack/rules/no-static-tool-credential";
import { defaultSettings } from "../../policy-pack/findings/settings";
import {
  asObject,
  asResource,
  assertFindings,
  casesOf,
  type Requested,
  type CaseResource,
} from "../support/cases";
import { assertNearMisses } from "../support/questions";
import { snapshotOf } from "../support/resources";
import { stated } from "../support/stated";

/** A case about secrets, named in its file's name, with the answer and the fact that decides. */
interface Case {
  readonly because: string;
  /** Kubernetes objects, as in a folder of YAML. */
  readonly objects?: readonly Value[];
  readonly resources?: readonly CaseResource[];
  /** The findings of the rules on secrets, in the order of a report. */
  readonly findings: readonly string[];
}

const rules = [noLiteralSecret, noSharedSecret, noStaticModelKey, noStaticToolCredential];

describe("secret cases", () => {
  for (const each of casesOf<Case>("secret")) {
    it(`${each.topic}: ${each.question}`, async () => {
      await check(each);
    });
  }

  it("are 150 at least, as often near misses of their questions as violations", () => {
    assertNearMisses("secret", 150);
  });
});

async function check(each: Requested<Case>): Promise<void> {
  const { requested } = each;
  assert.ok(requested.because.length > 0);
  const resources = [
    ...(requested.resources ?? []).map(asResource),
    ...(requested.objects ?? []).flatMap(asObject),
  ];
  assert.ok(resources.length > 0, "a case asks of something");
  for (const order of [resources, resources.toReversed()]) {
    const judged = await judgeSnapshot(snapshotOf(order), { settings: defaultSettings, rules });
    assertFindings(each, judged.findings.map(lineOf));
  }
}

function lineOf(finding: Finding): string {
  const { rule, severity } = finding;
  return `${rule}: ${stated(finding)}${severity === "critical" ? "" : ` (${severity})`}`;
}
