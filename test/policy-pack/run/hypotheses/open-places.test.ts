import assert from "node:assert/strict";
import type { Finding } from "../../../../policy-pack/findings/finding";
import type { Resource, SnapshotNote } from "../../../../core/snapshot/resource";
import { nameInUrn } from "../../../../core/snapshot/resource";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import type { Rule } from "../../../../policy-pack/findings/define-rule";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noLiteralSecret from "../../../../policy-pack/rules/no-literal-secret";
import noWildcardAuthority from "../../../../policy-pack/rules/no-wildcard-authority";
import requireTenant from "../../../../policy-pack/rules/require-tenant";
import requireUserBoundToken from "../../../../policy-pack/rules/require-user-bound-token";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";

const pet = urnOf("random:index/randomPet:RandomPet", "pet");
const unanswered: SnapshotNote = { kind: "unanswered-function", message: "no answer" };
const answering =
  "where it comes from a provider function, record its answer under `functions` in agentid.yaml";

/** A pod whose account has the rights of a Role, of which the verbs and the name may be unknown. */
function bound(verb: Value, name: Value = "desk"): readonly Resource[] {
  const [pod, binding] = manifest(`
apiVersion: v1
kind: Pod
metadata: { name: desk, namespace: acme, labels: { agentid.dev/kind: agent } }
spec: { serviceAccountName: desk, containers: [{ name: main, image: desk }] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: desk, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: desk }
subjects: [{ kind: ServiceAccount, name: desk, namespace: acme }]
`);
  assert.ok(pod && binding);
  return [
    pod,
    binding,
    resource("kubernetes:rbac.authorization.k8s.io/v1:Role", "rights", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name, namespace: "acme" },
      rules: [{ apiGroups: ["*"], resources: ["*"], verbs: [verb] }],
    }),
    resource("random:index/randomPet:RandomPet", "pet", {}),
  ];
}

async function reported(
  rule: Rule,
  resources: readonly Resource[],
  notes: readonly SnapshotNote[] = [],
): Promise<Finding> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot({ ...snapshotOf(resources), notes }, judging);
  const [finding, ...more] = findings;
  assert.ok(finding);
  assert.deepEqual(more, []);
  return finding;
}

function openIn({ open = [] }: Finding): readonly string[] {
  return open.map(({ urn, property }) => `${property} of ${nameInUrn(urn)}`);
}

/** A tool whose tenant may be unknown. */
function tool(tenant: Value): readonly Resource[] {
  return [
    resource("aws:lambda/function:Function", "crm", {
      name: "crm",
      role: "arn:aws:iam::111122223333:role/crm",
      tags: { "agentid.dev/kind": "tool", "agentid.dev/tenant": tenant },
    }),
  ];
}

describe("what an undetermined finding rests on", () => {
  it("is named where it is in another resource than the finding's", async () => {
    const finding = await reported(noWildcardAuthority, bound(outputOf(pet)));
    assert.equal(finding.verdict, "undetermined");
    assert.deepEqual(
      [nameInUrn(finding.at.urn), finding.at.property],
      ["acme/desk", "subjects[0]"],
    );
    assert.deepEqual(openIn(finding), ["rules[0].verbs[0] of rights"]);
    assert.deepEqual(finding.dependsOn, [pet]);
  });

  it("is not named for what is certain", async () => {
    const finding = await reported(noWildcardAuthority, bound("*"));
    assert.equal(finding.verdict, "violated");
    assert.deepEqual(openIn(finding), []);
  });

  it("is a name by which the stack would have what a finding misses, with its dependencies", async () => {
    const finding = await reported(noWildcardAuthority, bound("*", outputOf(pet)));
    assert.equal(finding.verdict, "undetermined");
    assert.equal(finding.message, "Role `desk` allows every verb, or every resource");
    assert.deepEqual(openIn(finding), ["metadata.name of rights"]);
    assert.deepEqual(finding.dependsOn, [pet]);
  });

  it("may be the answer of a provider function: the note shows how to record missing ones", async () => {
    const { fix, open } = await reported(requireTenant, tool(outputOf()), [unanswered]);
    assert.ok(fix.endsWith(`; ${answering}`), fix);
    assert.equal(open?.length, 1);
    const without = await reported(requireTenant, tool(outputOf()));
    assert.ok(!without.fix.includes(answering), without.fix);
    const waiting = await reported(requireTenant, tool(outputOf(pet)), [unanswered]);
    assert.ok(!waiting.fix.includes(answering), waiting.fix);
  });

  it("names no other variable of a container than the one that it points at", async () => {
    const variable = (name: string) => ({ name, value: outputOf(pet) });
    const finding = await reported(noLiteralSecret, [
      resource("aws:ecs/taskDefinition:TaskDefinition", "desk", {
        family: "desk",
        containerDefinitions: [
          { name: "main", environment: [variable("HOST"), variable("DB_PASSWORD")] },
        ],
      }),
      resource("random:index/randomPet:RandomPet", "pet", {}),
    ]);
    assert.equal(finding.verdict, "undetermined");
    assert.equal(finding.at.property, "containerDefinitions[0].environment.DB_PASSWORD");
    assert.deepEqual(openIn(finding), []);
  });

  it("is not searched further where a finding points at it, whatever else its property depends on", async () => {
    const account = new Unknown();
    const bucket = urnOf("aws:s3/bucket:Bucket", "code");
    const allow = (Action: string, Resource: Value): Value => ({
      Effect: "Allow",
      ...{ Action, Resource },
    });
    const role = resource("aws:iam/role:Role", "desk", {
      name: "desk",
      assumeRolePolicy: {
        Statement: {
          Effect: "Allow",
          Principal: { Service: "bedrock-agentcore.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
      },
    });
    const policy = {
      Statement: [
        allow("s3:GetObject", new Unknown([bucket])),
        allow("bedrock-agentcore:GetWorkloadAccessTokenForUserId", account),
      ],
    };
    const rights = resource(
      "aws:iam/rolePolicy:RolePolicy",
      "rights",
      { role: "desk", policy },
      { propertyDependencies: { policy: [bucket] } },
    );
    const finding = await reported(requireUserBoundToken, [role, rights], [unanswered]);
    assert.deepEqual(
      [finding.at, finding.open],
      [{ urn: rights.urn, property: "policy" }, undefined],
    );
    assert.ok(finding.fix.endsWith(answering), finding.fix);
  });

  it("is an attachment of which neither its role nor its policy is known", async () => {
    const attached = (policyArn: Value, role: Value) => [
      resource("aws:iam/role:Role", "desk", {}),
      resource("aws:lambda/function:Function", "desk", {
        role: outputOf(urnOf("aws:iam/role:Role", "desk")),
      }),
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", { role, policyArn }),
    ];
    const other = outputOf(urnOf("random:index/randomPet:RandomPet", "other"));
    const finding = await reported(noWildcardAuthority, attached(other, outputOf(pet)));
    assert.equal(finding.verdict, "undetermined");
    const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    const roleOfDesk = outputOf(urnOf("aws:iam/role:Role", "desk"));
    const certain = await reported(noWildcardAuthority, attached(administrator, roleOfDesk));
    assert.equal(certain.verdict, "violated");
    assert.deepEqual(
      [finding.message, finding.reason],
      [
        certain.message,
        "`role` of `gives` and `policyArn` of `gives` may be of `desk` and `AdministratorAccess`, in this order",
      ],
    );
    const judging = { settings: defaultSettings, rules: [noWildcardAuthority] };
    const harmless = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    const { findings } = await judgeSnapshot(
      snapshotOf(attached(harmless, outputOf(pet))),
      judging,
    );
    assert.deepEqual(
      findings.map(({ message }) => message),
      [],
    );
  });
});
