import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import { baselineOf, parseBaseline, printBaseline } from "../../../policy-pack/run/baseline";
import { Run } from "../../../policy-pack/crossguard/run";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { isKnown, type Baseline } from "../../../policy-pack/findings/known";
import { rules } from "../../../policy-pack/rules/index";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { manifest, resource, snapshotOf } from "../../support/resources";
import { allow, roleOf } from "../../support/trust";

const lambda = allow({ Service: "lambda.amazonaws.com" });

function github(...subjects: readonly string[]): Value {
  const issuer = "token.actions.githubusercontent.com";
  return allow(
    { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
    {
      StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
      StringLike: { [`${issuer}:sub`]: subjects },
    },
    { Action: "sts:AssumeRoleWithWebIdentity" },
  );
}

function service(name: string): Value {
  return allow({ Service: `${name}.amazonaws.com` });
}

/** The role `triage` of a function, with a policy that allows actions, each on all resources. */
function allowing(...actions: readonly string[]): readonly Resource[] {
  const Statement = actions.map((Action) => ({ Effect: "Allow", Action, Resource: "*" }));
  const policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return [
    roleOf(lambda),
    resource("aws:iam/rolePolicy:RolePolicy", "own", { role: "triage", policy }),
  ];
}

/** The role `triage` of a function, which may make functions and pass roles to them. */
function passing(roles: string): readonly Resource[] {
  const Statement = [
    { Effect: "Allow", Action: ["lambda:CreateFunction", "lambda:InvokeFunction"], Resource: "*" },
    { Effect: "Allow", Action: "iam:PassRole", Resource: roles },
  ];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return [
    roleOf(lambda),
    resource("aws:iam/rolePolicy:RolePolicy", "own", { role: "triage", policy }),
  ];
}

const pods = `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: triage }
spec:
  template:
    spec:
      serviceAccountName: triage
      containers: [{ name: main, image: acme/triage }]
`;

function clusterRole(...rights: readonly string[]): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader }
rules: [${rights.join(", ")}]
`;
}

function binding(where: string, subject = "kind: ServiceAccount, namespace: acme, name: triage") {
  const kind = where === "" ? "ClusterRoleBinding" : "RoleBinding";
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: reader${where === "" ? "" : `, namespace: ${where}`} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader }
subjects: [{ ${subject} }]
`;
}

function objects(...texts: readonly string[]): readonly Resource[] {
  return manifest(texts.join("---"));
}

const secrets = '{ apiGroups: [""], resources: [secrets], verbs: [get] }';
const podsOnly = '{ apiGroups: [""], resources: [pods], verbs: [get] }';
const podsAndSecrets = '{ apiGroups: [""], resources: [pods, secrets], verbs: [get] }';
const exec = '{ apiGroups: [""], resources: [pods/exec], verbs: [create] }';
const all = '{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }';
const anonymous = "kind: User, name: 'system:anonymous'";
const defaultPods = pods.replace("      serviceAccountName: triage\n", "");
const ofDefault = "kind: ServiceAccount, namespace: acme, name: default";
const configMaps = '{ apiGroups: [""], resources: [configmaps], verbs: [get] }';

describe("what a baseline lists of a finding", () => {
  for (const [name, before, now, blocking] of [
    [
      "a further service that a policy allows whole",
      allowing("s3:*"),
      allowing("s3:*", "kms:*"),
      ["no-wildcard-authority"],
    ],
    [
      "statements in another order, or fewer of them",
      allowing("s3:*", "kms:*", "sqs:SendMessage"),
      allowing("sqs:SendMessage", "kms:*"),
      [],
    ],
    [
      "a further way to escalate by a policy",
      allowing("iam:CreatePolicyVersion"),
      allowing("iam:CreatePolicyVersion", "iam:PutRolePolicy"),
      ["no-privilege-escalation"],
    ],
    [
      "more roles that may be passed by a way that is known",
      passing("arn:aws:iam::111122223333:role/app-*"),
      passing("*"),
      ["no-privilege-escalation"],
    ],
    [
      "a worse grade of the same subject",
      [roleOf(github("repo:acme/desk:*"))],
      [roleOf(github("repo:acme/desk:*", "repo:*"))],
      ["no-broad-subject"],
    ],
    [
      "a further owner in the list of subjects",
      [roleOf(github("repo:acme/*"))],
      [roleOf(github("repo:acme/*", "repo:globex/*"))],
      ["no-broad-subject"],
    ],
    [
      "an exact subject beside one that is broad",
      [roleOf(github("repo:acme/*"))],
      [roleOf(github("repo:acme@1/desk@2:ref:refs/heads/main", "repo:acme/*"))],
      [],
    ],
    [
      "a further service that a trust policy lets in for all its customers",
      [roleOf(service("bedrock"))],
      [roleOf(service("bedrock"), service("bedrock-agentcore"))],
      ["require-source-condition"],
    ],
    [
      "the same role bound in another namespace",
      objects(pods, clusterRole(secrets), binding("acme")),
      objects(pods, clusterRole(secrets), binding("acme"), binding("desk")),
      ["no-privilege-escalation"],
    ],
    [
      "the same wildcard bound in the whole cluster",
      objects(pods, clusterRole(all), binding("acme")),
      objects(pods, clusterRole(all), binding("acme"), binding("")),
      ["no-wildcard-authority"],
    ],
    [
      "a further way to escalate by a role of RBAC",
      objects(pods, clusterRole(secrets), binding("acme")),
      objects(pods, clusterRole(secrets, exec), binding("acme")),
      ["no-privilege-escalation"],
    ],
    [
      "a further right of callers nobody has authenticated",
      objects(clusterRole(podsOnly), binding("", anonymous)),
      objects(clusterRole(podsAndSecrets), binding("", anonymous)),
      ["no-public-trust"],
    ],
    [
      "fewer rights of such callers",
      objects(clusterRole(podsAndSecrets), binding("", anonymous)),
      objects(clusterRole(podsOnly), binding("", anonymous)),
      [],
    ],
    [
      "rights for a default account that had none",
      objects(defaultPods),
      objects(defaultPods, clusterRole(configMaps), binding("acme", ofDefault)),
      ["no-default-identity", "no-default-identity"],
    ],
  ] as const) {
    it(`${blocking.length === 0 ? "takes in" : "does not take in"} ${name}`, async () => {
      const baseline = await baselineFor(before);
      assert.deepEqual(await blockingIn(before, baseline), []);
      assert.deepEqual(await blockingIn(now, baseline), blocking);
    });
  }

  it("is less bad, or made of less", () => {
    const fingerprint = "a".repeat(32);
    const baseline: Baseline = new Map([
      [fingerprint, { severity: "high", evidenceParts: new Set(["s3:*", "urn:x"]) }],
    ]);
    const knows = (
      severity: "critical" | "high" | "low",
      ...evidenceParts: readonly string[][]
    ): boolean =>
      isKnown(baseline, {
        fingerprint: "b".repeat(32),
        aliases: [fingerprint],
        severity,
        evidenceParts,
      });
    assert.ok(knows("high", ["s3:*"]));
    assert.ok(knows("low", ["another spelling", "urn:x"]));
    assert.ok(!knows("critical", ["s3:*"]));
    assert.ok(!knows("high", ["s3:*"], ["kms:*"]));
  });

  it("joins what two programs report of one fault", async () => {
    const findings = [];
    for (const stack of [allowing("s3:*"), allowing("kms:*")]) {
      findings.push(
        ...(await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings })).findings,
      );
    }
    const parsed = parseBaseline(printBaseline(findings));
    assert.ok(parsed.kind === "ok");
    const extents = parsed.known.map(({ evidenceParts }) => evidenceParts);
    assert.deepEqual(extents, [["kms:*: service", "s3:*: service"]]);
  });

  it("is reported early as known, and once more at the end where there is more of it", async () => {
    const [role] = [roleOf(github("repo:acme/*"))];
    const settings = { ...defaultSettings, baseline: await baselineFor([role]) };
    const run = new Run({ settings, rules });
    const [first] = await run.validate(role);
    assert.deepEqual([first?.finding.rule, first?.level], ["no-broad-subject", "advisory"]);
    const wider = { ...role, inputs: roleOf(github("repo:acme/*", "repo:*")).inputs };
    const [again] = await run.validate(wider);
    assert.deepEqual([again?.finding.rule, again?.level], ["no-broad-subject", "mandatory"]);
  });
});

async function baselineFor(stack: readonly Resource[]): Promise<Baseline> {
  const { findings } = await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
  const parsed = parseBaseline(printBaseline(findings));
  return parsed.kind === "ok" ? baselineOf(parsed.known) : assert.fail();
}

/** The rules whose findings block. */
async function blockingIn(
  stack: readonly Resource[],
  baseline: Baseline,
): Promise<readonly string[]> {
  const settings = { ...defaultSettings, baseline };
  const { findings } = await judgeSnapshot(snapshotOf(stack), { settings });
  return findings
    .filter(
      ({ level, known, verdict }) => level === "mandatory" && !known && verdict === "violated",
    )
    .map(({ rule }) => rule);
}
