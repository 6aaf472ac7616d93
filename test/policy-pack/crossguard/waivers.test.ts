import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../policy-pack/views/report";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import noSharedSecret from "../../../policy-pack/rules/no-shared-secret";
import noUnusedWaiver from "../../../policy-pack/rules/no-unused-waiver";
import requireValidWaiver from "../../../policy-pack/rules/require-valid-waiver";
import { manifest } from "../../support/resources";
import { limit, reportJob, triage, waiverOf } from "../../support/waived";
import type { Resource } from "../../../core/snapshot/resource";
import { Served } from "./support/served";
import { urnOf, type Given, type Stated } from "./support/wire";

function given({ name, type, inputs }: Resource): Given {
  return { name, type, inputs: inputs as never };
}

/** The Secret itself, so that what it is for is known early. */
const secret = manifest("apiVersion: v1\nkind: Secret\nmetadata: { namespace: acme, name: crm }\n");
const [crm, job, agent, policy] = [...secret, ...reportJob(), ...triage, ...limit()].map(given);
const unrestricted = [crm!, job!, agent!];
const restricted = [...unrestricted, policy!];

const reported = (stated: readonly Stated[]) =>
  stated.map(({ policy: by, level, urn, message }) => ({
    by,
    level,
    on: urn.slice(urn.lastIndexOf("::") + 2),
    first: message.split("\n")[0],
  }));

describe("the pack with waivers", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-waivers-"));
    file = join(folder, "waivers.yaml");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const serve = (text: string, today = "2026-11-25"): Served => {
    writeFileSync(file, text);
    return new Served(
      createPolicies({
        rules: [noSharedSecret, noUnusedWaiver, requireValidWaiver],
        configuration: { waivers: file },
        environment: { AGENTID_REPORT: join(folder, "report.json") },
        today: () => today,
      }),
    );
  };
  const written = (): Report =>
    JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Report;

  const ofAgent = {
    by: "no-shared-secret",
    level: "mandatory",
    on: "acme/triage",
    first: "Secret `acme/crm` is shared by 2 workloads",
  };
  const ofJob = {
    ...ofAgent,
    on: "acme/report",
    first: "Secret `acme/crm` is shared by 2 workloads",
  };

  it("reports nothing early that a waiver may lift, and at the end that it is waived", async () => {
    const pack = serve(waiverOf());
    assert.deepEqual(reported(await pack.analyzeAll(restricted)), [ofAgent]);
    const end = await pack.analyzeStack(restricted);
    assert.deepEqual(reported(end), [{ ...ofJob, level: "advisory" }]);
    assert.match(
      end[0]!.message,
      /^waived until 2027-01-15 by team-crm \(SEC-14\), restricted by network-policy: the vendor issues one key per customer$/m,
    );
    assert.deepEqual(
      written().judgement.findings.map(({ holder, waiver }) => [holder?.label, waiver?.owner]),
      [
        ["acme/triage", undefined],
        ["acme/report", "team-crm"],
      ],
    );
  });

  it("blocks at the end where a control is not proven, the finding and the waiver", async () => {
    const pack = serve(waiverOf());
    assert.deepEqual(reported(await pack.analyzeAll(unrestricted)), [ofAgent]);
    assert.deepEqual(reported(await pack.analyzeStack(unrestricted)), [
      ofJob,
      {
        by: "require-valid-waiver",
        level: "mandatory",
        on: "acme/crm",
        first:
          "The waiver is not valid: control `network-policy`: no NetworkPolicy limits where the pods of `acme/report` send to",
      },
    ]);
    assert.equal(written().verdict, "violated");
  });

  for (const [name, text, today] of [
    ["is over", waiverOf(), "2027-01-16"],
    ["ends too far away", waiverOf(), "2026-10-16"],
    ["names another holder", waiverOf({ holder: "acme/reports" }), "2026-11-25"],
  ] as const) {
    it(`blocks before the resource is made where the waiver ${name}`, async () => {
      const early = reported(await serve(text, today).analyzeAll(restricted));
      assert.deepEqual(early.map(({ level, first }) => [level, first]).sort(), [
        ["mandatory", ofJob.first],
        ["mandatory", ofAgent.first],
      ]);
    });
  }

  it("does not report so the day before", async () => {
    assert.deepEqual(reported(await serve(waiverOf(), "2027-01-15").analyzeAll(restricted)), [
      ofAgent,
    ]);
    assert.deepEqual(reported(await serve(waiverOf(), "2026-10-17").analyzeAll(restricted)), [
      ofAgent,
    ]);
  });

  it("warns at the end of a waiver that ends soon, and of one that waives nothing", async () => {
    const pack = serve(waiverOf(), "2027-01-10");
    await pack.analyzeAll(restricted);
    const end = reported(await pack.analyzeStack(restricted));
    assert.deepEqual(end.at(-1), {
      by: "require-valid-waiver",
      level: "advisory",
      on: "acme/crm",
      first: "The waiver of team-crm expires in 5 days, on 2027-01-15",
    });
    const idle = serve(waiverOf({ thing: "acme/erp" }));
    await idle.analyzeAll(restricted);
    assert.deepEqual(reported(await idle.analyzeStack(restricted)), [
      {
        by: "no-unused-waiver",
        level: "advisory",
        on: "acme/crm",
        first: "The waiver matches no finding",
      },
    ]);
  });

  it("blocks on the first resource where the file cannot be read, with all that is wrong", async () => {
    for (const [text, sentence] of [
      ["waivers: none\n", /waivers\.yaml:1:10: waivers: a text is here; give a list of waivers$/],
      [
        waiverOf({ owner: undefined, controls: "[]" }),
        /has 2 mistakes: .*\n.*waivers\[0\]\.controls: the list is empty/,
      ],
    ] as const) {
      const [stated, ...more] = await serve(text).analyze(job!);
      assert.deepEqual([stated!.policy, stated!.level, more], ["agentid", "mandatory", []]);
      assert.match(stated!.message, /^agentid could not judge this: configuration: /);
      assert.match(stated!.message, sentence);
    }
  });

  it("blocks where there is no such file", async () => {
    const pack = new Served(createPolicies({ configuration: { waivers: "/nowhere/at/all" } }));
    const [stated] = await pack.analyze({ name: "a" });
    assert.deepEqual(
      [stated!.policy, stated!.level, stated!.urn, stated!.message],
      [
        "agentid",
        "mandatory",
        urnOf("a"),
        "agentid could not judge this: configuration: `waivers` names `/nowhere/at/all`, which cannot be read; give the path of a waivers file",
      ],
    );
  });
});
