import assert from "node:assert/strict";
import type { Finding } from "../../../../policy-pack/findings/finding";
import type { Resource } from "../../../../core/snapshot/resource";
import type { ValueRecord } from "../../../../core/snapshot/value";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { rules } from "../../../../policy-pack/rules/index";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { neverWaived } from "../../../../policy-pack/run/waivers/waiver";
import { admitting, allows, inAccount, lambda, refunds } from "../../../support/tools";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { limit, reportJob, triage, utility, waiverOf, waivers } from "../../../support/waived";

const stack = [...reportJob(), ...triage, ...limit()];

async function judged(
  resources: readonly Resource[],
  text: string,
  levels: Readonly<Record<string, "disabled">> = {},
): Promise<readonly Finding[]> {
  const settings = { ...defaultSettings, levels };
  const judging = { settings, waivers: waivers(text) };
  return (await judgeSnapshot(snapshotOf(resources), judging)).findings;
}

/** The message of what is wrong with the only waiver; undefined where nothing is. */
async function faultIn(
  resources: readonly Resource[],
  text = waiverOf(),
): Promise<string | undefined> {
  const findings = await judged(resources, text);
  const reported = findings.find(({ rule }) => rule === "require-valid-waiver");
  assert.equal(
    findings.some(({ waiver }) => waiver !== undefined),
    reported === undefined,
    "lifted only where nothing is wrong",
  );
  if (reported?.verdict !== "undetermined") return reported?.message;
  return `undetermined: ${reported.message}: ${reported.reason ?? ""}`;
}

const shared = (findings: readonly Finding[]) =>
  findings
    .filter(({ rule }) => rule === "no-shared-secret")
    .map(({ holder, level, waiver }) => ({ holder: holder?.label, level, waiver }));

describe("a waiver", () => {
  it("lifts the finding it names, which keeps its owner, and no other consumer's", async () => {
    assert.deepEqual(shared(await judged(stack, waiverOf())), [
      { holder: "acme/triage", level: "mandatory", waiver: undefined },
      {
        holder: "acme/report",
        level: "mandatory",
        waiver: {
          owner: "team-crm",
          reason: "the vendor issues one key per customer",
          ticket: "SEC-14",
          expires: "2027-01-15",
          controls: ["network-policy"],
        },
      },
    ]);
  });

  it("names a finding by its fingerprint as well, or by names and fingerprint that both fit", async () => {
    const [found] = (await judged(stack, "waivers: []")).filter(
      ({ rule, holder }) => rule === "no-shared-secret" && holder?.label === "acme/report",
    );
    const fingerprint = `"${found!.fingerprint}"`;
    for (const change of [{ thing: undefined, holder: undefined }, {}]) {
      assert.equal(await faultIn(stack, waiverOf({ fingerprint, ...change })), undefined);
    }
    const other = waiverOf({ fingerprint, holder: "acme/triage" });
    assert.ok((await judged(stack, other)).every(({ waiver }) => waiver === undefined));
  });

  it("names things by their stable names too", async () => {
    const job = urnOf("kubernetes:batch/v1:CronJob", "acme/report");
    assert.equal(await faultIn(stack, waiverOf({ holder: job })), undefined);
  });

  it("does not lift two findings that are called alike", async () => {
    const cluster = (name: string) => ({ provider: urnOf("pulumi:providers:kubernetes", name) });
    const twice = stack.flatMap((one) => [
      one,
      { ...one, urn: `${one.urn}-2`, ...cluster("other") },
    ]);
    const fault = await faultIn(twice);
    assert.match(
      fault ?? "",
      /^The waiver is not valid: it names 2 findings alike; add the `fingerprint` of the one that is meant$/,
    );
  });

  it("of one finding lift it once: the second is reported", async () => {
    const [found] = (await judged(stack, "waivers: []")).filter(
      ({ rule, holder }) => rule === "no-shared-secret" && holder?.label === "acme/report",
    );
    const again = waiverOf({
      thing: undefined,
      fingerprint: `"${found!.fingerprint}"`,
      owner: "x",
    });
    const text =
      waiverOf() + again.replace("waivers:\n", "").replace("    holder: acme/report\n", "");
    const findings = await judged(stack, text);
    assert.deepEqual(
      findings.flatMap(({ waiver }) => waiver?.owner ?? []),
      ["team-crm"],
    );
    assert.deepEqual(
      findings.filter(({ rule }) => rule === "require-valid-waiver").map(({ message }) => message),
      ["The waiver is not valid: another waiver before it waives the same finding; keep one"],
    );
  });

  for (const [what, labels] of [
    ["kind", "agentid.dev/kind: agent"],
    ["autonomy", "agentid.dev/autonomy: autonomous"],
    ["risk", "agentid.dev/risk: high"],
    ["sensitivity", "agentid.dev/sensitivity: restricted"],
  ] as const) {
    it(`does not lift one of a workload with pods of another ${what}`, async () => {
      const [job] = reportJob();
      const template = JSON.stringify({ app: "report" });
      const [key = "", value = ""] = labels.split(": ");
      const inputs = JSON.parse(
        JSON.stringify(job!.inputs).replace(
          template,
          JSON.stringify({ app: "report", [key]: value }),
        ),
      ) as Resource["inputs"];
      assert.ok(await faultIn([{ ...job!, inputs }, ...triage, ...limit()]));
    });
  }

  it("does not lift what is undetermined", async () => {
    const dependencies = outputOf(urnOf("random:index/randomPet:RandomPet", "pet"));
    const [job] = reportJob();
    const text = JSON.stringify(job!.inputs).replace('"crm"', '"UNKNOWN"');
    const inputs = JSON.parse(text, (_key, value: unknown) =>
      value === "UNKNOWN" ? dependencies : value,
    ) as Resource["inputs"];
    const unknown = [{ ...job!, inputs }, ...triage, ...limit()];
    assert.equal(
      await faultIn(unknown, waiverOf({ thing: "acme/report" })),
      "undetermined: The waiver is not valid: the finding itself cannot be verified yet",
    );
  });

  it("does not lift a finding of no workload", async () => {
    const key = resource("aws:iam/accessKey:AccessKey", "key", { user: "desk" });
    assert.equal(
      await faultIn([key], waiverOf({ rule: "no-access-key", thing: "key", holder: undefined })),
      "The waiver is not valid: the finding is of no workload in the stack, so that nothing restricts one",
    );
  });

  it("never lifts a finding of a tenancy rule, nor a critical one of a federation rule", async () => {
    assert.equal(
      await faultIn(stack, waiverOf({ rule: "no-cross-tenant-trust" })),
      "The waiver is not valid: `no-cross-tenant-trust` guards the boundary between tenants, which cannot be waived",
    );
    assert.equal(
      await faultIn(stack, waiverOf({ rule: "no-public-trust", holder: undefined })),
      "The waiver is not valid: `no-public-trust` reports who from outside can assume an identity; a critical finding of it cannot be waived",
    );
  });

  it("of its end does not report a rule that cannot be waived", async () => {
    const text = waiverOf({ rule: "no-cross-tenant-trust", expires: "2026-11-24" });
    const findings = await judged(stack, text);
    assert.deepEqual(
      findings.filter(({ rule }) => rule.includes("waiver")).map(({ rule }) => rule),
      ["require-valid-waiver"],
    );
  });

  it("can be of every rule but those of tenancy, of waivers, and critical ones of federation", () => {
    for (const rule of rules) {
      const isNever =
        rule.family === "tenancy" ||
        rule.family === "waivers" ||
        (rule.family === "federation" && rule.severity === "critical");
      assert.equal(neverWaived(rule) !== undefined, isNever, rule.id);
      if (rule.family === "federation") assert.ok(neverWaived(rule, "critical"), rule.id);
    }
  });

  const policy = (name: string, action: string, Resource = "arn:aws:s3:::reports/*") =>
    resource("aws:iam/rolePolicy:RolePolicy", name, {
      role: outputOf(urnOf("aws:iam/role:Role", "report")),
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: action, Resource },
      }),
    });
  const irsa = (...policies: readonly Resource[]) => [
    ...stack,
    resource("aws:iam/role:Role", "report", { name: "report" }),
    ...policies,
    resource("kubernetes:core/v1:ServiceAccount", "report", {
      metadata: {
        name: "report",
        namespace: "acme",
        annotations: {
          "eks.amazonaws.com/role-arn": outputOf(urnOf("aws:iam/role:Role", "report")),
        },
      },
    }),
  ];

  it("does not lift a finding of a workload whose role has wildcard authority", async () => {
    assert.equal(await faultIn(irsa(policy("own", "s3:GetObject"))), undefined);
    const fault = await faultIn(irsa(policy("own", "s3:GetObject"), policy("all", "*", "*")));
    assert.match(fault ?? "", /^The waiver is not valid: `acme\/report` has wildcard authority: /);
    const whole = await faultIn(irsa(policy("whole", "s3:*", "*")));
    assert.match(whole ?? "", /has wildcard authority: /);
  });

  it("does not lift it though no-wildcard-authority is disabled", async () => {
    const disabled = { "no-wildcard-authority": "disabled" } as const;
    const findings = await judged(irsa(policy("all", "*", "*")), waiverOf(), disabled);
    assert.ok(findings.every(({ waiver }) => waiver === undefined));
  });

  it("leaves open whether a workload has it where a policy is not known", async () => {
    const unknown = resource("aws:iam/rolePolicy:RolePolicy", "own", {
      role: outputOf(urnOf("aws:iam/role:Role", "report")),
      policy: outputOf(urnOf("random:index/randomPet:RandomPet", "pet")),
    });
    assert.match(
      (await faultIn(irsa(unknown))) ?? "",
      /^undetermined: The waiver is not valid: whether `acme\/report` has wildcard authority is not known: /,
    );
  });

  for (const [name, rules_, isWide] of [
    [
      "may read its own ConfigMap",
      "[{ apiGroups: [''], resources: [configmaps], verbs: [get] }]",
      false,
    ],
    ["has a `*` of verbs", "[{ apiGroups: [''], resources: [configmaps], verbs: ['*'] }]", true],
    ["has a `*` of resources", "[{ apiGroups: [''], resources: ['*'], verbs: [get] }]", true],
  ] as const) {
    it(`${isWide ? "does not lift" : "lifts"} a finding of a workload whose account ${name}`, async () => {
      const rbac = manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { namespace: acme, name: report }
rules: ${rules_}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { namespace: acme, name: report }
roleRef: { kind: Role, name: report }
subjects: [{ kind: ServiceAccount, name: report, namespace: acme }]
`);
      assert.equal((await faultIn([...stack, ...rbac])) !== undefined, isWide);
    });
  }

  it("counts a role that is bound to all accounts of the namespace", async () => {
    const group = manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: all }
roleRef: { kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: Group, name: "system:serviceaccounts:acme" }]
`);
    assert.match((await faultIn([...stack, ...group])) ?? "", /has wildcard authority/);
    const other = manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: all }
roleRef: { kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: Group, name: "system:serviceaccounts:globex" }]
`);
    assert.equal(await faultIn([...stack, ...other]), undefined);
  });

  it("does not lift a finding of an agent, whatever a label beside it states", async () => {
    const agent = manifest(`
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: report, labels: { agentid.dev/kind: agent, agentid.dev/workload: report } }
spec:
  template:
    metadata: { labels: { app: report, ${utility} } }
    spec:
      serviceAccountName: report
      containers: [{ name: main, image: x, envFrom: [{ secretRef: { name: crm } }] }]
`);
    const resources = [...agent, ...triage, ...limit()];
    assert.match((await faultIn(resources)) ?? "", /is an agent, not a utility/);
  });

  it("lifts a utility's finding, and no agent's whose name the utility bears", async () => {
    const labels = `${utility}, agentid.dev/workload: triage`;
    const agent = manifest(`
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: report-web, labels: { agentid.dev/kind: agent, agentid.dev/workload: triage } }
spec: { template: { metadata: { labels: { app: report } }, spec: { serviceAccountName: report, containers: [{ name: main, image: x }] } } }
`);
    const resources = [...reportJob(labels), ...agent, ...triage, ...limit()];
    assert.equal(await faultIn(resources), undefined);
    const sharing = (await judged(resources, waiverOf())).filter(
      ({ rule, waiver }) => rule === "no-shared-identity" && waiver === undefined,
    );
    assert.deepEqual(sharing.map(({ holder }) => holder?.label).sort(), [
      "acme/report",
      "acme/report-web",
    ]);
  });
});

describe("a waiver for a call of a high-risk tool", () => {
  const about = (holder: string, rule = "require-runtime-policy"): string =>
    waiverOf({ rule, thing: "acme/refunds", holder, controls: "[permissions-boundary]" });
  const calls = allows("report", "lambda:InvokeFunction", "*");
  const bounded = inAccount("aws:iam/role:Role", "report", {
    name: "report",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [admitting({ Service: "lambda.amazonaws.com" })],
    },
    permissionsBoundary: outputOf(urnOf("aws:iam/policy:Policy", "limit")),
  });
  const boundary = inAccount("aws:iam/policy:Policy", "limit", {
    name: "limit",
    policy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource: "arn:aws:lambda:eu-west-1:111122223333:function:refunds",
        },
      ],
    },
  });
  const stackOf = (tags: ValueRecord): readonly Resource[] => [
    ...refunds(),
    bounded,
    boundary,
    lambda("report", tags),
    calls,
  ];

  it("lifts that of a utility of low risk which a boundary restricts", async () => {
    const tags = { "agentid.dev/kind": "utility", "agentid.dev/risk": "low" };
    assert.equal(await faultIn(stackOf(tags), about("acme/report")), undefined);
  });

  it("lifts that of no agent", async () => {
    const tags = { "agentid.dev/kind": "agent", "agentid.dev/risk": "low" };
    assert.match(
      (await faultIn(stackOf(tags), about("acme/report"))) ?? "",
      /`acme\/report` is an agent, not a utility/,
    );
  });

  it("lifts none of what an autonomous workload does unasked", async () => {
    const tags = {
      "agentid.dev/kind": "utility",
      "agentid.dev/risk": "low",
      "agentid.dev/autonomy": "autonomous",
    };
    const levels = { "require-runtime-policy": "disabled" } as const;
    const waiver = about("acme/report", "require-human-approval");
    const findings = await judged(stackOf(tags), waiver, levels);
    assert.deepEqual(
      findings
        .filter(({ rule }) => rule === "require-human-approval")
        .map((finding) => finding.waiver),
      [undefined],
    );
    assert.ok(findings.some(({ message }) => message.includes("`acme/report` is autonomous")));
  });
});
