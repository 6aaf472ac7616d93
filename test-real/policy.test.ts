import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { regoBundle } from "../broker/policy/rego-bundle";
import { wantedAnswer } from "../test/core/grants/answer";
import { randomCase, randomGrants } from "../test/support/random-grants";
import { temporaryFolder } from "./support/temporary";
import { builtPrograms } from "./support/tools";

/** Decides each request of its input by the policy as it is, with the grants that come with it. */
const driver = `package batch

answers := [answer |
	some one in input
	answer := data.agentid.decision with input as one.request with data.agentid.grants as one.grants
]
`;

describe("Rego made from grants", () => {
  const [opa] = builtPrograms(["opa"]);
  const run = (...args: readonly string[]): string =>
    execFileSync(opa, args, { encoding: "utf8", maxBuffer: 1 << 28 });

  function written(files: Readonly<Record<string, string>>): string {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return folder;
  }

  it("is a bundle that OPA checks strictly, formats no further, builds, and whose tests pass", () => {
    for (const grants of fc.sample(randomGrants, 10)) {
      const bundle = written(regoBundle(grants));
      run("check", "--strict", "--bundle", bundle);
      assert.equal(run("fmt", "--list", join(bundle, "policy.rego")), "");
      run("build", "--bundle", bundle, "--output", join(bundle, "bundle.tar.gz"));
      const tests = JSON.parse(run("test", "--bundle", bundle, "--format", "json") || "null") as
        | readonly { readonly fail?: true; readonly error?: unknown }[]
        | null;
      assert.deepEqual(
        (tests ?? []).filter(({ fail, error }) => fail === true || error !== undefined),
        [],
      );
    }
  });

  it("answers 20,000 random pairs of grants and request as the reference does, by the same grant", () => {
    const policy = written({
      "policy.rego": regoBundle([])["policy.rego"] ?? "",
      "driver.rego": driver,
    });
    const kinds = { allow: 0, ask: 0, deny: 0 };
    for (let batch = 0; batch < 10; batch += 1) {
      const cases = fc.sample(randomCase, 2_000);
      const input = cases.map(([request, grants]) => {
        const data = JSON.parse(regoBundle(grants)["data.json"] ?? "") as {
          readonly agentid: { readonly grants: unknown };
        };
        return { request, grants: data.agentid.grants };
      });
      const file = join(written({ "input.json": JSON.stringify(input) }), "input.json");
      const printed = JSON.parse(
        run("eval", "--data", policy, "--input", file, "data.batch.answers"),
      ) as { readonly result: readonly [{ readonly expressions: readonly [{ value: unknown }] }] };
      const wanted = cases.map(([request, grants]) => wantedAnswer(request, grants));
      assert.deepEqual(printed.result[0].expressions[0].value, wanted);
      for (const { kind } of wanted) kinds[kind] += 1;
    }
    assert.ok(kinds.allow > 2_000 && kinds.ask > 500, JSON.stringify(kinds));
  });
});
